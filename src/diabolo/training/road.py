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
    indicator: bool = False  # whether the encoder sees, beside the row, which of its numbers are gaps

    def encode(self, x: Tensor, observed: Tensor | None = None, training: bool = False) -> Tensor:
        """(batch, n_features) -> (batch, n_components)"""
        if self.indicator:
            gaps = ops.zeros_like(x) if observed is None else 1 - observed
            x = ops.concatenate([x, gaps], axis=-1)  # (batch, 2 n_features)
        return self.encoder(x, training=training)

    def decode(self, code: Tensor, training: bool = False) -> Tensor:
        """(batch, n_components) -> (batch, n_features)"""
        return self.decoder(code, training=training)

    def forward(self, x: Tensor, unit: Tensor, fill: Tensor | None, training: bool) -> Pass:
        """The whole way, with what it leaves behind."""
        x, observed = filled(x, fill)
        code = self.encode(x, observed, training)
        return Pass(x, code, self.decode(code, training), unit, observed)

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
        encoder, decoder = keras.models.clone_model(self.encoder), keras.models.clone_model(self.decoder)
        return Road(encoder, decoder, self.indicator)

    @property
    def key(self) -> str:
        """Equal for equal architectures, whatever the values and seeds of their weights."""
        configs = [_without_seeds(model.get_config()) for model in (self.encoder, self.decoder)]
        return json.dumps([*configs, self.indicator], default=repr)


def filled(x: Tensor, fill: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """Rows whose gaps are filled, and 1 for each number observed, 0 for each gap.

    Without ``fill`` the rows have no gaps: they stay as they are, and there is nothing to mark.

    Parameters
    ----------
    x : (batch, n_features), NaN in gaps
    fill : (n_features,) or None
    """
    if fill is None:
        return x, None
    gap = ops.isnan(x)
    return ops.where(gap, fill, x), 1 - ops.cast(gap, x.dtype)


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
