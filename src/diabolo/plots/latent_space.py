"""The code that a model gives to rows, as a picture."""

import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colorbar import Colorbar
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox
from scipy.ndimage import gaussian_filter

from diabolo.errors import DataError
from diabolo.plots.checks import check_components, check_labels
from diabolo.plots.classes import Classes, as_classes
from diabolo.plots.style import (
    INK,
    PALETTE,
    SEQUENTIAL,
    SMALL,
    axes_or_new,
    colour,
    dress,
    legend_beside,
    look,
    make_room,
    marker,
    root_figure,
)
from diabolo.plots.text import code_label, label_text

_NAMES_A_COLUMN = 20  # of the legend
_MANY_POINTS = 500  # so small that names among them help more than they hide
_LONGEST_NAME = 12  # characters of a name among the points
_CELLS = (48, 36)  # where names of classes can stand


class LatentSpaceDisplay:
    """Codes as points, coloured by label.

    Classes differ in colour and in marker, and their names stand where their points are. Labels that are many
    different numbers get a colour bar. One component is drawn as a row of points for each class, against the
    labels where these are numbers, or as a histogram where there are none.

    Parameters
    ----------
    codes : array-like of shape (n_samples, n_components)
        The codes of an autoencoder, or of PCA or any other transformer.
    labels : array-like of shape (n_samples,), optional
        Text, whole numbers or bools are classes, at most 100; more than 20 different whole numbers, or 10
        fractional ones, are drawn as a quantity. The name of a Series becomes the legend's title.
    components : sequence of one or two int, optional
        The columns of the codes to draw, counted from 0; by default the first two, or the only one.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    points_ : PathCollection or None
        In an order drawn by chance, always the same, so that no class hides another; ``None`` for a
        histogram.
    legend_ : Legend or None
    colorbar_ : Colorbar or None
    names_ : list of Text
        Names of classes among 500 points or more. A long one, or one that finds no free place, stands in the
        legend alone.

    Raises
    ------
    DataError
        If codes are no table of finite numbers, or labels are not one a row, are missing, or are text of more
        than 100 kinds.
    ParameterError
        If ``components`` are not columns of the codes.

    Examples
    --------
    >>> from diabolo import LatentSpaceDisplay
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.decomposition import PCA
    >>> X, y = load_iris(return_X_y=True)
    >>> display = LatentSpaceDisplay.from_estimator(PCA(2).fit(X), X, y)
    >>> display.ax_.get_xlabel(), [text.get_text() for text in display.legend_.get_texts()]
    ('code 1 (arbitrary units)', ['0', '1', '2'])
    """

    def __init__(self, codes: Any, labels: Any = None, *, components: Sequence[int] | None = None):
        self.codes = _check_codes(codes)
        self.labels = None if labels is None else check_labels(labels, len(self.codes))
        name = getattr(labels, "name", None)
        self.label_name = None if name is None else label_text(name)
        self.components = check_components(components, self.codes.shape[1])
        self._classes = None if self.labels is None else as_classes(self.labels)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any = None,
        *,
        components: Sequence[int] | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Draw the codes of rows.

        Parameters
        ----------
        estimator : fitted transformer
            An autoencoder, or anything else with ``transform``: PCA, a Pipeline.
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        y : array-like of shape (n_samples,), optional
            Labels.
        components : sequence of one or two int, optional
            The columns of the codes to draw, counted from 0; by default the first two, or the only one.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : LatentSpaceDisplay

        Raises
        ------
        DataError, ParameterError
            As above.
        """
        if y is not None:
            check_labels(y, np.shape(X)[0])
        return cls(estimator.transform(X), y, components=components).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        self : LatentSpaceDisplay
        """
        self.points_: PathCollection | None = None
        self.legend_: Legend | None = None
        self.colorbar_: Colorbar | None = None
        self.names_: list[Text] = []
        with look():
            n_names = len(self._classes.names) if self._classes and len(self.components) == 1 else 0
            self.ax_ = axes_or_new(ax, 5.8, max(4.6, 0.22 * n_names))
            self.figure_ = self.ax_.figure
            dress(self.ax_)
            self.ax_.set_xlabel(code_label(self.components[0]))
            if len(self.components) == 2:
                self._draw_plane(self.codes[:, list(self.components)], ax)
            elif self.labels is None:
                self._draw_histogram(self.codes[:, self.components[0]])
            else:
                self._draw_line(self.codes[:, self.components[0]], self.labels)
        return self

    def _draw_plane(self, codes: np.ndarray, given: Axes | None) -> None:
        """Two components against each other."""
        self.ax_.set_ylabel(code_label(self.components[1]))
        self.points_ = self._scatter(*codes.T)
        if self._classes is not None:
            self._explain_classes(codes, self._classes, given)
        elif self.labels is not None:
            self._explain_colours(self.points_)

    def _draw_line(self, codes: np.ndarray, labels: np.ndarray) -> None:
        """One component against the labels."""
        if self._classes is None:
            self.ax_.set_ylabel(self.label_name or "label")
            self.points_ = self._scatter(codes, labels)
            return
        names, of_row = self._classes
        jitter = np.random.default_rng(0).uniform(-0.32, 0.32, len(codes))
        self.ax_.set(ylabel=self.label_name or "", ylim=(len(names) - 0.5, -0.5))
        self.ax_.set_yticks(range(len(names)), names)
        self.points_ = self._scatter(codes, of_row + jitter)

    def _draw_histogram(self, codes: np.ndarray) -> None:
        self.ax_.hist(codes, bins=int(np.clip(np.sqrt(len(codes)), 10, 50)), color=PALETTE[0])
        self.ax_.set_ylabel("rows")

    def _scatter(self, x: np.ndarray, y: np.ndarray) -> PathCollection:
        """Points in an order drawn by chance, so that the last class does not hide the first."""
        order = np.random.default_rng(0).permutation(len(x))
        points = self.ax_.scatter(x[order], y[order], color=PALETTE[0], linewidths=0)
        points.set_sizes([np.clip(360 / np.sqrt(len(x)), 4, 30)])
        points.set_alpha(0.8)
        if self._classes is not None:
            of_row = self._classes.of_row[order]
            points.set_facecolor([colour(i) for i in of_row])
            paths = [_marker_path(i) for i in range(len(self._classes.names))]
            points.set_paths([paths[i] for i in of_row])
        elif self.labels is not None:
            points.set(array=self.labels[order], cmap=SEQUENTIAL)
        return points

    def _explain_colours(self, points: PathCollection) -> None:
        """The colour bar."""
        self.colorbar_ = self.figure_.colorbar(points, ax=self.ax_, label=self.label_name or "label")
        self.colorbar_.outline.set_visible(False)
        dress(self.colorbar_.ax)

    def _explain_classes(self, codes: np.ndarray, classes: Classes, given: Axes | None) -> None:
        """The legend, and the names among the points."""
        handles = [
            Line2D([], [], color=colour(i), marker=marker(i), linestyle="", markersize=6, label=name)
            for i, name in enumerate(classes.names)
        ]
        n_columns = math.ceil(len(handles) / _NAMES_A_COLUMN)
        self.legend_ = legend_beside(self.ax_, handles, ncols=n_columns, title=self.label_name)
        make_room(given, self.legend_)
        if len(codes) >= _MANY_POINTS:
            root_figure(self.ax_).draw_without_rendering()  # so that everything is in its place
            self.names_ = _write_names(self.ax_, codes, classes)


