"""Numbers from 0 to 1, such as grey values."""

import math
from dataclasses import dataclass

from keras import ops

from diabolo.data.domain import check_numbers_within
from diabolo.data.rows import Rows
from diabolo.noise import Noise, Tensor
from diabolo.objectives.likelihoods.base import Learned, Likelihood

# Where |decoded| is smaller, quotients of two small numbers are replaced by their series.
_SMALL = 0.1


@dataclass(frozen=True)
class ContinuousBernoulli(Likelihood):
    """log p(x | z) = x l - softplus(l) + log C(l), l = decoded, C(l) = l / tanh(l / 2)

    A density on [0, 1]. Loaiza-Ganem and Cunningham (2019), "The continuous Bernoulli".
    """

    def log_prob(self, x: Tensor, decoded: Tensor, learned: Learned) -> Tensor:
        small, safe = _split(decoded)
        # l / tanh(l / 2) = 2 + l^2 / 6 - l^4 / 360 + ...
        series = 2 + ops.square(decoded) / 6 - ops.square(ops.square(decoded)) / 360
        normaliser = ops.where(small, series, safe / ops.tanh(safe / 2))
        return x * decoded - ops.softplus(decoded) + ops.log(normaliser)

    def mean(self, decoded: Tensor) -> Tensor:
        """1 / (1 - exp(-l)) - 1 / l = (1 + 1 / tanh(l / 2)) / 2 - 1 / l"""
        small, safe = _split(decoded, 0.5)  # below it the difference loses more digits than the series
        square = ops.square(decoded)
        series = 0.5 + decoded * (1 / 12 - square * (1 / 720 - square / 30240))
        return ops.where(small, series, (1 + 1 / ops.tanh(safe / 2)) / 2 - 1 / safe)

    def sample(self, decoded: Tensor, learned: Learned, noise: Noise) -> Tensor:
        """The inverse of the distribution function: log(1 + u (exp(l) - 1)) / l"""
        u = noise.uniform(decoded.shape)
        small, safe = _split(decoded, 1e-3)
        # For l > 0 as 1 + log(u + (1 - u) exp(-l)) / l, and by symmetry for l < 0.
        size = ops.abs(safe)
        least = math.exp(-80)
        x = 1 + ops.log(ops.maximum(u + (1 - u) * ops.exp(-size), least)) / size
        return ops.where(small, u, ops.clip(ops.where(safe > 0, x, 1 - x), 0.0, 1.0))

    def check(self, rows: Rows) -> None:
        check_numbers_within(
            rows, (0, 1), "likelihood='continuous_bernoulli'", "Use scale='minmax', or likelihood='gaussian'."
        )


def _split(x: Tensor, small: float = _SMALL) -> tuple[Tensor, Tensor]:
    """Where x is small, and x with 1 in those places: so that no branch divides by zero."""
    is_small = ops.abs(x) < small
    return is_small, ops.where(is_small, 1.0, x)
