"""The picture of a network: a bar a layer, as an SVG that stands by itself in any page.

Text takes the colour of the text around it, and the bars are of colours that show on white and on black, so
that the picture needs to know of no theme. It asks for nothing from the network or from styles of the page.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_STEP, _LETTER = 62, 6.5  # pixels from bar to bar at least, and what a letter of a label needs
_BAR = 18  # width of a bar
_TALLEST, _SHORTEST = 96, 12
_MARGIN, _TEXT = 14, 15  # above the bars; a line of text
_BLUE, _AMBER = "#5f83d6", "#d98a1c"  # of layers and of the code


@dataclass(frozen=True)
class Bar:
    """One layer.

    Parameters
    ----------
    label : str
        Its size in words, such as "100" or "14×14×8"; "?" where it is not known yet.
    size : int or None
        The number of its outputs, which gives the height; ``None`` where it is not known.
    notes : tuple of str
        Lines below the size: the name of its activation, or what the layer is.
    is_code : bool
    """

    label: str
    size: int | None = None
    notes: tuple[str, ...] = ()
    is_code: bool = False


def hourglass(bars: Sequence[Bar], name: str, foot: Sequence[str]) -> str:
    """The picture, as an ``<svg>`` element.

    Parameters
    ----------
    bars : sequence of Bar
        In the order in which data passes them.
    name : str
        What the network is called.
    foot : sequence of str
        Lines below the picture.
    """
    heights = _heights(bars)
    step = max(_STEP, *(_LETTER * (1 + len(text)) for bar in bars for text in (bar.label, *bar.notes)))
    step = max(step, *(_LETTER * len(line) / len(bars) for line in foot))
    lines = 1 + max(len(bar.notes) for bar in bars)
    width = round(step * len(bars))
    height = _MARGIN + _TALLEST + _TEXT * (lines + len(foot)) + 8
    parts = [
        *(_slope(step * (i + 0.5), step, *heights[i : i + 2]) for i in range(len(bars) - 1)),
        *(_bar(step * (i + 0.5), bar, heights[i]) for i, bar in enumerate(bars)),
    ]
    for line, text in enumerate(reversed(foot)):
        parts.append(f'<text x="{width / 2:g}" y="{height - 6 - _TEXT * line}">{escape(text)}</text>')
    title = f"{name}: {' → '.join(bar.label for bar in bars)}"
    described = "; ".join(" ".join((bar.label, *bar.notes)) for bar in bars)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" '
        'style="max-width:100%;height:auto;margin:8px 0;font:11px/1 sans-serif" fill="currentColor" '
        f'text-anchor="middle"><title>{escape(title)}</title>'
        f"<desc>Layers from left to right: {escape(described)}. {escape(', '.join(foot))}</desc>"
        f"{''.join(parts)}</svg>"
    )


def _heights(bars: Sequence[Bar]) -> list[float]:
    """On a logarithmic scale, so that 2 and 784 both show; unknown sizes are as tall as the tallest."""
    tallest = max((bar.size or 1 for bar in bars), default=1)
    room = _TALLEST - _SHORTEST

    def height(size: int | None) -> float:
        return _TALLEST if size is None else _SHORTEST + room * math.log1p(size) / math.log1p(tallest)

    return [height(bar.size) for bar in bars]


def _bar(x: float, bar: Bar, height: float) -> str:
    y = _MARGIN + (_TALLEST - height) / 2
    colour = _AMBER if bar.is_code else _BLUE
    look = f'fill="none" stroke="{colour}" stroke-dasharray="3 3"' if bar.size is None else f'fill="{colour}"'
    below = _MARGIN + _TALLEST + _TEXT
    size = f'<text x="{x:g}" y="{below}" font-weight="bold">{escape(bar.label)}</text>'
    notes = "".join(
        f'<text x="{x:g}" y="{below + _TEXT * line}" font-size="10" opacity="0.75">{escape(note)}</text>'
        for line, note in enumerate(bar.notes, start=1)
    )
    return (
        f'<rect x="{x - _BAR / 2:g}" y="{y:.1f}" width="{_BAR}" height="{height:.1f}" rx="3" {look}/>'
        f"{size}{notes}"
    )


def _slope(x: float, step: float, left: float, right: float) -> str:
    """The faint surface between a bar and the next."""
    x0, x1 = x + _BAR / 2, x + step - _BAR / 2
    middle = _MARGIN + _TALLEST / 2
    corners = ((x0, -left), (x1, -right), (x1, right), (x0, left))
    points = " ".join(f"{x:g},{middle + h / 2:.1f}" for x, h in corners)
    return f'<polygon points="{points}" fill="{_BLUE}" opacity="0.18"/>'
