"""Operations on each number by itself."""

import numpy as np

from diabolo.export.graph import Graph, Value, type_of
from diabolo.export.operations.rule import Equation, Rule

_ONE, _HALF = np.array(1, np.float32), np.array(0.5, np.float32)


def _node(operation: str) -> Rule:
    """A single node of ONNX."""
    return lambda graph, equation, *inputs: [graph.node(operation, *inputs)]


def _not_equal(graph: Graph, equation: Equation, x: Value, y: Value) -> list[Value]:
    return [graph.node("Not", graph.node("Equal", x, y))]


def _square(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    return [graph.node("Mul", x, x)]


def _rsqrt(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    return [graph.node("Reciprocal", graph.node("Sqrt", x))]


def _integer_pow(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    return [graph.node("Pow", x, np.array(equation.params["y"], np.float32))]


def _log1p(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    return [graph.node("Log", graph.node("Add", x, _ONE))]


def _expm1(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    """exp(x) - 1 = tanh(x / 2) (exp(x) + 1), which keeps its digits near 0"""
    half = graph.node("Tanh", graph.node("Mul", x, _HALF))
    return [graph.node("Mul", half, graph.node("Add", graph.node("Exp", x), _ONE))]


def _erfc(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    return [graph.node("Sub", _ONE, graph.node("Erf", x))]


def _select(graph: Graph, equation: Equation, which: Value, false: Value, true: Value) -> list[Value]:
    return [graph.node("Where", which, true, false)]


def _clamp(graph: Graph, equation: Equation, low: Value, x: Value, high: Value) -> list[Value]:
    return [graph.node("Min", graph.node("Max", x, low), high)]


def _cast(graph: Graph, equation: Equation, x: Value) -> list[Value]:
    return [graph.node("Cast", x, to=type_of(equation.params["new_dtype"]))]


ELEMENTWISE: dict[str, Rule] = {
    "abs": _node("Abs"),
    "add": _node("Add"),
    "and": _node("And"),
    "ceil": _node("Ceil"),
    "clamp": _clamp,
    "convert_element_type": _cast,
    "cos": _node("Cos"),
    "div": _node("Div"),
    "eq": _node("Equal"),
    "erf": _node("Erf"),
    "erfc": _erfc,
    "exp": _node("Exp"),
    "expm1": _expm1,
    "floor": _node("Floor"),
    "ge": _node("GreaterOrEqual"),
    "gt": _node("Greater"),
    "integer_pow": _integer_pow,
    "le": _node("LessOrEqual"),
    "log": _node("Log"),
    "log1p": _log1p,
    "logistic": _node("Sigmoid"),
    "lt": _node("Less"),
    "max": _node("Max"),
    "min": _node("Min"),
    "mul": _node("Mul"),
    "ne": _not_equal,
    "neg": _node("Neg"),
    "not": _node("Not"),
    "or": _node("Or"),
    "pow": _node("Pow"),
    "rsqrt": _rsqrt,
    "select_n": _select,
    "sign": _node("Sign"),
    "sin": _node("Sin"),
    "sqrt": _node("Sqrt"),
    "square": _square,
    "sub": _node("Sub"),
    "tanh": _node("Tanh"),
}
