"""The way from one row to another, by their codes."""

from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from sklearn.utils import _safe_indexing

from diabolo.errors import DataError
from diabolo.plots.columns import draw_lines, draw_shaded, lines_title, most_moving
from diabolo.plots.image_grid import as_shades, corner, draw_images
from diabolo.plots.row_kinds import Columns, Images, Kind, Steps
from diabolo.plots.rows import as_one, check_one_feature, kind_of_data, kind_of_decoded
from diabolo.plots.style import (
    PALETTE,
    SMALL,
    axes_or_new,
    bare,
    dress,
    legend_of_panels,
    look,
    stacked_axes,
)
from diabolo.samplers.interpolation import interpolate

_LINE = 2.0  # points
_WAY = "even steps between the codes"


class InterpolationDisplay:
    """Rows on the straight line between two codes.

    Images stand side by side, a line of them for each pair; the ends have a frame. Of tables each pair has a
    panel, with a line for each of the ten columns that move most; of sequences of one feature, with a line
    for each step of the way, from dark to light.

    Parameters
    ----------
    rows : array-like of shape (n_pairs, steps, *row_shape)
        Images, rows of a table, or sequences.
    kind : Images, Steps or Columns, optional
        What the numbers are; by default images where rows have several dimensions, else columns.

    Attributes
    ----------
    axes_ : ndarray of Axes
        One for images, else one a pair.
    ax_ : matplotlib Axes
        The first of them.
    figure_ : matplotlib Figure
    images_ : list of AxesImage
        Pair by pair; empty for tables and sequences.
    frames_ : list of Rectangle
        Of the first and the last image of each pair.
    lines_ : list of list of Line2D
        Of each pair; empty for images.
    legend_ : Legend or None

    Raises
    ------
    DataError
        If these are no rows for each pair and step.

    Examples
    --------
    >>> from diabolo import Autoencoder, InterpolationDisplay, load_mnist
    >>> X_train, y_train, X_test, y_test = load_mnist()
    >>> ae = Autoencoder(2, encoder=(32,), epochs=1, random_state=0).fit(X_test[:500])
    >>> display = InterpolationDisplay.from_estimator(ae, X_test[:3], X_test[3:6], steps=7)
    >>> len(display.images_), len(display.frames_)
    (21, 6)
    """

    def __init__(self, rows: Any, *, kind: Kind | None = None):
        rows = np.asarray(rows)
        if rows.ndim < 3 or rows.shape[1] < 2 or not rows.size:
            raise DataError(
                "rows must be of shape (n_pairs, steps, *row_shape), with at least 2 steps; got shape "
                f"{rows.shape}."
            )
        flat = rows.reshape(-1, *rows.shape[2:])
        self.kind = kind_of_data(flat) if kind is None else kind
        numbers = self.kind.numbers(flat)
        self.rows = numbers.reshape(*rows.shape[:2], *numbers.shape[1:])

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        a: Any,
        b: Any,
        *,
        steps: int = 10,
        image_shape: tuple[int, ...] | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Draw what lies between rows.

        Parameters
        ----------
        estimator : fitted transformer
            An autoencoder, or anything else with ``transform`` and ``inverse_transform``: PCA.
        a, b : array-like of shape (n_pairs, n_features) or (n_pairs, *row_shape), or one row
            Where each line begins, and where it ends.
        steps : int, default=10
            Rows a pair, both ends among them.
        image_shape : tuple of int, optional
            (height, width) or (height, width, channels) of flat rows that are images.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default. Several pairs of a table share its place.

        Returns
        -------
        display : InterpolationDisplay

        Raises
        ------
        DataError
            If rows can't be drawn, or ``a`` and ``b`` are not equally many.
        ParameterError
            If ``steps`` is no whole number of at least 2.
        """
        starts, ends = (_as_rows(rows, estimator.n_features_in_) for rows in (a, b))
        if len(starts) != len(ends):
            raise DataError(
                "a and b must be equally many rows, for each line has two ends; got "
                f"{len(starts)} and {len(ends)}."
            )
        pairs = zip(starts, ends, strict=True)
        decoded = as_one([interpolate(estimator, *pair, steps=steps) for pair in pairs])
        kind = kind_of_decoded(estimator, decoded, image_shape)
        check_one_feature(kind, "InterpolationDisplay")
        rows = kind.numbers(decoded)
        return cls(rows.reshape(len(starts), -1, *rows.shape[1:]), kind=kind).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default. Several pairs of a table share its place.

        Returns
        -------
        self : InterpolationDisplay
        """
        self.images_: list[AxesImage] = []
        self.frames_: list[Rectangle] = []
        self.lines_: list[list[Line2D]] = []
        self.legend_: Legend | None = None
        with look():
            if isinstance(self.kind, Images):
                self._draw_images(ax)
            else:
                self._draw_panels(ax, self.kind)
        self.ax_, self.figure_ = self.axes_[0], self.axes_[0].figure
        return self

    def _draw_images(self, ax: Axes | None) -> None:
        n_pairs, steps = self.rows.shape[:2]
        flat = self.rows.reshape(-1, *self.rows.shape[2:])
        height = flat.shape[1] / flat.shape[2]
        ax = axes_or_new(ax, 0.8 * steps + 0.2, 0.8 * n_pairs * height + 0.6)
        self.axes_ = np.array([ax])
        bare(ax)
        self.images_ = draw_images(ax, as_shades(flat), steps)
        corners = [corner(i, steps, height, 0) for i in range(len(flat))]
        self.frames_ = [
            _frame(ax, corners[i], height) for i in range(len(flat)) if i % steps in (0, steps - 1)
        ]
        ax.set_xticks([corners[i][0] + 0.5 for i in (0, steps - 1)], ["a", "b"])
        ax.set_yticks([])
        ax.set_xlabel(_WAY)

    def _draw_panels(self, ax: Axes | None, kind: Columns | Steps) -> None:
        panels = stacked_axes(ax, len(self.rows), 6.2, 1.6 if len(self.rows) > 1 else 3.0)
        self.axes_ = np.array(panels)
        for panel in panels:
            dress(panel)
        title = self._draw_columns(kind) if isinstance(kind, Columns) else self._draw_sequences()
        self.legend_ = legend_of_panels(ax, panels, self.lines_[0], title=title)

    def _draw_columns(self, columns: Columns) -> str | None:
        """A line a column, from a to b."""
        heights = columns.heights(self.rows)
        chosen = most_moving(heights)
        way = np.arange(self.rows.shape[1])
        for panel, values in zip(self.axes_, heights, strict=True):
            self.lines_.append(draw_lines(panel, way, values, columns, chosen))
            panel.set_ylabel(columns.axis, fontsize=SMALL)
        self.axes_[-1].set_xticks(way[[0, -1]], ["a", "b"])
        self.axes_[-1].set_xlabel(_WAY)
        return lines_title(columns, len(chosen), heights.shape[-1])

    def _draw_sequences(self) -> str:
        """A line a step of the way, over the steps of the sequence."""
        names = ["a", *map(str, range(1, self.rows.shape[1] - 1)), "b"]
        for panel, sequences in zip(self.axes_, self.rows[..., 0], strict=True):
            self.lines_.append(draw_shaded(panel, sequences, names))
            panel.set_ylabel("units of X", fontsize=SMALL)
        self.axes_[-1].set_xlabel("step (counted from 0)")
        return _WAY


def _frame(ax: Axes, place: tuple[float, float], height: float) -> Rectangle:
    frame = Rectangle(place, 1, height, fill=False, edgecolor=PALETTE[1], linewidth=_LINE, clip_on=False)
    ax.add_patch(frame)
    return frame


def _as_rows(rows: Any, n_features: int) -> list[Any]:
    """Each row by itself: one was given, or several."""
    one = np.size(rows) == n_features
    return [rows] if one else [_safe_indexing(rows, [i]) for i in range(np.shape(rows)[0])]
