"""Networks of fully connected layers."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np

from diabolo.networks.activations import check_activation
from diabolo.networks.base import Link, Shape, Specification, Step, dense, size
from diabolo.networks.checks import whole_numbers


@dataclass(frozen=True)
class Dense(Specification):
    """Specification of a fully connected network, for ``encoder=`` and ``decoder=``.

    Between its input and its linear output stand layers of the given widths. ``Dense(())`` is the linear
    model.

    Parameters
    ----------
    widths : sequence of int, default=(100, 50, 25)
        Units of each hidden layer, in the order in which data passes them.
    activation : str, default="relu"
        Name of a Keras activation, for the hidden layers.

    Raises
    ------
    ParameterError
        If a width is not a positive whole number, or Keras knows no such activation.

    Examples
    --------
    >>> from diabolo import Autoencoder, Dense
    >>> Autoencoder(2, encoder=Dense((64, 32), activation="gelu"), decoder=Dense((32,)))
    Autoencoder(decoder=Dense(widths=(32,), activation='relu'),
                encoder=Dense(widths=(64, 32), activation='gelu'))
    """

    widths: Sequence[int] = (100, 50, 25)
    activation: str = "relu"

    def __post_init__(self) -> None:
        widths = whole_numbers(self.widths, "widths", "width", example=(100, 50))
        check_activation(self.activation, "activation")
        object.__setattr__(self, "widths", widths)

    def mirrored(self) -> "Dense":
        """The same widths in reverse order: the decoder that belongs to this encoder."""
        return Dense(self.widths[::-1], self.activation)

    @property
    def n_layers(self) -> int:
        return len(self.widths)

    def encoder_steps(self, row_shape: Shape, n_outputs: int, *, planes: int = 1) -> list[Step]:
        return self._steps(planes * size(row_shape), n_outputs, "encoder")

    def decoder_steps(self, n_inputs: int, row_shape: Shape) -> list[Step]:
        return self._steps(n_inputs, size(row_shape), "decoder")

    def start_at(self, decoder: keras.Model, mean: np.ndarray, link: Link) -> None:
        decoder.layers[-1].bias.assign(link(mean))

    def _steps(self, n_inputs: int, n_outputs: int, name: str) -> list[Step]:
        *hidden, last = itertools.pairwise((n_inputs, *self.widths, n_outputs))
        steps = [
            dense(*sizes, activation=self.activation, name=f"{name}_hidden_{depth}")
            for depth, sizes in enumerate(hidden)
        ]
        return [*steps, dense(*last, name=f"{name}_output_{len(hidden)}")]
