"""How far the reconstruction of each row is from it, and the name and unit of that figure."""

from typing import Any, NamedTuple

import numpy as np

from diabolo.plots.row_kinds import Kind
from diabolo.plots.rows import compare, mean_over_observed


class RowErrors(NamedTuple):
    """One figure a row."""

    values: np.ndarray  # (n,)
    name: str
    part: str  # of the row, over which it is a mean
    unit: str

    @property
    def label(self) -> str:
        """Of an axis."""
        return f"{self.name} per {self.part}\n({self.unit})"


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
        return squared_errors(kind, *compare(estimator, kind, X))
    learned, values = estimator._learned(), estimator.reconstruction_error(X)
    if learned.objective.metrics[0].name == "unexplained":
        return RowErrors(values, "unexplained", "column", "share of a column's variance or entropy")
    pixels = learned.scaling.kind == "pixels"
    unit = "pixels from 0 to 1" if pixels else kind.unit(kind.numbers(X))
    return RowErrors(values, "mean squared error", kind.part, unit)


def squared_errors(kind: Kind, originals: np.ndarray, reconstructions: np.ndarray) -> RowErrors:
    """1/d sum_j (x_j - x_hat_j)^2 of each row, over the d numbers observed of it."""
    errors = np.square(originals.astype(np.float64) - reconstructions).reshape(len(originals), -1)
    values = mean_over_observed(errors, axis=1)
    return RowErrors(values, "mean squared error", kind.part, kind.unit(originals))
