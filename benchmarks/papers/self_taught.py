"""Self-taught learning of digits, as Stanford's exercise has it: python -m benchmarks.papers.self_taught."""

import numpy as np

from benchmarks.papers.classifiers import regression_error
from benchmarks.papers.digits import LabelledDigits, labelled_digits
from benchmarks.papers.experiment import Experiment, Figures, Size, main
from benchmarks.papers.training import SquaredErrorOfSigmoid, cosine_adam
from benchmarks.results import Goal
from diabolo import SparseAutoencoder
from diabolo.objectives.penalties import WeightDecay

UNITS, RHO, DECAY, SPARSITY = 200, 0.1, 3e-3, 3.0
BATCH_SIZE, RATE = 2000, 1e-2
HALF_PIXELS = 784 / 2  # how many times the mean over pixels is half the sum

SETTING = """\
The UFLDL tutorial's exercise "Self-taught learning" (Ng and others, 2011): the digits 5 to 9 of MNIST's
training images without labels teach a sparse autoencoder of 200 sigmoid units, with rho = 0.1, lambda =
0.003 and beta = 3; then a softmax regression on the codes of the digits 0 to 4, of which one half trains
and the other tests. Published are the percentages of right answers that the exercise gives. Its loss is
half the squared error summed over pixels behind a sigmoid, so both weights are divided by 392 to go with
the mean over pixels; it is minimised by L-BFGS on all images at once, here by Adam from 0.01 along a
cosine to 0 in batches of 2000, {epochs} epochs. In smaller batches the mean activations of a batch stray
from those of all images, and the divergence punishes that. The regression's strength is chosen among 5 on
a sixth of its training rows."""


def measure(seed: int, size: Size) -> Figures:
    """Train once, and classify codes and pixels."""
    digits = labelled_digits(size.images)
    unlabelled = digits.X_train[digits.y_train >= 5]
    X, y = digits.X_train[digits.y_train < 5], digits.y_train[digits.y_train < 5]
    sae = SparseAutoencoder(
        UNITS,
        kind="kl",
        sparsity=RHO,
        sparsity_weight=SPARSITY / HALF_PIXELS,
        penalties=(WeightDecay(DECAY / 2 / HALF_PIXELS),),
        encoder=(),
        likelihood=SquaredErrorOfSigmoid(),
        optimizer=cosine_adam(RATE, size.epochs, len(unlabelled), BATCH_SIZE),
        batch_size=BATCH_SIZE,
        epochs=size.epochs,
        random_state=seed,
    ).fit(unlabelled)
    return {"right on codes": right(sae.transform(X), y), "right on pixels": right(X, y)}


def right(X: np.ndarray, y: np.ndarray) -> float:
    """Percentage of the second half that a regression on the first half classifies rightly."""
    half = len(X) // 2
    return 100 - regression_error(LabelledDigits(X[:half], y[:half], X[half:], y[half:]))


EXPERIMENT = Experiment(
    name="self_taught",
    title="Paper: self-taught digits",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=150),
    quick_epochs=50,
    published={"right on codes": "98.3 %", "right on pixels": "96 %"},
    goals=lambda means: [Goal("right on codes", means["right on codes"], 98.0, " %")],
)

if __name__ == "__main__":
    main(EXPERIMENT)
