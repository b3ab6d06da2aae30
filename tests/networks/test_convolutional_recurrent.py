"""Networks for clips: sizes, weights, equations, and what they refuse."""

import keras
import numpy as np
import pytest
from scipy.signal import correlate

from diabolo import ParameterError
from diabolo.networks.base import weight_shapes
from diabolo.networks.convolutional_recurrent import ConvolutionalRecurrent
from diabolo.networks.convolutional_recurrent_layers import FrameReader, FrameWriter

pytestmark = pytest.mark.thorough

SEED = np.random.SeedSequence(0)
RNG = np.random.default_rng(0)
CLIP = (5, 7, 6)  # 5 frames of 7 x 6
MADE = [
    ConvolutionalRecurrent(2, (3,), maps=4),
    ConvolutionalRecurrent(1, (2, 3), maps=2, kernel_size=5, activation="tanh", spatial=False),
    ConvolutionalRecurrent(3, (), maps=2, kernel_size=1, clip_shape=(5, 7, 3, 2)),
]
EACH = pytest.mark.parametrize(
    "spec", [MADE[0], *(pytest.param(s, marks=pytest.mark.slow) for s in MADE[1:])]
)


def n_code(spec):
    return int(np.prod(spec.state_shape(CLIP if spec.clip_shape is None else (210,)))) if spec.spatial else 3


def built(spec, *, planes=1, seed=SEED):
    row_shape = CLIP if spec.clip_shape is None else (210,)
    encoder = spec.build_encoder(row_shape, n_code(spec), planes=planes, seed=seed)
    return encoder, spec.mirrored().build_decoder(n_code(spec), spec.target(row_shape), seed=seed)


def output(model, x):
    return keras.ops.convert_to_numpy(model(x.reshape(len(x), -1).astype(np.float32)))


@EACH
def test_shapes_are_known_without_building(spec):
    row_shape = CLIP if spec.clip_shape is None else (210,)
    encoder, decoder = built(spec, planes=2)
    for steps, model in (
        (spec.encoder_steps(row_shape, n_code(spec), planes=2), encoder),
        (spec.decoder_steps(n_code(spec), spec.target(row_shape)), decoder),
    ):
        assert sorted(weight_shapes(steps)) == sorted(tuple(v.shape) for v in model.variables)
        assert all(v.dtype == "float32" for v in model.variables)
    assert (encoder.input_shape, encoder.output_shape) == ((None, 420), (None, n_code(spec)))
    assert decoder.output_shape == (None, 42 * spec.horizon)


@pytest.mark.slow
@pytest.mark.parametrize("spec", MADE[:2])
def test_weights_come_from_the_seed_alone_and_are_not_drawn_without_one(spec):
    for part in (0, 1):
        one, same, other, undrawn = (
            built(spec, seed=None if seed is None else np.random.SeedSequence(seed))[part].get_weights()
            for seed in (1, 1, 2, None)
        )
        for a, b, c, zero in zip(one, same, other, undrawn, strict=True):
            np.testing.assert_array_equal(a, b)
            assert not a.any() or not np.array_equal(a, c)
            assert not zero.any()


@pytest.mark.slow
def test_clones_have_the_same_equations():
    for model, x in zip(built(MADE[1]), (RNG.random((3, 210)), RNG.random((3, 3))), strict=True):
        clone = keras.models.clone_model(model)
        clone.set_weights(model.get_weights())
        np.testing.assert_array_equal(output(clone, x), output(model, x))


# -- the equations -------------------------------------------------------------------------------------------


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def convolved(maps, kernel):
    """(height, width, in), (side, side, in, out) -> (height, width, out), zeros around the maps"""
    return np.stack(
        [
            sum(correlate(maps[..., i], kernel[..., i, o], mode="same") for i in range(maps.shape[-1]))
            for o in range(kernel.shape[-1])
        ],
        axis=-1,
    )


def gru(x, h, kernel, bias):
    z, r, n = np.split(x, 3, axis=-1)
    z_h, r_h, n_h = np.split(convolved(h, kernel) + bias, 3, axis=-1)
    z = sigmoid(z + z_h)
    return z * h + (1 - z) * np.tanh(n + sigmoid(r + r_h) * n_h)


def with_weights(layer, shape):
    layer.build((None, *shape))
    layer.set_weights([RNG.normal(0, 0.3, v.shape) for v in layer.weights])
    return layer


def test_a_reader_is_a_loop():
    layer = with_weights(FrameReader(2, 3), (4, 5, 6, 6))
    kernel, bias = layer.get_weights()
    x = RNG.normal(size=(2, 4, 5, 6, 6)).astype(np.float32)
    expected = []
    for clip in x:
        h = np.zeros((5, 6, 2))
        for frame in clip:
            h = gru(frame, h, kernel, bias)
        expected.append(h)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(layer(x)), expected, rtol=1e-4, atol=1e-5)


def test_a_writer_is_a_loop():
    layer = with_weights(FrameWriter(3, 2, 3), (5, 6, 2))
    kernel, bias, own = layer.get_weights()
    begin = RNG.normal(size=(2, 5, 6, 2)).astype(np.float32)
    expected = []
    for h in begin:
        states = []
        for _ in range(3):
            h = gru(own, h, kernel, bias)
            states.append(h)
        expected.append(states)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(layer(begin)), expected, rtol=1e-4, atol=1e-5)


