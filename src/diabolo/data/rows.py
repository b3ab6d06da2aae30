"""What must hold of rows, and rows as the training engine takes them."""

import copy
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from diabolo.data.gaps import gaps_by_row, has_gaps
from diabolo.data.pieces import Matrix, dense, pieces
from diabolo.data.robust import Robust
from diabolo.data.scaling import Scaling
from diabolo.data.unusable import check_container, check_numbers, is_frame
from diabolo.errors import DataError

# Squares of larger numbers leave float32.
_LARGEST = 1e18


def check_rows(estimator: Any, X: Any, *, reset: bool) -> tuple[Matrix, tuple[int, ...]]:
    """Check rows and flatten them.

    Parameters
    ----------
    estimator : BaseEstimator
        Learns (``reset=True``) or compares the number and names of its columns.
    X : array-like or scipy sparse of shape (n_samples, n_features) or (n_samples, *row_shape)
        NaN stands for a number that was not observed.
    reset : bool
        Whether these rows define the columns.

    Returns
    -------
    rows : ndarray or CSR of shape (n_samples, n_features)
        A view where possible, in the dtype that came.
    row_shape : tuple of int
        The shape of one row as it came.

    Raises
    ------
    DataError
        If X has one dimension or none, no rows, text, dates, infinities, or columns other than at ``fit``; a
        ``DataTypeError`` if it is no array, list of rows or DataFrame at all.
    """
    check_container(X)
    if not isinstance(X, np.ndarray) and not is_frame(X) and not hasattr(X, "toarray"):
        X = _as_array(X)
    check_numbers(X)
    if getattr(X, "ndim", 2) > 2:
        row_shape = tuple(X.shape[1:])
        X = np.asarray(X).reshape(len(X), math.prod(row_shape))
        rows = _validate(estimator, X, reset=reset)
    else:
        rows = _validate(estimator, X, reset=reset)
        row_shape = (rows.shape[1],)
    check_finite(rows, getattr(estimator, "feature_names_in_", None), row_shape, gaps=True)
    return rows, row_shape


def _as_array(X: Any) -> np.ndarray:
    try:
        array = np.asarray(X)
    except (ValueError, TypeError, RuntimeError) as error:  # uneven rows; tensors with gradients or elsewhere
        says = _uneven(X) if isinstance(X, Sequence) else "X must be rows that NumPy can take"
        raise DataError(f"{says} ({error}).") from error
    # NumPy would spell numbers out beside text.
    return np.asarray(X, dtype=object) if array.dtype.kind in "US" else array


def _uneven(X: Sequence) -> str:
    lengths = [len(row) if hasattr(row, "__len__") else 1 for row in X]
    odd = _first_other(lengths)
    if odd is not None:
        found = f"row 0 has {lengths[0]} values and row {odd} has {lengths[odd]}"
        return f"X must be rows of one length, but {found}"
    shapes = [getattr(row, "shape", None) for row in X]
    odd = _first_other(shapes)
    if odd is not None:
        return (
            f"X must be rows of one shape, but row 0 has the shape {shapes[0]}, and row {odd} {shapes[odd]}"
        )
    return "X must be rows of one length"


def _first_other(values: list) -> int | None:
    """Which value is the first that is not like value 0."""
    return next((i for i, value in enumerate(values) if value != values[0]), None)


def _validate(estimator: Any, X: Any, *, reset: bool) -> np.ndarray:
    try:
        return validate_data(
            estimator, X, reset=reset, dtype="numeric", accept_sparse="csr", ensure_all_finite=False
        )
    except ValueError as error:
        advice = _advice(str(error), estimator)
        raise DataError(f"{error}{advice}") from error


def validated(estimator: Any, X: Any, *, reset: bool) -> None:
    """Let the estimator learn, or compare, the number and names of a frame's columns, whatever they hold."""
    validate_data(estimator, X, reset=reset, skip_check_array=True)


