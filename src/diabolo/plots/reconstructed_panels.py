"""Rows of tables, and sequences, with their reconstructions: a panel each."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text

from diabolo.plots.columns import name_columns
from diabolo.plots.row_kinds import Columns, Steps
from diabolo.plots.style import GREY, INK, PALETTE, SMALL, colour, dress, legend_of_panels, stacked_axes
from diabolo.plots.text import label_text

_FAR_OUT = 10.0  # standard deviations
_MOST_NAMED = 12  # columns whose values are named where they are words
_LONGEST_NAME = 11  # characters of such a value
_MOST_FEATURES = len(PALETTE)  # of sequences, that a legend names


class DrawnPanels(NamedTuple):
    """What was drawn."""

    panels: list[Axes]
    original_lines: list[Line2D]
    reconstruction_lines: list[Line2D]
    texts: list[Text]
    legend: Legend


def draw_table(
    ax: Axes | None,
    columns: Columns,
    originals: np.ndarray,
    reconstructions: np.ndarray,
    titles: Sequence[str],
    unit: str,
) -> DrawnPanels:
    """A panel a row: two marks a column, joined by the error.

    Parameters
    ----------
    ax : Axes or None
    columns : Columns
    originals, reconstructions : ndarray of shape (n, n_columns)
    titles : sequence of n str
    unit : str
        Of the errors in the titles, for the legend.
    """
    n, n_columns = originals.shape
    panels = stacked_axes(ax, n, float(np.clip(2 + 0.4 * n_columns, 6.4, 12)), 1.3)
    heights = [columns.heights(rows) for rows in (originals, reconstructions)]
    original_lines, reconstruction_lines, texts = [], [], []
    for i, panel in enumerate(panels):
        lines = _draw_row(panel, heights[0][i], heights[1][i], titles[i])
        original_lines.append(lines[0])
        reconstruction_lines.append(lines[1])
        if n_columns <= _MOST_NAMED:
            texts += _name_values(panel, columns, (originals[i], reconstructions[i]))
    _share_heights(panels, np.concatenate(heights), columns)
    title = "\n".join(part for part in (unit, columns.note) if part)
    outside = Line2D([], [], color=GREY, marker="o", markerfacecolor="none", linestyle="", label="original")
    legend = legend_of_panels(ax, panels, [outside, reconstruction_lines[0]], title=title)
    name_columns(panels[-1], columns.names, ax)
    return DrawnPanels(panels, original_lines, reconstruction_lines, texts, legend)


def draw_sequences(
    ax: Axes | None,
    steps: Steps,
    originals: np.ndarray,
    reconstructions: np.ndarray,
    titles: Sequence[str],
    unit: str,
) -> DrawnPanels:
    """A panel a sequence: a solid line for each feature, dashed as it was reconstructed.

    Parameters
    ----------
    ax : Axes or None
    steps : Steps
    originals, reconstructions : ndarray of shape (n, time, features)
    titles : sequence of n str
    unit : str
        Of the errors in the titles, for the legend.
    """
    panels = stacked_axes(ax, len(originals), 6.4, 1.3)
    heights = [steps.features.heights(rows) for rows in (originals, reconstructions)]
    solid: list[Line2D] = []
    dashed: list[Line2D] = []
    for panel, title, original, reconstruction in zip(panels, titles, *heights, strict=True):
        dress(panel)
        panel.set_title(title, loc="left", fontsize=SMALL, pad=4)
        panel.set_ylabel(steps.features.axis, fontsize=SMALL)
        for j in range(steps.shape[1]):
            solid += panel.plot(original[:, j], color=colour(j), linewidth=1.2)
            dashed += panel.plot(reconstruction[:, j], color=colour(j), linestyle="--")
    panels[-1].set_xlabel("step (counted from 0)")
    note = steps.features.note.replace("column", "feature")
    title = "\n".join(part for part in (unit, note) if part)
    return DrawnPanels(panels, solid, dashed, [], legend_of_panels(ax, panels, _handles(steps), title=title))


def _handles(steps: Steps) -> list[Line2D]:
    """What solid and dashed lines are, and the colours of features, where they are few."""
    handles = [
        Line2D([], [], color=GREY, linestyle=style, label=name)  # readable on white and on black
        for style, name in (("-", "original"), ("--", "reconstruction"))
    ]
    if 1 < steps.shape[1] <= _MOST_FEATURES:
        handles += [Line2D([], [], color=colour(j), label=steps.name(j)) for j in range(steps.shape[1])]
    return handles


def _draw_row(
    panel: Axes, original: np.ndarray, reconstruction: np.ndarray, title: str
) -> tuple[Line2D, Line2D]:
    dress(panel)
    columns = np.arange(len(original))
    size = float(np.clip(150 / len(columns), 2.5, 7))
    panel.vlines(columns, original, reconstruction, color=GREY, linewidth=1)
    (one,) = panel.plot(
        columns, original, "o", label="original", color=INK, markerfacecolor="none", markersize=size
    )
    (other,) = panel.plot(
        columns, reconstruction, "D", label="reconstruction", color=PALETTE[1], markersize=0.6 * size
    )
    panel.set_xlim(-0.6, len(columns) - 0.4)
    panel.set_title(title, loc="left", fontsize=SMALL, pad=4)
    return one, other


def _name_values(panel: Axes, columns: Columns, rows: tuple[np.ndarray, np.ndarray]) -> list[Text]:
    """Values that are words, beside their marks: those of the original, and others of the reconstruction."""
    written = []
    heights = [columns.heights(row) for row in rows]
    for j in filter(columns.is_word, range(len(rows[0]))):
        original, reconstruction = (columns.text(j, row[j]) for row in rows)
        upper = bool(heights[0][j] >= heights[1][j])
        if not np.isnan(rows[0][j]):
            written.append(_write_value(panel, j, heights[0][j], original, above=upper))
        if original != reconstruction:
            written.append(_write_value(panel, j, heights[1][j], reconstruction, above=not upper))
    return written


def _write_value(panel: Axes, j: int, height: float, text: str, *, above: bool) -> Text:
    short = text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"
    return panel.annotate(
        label_text(short),
        (j, height),
        xytext=(0, 5 if above else -5),
        textcoords="offset points",
        ha="center",
        va="bottom" if above else "top",
        fontsize=SMALL - 2,
        color=INK,
    )


def _share_heights(panels: Sequence[Axes], heights: np.ndarray, columns: Columns) -> None:
    """One y axis for all rows; the far ends of z-scores are drawn logarithmically."""
    low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
    margin = (0.12 if columns.table is None else 0.3) * (high - low) or 1.0  # names need more
    for panel in panels:
        panel.set_ylabel(columns.axis, fontsize=SMALL)
        panel.set_ylim(low - margin, high + margin)
        if columns.centers_and_spreads is not None and max(-low, high) > _FAR_OUT:
            _draw_far_ends_near(panel, max(-low, high))


def _draw_far_ends_near(panel: Axes, farthest: float) -> None:
    """A z-score axis that is linear up to 1, logarithmic beyond."""
    panel.set_ylabel("z-score,\nlog beyond ±1", fontsize=SMALL)
    panel.set_yscale("symlog", linthresh=1)
    panel.set_ylim(-2 * farthest, 2 * farthest)
    decade = 10 ** math.floor(math.log10(farthest))
    panel.set_yticks([-decade, -1, 0, 1, decade], minor=False)
    panel.yaxis.set_major_formatter("{x:g}")
    panel.minorticks_off()
