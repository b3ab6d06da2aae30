"""What the numbers of rows are: pixels of images, columns of tables, steps of sequences."""

import math
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from sklearn.utils import _safe_indexing

from diabolo.data.layout import BOOLEAN, NUMBER
from diabolo.data.table import Table
from diabolo.data.table_columns import Boolean, Category, Date, Ordinal
from diabolo.data.unusable import is_frame
from diabolo.errors import DataError
from diabolo.plots.image_grid import as_images
from diabolo.plots.text import label_text, number_text

_ENOUGH_ROWS = 10_000  # for the spread of a column
_LEAST_SPREAD = 0.02  # of most columns in a picture of the whole table's range
_UNITS = {Date: " days", Ordinal: " levels"}
_LEVELS = 1.5  # levels of categories stand from minus this to this


@dataclass(frozen=True)
class Images:
    """Rows are images.

    Parameters
    ----------
    shape : tuple of int
        (height, width) or (height, width, channels).
    """

    shape: tuple[int, ...]

    def numbers(self, rows: Any) -> np.ndarray:
        """Rows as images, in their dtype: (n, height, width), in colour (n, height, width, 3 or 4)"""
        return as_images(rows, self.shape)

    def unit(self, numbers: np.ndarray) -> str:
        """In which errors of such images are squared."""
        within = np.nanmin(numbers) >= 0 and np.nanmax(numbers) <= 1
        return "pixels from 0 to 1" if within else "squared units of X"

    @property
    def part(self) -> str:
        """What an error is the mean over."""
        return "pixel and channel" if len(self.shape) == 3 and self.shape[2] > 1 else "pixel"


@dataclass(frozen=True)
class Columns:
    """Rows are those of a table.

    Columns whose units differ too much for one axis are drawn as z-scores; so are those of mixed tables,
    where truth values stand at -1 and 1, and levels of categories evenly from -1.5 to 1.5.

    Parameters
    ----------
    names : tuple of str, optional
        Of the columns; without them they go by their numbers.
    centers_and_spreads : tuple of two ndarray of shape (n_columns,), optional
        Means and standard deviations, of columns that are drawn as z-scores.
    table : Table, optional
        What the model knows of mixed columns.
    is_scaled_by_model : bool, default=False
        Whether centers and spreads are those of the model's scaling rather than means and deviations.
    """

    names: tuple[str, ...] | None = None
    centers_and_spreads: tuple[np.ndarray, np.ndarray] | None = None
    table: Table | None = None
    is_scaled_by_model: bool = False
    part = "column"

    @classmethod
    def of(cls, X: Any, names: Any = None, table: Table | None = None) -> Self:
        """Those of rows, by their spreads."""
        if not np.shape(X)[0]:
            raise DataError(f"There must be at least one row; got shape {np.shape(X)}.")
        named = None if names is None else tuple(label_text(name) for name in names)
        some = _safe_indexing(X, slice(None, None, math.ceil(np.shape(X)[0] / _ENOUGH_ROWS)))
        values = cls(table=table).numbers(some)
        observed = np.ma.masked_invalid(values)
        means, spreads = observed.mean(axis=0).filled(0), observed.std(axis=0).filled(1)
        spreads = np.where(spreads == 0, 1, spreads)
        flat = np.quantile(spreads, 0.25, method="lower") < _LEAST_SPREAD * (observed.max() - observed.min())
        return cls(named, (means, spreads) if flat or table is not None else None, table)

    def numbers(self, rows: Any) -> np.ndarray:
        """Rows as numbers, NaN in gaps: (n, n_columns) float64"""
        if self.table is not None and is_frame(rows):
            return self.table.numbers(rows, "gap")
        numbers = _as_numbers(rows)
        if numbers.ndim != 2:
            raise DataError(f"Rows of a table must be flat; got shape {numbers.shape}.")
        return numbers

    def unit(self, numbers: np.ndarray) -> str:
        return "squared units of X"

    def heights(self, numbers: np.ndarray) -> np.ndarray:
        """Where these numbers are drawn: (..., n_columns)"""
        if self.centers_and_spreads is None:
            return numbers
        centers, spreads = self.centers_and_spreads
        heights = (numbers - centers) / spreads
        if self.table is not None:
            for j, kind in enumerate(self.table.layout.kinds):
                if kind == BOOLEAN:
                    heights[..., j] = numbers[..., j]
                elif kind != NUMBER:
                    heights[..., j] = _LEVELS * ((2 * numbers[..., j] - 1) / kind - 1)
        return heights

    @property
    def axis(self) -> str:
        """What the heights are, in words."""
        if self.centers_and_spreads is None:
            return "units of X"
        return "model units" if self.is_scaled_by_model else "z-score"

    @property
    def note(self) -> str:
        """What a z-score is, for legends; empty where there are none."""
        if self.centers_and_spreads is None:
            return ""
        levels = "" if self.table is None else "\ncategories: at even places"
        if self.is_scaled_by_model:
            return f"model units: as the\nmodel scales columns{levels}"
        return f"z-score: standard deviations\nfrom the column's mean{levels}"

    def is_right_or_wrong(self, column: int) -> bool:
        """Whether its values are no numbers, but right or wrong: truth values, categories without order."""
        return self.table is not None and self.table.layout.kinds[column] != NUMBER

    def is_word(self, column: int) -> bool:
        """Whether its values are written in letters, in an order or without."""
        return self.table is not None and isinstance(self.table.columns[column], Boolean | Category)

    def text(self, column: int, number: float) -> str:
        """A value as it stands in the table."""
        if np.isnan(number):
            return "gap"
        if self.table is None:
            return number_text(number)
        value = self.table.columns[column].series(np.array([number]), [0]).iloc[0]
        if isinstance(self.table.columns[column], Date):
            return f"{value:%Y-%m-%d}"
        return number_text(value) if isinstance(value, float) else label_text(value)

    def amount(self, column: int, number: float) -> str:
        """A difference of values of a column of numbers, with its unit where that is known."""
        what = "" if self.table is None else _UNITS.get(type(self.table.columns[column]), "")
        return number_text(number) + what

    def name(self, column: int) -> str:
        """Of a column, or its number."""
        return f"column {column}" if self.names is None else self.names[column]


@dataclass(frozen=True)
class Steps:
    """Rows are sequences.

    Parameters
    ----------
    shape : tuple of int
        (time, features).
    features : Columns
        Its features, over all steps.
    """

    shape: tuple[int, int]
    features: Columns = field(default_factory=Columns)
    part = "step and feature"

    def numbers(self, rows: Any) -> np.ndarray:
        """Rows as sequences: (n, time, features)"""
        return _as_numbers(rows).reshape(-1, *self.shape)

    def unit(self, numbers: np.ndarray) -> str:
        return "squared units of X"

    def name(self, feature: int) -> str:
        """Of a feature."""
        return f"feature {feature}"


Kind = Images | Steps | Columns


def _as_numbers(rows: Any) -> np.ndarray:
    try:
        return np.asarray(rows, np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"Rows to draw must be numbers, and these hold something else ({error}). Pass the columns of "
            "numbers alone, or a model of mixed columns, Autoencoder(encoder=Tabular())."
        ) from error