def _advice(message: str, estimator: Any) -> str:
    """What to do where scikit-learn's message does not say it."""
    if "must be in the same order" in message:
        return "Pass X[model.feature_names_in_]."
    if "feature names should match" in message:
        return f"Pass a frame with the columns {', '.join(map(repr, estimator.feature_names_in_))}."
    return ""


def check_finite(
    rows: Matrix,
    names: np.ndarray | None = None,
    row_shape: tuple[int, ...] = (),
    *,
    gaps: bool = False,
) -> None:
    """Raise ``DataError`` that names the first infinity or number too large, if there is one.

    NaN is one of them unless ``gaps`` are allowed.
    """
    # The first comparison is false where there is a NaN, too.
    if rows.dtype.kind != "f" or max(-float(rows.min()), float(rows.max())) <= _LARGEST:
        return
    for where, piece in pieces(rows):
        bad = ~(np.abs(piece) <= np.float64(_LARGEST))  # float16 has no such number
        bad &= ~(gaps & np.isnan(piece))
        if bad.any():
            row, column = (int(i) for i in np.argwhere(bad)[0])
            place = f"column {column}" if names is None else f"column {names[column]!r}"
            if len(row_shape) > 1:
                place = f"place {tuple(map(int, np.unravel_index(column, row_shape)))}"
            raise DataError(
                f"X must hold finite numbers of at most {_LARGEST:g} in size, but row {where.start + row}, "
                f"{place} is {_spelled(piece[row, column])}. Drop such rows or columns, rescale them, or "
                + ("put NaN where a number was not observed." if gaps else "fill gaps first.")
            )


def _spelled(value: float) -> str:
    return "NaN" if np.isnan(value) else f"{value:g}"


def check_row_shape(row_shape: tuple[int, ...], seen: tuple[int, ...], *known: tuple[int, ...]) -> None:
    """Raise ``DataError`` for shaped rows of another shape than at ``fit``; flat rows always pass.

    Parameters
    ----------
    row_shape : tuple of int
    seen : tuple of int
        What ``fit`` saw.
    *known : tuple of int
        Other shapes that the network knows these rows to have.
    """
    if len(row_shape) > 1 and row_shape not in (seen, *known):
        raise DataError(
            f"Rows must have the shape that fit saw, {seen}, or be flat; got rows of shape {row_shape}. "
            "Turn or reshape them as at fit."
        )


def check_many(X: Any, row_shape: tuple[int, ...]) -> None:
    """Raise ``DataError`` where X is a single shaped row instead of a stack of them."""
    shape = tuple(getattr(X, "shape", ()))
    if len(row_shape) > 1 and shape == row_shape and math.prod(shape[1:]) != math.prod(row_shape):
        raise DataError(
            f"X must be rows of shape {row_shape}, and this is a single one. Pass X[numpy.newaxis]."
        )


def check_weights(sample_weight: Any, n_samples: int) -> np.ndarray:
    """Weights of rows as (n_samples,) float32; ones where none are given."""
    if sample_weight is None:
        return np.ones(n_samples, np.float32)
    try:
        weights = np.asarray(sample_weight)
        if weights.dtype.kind not in "buifO":
            raise TypeError(f"got dtype {weights.dtype}")
        weights = weights.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"sample_weight must be one number a row, but: {error}.") from error
    if weights.ndim == 0:
        weights = np.full(n_samples, weights)
    if weights.shape != (n_samples,):
        raise DataError(
            f"sample_weight must have shape ({n_samples},), one weight a row; got {weights.shape}."
        )
    bad = np.flatnonzero(~((weights >= 0) & (weights <= _LARGEST)))
    if len(bad):
        raise DataError(
            f"sample_weight must be numbers from 0 to {_LARGEST:g}, but that of row {bad[0]} is "
            f"{_spelled(weights[bad[0]])} ({len(bad)} such weights). Leave those rows out, or weigh them 0."
        )
    weights = weights.astype(np.float32)
    if not weights.any():
        raise DataError("sample_weight must be above zero for at least one row; got zeros alone.")
    return weights


