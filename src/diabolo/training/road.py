"""The way a batch takes: x -> corrupt -> encode -> code -> decode -> x_hat."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import keras
from keras import ops

from diabolo.corruption import Corruption
from diabolo.latents.base import Latent
from diabolo.latents.point import Point
from diabolo.networks.copies import NewLayer, is_number, new_layer, new_network
from diabolo.noise import Noise
from diabolo.objectives.likelihoods import Likelihood, MeanSquaredError
from diabolo.objectives.passes import Pass, Tensor


class Weights(NamedTuple):
    """Values of a road's variables."""

    trainable: list[Tensor]
    non_trainable: list[Tensor]


class Road(NamedTuple):
    """An encoder and a decoder, what stands between and beside them, and what passes through."""

    encoder: keras.Model
    decoder: keras.Model
    latent: Latent = Point()
    likelihood: Likelihood = MeanSquaredError()
    corruption: Corruption | None = None
    indicator: bool = False  # whether the encoder sees, beside the row, which of its numbers are gaps
    learned: Mapping[str, keras.Variable] = {}  # by the latent and the likelihood themselves
    memory: Mapping[str, keras.Variable] = {}  # of the latent and of terms, from step to step
    n_last: int | None = None  # numbers at a row's end, where the decoder gives back them alone

    def encode(self, x: Tensor, observed: Tensor | None = None, training: bool = False) -> Tensor:
        """What the encoder gives out: (batch, n_features) -> (batch, width)"""
        if self.indicator:
            gaps = ops.zeros_like(x) if observed is None else 1 - observed
            x = ops.concatenate([x, gaps], axis=-1)  # (batch, 2 n_features)
        return self.encoder(x, training=training)

    def code(self, x: Tensor, observed: Tensor | None = None, training: bool = False) -> Tensor:
        """(batch, n_features) -> (batch, n_components)"""
        return self.latent.code(self.encode(x, observed, training))

    def posterior(self, x: Tensor, observed: Tensor | None = None) -> Any:
        """The distribution of the code, where the latent has one."""
        return self.latent.posterior(self.encode(x, observed))  # type: ignore[attr-defined]

    def decode(self, z: Tensor, training: bool = False) -> Tensor:
        """What the decoder gives out: (..., n_components) -> (..., n_features)"""
        decoded = self.decoder(ops.reshape(z, (-1, z.shape[-1])), training=training)
        return ops.reshape(decoded, (*z.shape[:-1], decoded.shape[-1])) if len(z.shape) > 2 else decoded

    def mean(self, z: Tensor) -> Tensor:
        """The rows that codes stand for: (batch, n_components) -> (batch, n_features)"""
        return self.likelihood.mean(self.decode(z))

    def forward(
        self,
        x: Tensor,
        unit: Tensor,
        fill: Tensor | None,
        noise: Noise,
        *,
        target: Tensor | None = None,
        weight: Tensor | None = None,
        epoch: Tensor | None = None,
    ) -> Pass:
        """The whole way, with what it leaves behind. It is a step of training where ``epoch`` is given."""
        training = epoch is not None
        x, observed = filled(x, fill)
        seen = x
        if self.corruption is not None and weight is not None:
            seen = self.corruption(x, noise, ops.sum(ops.cast(weight > 0, x.dtype)))
        output = self.encode(seen, observed, training)
        code, z, posterior = self.latent.encoded(output, noise, self.memory, weight if training else None)
        if training or len(z.shape) == 2:
            decoded = self.decode(z, training)
            one = decoded if len(z.shape) == 2 else decoded[0]
        else:  # what is drawn goes into bounds; what is compared is the code's own reconstruction
            both = self.decode(ops.concatenate([code[None], z]))
            one, decoded = both[0], both[1:]
        if self.n_last is not None:
            x, unit, observed = (None if v is None else v[..., -self.n_last :] for v in (x, unit, observed))
        return Pass(
            x=x if target is None else target,
            code=code,
            x_hat=self.likelihood.mean(one),
            unit=unit,
            observed=observed,
            seen=seen,
            output=output,
            z=z,
            decoded=decoded,
            posterior=posterior,
            road=self,
            noise=noise,
            weight=weight,
            epoch=epoch,
        )

    @property
    def kernels(self) -> list[keras.Variable]:
        """What multiplies, of encoder and decoder: all that is no bias, scale or offset."""
        networks = [*self.encoder.trainable_variables, *self.decoder.trainable_variables]
        return [variable for variable in networks if "kernel" in variable.name]

    @property
    def trainable(self) -> list[keras.Variable]:
        """Variables that an optimizer moves."""
        networks = [*self.encoder.trainable_variables, *self.decoder.trainable_variables]
        return [*networks, *self.learned.values()]

    @property
    def non_trainable(self) -> list[keras.Variable]:
        """Moving statistics, the states of random layers, and memory."""
        networks = [*self.encoder.non_trainable_variables, *self.decoder.non_trainable_variables]
        return [*networks, *self.memory.values()]

    @property
    def variables(self) -> list[keras.Variable]:
        """All of them: those that an optimizer moves first."""
        return [*self.trainable, *self.non_trainable]

    @property
    def numbers(self) -> list[keras.Variable]:
        """The variables that make the model: all but the states of random layers, which are whole numbers."""
        return [variable for variable in self.variables if is_number(variable)]

    @property
    def weights(self) -> Weights:
        """The values that the variables have now; on some backends the variables' own memory."""
        return Weights([v.value for v in self.trainable], [v.value for v in self.non_trainable])

    def assign(self, weights: Weights) -> None:
        """Put values into the variables."""
        assign_all(self.trainable, weights.trainable)
        assign_all(self.non_trainable, weights.non_trainable)

    def copy(self, new_layer: NewLayer = new_layer) -> "Road":
        """The same architecture with variables of its own, each layer made anew by ``new_layer``."""
        return self._replace(
            encoder=new_network(self.encoder, new_layer),
            decoder=new_network(self.decoder, new_layer),
            learned=variables_of({name: v.value for name, v in self.learned.items()}, trainable=True),
            memory=variables_of({name: v.value for name, v in self.memory.items()}, trainable=False),
        )

    @property
    def key(self) -> tuple:
        """Equal for equal architectures, whatever the values and seeds of their weights."""
        configs = [_without_seeds(model.get_config()) for model in (self.encoder, self.decoder)]
        beside = self.latent, self.likelihood, self.corruption, self.indicator, self.n_last
        shapes = [(name, tuple(v.shape)) for name, v in (*self.learned.items(), *self.memory.items())]
        return (json.dumps(configs, default=repr), *beside, *shapes)


def variables_of(values: Mapping[str, Any], *, trainable: bool) -> dict[str, keras.Variable]:
    """Variables of these values, by name."""
    return {
        name: keras.Variable(ops.copy(value), trainable=trainable, name=name)
        for name, value in values.items()
    }


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
    values = [ops.stop_gradient(v.value) for v in variables]
    if keras.backend.backend() == "jax":  # whose ``copy`` would be a program for each shape
        import jax

        return jax.device_put(values, may_alias=False)
    return [ops.copy(value) for value in values]


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
