"""Whether numbers lie where a model can take them, in the model's units."""

from collections.abc import Callable, Iterator

import numpy as np

from diabolo.data.rows import Rows
from diabolo.errors import DataError

_AT_ONCE = 4096  # rows
_ROUNDING = 1e-5  # of a scaling in float32


def check_numbers_within(rows: Rows, span: tuple[float, float], whose: str, advice: str) -> None:
    """Raise ``DataError`` that names the first number outside of a span; gaps pass.

    Parameters
    ----------
    rows : Rows
    span : (low, high)
    whose : str
        What needs it, for the error.
    advice : str
        What to do.
    """
    low, high = span
    place = first_number(rows, lambda x: (x < low - _ROUNDING) | (x > high + _ROUNDING))
    if place is not None:
        where = f"in [{low:g}, {high:g}]" if np.isfinite(high) else f"of at least {low:g}"
        raise DataError(f"{whose} needs numbers {where}, but {place} in the model's units. {advice}")


def first_number(rows: Rows, bad: Callable[[np.ndarray], np.ndarray]) -> str | None:
    """The first number of a kind and where it stands, in words; None if there is none."""
    for start, x in blocks(rows):
        found = bad(x)
        if found.any():
            row, column = (int(i) for i in np.argwhere(found)[0])
            number = int(rows.numbers(np.array([start + row]))[0])
            return f"that of row {number}, column {column} is {x[row, column]:g}"
    return None


def blocks(rows: Rows) -> Iterator[tuple[int, np.ndarray]]:
    """Rows in the model's units, some at a time, each with the number of its first."""
    for start in range(0, len(rows), _AT_ONCE):
        yield start, rows.take(np.arange(start, min(start + _AT_ONCE, len(rows))))
