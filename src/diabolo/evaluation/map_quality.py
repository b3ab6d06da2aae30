"""Whether neighbours among rows are neighbours among codes, and the other way round."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sklearn.metrics import pairwise_distances


@dataclass(frozen=True)
class MapQuality:
    """How far a map of codes can be believed (Venna and Kaski 2001).

    Parameters
    ----------
    trustworthiness : float
        1 where all neighbours on the map are neighbours among the rows; less where the map shows as near
        what is far apart.
    continuity : float
        1 where all neighbours among the rows are neighbours on the map; less where the map tears apart what
        is near.
    n_neighbors : int
    """

    trustworthiness: float
    continuity: float
    n_neighbors: int


class Neighbours:
    """Who is near to whom among points, by Euclidean distance: sorted once, for all that is asked.

    Takes time and memory by the square of the number of points.

    Parameters
    ----------
    points : ndarray of shape (n_samples, n)
        Rows, or their codes.
    """

    def __init__(self, points: np.ndarray):
        distances = pairwise_distances(points)
        np.fill_diagonal(distances, -1)  # each is the nearest to itself, whatever equals it
        self.order = distances.argsort(axis=1)  # (n_samples, n_samples): the nearest first

    @cached_property
    def ranks(self) -> np.ndarray:
        """[i, j]: which neighbour of i j is, the nearest being 1: (n_samples, n_samples)"""
        ranks = np.empty_like(self.order)
        np.put_along_axis(ranks, self.order, np.arange(len(ranks))[np.newaxis], axis=1)
        return ranks

    def nearest(self, n_neighbors: int) -> np.ndarray:
        """The nearest others of each: (n_samples, n_neighbors)"""
        return self.order[:, 1 : n_neighbors + 1]


def map_quality(rows: Neighbours, codes: Neighbours, *, n_neighbors: int = 10) -> MapQuality:
    """Compare neighbourhoods of rows and of their codes.

    Parameters
    ----------
    rows, codes : Neighbours
    n_neighbors : int, default=10
        Below half of the rows.
    """
    return MapQuality(
        _trustworthiness(rows, codes, n_neighbors), _trustworthiness(codes, rows, n_neighbors), n_neighbors
    )


def _trustworthiness(space: Neighbours, shown: Neighbours, k: int) -> float:
    """1 - 2 / (n k (2n - 3k - 1)) sum_i sum_j max(0, rank(i, j) - k), over the k nearest j that are shown."""
    n = len(space.order)
    ranks = np.take_along_axis(space.ranks, shown.nearest(k), axis=1)
    return float(1 - 2 / (n * k * (2 * n - 3 * k - 1)) * np.maximum(ranks - k, 0).sum())


def label_accuracy(points: Neighbours, labels: np.ndarray, *, n_neighbors: int = 10) -> float:
    """Share of the points whose label is the commonest among the nearest others (leave one out).

    Of labels equally common, the one that comes first in order counts.

    Parameters
    ----------
    points : Neighbours
    labels : ndarray of shape (n_samples,)
    n_neighbors : int, default=10
        Below the number of points.
    """
    classes, of_point = np.unique(labels, return_inverse=True)
    votes = np.eye(len(classes))[of_point[points.nearest(n_neighbors)]].sum(axis=1)  # (n_samples, n_classes)
    return float(np.mean(votes.argmax(axis=1) == of_point))
