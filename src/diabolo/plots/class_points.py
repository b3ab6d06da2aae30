"""Points coloured by class or by value."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from diabolo.plots.classes import Classes
from diabolo.plots.style import PALETTE, SEQUENTIAL, colour, marker


def draw_points(
    ax: Axes, x: np.ndarray, y: np.ndarray, labels: np.ndarray | None, classes: Classes | None
) -> PathCollection:
    """Points in an order drawn by chance, so that the last class does not hide the first.

    Parameters
    ----------
    ax : Axes
    x, y : ndarray of shape (n_samples,)
    labels : ndarray of shape (n_samples,) or None
        Values to colour by, where they are no classes.
    classes : Classes or None
        Which differ in colour and in marker.
    """
    order = np.random.default_rng(0).permutation(len(x))
    points = ax.scatter(x[order], y[order], color=PALETTE[0], linewidths=0)
    points.set_sizes([np.clip(360 / np.sqrt(len(x)), 4, 30)])
    points.set_alpha(0.8)
    if classes is not None:
        of_row = classes.of_row[order]
        points.set_facecolor([colour(i) for i in of_row])
        paths = [_marker_path(i) for i in range(len(classes.names))]
        points.set_paths([paths[i] for i in of_row])
    elif labels is not None:
        points.set(array=labels[order], cmap=SEQUENTIAL)
    return points


def class_handles(classes: Classes) -> list[Line2D]:
    """Of a legend: a point a class."""
    return [
        Line2D([], [], color=colour(i), marker=marker(i), linestyle="", markersize=6, label=name)
        for i, name in enumerate(classes.names)
    ]


def _marker_path(i: int) -> Path:
    """The outline of a marker, made as large as a circle of diameter 1."""
    style = MarkerStyle(marker(i))
    outline = style.get_path().transformed(style.get_transform())
    x, y = np.asarray(outline.to_polygons()[0]).T
    area = abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2
    return outline.transformed(Affine2D().scale(np.sqrt(np.pi / 4 / area)))
