"""Recurrent networks: sizes, weights, equations, and what they refuse."""

import itertools

import keras
import numpy as np
import pytest

from diabolo import ParameterError, Recurrent
from diabolo.networks.base import weight_shapes

pytestmark = pytest.mark.thorough

SEED = np.random.SeedSequence(0)
X = np.random.default_rng(0).normal(size=(3, 6, 2)).astype(np.float32)  # 3 sequences of 6 steps, 2 features
Z = np.random.default_rng(1).normal(size=(3, 4)).astype(np.float32)
LAYERS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


def encoder(spec, shape=(6, 2), n_outputs=4, *, planes=1, seed=SEED):
    return spec.build_encoder(shape, n_outputs, planes=planes, seed=seed)


def decoder(spec, shape=(6, 2), n_inputs=4, *, seed=SEED):
    return spec.build_decoder(n_inputs, shape, seed=seed)


def output(model, x):
    return keras.ops.convert_to_numpy(model(x.reshape(len(x), -1)))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


MADE = [
    Recurrent((5, 3), cell, bidirectional, feedback)
    for cell, bidirectional, feedback in itertools.product(("lstm", "gru"), (False, True), (False, True))
]


@pytest.mark.parametrize("spec", MADE, ids=repr)
def test_shapes_are_known_without_building(spec):
    both = (
        (spec.encoder_steps((6, 2), 4, planes=2), encoder(spec, planes=2)),
        (spec.mirrored().decoder_steps(4, (6, 2)), decoder(spec.mirrored())),
    )
    for steps, model in both:
        assert sorted(weight_shapes(steps)) == sorted(tuple(v.shape) for v in model.variables)
        assert all(v.dtype == "float32" for v in model.variables)
    assert (both[0][1].input_shape, both[0][1].output_shape) == ((None, 24), (None, 4))
    assert (both[1][1].input_shape, both[1][1].output_shape) == ((None, 4), (None, 12))


@pytest.mark.parametrize("spec", MADE[-2:], ids=repr)
def test_weights_that_will_be_assigned_are_not_drawn(spec):
    for model in (encoder(spec, seed=None), decoder(spec.mirrored(), seed=None)):
        assert all((each == 0).all() for each in model.get_weights())
        again = type(model).from_config(model.get_config())  # with initializers as they were
        assert all((each != 0).any() for each in again.get_weights() if each.ndim > 1 and len(each) > 2)


@pytest.mark.parametrize("spec", MADE[-2:], ids=repr)
def test_weights_come_from_the_seed_alone(spec):
    for build in (encoder, lambda spec, seed: decoder(spec.mirrored(), seed=seed)):
        one, same, other = (
            build(spec, seed=np.random.SeedSequence(seed)).get_weights() for seed in (1, 1, 2)
        )
        for a, b, c in zip(one, same, other, strict=True):
            np.testing.assert_array_equal(a, b)
            assert not a.any() or a.ndim == 1 or not np.array_equal(a, c)


def test_new_weights_are_those_of_keras():
    """Glorot uniform, orthogonal, and a forget gate that is open; both directions drawn apart."""
    kernel, recurrent, bias, *backward = encoder(Recurrent((8,), bidirectional=True)).get_weights()[:6]
    assert np.abs(kernel).max() == pytest.approx(np.sqrt(6 / (2 + 32)), rel=0.1)
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(8), atol=1e-5)
    np.testing.assert_array_equal(bias, np.repeat([0, 1, 0, 0], 8))
    assert not np.array_equal(kernel, backward[0])


def test_clones_have_the_same_equations():
    spec = MADE[-1]
    for model, x in ((encoder(spec, planes=2), np.concatenate([X, 0 * X])), (decoder(spec.mirrored()), Z)):
        x = x.reshape(3, -1)
        clone = keras.models.clone_model(model)
        clone.set_weights(model.get_weights())
        np.testing.assert_array_equal(output(clone, x), output(model, x))


