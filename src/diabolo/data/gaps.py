"""Gaps: NaN in a row stands for a number that was not observed.

The loss covers what was observed. The encoder sees, in a gap, the mean of the column over the rows of
``fit``: so a gap says nothing.
"""

from collections.abc import Iterable

import numpy as np

from diabolo.data.pieces import Matrix, pieces
from diabolo.data.scaling import Scaling
from diabolo.errors import DataError


def has_gaps(X: Matrix) -> bool:
    """Whether any number of X is NaN."""
    # The smallest of numbers is NaN if one of them is; no array of booleans is made.
    return X.dtype.kind == "f" and any(np.isnan(piece.min()) for _, piece in pieces(X))


def gaps_by_row(X: Matrix) -> np.ndarray:
    """How many gaps each row has: (n_samples,)"""
    if not has_gaps(X):
        return np.zeros(X.shape[0], int)
    return np.concatenate([np.isnan(piece).sum(axis=1) for _, piece in pieces(X)])


def without_empty_rows(X: Matrix, weights: np.ndarray) -> np.ndarray:
    """Weights of rows, (n_samples,), with 0 for those of which nothing was observed.

    Raises
    ------
    DataError
        If no row of a weight above zero is left.
    """
    empty = gaps_by_row(X) == X.shape[1]
    if not empty.any():
        return weights
    weights = np.where(empty, np.float32(0), weights)
    if not weights.any():
        raise DataError(
            "At least one row must hold an observed number and have a weight above zero; all such rows of "
            "this X are NaN throughout. Look at how it was read."
        )
    return weights


def check_no_empty_rows(X: Matrix) -> None:
    """Raise ``DataError`` if nothing was observed of some row: there is nothing to encode."""
    empty = np.flatnonzero(gaps_by_row(X) == X.shape[1])
    if empty.size:
        raise DataError(
            "Each row must hold at least one observed number, but these are NaN throughout: rows "
            f"{_listed(empty)}. Leave them out, for instance X[~np.isnan(X).all(axis=1)]."
        )


def check_columns_observed(X: Matrix, weights: np.ndarray, names: np.ndarray | None = None) -> None:
    """Raise ``DataError`` that names the columns of which no row of a weight above zero has a number."""
    if not has_gaps(X):
        return
    observed = np.zeros(X.shape[1], bool)
    for where, piece in pieces(X):
        observed |= (~np.isnan(piece) & (weights[where, np.newaxis] > 0)).any(axis=0)
    empty = np.flatnonzero(~observed)
    if empty.size:
        columns = _listed(empty if names is None else (repr(str(name)) for name in names[empty]))
        raise DataError(
            "Each column must hold at least one observed number, but these are NaN in every row of a weight "
            f"above zero: columns {columns}. Leave them out."
        )


def column_means(X: Matrix, scaling: Scaling, weights: np.ndarray) -> np.ndarray:
    """Mean of what was observed of each column, in the model's units: (n_features,) float32

    NaN where nothing was.

    Parameters
    ----------
    X : ndarray or CSR of shape (n_samples, n_features)
    scaling : Scaling
    weights : ndarray of shape (n_samples,)
    """
    sums, counts = np.zeros(X.shape[1]), np.zeros(X.shape[1])
    for where, piece in pieces(X):
        x, weight = scaling.apply(piece), weights[where].astype(np.float64)
        observed = ~np.isnan(x)
        if not observed.all():
            x = np.where(observed, x, 0)
        for total, numbers in ((sums, x), (counts, observed)):
            total += np.einsum("i,ij->j", weight, numbers)  # unlike @, in float64 without a copy in it
    with np.errstate(invalid="ignore"):
        return (sums / counts).astype(np.float32)


def _listed(items: Iterable[object]) -> str:
    """The first few, in words, and how many there are."""
    words = [str(item) for item in items]
    shown = ", ".join(words[:8])
    return shown if len(words) <= 8 else f"{shown}, ... ({len(words)} in all)"
