"""Rows as images, in the right shades."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from diabolo import DataError
from diabolo.plots.image_grid import as_images, as_shades, draw_images

pytestmark = pytest.mark.jax


@pytest.mark.parametrize(
    ("shape", "image_shape", "expected"),
    [
        ((2, 4, 6), None, (2, 4, 6)),
        ((2, 4, 6, 1), None, (2, 4, 6)),
        ((2, 4, 6, 3), None, (2, 4, 6, 3)),
        ((2, 4, 6, 4), None, (2, 4, 6, 4)),
        ((2, 24), (4, 6), (2, 4, 6)),
        ((2, 24), (2, 4, 3), (2, 2, 4, 3)),
    ],
)
def test_rows_as_images(shape, image_shape, expected):
    assert as_images(np.zeros(shape), image_shape).shape == expected


@pytest.mark.parametrize(
    ("X", "image_shape", "message"),
    [
        (np.zeros((2, 16)), None, r"image_shape=\(4, 4\)"),
        (np.zeros((2, 15)), None, r"image_shape=\(height, width\)"),
        (np.zeros((2, 16)), (4, 5), r"make 16 values.* got \(4, 5\)"),
        (np.zeros((2, 16)), (16,), "height, width"),
        (np.zeros((2, 3, 8, 8)), None, r"np\.moveaxis\(X, 1, -1\)"),
        (np.zeros((2, 2, 2, 3, 3)), None, "one image a row"),
        (np.zeros((0, 4, 4)), None, "at least one row"),
        (np.zeros(4), None, r"shape \(4,\)"),
        (np.array([[["a"]]]), None, "dtype <U1"),
        (np.full((2, 2, 2), np.inf), None, "inf"),
    ],
)
def test_what_is_no_image_is_refused(X, image_shape, message):
    with pytest.raises(DataError, match=message):
        as_images(X, image_shape)


def ramp(low, high, dtype=float):
    return np.linspace(low, high, 32).astype(dtype).reshape(2, 4, 4)


@pytest.mark.parametrize(
    ("images", "black", "white"),
    [
        (ramp(10, 100, np.uint8), 0, 255),
        (ramp(10, 1000, np.uint16), 0, 65535),
        (ramp(0, 1, np.uint8), 0, 1),
        (ramp(0, 1, bool), 0, 1),
        (ramp(0.2, 0.8), 0, 1),
        (ramp(-0.1, 1.1), 0, 1),  # decoded: a little outside
        (ramp(0, 16), 0, 16),
        (ramp(-3, 3), -3, 3),
        (ramp(5, 255, int), 5, 255),
        (np.full((1, 2, 2), 7.0), 7, 8),
    ],
)
def test_shades(images, black, white):
    shades = as_shades(images)
    assert np.allclose(shades, np.clip((images.astype(float) - black) / (white - black), 0, 1))


def test_shades_like_others():
    assert np.allclose(as_shades(np.array([[[-4.0, 0, 1, 4]]]), like=ramp(-2, 2)), [[[0, 0.5, 0.75, 1]]])


@pytest.mark.parametrize("channels", [(), (3,), (4,)])
def test_gaps_are_hatched(channels):
    shades = np.linspace(0, 1, 2 * 4 * 4 * int(np.prod(channels))).reshape(2, 4, 4, *channels)
    shades[1, 0, 2] = np.nan
    _, ax = plt.subplots()
    whole, broken = draw_images(ax, as_shades(as_images(shades)), 2)
    (hatched,) = ax.patches
    assert hatched.get_hatch()
    assert hatched.get_extents().bounds == pytest.approx(broken.get_window_extent().bounds)
    drawn = np.asarray(broken.to_rgba(broken.get_array()))  # what lies below shows through at the gap alone
    assert np.argwhere(drawn[..., 3] == 0).tolist()[0] == [0, 2]
    assert (drawn[..., 3] == 0).sum() == 1
    assert np.asarray(whole.get_array()).shape == (4, 4, *channels)


def test_an_image_of_gaps_alone():
    assert np.isnan(as_shades(np.full((1, 2, 2), np.nan))).all()
