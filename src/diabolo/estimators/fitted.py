"""What ``fit`` leaves behind: networks, scaling, and what it takes to go on training."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import keras
import numpy as np

from diabolo.corruption import Corruption
from diabolo.data.layout import Layout
from diabolo.data.scaling import Scaling
from diabolo.data.table import Table
from diabolo.estimators.record import FitRecord, add_record
from diabolo.latents.base import Latent
from diabolo.latents.point import Point
from diabolo.networks.base import Specification, weight_shapes
from diabolo.objectives.likelihoods import Likelihood, MeanSquaredError
from diabolo.objectives.passes import Objective
from diabolo.samplers.base import Sampler
from diabolo.training.loop import Logs, Outcome
from diabolo.training.optimizers import build_optimizer
from diabolo.training.program import Program
from diabolo.training.road import Road, assign_all, variables_of


@dataclass
class Architecture:
    """Specifications from which a road is built."""

    row_shape: tuple[int, ...]  # as fit saw it
    n_components: int
    encoder: Specification
    decoder: Specification
    indicator: bool = False  # whether the encoder also sees which numbers are gaps
    latent: Latent = field(default_factory=Point)
    likelihood: Likelihood = field(default_factory=MeanSquaredError)
    memory: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # shapes, by name
    n_targets: int | None = None  # what the decoder gives back, where it is no part of the row
    layout: Layout | None = None  # of the columns, where the encoder reads a table

    @property
    def n_features(self) -> int:
        """Numbers of a row."""
        return math.prod(self.row_shape)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of what the decoder gives back."""
        if self.n_targets is not None:
            return (self.n_targets,)
        return self.encoder.target(self.row_shape) if self.layout is None else (self.layout.n_decoded,)

    @property
    def n_outputs(self) -> int:
        """Width of what the decoder gives back."""
        return math.prod(self.output_shape)

    @property
    def n_last(self) -> int | None:
        """How many of a row's last numbers the decoder gives back, where it gives back no whole row."""
        n = math.prod(self.encoder.target(self.row_shape))
        return n if self.n_targets is None and n < self.n_features else None

    @property
    def code_width(self) -> int:
        """Width of what the encoder gives out."""
        return self.latent.width(self.n_components)

    @property
    def planes(self) -> int:
        """How many numbers the encoder sees of each number of a row."""
        return 2 if self.indicator else 1

    @property
    def n_encoder_inputs(self) -> int:
        """Width of what the encoder takes."""
        return self.n_features * self.planes

    @property
    def known_shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shapes in which rows may come, beside flat."""
        sequence, image = self.encoder.sequence(self.row_shape), self.encoder.image_shape
        if sequence is not None:
            return (self.row_shape, sequence)
        if image is None:
            return (self.row_shape,)
        return (self.row_shape, image, *((image[:2],) if image[2:] == (1,) else ()))

    def build(self, seed: np.random.SeedSequence | None, corruption: Corruption | None = None) -> Road:
        """Keras models with weights drawn from ``seed``; ``None`` where they will be assigned.

        What is learned or remembered beside them is zero.
        """
        encoder_seed, decoder_seed = (None, None) if seed is None else seed.spawn(2)
        return Road(
            self._encoder.build_encoder(
                self.row_shape, self.code_width, planes=self.planes, seed=encoder_seed
            ),
            self.decoder.build_decoder(self.n_components, self.output_shape, seed=decoder_seed),
            self.latent,
            self.likelihood,
            corruption,
            self.indicator,
            variables_of(_zeros(self._learned_shapes), trainable=True),
            variables_of(_zeros(self.memory), trainable=False),
            self.n_last,
        )

    @property
    def _encoder(self) -> Specification:
        return self.encoder if self.layout is None else self.encoder.of_table(self.layout)

    @property
    def _learned_shapes(self) -> dict[str, tuple[int, ...]]:
        return self.latent.shapes(self.n_features) | self.likelihood.shapes(self.n_outputs)

    def weight_shapes(self) -> list[tuple[int, ...]]:
        """Shapes of the road's variables, without building it; in no particular order."""
        encoder = self._encoder.encoder_steps(self.row_shape, self.code_width, planes=self.planes)
        decoder = self.decoder.decoder_steps(self.n_components, self.output_shape)
        return [
            *weight_shapes([*encoder, *decoder]),
            *self._learned_shapes.values(),
            *self.memory.values(),
        ]


