"""The way a batch takes: x -> encode -> code -> decode -> x_hat."""

import json
from typing import Any, NamedTuple

import keras
from keras import ops

from diabolo.objectives.passes import Pass, Tensor


class Weights(NamedTuple):
    """Values of a road's variables."""

    trainable: list[Tensor]
    non_trainable: list[Tensor]


class Road(NamedTuple):
    """An encoder and a decoder, and what passes through them."""

    encoder: keras.Model
    decoder: keras.Model

    def encode(self, x: Tensor, training: bool = False) -> Tensor:
        """(batch, n_features) -> (batch, n_components)"""
        return self.encoder(x, training=training)

    def decode(self, code: Tensor, training: bool = False) -> Tensor:
        """(batch, n_components) -> (batch, n_features)"""
        return self.decoder(code, training=training)

    def forward(self, x: Tensor, unit: Tensor, training: bool) -> Pass:
        """The whole way, with what it leaves behind."""
        code = self.encode(x, training)
        return Pass(x, code, self.decode(code, training), unit)

    @property
    def trainable(self) -> list[keras.Variable]:
        """Variables that an optimizer moves."""
        return [*self.encoder.trainable_variables, *self.decoder.trainable_variables]

    @property
    def non_trainable(self) -> list[keras.Variable]:
        """Moving statistics and the states of random layers."""
        return [*self.encoder.non_trainable_variables, *self.decoder.non_trainable_variables]

    @property
    def variables(self) -> list[keras.Variable]:
        """All of them: those that an optimizer moves first."""
        return [*self.trainable, *self.non_trainable]

    @property
    def weights(self) -> Weights:
        """The values that the variables have now; on some backends the variables' own memory."""
        return Weights([v.value for v in self.trainable], [v.value for v in self.non_trainable])

    def assign(self, weights: Weights) -> None:
        """Put values into the variables."""
        assign_all(self.trainable, weights.trainable)
        assign_all(self.non_trainable, weights.non_trainable)

    def copy(self) -> "Road":
        """The same architecture with variables of its own."""
        return Road(*(keras.models.clone_model(model) for model in self))

    @property
    def key(self) -> str:
        """Equal for equal architectures, whatever the values and seeds of their weights."""
        return json.dumps([_without_seeds(model.get_config()) for model in self], default=repr)


def values_of(variables: list[keras.Variable]) -> list[Tensor]:
    """Copies of the values that the variables have now."""
    return [ops.copy(ops.stop_gradient(v.value)) for v in variables]


def assign_all(variables: list[keras.Variable], values: list[Tensor]) -> None:
    """Put values into variables, in order."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _without_seeds(config: Any) -> Any:
    if isinstance(config, dict):
        return {key: _without_seeds(value) for key, value in config.items() if key != "seed"}
    if isinstance(config, list | tuple):
        return [_without_seeds(item) for item in config]
    return config
