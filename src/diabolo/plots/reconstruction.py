"""Rows beside what a model makes of them."""

import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from sklearn.utils import _safe_indexing

from diabolo.errors import DataError, ParameterError
from diabolo.plots.checks import check_labels
from diabolo.plots.image_grid import as_images, as_shades, corner, draw_images
from diabolo.plots.style import (
    GREY,
    INK,
    PALETTE,
    SMALL,
    axes_or_new,
    dress,
    legend_beside,
    look,
    make_room,
    root_figure,
    stacked_axes,
)
from diabolo.plots.text import BoxedText, label_text, number_text, write_boxed

_DEFAULT_N_SAMPLES = 5
_FAR_OUTSIDE_UNIT_INTERVAL = 5.0
_FAR_OUT = 10.0  # standard deviations
_UNITS = "errors in squared units of X"
_Z_SCORE = f"{_UNITS}\nz-score: standard deviations\nfrom the column's mean"
_ENOUGH_ROWS = 10_000  # for the spread of a column
_LEAST_SPREAD = 0.02  # of the typical column in a picture of the whole table's range


class ReconstructionDisplay:
    """Rows beside their reconstructions, with each row's mean squared error.

    Images stand above their reconstructions, drawn in the same shades. Rows of a table get a panel each, with
    the original and the reconstruction as two marks a column.

    Parameters
    ----------
    originals : array-like of shape (n, height, width), (n, height, width, channels) or (n, n_features)
    reconstructions : array-like of the same shape
        In the same units.
    labels : array-like of shape (n,), optional
        Written with the rows.
    rows : sequence of n int, optional
        Numbers of the rows, written in the panels of a table; 0 to n - 1 by default.
    feature_names : sequence of n_features str, optional
        Columns of a table; by default their numbers.
    centers_and_spreads : tuple of two ndarray of shape (n_features,), optional
        Means and standard deviations of columns. A table is then drawn as standard deviations from the mean,
        without them in its own units.

    Attributes
    ----------
    errors : ndarray of shape (n,)
        Mean squared error of each row over its features.
    axes_ : ndarray of Axes
        One for images, one a row for tables.
    figure_ : matplotlib Figure
    images_ : list of AxesImage
        The originals, then the reconstructions; empty for tables.
    texts_ : list of Text
        The errors below images, then the labels above them; empty for tables.
    original_lines_, reconstruction_lines_ : list of Line2D
        The marks, one line a row; empty for images.

    Raises
    ------
    DataError
        If shapes disagree, or rows can't be drawn.

    Examples
    --------
    >>> from diabolo import Autoencoder, ReconstructionDisplay
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> autoencoder = Autoencoder(2, epochs=20, random_state=0).fit(X)
    >>> display = ReconstructionDisplay.from_estimator(autoencoder, X, y, rows=[0, 60, 120])
    >>> [tick.get_text() for tick in display.axes_[-1].get_xticklabels()][:2]
    ['sepal length (cm)', 'sepal width (cm)']
    """

    def __init__(
        self,
        originals: Any,
        reconstructions: Any,
        labels: Any = None,
        *,
        rows: Sequence[int] | None = None,
        feature_names: Sequence[str] | None = None,
        centers_and_spreads: tuple[np.ndarray, np.ndarray] | None = None,
    ):
        self.originals, self.reconstructions = _as_rows(originals), _as_rows(reconstructions)
        if self.originals.shape != self.reconstructions.shape:
            raise DataError(
                "Originals and reconstructions must be rows of one shape, one for one; got shapes "
                f"{self.originals.shape} and {self.reconstructions.shape}."
            )
        self.labels = None if labels is None else check_labels(labels, len(self.originals))
        self.rows = range(len(self.originals)) if rows is None else rows
        self.feature_names = feature_names
        self.centers_and_spreads = centers_and_spreads

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any = None,
        *,
        rows: Sequence[int] | None = None,
        n_samples: int = _DEFAULT_N_SAMPLES,
        image_shape: tuple[int, ...] | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Draw rows and their reconstructions.

        Parameters
        ----------
        estimator : fitted estimator
            With ``reconstruct``, or with ``transform`` and ``inverse_transform``: PCA, a Pipeline.
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        y : array-like of shape (n_samples,), optional
            Labels, of any kind.
        rows : sequence of int, optional
            Which rows, counted from 0; by default the first ``n_samples``.
        n_samples : int, default=5
            How many of the first rows; all where X has no more. An error beside ``rows``.
        image_shape : tuple of int, optional
            (height, width) or (height, width, channels) of flat rows that are images.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : ReconstructionDisplay

        Raises
        ------
        DataError, ParameterError
            If rows can't be drawn, or ``rows`` are none of X.
        """
        shape = np.shape(X)
        chosen = _chosen(rows, n_samples, shape[0])
        labels = None if y is None else check_labels(y, shape[0])[chosen]
        some = _safe_indexing(X, chosen)
        reconstructions = np.asarray(_reconstruct(estimator, some))
        if image_shape is None:
            image_shape = next((s[1:] for s in (reconstructions.shape, shape) if len(s) > 2), None)
        if image_shape is None:
            table = _table(estimator, X)
            display = cls(some, reconstructions, labels, rows=chosen.tolist(), **table)
        else:
            images = (as_images(some, image_shape), as_images(reconstructions, image_shape))
            display = cls(_in_units_of(images[1], images[0]), images[1], labels, rows=chosen.tolist())
        return display.plot(ax)

    @property
    def errors(self) -> np.ndarray:
        """1/d sum_j (x_j - x_hat_j)^2 of each row."""
        differences = self.originals.astype(np.float64) - self.reconstructions
        return np.mean(np.square(differences).reshape(len(differences), -1), axis=1)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default. Several rows of a table share its place.

        Returns
        -------
        self : ReconstructionDisplay
        """
        self.images_: list[AxesImage] = []
        self.texts_: list[BoxedText] = []
        self.original_lines_: list[Line2D] = []
        self.reconstruction_lines_: list[Line2D] = []
        with look():
            if self.originals.ndim > 2:
                self._draw_images(ax)
            else:
                self._draw_table(ax)
        self.figure_ = self.axes_[0].figure
        return self

    # -- images ------------------------------------------------------------------------------------------

    def _draw_images(self, ax: Axes | None) -> None:
        """Originals above reconstructions, errors below."""
        n_columns, height = len(self.originals), self.originals.shape[1] / self.originals.shape[2]
        ax = axes_or_new(ax, max(n_columns + 1.2, 3.5), 2 * height + (0.75 if self.labels is None else 1))
        shades = [as_shades(rows, like=self.originals) for rows in (self.originals, self.reconstructions)]
        self.axes_ = np.array([ax])
        self.images_ = draw_images(ax, np.concatenate(shades), n_columns)
        self._bare(ax)
        corners = [corner(i, n_columns, height, 0) for i in range(2 * n_columns)]
        ax.set_yticks([top + height / 2 for _, top in corners[::n_columns]], ["original", "reconstruction"])
        below = [(left + 0.5, top + height + 0.05) for left, top in corners[n_columns:]]
        self.texts_ = write_boxed(ax, below, [number_text(error) for error in self.errors], (1, 1), "top")
        channel = " and channel" if self.originals.ndim == 4 else ""
        ax.set_xlabel(f"mean squared error per pixel{channel}\n({self._unit})", labelpad=SMALL + 7)
        if self.labels is not None:
            above = [(left + 0.5, -0.05) for left, _ in corners[:n_columns]]
            labels = [label_text(label) for label in self.labels]
            self.texts_ += write_boxed(ax, above, labels, (1, 1), "bottom")

    @staticmethod
    def _bare(ax: Axes) -> None:
        """No lines around images, only what is written beside them."""
        dress(ax)
        ax.set_facecolor("none")
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
        ax.set_xticks([])

    @property
    def _unit(self) -> str:
        within = self.originals.min() >= 0 and self.originals.max() <= 1
        return "pixels from 0 to 1" if within else "squared units of X"

    # -- tables ------------------------------------------------------------------------------------------

    def _draw_table(self, ax: Axes | None) -> None:
        """A panel a row: two marks a column, joined by the error."""
        n_samples, n_features = self.originals.shape
        panels = stacked_axes(ax, n_samples, float(np.clip(2 + 0.4 * n_features, 6.4, 12)), 1.3)
        self.axes_ = np.array(panels)
        for i, panel in enumerate(panels):
            dress(panel)
            self._draw_row(panel, i)
        self._share_heights(panels)
        handles = [self.original_lines_[0], self.reconstruction_lines_[0]]
        title = _UNITS if self.centers_and_spreads is None else _Z_SCORE
        make_room(ax, legend_beside(ax or panels[0], handles, title=title))
        self._name_columns(panels[-1], ax)

    def _draw_row(self, panel: Axes, i: int) -> None:
        original, reconstruction = (self._drawn(rows)[i] for rows in (self.originals, self.reconstructions))
        columns = np.arange(len(original))
        size = float(np.clip(150 / len(columns), 2.5, 7))
        panel.vlines(columns, original, reconstruction, color=GREY, linewidth=1)
        self.original_lines_ += panel.plot(
            columns, original, "o", label="original", color=INK, markerfacecolor="none", markersize=size
        )
        self.reconstruction_lines_ += panel.plot(
            columns, reconstruction, "D", label="reconstruction", color=PALETTE[1], markersize=0.6 * size
        )
        panel.set_xlim(-0.6, len(columns) - 0.4)
        panel.set_title(self._title(i), loc="left", fontsize=SMALL, pad=4)

    def _drawn(self, rows: np.ndarray) -> np.ndarray:
        if self.centers_and_spreads is None:
            return rows
        centers, spreads = self.centers_and_spreads
        return (rows - centers) / spreads

    def _share_heights(self, panels: list[Axes]) -> None:
        """One y axis for all rows; the far ends of z-scores are drawn logarithmically."""
        drawn = np.concatenate([self._drawn(rows) for rows in (self.originals, self.reconstructions)])
        low, high = float(drawn.min()), float(drawn.max())
        margin = 0.12 * (high - low) or 1.0
        for panel in panels:
            panel.set_ylabel("units of X" if self.centers_and_spreads is None else "z-score", fontsize=SMALL)
            panel.set_ylim(low - margin, high + margin)
            if self.centers_and_spreads is not None and max(-low, high) > _FAR_OUT:
                _draw_far_ends_near(panel, max(-low, high))

    def _title(self, i: int) -> str:
        label = "" if self.labels is None else f" ({label_text(self.labels[i])})"
        return f"row {self.rows[i]}{label}: mean squared error {number_text(self.errors[i])}"

    def _name_columns(self, panel: Axes, given: Axes | None) -> None:
        """As many names as there is room for, upright where they are long."""
        if self.feature_names is None:
            panel.xaxis.set_major_locator(MaxNLocator(10, integer=True))
            panel.set_xlabel("column (counted from 0)")
            return
        figure = root_figure(panel)
        figure.draw_without_rendering()
        names, width = [label_text(name) for name in self.feature_names], panel.get_window_extent().width
        step = math.ceil(1.6 * SMALL * figure.dpi / 72 * len(names) / width)
        panel.set_xticks(range(0, len(names), step), names[::step])
        boxes = [text.get_window_extent() for text in panel.get_xticklabels()]
        widest = max(box.width for box in boxes)
        if widest > 0.9 * width * step / len(names):
            panel.tick_params(axis="x", labelrotation=90)
            if given is None:
                figure.set_figheight(figure.get_figheight() + widest / figure.dpi)


