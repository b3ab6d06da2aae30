"""From a program of JAX to nodes of an ONNX graph."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from diabolo.export.errors import not_exported
from diabolo.export.graph import Graph, Shape, Value, is_whole
from diabolo.export.operations import ELEMENTWISE, WHOLE
from diabolo.export.operations.loops import scan
from diabolo.export.operations.rule import Rule

# Parameters that hold a program to be run in place.
_INLINE = ("jaxpr", "call_jaxpr", "fun_jaxpr")
_AS_IT_IS = frozenset({"copy", "device_put", "optimization_barrier", "stop_gradient"})


class Thin(NamedTuple):
    """A value that may have 1 where its shape says more: elementwise operations broadcast by themselves."""

    value: Value
    shape: Shape

    @classmethod
    def of(cls, constant: Any) -> "Thin":
        """A constant's."""
        array = np.asarray(constant)
        return cls(array, array.shape)


def written(graph: Graph, program: Any, inputs: Sequence[Value]) -> list[Value]:
    """Write a closed jaxpr into a graph.

    Parameters
    ----------
    graph : Graph
    program : jax.extend.core.ClosedJaxpr
    inputs : sequence of Value
        One for each of its inputs, of its shape.

    Returns
    -------
    outputs : list of Value
        Of the shapes of its outputs.
    """
    writer, variables = Writer(graph), program.jaxpr.invars
    thin = [Thin(x, tuple(v.aval.shape)) for x, v in zip(inputs, variables, strict=True)]
    writer.outputs(program, thin)
    return [writer.full(v) for v in program.jaxpr.outvars]


class Writer:
    """Goes through a program's equations and remembers what each variable is in the graph."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self.known: dict[Any, Thin] = {}

    def outputs(self, program: Any, inputs: Sequence[Thin]) -> list[Thin]:
        """Write the equations of a closed jaxpr, and give its outputs."""
        jaxpr = program.jaxpr
        self.known.update(zip(jaxpr.constvars, map(Thin.of, program.consts), strict=True))
        self.known.update(zip(jaxpr.invars, inputs, strict=True))
        for equation in needed(jaxpr):
            self.known.update(zip(equation.outvars, self.results(equation), strict=True))
        return [self.thin(v) for v in jaxpr.outvars]

    def thin(self, variable: Any) -> Thin:
        """What stands for a variable, or a literal."""
        if hasattr(variable, "val"):
            return Thin.of(np.asarray(variable.val, variable.aval.dtype))
        return self.known[variable]

    def full(self, variable: Any) -> Value:
        """The same in its whole shape."""
        value, shape = self.thin(variable)
        whole = tuple(variable.aval.shape)
        if shape == whole:
            return value
        if isinstance(value, np.ndarray) and all(map(is_whole, whole)):
            return np.broadcast_to(value, whole)
        return self.graph.expand(value, whole)

    def results(self, equation: Any) -> list[Thin]:
        """Of one equation."""
        name, inputs = equation.primitive.name, [self.thin(v) for v in equation.invars]
        if name in _AS_IT_IS:
            return inputs
        if name == "broadcast_in_dim":
            return [self.broadcast(equation, inputs[0])]
        if name in WHOLE or name in ELEMENTWISE:
            if all(isinstance(x.value, np.ndarray) for x in inputs) and _is_static(equation):
                return self.computed(equation)
            return self.nodes(equation, inputs)
        if name == "scan":
            return self.whole(partial(scan, written), equation)
        for parameter in _INLINE:
            if parameter in equation.params:
                return Writer(self.graph).outputs(_closed(equation.params[parameter]), inputs)
        raise not_exported(f"the operation {name!r}")

    def computed(self, equation: Any) -> list[Thin]:
        """What depends on no row is computed now."""
        inputs = [self.full(v) for v in equation.invars]
        found = equation.primitive.bind(*inputs, **equation.params)
        return [Thin.of(x) for x in (found if equation.primitive.multiple_results else [found])]

    def nodes(self, equation: Any, inputs: Sequence[Thin]) -> list[Thin]:
        """Nodes that compute it when the file runs."""
        name = equation.primitive.name
        if name in ELEMENTWISE:
            (output,) = ELEMENTWISE[name](self.graph, equation, *(x.value for x in inputs))
            return [Thin(output, _broadcast_shape([x.shape for x in inputs]))]
        return self.whole(WHOLE[name], equation)

    def whole(self, rule: Rule, equation: Any) -> list[Thin]:
        """By a rule that needs inputs in their whole shape."""
        outputs = rule(self.graph, equation, *map(self.full, equation.invars))
        return [Thin(x, tuple(v.aval.shape)) for x, v in zip(outputs, equation.outvars, strict=True)]

    def broadcast(self, equation: Any, x: Thin) -> Thin:
        """Axes of length 1 put between; they are made longer only where an operation needs that."""
        shape: list[Any] = [1] * len(equation.params["shape"])
        for axis, size in zip(equation.params["broadcast_dimensions"], x.shape, strict=True):
            shape[axis] = size
        return Thin(self.graph.reshape(x.value, tuple(shape)), tuple(shape))


def needed(jaxpr: Any) -> list[Any]:
    """The equations on which outputs depend, in order."""
    wanted, kept = set(map(id, jaxpr.outvars)), []
    for equation in reversed(jaxpr.eqns):
        if wanted & set(map(id, equation.outvars)):
            kept.append(equation)
            wanted.update(map(id, equation.invars))
    return kept[::-1]


def _closed(program: Any) -> Any:
    """A jaxpr with its constants; those that stand within have none."""
    return program if hasattr(program, "consts") else _Closed(program, ())


class _Closed(NamedTuple):
    jaxpr: Any
    consts: tuple


def _is_static(equation: Any) -> bool:
    return all(is_whole(d) for v in equation.outvars for d in v.aval.shape)


def _broadcast_shape(shapes: Sequence[Shape]) -> Shape:
    """Of numbers that are broadcast against each other, of one rank or scalar."""
    rank = max(map(len, shapes))
    filled = [(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    return tuple(
        next((d for d in along if not (is_whole(d) and d == 1)), 1) for along in zip(*filled, strict=True)
    )
