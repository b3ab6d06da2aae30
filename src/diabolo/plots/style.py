"""The one look of every picture: colours, markers, sizes, axes, grids of images.

It is applied to single figures and axes, never to the user's ``rcParams``. Fonts, text and the colour
around the axes stay the user's, so that labels in any script and dark themes stay readable.
"""

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.font_manager import FontProperties
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.textpath import TextPath

from diabolo.data.rows import check_finite
from diabolo.errors import DataError, ParameterError

# Ten colours found by search, none lighter than L* = 76: the least distance of any two is 17.1 in CIEDE2000,
# in normal sight and under simulated protanopia, deuteranopia and tritanopia (Machado et al. 2009).
# Tableau's ten reach 1.3, Tol's muted ten 11.5, Petroff's ten 11.9. The first few are the farthest apart.
PALETTE = (
    "#1e39a3",  # blue
    "#ffa408",  # amber
    "#820000",  # dark red
    "#2fcfad",  # turquoise
    "#9e5cee",  # violet
    "#593146",  # plum
    "#dc4a08",  # vermilion
    "#107986",  # teal
    "#aeb3ef",  # lavender
    "#7b8b6b",  # sage
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p")
GREY = "0.45"  # of axes and ticks; readable on white and on black
INK = "0.15"  # on the white of the axes
SEQUENTIAL = ListedColormap(matplotlib.colormaps["viridis"](np.linspace(0, 0.93, 256)), "diabolo_viridis")
DIVERGING = "RdBu_r"  # through white at 0; its ends differ under every common colour blindness
SMALL = 9  # points; of everything but the labels of axes

_LOOK = {
    "figure.dpi": 120,
    "font.size": 10,
    "axes.labelsize": 10,
    "legend.fontsize": SMALL,
    "legend.title_fontsize": SMALL,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
}
_LONGEST_LABEL = 24  # characters
_GAP = 0.06  # between images, in widths of an image


def colour(i: int) -> str:
    """Of class or term i."""
    return PALETTE[i % len(PALETTE)]


def marker(i: int) -> str:
    """Of class or term i; those of one colour have different ones."""
    return MARKERS[(i + i // len(PALETTE)) % len(MARKERS)]


def look() -> AbstractContextManager[None]:
    """Context in which figures are made."""
    context: AbstractContextManager[None] = matplotlib.rc_context(_LOOK)
    return context


def axes_or_new(ax: Axes | None, width: float, height: float) -> Axes:
    """``ax``, or the axes of a new figure of this size in inches."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def stacked_axes(ax: Axes | None, n_panels: int, width: float, height: float) -> list[Axes]:
    """Panels below each other with one x axis: in the place of ``ax``, or in a new figure."""
    if ax is None:
        import matplotlib.pyplot as plt

        size = (width, height * n_panels)
        _, panels = plt.subplots(n_panels, sharex=True, squeeze=False, figsize=size, layout="constrained")
        return list(panels[:, 0])
    if n_panels == 1:
        return [ax]
    ax.set_axis_off()
    step = 1 / (n_panels - 0.25)
    insets: list[Axes] = []
    for i in range(n_panels):
        bounds = (0, 1 - (i + 0.75) * step, 1, 0.75 * step)
        insets.append(ax.inset_axes(bounds, sharex=insets[0] if insets else None))
        insets[-1].tick_params(labelbottom=i == n_panels - 1)
    return insets


def dress(ax: Axes) -> None:
    """Grey axes on the left and below, small ticks, white inside."""
    ax.set_facecolor("white")
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(GREY)
    ax.tick_params(which="both", color=GREY, labelcolor=GREY, labelsize=SMALL)


def root_figure(ax: Axes) -> Any:
    """The whole figure, also where the axes are in a part of it."""
    return ax.figure.figure


def legend_beside(ax: Axes, handles: Sequence[Artist], **options: Any) -> Legend:
    """A legend to the right of the axes."""
    return ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0, **options)


def make_room(given: Axes | None, legend: Legend) -> None:
    """Room for a legend: a new figure grows; ``given`` axes shrink where no layout engine moves them."""
    figure = root_figure(legend.axes)
    width = 1.02 * legend.get_window_extent().width  # pixels
    if given is None:
        figure.set_figwidth(figure.get_figwidth() + width / figure.dpi)
    elif figure.get_layout_engine() is None:
        _narrow(given, min(0.02 + width / given.get_window_extent().width, 0.75))


def _narrow(ax: Axes, part: float) -> None:
    """Take a part of the width from axes, on the right, so that a later ``tight_layout`` leaves it free."""
    cell, place = ax.get_subplotspec(), ax.get_position()
    if cell is None:
        ax.set_position((place.x0, place.y0, (1 - part) * place.width, place.height))
    else:
        ax.set_subplotspec(cell.subgridspec(1, 2, width_ratios=(1 - part, part), wspace=0)[0])


def label_text(label: Any) -> str:
    """A label as it is written: whole numbers without a point, long text without its middle."""
    if isinstance(label, (float, np.floating)) and float(label).is_integer():
        label = int(label)
    text = str(label)
    text = text if len(text) <= _LONGEST_LABEL else f"{text[:14]}…{text[-9:]}"
    return text.replace("$", r"\$")  # which would begin a formula


def check_labels(labels: Any, n_samples: int) -> np.ndarray:
    """Labels as an array of shape (n_samples,)."""
    array = np.asarray(labels)
    if array.shape != (n_samples,):
        raise DataError(
            f"Labels must be one a row, of shape ({n_samples},); got shape {array.shape}. "
            "Pass the labels of these very rows."
        )
    return array


def check_components(components: Sequence[int] | None, width: int) -> tuple[int, ...]:
    """The one or two columns of codes to draw; by default the first two, or the only one."""
    if components is None:
        return tuple(range(min(2, width)))
    chosen = np.atleast_1d(components)
    columns = set(chosen.tolist()) & set(range(width))
    if chosen.dtype.kind not in "iu" or chosen.shape not in ((1,), (2,)) or len(columns) < len(chosen):
        raise ParameterError(
            "components must be one or two different columns of the codes, which have "
            f"{width}, counted from 0 to {width - 1}; got {components}."
        )
    return tuple(chosen.tolist())


def code_label(component: int, unit: str = "arbitrary units") -> str:
    """Of the axis of one component."""
    return f"code {component + 1} ({unit})"


def number_text(number: float) -> str:
    """Three digits, and no exponent where it can be read without."""
    return f"{number:.0f}" if 1000 <= abs(number) < 1e6 else f"{number:.3g}"


class BoxedText(Text):
    """Text that shrinks where the axes are too small for it.

    Parameters
    ----------
    box : tuple of float
        The width and height that it may have, in units of the x axis.
    largest : tuple of float
        The width and height in points, at full size, of the text that must fit; the largest of several where
        all are to have one size.
    """

    def __init__(self, *args: Any, box: tuple[float, float], largest: tuple[float, float], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.box = box
        self.largest = largest

    def draw(self, renderer: Any) -> None:
        """Draw at the size that the axes have room for now."""
        self._fit()
        super().draw(renderer)

    def get_window_extent(self, *args: Any, **kwargs: Any) -> Any:
        """The room that it takes now, in pixels."""
        self._fit()
        return super().get_window_extent(*args, **kwargs)

    def _fit(self) -> None:
        axes: Any = self.axes
        (left, _), (right, _) = axes.transData.transform([(0, 0), (1, 0)])
        points = 72 / self.figure.dpi * (right - left)  # of one unit
        size = SMALL * min(
            1, *(points * room / needed for room, needed in zip(self.box, self.largest, strict=True))
        )
        if size != self.get_fontsize():
            self.set_fontsize(size)


def write_boxed(
    ax: Axes, places: Sequence[tuple[float, float]], texts: Sequence[str], box: tuple[float, float], va: str
) -> list[BoxedText]:
    """Texts of one size, each within a box that is centred on its place."""
    font = FontProperties(size=SMALL)
    sizes = [TextPath((0, 0), text.strip() or "0", prop=font).get_extents().size for text in texts]
    largest = (1.12 * max(width for width, _ in sizes), 1.5 * SMALL)
    written = [
        BoxedText(x, y, text, ha="center", va=va, fontsize=SMALL, clip_on=False, box=box, largest=largest)
        for (x, y), text in zip(places, texts, strict=True)
    ]
    for text in written:
        ax.add_artist(text)
    return written


# -- images --------------------------------------------------------------------------------------------------


def as_images(X: Any, image_shape: tuple[int, ...] | None = None) -> np.ndarray:
    """Rows as images.

    Parameters
    ----------
    X : array-like of shape (n, height, width), (n, height, width, channels) or (n, n_features)
    image_shape : tuple of int, optional
        (height, width) or (height, width, channels) of flat rows.

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
    check_finite(X.reshape(len(X), -1))
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


def decoded_images(rows: np.ndarray, image_shape: tuple[int, ...] | None) -> np.ndarray:
    """What a model makes, as images; a table is refused in words that fit it.

    Raises
    ------
    DataError
        If rows can't be drawn as images.
    """
    if rows.ndim == 2 and image_shape is None:
        raise DataError(
            f"This display draws images, and the rows of this model are flat, of {rows.shape[1]} columns. If "
            "they are images, pass image_shape=(height, width); of a table, see LatentSpaceDisplay and "
            "diabolo.interpolate."
        )
    return as_images(rows, image_shape)


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
    least, low, high, most = np.quantile(images.astype(np.float64), (0, 0.05, 0.95, 1)).tolist()
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
    artists = []
    for i, image in enumerate(shades):
        left, top = corner(i, n_columns, height, above)
        extent = (left, left + 1, top + height, top)
        artists.append(ax.imshow(image, cmap="gray", vmin=0, vmax=1, extent=extent))
    right, bottom = corner(n_columns * n_rows - 1, n_columns, height, above)
    ax.set(xlim=(0, right + 1), ylim=(bottom + height, 0), aspect="equal")
    return artists


def corner(i: int, n_columns: int, height: float, above: float) -> tuple[float, float]:
    """The upper left corner of image i."""
    row, column = divmod(i, n_columns)
    return column * (1 + _GAP), row * (height + max(_GAP, above)) + above
