"""The one look of every picture: colours, markers, sizes, axes.

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
from matplotlib.legend import Legend

from diabolo.errors import ParameterError

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


def grid_axes(ax: Axes | None, n_panels: int, width: float, height: float) -> list[Axes]:
    """Panels side by side on several lines: in the place of ``ax``, or in a new figure.

    Width and height are those of one panel, in inches.
    """
    n_columns = math.ceil(math.sqrt(n_panels))
    n_lines = math.ceil(n_panels / n_columns)
    if n_panels == 1:
        return [axes_or_new(ax, width, height)]
    if ax is None:
        import matplotlib.pyplot as plt

        figure = plt.figure(figsize=(width * n_columns, height * n_lines), layout="constrained")
        grid = figure.add_gridspec(n_lines, n_columns)
    else:
        figure, cell = ax.figure, ax.get_subplotspec()
        if cell is None:
            raise ParameterError(
                f"{n_panels} panels need axes that stand in a grid, as those of plt.subplots do; got axes "
                "placed by hand. Leave ax out, or make them by plt.subplots."
            )
        ax.set_axis_off()
        grid = cell.subgridspec(n_lines, n_columns, wspace=0.7, hspace=0.6)
    return [figure.add_subplot(grid[divmod(i, n_columns)]) for i in range(n_panels)]


def dress(ax: Axes) -> None:
    """Grey axes on the left and below, small ticks, white inside."""
    ax.set_facecolor("white")
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(GREY)
    ax.tick_params(which="both", color=GREY, labelcolor=GREY, labelsize=SMALL)


def bare(ax: Axes) -> None:
    """No lines around images, only what is written beside them."""
    dress(ax)
    ax.set_facecolor("none")
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


def root_figure(ax: Axes) -> Any:
    """The whole figure, also where the axes are in a part of it."""
    return ax.figure.figure


def legend_beside(ax: Axes, handles: Sequence[Artist], **options: Any) -> Legend:
    """A legend to the right of the axes."""
    return ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0, **options)


def legend_of_panels(
    given: Axes | None, panels: Sequence[Axes], handles: Sequence[Artist], **options: Any
) -> Legend:
    """A legend to the right of panels that stand below each other, with room for it.

    Beside new panels it is the figure's, whose layout leaves the heights of panels alone.
    """
    if given is not None:
        legend = legend_beside(given, handles, **options)
        make_room(given, legend)
        return legend
    figure = root_figure(panels[0])
    legend = figure.legend(handles=handles, loc="outside right upper", borderaxespad=0.4, **options)
    room = legend.get_window_extent().padded(8)  # pixels
    figure.set_figwidth(figure.get_figwidth() + room.width / figure.dpi)
    figure.set_figheight(max(figure.get_figheight(), room.height / figure.dpi))
    return legend


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
