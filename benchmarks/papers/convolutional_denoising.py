"""Image denoising by convolutions, after keras.io: python -m benchmarks.papers.convolutional_denoising."""

import numpy as np

from benchmarks.papers.experiment import Experiment, Figures, Size, main
from benchmarks.results import Goal
from diabolo import Autoencoder, Convolutional, DenoisingAutoencoder, load_mnist
from diabolo.corruption import GaussianNoise

NOISE = GaussianNoise(0.4, (0, 1))
MAPS = 32

SETTING = """\
The example "Convolutional autoencoder for image denoising" of keras.io (Santiago L. Valdarrama, 2021): MNIST,
grey, with the cross-entropy of the pixels; a code of 32 maps of 7 x 7, by two convolutions of 32 filters of
side 3 with max pooling, and back to 28 x 28; Adam at 0.001, batches of 128, {epochs} epochs. The example
trains 50 epochs on clean images and goes on for 100 with noise, normal with a standard deviation of 0.4, cut
to 0..1; here each is trained from the start, and a convolution of side 1 stands before and after the
code. Reported is the cross-entropy a pixel of the 10,000 test images, in nats; no model gets below that of
the images with themselves, 0.0581."""


def measure(seed: int, size: Size) -> Figures:
    """Train with and without noise."""
    mnist = load_mnist()
    images, test = mnist.X_train[: size.images], mnist.X_test[: size.images] / 255
    options = {
        "encoder": Convolutional((MAPS, MAPS), pool="max", spatial=True),
        "likelihood": "bernoulli",
        "batch_size": 128,
        "epochs": size.epochs,
        "random_state": seed,
    }
    plain = Autoencoder(49 * MAPS, **options).fit(images)
    denoising = DenoisingAutoencoder(49 * MAPS, noise=NOISE, **options).fit(images)
    noisy = NOISE.corrupt(test, random_state=seed)
    return {
        "clean": cross_entropy(test, plain.reconstruct(test)),
        "denoising": cross_entropy(test, denoising.reconstruct(noisy)),
    }


def cross_entropy(x: np.ndarray, mean: np.ndarray) -> float:
    """-x log m - (1 - x) log(1 - m), mean over pixels."""
    mean = np.clip(mean.astype(np.float64), 1e-7, 1 - 1e-7)
    return float(-np.mean(x * np.log(mean) + (1 - x) * np.log1p(-mean)))


EXPERIMENT = Experiment(
    name="convolutional_denoising",
    title="Paper: the convolutional denoising autoencoder of keras.io",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=50),
    quick_epochs=2,
    published={"clean": "0.0622", "denoising": "0.0838"},
    goals=lambda means: [
        Goal("clean", means["clean"], 0.0622, " nats", at_least=False),
        Goal("denoising", means["denoising"], 0.0838, " nats", at_least=False),
    ],
)

if __name__ == "__main__":
    main(EXPERIMENT)
