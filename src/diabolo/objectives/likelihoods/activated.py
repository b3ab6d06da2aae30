"""The mean squared error of a decoder that ends in an activation."""

from dataclasses import dataclass

import keras
import numpy as np

from diabolo.noise import Tensor
from diabolo.objectives.likelihoods.base import Learned
from diabolo.objectives.likelihoods.mean_squared_error import MeanSquaredError


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
        return mean if self.activation == "linear" else None

    def loss(self, x: Tensor, decoded: Tensor, observed: Tensor | None, learned: Learned) -> Tensor:
        return super().loss(x, self.mean(decoded), observed, learned)
