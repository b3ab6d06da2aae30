"""Where in a row errors are."""

import math
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.container import BarContainer
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.text import Text

from diabolo.errors import DataError
from diabolo.plots.image_grid import draw_images
from diabolo.plots.row_kinds import Columns, Images, Kind, Steps
from diabolo.plots.rows import compare, kind_of, kind_of_data, mean_over_observed
from diabolo.plots.style import (
    GREY,
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
)

_MOST_BARS, _MOST_LINES = 30, 10
_LONGEST_BAR = 2.0
_WIDTH = 4.2  # of an image, in inches


class ErrorMapDisplay:
    """Mean error of each pixel, of each column, or of each step of sequences.

    Of images, each pixel's mean squared error over the rows, in colour images the mean over channels.

    Of tables, a bar a column, the worst on top, at most 30: mean squared error over the column's variance, 0
    being perfect and 1 no better than the column's mean. Beside it stands the root of the mean squared error
    in the units of the column. Columns of truth values and categories have the part of wrong values over that
    which the commonest value leaves wrong.

    Of sequences, a line a feature over the steps, those of the ten worst features; over its variance, where
    features are of too different units for one axis.

    Parameters
    ----------
    originals, reconstructions : array-like of shape (n, height, width), (n, height, width, channels), \
(n, n_columns) or (n, time, features)
        In one unit; NaN in originals where nothing was observed.
    kind : Images, Steps or Columns, optional
        What the numbers are; by default images where rows have several dimensions, else columns.

    Attributes
    ----------
    errors : ndarray of shape (height, width), (n_columns,) or (time, features)
        Mean squared error over the rows; of truth values and categories the part that is wrong.
    relative : ndarray of shape (n_columns,)
        Of tables, what the bars show.
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    image_ : AxesImage or None
    colorbar_ : Colorbar or None
    bars_ : BarContainer or None
    texts_ : list of Text
        Beside bars.
    lines_ : list of Line2D
        Of sequences.

    Raises
    ------
    DataError
        If shapes disagree, or rows can't be drawn.

    Examples
    --------
    >>> from diabolo import Autoencoder, ErrorMapDisplay
    >>> from sklearn.datasets import load_wine
    >>> X = load_wine(as_frame=True).data
    >>> ae = Autoencoder(2, scale="standard", epochs=20, random_state=0).fit(X)
    >>> display = ErrorMapDisplay.from_estimator(ae, X)
    >>> len(display.bars_), display.errors.shape
    (13, (13,))
    """

    def __init__(self, originals: Any, reconstructions: Any, *, kind: Kind | None = None):
        self.kind = kind = kind_of_data(originals) if kind is None else kind
        originals, reconstructions = kind.numbers(originals), kind.numbers(reconstructions)
        if originals.shape != reconstructions.shape or not len(originals):
            raise DataError(
                "Originals and reconstructions must be rows of one shape, one for one, at least one; got "
                f"shapes {originals.shape} and {reconstructions.shape}."
            )
        self._unit = kind.unit(originals)
        self.errors = mean_over_observed(_each(kind, originals, reconstructions), axis=0)
        if isinstance(kind, Columns):
            self.relative = _ratio(self.errors, _baselines(kind, originals))
        if self.errors.ndim == 3:
            self.errors = mean_over_observed(self.errors, axis=2)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        *,
        image_shape: tuple[int, ...] | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Draw where a model errs.

        Parameters
        ----------
        estimator : fitted estimator
            An autoencoder, or anything else with ``transform`` and ``inverse_transform``: PCA.
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        image_shape : tuple of int, optional
            (height, width) or (height, width, channels) of flat rows that are images.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : ErrorMapDisplay

        Raises
        ------
        DataError, ParameterError
            If rows can't be drawn, or the model has no way back.
        """
        kind = kind_of(estimator, X, image_shape)
        return cls(*compare(estimator, kind, X), kind=kind).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        self : ErrorMapDisplay
        """
        self.image_: AxesImage | None = None
        self.colorbar_: Colorbar | None = None
        self.bars_: BarContainer | None = None
        self.texts_: list[Text] = []
        self.lines_: list[Line2D] = []
        with look():
            if isinstance(self.kind, Images):
                self._draw_image(ax)
            elif isinstance(self.kind, Steps):
                self._draw_steps(ax, self.kind)
            else:
                self._draw_bars(ax, self.kind)
        self.figure_ = self.ax_.figure
        return self

    def _draw_image(self, ax: Axes | None) -> None:
        height = self.errors.shape[0] / self.errors.shape[1]
        self.ax_ = axes_or_new(ax, _WIDTH + 1.2, max(_WIDTH * height, 1.5))
        self.ax_.set_axis_off()
        (self.image_,) = draw_images(self.ax_, self.errors[np.newaxis], 1)
        self.image_.set(cmap=SEQUENTIAL, clim=(0, float(np.nanmax(self.errors)) or 1.0))
        label = f"mean squared error per {self.kind.part}\n({self._unit})"
        self.colorbar_ = self.ax_.figure.colorbar(self.image_, ax=self.ax_, label=label)
        self.colorbar_.outline.set_visible(False)
        dress(self.colorbar_.ax)

    def _draw_steps(self, ax: Axes | None, steps: Steps) -> None:
        self.ax_ = axes_or_new(ax, 5.8, 3.4)
        dress(self.ax_)
        heights, unit, n_features = self.errors, self._unit, self.errors.shape[1]
        if steps.features.centers_and_spreads is not None:
            heights = heights / np.square(steps.features.centers_and_spreads[1])
            unit = "/ variance of the feature"
        worst = np.sort(np.argsort(-np.nan_to_num(heights.mean(axis=0)), kind="stable")[:_MOST_LINES])
        for i, j in enumerate(worst.tolist()):
            self.lines_ += self.ax_.plot(heights[:, j], color=colour(i), label=steps.name(j))
        self.ax_.set(xlabel="step (counted from 0)", ylabel=f"mean squared error\n({unit})")
        self.ax_.set_ylim(bottom=0)
        if n_features > 1:
            title = f"{_MOST_LINES} of {n_features} features,\nthe worst" if len(worst) < n_features else None
            make_room(ax, legend_beside(self.ax_, self.lines_, title=title))

    def _draw_bars(self, ax: Axes | None, columns: Columns) -> None:
        worst = np.argsort(-np.nan_to_num(self.relative, nan=-1), kind="stable")[:_MOST_BARS]
        self.ax_ = axes_or_new(ax, 6.4, 1.1 + 0.26 * len(worst))
        dress(self.ax_)
        heights = np.nan_to_num(self.relative[worst].clip(max=_LONGEST_BAR))
        self.bars_ = self.ax_.barh(np.arange(len(worst)), heights, color=PALETTE[0], height=0.7)
        self.ax_.set_yticks(range(len(worst)), [columns.name(j) for j in worst.tolist()])
        self.ax_.set_ylim(len(worst) - 0.4, -0.6)
        self.ax_.axvline(1, color=GREY, linestyle="--", linewidth=1, zorder=0)
        self.ax_.set_xlabel(self._bars_label(len(worst), float(np.nanmax(self.relative))))
        texts = [self._amount(columns, j) for j in worst.tolist()]
        self.texts_ = list(self.ax_.bar_label(self.bars_, texts, padding=3, fontsize=SMALL, color=INK))
        self.ax_.set_xlim(0, 1.3 * float(heights.max()) or 1.0)

    def _bars_label(self, n_bars: int, largest: float) -> str:
        n_columns = len(self.errors)
        lines = (
            "mean squared error / variance of the column",
            "(1: no better than its mean)",
            "beside bars: root mean squared error, in its units",
            f"bars end at {_LONGEST_BAR:g}" if largest > _LONGEST_BAR else "",
            f"the worst {n_bars} of {n_columns} columns" if n_bars < n_columns else "",
        )
        return "\n".join(line for line in lines if line)

    def _amount(self, columns: Columns, j: int) -> str:
        error = float(self.errors[j])
        if np.isnan(error):
            return "nothing observed"
        return f"{error:.1%} wrong" if columns.is_right_or_wrong(j) else columns.amount(j, math.sqrt(error))


