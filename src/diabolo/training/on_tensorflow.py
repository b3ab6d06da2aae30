"""The step on TensorFlow: a whole chunk of steps is one graph, compiled by XLA."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from diabolo.objectives.passes import Tensor
from diabolo.training.optimizers import lowered
from diabolo.training.program import Batch, Constants, Player, Program, TrainState
from diabolo.training.road import Road, Weights, assign_all


class TensorFlowNoise:
    """Random numbers that follow from a key."""

    def __init__(self, key: Tensor):
        self._key = tf.convert_to_tensor(key)
        self._drawn = 0

    def _next(self) -> Tensor:
        self._drawn += 1
        return tf.random.fold_in(self._key, self._drawn)

    def normal(self, shape: Sequence[int]) -> Tensor:
        """Standard normal numbers."""
        return tf.random.stateless_normal(shape, self._next(), dtype=keras.config.floatx())

    def uniform(self, shape: Sequence[int]) -> Tensor:
        """Numbers between 0 and 1."""
        return tf.random.stateless_uniform(shape, self._next(), dtype=keras.config.floatx())

    def poisson(self, rate: Tensor) -> Tensor:
        """Poisson counts of these rates."""
        return tf.random.stateless_poisson(tf.shape(rate), self._next(), rate, dtype=rate.dtype)


class BackendProgram(Program):
    """A program whose loop over steps runs inside a TensorFlow graph.

    Keras's optimizers for TensorFlow have no stateless form, so the graph puts the state into the
    program's own variables, steps on those, and reads them back: pure as seen from outside.
    """

    def __init__(self, road: Road, players: tuple[Player, ...]):
        super().__init__(road, players)
        self._by_xla, self._train = True, tf.function(self._train_chunk, jit_compile=True)
        self._compiled: dict[str, Callable[..., Tensor]] = {}

    def noise(self, key: Tensor) -> "TensorFlowNoise":
        return TensorFlowNoise(key)

    def train(
        self, state: TrainState, chunk: Batch, count: int, constants: Constants
    ) -> tuple[TrainState, Tensor]:
        arguments = (
            state,
            Batch(*_constants(chunk)),
            tf.constant(count, tf.int32),
            Constants(*_constants(constants)),
        )
        try:
            return self._train(*arguments)
        except tf.errors.InvalidArgumentError:
            if not self._by_xla:
                raise
        # XLA lacks some operations, such as Poisson counts: then the graph runs as it is.
        self._by_xla, self._train = False, tf.function(self._train_chunk)
        return self._train(*arguments)

    def _train_chunk(
        self, state: TrainState, chunk: Batch, count: Tensor, constants: Constants
    ) -> tuple[TrainState, Tensor]:
        assign_all(self._variables, [*_flat(state.trainable), *_flat(state.optimizer), *state.non_trainable])
        # Not over tf.range, whose length XLA takes as a constant: it would compile anew for each length.
        step, logs = tf.constant(0), tf.zeros((chunk.x.shape[0], len(self.names)))
        while step < count:
            sums = self._assigning_step(chunk.step(step), constants)
            logs = tf.tensor_scatter_nd_update(logs, [[step]], [sums])
            step += 1
        state = TrainState(
            tuple([v.value.read_value() for v in player.variables] for player in self.players),
            tuple([v.value.read_value() for v in player.optimizer.variables] for player in self.players),
            [v.value.read_value() for v in self.road.non_trainable],
        )
        return state, logs

    def _assigning_step(self, batch: Batch, constants: Constants) -> Tensor:
        logs = []
        for player in self.players:
            with tf.GradientTape() as tape:
                loss, columns = player.objective(self.forward(batch, constants))
                mean = tf.tensordot(loss, batch.weight, 1) / constants.full_weight
            gradients = tape.gradient(mean, [v.value for v in player.variables])
            optimizer = player.optimizer
            if constants.decline is None:
                optimizer.apply(gradients, player.variables)
            else:
                rate = optimizer.learning_rate.value.read_value()
                optimizer.learning_rate.assign(lowered(rate, optimizer.iterations.value, constants.decline))
                optimizer.apply(gradients, player.variables)
                optimizer.learning_rate.assign(rate)
            logs.append(tf.linalg.matvec(columns, batch.weight))
        return tf.concat(logs, 0)

    @property
    def _variables(self) -> list:
        trainable = [v for player in self.players for v in player.variables]
        optimizer = [v for player in self.players for v in player.optimizer.variables]
        return [*trainable, *optimizer, *self.road.non_trainable]

    def run(self, function: str, weights: Weights, *arrays: np.ndarray | None) -> Tensor:
        if function not in self._compiled:
            self._compiled[function] = tf.function(getattr(self, function))
        values = Weights(*([tf.convert_to_tensor(v) for v in group] for group in weights))
        return self._compiled[function](values, *_constants(arrays))


def _constants(arrays: Iterable[Any]) -> list[Any]:
    return [None if array is None else tf.constant(array) for array in arrays]


def _flat(groups: tuple[list[Tensor], ...]) -> list[Tensor]:
    return [value for group in groups for value in group]
