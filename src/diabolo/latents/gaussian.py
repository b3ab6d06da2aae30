"""A code that is drawn from a normal distribution."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from keras import ops

from diabolo.data.rows import Rows
from diabolo.latents.base import Encoded, Latent, Memory, check_count
from diabolo.latents.priors import Prior, StandardNormal
from diabolo.noise import Noise, Tensor

# exp of it stays far from the ends of float32: variances from 2e-9 to 5e8.
_LARGEST_LOG_VARIANCE = 20.0

# Draws at evaluation: a fixed set, shared by all rows, half of it the negatives of the other half. Each
# component is brought to variance 1 over the set: what so few happen to have moves a bound by a nat.
EVALUATION_DRAWS = 8


class Normal(NamedTuple):
    """N(mean, diag exp(log_variance)), one distribution a row."""

    mean: Tensor  # (batch, n_components)
    log_variance: Tensor  # (batch, n_components)

    @property
    def std(self) -> Tensor:
        """(batch, n_components)"""
        return ops.exp(self.log_variance / 2)

    def log_prob(self, z: Tensor) -> Tensor:
        """log N(z; mean, variance), summed over components, in nats: (draws, batch)"""
        square = ops.square(z - self.mean) * ops.exp(-self.log_variance)
        return -0.5 * ops.sum(square + self.log_variance + math.log(2 * math.pi), axis=-1)


@dataclass(frozen=True)
class Gaussian(Latent):
    """z = mean(x) + std(x) * n with n ~ N(0, 1): the reparameterisation of Kingma and Welling (2014)

    The encoder gives out the mean and, beside it, the logarithm of the variance.

    Parameters
    ----------
    prior : Prior
    draws : int, default=1
        Codes drawn for a row in training.
    """

    prior: Prior = field(default_factory=StandardNormal)
    draws: int = 1

    def __post_init__(self) -> None:
        check_count(self.draws, "draws")

    def width(self, n_components: int) -> int:
        return 2 * n_components

    def code(self, output: Tensor) -> Tensor:
        return output[:, : output.shape[-1] // 2]

    def posterior(self, output: Tensor) -> Normal:
        """The distribution that the encoder's output stands for."""
        log_variance = output[:, output.shape[-1] // 2 :]
        return Normal(
            self.code(output), ops.clip(log_variance, -_LARGEST_LOG_VARIANCE, _LARGEST_LOG_VARIANCE)
        )

    def encoded(self, output: Tensor, noise: Noise, memory: Memory, weight: Tensor | None) -> Encoded:
        posterior = self.posterior(output)
        batch, n_components = posterior.mean.shape
        if weight is not None:
            n = noise.normal((self.draws, batch, n_components))
        else:
            n = noise.normal((self.evaluation_draws // 2, 1, n_components))
            n = n / ops.sqrt(ops.mean(ops.square(n), axis=0))
            n = ops.concatenate([n, -n])
        return Encoded(posterior.mean, posterior.mean + posterior.std * n, posterior)

    @property
    def evaluation_draws(self) -> int:
        """A multiple of ``draws``, so that bounds of several draws can be taken; an even number."""
        return math.ceil(EVALUATION_DRAWS / (2 * self.draws)) * 2 * self.draws

    def shapes(self, n_features: int) -> dict[str, tuple[int, ...]]:
        return self.prior.shapes(n_features)

    def start(self, rows: Rows, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return self.prior.start(rows, rng)