def _each(kind: Kind, originals: np.ndarray, reconstructions: np.ndarray) -> np.ndarray:
    """Each number's own error, NaN in gaps: squared, or 0 or 1 where values are words."""
    errors = np.square(originals.astype(np.float64) - reconstructions)
    if isinstance(kind, Columns):
        for j in filter(kind.is_right_or_wrong, range(errors.shape[1])):
            errors[:, j] = np.where(np.isnan(errors[:, j]), np.nan, errors[:, j] > 0)
    return errors


def _baselines(columns: Columns, originals: np.ndarray) -> np.ndarray:
    """What each column's mean, or its commonest value, leaves as error: (n_columns,)"""
    observed = np.ma.masked_invalid(originals)
    baselines = observed.var(axis=0).filled(np.nan)
    for j in filter(columns.is_right_or_wrong, range(len(baselines))):
        _, counts = np.unique(observed[:, j].compressed(), return_counts=True)
        baselines[j] = 1 - counts.max() / counts.sum() if counts.size else np.nan
    return baselines


def _ratio(errors: np.ndarray, baselines: np.ndarray) -> np.ndarray:
    """Errors over baselines; of a column that does not vary 0 where it is given back, else infinite."""
    constant = np.where(errors > 0, np.inf, 0.0)
    return np.divide(errors, baselines, out=constant, where=baselines > 0)
