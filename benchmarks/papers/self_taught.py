"""Self-taught learning of digits, as Stanford's exercise has it: python -m benchmarks.papers.self_taught."""

import numpy as np

from benchmarks.papers.classifiers import regression
from benchmarks.papers.digits import labelled_digits
from benchmarks.papers.experiment import Experiment, Figures, Size, main
from benchmarks.papers.training import cosine_adam
from benchmarks.results import Goal
from diabolo import SparseAutoencoder
from diabolo.objectives.penalties import WeightDecay

UNITS, RHO, DECAY, SPARSITY = 200, 0.1, 3e-3, 3.0
BATCH_SIZE, RATE = 500, 3e-3
PIXELS = 784

SETTING = """\
The UFLDL tutorial's exercise "Self-taught learning" (Ng and others, 2011): the digits 5 to 9 of MNIST
without labels teach a sparse autoencoder of 200 sigmoid units, with rho = 0.1, lambda = 0.003 and beta =
3; then a softmax regression on the codes of the digits 0 to 4, of which one half trains and the other
tests. Published are the percentages of right answers that the exercise gives. It minimises half the
squared error summed over pixels, by L-BFGS on all images at once; here its two weights are divided by 392
to go with the mean over pixels, the decoder is linear, and training is Adam from 0.003 along a cosine to
0, batches of 500, {epochs} epochs."""


def measure(seed: int, size: Size) -> Figures:
    """Train once, and classify codes and pixels."""
    digits = labelled_digits(size.images)
    unlabelled = digits.X_train[digits.y_train >= 5]
    X, y = digits.X_train[digits.y_train < 5], digits.y_train[digits.y_train < 5]
    sae = SparseAutoencoder(
        UNITS,
        kind="kl",
        sparsity=RHO,
        sparsity_weight=SPARSITY * 2 / PIXELS,
        penalties=(WeightDecay(DECAY / 2 * 2 / PIXELS),),
        encoder=(),
        optimizer=cosine_adam(RATE, size.epochs, len(unlabelled), BATCH_SIZE),
        batch_size=BATCH_SIZE,
        epochs=size.epochs,
        random_state=seed,
    ).fit(unlabelled)
    return {"right on codes": right(sae.transform(X), y), "right on pixels": right(X, y)}


def right(X: np.ndarray, y: np.ndarray) -> float:
    """Percentage of the second half that a regression on the first half classifies rightly."""
    half = len(X) // 2
    return 100 * regression(1.0, X[:half], y[:half]).score(X[half:], y[half:])


EXPERIMENT = Experiment(
    name="self_taught",
    title="Paper: self-taught digits",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=200),
    quick_epochs=20,
    published={"right on codes": "98.3 %", "right on pixels": "96 %"},
    goals=lambda means: [Goal("right on codes", means["right on codes"], 98.0, " %")],
)

if __name__ == "__main__":
    main(EXPERIMENT)