def _as_rows(rows: Any) -> np.ndarray:
    """Rows of a table, or images."""
    rows = np.asarray(rows)
    if rows.ndim > 2:
        return as_images(rows)
    if rows.ndim < 2 or not rows.size or rows.dtype.kind not in "buif":
        raise DataError(
            "Rows must be numbers, in an array of shape (n, n_features), (n, height, width) or (n, height, "
            f"width, channels) with at least one row; got dtype {rows.dtype}, shape {rows.shape}."
        )
    return rows.astype(np.float64)


def _draw_far_ends_near(panel: Axes, farthest: float) -> None:
    """A z-score axis that is linear up to 1, logarithmic beyond."""
    panel.set_ylabel("z-score,\nlog beyond ±1", fontsize=SMALL)
    panel.set_yscale("symlog", linthresh=1)
    panel.set_ylim(-2 * farthest, 2 * farthest)
    decade = 10 ** math.floor(math.log10(farthest))
    panel.set_yticks([-decade, -1, 0, 1, decade], minor=False)
    panel.yaxis.set_major_formatter("{x:g}")
    panel.minorticks_off()


def _chosen(rows: Sequence[int] | None, n_samples: int, n_rows: int) -> np.ndarray:
    """Numbers of the rows to draw."""
    if rows is None:
        if n_samples < 1:
            raise ParameterError(f"n_samples must be 1 or more; got {n_samples}.")
        return np.arange(min(n_samples, n_rows))
    if n_samples != _DEFAULT_N_SAMPLES:
        raise ParameterError(
            f"n_samples={n_samples} has no effect beside rows. Leave it at its default, {_DEFAULT_N_SAMPLES}."
        )
    chosen = np.asarray(rows)
    if chosen.ndim != 1 or chosen.dtype.kind not in "iu" or not chosen.size or not _within(chosen, n_rows):
        raise ParameterError(
            f"rows must be numbers of rows of X, from 0 to {n_rows - 1}, at least one; got {rows!r}."
        )
    return chosen


