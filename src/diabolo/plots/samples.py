"""A grid of data."""

import math
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from sklearn.utils import _safe_indexing, check_random_state

from diabolo.errors import ParameterError
from diabolo.plots.checks import check_labels
from diabolo.plots.classes import check_classes
from diabolo.plots.columns import name_columns
from diabolo.plots.image_grid import as_shades, corner, draw_images
from diabolo.plots.row_kinds import Columns, Kind
from diabolo.plots.rows import kind_of_data
from diabolo.plots.style import PALETTE, axes_or_new, colour, dress, legend_beside, look, make_room
from diabolo.plots.text import BoxedText, label_text, write_boxed

_ROOM_FOR_LABEL = 0.24  # over an image, in widths of an image


class SampleDisplay:
    """Images side by side, white on black, with their labels; or rows of a table as lines over its columns.

    Values of images are drawn as scikit-image reads them: uint8 from 0 to 255 and float from 0 to 1. Other
    numbers are stretched from the least to the largest. What was not observed is hatched, or leaves a gap.

    Parameters
    ----------
    rows : array-like of shape (n, height, width), (n, height, width, channels) or (n, n_columns)
        With 1, 3 (colour) or 4 (colour and opacity) channels. A DataFrame may have mixed columns.
    labels : array-like of shape (n,), optional
        Written above images; of a table classes, which colour the lines. The name of a Series becomes the
        legend's title.
    kind : Images or Columns, optional
        What the numbers are; by default images where rows have several dimensions, else columns.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    images_ : list of AxesImage
        One an image, row by row; empty for tables.
    texts_ : list of Text
        The labels of images.
    lines_ : list of Line2D
        One a row of a table; empty for images.
    legend_ : Legend or None
        Of the classes of a table.

    Raises
    ------
    DataError
        If rows can't be drawn, or labels are not one a row.

    Examples
    --------
    >>> from diabolo import SampleDisplay, load_mnist
    >>> X_train, y_train, X_test, y_test = load_mnist()
    >>> display = SampleDisplay.from_data(X_train, y_train, n_samples=9, random_state=0)
    >>> len(display.images_), display.figure_ is display.ax_.figure
    (9, True)
    """

    def __init__(self, rows: Any, labels: Any = None, *, kind: Kind | None = None):
        self.kind = kind_of_data(rows) if kind is None else kind
        self.rows = self.kind.numbers(rows)
        self.labels = None if labels is None else check_labels(labels, len(self.rows))
        name = getattr(labels, "name", None)
        self.label_name = None if name is None else label_text(name)
        if isinstance(self.kind, Columns) and self.labels is not None:
            check_classes(self.labels)

    @classmethod
    def from_data(
        cls,
        X: Any,
        y: Any = None,
        *,
        n_samples: int = 25,
        image_shape: tuple[int, ...] | None = None,
        random_state: int | np.random.RandomState | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Draw rows taken by chance.

        Parameters
        ----------
        X : array-like of shape (n, height, width), (n, height, width, channels) or (n, n_features)
            Flat rows are those of a table, unless ``image_shape`` says otherwise.
        y : array-like of shape (n,), optional
            Labels, of any kind.
        n_samples : int, default=25
            Rows to draw; all of them, in their order, where X has no more.
        image_shape : tuple of int, optional
            (height, width) or (height, width, channels) of flat rows.
        random_state : int, RandomState instance or None, default=None
            Which rows are taken.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : SampleDisplay

        Raises
        ------
        DataError
            If rows can't be drawn, or labels are not one a row.
        ParameterError
            If ``n_samples`` is below 1.
        """
        if n_samples < 1:
            raise ParameterError(f"n_samples must be 1 or more; got {n_samples}.")
        kind = kind_of_data(X, image_shape)
        rows = kind.numbers(X)
        if y is not None:
            check_labels(y, len(rows))
        chosen = np.arange(len(rows))
        if n_samples < len(rows):
            chosen = check_random_state(random_state).choice(len(rows), n_samples, replace=False)
        return cls(rows[chosen], None if y is None else _safe_indexing(y, chosen), kind=kind).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        self : SampleDisplay
        """
        self.images_: list[AxesImage] = []
        self.texts_: list[BoxedText] = []
        self.lines_: list[Line2D] = []
        self.legend_: Legend | None = None
        with look():
            if isinstance(self.kind, Columns):
                self._draw_lines(ax, self.kind)
            else:
                self._draw_images(ax)
        self.figure_ = self.ax_.figure
        return self

    def _draw_images(self, ax: Axes | None) -> None:
        n_columns = math.ceil(math.sqrt(len(self.rows)))
        n_lines = math.ceil(len(self.rows) / n_columns)
        height = self.rows.shape[1] / self.rows.shape[2]
        above = 0.0 if self.labels is None else _ROOM_FOR_LABEL
        self.ax_ = axes_or_new(ax, n_columns, n_lines * (height + above))
        self.ax_.set_axis_off()
        self.images_ = draw_images(self.ax_, as_shades(self.rows), n_columns, above=above)
        if self.labels is not None:
            self.texts_ = self._write(self.labels, n_columns, height)

    def _draw_lines(self, ax: Axes | None, columns: Columns) -> None:
        """A line a row over the columns, coloured by class."""
        n_columns = self.rows.shape[1]
        self.ax_ = axes_or_new(ax, float(np.clip(2 + 0.4 * n_columns, 5.8, 12)), 3.6)
        dress(self.ax_)
        classes = None if self.labels is None else check_classes(self.labels)
        for i, heights in enumerate(columns.heights(self.rows)):
            shade = PALETTE[0] if classes is None else colour(int(classes.of_row[i]))
            (line,) = self.ax_.plot(heights, color=shade, linewidth=1, marker="o", markersize=3, alpha=0.7)
            self.lines_.append(line)
        self.ax_.set(xlim=(-0.4, n_columns - 0.6), ylabel=columns.note or columns.axis)
        if classes is not None:
            handles = [Line2D([], [], color=colour(i), label=name) for i, name in enumerate(classes.names)]
            self.legend_ = legend_beside(self.ax_, handles, title=self.label_name)
            make_room(ax, self.legend_)
        name_columns(self.ax_, columns.names, ax)

    def _write(self, labels: np.ndarray, n_columns: int, height: float) -> list[BoxedText]:
        """Labels over the images."""
        corners = [corner(i, n_columns, height, _ROOM_FOR_LABEL) for i in range(len(labels))]
        places = [(left + 0.5, top - 0.02) for left, top in corners]
        texts = [label_text(label) for label in labels]
        return write_boxed(self.ax_, places, texts, (1, _ROOM_FOR_LABEL), "bottom")
