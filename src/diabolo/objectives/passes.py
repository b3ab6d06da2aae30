"""One forward pass, as terms see it, and terms put together."""

from typing import Any, NamedTuple, Protocol

from keras import ops

Tensor = Any  # of whichever backend Keras runs on


class Pass(NamedTuple):
    """What one forward pass leaves behind, in the model's units."""

    x: Tensor  # (batch, n_features): what the decoder should give back
    code: Tensor  # (batch, n_components)
    x_hat: Tensor  # (batch, n_features)
    unit: Tensor  # (n_features,): units of X per unit of the model
    observed: Tensor | None = None  # (batch, n_features): 0 in gaps, else 1; None where no row has a gap


class Term(Protocol):
    """One part of the loss, or a metric beside it: one number a row."""

    @property
    def name(self) -> str:
        """Its column in the history."""

    @property
    def unit(self) -> str:
        """Its unit, in words."""

    def __call__(self, pass_: Pass) -> Tensor:
        """(batch,)"""


class Objective(NamedTuple):
    """What a player minimises: the sum of ``terms``. ``metrics`` are logged beside it.

    ``name`` is the column of the sum.
    """

    terms: tuple[Term, ...]
    metrics: tuple[Term, ...] = ()
    name: str = "loss"

    @property
    def names(self) -> tuple[str, ...]:
        """Columns of the history: the loss, its parts, then the metrics."""
        return (self.name, *(term.name for term in (*self.terms, *self.metrics)))

    def columns(self, validates: bool) -> list[str]:
        """Columns of a history with or without validation."""
        return [*self.names, *(f"val_{name}" for name in self.names if validates)]

    def __call__(self, pass_: Pass) -> tuple[Tensor, Tensor]:
        """The loss of each row, (batch,), and every column of the history, (len(names), batch).

        They are apart so that no gradient passes through what is only logged.
        """
        parts = [term(pass_) for term in self.terms]
        loss = sum(parts)
        return loss, ops.stack([loss, *parts, *(metric(pass_) for metric in self.metrics)])


def mean_over_features(x: Tensor, observed: Tensor | None = None) -> Tensor:
    """Mean of what was observed of each row: (batch, n_features) -> (batch,)

    As matrix products, which XLA computes faster on CPUs than reductions along rows.
    """
    n_features = x.shape[-1]
    mean = ops.full((n_features,), 1 / n_features, dtype=x.dtype)
    if observed is None:
        return ops.matmul(x, mean)
    return ops.matmul(x * observed, mean) / ops.matmul(observed, mean)
