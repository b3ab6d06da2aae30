"""Convolutions and pooling against Keras's, which JAX differentiates: convolutions in float64."""

from contextlib import contextmanager
from functools import partial

import keras
import numpy as np
import pytest

jax = pytest.importorskip("jax")

from diabolo.training import convolutions  # noqa: E402
from diabolo.training.convolutions import (  # noqa: E402
    convolution,
    convolution_by_products,
    convolution_by_xla,
    kernel_gradient_over_image,
    kernel_gradient_over_output,
    transposed_by_products,
    transposed_by_xla,
    transposed_convolution,
    transposed_window_of,
    window_of,
)
from diabolo.training.pooling import max_pooling  # noqa: E402

pytestmark = pytest.mark.jax

# batch, image, channels in and out, kernel, strides, padding
CASES = [
    (2, (6, 6), 2, 3, (3, 3), (1, 1), "same"),
    (2, (6, 6), 8, 1, (3, 3), (1, 1), "same"),
    (2, (7, 5), 1, 4, (4, 2), (1, 1), "same"),
    (1, (7, 5), 3, 1, (5, 3), (1, 1), "valid"),
    (2, (8, 8), 2, 3, (3, 3), (2, 2), "same"),
    (2, (7, 9), 1, 1, (3, 2), (2, 3), "same"),
    (3, (7, 9), 2, 2, (2, 3), (2, 2), "valid"),
    (2, (9, 8), 4, 1, (2, 2), (3, 3), "valid"),
    (2, (2, 2), 3, 2, (5, 5), (1, 1), "same"),
    (2, (3, 3), 2, 2, (1, 1), (2, 2), "same"),
    (1, (1, 1), 1, 1, (3, 3), (1, 1), "same"),
    (2, (9,), 3, 2, (4,), (1,), "same"),
    (2, (9,), 3, 1, (3,), (2,), "valid"),
]
TRANSPOSED = [
    # batch, output, channels in and out, kernel, strides, padding, output padding
    (2, (4, 4), 3, 2, (3, 3), (2, 2), "same", None),
    (2, (7, 5), 3, 1, (3, 3), (2, 2), "same", None),
    (1, (4, 3), 1, 4, (5, 4), (2, 3), "same", None),
    (2, (4, 4), 2, 1, (3, 3), (2, 2), "valid", None),
    (2, (3, 4), 2, 2, (2, 2), (3, 3), "valid", None),
    (2, (3, 4), 2, 2, (2, 1), (3, 3), "same", None),
    (2, (4, 4), 3, 2, (3, 3), (2, 2), "same", (1, 1)),
    (2, (4, 4), 3, 2, (3, 4), (2, 2), "same", (0, 1)),
    (2, (4, 4), 3, 2, (3, 2), (3, 3), "valid", (2, 0)),
    (2, (5, 5), 4, 1, (5, 5), (1, 1), "same", None),
    (2, (5, 5), 1, 4, (4, 4), (1, 1), "same", None),
    (2, (2, 2), 2, 2, (5, 5), (1, 1), "valid", None),
    (2, (1, 1), 2, 2, (4, 4), (2, 2), "same", None),
    (2, (5,), 2, 3, (3,), (2,), "same", None),
]
WAYS = {
    "_convolution_way": (convolution_by_xla, convolution_by_products),
    "_transposed_way": (transposed_by_xla, transposed_by_products),
    "_kernel_gradient_way": (kernel_gradient_over_output, kernel_gradient_over_image),
}
ALL_CASES = [*CASES, *TRANSPOSED]
QUICK = [CASES[i] for i in (1, 3, 5, 8)] + [TRANSPOSED[i] for i in (1, 4, 7)]
SLOW = [pytest.param(case, marks=pytest.mark.slow) for case in ALL_CASES if case not in QUICK]


@contextmanager
def float64():
    """Within it JAX computes in float64 what comes as float64."""
    jax.config.update("jax_enable_x64", True)
    try:
        yield
    finally:
        jax.config.update("jax_enable_x64", False)


def all_ways(monkeypatch):
    """The rule, then the first of every pair of ways, then the second."""
    yield "as the rule says"
    for which in (0, 1):
        with monkeypatch.context() as patch:
            for name, ways in WAYS.items():
                patch.setattr(convolutions, name, lambda *_, way=ways[which]: way)
            yield f"the ways number {which}"


