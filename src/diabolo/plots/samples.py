"""A grid of data."""

import math
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from sklearn.utils import check_random_state

from diabolo.errors import ParameterError
from diabolo.plots.checks import check_labels
from diabolo.plots.image_grid import as_images, as_shades, corner, draw_images
from diabolo.plots.style import axes_or_new, look
from diabolo.plots.text import BoxedText, label_text, write_boxed

_ROOM_FOR_LABEL = 0.24  # over an image, in widths of an image


class SampleDisplay:
    """Images side by side, white on black, with their labels.

    Values are drawn as scikit-image reads them: uint8 from 0 to 255 and float from 0 to 1. Other numbers are
    stretched from the least to the largest.

    Parameters
    ----------
    images : array-like of shape (n, height, width) or (n, height, width, channels)
        With 1, 3 (colour) or 4 (colour and opacity) channels.
    labels : array-like of shape (n,), optional
        Written above the images.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    images_ : list of AxesImage
        One an image, row by row.
    texts_ : list of Text
        The labels.

    Raises
    ------
    DataError
        If these are no images, or labels are not one an image.

    Examples
    --------
    >>> from diabolo import SampleDisplay, load_mnist
    >>> X_train, y_train, X_test, y_test = load_mnist()
    >>> display = SampleDisplay.from_data(X_train, y_train, n_samples=9, random_state=0)
    >>> len(display.images_), display.figure_ is display.ax_.figure
    (9, True)
    """

    def __init__(self, images: Any, labels: Any = None):
        self.images = as_images(images)
        self.labels = None if labels is None else check_labels(labels, len(self.images))

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
            If rows are no images, or labels are not one a row.
        ParameterError
            If ``n_samples`` is below 1.
        """
        if n_samples < 1:
            raise ParameterError(f"n_samples must be 1 or more; got {n_samples}.")
        images = as_images(X, image_shape)
        labels = None if y is None else check_labels(y, len(images))
        chosen = np.arange(len(images))
        if n_samples < len(images):
            chosen = check_random_state(random_state).choice(len(images), n_samples, replace=False)
        return cls(images[chosen], None if labels is None else labels[chosen]).plot(ax)

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
        n_columns = math.ceil(math.sqrt(len(self.images)))
        n_rows = math.ceil(len(self.images) / n_columns)
        height = self.images.shape[1] / self.images.shape[2]
        above = 0.0 if self.labels is None else _ROOM_FOR_LABEL
        with look():
            self.ax_ = axes_or_new(ax, n_columns, n_rows * (height + above))
            self.figure_ = self.ax_.figure
            self.ax_.set_axis_off()
            self.images_ = draw_images(self.ax_, as_shades(self.images), n_columns, above=above)
            self.texts_ = [] if self.labels is None else self._write(self.labels, n_columns, height)
        return self

    def _write(self, labels: np.ndarray, n_columns: int, height: float) -> list[BoxedText]:
        """Labels over the images."""
        corners = [corner(i, n_columns, height, _ROOM_FOR_LABEL) for i in range(len(labels))]
        places = [(left + 0.5, top - 0.02) for left, top in corners]
        texts = [label_text(label) for label in labels]
        return write_boxed(self.ax_, places, texts, (1, _ROOM_FOR_LABEL), "bottom")
