"""The code that a model gives to rows, as a picture."""

import math
from collections.abc import Sequence
from textwrap import fill
from typing import Any, NamedTuple, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colorbar import Colorbar
from matplotlib.legend import Legend
from matplotlib.text import Text
from sklearn.decomposition import PCA

from diabolo.errors import DataError, ParameterError
from diabolo.plots.checks import check_components, check_labels
from diabolo.plots.class_names import write_names
from diabolo.plots.class_points import class_handles, draw_points
from diabolo.plots.classes import as_classes
from diabolo.plots.pair_grid import pair_axes
from diabolo.plots.style import PALETTE, axes_or_new, dress, legend_beside, look, make_room, root_figure
from diabolo.plots.text import ARBITRARY, code_label, code_unit, label_text

_NAMES_A_COLUMN = 20  # of the legend
_MANY_POINTS = 500  # so small that names among them help more than they hide
_MOST_PAIRED = 6  # components in a pair grid
_LETTERS = 24  # of a label, that a panel of pairs is wide
_PAIRED = 4  # components up to which a pair grid is drawn where nobody asked


class _Axes(NamedTuple):
    """What is drawn along the axes."""

    values: np.ndarray  # (n_samples, k)
    labels: list[str]  # of the k axes


class LatentSpaceDisplay:
    """Codes as points, coloured by label.

    Classes differ in colour and in marker, and their names stand where their points are. Labels that are many
    different numbers get a colour bar. One component is drawn as a row of points for each class, against the
    labels where these are numbers, or as a histogram where there are none. Three to six are drawn in pairs,
    each against each. More are projected on a plane, which the axes name.

    Parameters
    ----------
    codes : array-like of shape (n_samples, n_components)
        The codes of an autoencoder, or of PCA or any other transformer.
    labels : array-like of shape (n_samples,), optional
        Text, whole numbers or bools are classes, at most 100; more than 20 different whole numbers, or 10
        fractional ones, are drawn as a quantity. The name of a Series becomes the legend's title.
    components : sequence of one to six int, or "pca", optional
        The columns of the codes to draw, counted from 0, or the two directions along which codes vary most;
        by default all columns of up to four, else ``"pca"``.
    unit : str, default="arbitrary units"
        Of the codes.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Of several pairs, those around all panels.
    axes_ : ndarray of Axes
        One a panel, line by line.
    figure_ : matplotlib Figure
    points_ : list of PathCollection
        One a panel, in an order drawn by chance, always the same, so that no class hides another; empty for a
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
    >>> display.axes_[0].get_xlabel(), [text.get_text() for text in display.legend_.get_texts()]
    ('code 1 (arbitrary units)', ['0', '1', '2'])
    """

    def __init__(
        self,
        codes: Any,
        labels: Any = None,
        *,
        components: Sequence[int] | str | None = None,
        unit: str = ARBITRARY,
    ):
        self.codes = _check_codes(codes)
        self.labels = None if labels is None else check_labels(labels, len(self.codes))
        name = getattr(labels, "name", None)
        self.label_name = None if name is None else label_text(name)
        self.components = _check_drawn(components, self.codes)
        self.unit = unit
        self._classes = None if self.labels is None else as_classes(self.labels)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any = None,
        *,
        components: Sequence[int] | str | None = None,
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
        components : sequence of one to six int, or "pca", optional
            The columns of the codes to draw, counted from 0, or the two directions along which codes vary
            most; by default all columns of up to four, else ``"pca"``.
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
        return cls(estimator.transform(X), y, components=components, unit=code_unit(estimator)).plot(ax)

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
        self.points_: list[PathCollection] = []
        self.legend_: Legend | None = None
        self.colorbar_: Colorbar | None = None
        self.names_: list[Text] = []
        along = self._along_axes()
        with look():
            if len(along.labels) > 2:
                self._draw_pairs(along, ax)
            else:
                self._draw_panel(along, ax)
            self._explain(along, ax)
        self.figure_ = self.ax_.figure
        return self

    def _along_axes(self) -> _Axes:
        """Columns of the codes, or their projection."""
        if isinstance(self.components, str):
            pca = PCA(2, svd_solver="full").fit(self.codes)
            shares = enumerate(pca.explained_variance_ratio_, start=1)
            labels = [f"PCA {i} of the code ({share:.0%} of its variance)" for i, share in shares]
            return _Axes(pca.transform(self.codes), labels)
        labels = [code_label(component, self.unit) for component in self.components]
        return _Axes(self.codes[:, list(self.components)], labels)

    def _draw_panel(self, along: _Axes, given: Axes | None) -> None:
        """One component or two."""
        n_names = len(self._classes.names) if self._classes and len(along.labels) == 1 else 0
        self.ax_ = axes_or_new(given, 5.8, max(4.6, 0.22 * n_names))
        self.axes_ = np.array([self.ax_])
        dress(self.ax_)
        self.ax_.set_xlabel(along.labels[0])
        if len(along.labels) == 2:
            self.ax_.set_ylabel(along.labels[1])
            self._draw_points(self.ax_, *along.values.T)
        elif self.labels is None:
            self._draw_histogram(along.values[:, 0])
        else:
            self._draw_line(along.values[:, 0], self.labels)

    def _draw_pairs(self, along: _Axes, given: Axes | None) -> None:
        """Each component against each other."""
        self.ax_, panels = pair_axes(given, len(along.labels))
        self.axes_ = panels[np.tril_indices(len(panels))]
        for i, j in zip(*np.tril_indices(len(panels)), strict=True):
            self._draw_points(panels[i, j], along.values[:, j], along.values[:, i + 1])
        for place, label in enumerate(along.labels):
            lines = fill(label, _LETTERS)
            if place:
                panels[place - 1, 0].set_ylabel(lines)
            if place < len(panels):
                panels[-1, place].set_xlabel(lines)

    def _draw_line(self, codes: np.ndarray, labels: np.ndarray) -> None:
        """One component against the labels."""
        if self._classes is None:
            self.ax_.set_ylabel(self.label_name or "label")
            self._draw_points(self.ax_, codes, labels)
            return
        names, of_row = self._classes
        jitter = np.random.default_rng(0).uniform(-0.32, 0.32, len(codes))
        self.ax_.set(ylabel=self.label_name or "", ylim=(len(names) - 0.5, -0.5))
        self.ax_.set_yticks(range(len(names)), names)
        self._draw_points(self.ax_, codes, of_row + jitter)

    def _draw_histogram(self, codes: np.ndarray) -> None:
        self.ax_.hist(codes, bins=int(np.clip(np.sqrt(len(codes)), 10, 50)), color=PALETTE[0])
        self.ax_.set_ylabel("rows")

    def _draw_points(self, ax: Axes, x: np.ndarray, y: np.ndarray) -> None:
        self.points_.append(draw_points(ax, x, y, self.labels, self._classes))

    def _explain(self, along: _Axes, given: Axes | None) -> None:
        """What colours are, where the axes do not say it."""
        if len(along.labels) == 1:
            return
        if self._classes is None:
            if self.labels is not None:
                self._explain_colours(self.points_[0])
            return
        handles = class_handles(self._classes)
        n_columns = math.ceil(len(handles) / _NAMES_A_COLUMN)
        self.legend_ = legend_beside(self.ax_, handles, ncols=n_columns, title=self.label_name)
        make_room(given, self.legend_)
        if len(along.labels) == 2 and len(self.codes) >= _MANY_POINTS:
            root_figure(self.ax_).draw_without_rendering()  # so that everything is in its place
            self.names_ = write_names(self.ax_, along.values, self._classes)

    def _explain_colours(self, points: PathCollection) -> None:
        """The colour bar."""
        self.colorbar_ = self.ax_.figure.colorbar(points, ax=self.ax_, label=self.label_name or "label")
        self.colorbar_.outline.set_visible(False)
        dress(self.colorbar_.ax)


def _check_codes(codes: Any) -> np.ndarray:
    array = np.asarray(codes)
    if array.ndim != 2 or array.dtype.kind not in "buif" or not array.size or not np.isfinite(array).all():
        raise DataError(
            "Codes must be a table of finite numbers, of shape (n_samples, n_components) with at least one "
            f"row; got dtype {array.dtype}, shape {array.shape}. Pass what transform returns."
        )
    return array


def _check_drawn(components: Sequence[int] | str | None, codes: np.ndarray) -> tuple[int, ...] | str:
    """The columns of codes to draw, or "pca"."""
    width = codes.shape[1]
    varies = bool(np.ptp(codes, axis=0).any())
    if components is None and width > _PAIRED:
        return "pca" if varies else (0, 1)
    if isinstance(components, str):
        if components != "pca" or width < 3 or not varies:
            raise ParameterError(
                'components must be columns of the codes, or "pca" of codes that vary and have at least 3 '
                f"columns; got {components!r}, and codes of {width} columns."
            )
        return components
    return check_components(components, width, most=_MOST_PAIRED, default=_PAIRED)
