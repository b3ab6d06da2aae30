"""Columns of a table on an axis: their names, and lines that follow their values; lines of sequences."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from diabolo.plots.row_kinds import Columns
from diabolo.plots.style import PALETTE, SEQUENTIAL, SMALL, colour, marker, root_figure

MOST_LINES = len(PALETTE)


def name_columns(panel: Axes, names: Sequence[str] | None, given: Axes | None) -> None:
    """As many names below an axis as there is room for, upright where they are long.

    Column j stands at j. A new figure grows by upright names; one ``given`` keeps its size.
    """
    if names is None:
        panel.xaxis.set_major_locator(MaxNLocator(10, integer=True))
        panel.set_xlabel("column (counted from 0)")
        return
    figure = root_figure(panel)
    figure.draw_without_rendering()
    width = panel.get_window_extent().width
    step = math.ceil(1.6 * SMALL * figure.dpi / 72 * len(names) / width)
    panel.set_xticks(range(0, len(names), step), names[::step])
    widest = max(text.get_window_extent().width for text in panel.get_xticklabels())
    if widest > 0.9 * width * step / len(names):
        panel.tick_params(axis="x", labelrotation=90)
        if given is None:
            figure.set_figheight(figure.get_figheight() + widest / figure.dpi)


def most_moving(heights: np.ndarray) -> np.ndarray:
    """The columns that move most over several values, at most ten, in their order.

    Parameters
    ----------
    heights : ndarray of shape (..., n_values, n_columns)
        As they are drawn.
    """
    ranges = np.ptp(heights, axis=-2).reshape(-1, heights.shape[-1]).max(axis=0)
    return np.sort(np.argsort(-ranges, kind="stable")[:MOST_LINES])


def draw_lines(
    ax: Axes, x: np.ndarray, heights: np.ndarray, columns: Columns, chosen: np.ndarray
) -> list[Line2D]:
    """A line for each chosen column.

    Parameters
    ----------
    ax : Axes
    x : ndarray of shape (n_values,)
    heights : ndarray of shape (n_values, n_columns)
    columns : Columns
    chosen : ndarray of int
        Numbers of columns.
    """
    return [
        ax.plot(x, heights[:, j], color=colour(i), marker=marker(i), markersize=4, label=columns.name(j))[0]
        for i, j in enumerate(chosen.tolist())
    ]


def lines_title(columns: Columns, n_chosen: int, n_columns: int) -> str | None:
    """Of the legend of lines: what is left out, and what the heights are."""
    left_out = f"{n_chosen} of {n_columns} columns,\nthose that move most" if n_chosen < n_columns else ""
    return "\n".join(part for part in (left_out, columns.note) if part) or None


def draw_shaded(panel: Axes, sequences: np.ndarray, names: Sequence[str]) -> list[Line2D]:
    """A line a sequence, from dark to light.

    Parameters
    ----------
    panel : Axes
    sequences : ndarray of shape (n, time)
    names : sequence of n str
        For a legend.
    """
    shades = SEQUENTIAL(np.linspace(0, 1, len(sequences)))
    return [
        panel.plot(sequence, color=shade, label=name)[0]
        for sequence, shade, name in zip(sequences, shades, names, strict=True)
    ]
