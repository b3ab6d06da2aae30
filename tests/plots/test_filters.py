"""Weights of the first units as images."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from diabolo import (
    Autoencoder,
    DataError,
    FilterDisplay,
    ParameterError,
    SequenceAutoencoder,
    Tabular,
    VariationalAutoencoder,
    windows,
)

pytestmark = pytest.mark.jax

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(size=(30, 4, 6))
WEIGHTS = RNG.normal(size=(5, 4, 6)) * np.arange(1, 6)[:, None, None]


def small(cls=Autoencoder, **parameters):
    return cls(2, encoder=(8,), epochs=1, random_state=0, **parameters)


@pytest.fixture(scope="module")
def ae():
    return small().fit(IMAGES)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("model", "n_inputs"),
    [
        (small(), 24),
        (small(VariationalAutoencoder), 24),
        (small(missing="indicator"), 48),
        (Autoencoder(3, encoder=(), epochs=1, random_state=0), 24),
    ],
)
def test_weights_are_those_of_the_first_layer(model, n_inputs):
    fitted = model.fit(IMAGES)
    kernel = np.asarray(fitted._fitted.road.encoder.layers[1].kernel)
    assert kernel.shape[0] == n_inputs
    display = FilterDisplay.from_estimator(fitted)
    np.testing.assert_array_equal(display.weights, kernel[:24].T.reshape(-1, 4, 6))


def test_colours_are_centred_on_zero():
    display = FilterDisplay(WEIGHTS).plot()
    largest = np.abs(WEIGHTS).max()
    for artist, weights in zip(display.images_, WEIGHTS, strict=True):
        np.testing.assert_allclose(artist.get_array(), weights / largest)
        assert artist.get_clim() == (-1, 1)
        red, green, blue, _ = artist.cmap(artist.norm(0.0))
        assert red == pytest.approx(green, abs=0.02) == pytest.approx(blue, abs=0.02)
    ticks = [text.get_text() for text in display.colorbar_.ax.get_yticklabels()]
    assert [float(tick) for tick in ticks] == pytest.approx([-largest, 0, largest], rel=1e-2)
    assert display.colorbar_.ax.get_ylabel() == "weight"


def test_each_by_its_own_largest():
    weights = WEIGHTS.copy()
    weights[2] = 0
    display = FilterDisplay(weights, normalize=True).plot()
    ranges = [np.abs(artist.get_array()).max() for artist in display.images_]
    assert ranges == pytest.approx([1, 1, 0, 1, 1])
    assert display.colorbar_.ax.get_ylabel() == "weight, of the unit's largest"


def test_flat_rows_and_how_many(ae):
    flat = small().fit(IMAGES.reshape(30, 24))
    display = FilterDisplay.from_estimator(flat, n=3, image_shape=(4, 6))
    assert display.weights.shape == (3, 4, 6)
    assert len(FilterDisplay.from_estimator(ae, n=100).images_) == 8


def test_colour_images_are_drawn_around_grey():
    weights = RNG.normal(size=(2, 4, 5, 3))
    weights[0, 0, 0] = 0
    display = FilterDisplay(weights).plot()
    assert display.colorbar_ is None
    drawn = display.images_[0].get_array()
    np.testing.assert_allclose(drawn[0, 0], 0.5)
    assert 0 <= drawn.min() <= drawn.max() <= 1


def test_the_colour_bar_covers_no_image():
    for ax in (None, plt.subplots(figsize=(4, 3), layout="constrained")[1]):
        display = FilterDisplay(WEIGHTS).plot(ax)
        display.figure_.canvas.draw()
        bar = display.colorbar_.ax.get_window_extent()
        assert not any(bar.overlaps(image.get_window_extent()) for image in display.images_)
        assert bar.x1 <= display.figure_.bbox.x1


def test_plot_keeps_to_the_convention():
    before = dict(mpl.rcParams)
    _, ax = plt.subplots()
    display = FilterDisplay(WEIGHTS)
    assert display.plot(ax) is display
    assert display.ax_ is ax
    first = display.weights.copy()
    assert display.plot().ax_ is not ax
    assert np.array_equal(first, display.weights)
    assert dict(mpl.rcParams) == before


def test_tables_have_a_map_of_units_and_columns():
    X = pd.DataFrame(RNG.normal(size=(30, 5)), columns=[f"length {i} (cm)" for i in range(5)])
    model = small(missing="indicator").fit(X)
    display = FilterDisplay.from_estimator(model, n=6)
    kernel = np.asarray(model._fitted.road.encoder.layers[1].kernel)
    np.testing.assert_array_equal(display.weights, kernel[:5, :6].T)
    (image,) = display.images_
    np.testing.assert_allclose(image.get_array(), display.weights / np.abs(display.weights).max())
    assert [text.get_text() for text in display.ax_.get_xticklabels()] == list(X.columns)
    assert display.ax_.get_ylabel() == "unit (counted from 0)"


def test_bad_input(ae):
    with pytest.raises(ParameterError, match="n must be 1 or more; got 0"):
        FilterDisplay.from_estimator(ae, n=0)
    of_table = small().fit(RNG.normal(size=(30, 5)))
    with pytest.raises(DataError, match="make 5 values"):
        FilterDisplay.from_estimator(of_table, image_shape=(2, 3))
    frame = pd.DataFrame({"size": RNG.normal(size=30), "kind": ["a", "b", "c"] * 10})
    of_frame = Autoencoder(1, encoder=Tabular((8,)), epochs=1, random_state=0).fit(frame)
    X = windows(np.sin(np.arange(60) / 3), length=8)
    of_sequences = SequenceAutoencoder(2, units=(4,), epochs=1, random_state=0).fit(X)
    for model in (of_frame, of_sequences):
        with pytest.raises(ParameterError, match="first layer must be dense, with a weight for each number"):
            FilterDisplay.from_estimator(model)
    assert plt.get_fignums() == []
