"""Convolutions and pooling. ONNX has channels before the places of an image, JAX anywhere."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from diabolo.export.errors import not_exported
from diabolo.export.graph import Graph, Value
from diabolo.export.operations.rule import Equation, Rule

Parameters = Mapping[str, Any]


def _convolution(graph: Graph, equation: Equation, image: Value, kernel: Value) -> list[Value]:
    parameters = equation.params
    of_image, of_kernel, of_output = parameters["dimension_numbers"]
    if parameters["batch_group_count"] != 1 or isinstance(kernel, str):
        raise not_exported("a convolution whose kernel depends on the rows")
    gaps = any(gap > 1 for gap in parameters["lhs_dilation"])
    write = _transposed if gaps else _plain
    output = write(graph, parameters, graph.transpose(image, of_image), kernel.transpose(of_kernel))
    return [graph.transpose(output, np.argsort(of_output).tolist())]


def _plain(graph: Graph, parameters: Parameters, image: Value, kernel: np.ndarray) -> Value:
    """(batch, in, *spatial) with (out, in, *spatial)"""
    before, after = zip(*parameters["padding"], strict=True)
    if min(*before, *after) < 0:
        raise not_exported("a convolution that cuts its image")
    return graph.node(
        "Conv",
        image,
        kernel,
        strides=parameters["window_strides"],
        pads=[*before, *after],
        dilations=parameters["rhs_dilation"],
        group=parameters["feature_group_count"],
    )


def _transposed(graph: Graph, parameters: Parameters, image: Value, kernel: np.ndarray) -> Value:
    """A convolution of an image with gaps is a transposed one with the kernel turned round."""
    if parameters["feature_group_count"] != 1 or set(parameters["window_strides"]) != {1}:
        raise not_exported("a transposed convolution in groups or with strides beside")
    dilations, padding = parameters["rhs_dilation"], parameters["padding"]
    # Where padding is as wide as the kernel reaches, nothing is cut from the output, which has all it can.
    reach = [(side - 1) * gap for side, gap in zip(kernel.shape[2:], dilations, strict=True)]
    before = [far - low for far, (low, _) in zip(reach, padding, strict=True)]
    after = [far - high for far, (_, high) in zip(reach, padding, strict=True)]
    if min(before) < 0:
        raise not_exported("a transposed convolution that begins outside its image")
    turned = np.flip(kernel, tuple(range(2, kernel.ndim))).swapaxes(0, 1)  # (in, out, *spatial)
    return graph.node(
        "ConvTranspose",
        image,
        turned,
        strides=parameters["lhs_dilation"],
        pads=[*before, *(max(0, side) for side in after)],
        output_padding=[max(0, -side) for side in after],
        dilations=dilations,
    )


def _pooled(operation: str, **options: int) -> Rule:
    def rule(graph: Graph, equation: Equation, image: Value) -> list[Value]:
        parameters = equation.params
        window = parameters["window_dimensions"]
        channels = len(window) - 1 if window[-1] == 1 else 1
        spatial = [axis for axis in range(1, len(window)) if axis != channels]
        order = [0, channels, *spatial]
        gaps = (*parameters["base_dilation"], *parameters["window_dilation"])
        if window[0] != 1 or window[channels] != 1 or max(gaps) > 1:
            raise not_exported("pooling over rows or channels, or with gaps")

        def along(name: str) -> Sequence:
            return [parameters[name][axis] for axis in spatial]

        before, after = zip(*along("padding"), strict=True)
        output = graph.node(
            operation,
            graph.transpose(image, order),
            kernel_shape=along("window_dimensions"),
            strides=along("window_strides"),
            pads=[*before, *after],
            **options,
        )
        return [graph.transpose(output, np.argsort(order).tolist())]

    return rule


def _window_sum(graph: Graph, equation: Equation, image: Value) -> list[Value]:
    """Windows' means, zeros around the image counted, times their size."""
    (mean,) = _pooled("AveragePool", count_include_pad=1)(graph, equation, image)
    size = np.array(math.prod(equation.params["window_dimensions"]), np.float32)
    return [graph.node("Mul", mean, size)]


WINDOWS: dict[str, Rule] = {
    "conv_general_dilated": _convolution,
    "reduce_window_max": _pooled("MaxPool"),
    "reduce_window_sum": _window_sum,
}
