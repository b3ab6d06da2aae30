"""What every file of rows offers, whatever its format."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from diabolo.errors import DataError

# Names under which programs write the number of a row along; nobody means to train on it.
_ROW_NUMBER = re.compile(r"unnamed\d+|Unnamed: \d+|__index_level_\d+__")

Column = Any  # one value a row: a one-dimensional ndarray, or a pyarrow ChunkedArray


@dataclass(frozen=True)
class Part:
    """What was read from a file.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns) or (n_rows, *row_shape)
        Numbers; NaN where a cell was empty. An npy file's are mapped into memory, not read.
    carried : mapping of str to column
        Columns beside them as they stand in the file, one value a row, in the file's order.
    """

    X: np.ndarray
    carried: Mapping[str, Column] = field(default_factory=dict)


class Source(Protocol):
    """A file of rows that was opened: its names are known, its rows are not read yet."""

    path: Path

    @property
    def columns(self) -> tuple[str, ...] | None:
        """Names of the columns in their order; None for an array, whose columns have no names."""

    @property
    def beside(self) -> tuple[str, ...]:
        """Names that can be carried: columns, or the other arrays of an npz file."""

    def read(self, numbers: Sequence[str] | None, carried: Sequence[str] = ()) -> Part:
        """Read columns of numbers (None: the whole array) and columns to carry along as they are."""


class NotNumbers(DataError):
    """A column that was to be read as numbers holds something else."""

    def __init__(self, message: str, columns: Sequence[str]):
        super().__init__(message)
        self.columns = columns


def row_numbers(columns: Iterable[str]) -> list[str]:
    """Columns without a name of their own, as the row numbers have that a program wrote along."""
    return [name for name in columns if _ROW_NUMBER.fullmatch(name)]


def check_distinct(path: Path, columns: Sequence[str]) -> None:
    """Raise ``DataError`` if two columns have one name."""
    seen: dict[str, int] = {}
    for place, name in enumerate(columns, start=1):
        if name in seen:
            raise DataError(
                f"{path.name}: each column must have a name of its own, but columns {seen[name]} and {place} "
                f"are both called {name!r}. Rename one."
            )
        seen[name] = place
