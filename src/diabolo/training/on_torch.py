"""The step on torch: the same pure step, run eagerly."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from diabolo.objectives.passes import Tensor
from diabolo.training.program import Batch, Constants, Program, TrainState
from diabolo.training.road import Weights


class BackendProgram(Program):
    """A program that torch's autograd differentiates a step at a time."""

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
        x, weight = (torch.as_tensor(array, device=device) for array in chunk)
        constants = Constants(
            *(None if value is None else torch.as_tensor(value, device=device) for value in constants)
        )
        logs = []
        for step in range(count):
            state, sums = self.train_step(state, Batch(x[step], weight[step]), constants)
            logs.append(sums.detach())
        return state, torch.stack(logs)

    @torch.no_grad()
    def run(self, function: str, weights: Weights, *arrays: np.ndarray) -> Tensor:
        device = weights.trainable[0].device
        return getattr(self, function)(weights, *(torch.as_tensor(a, device=device) for a in arrays))

    def to_host(self, tensor: Tensor) -> np.ndarray:
        return tensor.detach().cpu().numpy()


def _copied(values: list[Tensor]) -> list[Tensor]:
    return [value.detach().clone() for value in values]
