"""How much there is to explain in a column of a table: its variance or its entropy."""

import numpy as np

from diabolo.data.domain import blocks
from diabolo.data.layout import Layout
from diabolo.data.moments import moments
from diabolo.data.rows import Rows

# A column that hardly varies would else outweigh all others; a constant one counts as it is.
_LEAST_ENTROPY = 0.1  # nats, that of a truth value met in 2% of rows
_LEAST_VARIANCE = 1e-6


def spreads(rows: Rows, layout: Layout) -> np.ndarray:
    """Variance of each number, in squared model units, and entropy of every other: (n_columns,) float32"""
    _, spread = moments(rows)
    spread = np.where(spread < _LEAST_VARIANCE, 1.0, spread)
    for place in layout.booleans:
        spread[place] = _entropy(rows, place, (-1, 1))
    for place, n_levels in zip(layout.categories, layout.levels, strict=True):
        spread[place] = _entropy(rows, place, range(1, n_levels + 1))
    return spread.astype(np.float32)


def _entropy(rows: Rows, place: int, values: range | tuple[int, ...]) -> float:
    """-sum_k p_k log p_k of the values observed in a column, in nats."""
    weight = np.zeros(len(values))
    for start, x in blocks(rows):
        of_rows = rows.weights[start : start + len(x)].astype(np.float64)
        weight += [of_rows @ (x[:, place] == value) for value in values]
    p = weight[weight > 0] / weight.sum()
    return max(_LEAST_ENTROPY, float(-(p * np.log(p)).sum()))
