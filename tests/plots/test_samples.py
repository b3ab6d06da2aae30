"""A grid of data."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from diabolo import DataError, ParameterError, SampleDisplay
from diabolo.plots.style import PALETTE

pytestmark = pytest.mark.jax

TABLE = pd.DataFrame(np.arange(36.0).reshape(12, 3) ** 1.5, columns=["length (m)", "width (m)", "mass (kg)"])
IMAGES = np.arange(12 * 4 * 6, dtype=np.uint8).reshape(12, 4, 6)


def boxes_of(artists):
    return [artist.get_window_extent() for artist in artists]


def apart(boxes):
    """Whether no two of these boxes overlap."""
    return not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


def test_what_is_drawn():
    display = SampleDisplay.from_data(IMAGES, n_samples=12)
    assert len(display.images_) == 12
    for artist, image in zip(display.images_, IMAGES, strict=True):
        assert np.allclose(artist.get_array(), image / 255)
        assert artist.get_cmap().name == "gray"
        assert artist.get_clim() == (0, 1)
    assert display.texts_ == []
    assert display.ax_ in display.figure_.axes


def test_rows_are_taken_by_chance_with_their_labels():
    display = SampleDisplay.from_data(IMAGES, np.arange(12), n_samples=5, random_state=0)
    assert len(set(display.labels)) == 5
    assert np.array_equal(display.rows, IMAGES[display.labels])
    again = SampleDisplay.from_data(IMAGES, np.arange(12), n_samples=5, random_state=0)
    assert np.array_equal(display.labels, again.labels)
    assert [text.get_text() for text in display.texts_] == [str(label) for label in display.labels]


def test_flat_rows_and_colour():
    flat = SampleDisplay.from_data(IMAGES.reshape(12, 24), image_shape=(4, 6))
    assert np.array_equal(flat.rows, IMAGES)
    colour = SampleDisplay.from_data(IMAGES.reshape(12, 24), image_shape=(2, 4, 3), n_samples=1)
    assert colour.images_[0].get_array().shape == (2, 4, 3)


@pytest.mark.parametrize("labels", [np.arange(12), [f"a rather long label {i}" for i in range(12)]])
@pytest.mark.parametrize("inches", [None, 1.5])
def test_nothing_overlaps(labels, inches):
    ax = None if inches is None else plt.subplots(figsize=(inches, inches))[1]
    display = SampleDisplay(IMAGES, labels).plot(ax)
    display.figure_.canvas.draw()
    assert apart(boxes_of([*display.images_, *display.texts_]))
    figure = display.figure_.bbox
    assert all(figure.x0 <= box.x0 and box.x1 <= figure.x1 for box in boxes_of(display.texts_))


def test_each_label_stands_over_its_image():
    display = SampleDisplay(IMAGES, range(12)).plot()
    display.figure_.canvas.draw()
    for image, text in zip(boxes_of(display.images_), boxes_of(display.texts_), strict=True):
        assert 0 <= text.y0 - image.y1 < 0.1 * image.height
        assert (text.x0 + text.x1) / 2 == pytest.approx((image.x0 + image.x1) / 2, abs=2)


def test_plot_keeps_to_the_convention():
    before = dict(mpl.rcParams)
    _, ax = plt.subplots()
    display = SampleDisplay(IMAGES)
    assert display.plot(ax) is display
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert len(plt.get_fignums()) == 1
    first = display.rows.copy()
    assert display.plot().ax_ is not ax
    assert np.array_equal(first, display.rows)
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"X": IMAGES, "n_samples": 0}, ParameterError, "n_samples must be 1 or more; got 0"),
        ({"X": IMAGES, "y": [1, 2]}, DataError, r"shape \(12,\); got shape \(2,\)"),
        ({"X": IMAGES.reshape(12, 24), "image_shape": (4, 5)}, DataError, "image_shape"),
        ({"X": TABLE, "y": np.linspace(0, 1, 12)}, DataError, "Labels must be classes here"),
        ({"X": np.array([["a"], ["b"]])}, DataError, "must be numbers"),
    ],
)
def test_bad_input(arguments, error, message):
    with pytest.raises(error, match=message):
        SampleDisplay.from_data(**arguments)
    assert plt.get_fignums() == []


# -- tables --------------------------------------------------------------------------------------------------


def test_rows_of_a_table_are_lines_over_its_columns():
    kinds = pd.Series(["b", "a"] * 6, name="kind")
    display = SampleDisplay.from_data(TABLE, kinds, n_samples=12)
    assert display.images_ == display.texts_ == []
    for line, row, kind in zip(display.lines_, TABLE.to_numpy(), kinds, strict=True):
        assert line.get_xdata().tolist() == [0, 1, 2]
        assert np.allclose(line.get_ydata(), row)
        assert to_rgb(line.get_color()) == to_rgb(PALETTE["ab".index(kind)])
    assert [text.get_text() for text in display.ax_.get_xticklabels()] == list(TABLE.columns)
    assert display.ax_.get_ylabel() == "units of X"
    assert [text.get_text() for text in display.legend_.get_texts()] == ["a", "b"]
    assert display.legend_.get_title().get_text() == "kind"


def test_unequal_units_are_z_scores_of_all_rows():
    unequal = TABLE * [1, 1e4, 1e-4]
    display = SampleDisplay.from_data(unequal, n_samples=4, random_state=0)
    z = ((unequal - unequal.mean()) / unequal.std(ddof=0)).to_numpy()
    assert len(display.lines_) == 4
    assert all(any(np.allclose(line.get_ydata(), row) for row in z) for line in display.lines_)
    assert "z-score" in display.ax_.get_ylabel()


def test_gaps_break_the_line_and_mixed_columns_have_places():
    frame = pd.DataFrame(
        {"size": [1.0, np.nan, 3.0], "kind": ["a", "b", None], "new": [True, False, True]}, index=[7, 8, 9]
    )
    lines = SampleDisplay(frame).plot().lines_
    assert np.isnan(lines[1].get_ydata()).tolist() == [True, False, False]
    assert np.isnan(lines[2].get_ydata()).tolist() == [False, True, False]
    assert [line.get_ydata()[2] for line in lines] == [1, -1, 1]
    assert [line.get_ydata()[1] for line in lines[:2]] == [-0.75, 0.75]


@pytest.mark.parametrize("n_columns", [1, 300])
def test_few_and_many_columns(n_columns):
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(9, n_columns)))
    X.columns = [f"a long column name {i}" for i in range(n_columns)]
    display = SampleDisplay.from_data(X)
    display.figure_.canvas.draw()
    assert len(display.lines_) == 9
    assert apart(boxes_of(display.ax_.get_xticklabels()))
