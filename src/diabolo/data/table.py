"""A table of mixed columns: from a DataFrame to rows of numbers, and back."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from diabolo.data.layout import Layout
from diabolo.data.rows import check_finite
from diabolo.data.table_columns import Column, learned, listed, pandas
from diabolo.data.unusable import check_names, is_frame
from diabolo.errors import DataError, DataTypeError


@dataclass(frozen=True)
class Table:
    """What ``fit`` learned of the columns of a DataFrame.

    Parameters
    ----------
    columns : tuple of Column
    """

    columns: tuple[Column, ...]

    @classmethod
    def learned(cls, X: Any) -> "Table":
        """That of a DataFrame.

        Raises
        ------
        DataError
            If names are not unique or a column is of no known kind; a ``DataTypeError`` if X is no DataFrame
            of pandas.
        """
        _check_frame(X)
        check_names(list(X.columns))
        return cls(tuple(learned(name, X[name]) for name in X.columns))

    @property
    def names(self) -> tuple[Any, ...]:
        """Of the columns, in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def layout(self) -> Layout:
        """The kinds of the columns."""
        return Layout(tuple(column.kind for column in self.columns))

    def numbers(self, X: Any, unseen: str) -> np.ndarray:
        """A DataFrame like that of ``fit`` as numbers: (n_rows, n_columns) float64, NaN in gaps

        Raises
        ------
        DataError
            If a column is missing, has no place here, is of another kind than at ``fit``, or holds an
            infinity; a ``DataTypeError`` if X is no DataFrame.
        """
        _check_frame(X)
        self._check_columns(list(X.columns))
        numbers = np.empty((len(X), len(self.columns)))
        for place, column in enumerate(self.columns):
            numbers[:, place] = column.numbers(X[column.name], unseen)
        check_finite(numbers, np.array([*self.names, None], object)[:-1], gaps=True)
        return numbers

    def frame(self, numbers: np.ndarray, index: Any = None) -> Any:
        """The DataFrame of these numbers, (n_rows, n_columns), without gaps; with the index of other rows."""
        pd = pandas()
        index = pd.RangeIndex(len(numbers)) if index is None else index
        columns = {c.name: c.series(numbers[:, place], index) for place, c in enumerate(self.columns)}
        return pd.DataFrame(columns, index=index)

    def _check_columns(self, names: list) -> None:
        missing = [name for name in self.names if name not in names]
        strange = [name for name in names if name not in self.names]
        if missing or strange:
            parts = (("missing", missing), ("unknown", strange))
            came = " and ".join(f"{what} are {listed(tuple(some))}" for what, some in parts if some)
            raise DataError(
                f"X must have the columns that fit saw, {listed(self.names)}; {came}. Pass a frame with "
                "those columns."
            )
        check_names(names)
        if names != list(self.names):
            raise DataError(
                f"X must have its columns in the order that fit saw, {listed(self.names)}; got "
                f"{listed(tuple(names))}. Put them in that order: X[list_of_names]."
            )


def _check_frame(X: Any) -> None:
    if not (is_frame(X) and hasattr(X, "iloc")):
        polars = " Pass X.to_pandas()." if is_frame(X) else ""
        raise DataTypeError(
            f"A table of mixed columns must be a pandas DataFrame; got {type(X).__name__}.{polars}"
        )
    if not len(X):
        raise DataError("Found array with 0 sample(s): X must have at least one row. Pass another selection.")
