"""Random numbers, from a source that is passed in."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

Tensor = Any  # of whichever backend Keras runs on, or an array

_BELOW_ONE = np.nextafter(np.float32(1), np.float32(0))  # rounding to float32 may reach 1


class Noise(Protocol):
    """Random numbers of one step: each call draws others, and all follow from one key.

    ``diabolo.training`` has one for each backend, whose numbers are drawn on the device.
    """

    def normal(self, shape: Sequence[int]) -> Tensor:
        """Standard normal numbers."""

    def uniform(self, shape: Sequence[int]) -> Tensor:
        """Numbers from 0 to below 1."""

    def poisson(self, rate: Tensor) -> Tensor:
        """Poisson counts of these rates, as floats."""


class NumpyNoise:
    """Random numbers of NumPy, for use outside of training.

    Parameters
    ----------
    rng : numpy.random.Generator or numpy.random.RandomState
    """

    def __init__(self, rng: np.random.Generator | np.random.RandomState):
        self.rng = rng

    def normal(self, shape: Sequence[int]) -> np.ndarray:
        """Standard normal numbers, float32."""
        return self.rng.normal(size=tuple(shape)).astype(np.float32)

    def uniform(self, shape: Sequence[int]) -> np.ndarray:
        """Numbers from 0 to below 1, float32."""
        return np.minimum(self.rng.uniform(size=tuple(shape)).astype(np.float32), _BELOW_ONE)

    def poisson(self, rate: Tensor) -> np.ndarray:
        """Poisson counts of these rates, float32."""
        return self.rng.poisson(np.asarray(rate)).astype(np.float32)
