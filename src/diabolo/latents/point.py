"""A code that is a point."""

from dataclasses import dataclass

import keras

from diabolo.latents.base import Latent
from diabolo.networks.activations import check_activation
from diabolo.noise import Tensor


@dataclass(frozen=True)
class Point(Latent):
    """z = activation(encoder(x))

    Parameters
    ----------
    activation : str, default="linear"
        Name of a Keras activation.
    """

    activation: str = "linear"

    def __post_init__(self) -> None:
        check_activation(self.activation, "code_activation")

    def code(self, output: Tensor) -> Tensor:
        return output if self.activation == "linear" else keras.activations.get(self.activation)(output)
