"""What each component of the code does."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from diabolo.evaluation.components import active_units, kl_by_component
from diabolo.latents.gaussian import Gaussian
from diabolo.latents.priors import StandardNormal
from diabolo.reporting.subject import Subject


@dataclass(frozen=True)
class Component:
    """A component of the code over the rows.

    Parameters
    ----------
    number : int
        From 1 on.
    is_active : bool
    kl : float or None
        Mean divergence from a standard normal prior, in nats, where there is one.
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
    latent = subject.fitted.architecture.latent
    active = active_units(codes, relative=not isinstance(latent, Gaussian))
    kl = None
    if isinstance(latent, Gaussian) and latent.prior == StandardNormal():
        estimator: Any = subject.estimator
        kl = kl_by_component(*estimator.transform(subject.X, return_std=True))
    return [
        Component(
            number=k + 1,
            is_active=bool(active[k]),
            kl=None if kl is None else float(kl[k]),
            mean=float(column.mean()),
            std=float(column.std()),
            least=float(column.min()),
            most=float(column.max()),
        )
        for k, column in enumerate(codes.T)
    ]