def _marker_path(i: int) -> Path:
    """The outline of a marker, made as large as a circle of diameter 1."""
    style = MarkerStyle(marker(i))
    outline = style.get_path().transformed(style.get_transform())
    x, y = np.asarray(outline.to_polygons()[0]).T
    area = abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2
    return outline.transformed(Affine2D().scale(np.sqrt(np.pi / 4 / area)))


def _check_codes(codes: Any) -> np.ndarray:
    array = np.asarray(codes)
    if array.ndim != 2 or array.dtype.kind not in "buif" or not array.size or not np.isfinite(array).all():
        raise DataError(
            "Codes must be a table of finite numbers, of shape (n_samples, n_components) with at least one "
            f"row; got dtype {array.dtype}, shape {array.shape}. Pass what transform returns."
        )
    return array


def _write_names(ax: Axes, points: np.ndarray, classes: Classes) -> list[Text]:
    """Name each class where most points are its own and no name stands yet."""
    places = ax.transAxes.inverted().transform(ax.transData.transform(points))
    strengths = _strengths(places, classes)
    written: list[Text] = []
    taken: list[Bbox] = []
    for i, name in enumerate(classes.names):
        if len(name) > _LONGEST_NAME:
            continue
        frame = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": colour(i), "alpha": 0.9}
        text = ax.text(0, 0, name, fontsize=SMALL, color=INK, ha="center", va="center", bbox=frame)
        place = _free_place(ax, text, strengths[i], taken)
        if place is None:
            text.remove()
        else:
            text.set(position=ax.transData.inverted().transform(place), clip_on=True)
            written.append(text)
    return written


def _strengths(places: np.ndarray, classes: Classes) -> np.ndarray:
    """How much of a class there is around each cell of the axes, and how little else.

    (n_classes, *_CELLS): n_class / n_all * sqrt(n_class); 0 where it is less than half of the class's best.
    """
    cells = np.clip((places * _CELLS).astype(int), 0, np.array(_CELLS) - 1)
    counts = np.zeros((len(classes.names), *_CELLS))
    np.add.at(counts, (classes.of_row, *cells.T), 1)
    counts = gaussian_filter(counts, sigma=(0, 1.2, 1.2))
    everything = counts.sum(axis=0)
    strengths = np.divide(counts**1.5, everything, out=np.zeros_like(counts), where=everything > 1e-9)
    return np.where(strengths < strengths.max(axis=(1, 2), keepdims=True) / 2, 0, strengths)


def _free_place(ax: Axes, text: Text, strength: np.ndarray, taken: list[Bbox]) -> tuple[float, float] | None:
    """The best place for a name, in pixels; noted in ``taken``."""
    room, box = ax.get_window_extent(), text.get_window_extent().padded(5)
    for cell in np.argsort(-strength, axis=None, kind="stable")[: np.count_nonzero(strength)]:
        fraction = (np.array(np.unravel_index(cell, _CELLS)) + 0.5) / _CELLS
        x, y = room.p0 + fraction * room.size
        there = Bbox.from_bounds(x - box.width / 2, y - box.height / 2, box.width, box.height)
        inside = room.x0 <= there.x0 and there.x1 <= room.x1 and room.y0 <= there.y0 and there.y1 <= room.y1
        if inside and not any(there.overlaps(other) for other in taken):
            taken.append(there)
            return x, y
    return None
