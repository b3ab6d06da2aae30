"""Contractive pretraining beside plain (Rifai et al. 2011): python -m benchmarks.papers.contractive."""

import numpy as np

from benchmarks.papers.classifiers import network_error
from benchmarks.papers.digits import LabelledDigits, labelled_digits
from benchmarks.papers.experiment import Experiment, Figures, Size, main
from benchmarks.papers.training import cosine_adam, only_layer
from benchmarks.results import Goal
from diabolo import Autoencoder, ContractiveAutoencoder

UNITS, CONTRACTION = 1000, 5.0
BATCH_SIZE, RATE, LABEL_RATE = 128, 1e-3, 1e-3

SETTING = """\
Rifai, Vincent, Muller, Glorot and Bengio (2011), "Contractive auto-encoders", table 1: a code of 1000
sigmoid units is learned from MNIST's 60,000 training images without labels, by a contractive autoencoder
(weight 5) and by the same without contraction; then the code and a softmax of 10 are trained by the
labels of the first 50,000, and the epoch is chosen by the error on the other 10,000. Test error in
percent; the Jacobian norm is the mean over test images of ||dz / dx||, after the training without labels.
Bernoulli cross-entropy, Adam from 0.001 along a cosine to 0, batches of 128, {epochs} epochs without
labels and {label_epochs} with. The paper ties the decoder to the encoder; here it is free."""


def measure(seed: int, size: Size) -> Figures:
    """Train with contraction and without."""
    digits = labelled_digits(size.images)
    models = ContractiveAutoencoder(contraction=CONTRACTION), Autoencoder()
    contractive, plain = (pretrained(model, digits.X_train, size, seed) for model in models)
    norms = jacobian_norm(contractive, digits.X_test), jacobian_norm(plain, digits.X_test)
    return {
        "error, contractive": error(contractive, digits, size, seed),
        "error, plain": error(plain, digits, size, seed),
        "Jacobian norm, contractive": norms[0],
        "Jacobian norm, plain": norms[1],
    }


def pretrained(ae: Autoencoder, X: np.ndarray, size: Size, seed: int) -> Autoencoder:
    """Trained without labels."""
    return ae.set_params(
        n_components=UNITS,
        encoder=(),
        code_activation="sigmoid",
        likelihood="bernoulli",
        optimizer=cosine_adam(RATE, size.epochs, len(X), BATCH_SIZE),
        batch_size=BATCH_SIZE,
        epochs=size.epochs,
        random_state=seed,
    ).fit(X)


def error(ae: Autoencoder, digits: LabelledDigits, size: Size, seed: int) -> float:
    """Test error in percent of the network that begins as this encoder."""
    return network_error(
        (UNITS,),
        digits,
        epochs=size.label_epochs,
        rate=LABEL_RATE,
        batch_size=BATCH_SIZE,
        seed=seed,
        begin=[only_layer(ae)],
    )


def jacobian_norm(ae: Autoencoder, X: np.ndarray) -> float:
    """Mean over rows of the root of sum_k (z_k (1 - z_k))^2 ||W_k||^2."""
    kernel, _ = only_layer(ae)
    code = ae.transform(X)
    squares = np.square(code * (1 - code)) @ np.square(kernel).sum(axis=0)
    return float(np.sqrt(squares).mean())


def goals(means: Figures) -> list[Goal]:
    """The order, and a norm ten times lower."""
    lower = means["error, plain"] - means["error, contractive"]
    ratio = means["Jacobian norm, plain"] / means["Jacobian norm, contractive"]
    return [
        Goal("error with contraction below that without by", lower, 0, " %"),
        Goal("Jacobian norm without contraction by that with", ratio, 10, "x"),
    ]


EXPERIMENT = Experiment(
    name="contractive",
    title="Paper: the contractive autoencoder",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=30, label_epochs=20),
    quick_epochs=5,
    published={"error, contractive": "1.14 %", "error, plain": "1.78 %"},
    goals=goals,
)

if __name__ == "__main__":
    main(EXPERIMENT)
