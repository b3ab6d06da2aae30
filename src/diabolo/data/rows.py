"""What must hold of rows, and rows as the training engine takes them."""

import math
from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from diabolo.data.scaling import Scaling
from diabolo.errors import DataError


def check_rows(estimator: Any, X: Any, *, reset: bool) -> tuple[np.ndarray, tuple[int, ...]]:
    """Check rows and flatten them.

    Parameters
    ----------
    estimator : BaseEstimator
        Learns (``reset=True``) or compares the number and names of its columns.
    X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
    reset : bool
        Whether these rows define the columns.

    Returns
    -------
    rows : ndarray of shape (n_samples, n_features)
        A view where possible, in the dtype that came.
    row_shape : tuple of int
        The shape of one row as it came.

    Raises
    ------
    DataError
        If X has one dimension or none, no rows, text, infinities, NaN, or columns other than at ``fit``.
    """
    if not hasattr(X, "ndim") and not hasattr(X, "columns"):
        X = _as_array(X)
    if getattr(X, "ndim", 2) > 2:
        row_shape = tuple(X.shape[1:])
        X = np.asarray(X).reshape(len(X), math.prod(row_shape))
        rows = _validate(estimator, X, reset=reset)
    else:
        rows = _validate(estimator, X, reset=reset)
        row_shape = (rows.shape[1],)
    check_finite(rows, getattr(estimator, "feature_names_in_", None))
    return rows, row_shape


def _as_array(X: Any) -> np.ndarray:
    try:
        return np.asarray(X)
    except ValueError as error:
        raise DataError(f"X must be rows of one length; no array can be made of these: {error}.") from error


def _validate(estimator: Any, X: Any, *, reset: bool) -> np.ndarray:
    try:
        return validate_data(estimator, X, reset=reset, dtype="numeric", ensure_all_finite=False)
    except ValueError as error:
        raise DataError(_worded(str(error))) from error


def _worded(message: str) -> str:
    """scikit-learn's message, with the cure where it names none."""
    if "could not convert string" in message or "not compatible with arrays of bytes/strings" in message:
        return (
            f"X must hold numbers only: {message}. Encode the text (for instance with scikit-learn's "
            "OneHotEncoder) or leave its columns out."
        )
    return message


def check_finite(rows: np.ndarray, names: np.ndarray | None = None) -> None:
    """Raise ``DataError`` that names the first NaN or infinity, if there is one."""
    if rows.dtype.kind != "f":
        return
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.sum(rows, dtype=np.float64)  # tells the common case with no temporary of X's size
    if np.isfinite(total):
        return
    bad = ~np.isfinite(rows)
    if not bad.any():  # finite values whose sum is not
        return
    row, column = (int(i) for i in np.argwhere(bad)[0])
    what = "NaN" if np.isnan(rows[row, column]) else "inf"
    where = f"column {column}" if names is None else f"column {names[column]!r}"
    raise DataError(
        f"X must hold finite numbers, but row {row}, {where} is {what} ({int(bad.sum())} such values). "
        "Drop those rows or columns, or fill the gaps first, for instance with scikit-learn's SimpleImputer."
    )


def check_weights(sample_weight: Any, n_samples: int) -> np.ndarray:
    """Weights of rows as (n_samples,) float32; ones where none are given."""
    if sample_weight is None:
        return np.ones(n_samples, np.float32)
    weights = np.asarray(sample_weight, np.float32)
    if weights.ndim == 0:
        weights = np.full(n_samples, weights)
    if weights.shape != (n_samples,):
        raise DataError(
            f"sample_weight must have shape ({n_samples},), one weight a row; got {weights.shape}."
        )
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
        raise DataError("sample_weight must be finite, not negative, and above zero for at least one row.")
    return weights


class Rows:
    """Rows in the user's dtype with the scaling that takes them to the model's units, a piece at a time.

    Parameters
    ----------
    array : ndarray of shape (n_samples, n_features)
    scaling : Scaling
    weights : ndarray of shape (n_samples,), optional
        Rows of weight zero are left out altogether; all ones if not given.
    """

    def __init__(self, array: np.ndarray, scaling: Scaling, weights: np.ndarray | None = None):
        self.array = array
        self.scaling = scaling
        if weights is None:
            weights = np.ones(len(array), np.float32)
        self._kept = None if weights.all() else np.flatnonzero(weights)
        self.weights = weights if self._kept is None else weights[self._kept]

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def total_weight(self) -> float:
        """Sum of the weights."""
        return float(self.weights.sum(dtype=np.float64))

    def take(self, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows (k, n_features) float32 in the model's units, and their weights (k,)."""
        return self.scaling.apply(self.array[self.numbers(which)]), self.weights[which]

    def numbers(self, which: np.ndarray) -> np.ndarray:
        """Where these rows stand in the array: (k,)"""
        return which if self._kept is None else self._kept[which]
