"""Importance weighted autoencoders on dynamic binary MNIST: python -m benchmarks.papers.iwae."""

import numpy as np

from benchmarks.papers.digits import drawn
from benchmarks.papers.experiment import Experiment, Figures, Size, main
from benchmarks.papers.training import cosine_adam
from benchmarks.results import Goal
from diabolo import VariationalAutoencoder, load_mnist

DRAWS = (1, 5, 50)
PUBLISHED = {"k = 1": 86.76, "k = 5": 85.54, "k = 50": 84.78}
BATCH_SIZE, RATE, EPSILON = 20, 1e-3, 1e-4

SETTING = """\
Burda, Grosse and Salakhutdinov (2016), "Importance weighted autoencoders", table 1, one stochastic layer:
MNIST made binary anew at every epoch, each pixel white with its grey value for probability. The network
is the paper's, 784-200-200-50 and its mirror, tanh inside, a normal code of 50 units, Bernoulli pixels;
bounds of k = 1, 5 and 50 draws; Adam with its epsilon of 0.0001 and batches of 20. Its learning rate falls
from 0.001 along a cosine to 0 over {epochs} epochs; in the paper from 0.001 to 0.0001 in 8 stages, each 3
times as long as the one before, over 3,280. -log p(x) of the 10,000 test images, made binary once, by
{importance_samples} importance samples each, in nats."""


def measure(seed: int, size: Size) -> Figures:
    """Train with each number of draws."""
    test = drawn(load_mnist().X_test[: size.images], np.random.default_rng(0))
    figures = {}
    for draws in DRAWS:
        iwae = train(draws, seed, size)
        figures[f"k = {draws}"] = -float(iwae.log_likelihood(test, samples=size.importance_samples).mean())
    return figures


def train(draws: int, seed: int, size: Size) -> VariationalAutoencoder:
    """One model, from images that are drawn anew at every epoch."""
    images = load_mnist().X_train[: size.images]
    iwae = VariationalAutoencoder(
        50,
        encoder=(200, 200),
        activation="tanh",
        likelihood="bernoulli",
        bound="iwae",
        samples=draws,
        optimizer=cosine_adam(RATE, size.epochs, len(images), BATCH_SIZE, epsilon=EPSILON),
        batch_size=BATCH_SIZE,
        random_state=seed,
    )
    rng = np.random.default_rng(seed)
    for _ in range(size.epochs):
        iwae.partial_fit(drawn(images, rng))
    return iwae


def goals(means: Figures) -> list[Goal]:
    """The order of the three, and the paper's figures within half a nat."""
    return [
        Goal("k = 1 above k = 5", means["k = 1"] - means["k = 5"], 0, " nats"),
        Goal("k = 5 above k = 50", means["k = 5"] - means["k = 50"], 0, " nats"),
        *(
            Goal(f"{name} above the paper's", means[name] - published, 0.5, " nats", at_least=False)
            for name, published in PUBLISHED.items()
        ),
    ]


EXPERIMENT = Experiment(
    name="iwae",
    title="Paper: importance weighted autoencoders",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=30, importance_samples=5000),
    quick_epochs=5,
    published={name: f"{value:.2f}" for name, value in PUBLISHED.items()},
    goals=goals,
    cut="{epochs} epochs of the paper's 3,280.",
    short_of="the epochs that were cut; the paper's 3,280 would take days on two cores.",
)

if __name__ == "__main__":
    main(EXPERIMENT)