def test_on_frames_of_one_pixel_it_is_kerass_gru():
    spec = ConvolutionalRecurrent(1, (), maps=3, kernel_size=1)
    encoder = spec.build_encoder((6,), 3, seed=SEED)
    kernel, bias, recurrent, recurrent_bias = encoder.get_weights()
    theirs = keras.layers.GRU(3)
    x = RNG.normal(size=(4, 6)).astype(np.float32)
    theirs(x[:, :-1, None])
    theirs.set_weights([kernel[0, 0], recurrent[0, 0], np.stack([bias, recurrent_bias])])
    expected = keras.ops.convert_to_numpy(theirs(x[:, :-1, None]))
    np.testing.assert_allclose(output(encoder, x), expected, rtol=1e-4, atol=1e-6)


@EACH
def test_an_encoder_sees_the_past_alone(spec):
    encoder, _ = built(spec)
    x = RNG.random((3, 5, 42))
    other, earlier = x.copy(), x.copy()
    other[:, -spec.horizon :] = 9
    earlier[:, -spec.horizon - 1] += 1
    np.testing.assert_array_equal(output(encoder, other), output(encoder, x))
    assert np.abs(output(encoder, earlier) - output(encoder, x)).max() > 1e-3


@pytest.mark.slow
def test_marks_of_gaps_are_channels():
    """A mark at a pixel acts where that pixel is, and nowhere else."""
    spec = ConvolutionalRecurrent(1, (), maps=2, kernel_size=1)
    encoder = spec.build_encoder((3, 4, 5), 40, planes=2, seed=SEED)
    x = RNG.random((1, 2, 3, 4, 5))
    marked = x.copy()
    marked[0, 1, 1, 2, 3] += 1
    changed = np.abs(output(encoder, marked) - output(encoder, x)).reshape(2, 4, 5) > 1e-6
    assert changed[:, 2, 3].any()
    changed[:, 2, 3] = False
    assert not changed.any()


def test_a_map_keeps_its_pixels_together():
    """A code of maps goes into the decoder as it came out of the encoder."""
    spec = ConvolutionalRecurrent(1, (), maps=2, kernel_size=1)
    decoder = spec.build_decoder(40, (1, 4, 5, 1), seed=SEED)
    z = RNG.normal(size=(1, 2, 4, 5))
    other = z.copy()
    other[0, 1, 2, 3] += 1
    changed = np.abs(output(decoder, other) - output(decoder, z)).reshape(4, 5) > 1e-6
    assert changed[2, 3]
    assert changed.sum() == 1


# -- what it refuses -----------------------------------------------------------------------------------------


def test_rows_as_clips():
    plain = ConvolutionalRecurrent(1, (), kernel_size=1, maps=2)
    assert plain.target((6,)) == (1, 1, 1, 1)
    assert plain.target((6, 4)) == (1, 1, 4, 1)
    assert plain.target((6, 4, 5, 3)) == (1, 4, 5, 3)
    assert ConvolutionalRecurrent(2, (3,), maps=2).state_shape((5, 7, 6)) == (2, 4, 3)
    assert plain.sequence((6,)) == (6, 1)
    assert plain.sequence((6, 4)) is None
    assert MADE[2].sequence((210,)) is None
    assert MADE[2].image_shape == (5, 7, 3, 2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"horizon": 0}, "horizon must be a whole number of at least 1; got 0"),
        ({"maps": 2.5}, "maps must be a whole number of at least 1; got 2.5"),
        ({"filters": 8}, r"filters must be whole numbers, such as \(16, 32\); got 8"),
        ({"filters": (8, 0)}, "Each number of filters must be a whole number of at least 1; got 0"),
        ({"activation": "rlu"}, "activation must be the name of a Keras activation; got 'rlu'"),
        ({"spatial": 2}, "spatial of ConvolutionalRecurrent must be one of False, True; got 2"),
        ({"clip_shape": (64, 64)}, r"clip_shape must be \(time, height, width\) or .*; got \(64, 64\)"),
    ],
)
def test_bad_specifications(arguments, says):
    with pytest.raises(ParameterError, match=says):
        ConvolutionalRecurrent(**arguments)


@pytest.mark.parametrize(
    ("arguments", "shape", "says"),
    [
        ({"horizon": 5}, (5, 8, 8), "horizon=5 needs clips of at least 6 frames, .* got clips of 5"),
        ({}, (1,), r"at least 2 frames, .* got rows of 1 feature\(s\)"),
        ({}, (20,), r"Flat rows are clips of one pixel a frame unless clip_shape says otherwise"),
        ({}, (5, 8), "kernel_size=3 is larger than an image of 1 x 8"),
        ({"filters": (), "kernel_size": 9}, (5, 8, 10), "kernel_size=9 is larger than a frame of 8 x 10"),
        ({"filters": (1,) * 4}, (5, 8, 8), "single pixel after 3; got 4 filters"),
        ({"clip_shape": (5, 8, 8)}, (300,), r"clip_shape=\(5, 8, 8\) has 320 numbers, but rows have"),
        ({"clip_shape": (5, 8, 8)}, (8, 8, 5), r"clip_shape=\(5, 8, 8\) has 320 numbers, but rows have"),
        ({}, (2, 2, 2, 2, 2), r"Clips must have the shape .* got rows of shape \(2, 2, 2, 2, 2\)"),
    ],
)
def test_rows_that_do_not_fit(arguments, shape, says):
    with pytest.raises(ParameterError, match=says):
        ConvolutionalRecurrent(**arguments).check(shape)


def test_a_code_of_another_size():
    with pytest.raises(ParameterError, match="4 maps of 4 x 3 pixels, so 48 numbers; got 47"):
        MADE[0].build_encoder(CLIP, 47, seed=SEED)
