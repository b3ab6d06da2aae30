"""The one pure step, and programs compiled from it.

A program belongs to an architecture, its objectives and its optimizers, not to an estimator: values come
in and go out, so that every estimator of equal make and every clone of it shares one compiled program.
"""

import importlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from diabolo.latents.priors import Prior
from diabolo.networks.copies import blank_config
from diabolo.noise import Noise
from diabolo.objectives.likelihoods.base import log_of_unit
from diabolo.objectives.passes import Objective, Pass, Tensor
from diabolo.training.optimizers import apply_stateless, build_optimizer, optimizer_key, rebuilt
from diabolo.training.road import Road, Weights, filled, values_of

EVALUATION_KEY = np.zeros(2, np.int32)  # of the draws that all evaluations share
DRAWS_AT_ONCE = 32  # codes a row, of those that importance sampling draws
PRIOR_DRAWS = 1024


class Batch(NamedTuple):
    """One batch, or a chunk of them stacked along a first axis."""

    x: Tensor  # (batch, n_features): model's units, NaN in gaps; or whole numbers to be divided
    weight: Tensor  # (batch,); 0 marks the padding of a last, partial batch
    key: Tensor  # (2,), int32: what the step's noise is drawn from
    epoch: Tensor  # scalar: epochs trained before this step, with a fraction
    target: Tensor | None = None  # (batch, n_targets): what to give back where it is not x

    def step(self, number: Tensor) -> "Batch":
        """One batch of a chunk."""
        return Batch(*(None if part is None else part[number] for part in self))


class Constants(NamedTuple):
    """What stays as it is while an estimator trains, and differs between estimators of one make."""

    unit: Tensor  # (n_features,): units of X per unit of the model
    full_weight: Tensor  # scalar: the weight that a full batch has on average
    fill: Tensor | None = None  # (n_features,): what the encoder sees in gaps; None if no row has any
    divisor: Tensor | None = None  # scalar: takes whole numbers to the model's units; None: they are in these
    decline: Tensor | None = None  # (2,): between which optimizer steps the rate falls to 0; None: it stays


class TrainState(NamedTuple):
    """All that changes in training."""

    trainable: tuple[list[Tensor], ...]  # one list a player
    optimizer: tuple[list[Tensor], ...]  # one list a player
    non_trainable: list[Tensor]

    @property
    def weights(self) -> Weights:
        """Of the road, which is the first player's."""
        return Weights(self.trainable[0], self.non_trainable)


def initial_state(road: Road, optimizer: keras.optimizers.Optimizer) -> TrainState:
    """The state of a game of one player, from the variables as they are now."""
    return TrainState(
        (values_of(road.trainable),), (values_of(optimizer.variables),), values_of(road.non_trainable)
    )


class Player(NamedTuple):
    """Who takes a turn in each step: own objective, own variables, own optimizer.

    An autoencoder is a game of one player; an adversarial one has two.
    """

    objective: Objective
    variables: list[keras.Variable]
    optimizer: keras.optimizers.Optimizer


