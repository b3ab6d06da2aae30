"""Convolutional networks: sizes, layers, weights, and what they refuse."""

import itertools

import keras
import numpy as np
import pytest

from diabolo import Convolutional, ParameterError
from diabolo.networks.base import weight_shapes

SEED = np.random.SeedSequence(0)


def encoder(spec, shape=(28, 28), n_outputs=2, *, planes=1, seed=SEED):
    return spec.build_encoder(shape, n_outputs, planes=planes, seed=seed)


def decoder(spec, shape=(28, 28), n_inputs=2, seed=SEED):
    return spec.build_decoder(n_inputs, shape, seed=seed)


def kinds(model):
    return [type(layer).__name__ for layer in model.layers]


def test_the_network_of_kerass_example():
    """keras.io's convolutional VAE: 32 and 64 filters of stride 2, 16 units, and back without these."""
    spec = Convolutional((32, 64), widths=(16,))
    assert [v.shape for v in encoder(spec, n_outputs=4).weights] == [
        *((3, 3, 1, 32), (32,), (3, 3, 32, 64), (64,)),
        *((7 * 7 * 64, 16), (16,), (16, 4), (4,)),
    ]
    assert [v.shape for v in decoder(Convolutional((64, 32))).weights] == [
        *((2, 7 * 7 * 64), (7 * 7 * 64,), (3, 3, 64, 64), (64,), (3, 3, 32, 64), (32,)),
        *((3, 3, 32, 1), (1,)),
    ]


@pytest.mark.parametrize("shape", [(28, 28), (7, 5, 3), (9, 16, 2), (1, 6), (5, 1, 4)])
@pytest.mark.parametrize("pool", ["stride", "max"])
def test_any_sides_and_channels_come_back(shape, pool):
    spec = Convolutional((4, 6), 1, pool)
    assert encoder(spec, shape).output_shape == (None, 2)
    assert decoder(spec.mirrored(), shape).output_shape == (None, np.prod(shape))


MADE = [
    Convolutional((4, 6), widths=(5, 3)),
    *(
        Convolutional((4, 6), (3, 5), pool, norm, residual, spatial=spatial)
        for pool, norm, residual, spatial in itertools.product(
            ("stride", "max"), ("batch", "group"), (False, True), (False, True)
        )
    ),
]


@pytest.mark.parametrize("spec", MADE, ids=repr)
def test_shapes_are_known_without_building(spec):
    shape, n, planes = (7, 9, 3), 2 * 3 * 2 if spec.spatial else 2, 2
    both = (
        (spec.encoder_steps(shape, n, planes=planes), encoder(spec, shape, n, planes=planes)),
        (spec.mirrored().decoder_steps(n, shape), decoder(spec.mirrored(), shape, n)),
    )
    for steps, model in both:
        assert sorted(weight_shapes(steps)) == sorted(tuple(v.shape) for v in model.weights)
    assert both[0][1].input_shape == (None, planes * 7 * 9 * 3)


def test_weights_that_will_be_assigned_are_not_drawn():
    spec = Convolutional((4,), norm="batch", residual=True)
    for model in (encoder(spec, seed=None), decoder(spec, seed=None)):
        assert all((np.asarray(v) == 0).all() for v in model.get_weights())
        again = type(model).from_config(model.get_config())  # with initializers as Keras has them
        assert any((np.asarray(v) != 0).any() for v in again.get_weights())


def test_weights_come_from_the_seed_alone():
    spec = Convolutional((4, 6))
    for build in (encoder, decoder):
        one, same, other = (
            build(spec, seed=np.random.SeedSequence(seed)).get_weights() for seed in (1, 1, 2)
        )
        for a, b, c in zip(one, same, other, strict=True):
            np.testing.assert_array_equal(a, b)
            if a.ndim > 1:
                assert not np.array_equal(a, c)


def test_the_mirror_goes_the_other_way():
    spec = Convolutional((4, 6), (3, 5), "max", "group", True, "gelu", (9, 8))
    assert spec.mirrored() == Convolutional((6, 4), (5, 3), "max", "group", True, "gelu", (8, 9))
    assert spec.mirrored().mirrored() == spec


