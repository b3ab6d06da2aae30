"""Labels of rows, as a report takes them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from diabolo.errors import DataError
from diabolo.plots.checks import check_labels

_MOST_CLASSES = 100
_MOST_NUMBERS, _MOST_FRACTIONS = 20, 10  # so many different numbers are classes, more a quantity


@dataclass(frozen=True)
class Labels:
    """One label a row.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
    are_classes : bool
        Whether they tell classes, rather than being a quantity.
    name : str or None
    """

    values: np.ndarray
    are_classes: bool
    name: str | None = None

    @classmethod
    def of(cls, y: Any, n_rows: int) -> "Labels":
        """Check labels.

        Raises
        ------
        DataError
            If they are not one a row, some are missing, or they are text of more than 100 kinds.
        """
        values = check_labels(y, n_rows)
        kinds = _kinds(values)
        numbers = values.dtype.kind in "iuf"
        whole = numbers and bool(np.all(kinds == np.round(kinds)))
        are_classes = not numbers or len(kinds) <= (_MOST_NUMBERS if whole else _MOST_FRACTIONS)
        if are_classes and len(kinds) > _MOST_CLASSES:
            raise DataError(
                f"Labels that are no numbers must be of at most {_MOST_CLASSES} kinds, to be told apart; got "
                f"{len(kinds)} for {n_rows} rows. Pass the class of each row, group the rarer ones, or leave "
                "them out."
            )
        return cls(values, are_classes, None if getattr(y, "name", None) is None else str(y.name))

    @property
    def classes(self) -> list[Any]:
        """The different labels, sorted."""
        return np.unique(self.values).tolist()

    def take(self, which: np.ndarray) -> "Labels":
        """Those of some rows."""
        return Labels(self.values[which], self.are_classes, self.name)


def _kinds(values: np.ndarray) -> np.ndarray:
    try:
        if not np.any(values != values):  # NaN, NaT
            return np.unique(values)
    except TypeError:  # None, pandas.NA, or numbers among text
        pass
    raise DataError(
        "Labels must be all numbers or all text, with none missing. Drop the rows without a label, or name "
        "them, for instance y.fillna('unknown').astype(str)."
    )
