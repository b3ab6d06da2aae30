"""What is timed: the contestants, each in a process of its own.

``python contestants.py NAME`` makes the contestant of that name ready, runs it once to warm it up, and then
runs it whenever a line on standard input asks for it. The backend is the variable KERAS_BACKEND.
"""

import re
from collections.abc import Callable
from itertools import pairwise

import jax
import keras
import numpy as np
from serving import Contestant, main

from diabolo import Autoencoder, load_mnist

WIDTHS = (784, 100, 50, 25, 2, 25, 50, 100, 784)
BATCH_SIZE = 64
N_STEPS = 938  # of an epoch: 60,000 rows by 64, the last batch half full
N_SINGLE_IMAGES = 200


# -- training: one run is an epoch -----------------------------------------------------------------------


def keras_fit() -> Contestant:
    """The article's own way: ``fit`` of a compiled Keras model on the pixels divided by 255."""
    pixels = as_pixels(load_mnist().X_train)
    _, autoencoder = article_models()
    autoencoder.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")

    def train(epochs: int) -> float:
        history = autoencoder.fit(
            pixels, pixels, batch_size=BATCH_SIZE, epochs=epochs, shuffle=True, verbose=0
        )
        return history.history["loss"][-1]

    return train


def diabolo_fit() -> Contestant:
    """The same training by ``Autoencoder.fit``, which goes on from where it stopped."""
    images = load_mnist().X_train
    autoencoder = article_estimator()

    def train(epochs: int) -> float:
        autoencoder.set_params(epochs=epochs).fit(images)
        return autoencoder.history_["loss"][-1]

    return train


def bare_products() -> Contestant:
    """The matrix products of an epoch's steps and nothing else, in one loop that JAX compiles."""
    pixels = np.resize(as_pixels(load_mnist().X_train), (N_STEPS, BATCH_SIZE, WIDTHS[0]))
    batches = jax.numpy.asarray(pixels)
    weights = [jax.numpy.asarray(w) for w in glorot_weights(np.random.default_rng(0))]
    run_epoch = compiled_products(weights, batches)

    def run(epochs: int) -> None:
        for _ in range(epochs):
            jax.block_until_ready(run_epoch(weights, batches))

    return run


def step_products(weights: list, x: jax.Array) -> list:
    """Gradients of a linear network whose output's gradient is its output: 8 + 8 + 7 products."""
    inputs = [x]  # of each layer, (batch, width)
    for weight in weights:
        inputs.append(inputs[-1] @ weight)
    gradient = inputs.pop()
    of_weights = [inputs[-1].T @ gradient]
    for weight, layer_input in zip(weights[:0:-1], inputs[-2::-1], strict=True):
        gradient = gradient @ weight.T
        of_weights.append(layer_input.T @ gradient)
    return of_weights[::-1]


def compiled_products(weights: list, batches: jax.Array) -> Callable:
    """``step_products`` over all batches, compiled, and every product still in the loop.

    Each step overwrites the gradients of the last one: so XLA must compute them, and no time goes into
    using them.
    """

    def epoch(weights: list, batches: jax.Array) -> list:
        def step(_: list, x: jax.Array) -> tuple[list, None]:
            return step_products(weights, x), None

        return jax.lax.scan(step, weights, batches)[0]

    compiled = jax.jit(epoch).lower(weights, batches).compile()
    n_products = len(re.findall(r" dot\(.*while/body", compiled.as_text()))
    if n_products != 3 * len(weights) - 1:
        raise RuntimeError(f"The loop must hold {3 * len(weights) - 1} products; XLA left {n_products}.")
    return compiled


# -- codes of the 10,000 test images: one run is all of them, or those of single images -------------------


def predict_each() -> Contestant:
    """The article's way to a code: a call of ``predict`` an image, here for the first images only."""
    pixels = as_pixels(load_mnist().X_test)[:N_SINGLE_IMAGES]
    encoder, _ = article_models()

    def encode(times: int) -> None:
        for _ in range(times):
            for image in pixels:
                encoder.predict(image[None], verbose=0)

    return encode


def predict_all() -> Contestant:
    """``predict`` of the Keras encoder that ``fit`` leaves, one call for the whole array."""
    pixels = as_pixels(load_mnist().X_test)
    encoder = fitted_estimator().encoder_

    def encode(times: int) -> None:
        for _ in range(times):
            encoder.predict(pixels, verbose=0)

    return encode


def diabolo_transform() -> Contestant:
    """``Autoencoder.transform`` of the images as they come, uint8."""
    images = load_mnist().X_test
    autoencoder = fitted_estimator()

    def encode(times: int) -> None:
        for _ in range(times):
            autoencoder.transform(images)

    return encode


# -- the article's model ---------------------------------------------------------------------------------


def as_pixels(images: np.ndarray) -> np.ndarray:
    """(n, 28, 28) uint8 -> (n, 784) float32 in [0, 1]"""
    return images.reshape(len(images), -1).astype(np.float32) / 255


def article_models() -> tuple[keras.Model, keras.Model]:
    """Encoder and autoencoder as the article builds them."""
    keras.utils.set_random_seed(0)
    encoder = keras.Sequential([keras.Input((WIDTHS[0],)), *dense_layers(WIDTHS[1:5])], name="encoder")
    decoder = keras.Sequential([keras.Input((WIDTHS[4],)), *dense_layers(WIDTHS[5:])], name="decoder")
    return encoder, keras.Model(encoder.inputs, decoder(encoder.outputs[0]))


def dense_layers(widths: tuple[int, ...]) -> list[keras.layers.Layer]:
    """ReLU inside, linear at the end."""
    hidden = [keras.layers.Dense(width, activation="relu") for width in widths[:-1]]
    return [*hidden, keras.layers.Dense(widths[-1])]


def glorot_weights(random: np.random.Generator) -> list[np.ndarray]:
    """The network's matrices as Keras draws them."""
    limits = [(shape, np.sqrt(6 / sum(shape))) for shape in pairwise(WIDTHS)]
    return [random.uniform(-limit, limit, shape).astype(np.float32) for shape, limit in limits]


def article_estimator() -> Autoencoder:
    """The same model as an estimator; ``fit`` goes on where the last one stopped."""
    return Autoencoder(
        WIDTHS[4],
        encoder=WIDTHS[1:4],
        learning_rate=1e-3,
        batch_size=BATCH_SIZE,
        epochs=1,
        warm_start=True,
        random_state=0,
    )


def fitted_estimator() -> Autoencoder:
    """One that has seen some images."""
    return article_estimator().fit(load_mnist().X_train[:1000])


if __name__ == "__main__":
    main((keras_fit, diabolo_fit, bare_products, predict_each, predict_all, diabolo_transform))
