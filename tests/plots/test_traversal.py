"""What each component does."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest

from diabolo import (
    Autoencoder,
    DataError,
    ParameterError,
    SequenceAutoencoder,
    Tabular,
    TraversalDisplay,
    VariationalAutoencoder,
    windows,
)
from diabolo.plots.image_grid import as_shades
from diabolo.plots.style import SEQUENTIAL

pytestmark = pytest.mark.jax

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(size=(40, 4, 6))
TABLE = pd.DataFrame(RNG.normal(size=(40, 4)) + 3, columns=["length", "width", "height", "mass"])


@pytest.fixture(scope="module")
def of_images():
    return VariationalAutoencoder(3, encoder=(8,), epochs=2, random_state=0).fit(IMAGES)


@pytest.fixture(scope="module")
def of_table():
    return Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(TABLE)


def texts(artists):
    return [artist.get_text() for artist in artists]


def moved(model, X, component, step, center=None):
    """What is decoded so many standard deviations from the centre."""
    codes = model.transform(X)
    code = codes.mean(axis=0) if center is None else codes[center].copy()
    code[component] += step * codes[:, component].std()
    return model.inverse_transform([code])


@pytest.mark.parametrize("row", [None, 7])
def test_a_line_of_images_for_each_component(of_images, row):
    display = TraversalDisplay.from_estimator(of_images, IMAGES, row=row, n_steps=5, extent=3)
    assert display.decoded.shape == (3, 5, 4, 6)
    assert display.steps.tolist() == [-3, -1.5, 0, 1.5, 3]
    for component in range(3):
        for i, step in enumerate(display.steps):
            expected = moved(of_images, IMAGES, component, step, row)[0]
            np.testing.assert_allclose(display.decoded[component, i], expected, atol=1e-5)
            drawn = display.images_[5 * component + i].get_array()
            np.testing.assert_allclose(drawn, as_shades(expected, like=display.decoded), atol=1e-5)


def test_lines_and_steps_have_names(of_images):
    display = TraversalDisplay.from_estimator(of_images, IMAGES, components=[2, 0], n_steps=3)
    spreads = of_images.transform(IMAGES).std(axis=0)
    names = texts(display.ax_.get_yticklabels())
    assert names == [f"code 3 (sd {spreads[2]:.3g})", f"code 1 (sd {spreads[0]:.3g})"]
    assert texts(display.ax_.get_xticklabels()) == ["-2", "0", "+2"]
    assert display.ax_.get_xlabel() == "standard deviations of the component"


def test_of_many_components_the_strongest():
    weights = np.diag(np.arange(1.0, 25))
    pca = PCA(24).fit(RNG.normal(size=(400, 24)) @ weights)
    X = RNG.normal(size=(400, 24)) @ weights
    display = TraversalDisplay.from_estimator(pca, X, image_shape=(4, 6))
    spreads = pca.transform(X).std(axis=0)
    effects = spreads * np.abs(pca.components_).sum(axis=1)  # a component moves pixels in proportion
    assert list(display.components) == np.argsort(-effects)[:10].tolist()
    assert len(display.images_) == 70


@pytest.mark.parametrize("inches", [None, 4])
def test_nothing_overlaps_or_is_cut(of_images, inches):
    ax = None if inches is None else plt.subplots(figsize=(inches, inches), layout="constrained")[1]
    display = TraversalDisplay.from_estimator(of_images, IMAGES, ax=ax, n_steps=5)
    display.figure_.canvas.draw()
    display.figure_.canvas.draw()
    written = [*display.ax_.get_yticklabels(), *display.ax_.get_xticklabels(), display.ax_.xaxis.label]
    boxes = [text.get_window_extent() for text in written]
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])
    assert min(box.x0 for box in boxes) >= 0
    assert min(box.y0 for box in boxes) >= 0


def test_a_new_figure_has_room_for_names_at_once(of_images):
    display = TraversalDisplay.from_estimator(of_images, IMAGES)
    display.figure_.canvas.draw()
    assert min(text.get_window_extent().x0 for text in display.ax_.get_yticklabels()) >= 0


def test_colour():
    display = TraversalDisplay(RNG.uniform(size=(2, 3, 4, 5, 3)), [-1, 0, 1]).plot()
    assert display.images_[0].get_array().shape == (4, 5, 3)
    assert texts(display.ax_.get_yticklabels()) == ["code 1", "code 2"]


# -- tables and sequences ------------------------------------------------------------------------------------


def test_a_line_a_column_in_a_panel_a_component(of_table):
    display = TraversalDisplay.from_estimator(of_table, TABLE, n_steps=3)
    assert display.images_ == []
    assert len(display.axes_) == 2
    for component, lines in enumerate(display.lines_):
        expected = np.concatenate([moved(of_table, TABLE, component, step) for step in (-2, 0, 2)])
        assert [line.get_label() for line in lines] == list(TABLE.columns)
        for line, values in zip(lines, expected.T, strict=True):
            assert line.get_xdata().tolist() == [-2, 0, 2]
            np.testing.assert_allclose(line.get_ydata(), values, rtol=1e-4)
    assert display.axes_[0].get_ylabel() == "units of X"
    assert texts(display.legend_.get_texts()) == list(TABLE.columns)


def test_unequal_units_are_z_scores():
    unequal = TABLE * [1e-3, 1, 1e3, 1e6]
    model = Autoencoder(1, encoder=(8,), scale="standard", epochs=2, random_state=0).fit(unequal)
    display = TraversalDisplay.from_estimator(model, unequal, n_steps=3)
    expected = np.concatenate([moved(model, unequal, 0, step) for step in (-2, 0, 2)])
    z = (expected - unequal.mean().to_numpy()) / unequal.std(ddof=0).to_numpy()
    np.testing.assert_allclose([line.get_ydata() for line in display.lines_[0]], z.T, rtol=1e-3, atol=1e-4)
    assert display.axes_[0].get_ylabel() == "z-score"


def test_a_table_of_300_columns_shows_those_that_move_most():
    X = RNG.normal(size=(40, 300)) * np.linspace(1, 2, 300)
    pca = PCA(2).fit(X)
    display = TraversalDisplay.from_estimator(pca, X)
    decoded = np.stack([np.concatenate([moved(pca, X, k, step) for step in (-2, 2)]) for k in range(2)])
    largest = np.sort(np.argsort(-np.ptp(decoded, axis=1).max(axis=0))[:10])
    assert [line.get_label() for line in display.lines_[0]] == [f"column {j}" for j in largest]
    assert "10 of 300 columns" in display.legend_.get_title().get_text()


def test_mixed_tables():
    frame = pd.DataFrame({"size": RNG.normal(size=30), "kind": ["a", "b", "c"] * 10})
    frame["new"] = [True, False] * 15
    model = Autoencoder(2, encoder=Tabular((8,)), epochs=2, random_state=0).fit(frame)
    display = TraversalDisplay.from_estimator(model, frame, n_steps=3)
    for component, (size, kind, new) in enumerate(display.lines_):
        rows = pd.concat([moved(model, frame, component, step) for step in (-2, 0, 2)])
        z = (rows["size"] - frame["size"].mean()) / frame["size"].std(ddof=0)
        np.testing.assert_allclose(size.get_ydata(), z, rtol=1e-4)
        assert kind.get_ydata().tolist() == [{"a": -1, "b": 0, "c": 1}[each] for each in rows["kind"]]
        assert new.get_ydata().tolist() == [1 if each else -1 for each in rows["new"]]


@pytest.mark.thorough
def test_sequences():
    X = windows(np.sin(np.arange(60) / 3), length=8)
    model = SequenceAutoencoder(2, units=(4,), epochs=1, random_state=0).fit(X)
    display = TraversalDisplay.from_estimator(model, X, n_steps=3)
    for component, lines in enumerate(display.lines_):
        for line, step in zip(lines, (-2, 0, 2), strict=True):
            np.testing.assert_allclose(line.get_ydata(), moved(model, X, component, step)[0, :, 0], atol=1e-5)
        assert lines[-1].get_color() == pytest.approx(SEQUENTIAL(1.0))
    assert texts(display.legend_.get_texts()) == ["-2", "0", "+2"]
    both = np.concatenate([X, X], axis=2)
    of_two = SequenceAutoencoder(2, units=(4,), epochs=1, random_state=0).fit(both)
    with pytest.raises(DataError, match="TraversalDisplay draws sequences of one feature, and these have 2"):
        TraversalDisplay.from_estimator(of_two, both)


@pytest.mark.parametrize("given", [False, True])
def test_the_legend_covers_no_panel(of_table, given):
    ax = plt.subplots(figsize=(7, 5), layout="constrained")[1] if given else None
    display = TraversalDisplay.from_estimator(of_table, TABLE, ax=ax)
    display.figure_.canvas.draw()
    display.figure_.canvas.draw()
    legend = display.legend_.get_window_extent()
    panels = [panel.get_window_extent() for panel in display.axes_]
    assert not any(legend.overlaps(panel) for panel in panels)
    assert legend.x1 <= display.figure_.bbox.x1
    assert panels[0].height == pytest.approx(panels[1].height, rel=0.1)


# -- the convention ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decoded", [RNG.uniform(size=(2, 3, 4, 5)), RNG.uniform(size=(2, 3, 4))])
def test_plot_keeps_to_the_convention(decoded):
    before = dict(mpl.rcParams)
    _, ax = plt.subplots()
    display = TraversalDisplay(decoded, [-1, 0, 1])
    assert display.plot(ax) is display
    assert display.figure_ is ax.figure
    assert len(plt.get_fignums()) == 1
    assert display.plot().figure_ is not ax.figure
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_steps": 1}, "n_steps must be a whole number of at least 2; got 1"),
        ({"extent": 0}, "extent must be a finite number of standard deviations above 0; got 0"),
        ({"row": 40}, "row must be the number of a row of X, from 0 to 39; got 40"),
        ({"components": [0, 3]}, r"which have 3, counted from 0 to 2; got \[0, 3\]"),
        ({"components": []}, "different columns"),
        ({"components": [1, 1]}, "different columns"),
    ],
)
def test_bad_input(of_images, arguments, message):
    with pytest.raises(ParameterError, match=message):
        TraversalDisplay.from_estimator(of_images, IMAGES, **arguments)
    assert plt.get_fignums() == []


def test_what_can_not_be_traversed():
    class OneWay:
        transform = SelectKBest.transform

    with pytest.raises(ParameterError, match="must have transform and inverse_transform.* got OneWay"):
        TraversalDisplay.from_estimator(OneWay(), IMAGES)
    with pytest.raises(DataError, match=r"steps make \(3,\); got shape \(2, 4, 5\)"):
        TraversalDisplay(np.zeros((2, 4, 5)), [-1, 0, 1])
