"""Bounds on log p(x), which variational autoencoders raise."""

import math
from dataclasses import dataclass
from typing import ClassVar

from keras import ops

from diabolo.noise import Tensor
from diabolo.objectives.likelihoods.base import Likelihood, log_of_unit
from diabolo.objectives.passes import Pass
from diabolo.objectives.reconstruction import Reconstruction, reconstruction_by_draw
from diabolo.objectives.schedules import Schedule, value_at


@dataclass(frozen=True)
class KLDivergence:
    """weight * KL(q(z | x) || p(z)); with a capacity C, weight * |KL - C|

    Kingma and Welling (2014) with weight 1; Higgins et al. (2017), "beta-VAE"; with a capacity Burgess et al.
    (2018).
    """

    weight: float | Schedule = 1.0
    capacity: float | Schedule | None = None
    name: ClassVar[str] = "kl"
    unit: ClassVar[str] = "nats per row"

    def __call__(self, pass_: Pass) -> Tensor:
        kl = kl_to_prior(pass_)
        if self.capacity is not None:
            kl = ops.abs(kl - value_at(self.capacity, pass_.epoch))
        return value_at(self.weight, pass_.epoch) * kl


@dataclass(frozen=True)
class ImportanceWeighted:
    """-log 1/K sum_k p(x | z_k) (p(z_k) / q(z_k | x))^weight, z_k ~ q(z | x)

    With weight 1, minus the bound of Burda, Grosse and Salakhutdinov (2016), "Importance weighted
    autoencoders": at K = 1 the evidence bound, and log p(x) as K grows.
    """

    likelihood: Likelihood
    draws: int
    weight: float | Schedule = 1.0
    name: ClassVar[str] = "importance_weighted"
    unit: ClassVar[str] = "nats per row"

    def __call__(self, pass_: Pass) -> Tensor:
        weight = value_at(self.weight, pass_.epoch)
        log_ratio = log_prior(pass_) - pass_.posterior.log_prob(pass_.z)
        log_w = weight * log_ratio - reconstruction_by_draw(self.likelihood, pass_)
        groups = ops.reshape(log_w, (-1, self.draws, log_w.shape[-1]))  # (groups, draws, batch)
        return math.log(self.draws) - ops.mean(ops.logsumexp(groups, axis=1), axis=0)


@dataclass(frozen=True)
class Bound:
    """The bound on log p(X), a density of X in its own units: with weight 1, whatever training weighs

    ``terms`` are those of the loss at weight 1.
    """

    likelihood: Likelihood
    terms: tuple[Reconstruction | KLDivergence | ImportanceWeighted, ...]
    name: str = "elbo"
    unit: ClassVar[str] = "nats per row"

    def __call__(self, pass_: Pass) -> Tensor:
        bound = -sum(term(pass_) for term in self.terms)
        return bound - log_of_unit(self.likelihood, pass_.unit, pass_.observed)


def kl_to_prior(pass_: Pass) -> Tensor:
    """KL(q(z | x) || p(z)) in nats: (batch,)"""
    return pass_.road.latent.prior.kl(pass_.posterior, pass_.z, pass_.road)


def log_prior(pass_: Pass) -> Tensor:
    """log p(z) of the codes drawn, in nats: (draws, batch)"""
    return pass_.road.latent.prior.log_prob(pass_.z, pass_.road)
