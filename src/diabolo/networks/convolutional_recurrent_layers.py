"""The layers of networks that read and write clips.

What is done to each frame by itself is done by Keras's own layers, to all frames of a batch at once; the
layers here join frames to such a batch, split it again, and carry a state from one frame to the next.
"""

from typing import Any

import keras
from keras import ops

from diabolo.networks.recurrent_layers import seeds
from diabolo.noise import Tensor

_registered = keras.saving.register_keras_serializable("diabolo")  # so that a saved Keras model opens


@_registered
class JoinFrames(keras.layers.Layer):
    """(batch, time, *frame) -> (batch * time, *frame)"""

    def call(self, x: Tensor) -> Tensor:
        return ops.reshape(x, (-1, *x.shape[2:]))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return None, *input_shape[2:]


@_registered
class SplitFrames(keras.layers.Layer):
    """(batch * time, *frame) -> (batch, time, *frame)"""

    def __init__(self, time: int, **options: Any):
        super().__init__(**options)
        self.time = time

    def call(self, x: Tensor) -> Tensor:
        return ops.reshape(x, (-1, self.time, *x.shape[1:]))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return None, self.time, *input_shape[1:]

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"time": self.time}


class ConvolutionalGRU(keras.layers.Layer):
    """Gated recurrent units whose products are convolutions (Ballas et al. 2016): a state of maps.

    z, r = sigmoid(x_z + h * R_z + b_z), likewise;  h <- z h + (1 - z) tanh(x_n + r (h * R_n + b_n))

    with x_z, x_r, x_n as the subclass has them, and * a convolution with padding "same". Without maps of more
    than one pixel this is ``keras.layers.GRUCell`` with ``reset_after=True``.
    """

    def __init__(self, maps: int, kernel_size: int, seed: int = 0, **options: Any):
        super().__init__(**options)
        self.maps, self.kernel_size, self.seed = maps, kernel_size, seed
        self.recurrent_initializer = keras.initializers.Orthogonal(seed=seeds(seed, 1)[0])

    @staticmethod
    def shapes(maps: int, kernel_size: int) -> tuple[tuple[int, ...], ...]:
        """Of its weights: recurrent kernel and bias."""
        return (kernel_size, kernel_size, maps, 3 * maps), (3 * maps,)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        kernel, bias = ConvolutionalGRU.shapes(self.maps, self.kernel_size)
        self.recurrent_kernel = self.add_weight(kernel, self.recurrent_initializer, name="recurrent_kernel")
        self.recurrent_bias = self.add_weight(bias, "zeros", name="recurrent_bias")

    def step(self, x: Tensor, h: Tensor) -> Tensor:
        """The next state: (batch, height, width, maps)

        Parameters
        ----------
        x : (batch, height, width, 3 * maps), or (3 * maps,) for all pixels
        h : (batch, height, width, maps)
        """
        from_state = self.convolved(h, self.recurrent_kernel) + self.recurrent_bias
        x_z, x_r, x_n = ops.split(x, 3, axis=-1)
        h_z, h_r, h_n = ops.split(from_state, 3, axis=-1)
        z, r = ops.sigmoid(x_z + h_z), ops.sigmoid(x_r + h_r)
        return z * h + (1 - z) * ops.tanh(x_n + r * h_n)

    def convolved(self, h: Tensor, kernel: Tensor) -> Tensor:
        """(batch, height, width, maps) -> (batch, height, width, 3 * maps)"""
        return ops.conv(h, kernel, padding="same", data_format="channels_last")

    def get_config(self) -> dict[str, Any]:
        own = {"maps": self.maps, "kernel_size": self.kernel_size, "seed": self.seed}
        return super().get_config() | own


@_registered
class FrameReader(ConvolutionalGRU):
    """From what each frame gives to the gates to the state after the last, which begins at zero.

    (batch, time, height, width, 3 * maps) -> (batch, height, width, maps)
    """

    def call(self, x: Tensor) -> Tensor:
        by_frame = ops.moveaxis(x, 1, 0)
        begin = ops.zeros_like(by_frame[0, ..., : self.maps])

        def read(h: Tensor, frame: Tensor) -> tuple[Tensor, Tensor]:
            h = self.step(frame, h)
            return h, h  # TensorFlow wants an output like the state

        last, _ = ops.scan(read, begin, by_frame)
        return last

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape[0], *input_shape[2:-1], self.maps


@_registered
class FrameWriter(ConvolutionalGRU):
    """From a state to those that follow it; nothing comes in, so that x is a bias.

    (batch, height, width, maps) -> (batch, time, height, width, maps)
    """

    def __init__(self, time: int, maps: int, kernel_size: int, seed: int = 0, **options: Any):
        super().__init__(maps, kernel_size, seed, **options)
        self.time = time

    @staticmethod
    def shapes(maps: int, kernel_size: int) -> tuple[tuple[int, ...], ...]:
        """Of its weights: recurrent kernel and bias, and the bias that stands for what comes in."""
        return (*ConvolutionalGRU.shapes(maps, kernel_size), (3 * maps,))

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        super().build(input_shape)
        self.bias = self.add_weight((3 * self.maps,), "zeros", name="bias")

    def call(self, h: Tensor) -> Tensor:
        def write(h: Tensor, _: None) -> tuple[Tensor, Tensor]:
            h = self.step(self.bias, h)
            return h, h

        _, states = ops.scan(write, h, length=self.time)
        return ops.moveaxis(states, 0, 1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape[0], self.time, *input_shape[1:]

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"time": self.time}
