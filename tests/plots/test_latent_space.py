"""Codes as points."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from diabolo import Autoencoder, DataError, LatentSpaceDisplay, ParameterError, VariationalAutoencoder
from diabolo.plots.style import PALETTE

pytestmark = pytest.mark.jax


def blobs(n_classes, n=2000, width=2, spread=0.4):
    """Codes in clusters on a circle, and the cluster of each."""
    rng = np.random.default_rng(0)
    labels = rng.integers(n_classes, size=n)
    angle = 2 * np.pi * labels / n_classes
    codes = 5 * np.stack([np.cos(angle), np.sin(angle)], axis=1) + rng.normal(0, spread, (n, 2))
    return np.hstack([codes, rng.normal(size=(n, 3))])[:, :width], labels


def legend_of(display):
    return [text.get_text() for text in display.legend_.get_texts()]


def apart(artists):
    boxes = [artist.get_window_extent() for artist in artists]
    return not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


def rows_sorted(table):
    return table[np.lexsort(np.transpose(table))]


@pytest.mark.parametrize("components", [(0, 1), (1, 0), (4, 2)])
def test_every_code_is_drawn_where_it_belongs(components):
    codes, labels = blobs(5, width=5)
    display = LatentSpaceDisplay(codes, labels, components=components).plot()
    first, second = components
    drawn = np.asarray(display.points_[0].get_offsets())
    assert np.array_equal(rows_sorted(drawn), rows_sorted(codes[:, [first, second]]))
    assert display.ax_.get_xlabel() == f"code {first + 1} (arbitrary units)"
    assert display.ax_.get_ylabel() == f"code {second + 1} (arbitrary units)"


def test_colour_and_marker_follow_the_label():
    codes, labels = blobs(10)
    (points,) = LatentSpaceDisplay(codes, labels).plot().points_
    label_of = {tuple(code): label for code, label in zip(codes, labels, strict=True)}
    drawn = [label_of[tuple(code)] for code in np.asarray(points.get_offsets())]
    assert np.allclose(points.get_facecolor()[:, :3], [to_rgb(PALETTE[label]) for label in drawn])
    corners = {label: len(path.vertices) for label, path in zip(drawn, points.get_paths(), strict=True)}
    assert corners[0] != corners[1] != corners[2]
    assert len(points.get_paths()) == len(codes)


def test_no_class_hides_another():
    """The order of drawing has nothing to do with the label, and is the same each time."""
    codes, labels = np.random.default_rng(1).normal(size=(3000, 2)), np.repeat([0, 1, 2], 1000)
    first, again = (LatentSpaceDisplay(codes, labels).plot().points_[0].get_facecolor() for _ in range(2))
    assert np.array_equal(first, again)
    last_third = (first[-1000:, :3, None] == np.transpose([to_rgb(c) for c in PALETTE[:3]])).all(1).mean(0)
    assert np.all(np.abs(last_third - 1 / 3) < 0.05)


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ([2, 0, 1, 2], ["0", "1", "2"]),
        (np.array([2, 0, 1, 2], np.uint8), ["0", "1", "2"]),
        ([1.0, 0.0, 3.0, 1.0], ["0", "1", "3"]),
        ([0.5, 1.5, 0.5, 1.5], ["0.5", "1.5"]),
        (["b", "a", "c", "a"], ["a", "b", "c"]),
        (pd.Series(["b", "a", "c", "a"]), ["a", "b", "c"]),
        (pd.Categorical(["b", "a", "c", "a"]), ["a", "b", "c"]),
        ([True, False, True, True], ["False", "True"]),
        (["one"] * 4, ["one"]),
    ],
)
def test_labels_of_any_kind(labels, names):
    display = LatentSpaceDisplay(np.arange(8).reshape(4, 2), labels).plot()
    assert legend_of(display) == names
    assert display.colorbar_ is None


def test_a_series_names_the_legend_and_the_colour_bar():
    codes, labels = blobs(3, n=60)
    classes = LatentSpaceDisplay(codes, pd.Series(labels, name="species")).plot()
    assert classes.legend_.get_title().get_text() == "species"
    numbers = LatentSpaceDisplay(codes, pd.Series(codes[:, 0], name="length (cm)")).plot()
    assert numbers.colorbar_.ax.get_ylabel() == "length (cm)"


@pytest.mark.parametrize("labels", [np.linspace(0, 1, 50), np.arange(50)])
def test_many_numbers_get_a_colour_bar(labels):
    codes = np.random.default_rng(0).normal(size=(50, 2))
    display = LatentSpaceDisplay(codes, labels).plot()
    assert display.legend_ is None
    assert sorted(display.points_[0].get_array()) == sorted(labels)
    assert display.colorbar_.mappable is display.points_[0]
    label_of = {tuple(code): label for code, label in zip(codes, labels, strict=True)}
    drawn = [label_of[tuple(code)] for code in np.asarray(display.points_[0].get_offsets())]
    assert drawn == display.points_[0].get_array().tolist()


def test_without_labels_one_colour_and_no_legend():
    display = LatentSpaceDisplay(blobs(3)[0]).plot()
    assert np.unique(display.points_[0].get_facecolor(), axis=0).shape == (1, 4)
    assert display.legend_ is None
    assert display.colorbar_ is None
    assert display.names_ == []


@pytest.mark.parametrize("n_classes", [2, 10, 26, 100])
def test_legend_and_names_cover_neither_data_nor_each_other(n_classes):
    codes, labels = blobs(n_classes)
    display = LatentSpaceDisplay(codes, labels.astype(str)).plot()
    display.figure_.canvas.draw()
    assert sorted(legend_of(display), key=int) == [str(name) for name in range(n_classes)]
    room, legend = display.ax_.get_window_extent(), display.legend_.get_window_extent()
    assert not legend.overlaps(room)
    assert legend.x1 <= display.figure_.bbox.x1
    assert legend.y0 >= 0
    assert room.width > 500
    assert apart(display.names_)
    assert all(
        room.contains(*corner) for name in display.names_ for corner in name.get_window_extent().corners()
    )


def test_more_classes_than_a_column_of_the_legend_holds():
    codes, labels = blobs(26)
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    display = LatentSpaceDisplay(codes, letters[labels]).plot()
    assert legend_of(display) == list(letters)


def test_names_stand_among_their_own_points():
    codes, labels = blobs(8)
    display = LatentSpaceDisplay(codes, labels).plot()
    assert len(display.names_) == 8
    for name in display.names_:
        nearest = np.argsort(np.linalg.norm(codes - name.get_position(), axis=1))[:20]
        assert np.mean(labels[nearest] == int(name.get_text())) > 0.9


def test_names_stay_away_where_they_would_hide_points():
    codes, labels = blobs(3, n=150)
    assert LatentSpaceDisplay(codes, labels).plot().names_ == []
    codes, labels = blobs(3)
    assert (
        LatentSpaceDisplay(codes, np.array([f"a long name {i}" for i in range(3)])[labels]).plot().names_
        == []
    )


# -- one component -------------------------------------------------------------------------------------------


def test_one_component_by_class_is_a_row_of_points_each():
    codes, labels = blobs(4, width=1)
    display = LatentSpaceDisplay(codes, np.array(list("abcd"))[labels]).plot()
    names = [text.get_text() for text in display.ax_.get_yticklabels()]
    assert names == ["a", "b", "c", "d"]
    x, row = np.asarray(display.points_[0].get_offsets()).T
    assert np.array_equal(np.sort(x), np.sort(codes[:, 0]))
    for i in range(4):
        assert np.array_equal(np.sort(x[np.round(row) == i]), np.sort(codes[labels == i, 0]))
    assert np.abs(row - np.round(row)).max() < 0.4
    assert display.ax_.yaxis_inverted()


def test_one_component_against_numbers():
    codes = np.random.default_rng(0).normal(size=(60, 3))
    display = LatentSpaceDisplay(codes, codes[:, 2], components=[1]).plot()
    drawn = np.asarray(display.points_[0].get_offsets())
    assert np.array_equal(rows_sorted(drawn), rows_sorted(codes[:, 1:]))
    assert display.ax_.get_xlabel() == "code 2 (arbitrary units)"


def test_one_component_without_labels_is_a_histogram():
    display = LatentSpaceDisplay(blobs(4, width=1)[0]).plot()
    assert display.points_ == []
    assert sum(bar.get_height() for bar in display.ax_.patches) == 2000
    assert display.ax_.get_ylabel() == "rows"


def test_many_classes_of_one_component_have_room_for_their_names():
    display = LatentSpaceDisplay(*blobs(60, width=1)).plot()
    assert len(display.points_) == 1
    texts = (
        LatentSpaceDisplay(blobs(60, width=1)[0], [f"class {label}" for label in blobs(60)[1]])
        .plot()
        .ax_.get_yticklabels()
    )
    assert len(texts) == 60
    assert apart(texts)


# -- the convention ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [lambda: PCA(2), lambda: make_pipeline(StandardScaler(), PCA(2)).set_output(transform="pandas")],
)
def test_any_transformer(make):
    X, y = load_iris(return_X_y=True)
    transformer = make().fit(X)
    display = LatentSpaceDisplay.from_estimator(transformer, X, y)
    assert np.array_equal(display.codes, np.asarray(transformer.transform(X)))


def test_an_autoencoder():
    X, y = load_iris(return_X_y=True, as_frame=True)
    ae = Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(X)
    display = LatentSpaceDisplay.from_estimator(ae, X, y)
    assert np.array_equal(display.codes, ae.transform(X))
    assert display.legend_.get_title().get_text() == "target"


def test_plot_keeps_to_the_convention():
    before = dict(mpl.rcParams)
    codes, labels = blobs(3)
    _, ax = plt.subplots()
    display = LatentSpaceDisplay(codes, labels)
    assert display.plot(ax) is display
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert len(plt.get_fignums()) == 1
    assert display.plot().ax_ is not ax
    assert np.array_equal(display.codes, codes)
    assert np.array_equal(display.labels, labels)
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("labels", "components", "error", "message"),
    [
        ([1, 2], None, DataError, r"shape \(4,\); got shape \(2,\)"),
        ([[1], [2], [3], [4]], None, DataError, r"got shape \(4, 1\)"),
        ([1.0, np.nan, 2, 3], None, DataError, "none missing"),
        (["a", None, "b", "c"], None, DataError, "none missing"),
        (pd.Series(["a", None, "b", "c"], dtype="string"), None, DataError, "none missing"),
        (pd.Series(["a", np.nan, "b", "c"]), None, DataError, "none missing"),
        (None, (0, 3), ParameterError, r"which have 3, counted from 0 to 2; got \(0, 3\)"),
        (None, (-1, 0), ParameterError, "from 0 to 2"),
        (None, (1, 1), ParameterError, "different"),
        (None, (0, 1, 2, 0), ParameterError, "different"),
        (None, tuple(range(7)), ParameterError, "from one to 6"),
        (None, "umap", ParameterError, "pca.*got 'umap', and codes of 3 columns"),
        (None, (), ParameterError, "from one to 6"),
        (None, (0.0, 1.0), ParameterError, "columns"),
    ],
)
def test_bad_labels_and_components(labels, components, error, message):
    with pytest.raises(error, match=message):
        LatentSpaceDisplay(np.zeros((4, 3)), labels, components=components)


@pytest.mark.parametrize(
    "codes", [np.zeros(3), np.zeros((0, 2)), [["a", "b"]], [[np.nan, 0]], np.zeros((2, 2, 2))]
)
def test_bad_codes(codes):
    with pytest.raises(DataError, match="Codes must be a table of finite numbers"):
        LatentSpaceDisplay(codes)


def test_a_name_a_row_is_no_class():
    with pytest.raises(DataError, match="at most 100 kinds, to be told apart; got 150 for 150 rows"):
        LatentSpaceDisplay(np.zeros((150, 2)), [f"row {i}" for i in range(150)])


def test_labels_are_checked_before_the_work():
    with pytest.raises(DataError, match="one a row"):
        LatentSpaceDisplay.from_estimator(None, np.zeros((4, 3)), [1, 2])


# -- more than two components --------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "components"), [(3, None), (4, None), (5, (4, 0, 2))])
def test_each_component_against_each_other(width, components):
    codes, labels = blobs(5, width=width)
    display = LatentSpaceDisplay(codes, labels, components=components).plot()
    drawn = list(components or range(width))
    pairs = [(drawn[j], drawn[i]) for i in range(1, len(drawn)) for j in range(i)]
    assert len(display.points_) == len(display.axes_) == len(pairs)
    for points, pair in zip(display.points_, pairs, strict=True):
        assert np.array_equal(rows_sorted(np.asarray(points.get_offsets())), rows_sorted(codes[:, pair]))
    assert legend_of(display) == list("01234")
    bottom, left = display.axes_[-len(drawn) + 1], display.axes_[0]
    assert bottom.get_xlabel() == f"code {drawn[0] + 1} (arbitrary units)"
    assert left.get_ylabel() == f"code {drawn[1] + 1} (arbitrary units)"


@pytest.mark.parametrize("given", [False, True])
def test_nothing_overlaps_in_a_pair_grid(given):
    codes, labels = blobs(20, width=4)
    ax = plt.subplots(figsize=(9, 8), layout="constrained")[1] if given else None
    display = LatentSpaceDisplay(codes, labels, unit="standard deviations of the prior").plot(ax)
    display.figure_.canvas.draw()
    display.figure_.canvas.draw()
    names = [axis.xaxis.label for axis in display.axes_] + [axis.yaxis.label for axis in display.axes_]
    assert apart([text for text in names if text.get_text()])
    assert apart(display.axes_)
    figure, legend = display.figure_.bbox, display.legend_.get_window_extent()
    assert legend.x1 <= figure.x1
    assert all(text.get_window_extent().x0 >= 0 for text in names if text.get_text())
    assert not any(legend.overlaps(axis.get_window_extent()) for axis in display.axes_)


def test_values_colour_all_pairs_alike():
    codes, _ = blobs(3, n=60, width=3)
    display = LatentSpaceDisplay(codes, codes[:, 0]).plot()
    assert display.colorbar_.mappable is display.points_[0]
    assert len({points.get_clim() for points in display.points_}) == 1


def test_many_components_are_projected_on_a_named_plane():
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(80, 64)) * np.linspace(5, 1, 64)
    display = LatentSpaceDisplay(codes).plot()
    pca = PCA(2).fit(codes)
    drawn = rows_sorted(np.abs(np.asarray(display.points_[0].get_offsets())))
    assert np.allclose(drawn, rows_sorted(np.abs(pca.transform(codes))))
    shares = pca.explained_variance_ratio_
    assert display.ax_.get_xlabel() == f"PCA 1 of the code ({shares[0]:.0%} of its variance)"
    assert display.ax_.get_ylabel() == f"PCA 2 of the code ({shares[1]:.0%} of its variance)"
    asked_for = LatentSpaceDisplay(codes[:, :3], components="pca").plot()
    assert asked_for.ax_.get_xlabel().startswith("PCA 1 of the code")


@pytest.mark.parametrize("codes", [np.ones((4, 8)), np.arange(8).reshape(1, 8)])
def test_codes_that_do_not_vary_have_no_projection(codes):
    assert LatentSpaceDisplay(codes).plot().ax_.get_xlabel() == "code 1 (arbitrary units)"


def test_a_prior_gives_codes_their_unit():
    X = load_iris().data
    vae = VariationalAutoencoder(2, encoder=(8,), epochs=1, random_state=0).fit(X)
    display = LatentSpaceDisplay.from_estimator(vae, X)
    assert display.ax_.get_xlabel() == "code 1 (standard deviations of the prior)"
