"""Mean squared error: the loss of the deterministic models, and no density."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from keras import ops

from diabolo.noise import Noise, Tensor
from diabolo.objectives.likelihoods.base import Learned, Likelihood
from diabolo.objectives.passes import mean_over_features


@dataclass(frozen=True)
class MeanSquaredError(Likelihood):
    """The article's loss: 1/d sum_j (x_hat_j - x_j)^2, over the d numbers observed of the row"""

    unit: ClassVar[str] = "squared model units per feature"

    def loss(self, x: Tensor, decoded: Tensor, observed: Tensor | None, learned: Learned) -> Tensor:
        return mean_over_features(ops.square(decoded - x), observed)

    def mean(self, decoded: Tensor) -> Tensor:
        return decoded

    def link(self, mean: np.ndarray) -> np.ndarray | None:
        return mean

    def log_prob(self, x: Tensor, decoded: Tensor, learned: Learned) -> Tensor:
        raise TypeError("The mean squared error has no scale, so it is no density.")

    def sample(self, decoded: Tensor, learned: Learned, noise: Noise) -> Tensor:
        raise TypeError("The mean squared error has no scale, so nothing can be drawn from it.")
