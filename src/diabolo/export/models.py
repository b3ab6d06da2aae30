"""The ways through a fitted model, as graphs."""

import json
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax import export

from diabolo.export.graph import Graph, Value
from diabolo.export.scalings import applied, undone
from diabolo.export.writing import Thin, written
from diabolo.training.road import filled


def encoder(estimator: Any) -> bytes:
    """rows -> code"""
    graph = _graph("rows", estimator._fitted.row_shape)
    _give_code(graph, estimator, _encoded(graph, estimator))
    return graph.model("encoder", _metadata(estimator))


def decoder(estimator: Any) -> bytes:
    """code -> rows"""
    graph = _graph("code", (estimator._fitted.architecture.n_components,))
    graph.give("rows", _decoded(graph, estimator, "code"), estimator._shape_given_back)
    return graph.model("decoder", _metadata(estimator))


def _graph(name: str, shape: tuple[int, ...]) -> Graph:
    (batch,) = export.symbolic_shape("batch")
    return Graph(batch, name, shape)


def _encoded(graph: Graph, estimator: Any) -> Value:
    """(batch, *row_shape) -> (batch, n_components)"""
    fitted = estimator._fitted
    n_features = fitted.architecture.n_features
    x = applied(fitted.scaling, graph, graph.reshape("rows", (graph.batch, n_features)))

    def code(x: Any) -> Any:
        return fitted.road.code(*filled(x, fitted.fill))

    return _traced(graph, code, x, n_features)


def _decoded(graph: Graph, estimator: Any, code: Value) -> Value:
    """(batch, n_components) -> (batch, *row_shape)"""
    fitted = estimator._fitted
    x = _traced(graph, fitted.road.mean, code, fitted.architecture.n_components)
    rows = undone(fitted.scaling.last(fitted.architecture.n_outputs), graph, x)
    return graph.reshape(rows, (graph.batch, *estimator._shape_given_back))


def _give_code(graph: Graph, estimator: Any, code: Value) -> None:
    graph.give("code", code, (estimator._fitted.architecture.n_components,))


def _traced(graph: Graph, function: Callable[[Any], Any], x: Value, width: int) -> Value:
    """Write what a function of a batch does: (batch, width) -> (batch, ...)"""
    shape = (graph.batch, width)
    program = jax.make_jaxpr(function)(jax.ShapeDtypeStruct(shape, np.float32))
    (output,) = written(graph, program, [Thin(x, shape)])
    return output.value


def _metadata(estimator: Any) -> dict[str, str]:
    """What a reader of the file may want to know, as JSON."""
    facts = {
        "estimator": type(estimator).__name__,
        "n_components": estimator._fitted.architecture.n_components,
        "row_shape": list(estimator._fitted.row_shape),
    }
    names = getattr(estimator, "feature_names_in_", None)
    if names is not None:
        facts["feature_names"] = list(map(str, names))
    return {f"diabolo.{name}": json.dumps(fact) for name, fact in facts.items()}
