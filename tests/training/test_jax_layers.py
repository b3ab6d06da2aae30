"""Layers of a program's own copy of a road, against Keras's own in the estimator's."""

import keras
import numpy as np
import pytest
from keras import layers

jax = pytest.importorskip("jax")

from diabolo.networks.convolutional_recurrent_layers import FrameReader, FrameWriter  # noqa: E402
from diabolo.networks.copies import new_network  # noqa: E402
from diabolo.objectives.likelihoods import MeanSquaredError  # noqa: E402
from diabolo.objectives.passes import Objective  # noqa: E402
from diabolo.objectives.penalties import Contraction  # noqa: E402
from diabolo.objectives.reconstruction import Reconstruction  # noqa: E402
from diabolo.training import jax_layers  # noqa: E402
from diabolo.training.jax_layers import with_fast_gradients  # noqa: E402
from diabolo.training.on_jax import BackendProgram  # noqa: E402
from diabolo.training.program import Batch, Constants, Player, initial_state, program_for  # noqa: E402
from diabolo.training.road import Road  # noqa: E402

pytestmark = pytest.mark.jax

OURS = [
    layers.Conv2D(4, 3, strides=2, padding="same", activation="relu", name="first"),
    layers.Conv2D(1, (2, 3), use_bias=False),
    layers.Conv1D(3, 4, padding="valid"),
    layers.Conv2DTranspose(3, 3, strides=2, padding="same", output_padding=1, kernel_regularizer="l2"),
    layers.Conv2DTranspose(1, 2, use_bias=False, activation="tanh"),
    layers.Conv1DTranspose(2, 3, strides=2),
    layers.MaxPooling2D(2, padding="same"),
    layers.MaxPooling1D(3),
]
NOT_OURS = [
    layers.Conv2D(4, 3, dilation_rate=2),
    layers.Conv2D(4, 3, groups=2),
    layers.Conv2D(4, 3, data_format="channels_first"),
    layers.Conv2D(4, 3, dtype="mixed_bfloat16"),
    layers.Conv2D(4, 3, dtype="float64"),
    layers.Conv1D(4, 3, padding="causal"),
    layers.Conv2DTranspose(4, 3, dilation_rate=2),
    layers.Conv3D(2, 3),
    layers.MaxPooling2D(3, strides=2),
    layers.SeparableConv2D(2, 3),
    layers.Dense(2),
]


def settings(layer):
    """Its configuration, but for the weights that it starts from."""
    return {name: value for name, value in layer.get_config().items() if not name.endswith("_initializer")}


def starts(layer):
    """Where its weights start, by class."""
    config = layer.get_config()
    return {config[name]["class_name"] for name in config if name.endswith("_initializer")}


@pytest.mark.thorough
@pytest.mark.parametrize("layer", OURS, ids=lambda layer: layer.name)
def test_a_layer_of_ours_computes_what_keras_own_computes(layer):
    new = with_fast_gradients(layer)
    assert type(new) is getattr(jax_layers, type(layer).__name__)
    assert settings(new) == settings(layer)
    assert starts(new) <= {"Zeros"}
    shape = (2, 7, 6, 2) if "2D" in type(layer).__name__ else (2, 7, 2)
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    expected = layer(x)
    new.build(x.shape)
    assert [(v.name, v.shape) for v in new.weights] == [(v.name, v.shape) for v in layer.weights]
    new.set_weights(layer.get_weights())
    np.testing.assert_allclose(new(x), expected, rtol=1e-5, atol=1e-6)
    assert tuple(new.compute_output_shape(shape)) == expected.shape


