"""The deep autoencoder of Hinton and Salakhutdinov (2006): python -m benchmarks.papers.deep_autoencoder."""

import numpy as np

from benchmarks.papers.digits import labelled_digits
from benchmarks.papers.experiment import Experiment, Figures, Size, checkpoints, main
from benchmarks.papers.training import cosine_adam
from benchmarks.results import Goal
from diabolo import Autoencoder
from diabolo.evaluation.baselines import PCABaseline

N_COMPONENTS, BATCH_SIZE, RATE, WEIGHT_DECAY = 30, 128, 1e-3, 0.1

SETTING = """\
Hinton and Salakhutdinov (2006), "Reducing the dimensionality of data with neural networks": MNIST's
60,000 training images, a code of 30 linear units, and the squared error summed over the pixels of a test
image, in 0..1. The network is the paper's, 784-1000-500-250-30 and its mirror with a sigmoid output, and
so is the cross-entropy that it minimises; but hidden units are GELU in place of sigmoid, and all weights
are trained at once from Glorot's start in place of layers learned first. Adam from 0.001 along a cosine
to 0 with a weight decay of 0.1, batches of 128, {epochs} epochs: among three pairs of decay and epochs the
best for the last 10,000 training images, by the others."""


def measure(seed: int, size: Size) -> Figures:
    """Train once."""
    digits = labelled_digits(size.images)
    n_rows = len(digits.X_train)
    ae = Autoencoder(
        N_COMPONENTS,
        encoder=(1000, 500, 250),
        activation="gelu",
        likelihood="bernoulli",
        optimizer=cosine_adam(RATE, size.epochs, n_rows, BATCH_SIZE, weight_decay=WEIGHT_DECAY),
        batch_size=BATCH_SIZE,
        epochs=size.epochs,
        random_state=seed,
        checkpoint=checkpoints("deep_autoencoder", seed, size),
    ).fit(digits.X_train)
    pca = PCABaseline.fitted(digits.X_train, digits.X_test, N_COMPONENTS)
    return {
        "test error": summed_error(ae, digits.X_test),
        "training error": summed_error(ae, digits.X_train),
        "PCA's test error": pca.mse * digits.X_test.shape[1],
    }


def summed_error(ae: Autoencoder, X: np.ndarray) -> float:
    """Mean over images of the sum over pixels."""
    return float(np.square(ae.reconstruct(X) - X).sum(axis=1).mean())


EXPERIMENT = Experiment(
    name="deep_autoencoder",
    title="Paper: the deep autoencoder",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=60),
    quick_epochs=5,
    published={"test error": "3.00", "PCA's test error": "13.87"},
    goals=lambda means: [Goal("test error", means["test error"], 2.8, at_least=False)],
)

if __name__ == "__main__":
    main(EXPERIMENT)
