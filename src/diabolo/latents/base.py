"""What every kind of code answers."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from numbers import Integral
from typing import Any, NamedTuple

import keras
import numpy as np

from diabolo.data.rows import Rows
from diabolo.errors import ParameterError
from diabolo.noise import Noise, Tensor

Memory = Mapping[str, keras.Variable]  # variables that no optimizer moves


class Encoded(NamedTuple):
    """What becomes of the encoder's output."""

    code: Tensor  # (batch, n_components): the point that stands for the row
    z: Tensor  # what the decoder takes: the code, or (draws, batch, n_components) drawn from its distribution
    posterior: Any = None  # the distribution, where there is one


class Latent(ABC):
    """A kind of code. Subclasses are frozen dataclasses."""

    def width(self, n_components: int) -> int:
        """How many numbers the encoder gives out for a code."""
        return n_components

    @abstractmethod
    def code(self, output: Tensor) -> Tensor:
        """The point that stands for the row: (batch, width) -> (batch, n_components)"""

    def encoded(self, output: Tensor, noise: Noise, memory: Memory, weight: Tensor | None) -> Encoded:
        """From the encoder's output to what the decoder takes.

        ``weight``, (batch,), is that of each row, 0 for padding; ``None`` where no training goes on.
        """
        code = self.code(output)
        return Encoded(code, code)

    def shapes(self, n_features: int) -> dict[str, tuple[int, ...]]:
        """Shapes of what the latent learns itself, by name."""
        return {}

    def start(self, rows: Rows, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Where learning of those begins, of these shapes."""
        return {}

    def memory(self, n_components: int) -> dict[str, np.ndarray]:
        """What the latent remembers from step to step, as it is at the start."""
        return {}


def check_count(value: int, name: str) -> None:
    """Raise ``ParameterError`` where a value is no whole number of at least 1."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
        raise ParameterError(f"{name} must be a whole number of at least 1; got {value!r}.")
