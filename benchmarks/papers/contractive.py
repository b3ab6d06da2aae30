"""Contractive pretraining beside plain (Rifai et al. 2011): python -m benchmarks.papers.contractive."""

import numpy as np

from benchmarks.papers.classifiers import network_error
from benchmarks.papers.digits import LabelledDigits, labelled_digits
from benchmarks.papers.experiment import Experiment, Figures, Size, main
from benchmarks.papers.training import cosine_adam, only_layer
from benchmarks.results import Goal
from diabolo import Autoencoder, ContractiveAutoencoder

UNITS, CONTRACTION = 1000, 0.1
BATCH_SIZE, RATE, FINE_RATE, FINE_EPOCHS = 128, 1e-3, 3e-4, 20

SETTING = """\
Rifai, Vincent, Muller, Glorot and Bengio (2011), "Contractive auto-encoders", table 1: a code of 1000 sigmoid units
is learned from MNIST's 60,000 training images without labels, by a contractive autoencoder (weight 0.1) and by the
same without contraction; then the code and a softmax of 10 are trained by the labels of the first 50,000, and
the epoch is chosen by the error on the other 10,000. Test error in percent; the Jacobian norm is the mean over
test images of ||dz / dx||, after the training without labels. Bernoulli cross-entropy, Adam from 0.001 along a
cosine to 0, batches of 128, {epochs} epochs without labels and {fine_epochs} with (from 0.0003). The paper ties
the decoder to the encoder; here it is free."""


def measure(seed: int, size: Size) -> Figures:
    """Train with contraction and without."""
    digits = labelled_digits(size.images)
    recipe = dict(
        n_components=UNITS,
        encoder=(),
        code_activation="sigmoid",
        likelihood="bernoulli",
        optimizer=cosine_adam(RATE, size.epochs, len(digits.X_train), BATCH_SIZE),
        batch_size=BATCH_SIZE,
        epochs=size.epochs,
        random_state=seed,
    )
    contractive = ContractiveAutoencoder(contraction=CONTRACTION, **recipe).fit(digits.X_train)
    plain = Autoencoder(**recipe).fit(digits.X_train)
    norms = jacobian_norm(contractive, digits.X_test), jacobian_norm(plain, digits.X_test)
    return {
        "error, contractive": error(contractive, digits, size, seed),
        "error, plain": error(plain, digits, size, seed),
        "Jacobian norm, contractive": norms[0],
        "Jacobian norm, plain": norms[1],
    }
