"""Products with Jacobians, on each backend, through which gradients of the loss can pass again."""

import importlib
from collections.abc import Callable
from typing import Any

import keras

from diabolo.noise import Tensor


def vector_jacobian_products(function: Callable[[Tensor], Tensor], x: Tensor, vectors: Tensor) -> Tensor:
    """v^T d function(x) / d x for several v at once, row by row.

    Parameters
    ----------
    function : callable
        (batch, n) -> (batch, m), each row from its own.
    x : (batch, n)
    vectors : (count, batch, m)

    Returns
    -------
    (count, batch, n)
    """
    return _ON[keras.backend.backend()](function, x, vectors)


def _on_jax(function: Callable[[Tensor], Tensor], x: Tensor, vectors: Tensor) -> Tensor:
    jax: Any = importlib.import_module("jax")
    _, pullback = jax.vjp(function, x)
    return jax.vmap(lambda v: pullback(v)[0])(vectors)


def _on_torch(function: Callable[[Tensor], Tensor], x: Tensor, vectors: Tensor) -> Tensor:
    torch: Any = importlib.import_module("torch")
    with torch.enable_grad():  # also where the loss is only evaluated
        x = x if x.requires_grad else x.detach().requires_grad_()
        y = function(x)
        products = [torch.autograd.grad(y, x, v, create_graph=True)[0] for v in vectors]
    return torch.stack(products)


def _on_tensorflow(function: Callable[[Tensor], Tensor], x: Tensor, vectors: Tensor) -> Tensor:
    tf: Any = importlib.import_module("tensorflow")
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = function(x)
    return tf.stack([tape.gradient(y, x, v) for v in tf.unstack(vectors)])


_ON = {"jax": _on_jax, "torch": _on_torch, "tensorflow": _on_tensorflow}
