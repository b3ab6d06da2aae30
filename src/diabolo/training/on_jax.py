"""The step on JAX: a whole chunk of steps is one compiled program."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from diabolo.objectives.passes import Tensor
from diabolo.training.jax_layers import with_fast_gradients
from diabolo.training.program import Batch, Constants, Player, Program, TrainState
from diabolo.training.road import Road, Weights

_CPU_OPTIONS: dict[str, bool | str] = {
    # Weights are updated where they lie, and not copied first in each step.
    "xla_cpu_copy_insertion_use_region_analysis": True,
    # Products and convolutions are Eigen's, which are faster than YNNPACK's in batches of a step's size.
    "xla_cpu_experimental_ynn_fusion_type": "",
}


class JaxNoise:
    """Random numbers that follow from a key."""

    def __init__(self, key: Tensor):
        self._key = jax.random.wrap_key_data(jnp.asarray(key).astype(jnp.uint32), impl="threefry2x32")
        self._drawn = 0

    def _next(self) -> Tensor:
        self._drawn += 1
        return jax.random.fold_in(self._key, self._drawn)

    def normal(self, shape: Sequence[int]) -> Tensor:
        """Standard normal numbers."""
        return jax.random.normal(self._next(), tuple(shape), keras.config.floatx())

    def uniform(self, shape: Sequence[int]) -> Tensor:
        """Numbers between 0 and 1."""
        return jax.random.uniform(self._next(), tuple(shape), keras.config.floatx())

    def poisson(self, rate: Tensor) -> Tensor:
        """Poisson counts of these rates."""
        return jax.random.poisson(self._next(), rate).astype(rate.dtype)


class BackendProgram(Program):
    """A program whose loop over steps runs inside XLA."""

    def __init__(self, road: Road, players: tuple[Player, ...]):
        super().__init__(road, players)
        self._compiled: dict[str, Callable[..., Tensor]] = {}

    @staticmethod
    def new_layer(layer: keras.layers.Layer) -> keras.layers.Layer:
        return with_fast_gradients(layer)

    def noise(self, key: Tensor) -> "JaxNoise":
        return JaxNoise(key)

    def value_and_grad(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return jax.value_and_grad(function, has_aux=True)

    def train(
        self, state: TrainState, chunk: Batch, count: int, constants: Constants
    ) -> tuple[TrainState, Tensor]:
        return self._train(state, chunk, count, constants)

    @functools.cached_property
    def _train(self) -> Callable[..., tuple[TrainState, Tensor]]:
        return jax.jit(self._train_chunk, **_compiling())

    def _train_chunk(
        self, state: TrainState, chunk: Batch, count: Tensor, constants: Constants
    ) -> tuple[TrainState, Tensor]:
        # A while loop with its length as an argument, where a scan would compile anew for each length.
        def body(step: Tensor, carry: tuple[TrainState, Tensor]) -> tuple[TrainState, Tensor]:
            state, logs = carry
            state, sums = self.train_step(state, chunk.step(step), constants)
            return state, logs.at[step].set(sums)

        logs = jnp.zeros((chunk.x.shape[0], len(self.names)))
        return jax.lax.fori_loop(0, count, body, (state, logs))

    def run(self, function: str, weights: Weights, *arrays: np.ndarray | None) -> Tensor:
        if function not in self._compiled:
            self._compiled[function] = jax.jit(getattr(self, function))
        return self._compiled[function](weights, *arrays)


@functools.cache
def _compiling() -> dict[str, Any]:
    """What ``jax.jit`` is told about the compiler, where this version of JAX and XLA can be told."""
    if jax.default_backend() != "cpu":
        return {}
    known = {name: value for name, value in _CPU_OPTIONS.items() if _is_known(name, value)}
    return {"compiler_options": known} if known else {}


def _is_known(name: str, value: bool | str) -> bool:
    try:
        jax.jit(lambda: 0, compiler_options={name: value}).lower().compile()
    except (TypeError, jax.errors.JaxRuntimeError):
        return False
    return True
