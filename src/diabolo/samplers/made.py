"""A network whose outputs for each input depend on the inputs before it alone.

Germain et al. (2015), "MADE: masked autoencoder for distribution estimation".
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from diabolo.noise import Tensor

_SMALL = 0.1  # of the last layer's weights at the start, so that a flow begins near the identity


class Made(NamedTuple):
    """Masked layers: ``n_outputs`` numbers for each input, which follow from the inputs before it.

    What is before is told by degrees: those of the inputs count up, or down where ``reverse``. A unit of
    degree m takes what has at most degree m, and an output of degree m units of a lower one.
    """

    name: str  # of its part of what is learned
    n_inputs: int
    widths: tuple[int, ...]
    n_outputs: int
    reverse: bool

    def __call__(self, learned: Mapping[str, Any], x: Tensor) -> Tensor:
        """(batch, n_inputs) -> (batch, n_outputs, n_inputs)"""
        masks = _masks(self)
        for i, mask in enumerate(masks):
            kernel, bias = (learned[f"{self.name}.{part}{i}"] for part in ("kernel", "bias"))
            x = ops.matmul(x, kernel * ops.convert_to_tensor(mask)) + bias
            x = ops.tanh(x) if i < len(masks) - 1 else x
        return ops.reshape(x, (-1, self.n_outputs, self.n_inputs))

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of kernels and biases, by name."""
        sizes = [self.n_inputs, *self.widths, self.n_outputs * self.n_inputs]
        shapes: dict[str, tuple[int, ...]] = {}
        for i, (inputs, outputs) in enumerate(pairwise(sizes)):
            shapes |= {f"{self.name}.kernel{i}": (inputs, outputs), f"{self.name}.bias{i}": (outputs,)}
        return shapes

    def start(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Where learning begins: Glorot's kernels, the last one small, and biases of zero."""
        learned = {name: np.zeros(shape, np.float32) for name, shape in self.shapes().items()}
        last = f"{self.name}.kernel{len(self.widths)}"
        for name, value in learned.items():
            if value.ndim == 2:
                spread = np.sqrt(2 / sum(value.shape)) * (_SMALL if name == last else 1)
                value[...] = spread * rng.standard_normal(value.shape)
        return learned

    @property
    def order(self) -> np.ndarray:
        """The inputs, the one that depends on none first: (n_inputs,)"""
        return np.arange(self.n_inputs)[:: -1 if self.reverse else 1]


@lru_cache(maxsize=256)
def _masks(made: Made) -> list[np.ndarray]:
    """Which weights are there, of each layer: (inputs, outputs) float32 of 0 and 1."""
    degrees = np.arange(1, made.n_inputs + 1)[:: -1 if made.reverse else 1]
    hidden = [1 + np.arange(width) % max(1, made.n_inputs - 1) for width in made.widths]
    layers = [degrees, *hidden]
    masks = [above[None] >= below[:, None] for below, above in pairwise(layers)]
    masks.append(np.tile(degrees, made.n_outputs)[None] > layers[-1][:, None])
    return [mask.astype(np.float32) for mask in masks]
