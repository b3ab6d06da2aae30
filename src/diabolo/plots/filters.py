"""What the first units of an encoder look for."""

import math
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from diabolo.errors import ParameterError
from diabolo.estimators.fitted import host_values
from diabolo.plots.columns import name_columns
from diabolo.plots.image_grid import draw_images
from diabolo.plots.row_kinds import Columns, Kind
from diabolo.plots.rows import kind_of, kind_of_data
from diabolo.plots.style import DIVERGING, axes_or_new, dress, look
from diabolo.plots.text import number_text


class FilterDisplay:
    """Weights of units as images: red where a pixel raises the unit, blue where it lowers it, white at 0.

    Colour images have a weight for each channel, drawn around a middle grey. Of tables there is one map, with
    a line a unit and a cell for each of its columns.

    Parameters
    ----------
    weights : array-like of shape (n, height, width), (n, height, width, channels) or (n, n_columns)
        Of n units.
    kind : Images or Columns, optional
        What the numbers are; by default images where units have weights of several dimensions, else columns.
    normalize : bool, default=False
        Whether each unit is drawn by its own largest weight rather than by that of all.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    images_ : list of AxesImage
        One a unit, row by row; of tables one in all.
    colorbar_ : Colorbar or None
        ``None`` for colour images.

    Raises
    ------
    DataError
        If these are no weights of images or columns.

    Examples
    --------
    >>> from diabolo import DenoisingAutoencoder, FilterDisplay, load_mnist
    >>> X_train, y_train, X_test, y_test = load_mnist()
    >>> ae = DenoisingAutoencoder(16, encoder=(64,), epochs=1, random_state=0).fit(X_test[:500])
    >>> display = FilterDisplay.from_estimator(ae, n=16)
    >>> len(display.images_), display.weights.shape
    (16, (16, 28, 28))
    """

    def __init__(self, weights: Any, *, normalize: bool = False, kind: Kind | None = None):
        self.kind = kind_of_data(weights) if kind is None else kind
        self.weights = self.kind.numbers(weights)
        self.normalize = normalize

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        n: int = 25,
        normalize: bool = False,
        image_shape: tuple[int, ...] | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Draw the weights of the encoder's first layer.

        Parameters
        ----------
        estimator : fitted autoencoder
            Whose first layer is dense.
        n : int, default=25
            How many of the first units; all where there are no more.
        normalize : bool, default=False
            Whether each unit is drawn by its own largest weight rather than by that of all.
        image_shape : tuple of int, optional
            (height, width) or (height, width, channels) of flat rows that are images.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : FilterDisplay

        Raises
        ------
        DataError
            If rows can't be drawn.
        ParameterError
            If ``n`` is below 1, or the first layer has no weight for each number of a row.
        """
        if n < 1:
            raise ParameterError(f"n must be 1 or more; got {n}.")
        learned = estimator._learned()
        kernel = host_values(learned.road.kernels[:1])[0]
        n_features = learned.architecture.n_features
        if kernel.ndim != 2 or len(kernel) not in (n_features, 2 * n_features) or learned.table is not None:
            raise ParameterError(
                "The encoder's first layer must be dense, with a weight for each number of a row; it has "
                f"weights of shape {kernel.shape}, and rows {n_features} numbers."
            )
        of_row = kernel[:n_features, :n]  # an encoder that sees which numbers are gaps has as many again
        weights = of_row.T.reshape(-1, *learned.row_shape)
        kind = kind_of(estimator, weights, image_shape)
        return cls(weights, normalize=normalize, kind=kind).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        self : FilterDisplay
        """
        largest = np.abs(self.weights).max(axis=tuple(range(1, self.weights.ndim)), keepdims=True)
        limits = largest if self.normalize else np.full_like(largest, largest.max())
        relative = self.weights / np.where(limits > 0, limits, 1)  # from -1 to 1
        self.colorbar_: Colorbar | None = None
        with look():
            if isinstance(self.kind, Columns):
                self._draw_map(ax, relative, self.kind)
            else:
                self._draw_images(ax, relative)
            if relative.ndim < 4:
                for image in self.images_:
                    image.set(cmap=DIVERGING, clim=(-1, 1))
                self._explain_colours(float(limits.max()))
        self.figure_ = self.ax_.figure
        return self

    def _draw_images(self, ax: Axes | None, relative: np.ndarray) -> None:
        n_columns = math.ceil(math.sqrt(len(relative)))
        n_lines = math.ceil(len(relative) / n_columns)
        height = relative.shape[1] / relative.shape[2]
        self.ax_ = axes_or_new(ax, n_columns + 0.8, n_lines * height)
        self.ax_.set_axis_off()
        shades = (1 + relative) / 2 if relative.ndim == 4 else relative
        self.images_: list[AxesImage] = draw_images(self.ax_, shades, n_columns)

    def _draw_map(self, ax: Axes | None, relative: np.ndarray, columns: Columns) -> None:
        n_units, n_columns = relative.shape
        self.ax_ = axes_or_new(ax, float(np.clip(2.4 + 0.3 * n_columns, 5, 12)), 1 + 0.2 * n_units)
        dress(self.ax_)
        self.images_ = [self.ax_.imshow(relative, aspect="auto")]
        self.ax_.set_ylabel("unit (counted from 0)")
        self.ax_.yaxis.set_major_locator(MaxNLocator(10, integer=True))
        name_columns(self.ax_, columns.names, ax)

    def _explain_colours(self, limit: float) -> None:
        """The colour bar."""
        label = "weight, of the unit's largest" if self.normalize else "weight"
        ends = ("-1", "0", "1") if self.normalize else (number_text(-limit), "0", number_text(limit))
        self.colorbar_ = self.ax_.figure.colorbar(
            self.images_[0], ax=self.ax_, label=label, shrink=0.6, aspect=15, pad=0.02
        )
        self.colorbar_.set_ticks([-1, 0, 1], labels=list(ends))
        self.colorbar_.outline.set_visible(False)
        dress(self.colorbar_.ax)
