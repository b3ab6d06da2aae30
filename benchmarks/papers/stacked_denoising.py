"""Stacked denoising autoencoders (Vincent et al. 2010): python -m benchmarks.papers.stacked_denoising."""

import numpy as np

from benchmarks.papers.classifiers import Layer, network_error
from benchmarks.papers.digits import labelled_digits
from benchmarks.papers.experiment import Experiment, Figures, Size, main
from benchmarks.papers.training import cosine_adam, only_layer
from benchmarks.results import Goal
from diabolo import DenoisingAutoencoder
from diabolo.corruption import Masking

WIDTHS, MASKED = (1000, 1000, 1000), 0.25
BATCH_SIZE, RATE, LABEL_RATE = 128, 1e-3, 3e-4

SETTING = """\
Vincent, Larochelle, Lajoie, Bengio and Manzagol (2010), "Stacked denoising autoencoders", table 3:
784-1000-1000-1000-10, sigmoid, whose layers are learned one after the other without labels, each as the
code of a denoising autoencoder (a quarter of the inputs masked, Bernoulli cross-entropy, Adam from 0.001
along a cosine to 0, {epochs} epochs), then all together by the labels of the first 50,000 training images
(from 0.0003, {label_epochs} epochs; the epoch is chosen by the error on the other 10,000). Batches of
128. The same network from Glorot's start has as many epochs by labels as the other had of both kinds
together. Test error in percent. The paper ties each decoder to its encoder and chooses rates and noise by
validation; here decoders are free, and nothing was chosen by seed."""


def measure(seed: int, size: Size) -> Figures:
    """Train with layers learned first, and without."""
    digits = labelled_digits(size.images)
    training = {"rate": LABEL_RATE, "batch_size": BATCH_SIZE, "seed": seed}
    begin, both = pretrained(digits.X_train, size, seed), size.epochs + size.label_epochs
    return {
        "error": network_error(WIDTHS, digits, epochs=size.label_epochs, begin=begin, **training),
        "error from Glorot's start": network_error(WIDTHS, digits, epochs=both, **training),
    }


def pretrained(X: np.ndarray, size: Size, seed: int) -> list[Layer]:
    """Layers, each learned from the codes of those before it."""
    layers = []
    for width in WIDTHS:
        dae = DenoisingAutoencoder(
            width,
            noise=Masking(MASKED),
            encoder=(),
            code_activation="sigmoid",
            likelihood="bernoulli",
            optimizer=cosine_adam(RATE, size.epochs, len(X), BATCH_SIZE),
            batch_size=BATCH_SIZE,
            epochs=size.epochs,
            random_state=seed,
        )
        X = dae.fit_transform(X)
        layers.append(only_layer(dae))
    return layers


def goals(means: Figures) -> list[Goal]:
    """The figure, and the order."""
    error, other = means["error"], means["error from Glorot's start"]
    return [
        Goal("error", error, 1.4, " %", at_least=False),
        Goal("error below that from Glorot's start by", other - error, 0, " %"),
    ]


EXPERIMENT = Experiment(
    name="stacked_denoising",
    title="Paper: stacked denoising autoencoders",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=15, label_epochs=20),
    quick_epochs=3,
    published={"error": "1.28 %", "error from Glorot's start": "1.65 %"},
    goals=goals,
    short_of="rates, noise and epochs are one guess; the paper chose them by validation, among many.",
)

if __name__ == "__main__":
    main(EXPERIMENT)
