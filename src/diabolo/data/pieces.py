"""Rows a piece at a time, so that large ones are never copied whole, nor sparse ones made dense whole."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.sparse import issparse

_NUMBERS_A_PIECE = 2**21

Matrix = Any  # ndarray or scipy CSR, (n_samples, n_features)


def pieces(X: Matrix) -> Iterator[tuple[slice, np.ndarray]]:
    """Which rows, and these rows dense, in the dtype of X.

    Views where X is an array.
    """
    count = max(1, _NUMBERS_A_PIECE // X.shape[1])
    for start in range(0, X.shape[0], count):
        where = slice(start, min(start + count, X.shape[0]))
        yield where, dense(X[where])


def dense(X: Matrix) -> np.ndarray:
    """(n_samples, n_features) as an array."""
    return X.toarray() if issparse(X) else X


def smallest(X: Matrix) -> float:
    """The smallest observed number; NaN if there is none."""
    return float(np.fmin.reduce([np.fmin.reduce(piece, axis=None) for _, piece in pieces(X)]))


def largest(X: Matrix) -> float:
    """The largest observed number; NaN if there is none."""
    return float(np.fmax.reduce([np.fmax.reduce(piece, axis=None) for _, piece in pieces(X)]))
