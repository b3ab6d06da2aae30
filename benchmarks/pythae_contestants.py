"""What ``family_speed.py`` times of pythae, in an environment that has it: one run is an epoch of MNIST."""

import tempfile
from pathlib import Path

import numpy as np
from pythae.data.datasets import BaseDataset
from pythae.models import VAE, VAEConfig
from pythae.trainers import BaseTrainer, BaseTrainerConfig
from serving import Contestant, main
from torch import from_numpy, ones

_MNIST = Path(__file__).parents[1] / "src" / "diabolo" / "data" / "mnist.npz"


def pythae_vae() -> Contestant:
    """The default VAE, 784-512-10 and back, by the steps of the default trainer, without its checkpoints."""
    with np.load(_MNIST) as arrays:
        pixels = from_numpy(arrays["x_train"][:, None].astype(np.float32) / 255)
    trainer = BaseTrainer(
        model=VAE(VAEConfig(input_dim=(1, 28, 28), latent_dim=10)),
        train_dataset=BaseDataset(pixels, ones(len(pixels))),
        training_config=BaseTrainerConfig(output_dir=tempfile.mkdtemp()),
    )
    trainer.prepare_training()

    def train(epochs: int) -> float:
        return [trainer.train_step(epoch) for epoch in range(1, epochs + 1)][-1]

    return train


if __name__ == "__main__":
    main((pythae_vae,))
