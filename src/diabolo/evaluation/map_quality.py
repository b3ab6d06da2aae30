"""Whether neighbours among rows are neighbours among codes, and the other way round."""

from dataclasses import dataclass

import numpy as np
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors


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


def map_quality(rows: np.ndarray, codes: np.ndarray, *, n_neighbors: int = 10) -> MapQuality:
    """Compare neighbourhoods of rows and of their codes, by Euclidean distance.

    Takes time and memory by the square of the number of rows.

    Parameters
    ----------
    rows : ndarray of shape (n_samples, n_features)
    codes : ndarray of shape (n_samples, n_components)
    n_neighbors : int, default=10
        Below half of the rows.
    """
    return MapQuality(
        float(trustworthiness(rows, codes, n_neighbors=n_neighbors)),
        float(trustworthiness(codes, rows, n_neighbors=n_neighbors)),
        n_neighbors,
    )


def label_accuracy(points: np.ndarray, labels: np.ndarray, *, n_neighbors: int = 10) -> float:
    """Share of the points whose label is the commonest among the nearest others (leave one out).

    Of labels equally common, the one that comes first in order counts.

    Parameters
    ----------
    points : ndarray of shape (n_samples, n)
        Rows, or their codes.
    labels : ndarray of shape (n_samples,)
    n_neighbors : int, default=10
        Below the number of points.
    """
    classes, of_point = np.unique(labels, return_inverse=True)
    nearest = NearestNeighbors(n_neighbors=n_neighbors).fit(points).kneighbors(return_distance=False)
    votes = np.eye(len(classes))[of_point[nearest]].sum(axis=1)  # (n_samples, n_classes)
    return float(np.mean(votes.argmax(axis=1) == of_point))
