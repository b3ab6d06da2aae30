"""Products of matrices."""

import string

from diabolo.export.graph import Graph, Value
from diabolo.export.operations.rule import Equation, Rule


def _dot_general(graph: Graph, equation: Equation, left: Value, right: Value) -> list[Value]:
    n_left, n_right = (len(v.aval.shape) for v in equation.invars)
    ((over_left, over_right), (along_left, _)) = equation.params["dimension_numbers"]
    if (tuple(over_left), tuple(over_right), tuple(along_left), n_right) == ((n_left - 1,), (0,), (), 2):
        return [graph.node("MatMul", left, right)]
    return [graph.node("Einsum", left, right, equation=_einsum(equation, n_left, n_right))]


def _einsum(equation: Equation, n_left: int, n_right: int) -> str:
    """The product as ``numpy.einsum`` spells it: axes that both keep come first, then those of each."""
    (over, along) = equation.params["dimension_numbers"]
    left, right = list(string.ascii_lowercase[:n_left]), list(string.ascii_uppercase[:n_right])
    for i, j in (*zip(*over, strict=True), *zip(*along, strict=True)):
        right[j] = left[i]
    both = [left[i] for i in along[0]]
    own = [letter for letter in (*left, *right) if (letter in left) != (letter in right)]
    return f"{''.join(left)},{''.join(right)}->{''.join((*both, *own))}"


PRODUCTS: dict[str, Rule] = {"dot_general": _dot_general}
