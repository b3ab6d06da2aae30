"""The convolutional VAE of the article's companion: python -m benchmarks.papers.companion_vae."""

import math

from benchmarks.papers.experiment import Experiment, Figures, Size, main
from benchmarks.results import Goal
from diabolo import Convolutional, VariationalAutoencoder, likelihoods, load_mnist

PIXELS = 784
SCALE = math.sqrt(0.5)  # with it -log p(x | z) is the summed squared error, and a constant
CONSTANT = PIXELS / 2 * math.log(2 * math.pi * SCALE**2)

SETTING = """\
The convolutional variational autoencoder of the notebooks beside the article: a normal code of 2, and the
sum of the squared error over the pixels and of the KL, 33.75 after 20 epochs with 170,229 parameters. Which
layers these were is not known; here they are convolutions of 32 and 64 filters of side 3 and stride 2, and
the mirror. MNIST's 60,000 training images, Adam at 0.001, batches of 128, {epochs} epochs. Reported are means
over the last epoch of training, and over the 10,000 test images after it."""


def measure(seed: int, size: Size) -> Figures:
    """Train once."""
    mnist = load_mnist()
    vae = VariationalAutoencoder(
        2,
        encoder=Convolutional((32, 64)),
        likelihood=likelihoods.FixedGaussian(SCALE),
        batch_size=128,
        epochs=size.epochs,
        random_state=seed,
    ).fit(mnist.X_train[: size.images], validation_data=mnist.X_test[: size.images])
    history = {name: float(column[-1]) for name, column in vae.history_.items()}
    return {
        "loss": history["loss"] - CONSTANT,
        "squared error": history["reconstruction"] - CONSTANT,
        "KL": history["kl"],
        "loss on test images": history["val_loss"] - CONSTANT,
        "parameters": vae.model_.count_params(),
    }


EXPERIMENT = Experiment(
    name="companion_vae",
    title="Paper: the convolutional VAE beside the article",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=20),
    quick_epochs=2,
    published={"loss": "33.75"},
    goals=lambda means: [Goal("loss", means["loss"], 33.75, at_least=False)],
    short_of="other layers than those of the notebooks.",
)

if __name__ == "__main__":
    main(EXPERIMENT)