class Rows:
    """Rows in the user's dtype with the scaling that takes them to the model's units, a piece at a time.

    Parameters
    ----------
    array : ndarray or CSR of shape (n_samples, n_features)
    scaling : Scaling
    weights : ndarray of shape (n_samples,), optional
        Rows of weight zero are left out altogether; all ones if not given.
    fill : ndarray of shape (n_features,), optional
        What the encoder sees in a gap, in the model's units.
    targets : ndarray of shape (n_samples, n_targets), optional
        What the decoder should give back where that is not the row, float32.

    Attributes
    ----------
    fill : ndarray of shape (n_features,) or None
        As given if any row has a gap; else None.
    """

    def __init__(
        self,
        array: Matrix,
        scaling: Scaling,
        weights: np.ndarray | None = None,
        fill: np.ndarray | None = None,
        targets: np.ndarray | None = None,
    ):
        self.array = array
        self.scaling = scaling
        self.targets = targets
        if weights is None:
            weights = np.ones(array.shape[0], np.float32)
        self._kept = None if weights.all() else np.flatnonzero(weights)
        self.weights = weights if self._kept is None else weights[self._kept]
        self.fill = fill if fill is not None and has_gaps(array) else None

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def total_weight(self) -> float:
        """Sum of the weights."""
        return float(self.weights.sum(dtype=np.float64))

    @property
    def all_weights(self) -> np.ndarray:
        """Of each row of the array, 0 for those left out: (n_samples,) float32"""
        weights = np.zeros(self.array.shape[0], np.float32)
        weights[self.numbers(np.arange(len(self)))] = self.weights
        return weights

    def take(self, which: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """Rows (k, n_features) float32 in the model's units, NaN in gaps, in ``out`` if given."""
        return self.scaling.apply(dense(self.array[self.numbers(which)]), out)

    @property
    def divisor(self) -> np.float32 | None:
        """What the device divides rows by, where they travel to it as they came, in fewer bytes; or None."""
        return self.scaling.divisor(self.array.dtype)

    @property
    def travel_dtype(self) -> np.dtype:
        """In which rows travel to the device."""
        return np.dtype(np.float32) if self.divisor is None else self.array.dtype

    def gather(self, which: np.ndarray, out: np.ndarray) -> None:
        """Put rows as they travel into ``out``: as ``take``, but undivided where the device divides."""
        if self.divisor is None:
            self.take(which, out)
        elif isinstance(self.array, np.ndarray):
            # All of them are there, so nothing is clipped; to make sure, NumPy would copy once more.
            np.take(self.array, self.numbers(which), axis=0, out=out, mode="clip")
        else:
            out[...] = dense(self.array[self.numbers(which)])

    def columns(self, which: list[int]) -> "Rows":
        """The same rows of a table, of some columns alone."""
        assert isinstance(self.scaling, Robust)
        array = self.array[self.numbers(np.arange(len(self)))][:, which]
        return Rows(array, self.scaling.columns(which), self.weights)

    def take_targets(self, which: np.ndarray) -> np.ndarray | None:
        """Targets of rows: (k, n_targets); None where the rows are their own."""
        return None if self.targets is None else self.targets[self.numbers(which)]

    def last(self, n: int) -> "Rows":
        """The same rows, of which only the last n columns are there."""
        end = copy.copy(self)
        end.array, end.scaling = self.array[:, -n:], self.scaling.last(n)
        end.fill = None if self.fill is None else self.fill[-n:]
        return end

    def numbers(self, which: np.ndarray) -> np.ndarray:
        """Where these rows stand in the array: (k,)"""
        return which if self._kept is None else self._kept[which]

    def complete(self) -> np.ndarray:
        """Which rows have no gap: (n_samples,) bool"""
        return gaps_by_row(self.array)[self.numbers(np.arange(len(self)))] == 0
