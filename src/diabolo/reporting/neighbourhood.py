"""How far the map of codes can be believed."""

from dataclasses import dataclass

import numpy as np

from diabolo.evaluation.clusters import Agreement, cluster_agreement
from diabolo.evaluation.map_quality import MapQuality, Neighbours, label_accuracy, map_quality
from diabolo.reporting.subject import Subject

_N_NEIGHBORS = 10


@dataclass(frozen=True)
class Space:
    """The codes of a model, or the rows themselves.

    Parameters
    ----------
    name : str
    quality : MapQuality or None
        None of the rows themselves.
    accuracy : float or None
        Of labels by nearest neighbours, where there are classes.
    clusters : list of Agreement
        Where there are classes; not of the rows themselves.
    """

    name: str
    quality: MapQuality | None
    accuracy: float | None
    clusters: list[Agreement]


@dataclass(frozen=True)
class Neighbourhood:
    """Spaces beside each other, on the same rows.

    Parameters
    ----------
    spaces : tuple of Space
        The model's codes; PCA's where it applies; the rows themselves where there are classes.
    n_rows : int
    n_neighbors : int
    commonest : float or None
        Share of the commonest class: the accuracy of one who always says it.
    """

    spaces: tuple[Space, ...]
    n_rows: int
    n_neighbors: int
    commonest: float | None


def measure_neighbourhood(subject: Subject, pca_codes: np.ndarray | None, some: np.ndarray) -> Neighbourhood:
    """Compare neighbours in the codes with neighbours among the rows.

    Parameters
    ----------
    subject : Subject
    pca_codes : ndarray of shape (n_rows, n_components) or None
    some : ndarray of int
        The rows compared, since it takes time by the square of their number.
    """
    n_neighbors = min(_N_NEIGHBORS, (len(some) - 1) // 2)
    rows, labels = Neighbours(subject.numbers.seen[some]), subject.labels
    tells = labels is not None and labels.are_classes
    classes = labels.values[some] if tells else None  # type: ignore[union-attr]
    if classes is not None and len(np.unique(classes)) < 2:
        classes = None
    of_codes = {"these codes": subject.codes[some]}
    if pca_codes is not None:
        of_codes["PCA's codes"] = pca_codes[some]
    spaces = [_space(name, codes, rows, classes, n_neighbors) for name, codes in of_codes.items()]
    if classes is None:
        return Neighbourhood(tuple(spaces), len(some), n_neighbors, None)
    accuracy = label_accuracy(rows, classes, n_neighbors=n_neighbors)
    spaces.append(Space("the rows themselves", None, accuracy, []))
    commonest = np.unique(classes, return_counts=True)[1].max() / len(classes)
    return Neighbourhood(tuple(spaces), len(some), n_neighbors, float(commonest))


def _space(
    name: str, codes: np.ndarray, rows: Neighbours, classes: np.ndarray | None, n_neighbors: int
) -> Space:
    near = Neighbours(codes)
    quality = map_quality(rows, near, n_neighbors=n_neighbors)
    if classes is None:
        return Space(name, quality, None, [])
    accuracy = label_accuracy(near, classes, n_neighbors=n_neighbors)
    differ = len(np.unique(codes, axis=0)) > len(np.unique(classes))  # or clusters can't be as many
    return Space(name, quality, accuracy, cluster_agreement(codes, classes) if differ else [])
