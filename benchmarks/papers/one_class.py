"""One digit against the others by a convolutional autoencoder: python -m benchmarks.papers.one_class."""

from sklearn.metrics import roc_auc_score

from benchmarks.papers.experiment import Experiment, Figures, Size, main
from benchmarks.results import Goal
from diabolo import Autoencoder, Convolutional, load_mnist

DIGIT = 0

SETTING = """\
One-class classification of MNIST, as in the comparison of Ruff et al. (2018), "Deep one-class
classification", whose table 1 has deep convolutional autoencoders: trained on the training images of
the digit 0 alone, and the 10,000 test images ranked by their squared error. The network is one of 8 and 4
filters of side 5 with max pooling, a code of 32, and the mirror; Adam at 0.001, batches of 128, {epochs}
epochs. Images are grey in 0..1, where the paper normalises contrast. Reported is the area under the curve."""


def measure(seed: int, size: Size) -> Figures:
    """Train once."""
    mnist = load_mnist()
    ae = Autoencoder(
        32,
        encoder=Convolutional((8, 4), 5, pool="max", activation="leaky_relu"),
        batch_size=128,
        epochs=size.epochs,
        random_state=seed,
    ).fit(mnist.X_train[mnist.y_train == DIGIT][: size.images])
    X, y = mnist.X_test[: size.images], mnist.y_test[: size.images]
    return {"area under the curve": float(roc_auc_score(y != DIGIT, -ae.score_samples(X)))}


EXPERIMENT = Experiment(
    name="one_class",
    title="Paper: one class by a convolutional autoencoder",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=150),
    quick_epochs=10,
    published={"area under the curve": "0.976"},
    goals=lambda means: [Goal("area under the curve", means["area under the curve"], 0.976)],
)

if __name__ == "__main__":
    main(EXPERIMENT)
