"""Mean and variance of each column, in the model's units."""

import numpy as np

from diabolo.data.domain import blocks
from diabolo.data.rows import Rows


def moments(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Weighted mean and variance of each column, gaps left out: (n_features,), (n_features,), float64

    Blocks are merged as by Chan, Golub and LeVeque (1983); a column may have no number in some of them.
    """
    n_features = rows.array.shape[1]
    weight, mean, squares = np.zeros((3, n_features))
    for start, x in blocks(rows):
        seen = ~np.isnan(x)
        w = rows.weights[start : start + len(x), None].astype(np.float64) * seen
        x = np.where(seen, x, 0).astype(np.float64)
        of_block = w.sum(axis=0)
        together = np.maximum(weight + of_block, np.finfo(np.float64).tiny)
        center = (w * x).sum(axis=0) / np.maximum(of_block, np.finfo(np.float64).tiny)
        apart = np.where(of_block > 0, center - mean, 0)
        squares += (w * np.square(x - center)).sum(axis=0) + np.square(apart) * weight * of_block / together
        mean += apart * of_block / together
        weight += of_block
    return mean, squares / weight
