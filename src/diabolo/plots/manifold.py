"""What codes stand for, on a grid over the plane of two of their components."""

from collections.abc import Sequence
from numbers import Integral
from textwrap import fill
from typing import Any, NamedTuple, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colorbar import Colorbar
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator
from scipy.stats import norm

from diabolo.errors import DataError, ParameterError
from diabolo.latents.priors import StandardNormal
from diabolo.plots.checks import check_components
from diabolo.plots.image_grid import as_shades
from diabolo.plots.row_kinds import Columns, Kind, Steps
from diabolo.plots.rows import kind_of_data, kind_of_decoded
from diabolo.plots.style import SEQUENTIAL, SMALL, axes_or_new, dress, grid_axes, look
from diabolo.plots.text import ARBITRARY, OF_PRIOR, code_label

_WIDTH = 7.0  # inches
_LEAST_HEIGHT = 1.2
_MOST_MAPS = 9
_MAP = 3.2  # of a map with its colour bar, in inches
_LETTERS = 24  # of a label, that a map is wide
_FEW = 5  # values of a column, that a colour bar names each


class ManifoldDisplay:
    """Decoded images side by side: each stands where its code is.

    The second component grows upwards. A model with a single component gets one line of images.

    Of tables there is a map for each column, in its units, of at most nine: those that vary most.

    Parameters
    ----------
    rows : array-like of shape (n_y, n_x, *row_shape)
        ``rows[i, j]`` is what the code (``x[j]``, ``y[i]``) stands for: an image, or a row of a table.
    x : array-like of shape (n_x,)
        Values of the first component, growing.
    y : array-like of shape (n_y,), optional
        Values of the second; left out where ``n_y`` is 1.
    components : sequence of one or two int, optional
        Which components these are, counted from 0; by default the first ones.
    unit : str, default="arbitrary units"
        Of the components.
    kind : Images or Columns, optional
        What the numbers are; by default images where rows have several dimensions, else columns.

    Attributes
    ----------
    ax_ : matplotlib Axes
        In units of an image, or of a cell of the first map.
    axes_ : ndarray of Axes
        One, or one a map.
    figure_ : matplotlib Figure
    images_ : list of AxesImage
        All images in one, or one a map.
    colorbars_ : list of Colorbar
        Of the maps.

    Raises
    ------
    DataError
        If these are no rows that can be drawn, or not one for each pair of values.

    Examples
    --------
    >>> from diabolo import ManifoldDisplay, VariationalAutoencoder, load_mnist
    >>> X_train, y_train, X_test, y_test = load_mnist()
    >>> vae = VariationalAutoencoder(2, encoder=(32,), epochs=1, random_state=0).fit(X_test[:500])
    >>> display = ManifoldDisplay.from_estimator(vae, n=10)
    >>> display.ax_.get_xlabel(), display.rows.shape
    ('code 1 (standard deviations of the prior)', (10, 10, 28, 28))
    """

    def __init__(
        self,
        rows: Any,
        x: Any,
        y: Any = None,
        *,
        components: Sequence[int] | None = None,
        unit: str = ARBITRARY,
        kind: Kind | None = None,
    ):
        rows = np.asarray(rows)
        self.x, self.y = np.asarray(x), None if y is None else np.asarray(y)
        expected = (1 if self.y is None else self.y.size, self.x.size)
        if rows.shape[:2] != expected or rows.ndim < 3:
            raise DataError(
                "rows must be one for each pair of values, of shape (n_y, n_x, *row_shape), and x and y make "
                f"{expected}; got shape {rows.shape}."
            )
        flat = rows.reshape(-1, *rows.shape[2:])
        self.kind = kind_of_data(flat) if kind is None else kind
        numbers = self.kind.numbers(flat)
        self.rows = numbers.reshape(*expected, *numbers.shape[1:])
        self.components = (0, 1)[: 1 if self.y is None else 2] if components is None else tuple(components)
        self.unit = unit

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any = None,
        *,
        n: int = 30,
        components: Sequence[int] | None = None,
        coverage: float = 0.95,
        image_shape: tuple[int, ...] | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Decode a grid of codes and draw what comes out.

        Parameters
        ----------
        estimator : fitted transformer
            An autoencoder, or anything else with ``transform`` and ``inverse_transform``: PCA.
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape), optional
            Rows whose codes say where the grid lies: its steps are even. Without it the model must have a
            standard normal prior, of which each step covers an equal part.
        n : int, default=30
            Images a side.
        components : sequence of one or two int, optional
            Which components vary, counted from 0; by default the first two. The others stay at their mean.
        coverage : float, default=0.95
            The part of the codes of X, or of the prior, that the grid spans along each component: the middle
            one.
        image_shape : tuple of int, optional
            (height, width) or (height, width, channels) of flat rows.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : ManifoldDisplay

        Raises
        ------
        DataError
            If rows are no images.
        ParameterError
            If nothing says where the grid lies, or an option can't be met.
        """
        if not isinstance(n, Integral) or isinstance(n, bool) or n < 2:
            raise ParameterError(f"n must be a whole number of at least 2; got {n!r}.")
        if not 0 < coverage < 1:
            raise ParameterError(f"coverage must be a number between 0 and 1; got {coverage!r}.")
        tail = (1 - coverage) / 2
        levels = np.linspace(tail, 1 - tail, n)
        if X is None:
            grid = _grid_of_prior(_prior_width(estimator), components, levels)
        else:
            grid = _grid_of_codes(np.asarray(estimator.transform(X)), components, levels)
        decoded = estimator.inverse_transform(grid.codes)
        kind = kind_of_decoded(estimator, decoded, image_shape)
        if isinstance(kind, Steps):
            raise DataError(
                "ManifoldDisplay draws images and tables, and this model decodes sequences. See "
                "TraversalDisplay, which moves one component at a time."
            )
        sides = [len(values) for values in reversed(grid.values)]
        rows = kind.numbers(decoded)
        rows = rows.reshape(*([1] if len(sides) == 1 else []), *sides, *rows.shape[1:])
        unit = OF_PRIOR if X is None else ARBITRARY
        return cls(rows, *grid.values, components=grid.components, unit=unit, kind=kind).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        self : ManifoldDisplay
        """
        self.images_: list[AxesImage] = []
        self.colorbars_: list[Colorbar] = []
        with look():
            if isinstance(self.kind, Columns):
                self._draw_maps(ax, self.kind)
            else:
                self._draw_images(ax)
        self.ax_, self.figure_ = self.axes_[0], self.axes_[0].figure
        return self

    def _draw_images(self, ax: Axes | None) -> None:
        """All images in one."""
        n_y, n_x, height, width = self.rows.shape[:4]
        shades = as_shades(self.rows)[::-1]  # the topmost first
        whole = shades.swapaxes(1, 2).reshape(n_y * height, n_x * width, *self.rows.shape[4:])
        ax = axes_or_new(ax, _WIDTH, max(_WIDTH * (n_y * height) / (n_x * width), _LEAST_HEIGHT))
        self.axes_ = np.array([ax])
        extent = (0, n_x, 0, n_y)
        aspect = height / width
        self.images_ = [ax.imshow(whole, cmap="gray", vmin=0, vmax=1, extent=extent, aspect=aspect)]
        self._name_axes(ax)

    def _draw_maps(self, ax: Axes | None, columns: Columns) -> None:
        """A map a column, of those that vary most."""
        heights = columns.heights(self.rows.reshape(-1, self.rows.shape[-1]))
        chosen = np.sort(np.argsort(-np.ptp(heights, axis=0), kind="stable")[:_MOST_MAPS])
        self.axes_ = np.array(grid_axes(ax, len(chosen), _MAP, 0.85 * _MAP if self.y is not None else 1.4))
        extent = (0, len(self.x), 0, self.rows.shape[0])
        for panel, j in zip(self.axes_, chosen.tolist(), strict=True):
            values = self.rows[::-1, :, j]
            self.images_.append(panel.imshow(values, cmap=SEQUENTIAL, extent=extent, aspect="auto"))
            self._name_axes(panel, n_ticks=4, letters=_LETTERS)
            panel.set_title(columns.name(j), fontsize=SMALL, loc="left")
            self.colorbars_.append(self._explain(panel, columns, j))

    def _explain(self, panel: Axes, columns: Columns, j: int) -> Colorbar:
        """The values of a map, where there are few all of them."""
        bar = panel.figure.colorbar(self.images_[-1], ax=panel)
        values = np.unique(self.rows[..., j])
        if columns.table is not None:
            ticks = values if len(values) <= _FEW else np.linspace(values[0], values[-1], 3)
            bar.set_ticks(ticks.tolist(), labels=[columns.text(j, tick) for tick in ticks])
        bar.outline.set_visible(False)
        dress(bar.ax)
        return bar

    def _name_axes(self, ax: Axes, n_ticks: int = 9, letters: int = 100) -> None:
        """Values of the components, in the middle of what has them."""
        dress(ax)
        ax.spines[:].set_visible(False)
        names = [fill(code_label(component, self.unit), letters) for component in self.components]
        _mark(ax.xaxis, self.x, names[0], n_ticks)
        if self.y is None:
            ax.set_yticks([])
        else:
            _mark(ax.yaxis, self.y, names[1], n_ticks)


