"""What every likelihood answers."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import keras
import numpy as np
from keras import ops

from diabolo.data.rows import Rows
from diabolo.noise import Noise, Tensor
from diabolo.objectives.passes import sum_over_features

Learned = Mapping[str, keras.Variable]


class Likelihood(ABC):
    """p(x | z). Subclasses are frozen dataclasses.

    ``decoded`` is what the decoder gave out, (..., n_features), and ``x`` (batch, n_features) broadcasts
    against it. All is in the model's units, and logarithms in nats.
    """

    unit: ClassVar[str] = "nats per row"
    discrete: ClassVar[bool] = False  # probabilities of values, not densities: they have no units

    @abstractmethod
    def log_prob(self, x: Tensor, decoded: Tensor, learned: Learned) -> Tensor:
        """log p(x_j | z) of each feature: (..., n_features)"""

    @abstractmethod
    def mean(self, decoded: Tensor) -> Tensor:
        """E[x | z], of the shape of ``decoded``."""

    def link(self, mean: np.ndarray) -> np.ndarray | None:
        """The link function, ``decoded`` where E[x | z] is ``mean``; ``None`` without a closed form."""
        return None

    @abstractmethod
    def sample(self, decoded: Tensor, learned: Learned, noise: Noise) -> Tensor:
        """x drawn from p(x | z), of the shape of ``decoded``."""

    def loss(self, x: Tensor, decoded: Tensor, observed: Tensor | None, learned: Learned) -> Tensor:
        """-log p(x | z), summed over the features observed of each row: (...,)"""
        return -sum_over_features(self.log_prob(x, decoded, learned), observed)

    def check(self, rows: Rows) -> None:
        """Raise ``DataError`` where rows are outside the domain."""

    def check_density(self, rows: Rows) -> None:
        """Raise ``DataError`` where p(x | z) is no probability of these rows, though it serves as a loss."""

    def shapes(self, n_features: int) -> dict[str, tuple[int, ...]]:
        """Shapes of what the likelihood learns itself, by name."""
        return {}

    def start(self, rows: Rows) -> dict[str, np.ndarray]:
        """Where learning of those begins, of these shapes."""
        return {}

    def memory(self, n_components: int) -> dict[str, np.ndarray]:
        """What it knows of the rows of ``fit`` and does not learn, by name, before it has seen any."""
        return {}

    def measured(self, rows: Rows) -> dict[str, np.ndarray]:
        """The same, of rows."""
        return {}


def log_of_unit(likelihood: Likelihood, unit: Tensor, observed: Tensor | None) -> Tensor:
    """log |dX / dx| of the features observed of each row, in nats: scalar, or (batch,)

    A density of X is that of x divided by |dX / dx|; probabilities are what they are.
    """
    if likelihood.discrete:
        return 0.0
    log_unit = ops.log(unit)
    return ops.sum(log_unit) if observed is None else ops.matmul(observed, log_unit)
