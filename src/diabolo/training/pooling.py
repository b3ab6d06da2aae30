"""Maximum pooling whose gradient is fast on JAX's CPU backend.

XLA takes it back by visiting window after window, on one core. Where windows do not overlap, the maximum is
one of a few slices of the image, and its gradient a choice between them, number by number.
"""

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp

Tensor = Any


def max_pooling(image: Tensor, sizes: Sequence[int], padding: str) -> Tensor:
    """The largest number of each window, side by side; the first of equal ones has the gradient, as in XLA.

    Parameters
    ----------
    image : (batch, *spatial, channels)
    sizes : sequence of int
        Of a window, along each spatial axis; the stride is the same.
    padding : "same" or "valid"
        Whether windows that are not full count, too.

    Returns
    -------
    (batch, *spatial, channels)
    """
    for axis, size in reversed(list(enumerate(sizes, start=1))):  # so that the first is that in reading order
        full = _in_full_windows(image, axis, size, padding)
        image = reduce(_larger, (full[(*[slice(None)] * axis, slice(i, None, size))] for i in range(size)))
    return image


def _larger(first: Tensor, second: Tensor) -> Tensor:
    """The larger number, the first of equal ones, NaN if one is."""
    return jnp.where((second > first) | jnp.isnan(second), second, first)


def _in_full_windows(image: Tensor, axis: int, size: int, padding: str) -> Tensor:
    """Filled up on both sides, or cut, to a multiple of the size."""
    length = image.shape[axis]
    windows = math.ceil(length / size) if padding == "same" else length // size
    missing = windows * size - length
    before = missing // 2 if padding == "same" else 0
    zeros = [(0, 0, 0)] * image.ndim
    zeros[axis] = (before, missing - before, 0)
    return jax.lax.pad(image, jnp.array(-jnp.inf, image.dtype), zeros)
