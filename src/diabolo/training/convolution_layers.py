"""Keras's convolutions with the gradients of ``convolutions``, for a program's own copy of a road."""

from typing import Any

import jax
import keras
from keras import ops

from diabolo.training.convolutions import (
    Tensor,
    convolution,
    transposed_convolution,
    transposed_window_of,
    window_of,
)


class _Convolution:
    """What a layer of Keras's convolves with."""

    def convolution_op(self: Any, inputs: Tensor, kernel: Tensor) -> Tensor:
        """(batch, *spatial, in) -> (batch, *spatial, filters)"""
        image, output = inputs.shape[1:-1], self.compute_output_shape(inputs.shape)[1:-1]
        window = window_of(image, output, self.kernel_size, self.strides, self.padding)
        return convolution(window, inputs, ops.convert_to_tensor(kernel))


class Conv1D(_Convolution, keras.layers.Conv1D):
    """Keras's, computed by ``convolutions``."""


class Conv2D(_Convolution, keras.layers.Conv2D):
    """Keras's, computed by ``convolutions``."""


class _TransposedConvolution:
    """What a transposed layer of Keras's does."""

    def call(self: Any, inputs: Tensor) -> Tensor:
        """(batch, *spatial, in) -> (batch, *spatial, filters)"""
        image, output = self.compute_output_shape(inputs.shape)[1:-1], inputs.shape[1:-1]
        window = transposed_window_of(
            image, output, self.kernel_size, self.strides, self.padding, self.output_padding
        )
        images = transposed_convolution(window, inputs, ops.convert_to_tensor(self.kernel))
        return self.activation(ops.add(images, self.bias) if self.use_bias else images)


class Conv1DTranspose(_TransposedConvolution, keras.layers.Conv1DTranspose):
    """Keras's, computed by ``convolutions``."""


class Conv2DTranspose(_TransposedConvolution, keras.layers.Conv2DTranspose):
    """Keras's, computed by ``convolutions``."""


_OURS = {
    keras.layers.Conv1D: Conv1D,
    keras.layers.Conv2D: Conv2D,
    keras.layers.Conv1DTranspose: Conv1DTranspose,
    keras.layers.Conv2DTranspose: Conv2DTranspose,
}


def with_fast_gradients(layer: keras.layers.Layer) -> keras.layers.Layer:
    """A new layer of the same configuration, that computes its convolution by ``convolutions`` where it can."""
    kind = _OURS[type(layer)] if _suits(layer) else type(layer)
    return kind.from_config(layer.get_config())


def _suits(layer: keras.layers.Layer) -> bool:
    """Whether it is Keras's own layer, with settings that ``convolutions`` knows, on the CPU."""
    return (
        jax.default_backend() == "cpu"
        and type(layer) in _OURS
        and layer.data_format == "channels_last"
        and layer.padding in ("valid", "same")
        and layer.compute_dtype == layer.variable_dtype == "float32"
        and all(rate == 1 for rate in layer.dilation_rate)
        and getattr(layer, "groups", 1) == 1
        and not getattr(layer, "lora_enabled", False)
    )
