"""Rows as images, and images side by side."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from diabolo.data.rows import check_finite
from diabolo.errors import DataError

_GAP = 0.06  # between images, in widths of an image
# What was not observed is hatched, in a colour that neither grey images nor maps of errors have.
_UNSEEN: dict[str, Any] = {"facecolor": "#e4ebda", "edgecolor": "#7b8b6b", "hatch": "//////", "linewidth": 0}


def as_images(X: Any, image_shape: tuple[int, ...] | None = None) -> np.ndarray:
    """Rows as images.

    Parameters
    ----------
    X : array-like of shape (n, height, width), (n, height, width, channels) or (n, n_features)
    image_shape : tuple of int, optional
        (height, width) or (height, width, channels) of flat rows.

    NaN is a pixel that was not observed.

    Returns
    -------
    images : ndarray of shape (n, height, width), or (n, height, width, 3 or 4) in colour

    Raises
    ------
    DataError
        If the rows can't be drawn as images.
    """
    X = np.asarray(X)
    if X.dtype.kind not in "buif" or X.ndim < 2 or not X.size:
        raise DataError(
            "Images must be numbers, in an array of shape (n, height, width) or (n, height, width, channels) "
            f"with at least one row; got dtype {X.dtype}, shape {X.shape}."
        )
    check_finite(X.reshape(len(X), -1), gaps=True)
    if image_shape is not None:
        X = _shaped(X, tuple(image_shape))
    if X.ndim == 4 and X.shape[3] == 1:
        X = X[..., 0]
    if X.ndim == 3 or (X.ndim == 4 and X.shape[3] in (3, 4)):
        return X
    raise DataError(
        "Rows must be images of shape (height, width) or (height, width, channels) with 1, 3 or 4 channels; "
        f"got rows of shape {X.shape[1:]}. {_cure(X)}"
    )


def _shaped(X: np.ndarray, image_shape: tuple[int, ...]) -> np.ndarray:
    n_features = math.prod(X.shape[1:])
    if len(image_shape) not in (2, 3) or math.prod(image_shape) != n_features:
        raise DataError(
            f"image_shape must be (height, width) or (height, width, channels) and make {n_features} values, "
            f"as many as a row has; got {image_shape}."
        )
    return X.reshape(-1, *image_shape)


def _cure(X: np.ndarray) -> str:
    if X.ndim == 4:
        return "If channels come first, move them: np.moveaxis(X, 1, -1)."
    if X.ndim > 4:
        return "Choose one image a row."
    side = math.isqrt(X.shape[1])
    example = (side, side) if side**2 == X.shape[1] else ("height", "width")
    return f"Pass image_shape=({example[0]}, {example[1]}), the shape that each row is to have."


def as_shades(images: np.ndarray, *, like: np.ndarray | None = None) -> np.ndarray:
    """Images as floats from 0 (black) to 1 (white), by the range of ``like`` (by default their own)."""
    black, white = black_and_white(images if like is None else like)
    return np.clip((images.astype(np.float64) - black) / (white - black), 0, 1)


def black_and_white(images: np.ndarray) -> tuple[float, float]:
    """The values drawn as black and as white.

    0 and the largest of the dtype for unsigned integers; 0 and 1 where nearly all values lie there or near,
    as those of decoded images do; else the range of the data.
    """
    seen = images[~np.isnan(images)].astype(np.float64)
    least, low, high, most = np.quantile(seen, (0, 0.05, 0.95, 1)).tolist() if seen.size else (0, 0, 1, 1)
    if images.dtype in (np.uint8, np.uint16) and most > 1:
        return 0.0, float(np.iinfo(images.dtype).max)
    if (least >= 0 and most <= 1) or (low >= -0.25 and high <= 1.25 and images.dtype.kind == "f"):
        return 0.0, 1.0
    return least, most if most > least else least + 1.0


def draw_images(ax: Axes, shades: np.ndarray, n_columns: int, *, above: float = 0.0) -> list[AxesImage]:
    """Draw images row by row, white on black, in units of an image's width.

    Image i stands with its upper left corner at ``corner(i)``; y runs downwards. ``above`` is the room kept
    free over each.
    """
    n_rows = math.ceil(len(shades) / n_columns)
    height = shades.shape[1] / shades.shape[2]
    artists = [
        draw_image(ax, image, corner(i, n_columns, height, above), height) for i, image in enumerate(shades)
    ]
    right, bottom = corner(n_columns * n_rows - 1, n_columns, height, above)
    ax.set(xlim=(0, right + 1), ylim=(bottom + height, 0), aspect="equal")
    return artists


def draw_image(ax: Axes, shades: np.ndarray, place: tuple[float, float], height: float) -> AxesImage:
    """Draw one image with its upper left corner at a place, 1 wide; what was not observed is hatched."""
    left, top = place
    unseen = np.isnan(shades)
    if unseen.any():
        ax.add_patch(Rectangle(place, 1, height, zorder=-1, **_UNSEEN))
        if shades.ndim == 3:
            shades = _see_through(shades, unseen.any(axis=2))
    return ax.imshow(shades, cmap="gray", vmin=0, vmax=1, extent=(left, left + 1, top + height, top))


def _see_through(shades: np.ndarray, unseen: np.ndarray) -> np.ndarray:
    """A colour image with opacity, 0 where it was not observed: (height, width, 4)"""
    opacity = shades[..., 3:] if shades.shape[2] == 4 else np.ones((*shades.shape[:2], 1))
    opaque = np.concatenate([shades[..., :3], opacity], axis=2)
    opaque[unseen] = 0
    return opaque


def corner(i: int, n_columns: int, height: float, above: float) -> tuple[float, float]:
    """The upper left corner of image i."""
    row, column = divmod(i, n_columns)
    return column * (1 + _GAP), row * (height + max(_GAP, above)) + above
