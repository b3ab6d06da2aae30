"""Layers whose gradients XLA computes slowly on CPUs, for a program's own copy of a road.

Each has the configuration, the name and the variables of the one that it stands for, Keras's or one of
``networks``, and computes the same.
"""

from typing import Any

import jax
import keras
from keras import ops

from diabolo.networks.convolutional_recurrent_layers import FrameReader as _FrameReader
from diabolo.networks.convolutional_recurrent_layers import FrameWriter as _FrameWriter
from diabolo.networks.copies import blank_config
from diabolo.training.convolutions import (
    Tensor,
    convolution,
    transposed_convolution,
    transposed_window_of,
    window_of,
)
from diabolo.training.pooling import max_pooling


class _Convolution:
    def convolution_op(self: Any, inputs: Tensor, kernel: Tensor) -> Tensor:
        """(batch, *spatial, in) -> (batch, *spatial, filters)"""
        image, output = inputs.shape[1:-1], self.compute_output_shape(inputs.shape)[1:-1]
        window = window_of(image, output, self.kernel_size, self.strides, self.padding)
        return convolution(window, inputs, ops.convert_to_tensor(kernel))


class _TransposedConvolution:
    def call(self: Any, inputs: Tensor) -> Tensor:
        """(batch, *spatial, in) -> (batch, *spatial, filters)"""
        image, output = self.compute_output_shape(inputs.shape)[1:-1], inputs.shape[1:-1]
        window = transposed_window_of(
            image, output, self.kernel_size, self.strides, self.padding, self.output_padding
        )
        images = transposed_convolution(window, inputs, ops.convert_to_tensor(self.kernel))
        return self.activation(ops.add(images, self.bias) if self.use_bias else images)


class _MaxPooling:
    def call(self: Any, inputs: Tensor) -> Tensor:
        """(batch, *spatial, channels) -> (batch, *spatial, channels)"""
        return max_pooling(inputs, self.pool_size, self.padding)


class _ConvolutionalGRU:
    def convolved(self: Any, h: Tensor, kernel: Tensor) -> Tensor:
        """(batch, height, width, maps) -> (batch, height, width, 3 * maps)"""
        sides, kernel_sides = h.shape[1:-1], kernel.shape[:2]
        window = window_of(sides, sides, kernel_sides, (1, 1), "same")
        return convolution(window, h, ops.convert_to_tensor(kernel))


class Conv1D(_Convolution, keras.layers.Conv1D):
    """Keras's, by ``convolutions``."""


class Conv2D(_Convolution, keras.layers.Conv2D):
    """Keras's, by ``convolutions``."""


class Conv1DTranspose(_TransposedConvolution, keras.layers.Conv1DTranspose):
    """Keras's, by ``convolutions``."""


class Conv2DTranspose(_TransposedConvolution, keras.layers.Conv2DTranspose):
    """Keras's, by ``convolutions``."""


class MaxPooling1D(_MaxPooling, keras.layers.MaxPooling1D):
    """Keras's, by ``pooling``."""


class MaxPooling2D(_MaxPooling, keras.layers.MaxPooling2D):
    """Keras's, by ``pooling``."""


class FrameReader(_ConvolutionalGRU, _FrameReader):
    """Ours, by ``convolutions``."""


class FrameWriter(_ConvolutionalGRU, _FrameWriter):
    """Ours, by ``convolutions``."""


_OURS: dict[type, Any] = {
    keras.layers.Conv1D: Conv1D,
    keras.layers.Conv2D: Conv2D,
    keras.layers.Conv1DTranspose: Conv1DTranspose,
    keras.layers.Conv2DTranspose: Conv2DTranspose,
    keras.layers.MaxPooling1D: MaxPooling1D,
    keras.layers.MaxPooling2D: MaxPooling2D,
    _FrameReader: FrameReader,
    _FrameWriter: FrameWriter,
}


def with_fast_gradients(layer: keras.layers.Layer) -> keras.layers.Layer:
    """A new layer of the same configuration, one of those above where it can be; its weights mean nothing."""
    kind: Any = _OURS[type(layer)] if _can_be_ours(layer) else type(layer)
    return kind.from_config(blank_config(layer))


def _can_be_ours(layer: keras.layers.Layer) -> bool:
    """Whether it is Keras's own, not a subclass of a user's, in a setting that ours know, on the CPU."""
    return (
        jax.default_backend() == "cpu"
        and type(layer) in _OURS
        and layer.compute_dtype == layer.variable_dtype == "float32"
        and (isinstance(layer, _FrameReader | _FrameWriter) or _is_set_plainly(layer))
    )


def _is_set_plainly(layer: Any) -> bool:
    return (
        layer.data_format == "channels_last"
        and layer.padding in ("valid", "same")
        and (_pools_apart(layer) if hasattr(layer, "pool_size") else _convolves_plainly(layer))
    )


def _convolves_plainly(layer: Any) -> bool:
    plain = getattr(layer, "groups", 1) == 1 and not getattr(layer, "lora_enabled", False)
    return plain and all(rate == 1 for rate in layer.dilation_rate)


def _pools_apart(layer: Any) -> bool:
    return tuple(layer.pool_size) == tuple(layer.strides)
