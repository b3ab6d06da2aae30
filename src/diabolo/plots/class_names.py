"""Names of classes among their points."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from scipy.ndimage import gaussian_filter

from diabolo.plots.classes import Classes
from diabolo.plots.style import INK, SMALL, colour

_LONGEST_NAME = 12  # characters of a name among the points
_CELLS = (48, 36)  # where names of classes can stand


def write_names(ax: Axes, points: np.ndarray, classes: Classes) -> list[Text]:
    """Name each class where most points are its own and no name stands yet."""
    places = ax.transAxes.inverted().transform(ax.transData.transform(points))
    strengths = _strengths(places, classes)
    written: list[Text] = []
    taken: list[Bbox] = []
    for i, name in enumerate(classes.names):
        if len(name) > _LONGEST_NAME:
            continue
        frame = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": colour(i), "alpha": 0.9}
        text = ax.text(0, 0, name, fontsize=SMALL, color=INK, ha="center", va="center", bbox=frame)
        place = _free_place(ax, text, strengths[i], taken)
        if place is None:
            text.remove()
        else:
            text.set(position=ax.transData.inverted().transform(place), clip_on=True)
            written.append(text)
    return written


def _strengths(places: np.ndarray, classes: Classes) -> np.ndarray:
    """How much of a class there is around each cell of the axes, and how little else.

    (n_classes, *_CELLS): n_class / n_all * sqrt(n_class); 0 where it is less than half of the class's best.
    """
    cells = np.clip((places * _CELLS).astype(int), 0, np.array(_CELLS) - 1)
    counts = np.zeros((len(classes.names), *_CELLS))
    np.add.at(counts, (classes.of_row, *cells.T), 1)
    counts = gaussian_filter(counts, sigma=(0, 1.2, 1.2))
    everything = counts.sum(axis=0)
    strengths = np.divide(counts**1.5, everything, out=np.zeros_like(counts), where=everything > 1e-9)
    return np.where(strengths < strengths.max(axis=(1, 2), keepdims=True) / 2, 0, strengths)


def _free_place(ax: Axes, text: Text, strength: np.ndarray, taken: list[Bbox]) -> tuple[float, float] | None:
    """The best place for a name, in pixels; noted in ``taken``."""
    room, box = ax.get_window_extent(), text.get_window_extent().padded(5)
    for cell in np.argsort(-strength, axis=None, kind="stable")[: np.count_nonzero(strength)]:
        fraction = (np.array(np.unravel_index(cell, _CELLS)) + 0.5) / _CELLS
        x, y = room.p0 + fraction * room.size
        there = Bbox.from_bounds(x - box.width / 2, y - box.height / 2, box.width, box.height)
        inside = room.x0 <= there.x0 and there.x1 <= room.x1 and room.y0 <= there.y0 and there.y1 <= room.y1
        if inside and not any(there.overlaps(other) for other in taken):
            taken.append(there)
            return x, y
    return None
