"""The VampPrior on static binary MNIST: python -m benchmarks.papers.vamp_prior."""

import keras
from keras import layers

from benchmarks.papers.digits import static_digits
from benchmarks.papers.experiment import Experiment, Figures, Size, checkpoints, main
from benchmarks.papers.likelihoods import likelihood_figures
from benchmarks.papers.training import cosine_adam
from benchmarks.results import Goal
from diabolo import VariationalAutoencoder

N_PIXELS, WIDTHS, N_COMPONENTS = 784, (300, 300), 40
BATCH_SIZE, RATE, PSEUDO_INPUTS = 100, 1e-3, 500
WARMUP = 1 / 20  # of the epochs: the paper's 100 of up to 2,000

SETTING = """\
Tomczak and Welling (2018), "VAE with a VampPrior", on the binary MNIST of Larochelle and Murray: 50,000
images to train on, 10,000 to choose the epoch by. The network is the paper's, 784-300-300-40 and its
mirror of gated layers, h = (W x + b) * sigmoid(V x + c), as Keras models of one's own, with a prior of 500
learned pseudo-inputs and Bernoulli pixels; the weight of the KL rises to 1 over the first twentieth of
{epochs} epochs, as over the paper's 100 of up to 2,000; Adam from 0.001 along a cosine to 0 (the paper's
stays at 0.0005), batches of 100, the weights of the epoch of the best bound on the validation images. The
paper's pseudo-inputs begin at random; here they begin as training images. log p(x) of all 10,000 test
images by {importance_samples} importance samples each, in nats."""


def measure(seed: int, size: Size) -> Figures:
    """Train once."""
    digits = static_digits(size.images)
    vae = VariationalAutoencoder(
        N_COMPONENTS,
        encoder=gated(N_PIXELS, 2 * N_COMPONENTS),  # means and logarithms of variances
        decoder=gated(N_COMPONENTS, N_PIXELS),
        likelihood="bernoulli",
        prior="vamp",
        n_pseudo_inputs=PSEUDO_INPUTS,
        warmup=max(1, round(WARMUP * size.epochs)),
        optimizer=cosine_adam(RATE, size.epochs, len(digits.train), BATCH_SIZE),
        batch_size=BATCH_SIZE,
        epochs=size.epochs,
        early_stopping=True,
        patience=size.epochs,
        random_state=seed,
        checkpoint=checkpoints("vamp_prior", seed, size),
    ).fit(digits.train, validation_data=digits.valid)
    return likelihood_figures(vae, digits.test, size)


def gated(n_inputs: int, n_outputs: int) -> keras.Model:
    """Two gated layers and a linear one."""
    inputs = x = keras.Input((n_inputs,))
    for width in WIDTHS:
        x = layers.Multiply()([layers.Dense(width)(x), layers.Dense(width, "sigmoid")(x)])
    return keras.Model(inputs, layers.Dense(n_outputs)(x))


EXPERIMENT = Experiment(
    name="vamp_prior",
    title="Paper: the VampPrior",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=120, importance_samples=5000),
    quick_epochs=5,
    published={"-log p(x)": "85.57"},
    goals=lambda means: [Goal("-log p(x)", means["-log p(x)"], 86, " nats", at_least=False)],
    cut="{epochs} epochs of the paper's up to 2,000.",
    short_of="the epochs that were cut; 2,000 take some eight hours of a core a seed.",
)

if __name__ == "__main__":
    main(EXPERIMENT)