@pytest.mark.parametrize("layer", [FrameReader(2, 3, name="reader"), FrameWriter(4, 2, 3, name="writer")])
def test_a_layer_of_clips_has_the_gradients_of_the_networks_own(layer):
    new = with_fast_gradients(layer)
    assert type(new) is getattr(jax_layers, type(layer).__name__)
    assert new.get_config() == layer.get_config()
    shape = (2, 5, 6, 2) if isinstance(layer, FrameWriter) else (2, 3, 5, 6, 6)
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    layer.build(shape)
    new.build(shape)
    assert [(v.name, v.shape) for v in new.weights] == [(v.name, v.shape) for v in layer.weights]
    values = [np.random.default_rng(1).normal(0, 0.3, v.shape).astype(np.float32) for v in layer.weights]

    def gradients(of):
        return jax.value_and_grad(lambda v, x: (of.stateless_call(v, [], x)[0] ** 2).sum(), (0, 1))(values, x)

    for one, other in zip(jax.tree.leaves(gradients(new)), jax.tree.leaves(gradients(layer)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("layer", NOT_OURS, ids=lambda layer: layer.name)
def test_other_layers_stay_of_their_class(layer):
    new = with_fast_gradients(layer)
    assert type(new) is type(layer)
    assert new is not layer
    assert settings(new) == settings(layer)
    assert starts(new) <= {"Zeros"}


def test_a_users_subclass_stays_of_its_class():
    class Own(layers.Conv2D):
        def call(self, inputs):
            return 2 * super().call(inputs)

    assert type(with_fast_gradients(Own(2, 3))) is Own


def test_off_the_cpu_layers_stay_of_their_class(monkeypatch):
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert type(with_fast_gradients(OURS[0])) is layers.Conv2D


def road():
    """Images of 6 x 6 to 3 numbers and back, on flat rows; a model within a model."""
    keras.utils.set_random_seed(0)
    row, code = keras.Input((36,)), keras.Input((3,))
    x = layers.Conv2D(3, 3, padding="same", activation="tanh")(layers.Reshape((6, 6, 1))(row))
    part = keras.Sequential(
        [keras.Input((6, 6, 3)), layers.Conv2D(4, 3, strides=2, padding="same"), layers.ELU()]
    )
    encoder = keras.Model(
        row, layers.Dense(3)(layers.Flatten()(layers.MaxPooling2D(2, padding="same")(part(x))))
    )
    x = layers.Reshape((3, 3, 4))(layers.Dense(36, activation="tanh")(code))
    x = layers.Conv2DTranspose(3, 3, strides=2, padding="same", activation="tanh")(x)
    decoder = keras.Model(code, layers.Flatten()(layers.Conv2D(1, 3, padding="same")(x)))
    return Road(encoder, decoder)


def classes(model):
    return [type(layer) for layer in model._flatten_layers() if not isinstance(layer, keras.Model)]


def test_models_within_models_are_reached_and_variables_keep_their_order():
    ours, theirs = road().encoder, road().encoder
    new = new_network(ours, with_fast_gradients)
    assert classes(new).count(jax_layers.Conv2D) == 2
    assert classes(new).count(jax_layers.MaxPooling2D) == 1
    assert layers.Conv2D not in classes(new)
    assert classes(ours) == classes(theirs)  # left as they were
    assert [(v.path.split("/")[-2:], v.shape) for v in new.variables] == [
        (v.path.split("/")[-2:], v.shape) for v in ours.variables
    ]


def trained(program, of, optimizer, steps=5, batch=8):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(steps, batch, 36)).astype(np.float32)
    keys = rng.integers(0, 1000, (steps, 2)).astype(np.int32)
    chunk = Batch(x, np.ones((steps, batch), np.float32), keys, np.zeros(steps, np.float32))
    constants = Constants(np.ones(36, np.float32), np.float32(batch))
    state, sums = program.train(initial_state(of, optimizer), chunk, steps, constants)
    return [*map(np.asarray, state.trainable[0]), np.asarray(sums)]


@pytest.mark.slow
@pytest.mark.parametrize("contraction", [None, 0.1], ids=["plain", "contractive"])
def test_a_program_trains_as_one_of_keras_own_layers(contraction):
    terms = (Reconstruction(MeanSquaredError()), *([Contraction(contraction)] if contraction else []))
    objective, given, optimizer = Objective(terms), road(), keras.optimizers.Adam(0.01)
    optimizer.build(given.trainable)
    ours = program_for(given, objective, optimizer)
    assert jax_layers.Conv2DTranspose in classes(ours.road.decoder)
    own, own_optimizer = given.copy(), keras.optimizers.Adam(0.01)  # of Keras's layers
    assert layers.Conv2DTranspose in classes(own.decoder)
    own_optimizer.build(own.trainable)
    theirs = BackendProgram(own, (Player(objective, own.trainable, own_optimizer),))
    for one, other in zip(trained(ours, given, optimizer), trained(theirs, given, optimizer), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
