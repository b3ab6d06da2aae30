"""Likelihoods of tables: one for each column, by its kind."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from keras import ops

from diabolo.data.layout import Layout, blocks, one_hot
from diabolo.data.robust import TAIL
from diabolo.data.rows import Rows
from diabolo.data.spread import spreads
from diabolo.errors import ParameterError
from diabolo.noise import Noise, Tensor
from diabolo.objectives.likelihoods.base import Learned, Likelihood
from diabolo.objectives.likelihoods.bernoulli import Bernoulli
from diabolo.objectives.likelihoods.categorical import Categorical
from diabolo.objectives.likelihoods.gaussian import DiagonalGaussian, FixedGaussian, Gaussian
from diabolo.objectives.likelihoods.laplace import Laplace
from diabolo.objectives.likelihoods.mean_squared_error import MeanSquaredError
from diabolo.objectives.passes import mean_over_features

_BOOLEAN = Bernoulli()


@dataclass(frozen=True)
class ByColumn(Likelihood):
    """log p(x | z) = sum_j log p_j(x_j | z): of numbers a density, of the other columns a probability

    ``decoded`` has one number for each number, then a logit for each truth value, then one for each level.

    Parameters
    ----------
    layout : Layout
    numbers : Likelihood
        Of the numbers.
    """

    layout: Layout = field(default_factory=Layout)
    numbers: Likelihood = field(default_factory=DiagonalGaussian)

    def log_prob(self, x: Tensor, decoded: Tensor, learned: Learned) -> Tensor:
        def of_numbers(x: Tensor, decoded: Tensor) -> Tensor:
            # The scaling takes logarithms beyond TAIL: du / dx = exp(abs(x) - TAIL) there.
            return self.numbers.log_prob(x, decoded, learned) - ops.maximum(ops.abs(x) - TAIL, 0)

        return self._by_kind(x, decoded, of_numbers)

    def unexplained(self, x: Tensor, decoded: Tensor, observed: Tensor | None, learned: Learned) -> Tensor:
        """1/d sum_j (x_j - x_hat_j)^2 / variance_j, or -log p_j / entropy_j, over d columns observed: (...,)

        In shares of a column's variance or entropy; ``learned`` holds these, too.
        """

        def of_numbers(x: Tensor, decoded: Tensor) -> Tensor:
            return -ops.square(x - self.numbers.mean(decoded))

        loss = -self._by_kind(x, decoded, of_numbers)
        return mean_over_features(loss / learned["spread"].value, observed)

    def mean(self, decoded: Tensor) -> Tensor:
        """The mean of numbers, and the likeliest value of all others."""
        numbers, booleans, categories = self._parts(decoded)
        likeliest = [ops.argmax(block, axis=-1, keepdims=True) + 1 for block in categories]
        values = [ops.cast(level, decoded.dtype) for level in likeliest]
        return self._in_order([self.numbers.mean(numbers), ops.where(booleans > 0, 1.0, -1.0), *values])

    def shares(self, decoded: Tensor) -> Tensor:
        """The mean of numbers, and the probability of True and of each level, in the order of ``decoded``."""
        numbers, booleans, categories = self._parts(decoded)
        probabilities = [_BOOLEAN.mean(booleans), *map(Categorical().mean, categories)]
        return ops.concatenate([self.numbers.mean(numbers), *probabilities], axis=-1)

    def link(self, mean: np.ndarray) -> np.ndarray | None:
        return None  # columns are centred, and other kinds have no mean

    def sample(self, decoded: Tensor, learned: Learned, noise: Noise) -> Tensor:
        numbers, booleans, categories = self._parts(decoded)
        # Without numbers nothing is learned of their scale.
        values = [self.numbers.sample(numbers, learned, noise)] if self.layout.numbers else []
        values.append(2 * _BOOLEAN.sample(booleans, learned, noise) - 1)
        for block in categories:
            level = ops.argmax(Categorical().sample(block, learned, noise), axis=-1, keepdims=True) + 1
            values.append(ops.cast(level, decoded.dtype))
        return self._in_order(values)

    def shapes(self, n_features: int) -> dict[str, tuple[int, ...]]:
        return self.numbers.shapes(len(self.layout.numbers)) if self.layout.numbers else {}

    def start(self, rows: Rows) -> dict[str, np.ndarray]:
        return self.numbers.start(rows.columns(self.layout.numbers)) if self.layout.numbers else {}

    def memory(self, n_components: int) -> dict[str, np.ndarray]:
        """What a column's frequencies or mean leave unexplained; ``measured`` has it of rows."""
        return {"spread": np.ones(len(self.layout.kinds), np.float32)}

    def measured(self, rows: Rows) -> dict[str, np.ndarray]:
        return {"spread": spreads(rows, self.layout)}

    def _by_kind(self, x: Tensor, decoded: Tensor, of_numbers: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        """log p of truth values and categories, and of numbers what is given: (..., n_columns)"""
        numbers, booleans, categories = self._parts(decoded)
        layout = self.layout
        found = [of_numbers(_columns(x, layout.numbers), numbers)] if layout.numbers else []
        found.append(_BOOLEAN.log_prob((_columns(x, layout.booleans) + 1) / 2, booleans, {}))
        for place, n_levels, block in zip(layout.categories, layout.levels, categories, strict=True):
            log_prob = Categorical().log_prob(one_hot(x, place, n_levels), block, {})
            found.append(ops.sum(log_prob, axis=-1, keepdims=True))
        return self._in_order(found)

    def _parts(self, decoded: Tensor) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Of numbers, of truth values, and of each category."""
        sizes = [len(self.layout.numbers), len(self.layout.booleans), *self.layout.levels]
        numbers, booleans, *categories = blocks(decoded, sizes)
        return numbers, booleans, categories

    def _in_order(self, parts: list[Tensor]) -> Tensor:
        return _columns(ops.concatenate(parts, axis=-1), self.layout.order)


@dataclass(frozen=True)
class Unexplained(ByColumn, MeanSquaredError):
    """1/d sum_j (x_j - x_hat_j)^2 / variance_j, or -log p_j / entropy_j, over the d observed columns

    0 is perfect; 1 is what a column's mean or frequencies reach, so all columns count alike.
    """

    unit: ClassVar[str] = "shares of a column's variance or entropy"
    numbers: Likelihood = field(default_factory=MeanSquaredError)

    def loss(self, x: Tensor, decoded: Tensor, observed: Tensor | None, learned: Learned) -> Tensor:
        return self.unexplained(x, decoded, observed, learned)


def of_table(numbers: Likelihood, layout: Layout) -> ByColumn:
    """The likelihood of a table whose numbers have this one, each column by itself.

    Raises
    ------
    ParameterError
        If it is none of numbers.
    """
    if type(numbers) is MeanSquaredError:
        return Unexplained(layout)
    if isinstance(numbers, Gaussian):
        numbers = DiagonalGaussian()
    if not isinstance(numbers, DiagonalGaussian | FixedGaussian | Laplace):
        raise ParameterError(
            "The likelihood of a table is that of its numbers, 'mse', 'gaussian', 'gaussian_fixed' or "
            f"'laplace'; truth values and categories have their own. Got {numbers!r}."
        )
    return ByColumn(layout, numbers)


def _columns(x: Tensor, places: list[int]) -> Tensor:
    if places == list(range(x.shape[-1])):
        return x
    return ops.take(x, ops.array(places, "int32"), axis=-1)
