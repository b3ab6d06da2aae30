"""Text in pictures: labels and numbers in few letters, and text that shrinks to its place."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import TextPath

from diabolo.latents.priors import StandardNormal
from diabolo.plots.style import SMALL

ARBITRARY, OF_PRIOR = "arbitrary units", "standard deviations of the prior"  # of codes
_LONGEST_LABEL = 24  # characters


def label_text(label: Any) -> str:
    """A label as it is written: whole numbers without a point, long text without its middle."""
    if isinstance(label, (float, np.floating)) and float(label).is_integer():
        label = int(label)
    text = str(label)
    text = text if len(text) <= _LONGEST_LABEL else f"{text[:14]}…{text[-9:]}"
    return text.replace("$", r"\$")  # which would begin a formula


def code_label(component: int, unit: str = ARBITRARY) -> str:
    """Of the axis of one component."""
    return f"code {component + 1} ({unit})"


def code_unit(estimator: Any) -> str:
    """Of the code of a model."""
    latent = estimator._learned().architecture.latent if hasattr(estimator, "_learned") else None
    return OF_PRIOR if getattr(latent, "prior", None) == StandardNormal() else ARBITRARY


def number_text(number: float) -> str:
    """Three digits, and no exponent where it can be read without."""
    return f"{number:.0f}" if 1000 <= abs(number) < 1e6 else f"{number:.3g}"


def error_text(error: float) -> str:
    """Three digits, zeros too, so that errors beside each other are as exact as they look."""
    return number_text(error) if error == 0 or abs(error) >= 100 else f"{error:#.3g}"


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
