"""Whether the clusters of a code are the classes that people see."""

from dataclasses import dataclass

import numpy as np
from sklearn.cluster import DBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.neighbors import NearestNeighbors

_NEIGHBOURS = 20


@dataclass(frozen=True)
class Agreement:
    """Clusters beside labels.

    Parameters
    ----------
    method : str
    n_clusters : int
    adjusted_rand : float
        1 where clusters are the classes, about 0 for clusters by chance (Hubert and Arabie 1985).
    mutual_information : float
        Normalised mutual information, from 0 to 1.
    """

    method: str
    n_clusters: int
    adjusted_rand: float
    mutual_information: float


def cluster_agreement(codes: np.ndarray, labels: np.ndarray, *, random_state: int = 0) -> list[Agreement]:
    """Cluster codes by k-means and by DBSCAN, and compare with labels.

    k-means gets as many clusters as there are classes. DBSCAN's radius is the median distance of a code
    to its 20th neighbour, with at least 20 codes within it, so that about half of the codes are cores;
    what it calls noise counts as one more cluster.

    Parameters
    ----------
    codes : ndarray of shape (n_samples, n_components)
    labels : ndarray of shape (n_samples,)
    random_state : int, default=0

    Returns
    -------
    agreements : list of Agreement
        Of k-means, then of DBSCAN.
    """
    neighbours = min(_NEIGHBOURS, len(codes) - 1)
    distances, _ = NearestNeighbors(n_neighbors=neighbours).fit(codes).kneighbors()
    methods = {
        "k-means": KMeans(len(np.unique(labels)), n_init=10, random_state=random_state),
        "DBSCAN": DBSCAN(eps=float(np.median(distances[:, -1])) or 1e-12, min_samples=neighbours),
    }
    return [_agreement(name, method.fit_predict(codes), labels) for name, method in methods.items()]


def _agreement(name: str, clusters: np.ndarray, labels: np.ndarray) -> Agreement:
    return Agreement(
        name,
        int(clusters.max()) + 1,
        float(adjusted_rand_score(labels, clusters)),
        float(normalized_mutual_info_score(labels, clusters)),
    )
