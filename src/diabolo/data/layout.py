"""How the numbers of a row stand for the columns of a table."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from keras import ops

NUMBER, BOOLEAN = 0, -1


@dataclass(frozen=True)
class Layout:
    """The kind of each column. A row has one number a column, and 0 where nothing is known of it.

    A column of numbers holds them in the model's units, one of truth values -1 and 1, and one of categories
    the number of the level, from 1 on.

    Parameters
    ----------
    kinds : tuple of int
        One a column: ``NUMBER``, ``BOOLEAN``, or how many levels its categories have.
    """

    kinds: tuple[int, ...] = ()

    @classmethod
    def of_numbers(cls, n_columns: int) -> "Layout":
        """That of a table of numbers."""
        return cls((NUMBER,) * n_columns)

    @cached_property
    def numbers(self) -> list[int]:
        """Which columns are numbers."""
        return [place for place, kind in enumerate(self.kinds) if kind == NUMBER]

    @cached_property
    def booleans(self) -> list[int]:
        """Which columns are truth values."""
        return [place for place, kind in enumerate(self.kinds) if kind == BOOLEAN]

    @cached_property
    def categories(self) -> list[int]:
        """Which columns are categories."""
        return [place for place, kind in enumerate(self.kinds) if kind > 0]

    @cached_property
    def levels(self) -> list[int]:
        """How many levels each column of categories has."""
        return [self.kinds[place] for place in self.categories]

    @property
    def n_decoded(self) -> int:
        """Numbers that a decoder gives out: one a number or truth value, one a level of a category."""
        return len(self.numbers) + len(self.booleans) + sum(self.levels)

    @cached_property
    def order(self) -> list[int]:
        """Where each column stands among numbers, then truth values, then categories."""
        return np.argsort([*self.numbers, *self.booleans, *self.categories]).tolist()


def one_hot(x: Any, place: int, n_levels: int) -> Any:
    """1 at the level of a category and else 0, all 0 for the unknown one: (batch, p) -> (batch, n_levels)"""
    level = ops.arange(1, n_levels + 1, dtype=x.dtype)
    return ops.cast(ops.equal(x[..., place : place + 1], level), x.dtype)


def blocks(x: Any, sizes: Sequence[int]) -> list[Any]:
    """The last axis cut into parts of these sizes."""
    ends = list(itertools.accumulate(sizes))
    return [x[..., end - size : end] for size, end in zip(sizes, ends, strict=True)]
