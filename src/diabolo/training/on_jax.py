"""The step on JAX: a whole chunk of steps is one compiled program."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from diabolo.objectives.passes import Tensor
from diabolo.training.program import Batch, Constants, Player, Program, TrainState
from diabolo.training.road import Road, Weights


class BackendProgram(Program):
    """A program whose loop over steps runs inside XLA."""

    def __init__(self, road: Road, players: tuple[Player, ...]):
        super().__init__(road, players)
        self._train = jax.jit(self._train_chunk)
        self._compiled: dict[str, Callable[..., Tensor]] = {}

    def value_and_grad(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return jax.value_and_grad(function, has_aux=True)

    def train(
        self, state: TrainState, chunk: Batch, count: int, constants: Constants
    ) -> tuple[TrainState, Tensor]:
        return self._train(state, chunk, count, constants)

    def _train_chunk(
        self, state: TrainState, chunk: Batch, count: Tensor, constants: Constants
    ) -> tuple[TrainState, Tensor]:
        # A while loop with its length as an argument, where a scan would compile anew for each length.
        def body(step: Tensor, carry: tuple[TrainState, Tensor]) -> tuple[TrainState, Tensor]:
            state, logs = carry
            state, sums = self.train_step(state, Batch(chunk.x[step], chunk.weight[step]), constants)
            return state, logs.at[step].set(sums)

        logs = jnp.zeros((chunk.x.shape[0], len(self.names)))
        return jax.lax.fori_loop(0, count, body, (state, logs))

    def run(self, function: str, weights: Weights, *arrays: np.ndarray) -> Tensor:
        if function not in self._compiled:
            self._compiled[function] = jax.jit(getattr(self, function))
        return self._compiled[function](weights, *arrays)
