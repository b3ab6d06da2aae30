"""Rows between two rows, by their codes."""

from numbers import Integral
from typing import Any

import numpy as np

from diabolo.errors import DataError, ParameterError


def interpolate(estimator: Any, a: Any, b: Any, steps: int = 10) -> np.ndarray:
    """Rows on the way from one row to another, along the straight line between their codes.

    x_t = decode((1 - t) encode(a) + t encode(b)), at as many even steps of t from 0 to 1.

    Parameters
    ----------
    estimator : fitted transformer
        An autoencoder, or anything else with ``transform`` and ``inverse_transform``: PCA.
    a, b : array-like of shape (n_features,), row_shape, or either with 1 before it
        One row each: an image, or a row of a table, also as a Series or a DataFrame of one row.
    steps : int, default=10
        Rows to return, both ends among them; at least 2.

    Returns
    -------
    rows : ndarray of shape (steps, *row_shape)
        In the units of X; a DataFrame of a model of mixed columns (``Tabular``). The first is the
        reconstruction of ``a``, the last that of ``b``.

    Raises
    ------
    DataError
        If ``a`` or ``b`` is not one row of the model's features.
    ParameterError
        If ``steps`` is no whole number of at least 2.

    Examples
    --------
    >>> from diabolo import Autoencoder, interpolate
    >>> from sklearn.datasets import load_iris
    >>> X = load_iris().data
    >>> ae = Autoencoder(2, epochs=2, random_state=0).fit(X)
    >>> interpolate(ae, X[0], X[100], steps=5).shape
    (5, 4)
    """
    if not isinstance(steps, Integral) or isinstance(steps, bool) or steps < 2:
        raise ParameterError(f"steps must be a whole number of at least 2, for both ends; got {steps!r}.")
    start, end = (_code(estimator, row, name) for row, name in ((a, "a"), (b, "b")))
    t = np.linspace(0, 1, int(steps), dtype=start.dtype)[:, None]
    rows = estimator.inverse_transform((1 - t) * start + t * end)
    return rows if hasattr(rows, "columns") else np.asarray(rows)


def _code(estimator: Any, row: Any, name: str) -> np.ndarray:
    """The code of one row: (1, n_components)"""
    if hasattr(row, "to_frame") and hasattr(row, "index"):  # a Series of pandas: its index names the columns
        row = row.to_frame().T.infer_objects()
    if not hasattr(row, "columns"):
        row = np.asarray(row)
        row = row.reshape(1, -1) if row.size == estimator.n_features_in_ else row
    if np.shape(row) != (1, estimator.n_features_in_):
        raise DataError(
            f"{name} must be one row of {estimator.n_features_in_} features; got shape {np.shape(row)}. Pass "
            "one row of X, such as X[0]."
        )
    return np.asarray(estimator.transform(row))