def of_keras(case):
    """Image and kernel, drawn; Keras's function and ours."""
    batch, image, n_in, n_out, kernel, strides, padding = case
    arrays = drawn((batch, *image, n_in), (*kernel, n_in, n_out))
    theirs = partial(keras.ops.conv, strides=strides, padding=padding, data_format="channels_last")
    output = jax.eval_shape(theirs, *arrays).shape[1:-1]
    return arrays, theirs, partial(convolution, window_of(image, output, kernel, strides, padding))


def of_keras_transposed(case):
    """Output and kernel, drawn; Keras's function and ours."""
    batch, output, n_in, n_out, kernel, strides, padding, output_padding = case
    arrays = drawn((batch, *output, n_in), (*kernel, n_out, n_in))
    settings = {"strides": strides, "padding": padding, "output_padding": output_padding}
    theirs = partial(keras.ops.conv_transpose, **settings, data_format="channels_last")
    image = jax.eval_shape(theirs, *arrays).shape[1:-1]
    window = transposed_window_of(image, output, kernel, strides, padding, output_padding)
    return arrays, theirs, partial(transposed_convolution, window)


def drawn(*shapes):
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape) for shape in shapes]


def gradients(function, first, second):
    """Value, and the gradients of a sum of its sines."""
    value, pullback = jax.vjp(function, first, second)
    return [value, *pullback(jax.numpy.cos(value))]


def second_derivatives(function, first, second):
    """Gradients of a function of the gradients."""
    curved = lambda *arrays: sum(jax.numpy.sum(g**3) for g in gradients(function, *arrays))  # noqa: E731
    return jax.grad(curved, (0, 1))(first, second)


def assert_equal_to_keras(case, derivatives, monkeypatch):
    with float64():
        arrays, theirs, ours = (of_keras if len(case) == 7 else of_keras_transposed)(case)
        # All in one compilation, which takes longer than all else.
        compiled = jax.jit(
            lambda *arrays: (
                derivatives(theirs, *arrays),
                {way: derivatives(ours, *arrays) for way in all_ways(monkeypatch)},
            )
        )
        expected, found = compiled(*arrays)
        for way, values in found.items():
            for value, wanted in zip(values, expected, strict=True):
                assert value.shape == wanted.shape, way
                scale = np.abs(wanted).max()
                np.testing.assert_allclose(value, wanted, rtol=1e-9, atol=1e-9 * scale, err_msg=way)


@pytest.mark.thorough
@pytest.mark.parametrize("case", [*QUICK, *SLOW], ids=str)
def test_values_and_gradients_are_those_of_keras(case, monkeypatch):
    assert_equal_to_keras(case, gradients, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("case", ALL_CASES, ids=str)
def test_second_derivatives_are_those_of_keras(case, monkeypatch):
    assert_equal_to_keras(case, second_derivatives, monkeypatch)


@pytest.mark.parametrize(
    ("shape", "size", "padding"),
    [
        ((2, 4, 6, 3), (2, 2), "same"),
        ((2, 7, 5, 1), (2, 2), "same"),
        ((1, 7, 8, 2), (3, 2), "valid"),
        ((2, 8, 8, 2), (3, 3), "same"),
        ((2, 7, 3), (2,), "same"),
        ((2, 3, 3, 1), (1, 5), "same"),
    ],
)
def test_maximum_pooling_is_that_of_keras(shape, size, padding):
    x = np.random.default_rng(0).integers(0, 3, shape).astype(np.float32)  # many are equal
    theirs = partial(keras.ops.max_pool, pool_size=size, strides=size, padding=padding)
    ours = partial(max_pooling, sizes=size, padding=padding)

    def with_gradient(function, x):
        value, pullback = jax.vjp(function, x)
        weights = np.arange(value.size, dtype=np.float32).reshape(value.shape)
        return value, *pullback(weights)

    found, wanted = jax.jit(lambda x: (with_gradient(ours, x), with_gradient(theirs, x)))(x)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_maximum_of_a_window_with_nan_is_nan():
    x = np.array([np.nan, 1, 2, np.nan, 3, 4], np.float32).reshape(1, 6, 1)
    np.testing.assert_array_equal(max_pooling(x, (2,), "valid")[0, :, 0], [np.nan, np.nan, 4])
