"""A mixture of normal distributions of codes."""

import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import sklearn.mixture
from scipy.linalg import solve_triangular
from scipy.special import logsumexp
from sklearn.exceptions import ConvergenceWarning

from diabolo.data.rows import Rows
from diabolo.errors import DataError, ParameterError
from diabolo.latents.base import check_count
from diabolo.samplers.base import Learned, Sampler

_MOST_STEPS = 1000  # of expectation and maximisation


@dataclass(frozen=True)
class GaussianMixture(Sampler):
    """p(z) = sum_k w_k N(z; m_k, L_k L_k^T): scikit-learn's mixture, fitted on standardised codes.

    Ghosh et al. (2020), "From variational to deterministic autoencoders", draw from autoencoders by it.

    Parameters
    ----------
    n_components : int, default=10
        Normal distributions, each with a full covariance.
    reg : float, default=1e-6
        Added to each variance, as a part of its column's variance.

    Examples
    --------
    >>> from diabolo import samplers
    >>> from sklearn.datasets import load_iris
    >>> mixture = samplers.GaussianMixture(3).fit(load_iris().data, random_state=0)
    >>> mixture.sample(2, random_state=0).shape
    (2, 4)
    """

    n_components: int = 10
    reg: float = 1e-6

    dtype: ClassVar[type[np.floating]] = np.float64

    def __post_init__(self) -> None:
        check_count(self.n_components, "n_components of GaussianMixture")
        if isinstance(self.reg, bool) or not 0 <= self.reg < np.inf:
            raise ParameterError(f"reg must be a number of at least 0; got {self.reg!r}.")

    def shapes(self, n_components: int) -> dict[str, tuple[int, ...]]:
        return {
            "weights": (self.n_components,),
            "means": (self.n_components, n_components),
            "factors": (self.n_components, n_components, n_components),  # L_k, lower triangular
        }

    def _learn(self, rows: Rows, seed: int) -> Learned:
        codes = rows.take(np.arange(len(rows))).astype(np.float64)
        n_different = len(np.unique(codes, axis=0))
        if n_different < self.n_components:
            raise DataError(
                f"A mixture of {self.n_components} normal distributions needs as many different codes, and "
                f"these are {n_different}. Pass more rows, or "
                f"sampler=diabolo.samplers.GaussianMixture({max(1, n_different // 10)})."
            )
        mixture = sklearn.mixture.GaussianMixture(
            self.n_components, reg_covar=self.reg, max_iter=_MOST_STEPS, random_state=seed
        )
        with warnings.catch_warnings():
            # Each step makes the codes likelier: one that would still gain a little is a mixture as well.
            warnings.simplefilter("ignore", ConvergenceWarning)
            mixture.fit(codes)
        factors = np.linalg.cholesky(mixture.covariances_)
        return {"weights": mixture.weights_, "means": mixture.means_, "factors": factors}

    def _draw(self, n_samples: int, rng: np.random.Generator) -> np.ndarray:
        weights, means, factors = (self.learned_[name] for name in ("weights", "means", "factors"))
        which = rng.choice(len(weights), n_samples, p=weights)
        noise = rng.standard_normal((n_samples, means.shape[1]))
        draws = np.empty_like(noise)
        for k, (mean, factor) in enumerate(zip(means, factors, strict=True)):
            draws[which == k] = mean + noise[which == k] @ factor.T
        return draws

    def _log_prob(self, rows: Rows) -> np.ndarray:
        codes = rows.take(np.arange(len(rows))).astype(np.float64)
        parts = zip(*(self.learned_[name] for name in ("means", "factors")), strict=True)
        by_part = [_log_normal(codes, mean, factor) for mean, factor in parts]
        return logsumexp(by_part, axis=0, b=self.learned_["weights"][:, None])

    def check_learned(self, learned: Learned) -> None:
        """Raise ``DataError`` where arrays of the right shapes are no mixture."""
        weights, factors = learned["weights"], learned["factors"]
        if not ((weights >= 0).all() and np.isclose(weights.sum(), 1, rtol=0, atol=1e-9)):
            raise DataError("Weights of a mixture must be at least 0 and add up to 1.")
        upright = (np.diagonal(factors, axis1=1, axis2=2) > 0).all()
        if not upright or np.triu(factors, 1).any():
            raise DataError("Factors of covariances must be lower triangular, above 0 on the diagonal.")


def _log_normal(codes: np.ndarray, mean: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """log N(z; m, L L^T) = -|L^-1 (z - m)|^2 / 2 - log |L| - d/2 log 2 pi, in nats: (n_samples,)"""
    whitened = solve_triangular(factor, (codes - mean).T, lower=True)
    constant = np.log(np.diag(factor)).sum() + 0.5 * len(mean) * np.log(2 * np.pi)
    return -0.5 * np.square(whitened).sum(axis=0) - constant
