"""What ``fit`` leaves behind: networks, scaling, and what it takes to go on training."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import keras
import numpy as np

from diabolo.data.scaling import Scaling
from diabolo.estimators.record import FitRecord, add_record
from diabolo.networks.dense import Dense
from diabolo.training.loop import Logs, Outcome
from diabolo.training.program import Program
from diabolo.training.road import Road, assign_all


@dataclass
class Architecture:
    """Specifications from which a road is built."""

    n_features: int
    n_components: int
    encoder: Dense
    decoder: Dense
    indicator: bool = False  # whether the encoder also sees which numbers are gaps

    @property
    def n_encoder_inputs(self) -> int:
        """Width of what the encoder takes."""
        return self.n_features * (2 if self.indicator else 1)

    def build(self, seed: np.random.SeedSequence | None) -> Road:
        """Keras models with weights drawn from ``seed``; ``None`` where they will be assigned."""
        encoder_seed, decoder_seed = (None, None) if seed is None else seed.spawn(2)
        return Road(
            self.encoder.build(self.n_encoder_inputs, self.n_components, name="encoder", seed=encoder_seed),
            self.decoder.build(self.n_components, self.n_features, name="decoder", seed=decoder_seed),
            self.indicator,
        )

    def weight_shapes(self) -> list[tuple[int, ...]]:
        """Shapes of the road's variables, without building it."""
        return [
            *self.encoder.weight_shapes(self.n_encoder_inputs, self.n_components),
            *self.decoder.weight_shapes(self.n_components, self.n_features),
        ]


@dataclass
class Fitted:
    """The learned part of an estimator."""

    architecture: Architecture
    road: Road
    optimizer: keras.optimizers.Optimizer  # built, with its state
    scaling: Scaling
    fill: np.ndarray  # (n_features,) float32: what the encoder sees in a gap, in the model's units
    row_shape: tuple[int, ...]
    seed: int  # of the weights at the start and of the order in which epochs visit rows
    made_with: dict[str, str]  # parameters that can't change when training goes on
    learning_rate: float | None = None  # the parameter, as it was last
    epochs: list[Logs] = field(default_factory=list)  # the history
    fits: list[FitRecord] = field(default_factory=list)  # what was learnt from
    program: Program | None = None  # the one that trained these values; None where it is to be looked up

    @cached_property
    def model(self) -> keras.Model:
        """Decoder after encoder, over the same variables."""
        row = keras.Input((self.architecture.n_encoder_inputs,), name="row")
        return keras.Model(row, self.road.decoder(self.road.encoder(row)), name="autoencoder")

    def keep(self, outcome: Outcome, record: FitRecord) -> None:
        """Take over what training left behind, and what it saw."""
        self.road.assign(outcome.state.weights)
        assign_all(self.optimizer.variables, outcome.state.optimizer[0])
        self.epochs += outcome.history
        add_record(self.fits, record)

    @property
    def history(self) -> dict[str, np.ndarray]:
        """One column a term, one row an epoch; NaN where an epoch did not log a term."""
        return history_of(self.epochs)

    # Keras models and optimizers don't pickle or copy well: their values do.

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__ | {"program": None}
        state.pop("model", None)
        state["road"] = host_values(self.road.variables)
        optimizer = self.optimizer
        state["optimizer"] = type(optimizer), optimizer.get_config(), host_values(optimizer.variables)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        values, (optimizer_class, config, optimizer_values) = state["road"], state["optimizer"]
        self.__dict__.update(state)
        self.road = self.architecture.build(None)
        assign_all(self.road.variables, values)
        self.optimizer = optimizer_class.from_config(config)
        self.optimizer.build(self.road.trainable)
        assign_all(self.optimizer.variables, optimizer_values)


def history_of(epochs: list[Logs]) -> dict[str, np.ndarray]:
    """One column a term, one row an epoch; NaN where an epoch did not log a term."""
    names = dict.fromkeys(name for logs in epochs for name in logs)
    return {name: np.array([logs.get(name, np.nan) for logs in epochs]) for name in names}


def host_values(variables: list[keras.Variable]) -> list[np.ndarray]:
    """The values that variables have now, as arrays."""
    return [np.asarray(keras.ops.convert_to_numpy(variable.value)) for variable in variables]
