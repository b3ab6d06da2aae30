"""Greedy pretraining: each layer of an encoder as an autoencoder of its own, on the codes of those below."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, fields
from numbers import Integral
from pathlib import Path
from typing import ClassVar

import numpy as np
from sklearn.base import clone

from diabolo.corruption import Masking
from diabolo.data.rows import Rows
from diabolo.data.scaling import Scaling
from diabolo.errors import ParameterError, TrainingDiverged, TrainingInterrupted
from diabolo.estimators._sklearn import Interval, StrOptions
from diabolo.estimators.base import Autoencoder
from diabolo.estimators.denoising import DenoisingAutoencoder
from diabolo.estimators.fitted import Fitted, host_values
from diabolo.estimators.fitting import Given, Units, start
from diabolo.estimators.network import Network
from diabolo.estimators.options import check_options
from diabolo.latents.point import Point
from diabolo.networks.dense import Dense
from diabolo.objectives.likelihoods import Likelihood
from diabolo.objectives.likelihoods.activated import ActivatedMeanSquaredError
from diabolo.training.blocks import in_blocks
from diabolo.training.road import assign_all

# What the stack says of each of its layers.
_OVERRIDDEN = (
    *("n_components", "encoder", "decoder", "activation", "code_activation", "scale", "missing", "epochs"),
    *("checkpoint", "warm_start", "random_state", "verbose"),
)


@dataclass(kw_only=True, eq=False, repr=False)
class Stacked(Network):
    """A network whose encoder is pretrained a layer at a time; ``StackedAutoencoder`` has the parameters."""

    layer: Autoencoder | None = None
    pretraining_epochs: int | str = "auto"

    _parameter_constraints: ClassVar[dict[str, list]] = Network._parameter_constraints | {
        "layer": [Autoencoder, None],
        "pretraining_epochs": [Interval(Integral, 0, None, closed="left"), StrOptions({"auto"})],
    }
    _fixed: ClassVar[tuple[str, ...]] = (*Network._fixed, "layer", "pretraining_epochs")

    @property
    def layer_histories_(self) -> list[dict[str, np.ndarray]]:
        """The history of each layer's pretraining, from the lowest on."""
        return self._learned().layer_histories

    # -- the recipe --------------------------------------------------------------------------------------

    def _first_likelihood(self) -> str | Likelihood:
        """What the lowest layer's decoder says about a row."""
        return self._template().likelihood

    def _template(self) -> Autoencoder:
        return DenoisingAutoencoder(noise=Masking(0.25)) if self.layer is None else self.layer

    def _layers(self) -> list[Autoencoder]:
        """The layers, not fitted, from the lowest on."""
        encoder = self._layered()
        widths = (*encoder.widths, int(self.n_components))
        activations = (*[encoder.activation] * len(encoder.widths), self.code_activation)
        layers = []
        for number, (width, activation) in enumerate(zip(widths, activations, strict=True)):
            layer = clone(self._template()).set_params(
                n_components=width,
                encoder=(),
                code_activation=activation,
                scale=None,
                epochs=self.pretraining_epochs,
                verbose=self.verbose,
            )
            if number == 0:
                layer.set_params(likelihood=self._first_likelihood(), scale=self.scale, missing=self.missing)
            elif layer.likelihood == "mse":  # as the mirrored layer gives codes back
                layer.set_params(likelihood=ActivatedMeanSquaredError(activations[number - 1]))
            if self.checkpoint is not None:
                layer.set_params(checkpoint=Path(os.fspath(self.checkpoint)) / f"layer_{number}")
            layers.append(layer)
        return layers

    def _layered(self) -> Dense:
        """The encoder, as layers that can be trained one by one."""
        encoder = self._specified("encoder")
        if not isinstance(encoder, Dense):
            raise ParameterError(
                f"Fully connected layers can be pretrained one by one, and encoder={encoder!r} is made of "
                "others. Give it as widths or Dense, or set pretraining_epochs=0."
            )
        return encoder

    def _without_effect(self) -> dict[str, str | None]:
        off = "with pretraining_epochs=0, which leaves pretraining out" if self._is_plain else None
        return super()._without_effect() | {"layer": off}

    @property
    def _is_plain(self) -> bool:
        return self.pretraining_epochs == 0

    def _check_recipe(self) -> None:
        super()._check_recipe()
        if self._is_plain:
            return
        self._template()._validate_params()
        _check_template(self._template())
        for layer in self._layers():
            _check_code(layer)
            check_options(layer, validates_on_own_rows=False)
            layer._check_recipe()

    # -- training ----------------------------------------------------------------------------------------

    def _initialise(self, fitted: Fitted, training: Rows) -> None:
        if self._is_plain:
            return
        layers = self._layers()
        pretrained = self._pretrain(layers, fitted, training)
        for number, layer in enumerate(pretrained):
            _copy_weights(layer._fitted, fitted, number, len(layers), both_ways=fitted.classes is None)
            fitted.layer_histories.append(layer.history_)

    def _pretrain(self, layers: list[Autoencoder], fitted: Fitted, training: Rows) -> Iterator[Autoencoder]:
        """Each layer once it is trained, from the lowest on."""
        units = Units(fitted.scaling, fitted.fill)
        given = Given(training.array, fitted.row_shape, training.all_weights, units=units)
        for number, layer in enumerate(layers):
            if self.random_state is not None:  # else a layer keeps the seed of its own run, if there is one
                layer.random_state = _seed(fitted.seed, number)
            try:
                callbacks = layer._copied_callbacks(validates=layer.early_stopping)
                begun = start(layer, given)
                layer._learn(given, begun, None, callbacks, goes_on=False, epochs=layer.epochs)
            except (TrainingInterrupted, TrainingDiverged) as error:
                raise type(error)(
                    f"Pretraining of layer {number + 1} of {len(layers)} broke off, and the whole network "
                    f"was not trained: {error}"
                ) from error
            yield layer
            if number + 1 < len(layers):
                codes = in_blocks(layer._program, "encode_rows", begun.road.weights, given.to_rows(begun))
                width = codes.shape[1]
                units = Units(Scaling(width), codes.mean(axis=0))
                given = Given(codes, (width,), training.weights, units=units)


