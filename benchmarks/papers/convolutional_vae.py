"""The convolutional variational autoencoder of keras.io: python -m benchmarks.papers.convolutional_vae."""

import keras
import numpy as np
from keras import layers

from benchmarks.papers.experiment import Experiment, Figures, Size, main
from benchmarks.results import Goal
from diabolo import VariationalAutoencoder, load_mnist

SETTING = """\
The example "Variational AutoEncoder" of keras.io (Chollet, 2020): all 70,000 images of MNIST, grey, with the
cross-entropy summed over pixels; the example's layers, as Keras models of one's own: 32 and 64 filters of
side 3 and stride 2, 16 units, a normal code of 2, and back; Adam at 0.001, batches of 128, {epochs} epochs.
Published and reported are means over the last epoch of training, in nats an image."""

CONVOLUTION = {"kernel_size": 3, "padding": "same"}
HALVED = {**CONVOLUTION, "strides": 2, "activation": "relu"}


def measure(seed: int, size: Size) -> Figures:
    """Train once."""
    mnist = load_mnist()
    images = np.concatenate([mnist.X_train, mnist.X_test])[: size.images]
    encoder, decoder = networks()
    vae = VariationalAutoencoder(
        2,
        encoder=encoder,
        decoder=decoder,
        likelihood="bernoulli",
        batch_size=128,
        epochs=size.epochs,
        random_state=seed,
    ).fit(images)
    return {name: float(vae.history_[name][-1]) for name in ("loss", "reconstruction", "kl")}


def networks() -> tuple[keras.Model, keras.Model]:
    """Images to means and logarithms of variances, and codes to the log odds of white pixels."""
    encoder = [
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, **HALVED),
        layers.Conv2D(64, **HALVED),
        layers.Flatten(),
        layers.Dense(16, "relu"),
        layers.Dense(4),
    ]
    decoder = [
        keras.Input((2,)),
        layers.Dense(7 * 7 * 64, "relu"),
        layers.Reshape((7, 7, 64)),
        layers.Conv2DTranspose(64, **HALVED),
        layers.Conv2DTranspose(32, **HALVED),
        layers.Conv2DTranspose(1, **CONVOLUTION),
    ]
    return keras.Sequential(encoder), keras.Sequential(decoder)


EXPERIMENT = Experiment(
    name="convolutional_vae",
    title="Paper: the convolutional variational autoencoder of keras.io",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=30),
    quick_epochs=2,
    published={"loss": "146.95", "reconstruction": "140.15", "kl": "6.80"},
    goals=lambda means: [Goal("loss", means["loss"], 146.95, " nats", at_least=False)],
)

if __name__ == "__main__":
    main(EXPERIMENT)
