"""What each component of a code does to what is decoded."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from sklearn.utils import _safe_indexing

from diabolo.errors import DataError, ParameterError
from diabolo.plots.columns import draw_lines, draw_shaded, lines_title, most_moving
from diabolo.plots.image_grid import as_shades, corner, draw_images
from diabolo.plots.row_kinds import Columns, Images, Kind, Steps
from diabolo.plots.rows import check_one_feature, kind_of, kind_of_data
from diabolo.plots.style import (
    SMALL,
    axes_or_new,
    bare,
    dress,
    legend_of_panels,
    look,
    stacked_axes,
)
from diabolo.plots.text import number_text

_MOST_COMPONENTS = 10
_AXIS = "standard deviations of the component"


class TraversalDisplay:
    """What is decoded while one component of the code moves and the others stay, a line a component.

    Images stand side by side. Of tables each component has a panel, with a line for each of the ten columns
    that move most. Of sequences of one feature it has one, too, with a line for each step of the component.

    Parameters
    ----------
    decoded : array-like of shape (n_components, n_steps, *row_shape)
        Images, rows of a table, or sequences.
    steps : array-like of shape (n_steps,)
        How far the component stands from the centre, in its standard deviations.
    components : sequence of n_components int, optional
        Which these are, counted from 0; by default the first ones.
    spreads : array-like of shape (n_components,), optional
        Their standard deviations, written beside them.
    kind : Images, Steps or Columns, optional
        What the numbers are; by default images where rows have several dimensions, else columns.

    Attributes
    ----------
    axes_ : ndarray of Axes
        One for images, else one a component.
    ax_ : matplotlib Axes
        The first of them.
    figure_ : matplotlib Figure
    images_ : list of AxesImage
        Component by component; empty for tables and sequences.
    lines_ : list of list of Line2D
        Of each component; empty for images.
    legend_ : Legend or None

    Raises
    ------
    DataError
        If these are no rows for each component and step.

    Examples
    --------
    >>> from diabolo import TraversalDisplay, VariationalAutoencoder, load_mnist
    >>> X_train, y_train, X_test, y_test = load_mnist()
    >>> vae = VariationalAutoencoder(3, encoder=(32,), epochs=1, random_state=0).fit(X_test[:500])
    >>> display = TraversalDisplay.from_estimator(vae, X_test[:500], n_steps=5)
    >>> display.decoded.shape, len(display.images_)
    ((3, 5, 28, 28), 15)
    """

    def __init__(
        self,
        decoded: Any,
        steps: Any,
        *,
        components: Sequence[int] | None = None,
        spreads: Any = None,
        kind: Kind | None = None,
    ):
        decoded, self.steps = np.asarray(decoded), np.asarray(steps)
        if decoded.ndim < 3 or decoded.shape[1:2] != self.steps.shape or not decoded.size:
            raise DataError(
                "decoded must hold a row for each component and each step, of shape (n_components, n_steps, "
                f"*row_shape), and steps make {self.steps.shape}; got shape {decoded.shape}."
            )
        rows = decoded.reshape(-1, *decoded.shape[2:])
        kind = kind_of_data(rows) if kind is None else kind
        numbers = kind.numbers(rows)
        self.kind = kind
        self.decoded = numbers.reshape(*decoded.shape[:2], *numbers.shape[1:])
        self.components = tuple(range(len(decoded)) if components is None else components)
        self.spreads = None if spreads is None else np.asarray(spreads)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        *,
        row: int | None = None,
        components: Sequence[int] | None = None,
        n_steps: int = 7,
        extent: float = 2.0,
        image_shape: tuple[int, ...] | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Move one component after the other, and draw what is decoded.

        Parameters
        ----------
        estimator : fitted transformer
            An autoencoder, or anything else with ``transform`` and ``inverse_transform``: PCA.
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
            Rows whose codes say where the centre is, and how far components reach.
        row : int, optional
            Which row of X is the centre, counted from 0; by default it is the mean of all codes.
        components : sequence of int, optional
            Which components move, counted from 0; by default all, or the ten of more that move most of what
            is decoded, the strongest first.
        n_steps : int, default=7
            Codes a component, evenly spread; of an odd number the middle one is the centre.
        extent : float, default=2.0
            How far to go to each side, in standard deviations of the component over X.
        image_shape : tuple of int, optional
            (height, width) or (height, width, channels) of flat rows that are images.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default. Several components of a table share its place.

        Returns
        -------
        display : TraversalDisplay

        Raises
        ------
        DataError
            If rows can't be drawn.
        ParameterError
            If an option can't be met, or the model has no way back from a code.
        """
        _check_options(estimator, row, n_steps, extent, np.shape(X)[0])
        kind = kind_of(estimator, X, image_shape)
        check_one_feature(kind, "TraversalDisplay")
        codes = np.asarray(estimator.transform(X))
        spreads = codes.std(axis=0, dtype=np.float64)
        center = codes.mean(axis=0, dtype=np.float64)
        if row is not None:
            center = np.asarray(estimator.transform(_safe_indexing(X, [row])))[0]
        steps = np.linspace(-extent, extent, int(n_steps))
        chosen = _check_chosen(components, len(spreads))
        decoded = _decoded(estimator, kind, center, steps, spreads, chosen)
        if components is None and len(chosen) > _MOST_COMPONENTS:
            effects = np.ptp(decoded, axis=1).reshape(len(chosen), -1).mean(axis=1)
            strongest = np.argsort(-effects, kind="stable")[:_MOST_COMPONENTS]
            chosen, decoded = chosen[strongest], decoded[strongest]
        return cls(decoded, steps, components=chosen.tolist(), spreads=spreads[chosen], kind=kind).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default. Several components of a table share its place.

        Returns
        -------
        self : TraversalDisplay
        """
        self.images_: list[AxesImage] = []
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
        n_lines, n_steps = self.decoded.shape[:2]
        images = self.decoded.reshape(-1, *self.decoded.shape[2:])
        height = images.shape[1] / images.shape[2]
        ax = axes_or_new(ax, 0.8 * n_steps + 2.0, 0.8 * n_lines * height + 0.7)
        self.axes_ = np.array([ax])
        bare(ax)
        self.images_ = draw_images(ax, as_shades(images), n_steps)
        corners = [corner(i, n_steps, height, 0) for i in range(len(images))]
        ax.set_yticks([top + height / 2 for _, top in corners[::n_steps]], self._names())
        ax.set_xticks([left + 0.5 for left, _ in corners[:n_steps]], _step_texts(self.steps))
        ax.set_xlabel(_AXIS)

    def _draw_panels(self, ax: Axes | None, kind: Columns | Steps) -> None:
        panels = stacked_axes(ax, len(self.decoded), 6.2, 1.5 if len(self.decoded) > 1 else 3.0)
        self.axes_ = np.array(panels)
        for panel, name in zip(panels, self._names(), strict=True):
            dress(panel)
            panel.set_title(name, loc="left", fontsize=SMALL, pad=4)
        title = self._draw_columns(kind) if isinstance(kind, Columns) else self._draw_steps()
        self.legend_ = legend_of_panels(ax, panels, self.lines_[0], title=title)

    def _draw_columns(self, columns: Columns) -> str | None:
        """A line a column, against the steps."""
        heights = columns.heights(self.decoded)
        chosen = most_moving(heights)
        low, high = heights[..., chosen].min(), heights[..., chosen].max()
        margin = 0.06 * (high - low) or 1.0
        for panel, values in zip(self.axes_, heights, strict=True):
            self.lines_.append(draw_lines(panel, self.steps, values, columns, chosen))
            panel.set(ylim=(low - margin, high + margin))
            panel.set_ylabel(columns.axis, fontsize=SMALL)
        self.axes_[-1].set_xlabel(_AXIS)
        return lines_title(columns, len(chosen), heights.shape[-1])

    def _draw_steps(self) -> str:
        """A line a step of the component, against the steps of the sequence."""
        for panel, sequences in zip(self.axes_, self.decoded[..., 0], strict=True):
            self.lines_.append(draw_shaded(panel, sequences, _step_texts(self.steps)))
            panel.set_ylabel("units of X", fontsize=SMALL)
        self.axes_[-1].set_xlabel("step (counted from 0)")
        return "standard deviations\nof the component"

    def _names(self) -> list[str]:
        names = [f"code {component + 1}" for component in self.components]
        if self.spreads is None:
            return names
        return [f"{name} (sd {number_text(sd)})" for name, sd in zip(names, self.spreads, strict=True)]


def _check_options(estimator: Any, row: int | None, n_steps: int, extent: float, n_rows: int) -> None:
    if not hasattr(estimator, "transform") or not hasattr(estimator, "inverse_transform"):
        raise ParameterError(
            "The estimator must have transform and inverse_transform, to decode codes of its own; got "
            f"{type(estimator).__name__}."
        )
    if not isinstance(n_steps, Integral) or isinstance(n_steps, bool) or n_steps < 2:
        raise ParameterError(f"n_steps must be a whole number of at least 2; got {n_steps!r}.")
    if not 0 < extent < np.inf:
        raise ParameterError(
            f"extent must be a finite number of standard deviations above 0; got {extent!r}."
        )
    if row is not None and (not isinstance(row, Integral) or not 0 <= row < n_rows):
        raise ParameterError(f"row must be the number of a row of X, from 0 to {n_rows - 1}; got {row!r}.")


def _check_chosen(components: Sequence[int] | None, width: int) -> np.ndarray:
    """Numbers of the components that move."""
    if components is None:
        return np.arange(width)
    chosen = np.asarray(components)
    distinct = set(chosen.ravel().tolist()) & set(range(width))
    if chosen.ndim != 1 or chosen.dtype.kind not in "iu" or not 0 < len(chosen) == len(distinct):
        raise ParameterError(
            f"components must be different columns of the codes, which have {width}, counted from 0 to "
            f"{width - 1}; got {components!r}."
        )
    return chosen


def _decoded(
    estimator: Any, kind: Kind, center: np.ndarray, steps: np.ndarray, spreads: np.ndarray, chosen: np.ndarray
) -> np.ndarray:
    """What codes on a line through the centre stand for: (n_chosen, n_steps, *row_shape)"""
    codes = np.tile(center, (len(chosen), len(steps), 1))
    for i, component in enumerate(chosen.tolist()):
        codes[i, :, component] += steps * spreads[component]
    rows = kind.numbers(estimator.inverse_transform(codes.reshape(-1, len(center))))
    return rows.reshape(len(chosen), len(steps), *rows.shape[1:])


def _step_texts(steps: np.ndarray) -> list[str]:
    """Signed, but for 0."""
    return [number_text(step) if abs(step) < 1e-9 else f"{step:+.3g}" for step in steps]
