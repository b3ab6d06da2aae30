"""What a loss may hold beside the reconstruction. Each weight is a number or a schedule."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import keras
import numpy as np
from keras import ops

from diabolo.errors import ParameterError
from diabolo.latents.base import Latent
from diabolo.latents.point import Point
from diabolo.latents.topk import TopK
from diabolo.noise import Tensor
from diabolo.objectives.derivatives import vector_jacobian_products
from diabolo.objectives.passes import Pass, same_for_rows
from diabolo.objectives.schedules import Schedule, check_weight, value_at

__all__ = ["Contraction", "KLSparsity", "L1Sparsity", "Penalty", "Revival", "WeightDecay"]

# Up to so many code units the Jacobian is exact; beyond, as many random products estimate its norm.
MOST_EXACT_PRODUCTS = 32
PROBES = 8

# Activations of which each output follows from its own input alone.
_ELEMENTWISE = {
    *("linear", "sigmoid", "tanh", "relu", "relu6", "elu", "selu", "celu", "gelu", "softplus", "softsign"),
    *("silu", "mish", "exponential", "leaky_relu", "hard_sigmoid", "hard_tanh", "hard_silu", "log_sigmoid"),
}

_IN_UNIT_INTERVAL = ("sigmoid", "hard_sigmoid", "softmax")

_MOMENTUM = 0.99  # of the sums of activations and of steps that KLSparsity remembers


@dataclass(frozen=True)
class Penalty(ABC):
    """A part of the loss with a weight. Subclasses give ``raw``, the part before it is weighted.

    Parameters
    ----------
    weight : float or Schedule
    """

    weight: float | Schedule
    name: ClassVar[str]
    unit: ClassVar[str] = "loss units"

    def __post_init__(self) -> None:
        check_weight(self.weight, f"weight of {type(self).__name__}")

    def __call__(self, pass_: Pass) -> Tensor:
        return value_at(self.weight, pass_.epoch) * self.raw(pass_)

    @abstractmethod
    def raw(self, pass_: Pass) -> Tensor:
        """(batch,)"""

    def check(self, latent: Latent) -> None:
        """Raise ``ParameterError`` where the penalty has nothing to say about such a code."""

    def memory(self, n_components: int) -> dict[str, np.ndarray]:
        """What the penalty remembers from step to step, as it is at the start."""
        return {}


@dataclass(frozen=True)
class L1Sparsity(Penalty):
    """weight * sum_k |z_k|: few units of the code are far from zero"""

    weight: float | Schedule = 1e-3
    name: ClassVar[str] = "sparsity"

    def raw(self, pass_: Pass) -> Tensor:
        return ops.sum(ops.abs(pass_.code), axis=-1)


@dataclass(frozen=True)
class KLSparsity(Penalty):
    """weight * sum_k [rho log rho / rho_k + (1 - rho) log (1 - rho) / (1 - rho_k)]

    rho_k is the mean of unit k over the batch, which must lie in (0, 1): use code_activation="sigmoid". Where
    no training goes on it is a mean over the last steps of training, so that a row's number does not depend
    on its company. Ng (2011), "Sparse autoencoder", CS294A lecture notes.

    Parameters
    ----------
    weight : float or Schedule, default=1.0
    rho : float, default=0.05
        Mean activation that each unit should have, between 0 and 1.
    """

    weight: float | Schedule = 1.0
    rho: float = 0.05
    name: ClassVar[str] = "sparsity"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.rho < 1:
            raise ParameterError(f"rho of KLSparsity must be between 0 and 1; got {self.rho!r}.")

    def raw(self, pass_: Pass) -> Tensor:
        activation, steps = (pass_.road.memory[name] for name in ("activation", "activation_steps"))
        if pass_.training:
            mean = ops.matmul(pass_.weight, pass_.code) / ops.sum(pass_.weight)  # (n_components,)
            activation.assign(_MOMENTUM * activation.value + ops.stop_gradient(mean))
            steps.assign(_MOMENTUM * steps.value + 1)
        else:
            mean = activation.value / ops.maximum(steps.value, 1.0)
        return same_for_rows(ops.sum(bernoulli_kl(self.rho, mean)), pass_)

    def check(self, latent: Latent) -> None:
        activation = getattr(latent, "activation", None)
        if activation not in _IN_UNIT_INTERVAL:
            raise ParameterError(
                f"KLSparsity needs a code between 0 and 1, and code_activation={activation!r} has none. Use "
                "code_activation='sigmoid'."
            )

    def memory(self, n_components: int) -> dict[str, np.ndarray]:
        return {
            "activation": np.zeros(n_components, np.float32),
            "activation_steps": np.zeros(1, np.float32),
        }


def bernoulli_kl(rho: float, mean: Tensor) -> Tensor:
    """KL(Bernoulli(rho) || Bernoulli(mean)) in nats, elementwise."""
    mean = ops.clip(mean, 1e-6, 1 - 1e-6)
    return rho * (np.log(rho) - ops.log(mean)) + (1 - rho) * (np.log1p(-rho) - ops.log(1 - mean))


@dataclass(frozen=True)
class Revival(Penalty):
    """weight * sum over dead k of relu(threshold - a_k): pulls dead units of a ``TopK`` code back

    A unit is dead that no row has kept for some steps; a is what the encoder gives out and the threshold the
    smallest that the row keeps. Conerly et al. (2025), "Circuits updates, January 2025", add such a term to
    sparse autoencoders.

    Parameters
    ----------
    weight : float or Schedule, default=1e-3
    patience : int, default=200
        Steps of silence after which a unit is dead.
    """

    weight: float | Schedule = 1e-3
    patience: int = 200
    name: ClassVar[str] = "revival"

    def check(self, latent: Latent) -> None:
        if not isinstance(latent, TopK):
            raise ParameterError(
                "Revival needs a code that keeps the largest units: SparseAutoencoder(kind='topk'), which "
                f"has it already. This code is {latent}."
            )

    def raw(self, pass_: Pass) -> Tensor:
        before = pass_.output
        dead = ops.cast(pass_.road.memory["silent_steps"].value >= self.patience, before.dtype)
        smallest_kept = pass_.road.latent.smallest_kept(ops.stop_gradient(before))
        missing = ops.relu(smallest_kept - before)  # (batch, n_components)
        return ops.matmul(missing, dead)


@dataclass(frozen=True)
class Contraction(Penalty):
    """weight * ||d z / d x||_F^2: the code moves little when the row moves

    Exact for up to 32 code units, and for one dense layer of any width, where d z_k / d x_j = act'(a_k) W_jk;
    beyond, an unbiased estimate by random products: E ||v^T J||^2 = ||J||_F^2 for v of +-1 (Hutchinson 1990).
    Rifai et al. (2011), "Contractive auto-encoders".
    """

    weight: float | Schedule = 1e-3
    name: ClassVar[str] = "contraction"

    def raw(self, pass_: Pass) -> Tensor:
        layer = _only_layer(pass_.road)
        return _of_one_layer(layer, pass_) if layer is not None else _of_any_encoder(pass_)


def _of_one_layer(layer: keras.layers.Dense, pass_: Pass) -> Tensor:
    """sum_k act'(a_k)^2 ||W_k||^2: (batch,)"""
    kernel = layer.kernel.value
    before = ops.matmul(pass_.seen, kernel)  # (batch, n_components)
    if layer.use_bias:
        before = before + layer.bias.value
    latent = pass_.road.latent
    slope = vector_jacobian_products(
        lambda a: latent.code(layer.activation(a)), before, ops.ones_like(before)[None]
    )[0]
    return ops.matmul(ops.square(slope), ops.sum(ops.square(kernel), axis=0))


