"""Normal distributions of each feature around the decoder's output."""

import math
from dataclasses import dataclass
from numbers import Real

import numpy as np
from keras import ops

from diabolo.data.moments import moments
from diabolo.data.rows import Rows
from diabolo.errors import ParameterError
from diabolo.noise import Noise, Tensor
from diabolo.objectives.likelihoods.base import Learned, Likelihood

# Below it the density of data that can be given back exactly would grow without end.
SMALLEST_SCALE = 1e-3


class _Normal(Likelihood):
    """log N(x; decoded, scale^2) = -1/2 ((x - decoded) / scale)^2 - log scale - 1/2 log 2 pi"""

    def scale(self, learned: Learned) -> Tensor:
        """Standard deviation: a scalar, or of shape (1,) or (n_features,)."""
        return SMALLEST_SCALE + ops.exp(learned["log_scale"].value)

    def log_prob(self, x: Tensor, decoded: Tensor, learned: Learned) -> Tensor:
        scale = self.scale(learned)
        return -0.5 * ops.square((x - decoded) / scale) - ops.log(scale) - 0.5 * math.log(2 * math.pi)

    def mean(self, decoded: Tensor) -> Tensor:
        return decoded

    def link(self, mean: np.ndarray) -> np.ndarray | None:
        return mean

    def sample(self, decoded: Tensor, learned: Learned, noise: Noise) -> Tensor:
        return decoded + self.scale(learned) * noise.normal(decoded.shape)


@dataclass(frozen=True)
class Gaussian(_Normal):
    """x ~ N(decoded, scale^2) with one learned scale for all features

    The scale begins at the data's standard deviation and stays above 1e-3, in the model's units.
    """

    def shapes(self, n_features: int) -> dict[str, tuple[int, ...]]:
        return {"log_scale": (1,)}

    def start(self, rows: Rows) -> dict[str, np.ndarray]:
        _, variance = moments(rows)
        return {"log_scale": log_scale(np.sqrt(variance.mean(keepdims=True)))}


@dataclass(frozen=True)
class DiagonalGaussian(_Normal):
    """x_j ~ N(decoded_j, scale_j^2) with a learned scale for each feature

    Each begins at its column's standard deviation and stays above 1e-3, in the model's units.
    """

    def shapes(self, n_features: int) -> dict[str, tuple[int, ...]]:
        return {"log_scale": (n_features,)}

    def start(self, rows: Rows) -> dict[str, np.ndarray]:
        _, variance = moments(rows)
        return {"log_scale": log_scale(np.sqrt(variance))}


@dataclass(frozen=True)
class FixedGaussian(_Normal):
    """x ~ N(decoded, scale^2): with scale 1, half the summed squared error and a constant

    Parameters
    ----------
    fixed_scale : float, default=1.0
        Standard deviation, in the model's units.
    """

    fixed_scale: float = 1.0

    def __post_init__(self) -> None:
        scale = self.fixed_scale
        if not isinstance(scale, Real) or isinstance(scale, bool) or not 0 < scale < math.inf:
            raise ParameterError(f"fixed_scale must be a number above 0; got {scale!r}.")
        object.__setattr__(self, "fixed_scale", float(scale))

    def scale(self, learned: Learned) -> Tensor:
        return ops.convert_to_tensor(self.fixed_scale)


def log_scale(scale: np.ndarray) -> np.ndarray:
    """What is learned for such a scale."""
    return np.log(np.maximum(scale - SMALLEST_SCALE, SMALLEST_SCALE)).astype(np.float32)
