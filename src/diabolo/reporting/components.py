"""What each component of the code does."""

from dataclasses import dataclass

import numpy as np

from diabolo.estimators.variational import VariationalAutoencoder
from diabolo.reporting.subject import Subject

ACTIVE_VARIANCE = 0.01  # of the mean code, in squared units of the prior (Burda et al. 2016)
ACTIVE_SHARE = 0.01  # of the widest component's standard deviation, where no prior gives the unit


@dataclass(frozen=True)
class Component:
    """A component of the code over the rows.

    Parameters
    ----------
    number : int
        From 1 on.
    is_active : bool
    kl : float or None
        Mean divergence from the standard normal prior, in nats, of a variational model.
    mean, std, least, most : float
        Of the (mean) code.
    """

    number: int
    is_active: bool
    kl: float | None
    mean: float
    std: float
    least: float
    most: float


def measure_components(subject: Subject) -> list[Component]:
    """Each component of the codes of the rows."""
    codes = subject.codes.astype(np.float64)
    stds = codes.std(axis=0)
    variational = isinstance(subject.estimator, VariationalAutoencoder)
    active = np.square(stds) > ACTIVE_VARIANCE if variational else stds > ACTIVE_SHARE * stds.max()
    kl = _kl(subject) if variational and subject.estimator.prior == "normal" else None
    return [
        Component(
            number=k + 1,
            is_active=bool(active[k]),
            kl=None if kl is None else float(kl[k]),
            mean=float(codes[:, k].mean()),
            std=float(stds[k]),
            least=float(codes[:, k].min()),
            most=float(codes[:, k].max()),
        )
        for k in range(codes.shape[1])
    ]


def _kl(subject: Subject) -> np.ndarray:
    """KL(N(mean, std^2) || N(0, 1)) = (mean^2 + std^2 - 1) / 2 - log std, averaged over rows: (k,)"""
    mean, std = subject.estimator.transform(subject.X, return_std=True)  # type: ignore[call-arg]
    mean, std = mean.astype(np.float64), std.astype(np.float64)
    return np.mean((np.square(mean) + np.square(std) - 1) / 2 - np.log(std), axis=0)
