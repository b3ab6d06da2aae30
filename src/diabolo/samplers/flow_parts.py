"""The two kinds of steps of a masked autoregressive flow: affine maps, and what they end in.

Each takes codes to a log-density and back from noise, one number after the other; ``learned`` are the
values of its part of the flow, by name.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from diabolo.noise import Tensor
from diabolo.samplers.made import Made

Learned = Mapping[str, Any]

# Of one block. Where codes are alike, as those of silent units are, they would else be ever likelier, and
# draws wild: with 5, some of units behind a ReLU were 10 times as far out as any code; with 3 none were.
_LARGEST_LOG_SCALE = 3.0
_FIRST_MEANS = 2.0  # of a mixture's parts at the start: from minus this to this
_FIRST_SCALE = 0.5


def bounded(log_scale: Tensor) -> Tensor:
    """Smoothly within -3 and 3."""
    return _LARGEST_LOG_SCALE * ops.tanh(log_scale / _LARGEST_LOG_SCALE)


class Affine(NamedTuple):
    """u_i = (x_i - m_i) exp(-a_i), where m_i and a_i follow from the x before i"""

    made: Made

    def forward(self, learned: Learned, x: Tensor) -> tuple[Tensor, Tensor]:
        """Codes -> u and log |det du/dx|: (batch, n_components), (batch,)"""
        m, a = self._parameters(learned, x)
        return (x - m) * ops.exp(-a), -ops.sum(a, axis=-1)

    def inverse(self, learned: Learned, u: Tensor) -> Tensor:
        """u -> codes: (batch, n_components)"""

        def given(x: Tensor) -> Tensor:
            m, a = self._parameters(learned, x)
            return m + ops.exp(a) * u

        return one_by_one(self.made, given, u)

    def _parameters(self, learned: Learned, x: Tensor) -> tuple[Tensor, Tensor]:
        out = self.made(learned, x)  # (batch, 2, n_components)
        return out[:, 0], bounded(out[:, 1])

    def start(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Nearly the identity."""
        return self.made.start(rng)


class Mixture(NamedTuple):
    """p(u_i) = sum_k w_ik N(u_i; m_ik, s_ik^2), where w_i, m_i and s_i follow from the u before i"""

    made: Made
    n_parts: int

    def log_prob(self, learned: Learned, u: Tensor) -> Tensor:
        """log p(u) in nats: (batch,)"""
        log_weight, mean, log_scale = self._parameters(learned, u)
        square = ops.square((u[:, None] - mean) * ops.exp(-log_scale))
        log_normal = -0.5 * (square + math.log(2 * math.pi)) - log_scale  # (batch, n_parts, n_components)
        return ops.sum(ops.logsumexp(log_weight + log_normal, axis=1), axis=-1)

    def from_noise(self, learned: Learned, normal: Tensor, uniform: Tensor) -> Tensor:
        """Draws of u: a part where the uniform number falls, at the normal one: (batch, n_components)"""

        def given(u: Tensor) -> Tensor:
            log_weight, mean, log_scale = self._parameters(learned, u)
            below = ops.cumsum(ops.exp(log_weight), axis=1)[:, :-1] < uniform[:, None]
            part = ops.sum(ops.cast(below, "int32"), axis=1)  # (batch, n_components)
            chosen = ops.one_hot(part, self.n_parts, axis=1, dtype=normal.dtype)
            return ops.sum(chosen * (mean + ops.exp(log_scale) * normal[:, None]), axis=1)

        return one_by_one(self.made, given, normal)

    def _parameters(self, learned: Learned, u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Log-weights, means and log-scales: each (batch, n_parts, n_components)"""
        out = self.made(learned, u)  # (batch, 3 n_parts, n_components)
        logits, mean, log_scale = (out[:, i * self.n_parts : (i + 1) * self.n_parts] for i in range(3))
        return ops.log_softmax(logits, axis=1), mean, bounded(log_scale)

    def start(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Parts side by side, of equal weights."""
        learned = self.made.start(rng)
        bias = learned[f"{self.made.name}.bias{len(self.made.widths)}"].reshape(3, self.n_parts, -1)
        bias[1] = np.linspace(-_FIRST_MEANS, _FIRST_MEANS, self.n_parts)[:, None] if self.n_parts > 1 else 0
        bias[2] = math.log(_FIRST_SCALE if self.n_parts > 1 else 1)
        return learned


def one_by_one(made: Made, given: Callable[[Tensor], Tensor], like: Tensor) -> Tensor:
    """Codes of which each number follows from those before it: (batch, n_components)

    ``given`` gives every number from all; only one of them, whose predecessors stand, is taken at a time.
    """
    position = np.argsort(made.order)  # (n_components,)

    def take_next(i: Tensor, x: Tensor) -> Tensor:
        return ops.where(ops.equal(position, i), given(x), x)

    return ops.fori_loop(0, made.n_inputs, take_next, ops.zeros_like(like))
