"""Networks of users: the same numbers as Keras's own, weights from the seed, shapes that fit."""

import copy
import pickle
import random

import keras
import numpy as np
import pytest
from keras import layers
from sklearn.base import clone

from diabolo import Autoencoder, KerasNetwork, ParameterError, VariationalAutoencoder
from diabolo.networks.base import weight_shapes

pytestmark = pytest.mark.thorough

SEED = np.random.SeedSequence(0)
IMAGES = np.random.default_rng(0).random((40, 6, 5)).astype(np.float32)


@keras.saving.register_keras_serializable("tests")
class Shift(keras.layers.Layer):
    """A layer of one's own: x + b"""

    def __init__(self, start=1.0, **options):
        super().__init__(**options)
        self.start = start

    def build(self, input_shape):
        self.b = self.add_weight((input_shape[-1],), keras.initializers.Constant(self.start), name="b")

    def call(self, x):
        return x + self.b

    def get_config(self):
        return super().get_config() | {"start": self.start}


class Forgetful(keras.layers.Layer):
    """A layer whose configuration does not say what its constructor needs."""

    def __init__(self, width):
        super().__init__()
        self.width = width


def sequential():
    return keras.Sequential(
        [
            keras.Input((6, 5, 1)),
            layers.Conv2D(3, 3, strides=2, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dropout(0.2),
            Shift(),
            layers.Dense(2),
        ],
        name="seen",
    )


def functional():
    """With a shared layer, two ways and a model within."""
    code = keras.Input((2,))
    shared = layers.Dense(4, activation="tanh")
    inner_in = keras.Input((4,))
    inner = keras.Model(inner_in, layers.Dense(4)(inner_in))
    once = shared(code)
    twice = shared(layers.Rescaling(2.0)(code))
    both = layers.Concatenate()([inner(once), layers.Subtract()([once, twice])])
    return keras.Model(code, layers.Reshape((6, 5))(layers.Dense(30)(both)), name="drawn")


def fitted(**parameters):
    made = {"encoder": sequential(), "decoder": functional(), "epochs": 2, "random_state": 0}
    return Autoencoder(2, **(made | parameters)).fit(IMAGES)


def test_the_numbers_are_those_of_keras():
    encoder, decoder = sequential(), functional()
    ae = fitted(encoder=encoder, decoder=decoder, epochs=20)
    encoder.set_weights(ae.encoder_.get_weights())
    decoder.set_weights(ae.decoder_.get_weights())
    codes = encoder.predict(IMAGES[..., None], verbose=0)
    np.testing.assert_allclose(ae.transform(IMAGES), codes, atol=1e-5)
    np.testing.assert_allclose(ae.reconstruct(IMAGES), decoder.predict(codes, verbose=0), atol=1e-5)
    assert ae.history_["loss"][-1] < ae.history_["loss"][0]


def test_what_is_passed_in_stays_and_the_seed_decides():
    encoder = sequential()
    weights, config = copy.deepcopy(encoder.get_weights()), encoder.get_config()
    ae = fitted(encoder=encoder)
    assert encoder.get_config() == config
    for before, after in zip(weights, encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    again, other = clone(ae).fit(IMAGES), clone(ae).set_params(random_state=1).fit(IMAGES)
    np.testing.assert_array_equal(again.transform(IMAGES), ae.transform(IMAGES))
    assert np.abs(other.transform(IMAGES) - ae.transform(IMAGES)).max() > 1e-3


def test_pythons_own_random_numbers_go_on_as_if_nothing_had_happened():
    spec = KerasNetwork(sequential())
    random.seed(5)
    spec.build_encoder((6, 5), 2, seed=SEED)
    assert random.random() == random.Random(5).random()


@pytest.mark.slow
def test_weights_are_kept_where_that_is_asked_for():
    encoder = sequential()
    encoder.layers[-1].trainable = False
    frozen = encoder.layers[-1].get_weights()
    options = {"optimizer": "sgd", "learning_rate": 1e-12, "decoder": (4,), "epochs": 1}
    kept = fitted(encoder=KerasNetwork(encoder, keep_weights=True), **options)
    new = fitted(encoder=encoder, **options)
    convolution = encoder.get_weights()[0]
    np.testing.assert_allclose(kept.encoder_.get_weights()[0], convolution, atol=1e-6)
    assert np.abs(new.encoder_.get_weights()[0] - convolution).max() > 1e-2
    trained = fitted(encoder=KerasNetwork(encoder, keep_weights=True), decoder=(4,))
    for before, after in zip(frozen, trained.encoder_.layers[2].layers[-1].get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.slow
def test_copies_and_pickles_go_on_as_they_were():
    ae = fitted()
    for again in (copy.deepcopy(ae), pickle.loads(pickle.dumps(ae))):
        np.testing.assert_array_equal(again.transform(IMAGES), ae.transform(IMAGES))
        again.partial_fit(IMAGES)


@pytest.mark.slow
def test_another_network_is_no_going_on():
    ae = fitted(warm_start=True)
    with pytest.raises(ParameterError, match="encoder was 'Sequential seen"):
        ae.set_params(encoder=keras.Sequential([keras.Input((6, 5)), layers.Flatten(), layers.Dense(2)])).fit(
            IMAGES
        )


def test_one_layer_and_open_sides_take_rows_as_they_are():
    X = IMAGES.reshape(40, -1)
    ae = Autoencoder(2, encoder=layers.Dense(2), decoder=layers.Dense(30), epochs=1, random_state=0).fit(X)
    assert ae.transform(X).shape == (40, 2)
    anywhere = keras.Sequential(
        [keras.Input((None, None, 1)), layers.GlobalAveragePooling2D(), layers.Dense(2)]
    )
    assert fitted(encoder=anywhere).transform(IMAGES).shape == (40, 2)


@pytest.mark.slow
def test_a_normal_code_takes_means_and_variances():
    with pytest.raises(
        ParameterError, match="must give 4 numbers, for a code, but it gives outputs of shape"
    ):
        VariationalAutoencoder(2, encoder=sequential(), decoder=functional()).fit(IMAGES)
    encoder = keras.Sequential([keras.Input((30,)), layers.Dense(4)])
    vae = VariationalAutoencoder(2, encoder=encoder, decoder=(4,), epochs=1).fit(IMAGES)
    assert vae.sample(3).shape == (3, 6, 5)


@pytest.mark.slow
def test_marks_of_gaps_are_further_inputs():
    X = IMAGES.reshape(40, -1).copy()
    X[::3, 4] = np.nan
    encoder = keras.Sequential([keras.Input((60,)), layers.Dense(2)])
    ae = Autoencoder(2, encoder=encoder, decoder=(4,), missing="indicator", epochs=1).fit(X)
    assert np.isfinite(ae.transform(X)).all()


def test_shapes_are_known_and_nothing_of_their_size_is_made():
    for network, taken in ((sequential(), (6, 5)), (functional(), (6, 5))):
        spec = KerasNetwork(network)
        is_encoder = network.name == "seen"
        steps = spec.encoder_steps(taken, 2) if is_encoder else spec.decoder_steps(2, taken)
        build = spec.build_encoder if is_encoder else spec.build_decoder
        model = build(*((taken, 2) if is_encoder else (2, taken)), seed=SEED)
        numbers = [v for v in model.variables if v.dtype == "float32"]
        assert sorted(weight_shapes(steps)) == sorted(tuple(v.shape) for v in numbers)
    large = KerasNetwork(layers.Dense(10**6))  # with rows of a million numbers, 4 TB
    assert weight_shapes(large.encoder_steps((10**6,), 10**6)) == [(10**6, 10**6), (10**6,)]


TWO = keras.Input((2,))
REFUSED = {
    "no mirror": ({"encoder": sequential(), "decoder": None}, "has no mirror. Pass decoder="),
    "other inputs": (
        {"encoder": keras.Sequential([keras.Input((7, 5)), layers.Flatten(), layers.Dense(2)])},
        r"takes inputs of shape \(7, 5\), that is 35 numbers, but it is given rows of shape \(6, 5\), 30",
    ),
    "other codes": ({"encoder": layers.Flatten()}, r"must give 2 numbers, for a code, .* of shape \(30,\)"),
    "other rows": (
        {"decoder": layers.Dense(29)},
        r"must give 30 numbers, for a row of shape \(6, 5\), but it gives outputs of shape \(29,\)",
    ),
    "a rank that does not fit": (
        {"encoder": keras.Sequential([layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(2)])},
        r"can't take inputs of shape \(6, 5\): .* begin it by keras.Input",
    ),
    "a kernel larger than the image": (
        {"encoder": keras.Sequential([keras.Input((6, 5, 1))] + [layers.Conv2D(2, 3) for _ in range(2)])},
        "must give 2 numbers",
    ),
    "a regularizer": (
        {"encoder": keras.Sequential([layers.Flatten(), layers.Dense(2, kernel_regularizer="l2")])},
        "has a regularizer, which the loss leaves out.*penalties=",
    ),
    "code": ({"decoder": keras.Sequential([layers.Lambda(lambda x: x)])}, "A Lambda layer .* holds code"),
    "two outputs": (
        {"decoder": keras.Model(TWO, [layers.Dense(15)(TWO), layers.Dense(15)(TWO)])},
        "must have one output, but .* has 2",
    ),
    "no configuration": ({"encoder": Forgetful(3)}, "can't be made again from its configuration"),
    "no weights to keep": (
        {"encoder": KerasNetwork(layers.Dense(2), keep_weights=True)},
        "keep_weights=True needs a network that has weights",
    ),
    "an activation beside": (
        {"activation": "tanh"},
        "activation='tanh' has no effect beside specified networks",
    ),
}


@pytest.mark.parametrize(("parameters", "message"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_fit_is_refused_before_training(parameters, message):
    with pytest.raises(ParameterError, match=message):
        fitted(**parameters)


def test_only_layers_are_networks():
    with pytest.raises(ParameterError, match="takes a Keras layer or model; got 3"):
        KerasNetwork(3)


def test_weights_to_keep_must_be_of_these_inputs():
    built = layers.Dense(2)
    built.build((None, 7))
    message = r"needs weights of shapes \[\(30, 2\), \(2,\)\] .* has \[\(7, 2\), \(2,\)\]"
    with pytest.raises(ParameterError, match=message):
        Autoencoder(2, encoder=KerasNetwork(built, keep_weights=True), decoder=()).fit(IMAGES.reshape(40, -1))
