"""The ways through a fitted model, as graphs."""

import json
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax import export

from diabolo.export.graph import Graph, Value, integers
from diabolo.export.outputs import decoded_columns, given_back
from diabolo.export.scalings import applied, undone
from diabolo.export.writing import written
from diabolo.training.road import filled


def encoder(estimator: Any) -> bytes:
    """rows -> code"""
    graph = _graph("rows", estimator._fitted.row_shape)
    graph.give("code", _encoded(graph, estimator), _code_shape(estimator))
    return graph.model("encoder", _metadata(estimator))


def decoder(estimator: Any) -> bytes:
    """code -> rows; of a table of mixed columns their means and probabilities"""
    graph = _graph("code", _code_shape(estimator))
    if estimator._fitted.table is None:
        graph.give("rows", _decoded(graph, estimator, "code"), given_back(estimator).shape)
    else:
        graph.give("columns", _decoded_table(graph, estimator), (len(decoded_columns(estimator)),))
    return graph.model("decoder", _metadata(estimator))


def autoencoder(estimator: Any) -> bytes:
    """rows -> code, and what is given back"""
    output = given_back(estimator)
    graph = _graph("rows", estimator._fitted.row_shape)
    code = _encoded(graph, estimator)
    graph.give("code", code, _code_shape(estimator))
    graph.give(output.name, _decoded(graph, estimator, code), output.shape)
    return graph.model("autoencoder", _metadata(estimator))


def _graph(name: str, shape: tuple[int, ...]) -> Graph:
    (batch,) = export.symbolic_shape("batch")
    return Graph(batch, name, shape)


def _code_shape(estimator: Any) -> tuple[int]:
    return (estimator._fitted.architecture.n_components,)


def _encoded(graph: Graph, estimator: Any) -> Value:
    """(batch, *row_shape) -> (batch, n_components)"""
    fitted = estimator._fitted
    n_features = fitted.architecture.n_features
    x = applied(fitted.scaling, graph, graph.reshape("rows", (graph.batch, n_features)))
    return _traced(graph, lambda x: fitted.road.code(*filled(x, fitted.fill)), x, n_features)


def _decoded(graph: Graph, estimator: Any, code: Value) -> Value:
    """(batch, n_components) -> (batch, *row_shape)"""
    output = given_back(estimator)
    x = _traced(graph, estimator._fitted.road.mean, code, *_code_shape(estimator))
    return graph.reshape(undone(output.scaling, graph, x), (graph.batch, *output.shape))


def _decoded_table(graph: Graph, estimator: Any) -> Value:
    """(batch, n_components) -> (batch, n_decoded), numbers first"""
    road, scaling = estimator._fitted.road, estimator._fitted.scaling
    layout = estimator._fitted.architecture.layout
    shares = _traced(graph, lambda z: road.likelihood.shares(road.decode(z)), "code", *_code_shape(estimator))
    sizes = len(layout.numbers), layout.n_decoded - len(layout.numbers)
    if not all(sizes):
        return undone(scaling.columns(layout.numbers), graph, shares) if layout.numbers else shares
    numbers, others = graph.split("Split", shares, integers(sizes), n_outputs=2, axis=-1)
    return graph.node("Concat", undone(scaling.columns(layout.numbers), graph, numbers), others, axis=-1)


def _traced(graph: Graph, function: Callable[[Any], Any], x: Value, width: int) -> Value:
    """Write what a function of a batch does: (batch, width) -> (batch, ...)"""
    shape = (graph.batch, width)
    program = jax.make_jaxpr(function)(jax.ShapeDtypeStruct(shape, np.float32))
    (output,) = written(graph, program, [x])
    return output


def _metadata(estimator: Any) -> dict[str, str]:
    """What a reader of the file may want to know, each as JSON."""
    fitted = estimator._fitted
    names = getattr(estimator, "feature_names_in_", None)
    facts = {
        "estimator": type(estimator).__name__,
        "n_components": fitted.architecture.n_components,
        "row_shape": fitted.row_shape,
        "feature_names": None if names is None else list(names),
        "classes": None if fitted.classes is None else fitted.classes.tolist(),
        "columns": None if fitted.table is None else decoded_columns(estimator),
    }
    known = {name: fact for name, fact in facts.items() if fact is not None}
    return {f"diabolo.{name}": json.dumps(fact, default=str) for name, fact in known.items()}
