"""The step on torch: the same pure step, run eagerly."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import keras
import numpy as np
import torch

from diabolo.objectives.passes import Tensor
from diabolo.training.program import Batch, Constants, Program, TrainState
from diabolo.training.road import Weights


class TorchNoise:
    """Random numbers that follow from a key."""

    def __init__(self, key: Tensor):
        key = torch.as_tensor(key)
        self._device = keras.ops.zeros(()).device  # where Keras puts what it makes
        high, low = (int(part) for part in key)
        self._generator = torch.Generator(self._device).manual_seed(high << 31 | low)

    def normal(self, shape: Sequence[int]) -> Tensor:
        """Standard normal numbers."""
        return torch.randn(*shape, generator=self._generator, device=self._device)

    def uniform(self, shape: Sequence[int]) -> Tensor:
        """Numbers between 0 and 1."""
        return torch.rand(*shape, generator=self._generator, device=self._device)

    def poisson(self, rate: Tensor) -> Tensor:
        """Poisson counts of these rates."""
        return torch.poisson(rate, generator=self._generator)


class BackendProgram(Program):
    """A program that torch's autograd differentiates a step at a time."""

    def noise(self, key: Tensor) -> "TorchNoise":
        return TorchNoise(key)

    def value_and_grad(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def with_gradient(values: list[Tensor], *args: Any) -> tuple[Any, list[Tensor]]:
            leaves = [value.detach().requires_grad_() for value in values]
            with torch.enable_grad():
                loss, aux = function(leaves, *args)
            return (loss, aux), list(torch.autograd.grad(loss, leaves))

        return with_gradient

    @torch.no_grad()
    def train(
        self, state: TrainState, chunk: Batch, count: int, constants: Constants
    ) -> tuple[TrainState, Tensor]:
        # Keras's torch optimizers write into the tensors they are given: these must be our own.
        state = TrainState(
            tuple(_copied(values) for values in state.trainable),
            tuple(_copied(values) for values in state.optimizer),
            _copied(state.non_trainable),
        )
        device = state.trainable[0][0].device
        chunk = Batch(*_on_device(chunk, device))
        constants = Constants(*_on_device(constants, device))
        logs = []
        for step in range(count):
            state, sums = self.train_step(state, chunk.step(step), constants)
            logs.append(sums.detach())
        return state, torch.stack(logs)

    @torch.no_grad()
    def run(self, function: str, weights: Weights, *arrays: np.ndarray | None) -> Tensor:
        device = weights.trainable[0].device
        return getattr(self, function)(weights, *_on_device(arrays, device))

    def to_host(self, tensor: Tensor) -> np.ndarray:
        return tensor.detach().cpu().numpy()


def _on_device(arrays: Iterable[Any], device: torch.device) -> list[Any]:
    return [None if array is None else torch.as_tensor(array, device=device) for array in arrays]


def _copied(values: list[Tensor]) -> list[Tensor]:
    return [value.detach().clone() for value in values]
