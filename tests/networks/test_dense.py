import numpy as np
import pytest

from diabolo import Dense, ParameterError
from diabolo.networks.base import weight_shapes


def build(spec, n_in=784, n_out=2, seed=0):
    return spec.build_encoder((n_in,), n_out, seed=np.random.SeedSequence(seed))


def test_the_articles_parameter_count():
    spec = Dense((100, 50, 25))
    assert build(spec).count_params() + build(spec.mirrored(), 2, 784).count_params() == 170_536


def test_layers_of_the_article():
    layers = build(Dense((100, 50, 25))).layers[1:]
    assert [layer.units for layer in layers] == [100, 50, 25, 2]
    assert [layer.activation.__name__ for layer in layers] == ["relu", "relu", "relu", "linear"]


def test_no_hidden_layers_is_linear():
    model = build(Dense(()), 3, 2)
    assert [layer.activation.__name__ for layer in model.layers[1:]] == ["linear"]


def test_weights_come_from_the_seed_alone():
    weights = [build(Dense((5,)), 4, 2, seed).get_weights() for seed in (1, 1, 2)]
    for same, also, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(same, also)
        if same.ndim == 2:
            assert not np.array_equal(same, other)


def test_kernels_are_glorot_uniform():
    kernel = build(Dense((300,)), 500, 2).get_weights()[0]
    limit = np.sqrt(6 / (500 + 300))  # Glorot and Bengio 2010
    assert np.abs(kernel).max() <= limit
    assert np.isclose(kernel.var(), limit**2 / 3, rtol=0.02)


def test_shapes_are_known_without_building():
    spec = Dense((7, 5))
    expected = [w.shape for w in build(spec, 11, 3).get_weights()]
    assert weight_shapes(spec.encoder_steps((11,), 3)) == expected


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (((10, 0),), "at least 1; got 0"),
        (((10, 2.5),), "whole number"),
        (((True,),), "whole number"),
        (("100",), "must be whole numbers"),
        ((64,), "must be whole numbers"),
        (((10,), "rlu"), "Keras activation.*'rlu'"),
    ],
)
def test_bad_specifications(arguments, says):
    with pytest.raises(ParameterError, match=says):
        Dense(*arguments)


def test_lists_and_arrays_of_widths_are_taken():
    assert Dense([4, 3]) == Dense(np.array([4, 3])) == Dense((4, 3))
