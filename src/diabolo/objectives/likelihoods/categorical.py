"""One of several categories, as one-hot columns."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from keras import ops

from diabolo.data.domain import check_numbers_within, first_number
from diabolo.data.pieces import pieces
from diabolo.data.rows import Rows
from diabolo.errors import DataError, ParameterError
from diabolo.noise import Noise, Tensor
from diabolo.objectives.likelihoods.base import Learned, Likelihood


@dataclass(frozen=True)
class Categorical(Likelihood):
    """log p(x | z) = sum_j x_j log softmax(decoded)_j

    For one-hot columns. Shares that sum to 1 may be trained on, as a cross-entropy.

    Parameters
    ----------
    sizes : sequence of int or None, default=None
        How many columns each category has, in order, where there are several; ``None`` is one of all columns.
    """

    sizes: Sequence[int] | None = None
    discrete: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.sizes is None:
            return
        if not all(isinstance(size, int | np.integer) and size >= 1 for size in self.sizes):
            raise ParameterError(f"sizes must be whole numbers of at least 1; got {self.sizes!r}.")
        object.__setattr__(self, "sizes", tuple(map(int, self.sizes)))

    def log_prob(self, x: Tensor, decoded: Tensor, learned: Learned) -> Tensor:
        return x * self._by_category(ops.log_softmax, decoded)

    def mean(self, decoded: Tensor) -> Tensor:
        return self._by_category(ops.softmax, decoded)

    def sample(self, decoded: Tensor, learned: Learned, noise: Noise) -> Tensor:
        """The largest of decoded + Gumbel noise in each category is 1."""
        u = ops.clip(noise.uniform(decoded.shape), 1e-7, 1 - 1e-7)
        return self._by_category(_one_hot_of_largest, decoded - ops.log(-ops.log(u)))

    def check(self, rows: Rows) -> None:
        n_features = rows.array.shape[1]
        if self.sizes is not None and sum(self.sizes) != n_features:
            raise DataError(
                f"sizes of Categorical must sum to the number of columns, {n_features}; got {self.sizes!r}."
            )
        advice = "Encode categories by sklearn.preprocessing.OneHotEncoder, and use scale=None."
        check_numbers_within(rows, (0, 1), "likelihood='categorical'", advice)
        for where, piece in pieces(rows.array):
            for block in self._blocks(piece):
                off = np.abs(block.astype(np.float64).sum(axis=1) - 1) > 1e-4
                if off.any():
                    row = where.start + int(np.argmax(off))
                    raise DataError(
                        "likelihood='categorical' needs the columns of a category to sum to 1 in each row, "
                        f"but those of row {row} sum to {block[off][0].sum():g}. {advice}"
                    )

    def check_density(self, rows: Rows) -> None:
        place = first_number(rows, lambda x: (x != 0) & (x != 1))
        if place is not None:
            raise DataError(
                f"likelihood='categorical' gives probabilities of one-hot columns alone, but {place}. Choose "
                "the category of the largest share, or fit with another likelihood."
            )

    def _blocks(self, x: Tensor) -> list[Tensor]:
        if self.sizes is None:
            return [x]
        ends = list(itertools.accumulate(self.sizes))
        return [x[..., end - size : end] for size, end in zip(self.sizes, ends, strict=True)]

    def _by_category(self, function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
        blocks = [function(block) for block in self._blocks(x)]
        return blocks[0] if len(blocks) == 1 else ops.concatenate(blocks, axis=-1)


def _one_hot_of_largest(x: Tensor) -> Tensor:
    return ops.one_hot(ops.argmax(x, axis=-1), x.shape[-1], dtype=x.dtype)
