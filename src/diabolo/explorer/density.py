"""How near the data is: the yardstick for the page's warning."""

from typing import NamedTuple

import numpy as np
from sklearn.neighbors import NearestNeighbors

_NEIGHBOURS = 10
_MOST_ROWS = 5_000  # whose distances make the quantiles; each is to the nearest of all rows


class Density(NamedTuple):
    """What the page compares the surroundings of a code with."""

    neighbours: int  # the distance to which nearest code says how near the data is
    quantiles: list[float]  # of that distance at the rows themselves, at 0 %, 1 %, ... 100 % of them


def density_of(codes: np.ndarray) -> Density:
    """Distances from codes (n, k) to their k-th nearest, themselves the first, in units of the code."""
    neighbours = min(_NEIGHBOURS, len(codes))
    asked = codes
    if len(codes) > _MOST_ROWS:
        asked = codes[np.random.default_rng(0).choice(len(codes), _MOST_ROWS, replace=False)]
    index = NearestNeighbors(n_neighbors=neighbours).fit(codes.astype(np.float64))
    distances = index.kneighbors(asked.astype(np.float64))[0][:, -1]
    return Density(neighbours, np.quantile(distances, np.linspace(0, 1, 101)).tolist())