def _check_template(template: Autoencoder) -> None:
    """Raise ``ParameterError`` where a parameter was set that the stack sets."""
    defaults = {option.name: option.default for option in fields(template)}
    for name in _OVERRIDDEN:
        given = getattr(template, name)
        if given != defaults[name]:
            raise ParameterError(
                f"{name}={given!r} has no effect in layer={type(template).__name__}(...): the stack sets it "
                f"for each layer. Set the stack's own {'pretraining_epochs' if name == 'epochs' else name}, "
                "and leave the layer's at its default."
            )


def _check_code(layer: Autoencoder) -> None:
    """Raise ``ParameterError`` where a layer gives out other codes than the stack's encoder would."""
    expected = Point(layer.code_activation)
    if layer._latent() != expected:
        raise ParameterError(
            f"A layer of a stack must give out {expected}, by the stack's activation or code_activation, "
            f"but {type(layer).__name__} gives out {layer._latent()}. Set the stack's activations to those "
            "of the layer, or choose another layer."
        )


def _copy_weights(layer: Fitted, deep: Fitted, number: int, depth: int, *, both_ways: bool) -> None:
    """Put a layer's weights into its place in the deep network, and into the mirrored one."""
    networks = [("encoder", number)]
    if both_ways:
        networks.append(("decoder", depth - 1 - number))
    for name, place in networks:
        trained = getattr(layer.road, name).trainable_variables  # kernel, bias
        target = getattr(deep.road, name).trainable_variables[2 * place : 2 * place + 2]
        assign_all(target, host_values(trained))


def _seed(seed: int, number: int) -> int:
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0] >> 1)