# -- the equations -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", LAYERS)
def test_an_encoder_is_kerass_layers(cell):
    model = encoder(Recurrent((5, 3), cell))
    *of_layers, kernel, bias = model.get_weights()
    first, second = LAYERS[cell](5, return_sequences=True), LAYERS[cell](3)
    second(first(X))
    first.set_weights(of_layers[:3])
    second.set_weights(of_layers[3:])
    expected = keras.ops.convert_to_numpy(second(first(X))) @ kernel + bias
    np.testing.assert_allclose(output(model, X), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("cell", LAYERS)
def test_both_ends_are_kerass_bidirectional(cell):
    model = encoder(Recurrent((5, 3), cell, bidirectional=True))
    *of_layers, kernel, bias = model.get_weights()
    first, second = (
        keras.layers.Bidirectional(LAYERS[cell](units, return_sequences=sequences))
        for units, sequences in ((5, True), (3, False))
    )
    second(first(X))
    first.set_weights(of_layers[:6])
    second.set_weights(of_layers[6:])
    expected = keras.ops.convert_to_numpy(second(first(X))) @ kernel + bias
    np.testing.assert_allclose(output(model, X), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("cell", LAYERS)
def test_a_decoder_repeats_the_code(cell):
    model = decoder(Recurrent((5,), cell))
    *of_layer, kernel, bias = model.get_weights()
    layer, repeated = LAYERS[cell](5, return_sequences=True), np.repeat(Z[:, None], 6, axis=1)
    layer(repeated)
    layer.set_weights(of_layer)
    expected = keras.ops.convert_to_numpy(layer(repeated)) @ kernel + bias
    np.testing.assert_allclose(output(model, Z).reshape(3, 6, 2), expected, rtol=1e-4, atol=1e-6)


def test_feedback_is_a_loop():
    model = decoder(Recurrent((5,), "lstm", feedback=True))
    kernel, bias, K, R, b = model.get_weights()
    y, h, c, written = np.zeros((3, 2)), np.zeros((3, 5)), np.zeros((3, 5)), []
    for _ in range(6):
        i, f, candidate, o = np.split(np.hstack([Z, y]) @ K + h @ R + b, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(candidate)
        h = sigmoid(o) * np.tanh(c)
        y = h @ kernel + bias
        written.append(y)
    np.testing.assert_allclose(output(model, Z).reshape(3, 6, 2), np.stack(written, 1), rtol=1e-4, atol=1e-6)


def test_feedback_passes_all_layers():
    model = decoder(Recurrent((5, 3), "gru", feedback=True))
    kernel, bias, *of_cells = model.get_weights()
    y, states, written = np.zeros((3, 2)), [np.zeros((3, 5)), np.zeros((3, 3))], []
    for _ in range(6):
        x = np.hstack([Z, y])
        for number, (K, R, b) in enumerate((of_cells[:3], of_cells[3:])):
            h = states[number]
            z, r, n = np.split(x @ K + b[0], 3, axis=1)
            z_h, r_h, n_h = np.split(h @ R + b[1], 3, axis=1)
            z = sigmoid(z + z_h)
            x = states[number] = z * h + (1 - z) * np.tanh(n + sigmoid(r + r_h) * n_h)
        y = x @ kernel + bias
        written.append(y)
    np.testing.assert_allclose(output(model, Z).reshape(3, 6, 2), np.stack(written, 1), rtol=1e-4, atol=1e-6)


# -- lengths -------------------------------------------------------------------------------------------------


def padded(x, length, filler):
    """Sequences and, behind them, their marks: (n, 2 * length * features), flat"""
    n, time, features = x.shape
    rows, gaps = np.full((n, length, features), float(filler)), np.ones((n, length, features))
    rows[:, :time], gaps[:, :time] = x, 0
    return np.hstack([rows.reshape(n, -1), gaps.reshape(n, -1)]).astype(np.float32)


@pytest.mark.parametrize("spec", [spec for spec in MADE if not spec.feedback], ids=repr)
def test_the_code_does_not_depend_on_what_follows_the_last_step(spec):
    model, longer = encoder(spec, planes=2), encoder(spec, (11, 2), planes=2)
    longer.set_weights(model.get_weights())
    expected = output(model, padded(X, 6, 0))
    for filler in (0.0, 7.5):
        np.testing.assert_allclose(output(longer, padded(X, 11, filler)), expected, rtol=1e-5, atol=1e-6)


def test_steps_before_the_last_are_read_gaps_or_not():
    model = encoder(Recurrent((5,)), planes=2)
    with_gap = padded(X, 6, 0).reshape(3, 2, 6, 2)
    with_gap[:, 1, 2:4] = 1  # two whole steps within
    filled = with_gap.copy()
    filled[:, 0, 2:4] = 3.0
    assert np.abs(output(model, with_gap) - output(model, filled)).min() > 1e-4
    half = padded(X, 6, 0).reshape(3, 2, 6, 2)
    half[:, 1, 5, 0] = 1  # half of the last step is not the end
    changed = half.copy()
    changed[:, 0, 5, 1] += 1.0
    assert np.abs(output(model, half) - output(model, changed)).min() > 1e-4


# -- what it refuses -----------------------------------------------------------------------------------------


def test_the_mirror_goes_the_other_way():
    spec = Recurrent((5, 3), "gru", bidirectional=True, feedback=True, sequence_shape=(6, 2))
    assert spec.mirrored() == Recurrent((3, 5), "gru", feedback=True, sequence_shape=(6, 2))


def test_rows_as_sequences():
    assert Recurrent().sequence((6, 2)) == (6, 2)
    assert Recurrent().sequence((6, 2, 3)) == (6, 6)
    assert Recurrent().sequence((6,)) == (6, 1)
    assert Recurrent(sequence_shape=(3, 2)).sequence((6,)) == (3, 2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"units": ()}, "at least one recurrent layer"),
        ({"units": (8, 0)}, "Each number of units must be a whole number of at least 1; got 0"),
        ({"units": 8}, r"units must be whole numbers, such as \(64,\); got 8"),
        ({"cell": "rnn"}, "cell of Recurrent must be one of 'lstm', 'gru'; got 'rnn'"),
        ({"bidirectional": 2}, "bidirectional of Recurrent must be one of False, True; got 2"),
        ({"feedback": "yes"}, "feedback of Recurrent must be one of False, True; got 'yes'"),
        ({"sequence_shape": (10,)}, r"sequence_shape must be \(time, features\); got \(10,\).*\(time, 1\)"),
        ({"sequence_shape": (10, 0)}, "Each number of sequence_shape must be a whole number"),
    ],
)
def test_bad_specifications(arguments, says):
    with pytest.raises(ParameterError, match=says):
        Recurrent(**arguments)


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        ((13,), r"sequence_shape=\(6, 2\) must be that of the rows.* rows have 13 numbers. Set it"),
        ((4, 3), r"sequence_shape=\(6, 2\) must be that of the rows.* rows have the shape \(4, 3\)"),
    ],
)
def test_rows_that_do_not_fit(shape, says):
    with pytest.raises(ParameterError, match=says):
        Recurrent(sequence_shape=(6, 2)).check(shape)
    Recurrent(sequence_shape=(6, 2)).check((6, 2))
    Recurrent(sequence_shape=(6, 2)).check((12,))


def test_decoders_write_forwards():
    with pytest.raises(ParameterError, match="bidirectional=True has no effect in a decoder"):
        decoder(Recurrent(bidirectional=True))
