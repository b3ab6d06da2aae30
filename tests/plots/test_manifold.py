"""Decoded images on a grid of codes."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn.decomposition import PCA

from diabolo import (
    Autoencoder,
    DataError,
    ManifoldDisplay,
    ParameterError,
    SequenceAutoencoder,
    Tabular,
    VariationalAutoencoder,
    windows,
)
from diabolo.plots.image_grid import as_shades

pytestmark = pytest.mark.jax

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(size=(60, 4, 6))


@pytest.fixture(scope="module")
def ae():
    return Autoencoder(3, encoder=(8,), epochs=2, random_state=0).fit(IMAGES)


@pytest.fixture(scope="module")
def vae():
    return VariationalAutoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(IMAGES)


def drawn_at(display, i, j):
    """The image drawn in column i of row j, counted from the lower left."""
    whole = np.asarray(display.images_[0].get_array())
    n_y, _, height, width = display.rows.shape[:4]
    from_top = n_y - 1 - j
    return whole[from_top * height : (from_top + 1) * height, i * width : (i + 1) * width]


def test_each_image_stands_where_its_code_is(vae):
    display = ManifoldDisplay.from_estimator(vae, n=5)
    values = norm.ppf(np.linspace(0.025, 0.975, 5))
    for i, j in ((0, 0), (4, 0), (0, 4), (2, 3)):
        expected = vae.inverse_transform([[values[i], values[j]]])[0]
        np.testing.assert_allclose(display.rows[j, i], expected, atol=1e-6)
        shades = as_shades(expected, like=display.rows)
        np.testing.assert_allclose(drawn_at(display, i, j), shades, atol=1e-6)
    assert display.ax_.get_xlabel() == "code 1 (standard deviations of the prior)"
    assert display.ax_.get_ylabel() == "code 2 (standard deviations of the prior)"


def test_the_grid_of_rows_spans_their_codes_evenly(ae):
    display = ManifoldDisplay.from_estimator(ae, IMAGES, n=4, components=[2, 0], coverage=0.8)
    codes = ae.transform(IMAGES)
    for values, component in ((display.x, 2), (display.y, 0)):
        np.testing.assert_allclose(values, np.linspace(*np.quantile(codes[:, component], [0.1, 0.9]), 4))
    code = codes.mean(axis=0)
    code[[2, 0]] = display.x[1], display.y[3]
    np.testing.assert_allclose(display.rows[3, 1], ae.inverse_transform([code])[0], atol=1e-6)
    assert display.ax_.get_xlabel() == "code 3 (arbitrary units)"


def test_ticks_stand_at_the_codes_they_name(vae):
    display = ManifoldDisplay.from_estimator(vae, n=30)
    for axis, values in ((display.ax_.xaxis, display.x), (display.ax_.yaxis, display.y)):
        ticks = axis.get_ticklocs()
        named = [float(text.get_text()) for text in axis.get_ticklabels()]
        assert len(ticks) >= 3
        np.testing.assert_allclose(named, np.interp(ticks - 0.5, np.arange(30), values), atol=1e-9)


def test_one_component_is_one_line():
    ae = Autoencoder(1, encoder=(8,), epochs=1, random_state=0).fit(IMAGES)
    display = ManifoldDisplay.from_estimator(ae, IMAGES, n=6)
    assert display.rows.shape == (1, 6, 4, 6)
    assert display.ax_.get_yticks().size == 0
    assert display.ax_.get_ylabel() == ""
    assert ManifoldDisplay.from_estimator(ae, IMAGES, n=6, components=[0]).y is None


def test_any_transformer_with_a_way_back():
    pca = PCA(2).fit(IMAGES.reshape(60, 24))
    display = ManifoldDisplay.from_estimator(pca, IMAGES.reshape(60, 24), n=3, image_shape=(4, 6))
    expected = pca.inverse_transform([[display.x[2], display.y[0]]]).reshape(4, 6)
    np.testing.assert_allclose(display.rows[0, 2], expected)


def test_colour():
    display = ManifoldDisplay(RNG.uniform(size=(2, 3, 4, 5, 3)), [0, 1, 2], [0, 1]).plot()
    assert display.images_[0].get_array().shape == (8, 15, 3)


@pytest.mark.parametrize("inches", [None, 3])
def test_nothing_overlaps(vae, inches):
    ax = None if inches is None else plt.subplots(figsize=(inches, inches), layout="constrained")[1]
    display = ManifoldDisplay.from_estimator(vae, ax=ax)
    display.figure_.canvas.draw()
    for labels in (display.ax_.get_xticklabels(), display.ax_.get_yticklabels()):
        boxes = [label.get_window_extent() for label in labels]
        assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


def test_plot_keeps_to_the_convention():
    before = dict(mpl.rcParams)
    _, ax = plt.subplots()
    display = ManifoldDisplay(RNG.uniform(size=(2, 3, 4, 5)), [0, 1, 2], [0, 1])
    assert display.plot(ax) is display
    assert display.ax_ is ax
    first = display.rows.copy()
    assert display.plot().ax_ is not ax
    assert np.array_equal(first, display.rows)
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "X must say where the codes lie, since Autoencoder has no standard normal prior"),
        ({"X": IMAGES, "n": 1}, "n must be a whole number of at least 2; got 1"),
        ({"X": IMAGES, "coverage": 1}, "coverage must be a number between 0 and 1; got 1"),
        ({"X": IMAGES, "components": [0, 3]}, "counted from 0 to 2"),
        ({"X": IMAGES[[0, 0]]}, "Component 0 is .* for nearly all rows"),
    ],
)
def test_bad_input(ae, arguments, message):
    with pytest.raises(ParameterError, match=message):
        ManifoldDisplay.from_estimator(ae, **arguments)
    assert plt.get_fignums() == []


def test_what_is_no_manifold_of_images():
    with pytest.raises(DataError, match=r"make \(2, 3\); got shape \(3, 2, 4, 5\)"):
        ManifoldDisplay(np.zeros((3, 2, 4, 5)), [0, 1, 2], [0, 1])
    vamp = VariationalAutoencoder(2, encoder=(8,), epochs=1, prior="vamp", n_pseudo_inputs=3).fit(IMAGES)
    with pytest.raises(ParameterError, match="VariationalAutoencoder has no standard normal prior"):
        ManifoldDisplay.from_estimator(vamp)


# -- tables --------------------------------------------------------------------------------------------------


def test_a_map_a_column_of_those_that_vary_most(table):
    frame = pd.DataFrame(
        np.hstack([table, table[:, ::-1] * 2]), columns=[f"column {i} (m)" for i in range(10)]
    )
    model = Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(frame)
    display = ManifoldDisplay.from_estimator(model, frame, n=4)
    assert len(display.axes_) == len(display.images_) == len(display.colorbars_) == 9
    decoded = model.inverse_transform([[x, y] for y in display.y for x in display.x]).reshape(4, 4, 10)
    shown = [int(panel.get_title(loc="left").split()[1]) for panel in display.axes_]
    for artist, j in zip(display.images_, shown, strict=True):
        np.testing.assert_allclose(artist.get_array(), decoded[::-1, :, j], rtol=1e-5)
    left_out = set(range(10)) - set(shown)
    scale = model._learned().scaling.unit
    moved = np.ptp(decoded, axis=(0, 1)) / scale
    assert moved[list(left_out)].max() <= moved[shown].min()


def test_maps_of_mixed_tables_name_their_levels():
    frame = pd.DataFrame({"size": RNG.normal(size=40), "kind": ["a", "b"] * 20})
    model = Autoencoder(2, encoder=Tabular((8,)), epochs=20, random_state=0).fit(frame)
    display = ManifoldDisplay.from_estimator(model, frame, n=5)
    drawn = [text.get_text() for text in display.colorbars_[1].ax.get_yticklabels()]
    assert drawn == sorted(set(model.inverse_transform(_grid_codes(display))["kind"]))


def _grid_codes(display):
    return np.array([[x, y] for y in display.y for x in display.x])


@pytest.mark.parametrize("given", [False, True])
def test_nothing_overlaps_between_maps(vae_of_table, given):
    ax = plt.subplots(figsize=(9, 8), layout="constrained")[1] if given else None
    display = ManifoldDisplay.from_estimator(vae_of_table, n=5, ax=ax)
    display.figure_.canvas.draw()
    written = [text for panel in display.axes_ for text in (panel.xaxis.label, panel.yaxis.label)]
    boxes = [each.get_window_extent() for each in [*written, *display.axes_]]
    boxes += [bar.ax.get_tightbbox() for bar in display.colorbars_]
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


@pytest.fixture(scope="module")
def vae_of_table():
    X = pd.DataFrame(RNG.normal(size=(40, 4)), columns=["length (cm)", "width (cm)", "mass (kg)", "age"])
    return VariationalAutoencoder(2, encoder=(8,), epochs=1, random_state=0).fit(X)


def test_axes_placed_by_hand_are_refused_for_several_maps(vae_of_table):
    ax = plt.figure().add_axes((0, 0, 1, 1))
    with pytest.raises(ParameterError, match="4 panels need axes that stand in a grid"):
        ManifoldDisplay.from_estimator(vae_of_table, n=3, ax=ax)


def test_sequences_are_refused():
    X = windows(np.sin(np.arange(60) / 3), length=8)
    model = SequenceAutoencoder(2, units=(4,), epochs=1, random_state=0).fit(X)
    with pytest.raises(DataError, match="decodes sequences. See TraversalDisplay"):
        ManifoldDisplay.from_estimator(model, X, n=3)
