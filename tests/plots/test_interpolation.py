"""The way from one row to another."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from diabolo import (
    Autoencoder,
    DataError,
    InterpolationDisplay,
    ParameterError,
    SequenceAutoencoder,
    Tabular,
    interpolate,
    windows,
)

pytestmark = pytest.mark.jax

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (30, 4, 6), dtype=np.uint8)
TABLE = pd.DataFrame(RNG.normal(size=(30, 12)), columns=[f"c{i}" for i in range(12)])


@pytest.fixture(scope="module")
def ae():
    return Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(IMAGES)


def test_a_line_of_images_for_each_pair(ae):
    display = InterpolationDisplay.from_estimator(ae, IMAGES[:3], IMAGES[3:6], steps=4)
    assert display.rows.shape == (3, 4, 4, 6)
    assert len(display.images_) == 12
    for pair in range(3):
        expected = interpolate(ae, IMAGES[pair], IMAGES[3 + pair], steps=4)
        np.testing.assert_allclose(display.rows[pair], expected)
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
    assert display.rows.shape == (1, 10, 4, 6)


def test_flat_rows_of_any_transformer():
    flat = IMAGES.reshape(30, 24) / 255
    display = InterpolationDisplay.from_estimator(PCA(2).fit(flat), flat[:2], flat[2:4], image_shape=(4, 6))
    assert display.rows.shape == (2, 10, 4, 6)


def test_colour():
    display = InterpolationDisplay(RNG.uniform(size=(2, 3, 4, 5, 3))).plot()
    assert display.images_[0].get_array().shape == (4, 5, 3)


def test_plot_keeps_to_the_convention():
    before = dict(mpl.rcParams)
    _, ax = plt.subplots()
    display = InterpolationDisplay(RNG.uniform(size=(2, 3, 4, 5)))
    assert display.plot(ax) is display
    assert display.ax_ is ax
    first = display.rows.copy()
    assert display.plot().ax_ is not ax
    assert np.array_equal(first, display.rows)
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


# -- tables and sequences ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def of_table():
    return Autoencoder(2, encoder=(8,), epochs=200, random_state=0).fit(TABLE)  # so that columns move


def test_a_line_a_column_of_those_that_move_most(of_table):
    display = InterpolationDisplay.from_estimator(of_table, TABLE[:2], TABLE[2:4], steps=5)
    assert display.images_ == display.frames_ == []
    assert len(display.axes_) == len(display.lines_) == 2
    decoded = np.stack([interpolate(of_table, TABLE.iloc[i], TABLE.iloc[2 + i], steps=5) for i in range(2)])
    moved = np.ptp(decoded, axis=1).max(axis=0)
    chosen = np.sort(np.argsort(-moved)[:10])
    for pair, lines in enumerate(display.lines_):
        assert [line.get_label() for line in lines] == [TABLE.columns[j] for j in chosen]
        for line, j in zip(lines, chosen, strict=True):
            np.testing.assert_allclose(line.get_ydata(), decoded[pair, :, j], rtol=1e-6)
    assert "10 of 12 columns" in display.legend_.get_title().get_text()
    assert display.axes_[0].get_ylabel() == "units of X"


def test_columns_of_unequal_units_are_scaled_as_by_the_model():
    unequal = TABLE * 10.0 ** np.arange(-6, 6)
    model = Autoencoder(2, encoder=(8,), epochs=2, scale="standard", random_state=0).fit(unequal)
    display = InterpolationDisplay.from_estimator(model, unequal[:1], unequal[1:2], steps=3)
    decoded = interpolate(model, unequal.iloc[0], unequal.iloc[1], steps=3)
    scaled = (decoded - unequal.mean().to_numpy()) / unequal.std(ddof=0).to_numpy()
    assert display.axes_[0].get_ylabel() == "model units"
    for line in display.lines_[0]:
        j = list(unequal.columns).index(line.get_label())
        np.testing.assert_allclose(line.get_ydata(), scaled[:, j], rtol=1e-3, atol=1e-5)


def test_mixed_tables():
    frame = pd.DataFrame({"size": RNG.normal(size=30), "kind": ["a", "b", "c"] * 10})
    model = Autoencoder(1, encoder=Tabular((8,)), epochs=1, random_state=0).fit(frame)
    display = InterpolationDisplay.from_estimator(model, frame[:2], frame[2:4], steps=3)
    assert [line.get_label() for line in display.lines_[1]] == ["size", "kind"]
    assert set(display.lines_[0][1].get_ydata()) <= {-1, 0, 1}  # three levels, evenly


@pytest.mark.thorough
def test_sequences():
    X = windows(np.sin(np.arange(60) / 3), length=8)
    model = SequenceAutoencoder(2, units=(4,), epochs=1, random_state=0).fit(X)
    display = InterpolationDisplay.from_estimator(model, X[:1], X[9:10], steps=3)
    decoded = interpolate(model, X[0], X[9], steps=3)
    assert [line.get_label() for line in display.lines_[0]] == ["a", "1", "b"]
    for line, sequence in zip(display.lines_[0], decoded, strict=True):
        np.testing.assert_allclose(line.get_ydata(), sequence[:, 0])
    both = np.concatenate([X, X], axis=2)
    of_two = SequenceAutoencoder(2, units=(4,), epochs=1, random_state=0).fit(both)
    with pytest.raises(DataError, match="sequences of one feature, and these have 2"):
        InterpolationDisplay.from_estimator(of_two, both[:1], both[1:2])


def test_bad_rows():
    with pytest.raises(DataError, match=r"at least 2 steps; got shape \(4, 1, 6\)"):
        InterpolationDisplay(np.zeros((4, 1, 6)))
