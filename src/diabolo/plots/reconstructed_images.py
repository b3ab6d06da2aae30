"""Images above their reconstructions, and above the differences."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.image import AxesImage
from matplotlib.text import Text

from diabolo.plots.image_grid import as_shades, corner, draw_images
from diabolo.plots.style import DIVERGING, SMALL, axes_or_new, bare, dress
from diabolo.plots.text import number_text, write_boxed

_WIDEST = 12.0  # inches of images
_BAR = 0.1  # width of the colour bar, in widths of an image


class DrawnImages(NamedTuple):
    """What was drawn."""

    ax: Axes
    images: list[AxesImage]  # the originals, then the reconstructions
    error_images: list[AxesImage]
    colorbar: Colorbar | None
    texts: list[Text]


def draw_images_with_errors(
    ax: Axes | None,
    originals: np.ndarray,
    reconstructions: np.ndarray,
    errors: Sequence[str],
    labels: Sequence[str] | None,
) -> DrawnImages:
    """Draw three lines of images, errors below them and labels above.

    Parameters
    ----------
    ax : Axes or None
    originals, reconstructions : ndarray of shape (n, height, width) or (n, height, width, channels)
    errors, labels : sequence of n str
        Labels may be none.
    """
    n, height = len(originals), originals.shape[1] / originals.shape[2]
    side = min(1.0, _WIDEST / n)  # inches of an image
    above = 0 if labels is None else 0.25
    ax = axes_or_new(ax, max(n * side + 2.6, 3.5), 3 * height * side + 0.8 + above)
    shades = [as_shades(rows, like=originals) for rows in (originals, reconstructions)]
    differences = reconstructions.astype(np.float64) - originals
    largest = float(np.nanmax(np.abs(differences), initial=0)) or 1.0
    images = draw_images(ax, np.concatenate([*shades, (1 + differences / largest) / 2]), n)
    bare(ax)
    ax.set_xticks([])
    ax.xaxis.labelpad = SMALL + 7  # of the label, below the errors
    corners = [corner(i, n, height, 0) for i in range(3 * n)]
    ax.set_yticks([top + height / 2 for _, top in corners[::n]], ["original", "reconstruction", "difference"])
    below = [(left + 0.5, top + height + 0.05) for left, top in corners[2 * n :]]
    texts: list[Text] = [*write_boxed(ax, below, errors, (1, 1), "top")]
    if labels is not None:
        over = [(left + 0.5, -0.05) for left, _ in corners[:n]]
        texts += write_boxed(ax, over, labels, (1, 1), "bottom")
    bar = _explain(ax, images[2 * n :], largest, height) if originals.ndim == 3 else None
    return DrawnImages(ax, images[: 2 * n], images[2 * n :], bar, texts)


def _explain(ax: Axes, images: Sequence[AxesImage], largest: float, height: float) -> Colorbar:
    """Colours of differences, and their bar to the right of them."""
    for image in images:
        image.set_cmap(DIVERGING)
    right, bottom = ax.get_xlim()[1], ax.get_ylim()[0]
    place = ax.inset_axes((1 + _BAR / right, 0, _BAR / right, height / bottom))
    bar = ax.figure.colorbar(images[0], cax=place)
    bar.set_ticks([0, 0.5, 1], labels=[number_text(-largest), "0", number_text(largest)])
    bar.outline.set_visible(False)
    dress(bar.ax)
    return bar
