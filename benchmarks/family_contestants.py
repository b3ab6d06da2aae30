"""What ``family_speed.py`` times of diabolo, each in a process of its own: one run is an epoch of MNIST.

``python family_contestants.py NAME`` makes the contestant of that name ready and serves it.
"""

from typing import Any

from serving import Contestant, main

from diabolo import (
    Autoencoder,
    ContractiveAutoencoder,
    SparseAutoencoder,
    VariationalAutoencoder,
    load_mnist,
)
from diabolo.objectives.likelihoods import FixedGaussian

WIDE, KEPT = 1000, 25
PYTHAE_HIDDEN, PYTHAE_CODE, PYTHAE_RATE = (512,), 10, 1e-4


def plain() -> Contestant:
    """The article's network."""
    return epochs_of(Autoencoder(2))


def variational() -> Contestant:
    """The same with a normal code."""
    return epochs_of(VariationalAutoencoder(2))


def contractive() -> Contestant:
    """The same with contraction."""
    return epochs_of(ContractiveAutoencoder(2))


def plain_ten() -> Contestant:
    """The article's widths before a code of 10 units."""
    return epochs_of(Autoencoder(10))


def contractive_ten() -> Contestant:
    """The same with contraction."""
    return epochs_of(ContractiveAutoencoder(10))


def plain_wide() -> Contestant:
    """One layer of 1000 units, linear."""
    return epochs_of(Autoencoder(WIDE, encoder=()))


def topk_wide() -> Contestant:
    """The same, of which each row keeps 25."""
    return epochs_of(SparseAutoencoder(WIDE, kind="topk", sparsity=KEPT, encoder=()))


def variational_of_pythae() -> Contestant:
    """The network, likelihood, optimizer and batches of pythae's default VAE."""
    return epochs_of(
        VariationalAutoencoder(
            PYTHAE_CODE, encoder=PYTHAE_HIDDEN, likelihood=FixedGaussian(), learning_rate=PYTHAE_RATE
        )
    )


def epochs_of(estimator: Any) -> Contestant:
    """``fit`` that goes on from where it stopped, in batches of 64."""
    images = load_mnist().X_train
    estimator.set_params(batch_size=64, warm_start=True, random_state=0)

    def train(epochs: int) -> float:
        estimator.set_params(epochs=epochs).fit(images)
        return float(estimator.history_["loss"][-1])

    return train


if __name__ == "__main__":
    main(
        (
            *(plain, variational, contractive),
            *(plain_ten, contractive_ten),
            *(plain_wide, topk_wide),
            variational_of_pythae,
        )
    )
