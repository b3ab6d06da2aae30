"""Laplace distributions of each feature: robust against outliers."""

import math
from dataclasses import dataclass

import numpy as np
from keras import ops

from diabolo.data.moments import moments
from diabolo.data.rows import Rows
from diabolo.noise import Noise, Tensor
from diabolo.objectives.likelihoods.base import Learned, Likelihood
from diabolo.objectives.likelihoods.gaussian import SMALLEST_SCALE, log_scale


@dataclass(frozen=True)
class Laplace(Likelihood):
    """log p(x | z) = -|x - decoded| / scale - log(2 scale), with one learned scale for all features

    The scale begins at the data's standard deviation over sqrt(2) and stays above 1e-3, in the model's units.
    """

    def log_prob(self, x: Tensor, decoded: Tensor, learned: Learned) -> Tensor:
        scale = self._scale(learned)
        return -ops.abs(x - decoded) / scale - ops.log(2 * scale)

    def mean(self, decoded: Tensor) -> Tensor:
        return decoded

    def link(self, mean: np.ndarray) -> np.ndarray | None:
        return mean

    def sample(self, decoded: Tensor, learned: Learned, noise: Noise) -> Tensor:
        u = noise.uniform(decoded.shape) - 0.5
        tail = ops.maximum(1 - 2 * ops.abs(u), np.finfo(np.float32).tiny)
        return decoded - self._scale(learned) * ops.sign(u) * ops.log(tail)

    def _scale(self, learned: Learned) -> Tensor:
        return SMALLEST_SCALE + ops.exp(learned["log_scale"].value)

    def shapes(self, n_features: int) -> dict[str, tuple[int, ...]]:
        return {"log_scale": (1,)}

    def start(self, rows: Rows) -> dict[str, np.ndarray]:
        _, variance = moments(rows)
        return {"log_scale": log_scale(np.sqrt(variance.mean(keepdims=True)) / math.sqrt(2))}