def _of_any_encoder(pass_: Pass) -> Tensor:
    batch, n_components = pass_.code.shape
    if n_components <= MOST_EXACT_PRODUCTS:
        vectors, share = ops.eye(n_components, dtype=pass_.code.dtype)[:, None], 1.0
    else:
        shape = (PROBES, batch if pass_.training else 1, n_components)
        vectors, share = ops.where(pass_.noise.uniform(shape) < 0.5, -1.0, 1.0), 1 / PROBES
    vectors = ops.broadcast_to(vectors, (vectors.shape[0], batch, n_components))
    products = vector_jacobian_products(
        lambda x: pass_.road.code(x, pass_.observed, pass_.training), pass_.seen, vectors
    )
    return share * ops.sum(ops.square(products), axis=(0, 2))


def _only_layer(road: Any) -> keras.layers.Dense | None:
    """The encoder's one dense layer, where it is nothing else and its activations are elementwise."""
    layers = [layer for layer in road.encoder.layers if not isinstance(layer, keras.layers.InputLayer)]
    if len(layers) != 1 or type(layers[0]) is not keras.layers.Dense or type(road.latent) is not Point:
        return None
    if road.indicator or layers[0].lora_enabled:
        return None
    names = road.latent.activation, getattr(layers[0].activation, "__name__", "")
    return layers[0] if _ELEMENTWISE.issuperset(names) else None


@dataclass(frozen=True)
class WeightDecay(Penalty):
    """weight * sum of squares of all kernels of encoder and decoder; biases are free"""

    weight: float | Schedule = 1e-4
    name: ClassVar[str] = "weight_decay"

    def raw(self, pass_: Pass) -> Tensor:
        squares = [ops.sum(ops.square(kernel.value)) for kernel in pass_.road.kernels]
        return same_for_rows(sum(squares), pass_)
