"""Loops over the steps of a sequence."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import helper

from diabolo.export.graph import Graph, Value, described
from diabolo.export.operations.rule import Equation

# Writes a program into a graph, for inputs and outputs in their whole shape.
Write = Callable[[Graph, Any, Sequence[Value]], list[Value]]


def scan(write: Write, graph: Graph, equation: Equation, *inputs: Value) -> list[Value]:
    """``jax.lax.scan``: constants, states that are handed on, and what is read a step at a time."""
    parameters, n_constants = equation.params, equation.params["num_consts"]
    n_states, program = parameters["num_carry"], parameters["jaxpr"]
    body, steps = graph.body(), list(inputs[n_constants:])
    variables = [(body.new_name("step"), v.aval) for v in program.jaxpr.invars[n_constants:]]
    results = write(body, program, [*inputs[:n_constants], *(name for name, _ in variables)])
    if len(steps) == n_states:  # ONNX counts steps by what is read
        steps.append(np.zeros(parameters["length"], np.float32))
        variables.append((body.new_name("step"), _NUMBER))
    outputs = [
        (body.node("Identity", value), v.aval)
        for value, v in zip(results, program.jaxpr.outvars, strict=True)
    ]
    backwards = int(parameters["reverse"])
    return [
        *graph.outputs_of(
            "Scan",
            *steps,
            n_outputs=len(outputs),
            body=_graph_of(body, variables, outputs),
            num_scan_inputs=len(steps) - n_states,
            scan_input_directions=[backwards] * (len(steps) - n_states),
            scan_output_directions=[backwards] * (len(outputs) - n_states),
        )
    ]


_NUMBER = np.zeros((), np.float32)


def _graph_of(
    body: Graph, inputs: Sequence[tuple[str, Any]], outputs: Sequence[tuple[str, Any]]
) -> onnx.GraphProto:
    given, taken = ([described(name, v.shape, v.dtype) for name, v in values] for values in (inputs, outputs))
    return helper.make_graph(body.nodes, body.new_name("body"), given, taken)
