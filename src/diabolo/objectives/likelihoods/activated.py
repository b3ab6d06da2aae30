"""The mean squared error of a decoder that ends in an activation."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from diabolo.noise import Tensor
from diabolo.objectives.likelihoods.base import Learned
from diabolo.objectives.likelihoods.bernoulli import Bernoulli
from diabolo.objectives.likelihoods.mean_squared_error import MeanSquaredError

_LEAST = 1e-3  # how far from an end of tanh, which it never reaches, a mean is taken to be


def _itself(mean: np.ndarray) -> np.ndarray:
    return mean


_INVERSES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": _itself,
    "relu": _itself,  # of means that are not negative; 0 stands at the edge, where rows can still move it
    "sigmoid": Bernoulli().link,
    "tanh": lambda mean: np.arctanh(np.clip(mean, _LEAST - 1, 1 - _LEAST)),
}


@dataclass(frozen=True)
class ActivatedMeanSquaredError(MeanSquaredError):
    """1/d sum_j (x_j - activation(decoded)_j)^2: for rows that are themselves what a layer gave out

    Parameters
    ----------
    activation : str
        Name of a Keras activation, that layer's.
    """

    activation: str = "linear"

    def mean(self, decoded: Tensor) -> Tensor:
        return keras.activations.get(self.activation)(decoded)

    def link(self, mean: np.ndarray) -> np.ndarray | None:
        inverse = _INVERSES.get(self.activation)
        return None if inverse is None else inverse(mean)

    def loss(self, x: Tensor, decoded: Tensor, observed: Tensor | None, learned: Learned) -> Tensor:
        return super().loss(x, self.mean(decoded), observed, learned)