class _Grid(NamedTuple):
    """Codes to decode."""

    components: tuple[int, ...]
    values: list[np.ndarray]  # of each component that varies, growing
    codes: np.ndarray  # (product of their numbers, n_components), the first component the fastest


def _prior_width(estimator: Any) -> int:
    """The width of a code that has a standard normal prior."""
    learned = estimator._learned().architecture if hasattr(estimator, "_learned") else None
    if learned is None or getattr(learned.latent, "prior", None) != StandardNormal():
        raise ParameterError(
            f"X must say where the codes lie, since {type(estimator).__name__} has no standard normal prior "
            "that would. Pass rows, such as those of fit."
        )
    width: int = learned.n_components
    return width


def _grid_of_prior(width: int, components: Sequence[int] | None, levels: np.ndarray) -> _Grid:
    chosen = check_components(components, width)
    return _grid(chosen, [norm.ppf(levels) for _ in chosen], np.zeros(width))


def _grid_of_codes(codes: np.ndarray, components: Sequence[int] | None, levels: np.ndarray) -> _Grid:
    chosen = check_components(components, codes.shape[1])
    ends = [np.quantile(codes[:, c], levels[[0, -1]]) for c in chosen]
    for component, (low, high) in zip(chosen, ends, strict=True):
        if not low < high:
            raise ParameterError(
                f"Component {component} is {low:.3g} for nearly all rows, so there is nothing to see along "
                f"it. Choose others by components, from 0 to {codes.shape[1] - 1}."
            )
    return _grid(chosen, [np.linspace(low, high, len(levels)) for low, high in ends], codes.mean(axis=0))


def _grid(components: tuple[int, ...], values: list[np.ndarray], others: np.ndarray) -> _Grid:
    planes = np.meshgrid(*values)
    codes = np.tile(others, (planes[0].size, 1))
    codes[:, list(components)] = np.stack([plane.ravel() for plane in planes], axis=1)
    return _Grid(components, values, codes)


def _mark(axis: Axis, values: np.ndarray, label: str, n_ticks: int) -> None:
    """Ticks at round values, in the middle of the images that have them."""
    ticks = MaxNLocator(n_ticks, steps=[1, 2, 2.5, 5, 10]).tick_values(values[0], values[-1])
    ticks = ticks[(ticks >= values[0]) & (ticks <= values[-1])]
    axis.set_ticks(np.interp(ticks, values, np.arange(len(values)) + 0.5), [f"{tick:g}" for tick in ticks])
    axis.set_label_text(label)
