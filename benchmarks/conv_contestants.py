"""What ``conv_speed.py`` times: two convolutional networks on MNIST, each contestant in a process of its own.

``python conv_contestants.py NAME`` makes the contestant of that name ready and serves it; one run is a step.
The backend is the variable KERAS_BACKEND.
"""

import keras
import numpy as np
from contestants import BATCH_SIZE, as_pixels
from conv_speed import CAPACITY
from keras import layers
from serving import Contestant, main

from diabolo import load_mnist

Networks = tuple[keras.Model, keras.Model]


def keras_strided() -> Contestant:
    """The strided autoencoder, by ``fit`` of Keras."""
    return keras_fit(strided())


def keras_denoiser() -> Contestant:
    """The denoiser, by ``fit`` of Keras."""
    return keras_fit(denoiser())


def diabolo_strided() -> Contestant:
    """The strided autoencoder, by diabolo's engine."""
    return diabolo_fit(strided())


def diabolo_denoiser() -> Contestant:
    """The denoiser, by diabolo's engine."""
    return diabolo_fit(denoiser())


def strided() -> Networks:
    """Two convolutions of stride 2 and a layer to a code of 16, and the way back, on flat rows."""
    row, code = keras.Input((784,)), keras.Input((16,))
    x = layers.Reshape((28, 28, 1))(row)
    for filters in (32, 64):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(x)
    encoder = keras.Model(row, layers.Dense(16)(layers.Flatten()(x)))
    x = layers.Reshape((7, 7, 64))(layers.Dense(7 * 7 * 64, activation="relu")(code))
    x = layers.Conv2DTranspose(32, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv2DTranspose(1, 3, strides=2, padding="same")(x)
    return encoder, keras.Model(code, layers.Flatten()(x))


def denoiser() -> Networks:
    """Three convolutions with pooling, 28-14-7-4, and back by upsampling, on flat rows."""
    row, code = keras.Input((784,)), keras.Input((4 * 4 * 256,))
    x = layers.Reshape((28, 28, 1))(row)
    for filters, size in ((64, 5), (128, 3), (256, 3)):
        x = layers.Conv2D(filters, size, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2, padding="same")(x)
    encoder = keras.Model(row, layers.Flatten()(x))
    x = layers.Reshape((4, 4, 256))(code)
    for filters in (256, 128, 64):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.UpSampling2D(2)(x)
    x = layers.Cropping2D(2)(layers.Conv2D(1, 5, padding="same")(x))  # 32 -> 28
    return encoder, keras.Model(code, layers.Flatten()(x))


def keras_fit(networks: Networks) -> Contestant:
    """``fit`` of the two as one compiled Keras model."""
    encoder, decoder = networks
    model = keras.Model(encoder.inputs, decoder(encoder.outputs[0]))
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
    pixels = as_pixels(load_mnist().X_train)

    def train(steps: int) -> float:
        rows = pixels[: steps * BATCH_SIZE]
        return model.fit(rows, rows, batch_size=BATCH_SIZE, verbose=0).history["loss"][-1]

    return train


def diabolo_fit(networks: Networks) -> Contestant:
    """The same steps by the program that trains diabolo's estimators, a chunk at a time."""
    # Not at the top: the environments of the other contestants need none of it.
    from diabolo.objectives.likelihoods import MeanSquaredError
    from diabolo.objectives.passes import Objective
    from diabolo.objectives.reconstruction import Reconstruction
    from diabolo.training.program import Batch, Constants, initial_state, program_for
    from diabolo.training.road import Road

    road, optimizer = Road(*networks), keras.optimizers.Adam(1e-3)
    optimizer.build(road.trainable)
    program = program_for(road, Objective((Reconstruction(MeanSquaredError()),)), optimizer)
    state = initial_state(road, optimizer)
    pixels = as_pixels(load_mnist().X_train[: CAPACITY * BATCH_SIZE]).reshape(CAPACITY, BATCH_SIZE, -1)
    ones, keys = np.ones((CAPACITY, BATCH_SIZE), np.float32), np.zeros((CAPACITY, 2), np.int32)
    chunk = Batch(pixels, ones, keys, np.zeros(CAPACITY, np.float32))
    constants = Constants(np.ones(pixels.shape[-1], np.float32), np.float32(BATCH_SIZE))

    def train(steps: int) -> float:
        nonlocal state
        state, sums = program.train(state, chunk, steps, constants)
        return float(program.to_host(sums)[:steps, 0].mean() / BATCH_SIZE)

    return train


if __name__ == "__main__":
    main((keras_strided, keras_denoiser, diabolo_strided, diabolo_denoiser))