@dataclass
class Fitted:
    """The learned part of an estimator."""

    architecture: Architecture
    road: Road
    optimizer: keras.optimizers.Optimizer  # built, with its state
    scaling: Scaling
    fill: np.ndarray  # (n_features,) float32: what the encoder sees in a gap, in the model's units
    seed: int  # of the weights at the start and of the order in which epochs visit rows
    made_with: dict[str, str]  # parameters that can't change when training goes on
    objective: Objective
    learning_rate: float | None = None  # the parameter, as it was last
    epochs: list[Logs] = field(default_factory=list)  # the history
    fits: list[FitRecord] = field(default_factory=list)  # what was learnt from
    sampler: Sampler | None = None  # fitted on codes of the model as it is
    classes: np.ndarray | None = None  # of a classifier, sorted
    table: Table | None = None  # of a DataFrame of mixed columns
    layer_histories: list[dict[str, np.ndarray]] = field(default_factory=list)  # of pretraining
    program: Program | None = None  # the one that trained these values; None where it is to be looked up

    # Over the road's own variables. What is a network alone stays as it is; a latent or likelihood with a
    # link of its own is put on top.

    @property
    def row_shape(self) -> tuple[int, ...]:
        """The shape of rows that ``fit`` saw."""
        return self.architecture.row_shape

    @cached_property
    def encoder(self) -> keras.Model:
        """Row -> code."""
        network, row = self.road.encoder, self._input("row")
        output = network(row)
        code = self.road.latent.code(output)
        return network if code is output else keras.Model(row, code, name="encoder")

    @cached_property
    def decoder(self) -> keras.Model:
        """Code -> mean of the row."""
        network = self.road.decoder
        code = keras.Input((self.architecture.n_components,), name="code")
        decoded = network(code)
        mean = self.road.likelihood.mean(decoded)
        return network if mean is decoded else keras.Model(code, mean, name="decoder")

    @cached_property
    def model(self) -> keras.Model:
        """Decoder after encoder."""
        row = self._input("row")
        return keras.Model(row, self.decoder(self.encoder(row)), name="autoencoder")

    def forget_models(self) -> None:
        """Let ``encoder``, ``decoder`` and ``model`` be made anew, since the latent may have changed."""
        for made in ("encoder", "decoder", "model"):
            self.__dict__.pop(made, None)

    def _input(self, name: str) -> keras.KerasTensor:
        return keras.Input((self.architecture.n_encoder_inputs,), name=name)

    def keep(self, outcome: Outcome, record: FitRecord) -> None:
        """Take over what training left behind, and what it saw."""
        self.road.assign(outcome.state.weights)
        assign_all(self.optimizer.variables, outcome.state.optimizer[0])
        self.epochs += outcome.history
        add_record(self.fits, record)
        self.sampler = None  # the codes are others now

    @property
    def history(self) -> dict[str, np.ndarray]:
        """One column a term, one row an epoch; NaN where an epoch did not log a term."""
        return history_of(self.epochs)

    # Keras models and optimizers don't pickle or copy well: their values do.

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__ | {"program": None}
        for made in ("encoder", "decoder", "model"):
            state.pop(made, None)
        state["road"] = host_values(self.road.variables), self.road.corruption
        optimizer = self.optimizer
        state["optimizer"] = type(optimizer), optimizer.get_config(), host_values(optimizer.variables)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        (values, corruption), optimizer = state["road"], state["optimizer"]
        optimizer_class, config, optimizer_values = optimizer
        self.__dict__.update(state)
        self.road = self.architecture.build(None, corruption)
        assign_all(self.road.variables, values)
        self.optimizer = optimizer_class.from_config(config)
        build_optimizer(self.optimizer, self.road.trainable)
        assign_all(self.optimizer.variables, optimizer_values)


def history_of(epochs: list[Logs]) -> dict[str, np.ndarray]:
    """One column a term, one row an epoch; NaN where an epoch did not log a term."""
    names = dict.fromkeys(name for logs in epochs for name in logs)
    return {name: np.array([logs.get(name, np.nan) for logs in epochs]) for name in names}


def _zeros(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    return {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}


def host_values(variables: list[keras.Variable]) -> list[np.ndarray]:
    """The values that variables have now, as arrays."""
    return [np.asarray(keras.ops.convert_to_numpy(variable.value)) for variable in variables]
