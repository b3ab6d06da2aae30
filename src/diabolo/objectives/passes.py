"""One forward pass, as terms see it, and terms put together."""

from typing import Any, NamedTuple, Protocol

from keras import ops

from diabolo.noise import Tensor


class Pass(NamedTuple):
    """What one forward pass leaves behind, in the model's units."""

    x: Tensor  # (batch, n_features): what the decoder should give back; of rows in part, these features
    code: Tensor  # (batch, n_components): the point that stands for the row
    x_hat: Tensor  # (batch, n_features): the mean of what the decoder says about the row
    unit: Tensor  # (n_features,): units of X per unit of the model
    observed: Tensor | None = None  # (batch, n_features): 0 in gaps, else 1; None where no row has a gap
    seen: Tensor = None  # (batch, n_features): what the encoder was given: corrupted, and gaps filled
    output: Tensor = None  # (batch, width): what the encoder gave out
    z: Tensor = None  # (batch, n_components) or (draws, batch, n_components): what the decoder was given
    decoded: Tensor = None  # of the shape of z, but for n_features: what the decoder gave out
    posterior: Any = None  # the code's distribution, where it has one
    road: Any = None  # the networks, and what is learned or remembered beside them
    noise: Any = None  # where terms draw their own
    weight: Tensor | None = None  # (batch,): of each row; None where no training goes on
    epoch: Tensor | None = None  # scalar: epochs trained, with a fraction; None where no training goes on

    @property
    def training(self) -> bool:
        """Whether this is a step of training."""
        return self.epoch is not None


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


def sum_over_features(x: Tensor, observed: Tensor | None = None) -> Tensor:
    """Sum of what was observed of each row: (..., n_features) -> (...,)

    As a matrix product, which XLA computes faster on CPUs than reductions along rows.
    """
    if observed is not None:
        x = x * observed
    return ops.matmul(x, ops.ones((x.shape[-1],), dtype=x.dtype))


def mean_over_features(x: Tensor, observed: Tensor | None = None, factor: Tensor | None = None) -> Tensor:
    """Mean of what was observed of each row, of each feature times its factor: (..., n_features) -> (...,)"""
    n_features = x.shape[-1]
    mean = ops.full((n_features,), 1 / n_features, dtype=x.dtype)
    scaled = mean if factor is None else mean * factor
    if observed is None:
        return ops.matmul(x, scaled)
    return ops.matmul(x * observed, scaled) / ops.matmul(observed, mean)


def mean_over_draws(x: Tensor) -> Tensor:
    """Mean over codes drawn for one row, if several were: (draws, batch) or (batch,) -> (batch,)"""
    return ops.mean(x, axis=0) if len(x.shape) == 2 else x


def same_for_rows(value: Tensor, pass_: Pass) -> Tensor:
    """A number that belongs to no row, as that of every row: scalar -> (batch,)"""
    return ops.broadcast_to(value, (pass_.x.shape[0],))
