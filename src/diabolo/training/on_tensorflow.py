"""The step on TensorFlow: a whole chunk of steps is one graph, compiled by XLA."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from diabolo.objectives.passes import Tensor
from diabolo.training.program import Batch, Constants, Player, Program, TrainState
from diabolo.training.road import Road, Weights, assign_all


class BackendProgram(Program):
    """A program whose loop over steps runs inside a TensorFlow graph.

    Keras's optimizers for TensorFlow have no stateless form, so the graph puts the state into the
    program's own variables, steps on those, and reads them back: pure as seen from outside.
    """

    def __init__(self, road: Road, players: tuple[Player, ...]):
        super().__init__(road, players)
        self._train = tf.function(self._train_chunk, jit_compile=True)
        self._compiled: dict[str, Callable[..., Tensor]] = {}

    def train(
        self, state: TrainState, chunk: Batch, count: int, constants: Constants
    ) -> tuple[TrainState, Tensor]:
        chunk = Batch(*map(tf.constant, chunk))
        constants = Constants(*(None if value is None else tf.constant(value) for value in constants))
        return self._train(state, chunk, tf.constant(count), constants)

    def _train_chunk(
        self, state: TrainState, chunk: Batch, count: Tensor, constants: Constants
    ) -> tuple[TrainState, Tensor]:
        assign_all(self._variables, [*_flat(state.trainable), *_flat(state.optimizer), *state.non_trainable])
        logs = tf.zeros((chunk.x.shape[0], len(self.names)))
        for step in tf.range(count):
            sums = self._assigning_step(Batch(chunk.x[step], chunk.weight[step]), constants)
            logs = tf.tensor_scatter_nd_update(logs, [[step]], [sums])
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
                pass_ = self.road.forward(batch.x, constants.unit, constants.fill, training=True)
                loss, columns = player.objective(pass_)
                mean = tf.tensordot(loss, batch.weight, 1) / constants.full_weight
            gradients = tape.gradient(mean, [v.value for v in player.variables])
            player.optimizer.apply(gradients, player.variables)
            logs.append(tf.linalg.matvec(columns, batch.weight))
        return tf.concat(logs, 0)

    @property
    def _variables(self) -> list:
        trainable = [v for player in self.players for v in player.variables]
        optimizer = [v for player in self.players for v in player.optimizer.variables]
        return [*trainable, *optimizer, *self.road.non_trainable]

    def run(self, function: str, weights: Weights, *arrays: np.ndarray) -> Tensor:
        if function not in self._compiled:
            self._compiled[function] = tf.function(getattr(self, function))
        values = Weights(*([tf.convert_to_tensor(v) for v in group] for group in weights))
        return self._compiled[function](values, *(tf.constant(array) for array in arrays))


def _flat(groups: tuple[list[Tensor], ...]) -> list[Tensor]:
    return [value for group in groups for value in group]
