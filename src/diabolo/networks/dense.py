"""Networks of fully connected layers."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

import keras
import numpy as np

from diabolo.errors import ParameterError
from diabolo.networks.activations import check_activation


@dataclass(frozen=True)
class Dense:
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
        widths = self.widths
        if isinstance(widths, str) or not isinstance(widths, Sequence | np.ndarray):
            raise ParameterError(f"widths must be whole numbers, such as (100, 50); got {widths!r}.")
        for width in widths:
            if not isinstance(width, Integral) or isinstance(width, bool) or width < 1:
                raise ParameterError(f"Each width must be a whole number of at least 1; got {width!r}.")
        check_activation(self.activation, "activation")
        object.__setattr__(self, "widths", tuple(int(width) for width in widths))

    def mirrored(self) -> "Dense":
        """The same widths in reverse order: the decoder that belongs to this encoder."""
        return Dense(self.widths[::-1], self.activation)

    def build(
        self, n_inputs: int, n_outputs: int, *, name: str, seed: np.random.SeedSequence | None
    ) -> keras.Model:
        """Make the Keras model (batch, n_inputs) -> (batch, n_outputs), its weights drawn from ``seed``.

        Kernels are Glorot uniform and biases zero, as Keras has them by default. Where the weights will be
        assigned, ``seed=None`` saves drawing them, which on JAX compiles a program for every shape.
        """
        widths = (*self.widths, n_outputs)
        seeds = [0] * len(widths) if seed is None else map(_as_int, seed.spawn(len(widths)))
        inputs = keras.Input((n_inputs,), name=f"{name}_input")
        x = inputs
        for depth, (width, layer_seed) in enumerate(zip(widths, seeds, strict=True)):
            hidden = depth < len(self.widths)
            layer = keras.layers.Dense(
                width,
                activation=self.activation if hidden else None,
                kernel_initializer=keras.initializers.GlorotUniform(layer_seed),
                name=f"{name}_{'hidden' if hidden else 'output'}_{depth}",
            )
            x = layer(x) if seed is not None else _undrawn(layer, x)
        return keras.Model(inputs, x, name=name)

    def weight_shapes(self, n_inputs: int, n_outputs: int) -> list[tuple[int, ...]]:
        """Shapes of the model's variables in their order, without building it."""
        sizes = (n_inputs, *self.widths, n_outputs)
        return [shape for fan in itertools.pairwise(sizes) for shape in (fan, fan[1:])]


def _undrawn(layer: keras.layers.Dense, x: keras.KerasTensor) -> keras.KerasTensor:
    """Call a new layer with weights of zero, and leave it the initializers that it has."""
    own = layer.kernel_initializer, layer.bias_initializer
    layer.kernel_initializer = layer.bias_initializer = _zeros
    out = layer(x)
    layer.kernel_initializer, layer.bias_initializer = own
    return out


def _zeros(shape: tuple[int, ...], dtype: str) -> np.ndarray:
    return np.zeros(shape, dtype)


def _as_int(seed: np.random.SeedSequence) -> int:
    return int(seed.generate_state(1)[0] >> 1)  # 31 bits: what every backend takes
