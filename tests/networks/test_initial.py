import keras
import numpy as np
import pytest

from diabolo import Dense, Recurrent
from diabolo.networks.initial import by_numpy, orthogonal

INITIALIZERS = {
    "glorot": keras.initializers.GlorotUniform(3),
    "orthogonal": keras.initializers.Orthogonal(seed=3),
    "orthogonal with a gain": keras.initializers.Orthogonal(gain=2.0, seed=3),
    "zeros": keras.initializers.Zeros(),
    "ones": keras.initializers.Ones(),
}
SHAPES = {"of a matrix": (60, 80), "of a window": (3, 5, 20, 40), "of a tall matrix": (90, 30)}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("initializer", INITIALIZERS.values(), ids=INITIALIZERS)
def test_draws_are_distributed_as_kerass(initializer, shape):
    ours, keras_s = (
        keras.ops.convert_to_numpy(draw(shape, "float32")) for draw in (by_numpy(initializer), initializer)
    )
    assert ours.shape == keras_s.shape
    assert ours.dtype == keras_s.dtype
    assert np.isclose(ours.std(), keras_s.std(), rtol=0.05)
    assert np.isclose(ours.mean(), keras_s.mean(), atol=5 * keras_s.std() / np.sqrt(ours.size))
    assert np.isclose(np.abs(ours).max(), np.abs(keras_s).max(), rtol=0.3)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_orthogonal_kernels_have_the_singular_values_of_kerass(shape):
    initializer = INITIALIZERS["orthogonal with a gain"]
    assert orthogonal(shape, np.random.default_rng(3)).flags.c_contiguous
    kernel = keras.ops.convert_to_numpy(by_numpy(initializer)(shape, "float32"))
    np.testing.assert_allclose(np.linalg.svd(kernel.reshape(-1, shape[-1]), compute_uv=False), 2, rtol=1e-5)


def test_another_initializer_is_kerass_own():
    initializer = keras.initializers.VarianceScaling(seed=0)
    assert by_numpy(initializer) is initializer


def test_a_layer_keeps_the_initializer_that_it_names():
    layer = Dense((5,)).build_encoder((4,), 2, seed=np.random.SeedSequence(0)).layers[1]
    assert type(layer.kernel_initializer) is keras.initializers.GlorotUniform
    config = layer.get_config()["kernel_initializer"]["config"]
    drawn = np.random.default_rng(config["seed"]).uniform(-np.sqrt(6 / 9), np.sqrt(6 / 9), (4, 5))
    np.testing.assert_allclose(layer.get_weights()[0], drawn, rtol=1e-6)


def test_cells_within_a_layer_are_drawn_alike():
    weights = Recurrent((6,)).build_encoder((7, 3), 2, seed=np.random.SeedSequence(0)).get_weights()
    again = Recurrent((6,)).build_encoder((7, 3), 2, seed=np.random.SeedSequence(0)).get_weights()
    recurrent = next(w for w in weights if w.shape[0] == 6 and w.ndim == 2 and w.shape[1] > 6)
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(6), atol=1e-5)
    for one, other in zip(weights, again, strict=True):
        np.testing.assert_array_equal(one, other)
