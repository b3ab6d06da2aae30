"""Initial weights by NumPy: nothing to compile, and the same from a seed on every backend."""

import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

Initializer = Callable[..., Any]  # from a shape and a dtype to an array


def by_numpy(initializer: Initializer) -> Initializer:
    """What draws as this initializer of Keras does, from its seed; itself where NumPy has no equal of it."""
    draw = _DRAWN.get(type(initializer))
    if draw is None:
        return initializer

    def drawn(shape: tuple[int, ...], dtype: Any = None) -> Any:
        values = draw(tuple(shape), np.random.default_rng(getattr(initializer, "seed", None)))
        return _tensor(values * getattr(initializer, "gain", 1), dtype)

    return drawn


class Zeros(keras.initializers.Zeros):
    """Those of Keras, by NumPy."""

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        return _tensor(np.zeros(shape), dtype)


def nothing(_: Initializer) -> Initializer:
    """Zero, for weights that will be assigned."""
    return Zeros()


def _tensor(values: np.ndarray, dtype: Any) -> Any:
    # Of its dtype already, and told so: else JAX compiles what converts it, a program for each shape.
    dtype = dtype or keras.config.floatx()
    return keras.ops.convert_to_tensor(values.astype(dtype), dtype)


def glorot_uniform(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Glorot and Bengio (2010), equation 16: uniform, of variance 2 / (fan_in + fan_out)."""
    *window, n_inputs, n_outputs = shape
    limit = math.sqrt(6 / (math.prod(window) * (n_inputs + n_outputs)))
    return rng.uniform(-limit, limit, shape)


def orthogonal(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Saxe, McClelland and Ganguli (2014): columns, or rows where they are fewer, are orthonormal."""
    n_rows, n_columns = math.prod(shape[:-1]), shape[-1]
    normal = rng.standard_normal((max(n_rows, n_columns), min(n_rows, n_columns)))
    q, r = np.linalg.qr(normal)
    q *= np.sign(np.diag(r))  # else not uniform over all such matrices
    # In C's order: torch rounds products otherwise where weights lie transposed.
    return np.ascontiguousarray(q if n_rows >= n_columns else q.T).reshape(shape)


_DRAWN: dict[type, Callable[[tuple[int, ...], np.random.Generator], np.ndarray]] = {
    keras.initializers.GlorotUniform: glorot_uniform,
    keras.initializers.Orthogonal: orthogonal,
    keras.initializers.Zeros: lambda shape, _: np.zeros(shape),
    keras.initializers.Ones: lambda shape, _: np.ones(shape),
}
