"""Scaling of tables that a few wild numbers can't spoil."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from diabolo.data.layout import Layout
from diabolo.data.pieces import Matrix, dense
from diabolo.data.scaling import Affine, Scaling

TAIL = 4.0  # model units from the median, near 4 standard deviations of a normal column
LARGEST_LOG = 700.0  # exp of more leaves float64
_NORMAL_QUARTILES = 1.349  # standard deviations between them


@dataclass(frozen=True, eq=False)
class Robust(Affine):
    """u = (X - center) / scale with the median and the quartiles; beyond ``TAIL`` its logarithm

    x = u where abs(u) <= TAIL, else sign(u) (TAIL + log(1 + abs(u) - TAIL))

    What comes back lies between the smallest and the largest number of ``fit``. Columns that are no numbers
    pass as they are.
    """

    low: np.ndarray  # (n_features,) float64, in X's units
    high: np.ndarray  # (n_features,) float64
    numbers: np.ndarray  # (n_features,) bool: which columns are numbers
    kind: ClassVar[str] = "robust"

    @property
    def tail(self) -> np.ndarray:
        """Where the logarithm begins, in the model's units: (n_features,)"""
        return np.where(self.numbers, TAIL, np.inf)

    def apply(self, X: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        u = (X - self.center) / self.scale
        beyond = np.maximum(np.abs(u) - self.tail, 0)
        return Scaling.apply(self, np.clip(u, -self.tail, self.tail) + np.sign(u) * np.log1p(beyond), out)

    def undo(self, x: np.ndarray) -> np.ndarray:
        x = x.astype(np.float64)
        beyond = np.clip(np.abs(x) - self.tail, 0, LARGEST_LOG)
        u = np.clip(x, -self.tail, self.tail) + np.sign(x) * np.expm1(beyond)
        return np.clip(u * self.scale + self.center, self.low, self.high)

    def columns(self, which: list[int]) -> "Robust":
        """That of some columns."""
        parts = (part[which] for part in (self.center, self.scale, self.low, self.high, self.numbers))
        return Robust(len(which), *parts)


def fit_robust(X: Matrix, layout: Layout, weights: np.ndarray) -> Robust:
    """Learn the constants of each column of numbers.

    Parameters
    ----------
    X : ndarray or CSR of shape (n_samples, n_features)
        NaN in gaps, with an observed number in each column.
    layout : Layout
    weights : ndarray of shape (n_samples,)
    """
    n_features = X.shape[1]
    low, high = np.full(n_features, -np.inf), np.full(n_features, np.inf)
    center, scale = np.zeros(n_features), np.ones(n_features)
    for place in layout.numbers:
        x = dense(X[:, [place]]).astype(np.float64)[:, 0]
        seen = ~np.isnan(x) & (weights > 0)
        x, weight = x[seen], weights[seen].astype(np.float64)
        low[place], high[place] = x.min(), x.max()
        lower, center[place], upper = _quantiles(x, weight, (0.25, 0.5, 0.75))
        # Half of the numbers may be equal, as in a column that is mostly zero.
        scale[place] = (upper - lower) / _NORMAL_QUARTILES or np.sqrt(np.cov(x, aweights=weight, ddof=0))
    scale[scale <= np.abs(center) * 1e-14] = 1  # of constants
    is_number = np.isin(np.arange(n_features), layout.numbers)
    low, high = np.where(is_number, low, -1e9), np.where(is_number, high, 1e9)
    return Robust(n_features, center, scale, low, high, is_number)


def _quantiles(x: np.ndarray, weight: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    """The smallest numbers that have these shares of the weight at or below them."""
    order = np.argsort(x, kind="stable")
    total = np.cumsum(weight[order])
    return x[order][np.searchsorted(total, np.array(shares) * total[-1])]
