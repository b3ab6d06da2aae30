"""What the first units of an encoder look for."""

import math
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.image import AxesImage

from diabolo.errors import ParameterError
from diabolo.estimators.fitted import host_values
from diabolo.plots.image_grid import as_images, decoded_images, draw_images
from diabolo.plots.style import DIVERGING, axes_or_new, dress, look
from diabolo.plots.text import number_text


class FilterDisplay:
    """Weights of units as images: red where a pixel raises the unit, blue where it lowers it, white at 0.

    Colour images have a weight for each channel, drawn around a middle grey.

    Parameters
    ----------
    weights : array-like of shape (n, height, width) or (n, height, width, channels)
        Of n units.
    normalize : bool, default=False
        Whether each unit is drawn by its own largest weight rather than by that of all.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    images_ : list of AxesImage
        One a unit, row by row.
    colorbar_ : Colorbar or None
        ``None`` for colour images.

    Raises
    ------
    DataError
        If these are no images.

    Examples
    --------
    >>> from diabolo import DenoisingAutoencoder, FilterDisplay, load_mnist
    >>> X_train, y_train, X_test, y_test = load_mnist()
    >>> ae = DenoisingAutoencoder(16, encoder=(64,), epochs=1, random_state=0).fit(X_test[:500])
    >>> display = FilterDisplay.from_estimator(ae, n=16)
    >>> len(display.images_), display.weights.shape
    (16, (16, 28, 28))
    """

    def __init__(self, weights: Any, *, normalize: bool = False):
        self.weights = as_images(weights)
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
            Of images, whose first layer is dense.
        n : int, default=25
            How many of the first units; all where there are no more.
        normalize : bool, default=False
            Whether each unit is drawn by its own largest weight rather than by that of all.
        image_shape : tuple of int, optional
            (height, width) or (height, width, channels) of flat rows.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : FilterDisplay

        Raises
        ------
        DataError
            If rows are no images.
        ParameterError
            If ``n`` is below 1, or the first layer is not dense.
        """
        if n < 1:
            raise ParameterError(f"n must be 1 or more; got {n}.")
        learned = estimator._learned()
        kernel = host_values(learned.road.kernels[:1])[0]
        n_features = learned.architecture.n_features
        if kernel.ndim != 2:
            raise ParameterError(
                "The encoder's first layer must be dense, with a weight for each pixel; the weights of this "
                f"one have shape {kernel.shape}."
            )
        of_pixels = kernel[:n_features, :n]  # an encoder that sees which numbers are gaps has as many again
        weights = of_pixels.T.reshape(-1, *learned.row_shape)
        return cls(decoded_images(weights, image_shape), normalize=normalize).plot(ax)

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
        n_columns = math.ceil(math.sqrt(len(self.weights)))
        n_rows = math.ceil(len(self.weights) / n_columns)
        height = self.weights.shape[1] / self.weights.shape[2]
        largest = np.abs(self.weights).max(axis=tuple(range(1, self.weights.ndim)), keepdims=True)
        limits = largest if self.normalize else np.full_like(largest, largest.max())
        relative = self.weights / np.where(limits > 0, limits, 1)  # from -1 to 1
        self.colorbar_: Colorbar | None = None
        with look():
            self.ax_ = axes_or_new(ax, n_columns + 0.8, n_rows * height)
            self.figure_ = self.ax_.figure
            self.ax_.set_axis_off()
            if relative.ndim == 4:
                self.images_: list[AxesImage] = draw_images(self.ax_, (1 + relative) / 2, n_columns)
                return self
            self.images_ = draw_images(self.ax_, relative, n_columns)
            for image in self.images_:
                image.set(cmap=DIVERGING, clim=(-1, 1))
            self._explain_colours(float(limits.max()))
        return self

    def _explain_colours(self, limit: float) -> None:
        """The colour bar."""
        label = "weight, of the unit's largest" if self.normalize else "weight"
        ends = ("-1", "0", "1") if self.normalize else (number_text(-limit), "0", number_text(limit))
        self.colorbar_ = self.figure_.colorbar(
            self.images_[0], ax=self.ax_, label=label, shrink=0.6, aspect=15, pad=0.02
        )
        self.colorbar_.set_ticks([-1, 0, 1], labels=list(ends))
        self.colorbar_.outline.set_visible(False)
        dress(self.colorbar_.ax)
