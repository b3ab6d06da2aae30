"""What codes are like before a row is seen: p(z)."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from keras import ops

from diabolo.data.rows import Rows
from diabolo.latents.base import check_count
from diabolo.noise import Noise, Tensor

if TYPE_CHECKING:
    from diabolo.latents.gaussian import Normal

Road = Any  # of diabolo.training.road: encodes and holds what was learned


class Prior(ABC):
    """A distribution of codes. Subclasses are frozen dataclasses."""

    @abstractmethod
    def log_prob(self, z: Tensor, road: Road) -> Tensor:
        """log p(z) in nats: (draws, batch, n_components) -> (draws, batch)"""

    def kl(self, posterior: "Normal", z: Tensor, road: Road) -> Tensor:
        """KL(q(z|x) || p(z)) in nats: (batch,)

        Estimated from the draws z of q, as the mean of log q(z|x) - log p(z).
        """
        return ops.mean(posterior.log_prob(z) - self.log_prob(z, road), axis=0)

    @abstractmethod
    def sample(self, n: int, n_components: int, road: Road, noise: Noise) -> Tensor:
        """Codes drawn from it: (n, n_components)"""

    def shapes(self, n_features: int) -> dict[str, tuple[int, ...]]:
        """Shapes of what the prior learns, by name."""
        return {}

    def start(self, rows: Rows, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Where learning of those begins."""
        return {}


@dataclass(frozen=True)
class StandardNormal(Prior):
    """p(z) = N(0, I)"""

    def log_prob(self, z: Tensor, road: Road) -> Tensor:
        return -0.5 * ops.sum(ops.square(z) + math.log(2 * math.pi), axis=-1)

    def kl(self, posterior: "Normal", z: Tensor, road: Road) -> Tensor:
        """In closed form: 1/2 sum_k (mean_k^2 + variance_k - 1 - log variance_k)"""
        mean, log_variance = posterior
        return 0.5 * ops.sum(ops.square(mean) + ops.exp(log_variance) - 1 - log_variance, axis=-1)

    def sample(self, n: int, n_components: int, road: Road, noise: Noise) -> Tensor:
        return noise.normal((n, n_components))


@dataclass(frozen=True)
class VampPrior(Prior):
    """p(z) = 1/K sum_k q(z | u_k): the mean posterior of K learned rows, the pseudo-inputs u_k

    They begin as rows of the data. Tomczak and Welling (2018), "VAE with a VampPrior".

    Parameters
    ----------
    n_pseudo_inputs : int, default=500
    """

    n_pseudo_inputs: int = 500

    def __post_init__(self) -> None:
        check_count(self.n_pseudo_inputs, "n_pseudo_inputs")

    def log_prob(self, z: Tensor, road: Road) -> Tensor:
        component = road.posterior(road.learned["pseudo_inputs"].value)
        # Of all pairs, a component at a time: so nothing of size draws x batch x K x n_components is made,
        # and no large squares cancel, as they do where the square is multiplied out.
        flat = ops.reshape(z, (-1, z.shape[-1]))
        mean, precision = component.mean, ops.exp(-component.log_variance)  # (K, n_components)
        square = sum(
            ops.square(flat[:, k, None] - mean[:, k]) * precision[:, k] for k in range(z.shape[-1])
        )  # (draws * batch, K)
        log_norm = ops.sum(component.log_variance + math.log(2 * math.pi), axis=-1)  # (K,)
        log_prob = ops.logsumexp(-0.5 * (square + log_norm), axis=-1) - math.log(self.n_pseudo_inputs)
        return ops.reshape(log_prob, z.shape[:-1])

    def sample(self, n: int, n_components: int, road: Road, noise: Noise) -> Tensor:
        component = road.posterior(road.learned["pseudo_inputs"].value)
        which = ops.cast(noise.uniform((n,)) * self.n_pseudo_inputs, "int32")
        mean, std = (ops.take(each, which, axis=0) for each in (component.mean, component.std))
        return mean + std * noise.normal((n, n_components))

    def shapes(self, n_features: int) -> dict[str, tuple[int, ...]]:
        return {"pseudo_inputs": (self.n_pseudo_inputs, n_features)}

    def start(self, rows: Rows, rng: np.random.Generator) -> dict[str, np.ndarray]:
        which = rng.choice(len(rows), self.n_pseudo_inputs, replace=self.n_pseudo_inputs > len(rows))
        x = rows.take(which)
        return {"pseudo_inputs": x if rows.fill is None else np.where(np.isnan(x), rows.fill, x)}