class Program:
    """A road and its players, ready to run. Subclasses bring each backend's gradient and compiler."""

    def __init__(self, road: Road, players: tuple[Player, ...]):
        self.road = road
        self.players = players

    @property
    def names(self) -> tuple[str, ...]:
        """Columns of what ``train`` and ``evaluate`` return."""
        return tuple(name for player in self.players for name in player.objective.names)

    # -- pure functions of values; these read like the method -------------------------------------------

    def loss(
        self, trainable: list[Tensor], turn: int, state: TrainState, batch: Batch, constants: Constants
    ) -> tuple[Tensor, tuple[Tensor, list[Tensor]]]:
        """Mean over the batch, weighted by row, of what the player whose turn it is minimises.

        The weighted sum is divided by the weight of a full batch, also in a last, partial one: so every
        row moves the weights alike, and a batch's gradient is an unbiased estimate of that of all rows.

        Returns
        -------
        loss : scalar
        (sums, non_trainable) : weighted sums over the batch, (len(names),), and what layers updated.
        """
        values = TrainState(_replaced(state.trainable, turn, trainable), state.optimizer, state.non_trainable)
        with keras.StatelessScope(state_mapping=self._mapping(values)) as scope:
            loss, columns = self.players[turn].objective(self.forward(batch, constants))
            updated = [scope.get_current_value(v) for v in self.road.non_trainable]
        mean = ops.matmul(loss, batch.weight) / constants.full_weight
        return mean, (ops.matmul(columns, batch.weight), updated)

    def forward(self, batch: Batch, constants: Constants) -> Pass:
        """The way of a batch in training."""
        x = batch.x
        if constants.divisor is not None:
            x = ops.cast(x, "float32") / constants.divisor
        return self.road.forward(
            x,
            constants.unit,
            constants.fill,
            self.noise(batch.key),
            target=batch.target,
            weight=batch.weight,
            epoch=batch.epoch,
        )

    def train_step(self, state: TrainState, batch: Batch, constants: Constants) -> tuple[TrainState, Tensor]:
        """One step of every player, each seeing what those before it have done."""
        logs = []
        for turn, player in enumerate(self.players):
            (_, (sums, non_trainable)), gradients = self.value_and_grad(self.loss)(
                state.trainable[turn], turn, state, batch, constants
            )
            trainable, optimizer = apply_stateless(
                player.optimizer,
                state.optimizer[turn],
                gradients,
                state.trainable[turn],
                constants.decline,
            )
            state = TrainState(
                _replaced(state.trainable, turn, trainable),
                _replaced(state.optimizer, turn, optimizer),
                non_trainable,
            )
            logs.append(sums)
        return state, ops.concatenate(logs)

    def evaluate_rows(
        self,
        weights: Weights,
        x: Tensor,
        unit: Tensor,
        fill: Tensor | None = None,
        target: Tensor | None = None,
    ) -> Tensor:
        """Every column of the first player's objective for every row: (batch, len(names))."""
        with self._frozen(weights):
            pass_ = self.road.forward(x, unit, fill, self.noise(EVALUATION_KEY), target=target)
            _, columns = self.players[0].objective(pass_)
            return ops.transpose(columns)

    def encode_rows(self, weights: Weights, x: Tensor, fill: Tensor | None = None) -> Tensor:
        """(batch, n_features) -> (batch, n_components)"""
        with self._frozen(weights):
            return self.road.code(*filled(x, fill))

    def encode_rows_with_std(self, weights: Weights, x: Tensor, fill: Tensor | None = None) -> Tensor:
        """Mean and, beside it, standard deviation of codes: (batch, n_features) -> (batch, 2 n_components)"""
        with self._frozen(weights):
            posterior = self.road.posterior(*filled(x, fill))
            return ops.concatenate([posterior.mean, posterior.std], axis=-1)

    def decode_rows(self, weights: Weights, code: Tensor) -> Tensor:
        """(batch, n_components) -> (batch, n_features)"""
        with self._frozen(weights):
            return self.road.mean(code)

    def reconstruct_rows(self, weights: Weights, x: Tensor, fill: Tensor | None = None) -> Tensor:
        """(batch, n_features) -> (batch, n_features)"""
        with self._frozen(weights):
            return self.road.mean(self.road.code(*filled(x, fill)))

    def log_weight_rows(
        self, weights: Weights, x: Tensor, unit: Tensor, key: Tensor, fill: Tensor | None = None
    ) -> Tensor:
        """log p(X, z) - log q(z | x) for codes drawn from q, in nats: (batch, DRAWS_AT_ONCE)"""
        road = self.road
        with self._frozen(weights):
            x, observed = filled(x, fill)
            posterior, noise = road.posterior(x, observed), self.noise(key)
            z = posterior.mean + posterior.std * noise.normal((DRAWS_AT_ONCE, *posterior.mean.shape))
            loss = road.likelihood.loss(x, road.decode(z), observed, road.learned)  # (DRAWS_AT_ONCE, batch)
            ratio = self._prior.log_prob(z, road) - posterior.log_prob(z)
            volume = log_of_unit(road.likelihood, unit, observed)
            return ops.transpose(ratio - loss - volume)

    def sample_prior(self, weights: Weights, key: Tensor) -> Tensor:
        """Codes drawn from the prior: (PRIOR_DRAWS, n_components)"""
        n_components = self.road.decoder.input_shape[-1]
        with self._frozen(weights):
            return self._prior.sample(PRIOR_DRAWS, n_components, self.road, self.noise(key))

    @property
    def _prior(self) -> Prior:
        return self.road.latent.prior  # type: ignore[attr-defined]  # of those latents that have one

    def sample_rows(self, weights: Weights, code: Tensor, key: Tensor) -> Tensor:
        """Rows drawn from p(x | z): (batch, n_components) -> (batch, n_features)"""
        with self._frozen(weights):
            return self.road.likelihood.sample(self.road.decode(code), self.road.learned, self.noise(key))

    # -- what each backend brings ------------------------------------------------------------------------

    @staticmethod
    def new_layer(layer: keras.layers.Layer) -> keras.layers.Layer:
        """A layer of the same configuration for a road of the program's own, as suits the backend.

        Its weights mean nothing: all values come in from outside.
        """
        return type(layer).from_config(blank_config(layer))

    def noise(self, key: Tensor) -> Noise:
        """Random numbers that follow from a key, (2,) int32."""
        raise NotImplementedError

    def value_and_grad(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function's value with auxiliary output, and its gradient by its first argument."""
        raise NotImplementedError

    def train(
        self, state: TrainState, chunk: Batch, count: int, constants: Constants
    ) -> tuple[TrainState, Tensor]:
        """Run the first ``count`` steps of a chunk.

        Parameters
        ----------
        state : TrainState
            Left as it was: the state of a last good epoch can be kept at no cost.
        chunk : Batch
            Stacked batches: each part has a first axis more, of the capacity.
        count : int
            At most the capacity.
        constants : Constants

        Returns
        -------
        state : TrainState
        sums : (capacity, len(names))
            Weighted sums of each column, one row a step; rows from ``count`` on mean nothing.
        """
        raise NotImplementedError

    def run(self, function: str, weights: Weights, *arrays: np.ndarray | None) -> Tensor:
        """Call one of the functions of rows, compiled."""
        raise NotImplementedError

    def to_host(self, tensor: Tensor) -> np.ndarray:
        """Wait for a result and bring it to the host."""
        return np.asarray(tensor)

    # ----------------------------------------------------------------------------------------------------

    def _mapping(self, state: TrainState) -> list[tuple[keras.Variable, Tensor]]:
        pairs = list(zip(self.road.non_trainable, state.non_trainable, strict=True))
        for player, values in zip(self.players, state.trainable, strict=True):
            pairs += zip(player.variables, values, strict=True)
        return pairs

    def _frozen(self, weights: Weights) -> keras.StatelessScope:
        values = [*weights.trainable, *weights.non_trainable]
        return keras.StatelessScope(state_mapping=list(zip(self.road.variables, values, strict=True)))


_PROGRAMS: OrderedDict[tuple, Program] = OrderedDict()
_MOST_PROGRAMS = 64
_SHELF = threading.Lock()


def program_for(road: Road, objective: Objective, optimizer: keras.optimizers.Optimizer) -> Program:
    """The program for this make of model, from the shelf if an equal one was asked for before.

    The program gets a road and an optimizer of its own, so that it holds nothing of the caller's.
    """
    key = (keras.backend.backend(), keras.config.floatx(), road.key, objective, optimizer_key(optimizer))
    with _SHELF:  # searches may fit in threads
        if key not in _PROGRAMS:
            backend_program = _program_class()
            own = road.copy(backend_program.new_layer)
            own_optimizer = rebuilt(optimizer)
            build_optimizer(own_optimizer, own.trainable)
            _PROGRAMS[key] = backend_program(own, (Player(objective, own.trainable, own_optimizer),))
            if len(_PROGRAMS) > _MOST_PROGRAMS:
                _PROGRAMS.popitem(last=False)
        _PROGRAMS.move_to_end(key)
        return _PROGRAMS[key]


def _program_class() -> type[Program]:
    backend = keras.backend.backend()
    return importlib.import_module(f"diabolo.training.on_{backend}").BackendProgram


def _replaced(items: tuple, index: int, item: Any) -> tuple:
    return (*items[:index], item, *items[index + 1 :])
