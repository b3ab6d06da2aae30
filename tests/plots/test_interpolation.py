"""The way from one row to another."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.decomposition import PCA

from diabolo import Autoencoder, DataError, InterpolationDisplay, ParameterError, interpolate

pytestmark = pytest.mark.jax

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (30, 4, 6), dtype=np.uint8)


@pytest.fixture(scope="module")
def ae():
    return Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(IMAGES)


def test_a_line_of_images_for_each_pair(ae):
    display = InterpolationDisplay.from_estimator(ae, IMAGES[:3], IMAGES[3:6], steps=4)
    assert display.images.shape == (3, 4, 4, 6)
    assert len(display.images_) == 12
    for pair in range(3):
        expected = interpolate(ae, IMAGES[pair], IMAGES[3 + pair], steps=4)
        np.testing.assert_allclose(display.images[pair], expected)
        for artist, image in zip(display.images_[4 * pair :], expected, strict=False):
            np.testing.assert_allclose(artist.get_array(), np.clip(image, 0, 1), atol=1e-6)


def test_the_ends_have_a_frame_and_a_name(ae):
    display = InterpolationDisplay.from_estimator(ae, IMAGES[:2], IMAGES[2:4], steps=5)
    display.figure_.canvas.draw()
    ends = [display.images_[i] for i in (0, 4, 5, 9)]
    for frame, image in zip(display.frames_, ends, strict=True):
        outer, inner = frame.get_window_extent(), image.get_window_extent()
        np.testing.assert_allclose(outer.extents, inner.extents, atol=3)
    names = display.ax_.get_xticklabels()
    assert [name.get_text() for name in names] == ["a", "b"]
    for name, image in zip(names, ends, strict=False):
        box, above = name.get_window_extent(), image.get_window_extent()
        assert (box.x0 + box.x1) / 2 == pytest.approx((above.x0 + above.x1) / 2, abs=2)
        assert box.y1 <= display.images_[-1].get_window_extent().y0


@pytest.mark.parametrize("one", [lambda row: row, lambda row: row[None], lambda row: row.ravel()])
def test_one_pair(ae, one):
    display = InterpolationDisplay.from_estimator(ae, one(IMAGES[0]), one(IMAGES[1]))
    assert display.images.shape == (1, 10, 4, 6)


def test_flat_rows_of_any_transformer():
    flat = IMAGES.reshape(30, 24) / 255
    display = InterpolationDisplay.from_estimator(PCA(2).fit(flat), flat[:2], flat[2:4], image_shape=(4, 6))
    assert display.images.shape == (2, 10, 4, 6)


def test_colour():
    display = InterpolationDisplay(RNG.uniform(size=(2, 3, 4, 5, 3))).plot()
    assert display.images_[0].get_array().shape == (4, 5, 3)


def test_plot_keeps_to_the_convention():
    before = dict(mpl.rcParams)
    _, ax = plt.subplots()
    display = InterpolationDisplay(RNG.uniform(size=(2, 3, 4, 5)))
    assert display.plot(ax) is display
    assert display.ax_ is ax
    first = display.images.copy()
    assert display.plot().ax_ is not ax
    assert np.array_equal(first, display.images)
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"a": IMAGES[:2], "b": IMAGES[:3]}, DataError, "equally many rows, .* got 2 and 3"),
        ({"a": IMAGES[0], "b": IMAGES[1], "steps": 1}, ParameterError, "steps must be a whole number"),
        ({"a": IMAGES[0], "b": IMAGES[1, :3]}, DataError, "b must be one row of 24 features|equally many"),
        ({"a": IMAGES[0], "b": IMAGES[1], "image_shape": (3, 3)}, DataError, "make 24 values"),
    ],
)
def test_bad_input(ae, arguments, error, message):
    with pytest.raises(error, match=message):
        InterpolationDisplay.from_estimator(ae, **arguments)
    assert plt.get_fignums() == []


def test_tables_are_refused():
    table = RNG.normal(size=(30, 4))
    of_table = Autoencoder(2, encoder=(8,), epochs=1, random_state=0).fit(table)
    with pytest.raises(DataError, match=r"flat, of 4 columns.*diabolo\.interpolate"):
        InterpolationDisplay.from_estimator(of_table, table[0], table[1])
    with pytest.raises(DataError, match=r"got shape \(4, 5, 6\)"):
        InterpolationDisplay(np.zeros((4, 5, 6)))
