"""Labels as classes, told apart by colour and marker."""

from typing import NamedTuple

import numpy as np

from diabolo.errors import DataError
from diabolo.plots.style import MARKERS, PALETTE
from diabolo.plots.text import label_text

_MOST_CLASSES = len(PALETTE) * len(MARKERS)


class Classes(NamedTuple):
    """Labels as classes."""

    names: list[str]
    of_row: np.ndarray  # (n_samples,): the class of each row


def as_classes(labels: np.ndarray) -> Classes | None:
    """Labels as classes, or ``None`` where they are a quantity."""
    kinds, of_row = _distinct(labels)
    if labels.dtype.kind in "iuf" and len(kinds) > (20 if np.all(kinds == np.round(kinds)) else 10):
        return None
    if len(kinds) > _MOST_CLASSES:
        raise DataError(
            f"Labels that are no numbers must be of at most {_MOST_CLASSES} kinds, to be told apart; got "
            f"{len(kinds)} for {len(labels)} rows. Pass the class of each row, or group the rarer ones."
        )
    return Classes([label_text(kind) for kind in kinds], of_row)


def check_classes(labels: np.ndarray) -> Classes:
    """Labels as classes, where nothing else will do.

    Raises
    ------
    DataError
        If they are a quantity.
    """
    classes = as_classes(labels)
    if classes is None:
        raise DataError(
            "Labels must be classes here; got many different numbers. Group them, for instance by "
            "pandas.cut, or see LatentSpaceDisplay, which colours by value."
        )
    return classes


def _distinct(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sorted kinds of labels, and which each row has."""
    try:
        missing = bool(np.any(labels != labels))  # NaN, NaT
        if not missing:
            return np.unique(labels, return_inverse=True)
    except TypeError:  # None, pandas.NA, or numbers among text
        pass
    raise DataError(
        "Labels must be all numbers or all text, with none missing. Drop the rows without a label, or name "
        "them, for instance y.fillna('unknown').astype(str)."
    )
