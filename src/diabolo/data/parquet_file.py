"""Rows of a Parquet file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from diabolo.data.columns import as_numbers, check_any_rows, need
from diabolo.data.source import NotNumbers, Part, check_distinct
from diabolo.errors import DataError


class ParquetSource:
    """A Parquet file, read a column at a time: so its numbers are held once.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path):
        need("pyarrow.parquet")
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.path = path
        path.open("rb").close()  # so that a file that is missing is not taken for a damaged one
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{path.name}: not a Parquet file, or a damaged one ({error}).") from error
        self._schema = self._file.schema_arrow
        check_distinct(path, self.columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in their order."""
        return tuple(self._schema.names)

    @property
    def beside(self) -> tuple[str, ...]:
        """Names that can be carried."""
        return self.columns

    def read(self, numbers: Sequence[str] | None, carried: Sequence[str] = ()) -> Part:
        """Read some columns as numbers and some as they are.

        The numbers are float32 if all of these columns are, else float64.

        Parameters
        ----------
        numbers : sequence of str, or None for every column
        carried : sequence of str

        Raises
        ------
        NotNumbers
            If a column of numbers has a type that is none.
        DataError
            If the file is damaged or has no rows.
        """
        import pyarrow as pa

        numbers = self.columns if numbers is None else numbers
        carried = [name for name in self.columns if name in carried]
        self._check_types(numbers)
        types = {self._schema.field(name).type for name in numbers}
        X = np.empty(
            (self._file.metadata.num_rows, len(numbers)), np.float32 if types == {pa.float32()} else float
        )
        check_any_rows(self.path, len(X))
        try:
            for place, name in enumerate(numbers):
                X[:, place] = as_numbers(self._file.read(columns=[name]).column(0), X.dtype)
            beside = self._file.read(columns=carried)
        except (pa.ArrowException, OSError) as error:
            raise DataError(
                f"{self.path.name}: the file can't be read, it may be damaged ({error})."
            ) from error
        return Part(X, {name: beside.column(name) for name in carried})

    def _check_types(self, numbers: Sequence[str]) -> None:
        texts = [name for name in numbers if not _is_number(self._schema.field(name).type)]
        if texts:
            found = ", ".join(f"{name!r} holds {self._schema.field(name).type}" for name in texts[:5])
            raise NotNumbers(f"{self.path.name}: columns must hold numbers, but {found}.", texts)


def _is_number(kind: Any) -> bool:
    import pyarrow.types as types

    numbers = types.is_integer, types.is_floating, types.is_boolean, types.is_decimal, types.is_null
    return any(is_one(kind) for is_one in numbers)
