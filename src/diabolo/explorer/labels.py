"""Labels as the page takes them: numbers of classes, or values."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from diabolo.errors import DataError
from diabolo.plots.checks import check_labels

_MOST_KINDS = 1000  # a file's rows can't be told apart by more colours or names
_MISSING_TYPES = ("NAType", "NaTType", "NoneType")


@dataclass(frozen=True)
class Labels:
    """Labels of rows.

    Parameters
    ----------
    name : str
    values : ndarray of shape (n,)
        uint16 numbers of classes, one more than there are where a row has none; or float32 values, NaN where
        there is none.
    names : list of str or None
        Of the classes; ``None`` for values.
    """

    name: str
    values: np.ndarray
    names: list[str] | None

    @property
    def about(self) -> dict[str, Any]:
        """For JSON."""
        return {"name": self.name, "names": self.names}


def coded_labels(y: Any, n_rows: int) -> Labels:
    """Labels by the rule of ``LatentSpaceDisplay``: text and few numbers are classes, others values.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        NaN, None and the like are rows without a label. The name of a Series is kept.
    n_rows : int

    Raises
    ------
    DataError
        If labels are not one a row, or are text of very many kinds.
    """
    labels = check_labels(y, n_rows)
    name = "label" if getattr(y, "name", None) is None else str(y.name)
    missing = _missing(labels)
    if labels.dtype.kind == "O" and all(isinstance(each, int | float | bool) for each in labels[~missing]):
        labels = np.where(missing, np.nan, labels).astype(float)
    if labels.dtype.kind in "iuf" and _is_quantity(labels[~missing]):
        return Labels(name, labels.astype(np.float32), None)
    return _classes(name, labels, missing)


def _missing(labels: np.ndarray) -> np.ndarray:
    """(n,) bool"""
    if labels.dtype.kind in "fmMc":
        return np.asarray(labels != labels)
    if labels.dtype.kind != "O":
        return np.zeros(len(labels), bool)
    return np.array([_is_missing(label) for label in labels], bool)


def _is_missing(label: Any) -> bool:
    return type(label).__name__ in _MISSING_TYPES or (isinstance(label, float) and label != label)


def _is_quantity(numbers: np.ndarray) -> bool:
    kinds = np.unique(numbers)
    return len(kinds) > (20 if np.all(kinds == np.round(kinds)) else 10)


def _classes(name: str, labels: np.ndarray, missing: np.ndarray) -> Labels:
    kinds, of_row = np.unique(_comparable(labels[~missing]), return_inverse=True)
    if len(kinds) > _MOST_KINDS:
        raise DataError(
            f"Labels that are no numbers must be of at most {_MOST_KINDS} kinds; got {len(kinds)} for "
            f"{len(labels)} rows. Pass the class of each row, or group the rarer ones."
        )
    values = np.full(len(labels), len(kinds), np.uint16)
    values[~missing] = of_row
    return Labels(name, values, [_text(kind) for kind in kinds.tolist()])


def _comparable(labels: np.ndarray) -> np.ndarray:
    """Labels that can be sorted: numbers, or text."""
    return labels.astype(str) if labels.dtype.kind == "O" else labels


def _text(kind: Any) -> str:
    return str(int(kind)) if isinstance(kind, float) and kind.is_integer() else str(kind)
