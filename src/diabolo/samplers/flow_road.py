"""The flow in the place of a network, so that the training engine trains it and runs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import keras
import numpy as np

from diabolo.networks.copies import NewLayer, new_layer
from diabolo.noise import Noise, Tensor
from diabolo.samplers.flow_parts import Affine, Mixture
from diabolo.samplers.made import Made
from diabolo.training.road import Weights, assign_all, variables_of


class FlowShape(NamedTuple):
    """The make of a flow."""

    n_components: int
    n_blocks: int
    widths: tuple[int, ...]
    n_parts: int

    @property
    def blocks(self) -> tuple[Affine, ...]:
        """Affine maps, the order of one the reverse of the last's."""
        return tuple(Affine(self._made(f"block{i}", 2, i)) for i in range(self.n_blocks))

    @property
    def base(self) -> Mixture:
        """What they end in."""
        return Mixture(self._made("base", 3 * self.n_parts, self.n_blocks), self.n_parts)

    def _made(self, name: str, n_outputs: int, number: int) -> Made:
        return Made(name, self.n_components, self.widths, n_outputs, reverse=number % 2 == 1)

    @property
    def _parts(self) -> tuple[Affine | Mixture, ...]:
        return (*self.blocks, self.base)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of all that is learned, by name."""
        return {name: shape for part in self._parts for name, shape in part.made.shapes().items()}

    def start(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Where learning begins."""
        return {name: value for part in self._parts for name, value in part.start(rng).items()}


class FlowPass(NamedTuple):
    """What the way of codes leaves behind."""

    log_prob: Tensor  # (batch,)


@dataclass(frozen=True)
class NegativeLogDensity:
    """-log p(z) in nats"""

    name: ClassVar[str] = "negative_log_density"
    unit: ClassVar[str] = "nats per row"

    def __call__(self, pass_: FlowPass) -> Tensor:
        return -pass_.log_prob


class FlowRoad(NamedTuple):
    """What a ``Program`` asks of a ``Road``, of a flow: rows are codes, and it decodes noise to codes."""

    shape: FlowShape
    learned: Mapping[str, keras.Variable]

    @classmethod
    def of(cls, shape: FlowShape, values: Mapping[str, Any]) -> "FlowRoad":
        """A flow of these values."""
        return cls(shape, variables_of(values, trainable=True))

    def forward(self, x: Tensor, unit: Tensor, fill: None, noise: Noise, **beside: Any) -> FlowPass:
        """log p(z) = log p(u) + log |det du/dz|: (batch, n_components) -> (batch,)"""
        values, volume = self._values, 0.0
        for block in self.shape.blocks:
            x, log_det = block.forward(values, x)
            volume = volume + log_det
        return FlowPass(self.shape.base.log_prob(values, x) + volume)

    def mean(self, noise: Tensor) -> Tensor:
        """Normal and, beside them, uniform numbers -> codes: (batch, 2 n_components) -> (.., n_components)"""
        values, width = self._values, self.shape.n_components
        u = self.shape.base.from_noise(values, noise[:, :width], noise[:, width:])
        for block in reversed(self.shape.blocks):
            u = block.inverse(values, u)
        return u

    @property
    def _values(self) -> dict[str, Tensor]:
        return {name: variable.value for name, variable in self.learned.items()}

    @property
    def trainable(self) -> list[keras.Variable]:
        """Variables that an optimizer moves."""
        return list(self.learned.values())

    @property
    def non_trainable(self) -> list[keras.Variable]:
        """None."""
        return []

    @property
    def variables(self) -> list[keras.Variable]:
        """All of them."""
        return self.trainable

    @property
    def weights(self) -> Weights:
        """The values that the variables have now."""
        return Weights([v.value for v in self.trainable], [])

    def assign(self, weights: Weights) -> None:
        """Put values into the variables."""
        assign_all(self.trainable, weights.trainable)

    def copy(self, new_layer: NewLayer = new_layer) -> "FlowRoad":
        """The same flow with variables of its own; it has no layers of Keras's to make anew."""
        return FlowRoad.of(self.shape, self._values)

    @property
    def key(self) -> tuple:
        """Equal for flows of one make."""
        return ("flow", self.shape)
