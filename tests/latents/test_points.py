"""Codes that are points: through an activation, or the largest of them alone."""

import keras
import numpy as np
import pytest
from scipy import special

from diabolo import ParameterError
from diabolo.latents.point import Point
from diabolo.latents.topk import TopK
from diabolo.objectives.derivatives import vector_jacobian_products

RNG = np.random.default_rng(0)
OUTPUT = RNG.normal(size=(50, 12)).astype(np.float32)


def host(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def tensor(x):
    return keras.ops.convert_to_tensor(np.array(x, np.float32))


def largest(x, k):
    """What NumPy's stable sort keeps of each row: of equal ones the first."""
    order = np.argsort(-x, axis=1, kind="stable")[:, :k]
    kept = np.zeros_like(x)
    np.put_along_axis(kept, order, 1, axis=1)
    return kept


@pytest.mark.parametrize(
    ("name", "function"),
    [("linear", lambda x: x), ("sigmoid", special.expit), ("tanh", np.tanh), ("relu", lambda x: x * (x > 0))],
)
def test_a_point_passes_an_activation(name, function, noise_of):
    code, z, posterior = Point(name).encoded(tensor(OUTPUT), noise_of(1, 2), {}, None)
    np.testing.assert_allclose(host(code), function(OUTPUT), rtol=1e-5, atol=1e-6)
    assert z is code
    assert posterior is None


def test_an_activation_that_keras_does_not_know():
    with pytest.raises(ParameterError, match="code_activation"):
        Point("sigmoyd")


@pytest.mark.parametrize("k", [1, 3, 12])
def test_top_k_keeps_exactly_k(k):
    code = host(TopK(k).code(tensor(OUTPUT)))
    np.testing.assert_array_equal(code, OUTPUT * largest(OUTPUT, k))
    np.testing.assert_array_equal((code != 0).sum(axis=1), k)


def test_of_equal_ones_the_first_are_kept():
    tied = RNG.integers(0, 3, size=(200, 40)).astype(np.float32)
    for k in (1, 7, 20):
        np.testing.assert_array_equal(host(TopK(k).kept(tensor(tied))), largest(tied, k))
    np.testing.assert_array_equal(host(TopK(2).kept(tensor(np.zeros((1, 4))))), [[1, 1, 0, 0]])


def test_the_gradient_passes_what_is_kept():
    latent, x = TopK(3), tensor(OUTPUT)
    slope = vector_jacobian_products(latent.code, x, keras.ops.ones_like(x)[None])[0]
    np.testing.assert_array_equal(host(slope), largest(OUTPUT, 3))


def test_silent_steps_are_counted(noise_of):
    latent = TopK(1)
    memory = {"silent_steps": keras.Variable(latent.memory(4)["silent_steps"])}

    def step(rows, weight):
        latent.encoded(
            tensor(np.eye(4)[rows]), noise_of(1, 2), memory, None if weight is None else tensor(weight)
        )
        return host(memory["silent_steps"].value).tolist()

    assert step([0, 1], [1, 1]) == [0, 0, 1, 1]
    assert step([1, 1], [1, 2]) == [1, 0, 2, 2]
    assert step([1, 3], [1, 0]) == [2, 0, 3, 3]  # a row of padding keeps nothing alive
    assert step([0, 2], None) == [2, 0, 3, 3]  # nor does evaluation
    assert step([2, 3], [0.5, 1]) == [3, 1, 0, 0]


@pytest.mark.parametrize("k", [0, 2.0, None])
def test_units_are_counted(k):
    with pytest.raises(ParameterError, match="k of TopK must be a whole number of at least 1"):
        TopK(k)
