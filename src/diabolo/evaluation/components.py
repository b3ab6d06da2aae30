"""What each component of a code is good for."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from sklearn.decomposition import PCA

from diabolo.errors import DataError

ACTIVE = 0.01  # variance of its mean over rows, above which a unit counts as active (Burda et al. 2016)


def code_variances(means: np.ndarray) -> np.ndarray:
    """Var_x(E[z_k | x]), the variance of each component's mean over rows.

    Parameters
    ----------
    means : ndarray of shape (n_samples, n_components)
        The codes that ``transform`` gives.

    Returns
    -------
    variances : ndarray of shape (n_components,)
    """
    return np.var(means.astype(np.float64), axis=0)


def active_units(means: np.ndarray, *, relative: bool = False) -> np.ndarray:
    """Which components are active: Var_x(E[z_k | x]) > 0.01

    Parameters
    ----------
    means : ndarray of shape (n_samples, n_components)
    relative : bool, default=False
        Whether the limit is 0.01 of the largest variance instead: for codes without a prior, whose scale is
        arbitrary.

    Returns
    -------
    active : ndarray of shape (n_components,), bool

    References
    ----------
    Burda, Grosse and Salakhutdinov (2016), "Importance weighted autoencoders", section 5.2.
    """
    variances = code_variances(means)
    return variances > ACTIVE * (variances.max() if relative else 1)


def kl_by_component(means: np.ndarray, stds: np.ndarray) -> np.ndarray:
    """KL(q(z_k | x) || N(0, 1)) in nats, the mean over rows: 1/2 (mean^2 + std^2 - 1) - log std

    Parameters
    ----------
    means, stds : ndarray of shape (n_samples, n_components)
        Of the normal distributions of codes.

    Returns
    -------
    kl : ndarray of shape (n_components,)
        Their sum is the KL term of the evidence bound.
    """
    means, stds = means.astype(np.float64), stds.astype(np.float64)
    return np.mean((means**2 + stds**2 - 1) / 2 - np.log(stds), axis=0)


class Explained(NamedTuple):
    """Shares of the variance of rows that the first components explain, k = 1 to n_components of them."""

    order: np.ndarray  # (n_components,): which component is the first, the second, ...
    model: np.ndarray  # (n_components,): 1 - mse / variance
    pca: np.ndarray  # (n_components,): the same of PCA, fitted on these rows


def explained_variance(X: np.ndarray, codes: np.ndarray, decode: Callable[[np.ndarray], Any]) -> Explained:
    """Decode with k components, the others at their mean, and compare with PCA of k components.

    The first component is the one without which the error grows most, the others being there, and so on:
    components of autoencoders have no order of their own.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        NaN where nothing was observed; PCA sees the column's mean there. Errors are of what was observed.
    codes : ndarray of shape (n_samples, n_components)
        Of these rows.
    decode : callable
        From codes to rows of the shape and units of X.

    Raises
    ------
    DataError
        If no number of X varies.
    """
    X = X.astype(np.float64)
    centered = X - np.nanmean(X, axis=0)
    variance = np.nanmean(centered**2)
    if not variance > 0:
        raise DataError("Rows must vary, or there is nothing to explain; all rows of this X are equal.")

    def explained(kept: np.ndarray) -> float:
        some = np.where(kept, codes, codes.mean(axis=0, dtype=np.float64).astype(codes.dtype))
        return float(1 - np.nanmean((X - np.asarray(decode(some)).reshape(X.shape)) ** 2) / variance)

    n_components = codes.shape[1]
    every = np.arange(n_components)
    order = np.argsort([explained(every != k) for k in every], kind="stable")
    model = [explained(np.isin(every, order[: k + 1])) for k in every]
    return Explained(order, np.array(model), _explained_by_pca(X, centered, variance, n_components))


def _explained_by_pca(X: np.ndarray, centered: np.ndarray, variance: float, n_components: int) -> np.ndarray:
    """1 - mse / variance of what was observed, for each number of components."""
    filled = np.nan_to_num(centered)
    most = min(n_components, *filled.shape)
    pca = PCA(most, svd_solver="covariance_eigh").fit(filled)
    scores, rest, shares = pca.transform(filled), filled.copy(), []
    for k in range(n_components):
        if k < most:
            rest = rest - np.outer(scores[:, k], pca.components_[k])
        shares.append(1 - np.nanmean(np.where(np.isnan(X), np.nan, rest) ** 2) / variance)
    return np.array(shares)
