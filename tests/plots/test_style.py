"""The look: colours told apart by everyone, text that fits, images in the right shades, no global effects."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from diabolo.plots.style import (
    MARKERS,
    PALETTE,
    colour,
    dress,
    legend_beside,
    look,
    make_room,
    marker,
    stacked_axes,
)

pytestmark = pytest.mark.jax

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
SIGHTS = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
]


def lab(colours, sight="normal"):
    """CIELAB (n, 3) of sRGB colours as they are seen."""
    srgb = np.array([to_rgb(c) for c in colours])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.transpose(SIGHTS[sight]), 0, 1)
    ratio = seen @ np.transpose(TO_XYZ) / [0.95047, 1, 1.08883]
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], 1)


def cos_of(degrees):
    return np.cos(np.radians(degrees))


def ciede2000(one, other):
    """Sharma, Wu and Dalal (2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = (1 - np.sqrt(mean**7 / (mean**7 + 25**7))) / 2
    c1, c2 = np.hypot((1 + g) * a1, b1), np.hypot((1 + g) * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, (1 + g) * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = 0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    lightness, c = (l1 + l2) / 2, (c1 + c2) / 2
    h = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    t = 1 - 0.17 * cos_of(h - 30) + 0.24 * cos_of(2 * h) + 0.32 * cos_of(3 * h + 6) - 0.2 * cos_of(4 * h - 63)
    dl = (l2 - l1) / (1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2))
    dc = (c2 - c1) / (1 + 0.045 * c)
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * c * t)
    rotation = -2 * np.sqrt(c**7 / (c**7 + 25**7)) * np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2))))
    return np.sqrt(dl**2 + dc**2 + dh**2 + rotation * dc * dh)


def least_distance(colours, sight):
    points = lab(colours, sight)
    return min(ciede2000(p, q) for i, p in enumerate(points) for q in points[:i])


def test_ciede2000_against_published_pairs():
    """Rows 1, 7, 14 and 25 of the table of Sharma, Wu and Dalal (2005)."""
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ]
    for one, other, expected in pairs:
        assert ciede2000(one, other) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("sight", SIGHTS)
def test_ten_colours_are_told_apart_in_every_sight(sight):
    assert len(set(PALETTE)) == 10
    assert least_distance(PALETTE, sight) > 17
    assert least_distance(PALETTE[:3], sight) > 40
    assert least_distance(mpl.color_sequences["tab10"], sight) < 17


def test_no_colour_vanishes_on_white():
    assert lab(PALETTE)[:, 0].max() < 76
    white = lab(["white"])[0]
    assert min(ciede2000(white, one) for one in lab(PALETTE)) > 20


def test_a_hundred_classes_have_a_colour_and_a_marker_of_their_own():
    assert len({(colour(i), marker(i)) for i in range(100)}) == 100
    assert [marker(i) for i in range(10)] == list(MARKERS)


def test_look_leaves_the_users_settings_alone():
    before = dict(mpl.rcParams)
    with look():
        assert mpl.rcParams["legend.frameon"] is False
    assert dict(mpl.rcParams) == before


# -- axes ----------------------------------------------------------------------------------------------------


def drawn_beside(ax, given):
    dress(ax)
    legend = legend_beside(ax, ax.plot([0, 1], label="a line with a name"))
    make_room(given, legend)
    ax.figure.canvas.draw()
    return legend.get_window_extent()


@pytest.mark.parametrize("finish", ["draw_without_rendering", "tight_layout"])
@pytest.mark.parametrize("layout", [None, "constrained"])
def test_a_legend_beside_given_axes_covers_nothing(layout, finish):
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3), layout=layout)
    drawn_beside(left, left)
    drawn_beside(right, right)
    if layout is None:
        getattr(figure, finish)()
    figure.canvas.draw()
    legends = [ax.get_legend().get_window_extent() for ax in (left, right)]
    assert not legends[0].overlaps(left.get_window_extent())
    assert not legends[0].overlaps(right.get_window_extent())
    assert legends[1].x1 <= figure.bbox.x1


def test_a_legend_beside_axes_without_a_grid():
    figure = plt.figure()
    ax = figure.add_axes((0.1, 0.1, 0.85, 0.8))
    assert drawn_beside(ax, ax).x1 <= figure.bbox.x1


def test_a_new_figure_grows_by_its_legend():
    figure, ax = plt.subplots(layout="constrained")
    width = figure.get_figwidth()
    legend = drawn_beside(ax, None)
    assert figure.get_figwidth() == pytest.approx(width + legend.width / figure.dpi, rel=0.01)
    assert legend.x1 <= figure.bbox.x1


def test_panels_share_the_place_of_given_axes():
    figure, ax = plt.subplots()
    panels = stacked_axes(ax, 3, 1, 1)
    figure.canvas.draw()
    room = ax.get_window_extent()
    boxes = [panel.get_window_extent() for panel in panels]
    assert boxes[0].y1 == pytest.approx(room.y1)
    assert boxes[2].y0 == pytest.approx(room.y0)
    assert boxes[0].y0 > boxes[1].y1 > boxes[1].y0 > boxes[2].y1
    assert stacked_axes(ax, 1, 1, 1) == [ax]
