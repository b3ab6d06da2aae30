"""Zeros and ones."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from keras import ops

from diabolo.data.domain import check_numbers_within, first_number
from diabolo.data.rows import Rows
from diabolo.errors import DataError
from diabolo.noise import Noise, Tensor
from diabolo.objectives.likelihoods.base import Learned, Likelihood

_RAREST = 1e-3  # columns of zeros alone would have a logit of minus infinity


@dataclass(frozen=True)
class Bernoulli(Likelihood):
    """log p(x | z) = x log p + (1 - x) log(1 - p), p = sigmoid(decoded)

    For zeros and ones. Numbers between them may be trained on: then it is a cross-entropy, which no model
    brings to zero, and no likelihood.
    """

    discrete: ClassVar[bool] = True

    def log_prob(self, x: Tensor, decoded: Tensor, learned: Learned) -> Tensor:
        return x * decoded - ops.softplus(decoded)

    def mean(self, decoded: Tensor) -> Tensor:
        return ops.sigmoid(decoded)

    def link(self, mean: np.ndarray) -> np.ndarray:
        p = np.clip(mean, _RAREST, 1 - _RAREST)
        return np.log(p / (1 - p))

    def sample(self, decoded: Tensor, learned: Learned, noise: Noise) -> Tensor:
        return ops.cast(noise.uniform(decoded.shape) < self.mean(decoded), decoded.dtype)

    def check(self, rows: Rows) -> None:
        check_numbers_within(
            rows,
            (0, 1),
            "likelihood='bernoulli'",
            "Use likelihood='gaussian', or scale='minmax' for columns of two values.",
        )

    def check_density(self, rows: Rows) -> None:
        place = first_number(rows, lambda x: (x != 0) & (x != 1))
        if place is not None:
            raise DataError(
                f"likelihood='bernoulli' gives probabilities of zeros and ones alone, but {place}. Round X "
                "to zeros and ones, or fit with likelihood='continuous_bernoulli' or 'gaussian'."
            )