def test_options_are_layers():
    assert kinds(encoder(Convolutional((4,)))) == [
        *("InputLayer", "Reshape", "Conv2D", "Activation", "Flatten", "Dense")
    ]
    pooled = kinds(encoder(Convolutional((4,), pool="max", norm="batch")))
    assert pooled[2:6] == ["Conv2D", "BatchNormalization", "Activation", "MaxPooling2D"]
    assert kinds(decoder(Convolutional((4,)))) == [
        *(
            "InputLayer",
            "Dense",
            "Reshape",
            "Activation",
            "Conv2DTranspose",
            "Activation",
            "Conv2D",
            "Flatten",
        )
    ]
    odd = kinds(decoder(Convolutional((4,), pool="max"), (5, 6)))
    assert odd[4:8] == ["UpSampling2D", "Cropping2D", "Conv2D", "Activation"]
    residual = encoder(Convolutional((4,), residual=True))
    assert kinds(residual).count("Conv2D") == 3
    assert kinds(residual).count("Add") == 1
    group = next(
        layer for layer in encoder(Convolutional((12,), norm="group")).layers if "norm" in layer.name
    )
    assert isinstance(group, keras.layers.GroupNormalization)
    assert group.groups == 4  # the greatest common divisor of 12 and 8


def test_what_the_encoder_sees_of_gaps_lies_beside_the_image():
    """Rows and the marks of their gaps come one after the other; the convolution sees both at each pixel."""
    model = encoder(Convolutional((1,), 1), (2, 3), planes=2)
    model.get_layer("encoder_0_conv").set_weights([np.array([[[[10.0], [1.0]]]]), np.zeros(1)])
    seen = keras.Model(model.input, model.get_layer("encoder_0_conv").output)
    rows, gaps = np.arange(6.0).reshape(1, 6), np.arange(6.0).reshape(1, 6) / 10
    expected = (10 * rows + gaps).reshape(2, 3)[::2, ::2]
    out = keras.ops.convert_to_numpy(seen(np.concatenate([rows, gaps], axis=1).astype(np.float32)))
    np.testing.assert_allclose(out[0, ..., 0], expected, rtol=1e-6)


def test_a_spatial_code_keeps_each_map_together():
    spec = Convolutional((4,), 1, spatial=True)
    model = encoder(spec, (4, 4), 8)
    maps = keras.Model(model.input, model.get_layer("encoder_output").output)
    x = np.random.default_rng(0).random((3, 16), np.float32)
    code, there = (keras.ops.convert_to_numpy(each(x)) for each in (model, maps))
    np.testing.assert_array_equal(code.reshape(3, 2, 2, 2), there.transpose(0, 3, 1, 2))
    back = decoder(spec, (4, 4), 8)
    pixels = keras.Model(back.input, back.get_layer("decoder_pixels").output)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(pixels(code)), there)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"filters": ()}, "at least one convolution"),
        ({"filters": (8, 0)}, "Each number of filters must be a whole number of at least 1; got 0"),
        ({"filters": 8}, r"filters must be whole numbers, such as \(32, 64\); got 8"),
        ({"kernel_size": 0}, "kernel_size must be whole numbers"),
        ({"kernel_size": (3,)}, "one for each of the 2 filters; got 1"),
        ({"pool": "avg"}, "pool of Convolutional must be one of 'stride', 'max'; got 'avg'"),
        ({"norm": "layer"}, "norm of Convolutional must be one of None, 'batch', 'group'; got 'layer'"),
        ({"residual": 2}, "residual of Convolutional must be one of False, True; got 2"),
        ({"activation": "rlu"}, "Keras activation.*'rlu'"),
        ({"widths": (8, 0)}, "Each width must be a whole number of at least 1; got 0"),
        ({"widths": (8,), "spatial": True}, r"widths=\(8,\) has no effect with spatial=True"),
        ({"image_shape": (784,)}, r"\(height, width\) or \(height, width, channels\); got \(784,\)"),
        ({"image_shape": (28, 0)}, "Each side of image_shape must be a whole number of at least 1; got 0"),
    ],
)
def test_bad_specifications(arguments, says):
    with pytest.raises(ParameterError, match=says):
        Convolutional(**arguments)


@pytest.mark.parametrize(
    ("spec", "shape", "says"),
    [
        (Convolutional(), (784,), r"needs images.* got rows of shape \(784,\).*image_shape=\(28, 28\)"),
        (Convolutional(), (4, 4, 4, 4), "needs images"),
        (Convolutional((8,), 9), (8, 28), "kernel_size=9 is larger than an image of 8 x 28"),
        (Convolutional((8,) * 6), (28, 28), "single pixel after 5; got 6 filters. Name at most 5"),
        (Convolutional(image_shape=(28, 27)), (784,), "756 numbers, but rows have the shape"),
        (Convolutional(image_shape=(14, 56)), (28, 28), "784 numbers, but rows have the shape"),
    ],
)
def test_rows_that_do_not_fit(spec, shape, says):
    with pytest.raises(ParameterError, match=says):
        spec.check(shape)


def test_a_spatial_code_has_whole_maps():
    with pytest.raises(ParameterError, match="maps of 7 x 7 pixels.*multiple of 49; got 50. Choose 49"):
        encoder(Convolutional((4, 4), spatial=True), n_outputs=50)
