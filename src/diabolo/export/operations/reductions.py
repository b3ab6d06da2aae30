"""Operations that make one number of many, or go along an axis."""

import numpy as np

from diabolo.export.graph import Graph, Value, integers, type_of
from diabolo.export.operations.rule import Equation, Rule


def _reduced(operation: str) -> Rule:
    def rule(graph: Graph, equation: Equation, x: Value) -> list[Value]:
        return [graph.node(operation, x, integers(equation.params["axes"]), keepdims=0)]

    return rule


def _of_truth_values(operation: str) -> Rule:
    """As whole numbers, since ONNX reduces no truth values."""

    def rule(graph: Graph, equation: Equation, x: Value) -> list[Value]:
        numbers = graph.node("Cast", x, to=type_of(np.int32))
        (found,) = _reduced(operation)(graph, equation, numbers)
        return [graph.node("Cast", found, to=type_of(np.bool_))]

    return rule


def _place(operation: str) -> Rule:
    def rule(graph: Graph, equation: Equation, x: Value) -> list[Value]:
        (axis,) = equation.params["axes"]
        place = graph.node(operation, x, axis=axis, keepdims=0)
        return [graph.node("Cast", place, to=type_of(equation.params["index_dtype"]))]

    return rule


def _cumsum(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    axis = np.array(equation.params["axis"], np.int64)
    return [graph.node("CumSum", x, axis, reverse=int(equation.params["reverse"]))]


def _top_k(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    values, places = graph.outputs_of("TopK", x, integers([equation.params["k"]]), n_outputs=2)
    return [values, graph.node("Cast", places, to=type_of(equation.outvars[1].aval.dtype))]


REDUCTIONS: dict[str, Rule] = {
    "argmax": _place("ArgMax"),
    "argmin": _place("ArgMin"),
    "cumsum": _cumsum,
    "reduce_and": _of_truth_values("ReduceMin"),
    "reduce_max": _reduced("ReduceMax"),
    "reduce_min": _reduced("ReduceMin"),
    "reduce_or": _of_truth_values("ReduceMax"),
    "reduce_prod": _reduced("ReduceProd"),
    "reduce_sum": _reduced("ReduceSum"),
    "top_k": _top_k,
}
