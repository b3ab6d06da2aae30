"""Operations of JAX as ONNX, each against NumPy or SciPy."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import onnxruntime
import pytest
from jax import export, lax
from scipy import special

from diabolo import ExportError
from diabolo.export.graph import Graph
from diabolo.export.writing import written

pytestmark = pytest.mark.jax

WIDTH = 6
X = np.random.default_rng(0).normal(size=(4, WIDTH)).astype(np.float32)
X[0, :3] = 1e-6, -1e-6, 0
KERNEL = np.random.default_rng(1).normal(size=(WIDTH, 3)).astype(np.float32)
PLACES = np.array([[4, 0], [1, 1]])
HOLED = np.where(np.abs(X) > 1, np.float32(np.nan), X)


def loop(x, reverse):
    """Sums up to each column, times the number of the column before it."""
    step = lambda total, x: (total + x, (total * x, total))  # noqa: E731
    last, (products, _) = lax.scan(step, jnp.zeros(x.shape[0]), x.T, reverse=reverse)
    return jnp.concatenate([products.T, last[:, None]], axis=1)


def looped(x):
    before = np.cumsum(x, axis=1) - x
    return np.c_[before * x, x.sum(axis=1)]


def halvings(x):
    """A loop that reads nothing."""
    return lax.scan(lambda x, _: (x / 2, x[:, 0]), x, length=3)[1].T


# Written once, for JAX and for NumPy.
PLAIN = {
    "arithmetic": lambda x: -x / 3 + x * x - abs(x),
    "powers": lambda x: x**3 + abs(x) ** 1.5,
    "a product": lambda x: x @ KERNEL,
    "a product from the left": lambda x: (KERNEL.T @ x.T).T,
    "sums": lambda x: x.sum(axis=1) + x.prod(axis=1) + x.max(axis=1) - x.min(axis=1),
    "places": lambda x: 1.0 * x.argmax(axis=1) + 9.0 * x.argmin(axis=1),
    "shapes": lambda x: x.reshape(-1, 2, 3).transpose(0, 2, 1)[:, None],
    "rows joined and parted": lambda x: (x.reshape(-1, 2) * 2).reshape(-1, 6),
    "one column": lambda x: x[:, 3],
    "turned round": lambda x: x[:, ::-1],
}
ALIKE = {
    "roots": lambda np, x: np.sqrt(abs(x)) + 1 / np.sqrt(1 + abs(x)),
    "exp - 1 near 0": lambda np, x: np.expm1(x) * 1e6,
    "logarithms": lambda np, x: np.log1p(abs(x)) + np.log(abs(x) + 1e-3),
    "waves": lambda np, x: np.sin(x) + np.cos(2 * x) + np.tanh(x),
    "whole parts": lambda np, x: np.floor(x) + 2 * np.ceil(x) + np.sign(x),
    "bounds": lambda np, x: np.clip(x, -0.5, 0.7) + np.minimum(x, 0) + np.maximum(x, 1),
    "a choice": lambda np, x: np.where((x > 0) & ~(x > 1) | (x <= -1), x, 9),
    "comparisons": lambda np, x: np.where(x == 0, 1, 0) + np.where(x >= 0, 2, 0) + np.where(x < 1, x, 8),
    "products of rows": lambda np, x: np.einsum("bi,bj->bij", x, x),
    "products over two axes": lambda np, x: np.einsum(
        "bij,bkj->bki", x.reshape(-1, 2, 3), x.reshape(-1, 2, 3)
    ),
    "any and all": lambda np, x: np.where((x > 0).any(axis=1), 1, 0) + np.where((x > -1).all(axis=1), 2, 0),
    "sums so far": lambda np, x: np.cumsum(x, axis=1),
    "parts": lambda np, x: np.concatenate([x[:, 4:], x[:, 1:5:2], x[:, 0:1]], axis=1),
    "split": lambda np, x: np.split(x, 3, axis=1)[1],
    "looked up": lambda np, x: np.take(x, PLACES, axis=1),
    "zeros around": lambda np, x: np.pad(x, [(0, 0), (2, 1)]),
    "repeated": lambda np, x: np.broadcast_to(x[:, None], (x.shape[0], 3, WIDTH)),
    "a constant for each row": lambda np, x: np.ones((x.shape[0], 2)),
}

# In JAX, and in NumPy or SciPy.
APART = {
    "whole powers": (lambda x: lax.integer_pow(x + 9, -2), lambda x: 1 / (x + 9) ** 2),
    "a root below": (lambda x: lax.rsqrt(abs(x) + 1), lambda x: (abs(x) + 1) ** -0.5),
    "error function": (lax.erf, special.erf),
    "error function's rest": (lax.erfc, special.erfc),
    "sigmoid": (jax.nn.sigmoid, special.expit),
    "softmax": (jax.nn.softmax, lambda x: special.softmax(x, axis=-1)),
    "log softmax": (jax.nn.log_softmax, lambda x: special.log_softmax(x, axis=-1)),
    "sums to come": (lambda x: lax.cumsum(x, 1, reverse=True), lambda x: np.cumsum(x[:, ::-1], 1)[:, ::-1]),
    "the largest": (lambda x: lax.top_k(x, 3)[0], lambda x: -np.sort(-x)[:, :3]),
    "places of the largest": (lambda x: lax.top_k(x, 3)[1], lambda x: np.argsort(-x, kind="stable")[:, :3]),
    "forwards": (lambda x: loop(x, False), looped),
    "backwards": (lambda x: loop(x, True)[:, :-1], lambda x: looped(x[:, ::-1])[:, -2::-1]),
    "a loop that reads nothing": (halvings, lambda x: np.c_[x[:, 0], x[:, 0] / 2, x[:, 0] / 4]),
}  # fmt: skip

CASES = {
    **{name: (of, of) for name, of in PLAIN.items()},
    **{name: (partial(of, jnp), partial(of, np)) for name, of in ALIKE.items()},
    **APART,
}


def model(function):
    (batch,) = export.symbolic_shape("batch")
    shape = (batch, WIDTH)
    program = jax.make_jaxpr(lambda x: function(x).astype(np.float32))(
        jax.ShapeDtypeStruct(shape, np.float32)
    )
    graph = Graph(batch, "x", (WIDTH,))
    (output,) = written(graph, program, ["x"])
    graph.give("y", output, program.out_avals[0].shape[1:])
    return onnxruntime.InferenceSession(graph.model("test", {}))


@pytest.mark.parametrize(("in_jax", "in_numpy"), CASES.values(), ids=CASES)
def test_operation(in_jax, in_numpy):
    session = model(in_jax)
    for x in (X, X[:1]):
        (found,) = session.run(None, {"x": x})
        assert found.shape == in_numpy(x).shape
        np.testing.assert_allclose(found, in_numpy(x.astype(np.float64)), rtol=2e-5, atol=1e-6)


def test_gaps_are_told_from_numbers():
    (found,) = model(lambda x: jnp.where(jnp.isnan(x), 7, x)).run(None, {"x": HOLED})
    np.testing.assert_array_equal(found, np.where(np.isnan(HOLED), 7, X))


REFUSED = {
    "the operation 'sort'": lambda x: jnp.sort(x, axis=1),
    "a count of the rows": lambda x: x + jnp.arange(x.shape[0])[:, None],
    "a lookup at places that depend on the rows": lambda x: jnp.asarray(KERNEL)[x.argmax(axis=1)],
    "padding between numbers": lambda x: lax.pad(x, 0.0, [(0, 0, 0), (0, 0, 1)]),
    "pooling over rows or channels": lambda x: lax.reduce_window(x, 0.0, lax.add, (2, 1), (1, 1), "VALID"),
}


@pytest.mark.parametrize(("what", "function"), REFUSED.items(), ids=REFUSED)
def test_what_has_no_counterpart_is_named(what, function):
    with pytest.raises(ExportError, match=f"its network uses {what}"):
        model(function)
