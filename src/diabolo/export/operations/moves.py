"""Operations that move numbers, and leave them as they are."""

from collections.abc import Sequence

import numpy as np

from diabolo.export.errors import not_exported
from diabolo.export.graph import Graph, Shape, Value, integers
from diabolo.export.operations.rule import Equation, Rule

_BEFORE_ALL = np.iinfo(np.int64).min


def _reshape(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    return [graph.reshape(x, equation.outvars[0].aval.shape)]


def _transpose(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    return [graph.transpose(x, equation.params["permutation"])]


def _concatenate(graph: Graph, equation: Equation, *parts: Value) -> list[Value]:
    return [graph.node("Concat", *parts, axis=equation.params["dimension"])]


def _split(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    sizes, axis = equation.params["sizes"], equation.params["axis"]
    return [*graph.outputs_of("Split", x, integers(sizes), n_outputs=len(sizes), axis=axis)]


def _reversed(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    cuts = [(-1, _BEFORE_ALL, axis, -1) for axis in equation.params["dimensions"]]
    return [graph.node("Slice", x, *map(integers, zip(*cuts, strict=True)))]


def _slice(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    begin, end = equation.params["start_indices"], equation.params["limit_indices"]
    strides = equation.params["strides"] or (1,) * len(begin)
    return [_sliced(graph, x, equation.invars[0].aval.shape, begin, end, strides)]


def _sliced(
    graph: Graph, x: Value, shape: Shape, begin: Sequence, end: Sequence, strides: Sequence[int]
) -> Value:
    """Of axes that stay whole, such as that of rows, nothing is said."""
    parts = zip(range(len(shape)), shape, begin, end, strides, strict=True)
    cuts = [(i, j, axis, step) for axis, size, i, j, step in parts if (i, j, step) != (0, size, 1)]
    return graph.node("Slice", x, *map(integers, zip(*cuts, strict=True))) if cuts else x


def _gather(graph: Graph, equation: Equation, x: Value, places: Value) -> list[Value]:
    if isinstance(places, str):
        raise not_exported("a lookup at places that depend on the rows")
    part = _block if places.ndim == 1 else _along_an_axis
    return [part(graph, equation, x, places)]


def _block(graph: Graph, equation: Equation, x: Value, start: np.ndarray) -> Value:
    """A single block, which is how JAX cuts where the size of the batch is open."""
    numbers, sizes = equation.params["dimension_numbers"], equation.params["slice_sizes"]
    starts = dict(zip(numbers.start_index_map, start.tolist(), strict=True))
    begin = [starts.get(axis, 0) for axis in range(len(sizes))]
    end = [i + size if i else size for i, size in zip(begin, sizes, strict=True)]
    part = _sliced(graph, x, equation.invars[0].aval.shape, begin, end, [1] * len(sizes))
    return graph.reshape(part, equation.outvars[0].aval.shape) if numbers.collapsed_slice_dims else part


def _along_an_axis(graph: Graph, equation: Equation, x: Value, places: np.ndarray) -> Value:
    """(*before, axis, *after) -> (*before, *places, *after)"""
    numbers, n_axes = equation.params["dimension_numbers"], len(equation.invars[0].aval.shape)
    axis, *others = numbers.start_index_map
    n_places = places.ndim - 1  # the last axis of places says which axis
    kept = (*range(axis), *range(axis + n_places, n_axes - 1 + n_places))
    if others or numbers.collapsed_slice_dims != (axis,) or numbers.offset_dims != kept:
        raise not_exported("a lookup along several axes")
    return graph.node("Gather", x, places[..., 0].astype(np.int64), axis=axis)


def _pad(graph: Graph, equation: Equation, x: Value, value: Value) -> list[Value]:
    before, after, between = zip(*equation.params["padding_config"], strict=True)
    if any(between):
        raise not_exported("padding between numbers")
    return [graph.node("Pad", x, integers([*before, *after]), value)]


def _iota(graph: Graph, equation: Equation) -> list[Value]:
    raise not_exported("a count of the rows")  # any other is known when the file is written


MOVES: dict[str, Rule] = {
    "concatenate": _concatenate,
    "expand_dims": _reshape,
    "gather": _gather,
    "iota": _iota,
    "pad": _pad,
    "reshape": _reshape,
    "rev": _reversed,
    "slice": _slice,
    "split": _split,
    "squeeze": _reshape,
    "transpose": _transpose,
}
