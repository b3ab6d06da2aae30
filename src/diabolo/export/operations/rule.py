"""What the tables hold: how an equation becomes nodes."""

from collections.abc import Callable
from typing import Any

from diabolo.export.graph import Value

Equation = Any  # jax.extend.core.JaxprEqn

# (graph, equation, *inputs) -> outputs; adds nodes to the graph
Rule = Callable[..., list[Value]]
