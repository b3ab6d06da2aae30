"""The way from one row to another, by their codes."""

from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from sklearn.utils import _safe_indexing

from diabolo.errors import DataError
from diabolo.plots.image_grid import as_images, as_shades, corner, decoded_images, draw_images
from diabolo.plots.style import PALETTE, axes_or_new, dress, look
from diabolo.samplers.interpolation import interpolate

_LINE = 2.0  # points


class InterpolationDisplay:
    """Images on the straight line between two codes, a line of them for each pair; the ends have a frame.

    Parameters
    ----------
    images : array-like of shape (n_pairs, steps, height, width) or (n_pairs, steps, height, width, channels)

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    images_ : list of AxesImage
        Pair by pair.
    frames_ : list of Rectangle
        Of the first and the last of each pair.

    Raises
    ------
    DataError
        If these are no images.

    Examples
    --------
    >>> from diabolo import Autoencoder, InterpolationDisplay, load_mnist
    >>> X_train, y_train, X_test, y_test = load_mnist()
    >>> ae = Autoencoder(2, encoder=(32,), epochs=1, random_state=0).fit(X_test[:500])
    >>> display = InterpolationDisplay.from_estimator(ae, X_test[:3], X_test[3:6], steps=7)
    >>> len(display.images_), len(display.frames_)
    (21, 6)
    """

    def __init__(self, images: Any):
        images = np.asarray(images)
        if images.ndim < 4 or images.shape[1] < 2:
            raise DataError(
                "images must be of shape (n_pairs, steps, height, width) or (n_pairs, steps, height, width, "
                f"channels), with at least 2 steps; got shape {images.shape}."
            )
        flat = as_images(images.reshape(-1, *images.shape[2:]))
        self.images = flat.reshape(*images.shape[:2], *flat.shape[1:])

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
            An autoencoder of images, or anything else with ``transform`` and ``inverse_transform``: PCA.
        a, b : array-like of shape (n_pairs, n_features) or (n_pairs, *row_shape), or one row
            Where each line begins, and where it ends.
        steps : int, default=10
            Images a line, both ends among them.
        image_shape : tuple of int, optional
            (height, width) or (height, width, channels) of flat rows.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : InterpolationDisplay

        Raises
        ------
        DataError
            If rows are no images, or ``a`` and ``b`` not equally many.
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
        lines = [decoded_images(interpolate(estimator, *pair, steps=steps), image_shape) for pair in pairs]
        return cls(np.stack(lines)).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        self : InterpolationDisplay
        """
        n_pairs, steps = self.images.shape[:2]
        flat = self.images.reshape(-1, *self.images.shape[2:])
        height = flat.shape[1] / flat.shape[2]
        with look():
            self.ax_ = axes_or_new(ax, 0.8 * steps + 0.2, 0.8 * n_pairs * height + 0.6)
            self.figure_ = self.ax_.figure
            dress(self.ax_)
            self.ax_.set_facecolor("none")
            self.ax_.spines[:].set_visible(False)
            self.images_: list[AxesImage] = draw_images(self.ax_, as_shades(flat), steps)
            self.frames_ = [self._frame(i, height) for i in range(len(flat)) if i % steps in (0, steps - 1)]
            self._name_ends(steps, height)
        return self

    def _frame(self, i: int, height: float) -> Rectangle:
        place = corner(i, self.images.shape[1], height, 0)
        frame = Rectangle(place, 1, height, fill=False, edgecolor=PALETTE[1], linewidth=_LINE, clip_on=False)
        self.ax_.add_patch(frame)
        return frame

    def _name_ends(self, steps: int, height: float) -> None:
        middles = [corner(i, steps, height, 0)[0] + 0.5 for i in (0, steps - 1)]
        self.ax_.set_xticks(middles, ["a", "b"])
        self.ax_.set_yticks([])
        self.ax_.tick_params(length=0)
        self.ax_.set_xlabel("even steps between the codes")


def _as_rows(rows: Any, n_features: int) -> list[Any]:
    """Each row by itself: one was given, or several."""
    one = np.size(rows) == n_features
    return [rows] if one else [_safe_indexing(rows, [i]) for i in range(np.shape(rows)[0])]
