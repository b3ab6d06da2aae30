"""How far the reconstruction is from the row: the first part of every loss, and the figures that compare."""

from dataclasses import dataclass
from typing import ClassVar

from keras import ops

from diabolo.noise import Tensor
from diabolo.objectives.likelihoods.base import Learned, Likelihood, log_of_unit
from diabolo.objectives.likelihoods.by_column import ByColumn
from diabolo.objectives.passes import Pass, mean_over_draws, mean_over_features


@dataclass(frozen=True)
class Reconstruction:
    """The likelihood's loss: the mean squared error, or -log p(x | z) in nats; the mean over codes drawn"""

    likelihood: Likelihood
    name: ClassVar[str] = "reconstruction"

    @property
    def unit(self) -> str:
        return self.likelihood.unit

    def __call__(self, pass_: Pass) -> Tensor:
        return mean_over_draws(reconstruction_by_draw(self.likelihood, pass_))


def reconstruction_by_draw(likelihood: Likelihood, pass_: Pass) -> Tensor:
    """The likelihood's loss for every code that was decoded: (draws, batch), or (batch,) of points"""
    return likelihood.loss(pass_.x, pass_.decoded, pass_.observed, _known(pass_))


def _known(pass_: Pass) -> Learned:
    """What the likelihood has learned, and what it knows of the rows of ``fit``."""
    return {} if pass_.road is None else {**pass_.road.memory, **pass_.road.learned}


@dataclass(frozen=True)
class MeanSquaredErrorOfX:
    """Mean squared error per feature in the units of X, whatever the scaling: what results compare by.

    mse = 1/d sum_j unit_j^2 (x_hat_j - x_j)^2, over the d numbers observed of the row
    """

    name: ClassVar[str] = "mse"
    unit: ClassVar[str] = "squared units of X per feature"

    def __call__(self, pass_: Pass) -> Tensor:
        squares = ops.square(pass_.x_hat - pass_.x)  # computed once, where the loss is made of them too
        return mean_over_features(squares, pass_.observed, ops.square(pass_.unit))


@dataclass(frozen=True)
class UnexplainedShare:
    """What of a table's columns is not given back: the mean over the observed ones, and over codes drawn

    (x_j - x_hat_j)^2 / variance_j of numbers, -log p(x_j | z) / entropy_j of the others
    """

    likelihood: ByColumn
    name: ClassVar[str] = "unexplained"
    unit: ClassVar[str] = "shares of a column's variance or entropy"

    def __call__(self, pass_: Pass) -> Tensor:
        parts = pass_.x, pass_.decoded, pass_.observed, _known(pass_)
        return mean_over_draws(self.likelihood.unexplained(*parts))


@dataclass(frozen=True)
class LogLikelihoodOfX:
    """log p(X | z), a density of X in its own units, for a code that is a point"""

    likelihood: Likelihood
    name: ClassVar[str] = "log_likelihood"
    unit: ClassVar[str] = "nats per row"

    def __call__(self, pass_: Pass) -> Tensor:
        log_prob = -reconstruction_by_draw(self.likelihood, pass_)
        return log_prob - log_of_unit(self.likelihood, pass_.unit, pass_.observed)
