"""Scalings as nodes, so that an exported model takes and gives the units of X.

They are computed in float64, as in ``diabolo.data``: a column of large numbers has no digits left in float32
before it is centred.
"""

from functools import singledispatch

import numpy as np

from diabolo.data.robust import LARGEST_LOG, Robust
from diabolo.data.scaling import Affine, Scaling
from diabolo.export.graph import Graph, Value, type_of

_ONE = np.array(1.0)


@singledispatch
def applied(scaling: Scaling, graph: Graph, X: Value) -> Value:
    """Rows in X's units -> the same in the model's: (batch, n_features)"""
    return X


@singledispatch
def undone(scaling: Scaling, graph: Graph, x: Value) -> Value:
    """Rows in the model's units -> the same in X's: (batch, n_features)"""
    return x


@applied.register
def _(scaling: Affine, graph: Graph, X: Value) -> Value:
    return _float32(graph, _centred(scaling, graph, X))


@undone.register
def _(scaling: Affine, graph: Graph, x: Value) -> Value:
    return _float32(graph, _in_place(scaling, graph, _float64(graph, x)))


@applied.register
def _(scaling: Robust, graph: Graph, X: Value) -> Value:
    u = _centred(scaling, graph, X)
    within, beyond = _parts(scaling, graph, u)
    logarithm = graph.node("Log", graph.node("Add", beyond, _ONE))
    return _float32(graph, _joined(graph, u, within, logarithm))


@undone.register
def _(scaling: Robust, graph: Graph, x: Value) -> Value:
    x = _float64(graph, x)
    within, beyond = _parts(scaling, graph, x)
    bounded = graph.node("Min", beyond, np.array(LARGEST_LOG))
    power = graph.node("Sub", graph.node("Exp", bounded), _ONE)
    X = _in_place(scaling, graph, _joined(graph, x, within, power))
    return _float32(graph, graph.node("Min", graph.node("Max", X, scaling.low), scaling.high))


def _centred(scaling: Affine, graph: Graph, X: Value) -> Value:
    return graph.node("Div", graph.node("Sub", _float64(graph, X), scaling.center), scaling.scale)


def _in_place(scaling: Affine, graph: Graph, x: Value) -> Value:
    return graph.node("Add", graph.node("Mul", x, scaling.scale), scaling.center)


def _parts(scaling: Robust, graph: Graph, x: Value) -> tuple[Value, Value]:
    """x up to the tail, and how far it reaches beyond."""
    within = graph.node("Min", graph.node("Max", x, -scaling.tail), scaling.tail)
    beyond = graph.node("Abs", graph.node("Sub", x, within))
    return within, beyond


def _joined(graph: Graph, x: Value, within: Value, beyond: Value) -> Value:
    """within + sign(x) beyond"""
    return graph.node("Add", within, graph.node("Mul", graph.node("Sign", x), beyond))


def _float64(graph: Graph, x: Value) -> Value:
    return graph.node("Cast", x, to=type_of(np.float64))


def _float32(graph: Graph, x: Value) -> Value:
    return graph.node("Cast", x, to=type_of(np.float32))
