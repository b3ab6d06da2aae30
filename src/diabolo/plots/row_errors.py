"""How far the reconstruction of each row is from it, and the name and unit of that figure."""

from typing import Any, NamedTuple

import numpy as np

from diabolo.plots.rows import Kind, compare, mean_over_observed

_UNEXPLAINED = "unexplained\n(mean share of a column's variance or entropy)"


class RowErrors(NamedTuple):
    """One figure a row."""

    values: np.ndarray  # (n,)
    name: str  # with its unit, of an axis


def row_errors(estimator: Any, kind: Kind, X: Any) -> RowErrors:
    """Those of rows: what ``reconstruction_error`` gives, or the mean squared error over what was observed.

    Parameters
    ----------
    estimator : fitted estimator
        An autoencoder, or anything else with ``transform`` and ``inverse_transform``.
    kind : Images, Steps or Columns
    X : array-like of shape (n, n_features) or (n, *row_shape)
    """
    if not hasattr(estimator, "reconstruction_error"):
        originals, reconstructions = compare(estimator, kind, X)
        return RowErrors(squared_errors(originals, reconstructions), _name(kind, kind.unit(originals)))
    learned = estimator._learned()
    if learned.objective.metrics[0].name == "unexplained":
        return RowErrors(estimator.reconstruction_error(X), _UNEXPLAINED)
    pixels = learned.scaling.kind == "pixels"
    unit = "pixels from 0 to 1" if pixels else kind.unit(kind.numbers(X))
    return RowErrors(estimator.reconstruction_error(X), _name(kind, unit))


def squared_errors(originals: np.ndarray, reconstructions: np.ndarray) -> np.ndarray:
    """1/d sum_j (x_j - x_hat_j)^2 of each row, over the d numbers observed of it: (n,)"""
    errors = np.square(originals - reconstructions).reshape(len(originals), -1)
    return mean_over_observed(errors, axis=1)


def _name(kind: Kind, unit: str) -> str:
    return f"mean squared error per {kind.part}\n({unit})"
