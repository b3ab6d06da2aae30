"""The convolutional variational autoencoder of keras.io: python -m benchmarks.papers.convolutional_vae."""

import numpy as np

from benchmarks.papers.experiment import Experiment, Figures, Size, checkpoints, main
from benchmarks.results import Goal
from diabolo import Convolutional, VariationalAutoencoder, load_mnist

SETTING = """\
The example "Variational AutoEncoder" of keras.io (Chollet, 2020): all 70,000 images of MNIST, grey, with the
cross-entropy summed over pixels. The network is the example's: 32 and 64 filters of side 3 and stride 2, a
layer of 16 units, a normal code of 2 (69,076 parameters), and back straight to 64 maps of 7 x 7 and through
64 and 32 filters (65,089 parameters). Adam at 0.001, batches of 128, {epochs} epochs. Published and reported
are means over the last epoch of training, in nats an image."""


def measure(seed: int, size: Size) -> Figures:
    """Train once."""
    mnist = load_mnist()
    images = np.concatenate([mnist.X_train, mnist.X_test])[: size.images]
    vae = VariationalAutoencoder(
        2,
        encoder=Convolutional((32, 64), widths=(16,)),
        decoder=Convolutional((64, 32)),
        likelihood="bernoulli",
        batch_size=128,
        epochs=size.epochs,
        random_state=seed,
        checkpoint=checkpoints("convolutional_vae", seed, size),
    ).fit(images)
    return {name: float(vae.history_[name][-1]) for name in ("loss", "reconstruction", "kl")}


EXPERIMENT = Experiment(
    name="convolutional_vae",
    title="Paper: the convolutional variational autoencoder of keras.io",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=30),
    quick_epochs=2,
    published={"loss": "146.95", "reconstruction": "140.15", "kl": "6.80"},
    goals=lambda means: [Goal("loss", means["loss"], 146.95, " nats", at_least=False)],
    short_of="network, data and training are the example's; its figure is of one run.",
)

if __name__ == "__main__":
    main(EXPERIMENT)
