"""The variational autoencoder on static binary MNIST: python -m benchmarks.papers.vae."""

from benchmarks.papers.digits import static_digits
from benchmarks.papers.experiment import Experiment, Figures, Size, checkpoints, main
from benchmarks.papers.likelihoods import likelihood_figures
from benchmarks.papers.training import cosine_adam
from benchmarks.results import Goal
from diabolo import VariationalAutoencoder

BATCH_SIZE, RATE = 100, 1e-3

SETTING = """\
Kingma and Welling (2014), "Auto-encoding variational Bayes", on the binary MNIST of Larochelle and
Murray: 50,000 images to train on, 10,000 to choose the epoch by. The network is 784-500-500-50 and its
mirror, tanh inside, a normal code of 50 units, Bernoulli pixels; Adam from 0.001 along a cosine to 0,
batches of 100, {epochs} epochs, the weights of the epoch of the best bound on the validation images. log
p(x) of all 10,000 test images by {importance_samples} importance samples each, in nats. Published is the
figure that pythae's authors give for their VAE (784-400-40, ReLU, Adam at 0.0001, 500 epochs)."""


def measure(seed: int, size: Size) -> Figures:
    """Train once."""
    digits = static_digits(size.images)
    vae = VariationalAutoencoder(
        50,
        encoder=(500, 500),
        activation="tanh",
        likelihood="bernoulli",
        optimizer=cosine_adam(RATE, size.epochs, len(digits.train), BATCH_SIZE),
        batch_size=BATCH_SIZE,
        epochs=size.epochs,
        early_stopping=True,
        patience=size.epochs,
        random_state=seed,
        checkpoint=checkpoints("vae", seed, size),
    ).fit(digits.train, validation_data=digits.valid)
    return likelihood_figures(vae, digits.test, size)


EXPERIMENT = Experiment(
    name="vae",
    title="Paper: the variational autoencoder",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=200, importance_samples=200),
    quick_epochs=3,
    published={"-log p(x)": "89.78"},
    goals=lambda means: [Goal("-log p(x)", means["-log p(x)"], 89.8, " nats", at_least=False)],
)

if __name__ == "__main__":
    main(EXPERIMENT)