def _within(chosen: np.ndarray, n_rows: int) -> bool:
    return bool(chosen.min() >= 0 and chosen.max() < n_rows)


def _reconstruct(estimator: Any, X: Any) -> Any:
    if hasattr(estimator, "reconstruct"):
        return estimator.reconstruct(X)
    if hasattr(estimator, "inverse_transform"):
        return estimator.inverse_transform(estimator.transform(X))
    raise ParameterError(
        "The estimator must have reconstruct, or transform and inverse_transform; got "
        f"{type(estimator).__name__}. Pass an autoencoder, PCA, or a Pipeline of steps with a way back."
    )


def _in_units_of(reconstructions: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Images as floats in the units of their reconstructions.

    Where a model takes images by their dtype, it gives them back in 0..1.
    """
    inside = np.abs(reconstructions).max() <= _FAR_OUTSIDE_UNIT_INTERVAL
    if images.dtype in (np.uint8, np.uint16) and inside:
        return images / np.iinfo(images.dtype).max
    return images.astype(np.float64)


def _table(estimator: Any, X: Any) -> dict[str, Any]:
    """Names of columns, and their means and spreads where units differ too much for one axis."""
    names = getattr(estimator, "feature_names_in_", getattr(X, "columns", None))
    some = _safe_indexing(X, slice(None, None, math.ceil(np.shape(X)[0] / _ENOUGH_ROWS)))
    try:
        values = np.asarray(some, np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"ReconstructionDisplay draws rows of numbers, and X holds something else ({error}). Look at "
            "estimator.reconstruct(X) beside X, or draw a model of the columns of numbers alone."
        ) from error
    means, spreads = values.mean(axis=0), values.std(axis=0)
    spreads[spreads == 0] = 1
    flat = np.median(spreads) < _LEAST_SPREAD * np.ptp(values)
    return {"feature_names": names, "centers_and_spreads": (means, spreads) if flat else None}
