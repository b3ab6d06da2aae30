"""Rows beside their reconstructions."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from diabolo import (
    Autoencoder,
    DataError,
    ParameterError,
    ReconstructionDisplay,
    SequenceAutoencoder,
    Tabular,
    windows,
)
from diabolo.plots.text import error_text

pytestmark = pytest.mark.jax

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (30, 6, 8), dtype=np.uint8)
TABLE = pd.DataFrame(RNG.normal(np.arange(1, 5), size=(30, 4)), columns=["length", "width", "height", "mass"])
UNEQUAL = TABLE * [1e-3, 1, 10, 1e4]


@pytest.fixture(scope="module")
def of_images():
    return Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(IMAGES)


@pytest.fixture(scope="module")
def of_table():
    return Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(TABLE)


class Halves:
    """Gives half of each row back."""

    def reconstruct(self, X):
        return np.asarray(X) / 2


def texts(artists):
    return [artist.get_text() for artist in artists]


def apart(artists):
    boxes = [artist.get_window_extent() for artist in artists if artist.get_text()]
    return not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


# -- images --------------------------------------------------------------------------------------------------


def test_originals_stand_above_reconstructions(of_images):
    display = ReconstructionDisplay.from_estimator(of_images, IMAGES, n_samples=4)
    expected = np.concatenate([IMAGES[:4] / 255, np.clip(of_images.reconstruct(IMAGES[:4]), 0, 1)])
    for artist, image in zip(display.images_, expected, strict=True):
        assert np.allclose(artist.get_array(), image)
    boxes = [artist.get_window_extent() for artist in display.images_]
    for above, below in zip(boxes[:4], boxes[4:], strict=True):
        assert above.x0 == pytest.approx(below.x0)
        assert above.y0 > below.y1
    assert texts(display.axes_[0].get_yticklabels()) == ["original", "reconstruction", "difference"]


def test_errors_are_those_of_the_estimator(of_images):
    display = ReconstructionDisplay.from_estimator(of_images, IMAGES, rows=[3, 1, 20])
    errors = of_images.reconstruction_error(IMAGES[[3, 1, 20]])
    assert np.allclose(display.errors, errors, rtol=1e-4)
    assert texts(display.texts_) == [error_text(error) for error in display.errors]
    assert display.axes_[0].get_xlabel() == "mean squared error per pixel\n(pixels from 0 to 1)"


@pytest.mark.parametrize(
    ("X", "scale"),
    [(IMAGES, "standard"), (IMAGES / np.float32(255), "auto"), (IMAGES.astype(np.uint16), "auto")],
)
def test_originals_are_in_the_units_of_their_reconstructions(X, scale):
    ae = Autoencoder(2, encoder=(8,), epochs=1, scale=scale, random_state=0).fit(X)
    display = ReconstructionDisplay.from_estimator(ae, X)
    assert np.allclose(display.errors, ae.reconstruction_error(X[:5]), rtol=1e-3)


def test_labels_stand_above(of_images):
    labels = np.array([f"class {i}" for i in range(30)])
    display = ReconstructionDisplay.from_estimator(of_images, IMAGES, labels, rows=[7, 5])
    assert texts(display.texts_[2:]) == ["class 7", "class 5"]
    assert display.texts_[2].get_window_extent().y0 >= display.images_[0].get_window_extent().y1


@pytest.mark.parametrize(("n_samples", "inches"), [(1, None), (10, None), (10, 5)])
def test_nothing_overlaps_or_is_cut(n_samples, inches):
    ax = None if inches is None else plt.subplots(figsize=(inches, inches), layout="constrained")[1]
    labels = [f"a rather long label {i}" for i in range(30)]
    display = ReconstructionDisplay.from_estimator(Halves(), IMAGES / 255, labels, n_samples=n_samples, ax=ax)
    display.figure_.canvas.draw()
    display.figure_.canvas.draw()
    axis = display.axes_[0]
    written = [*display.texts_, axis.xaxis.label, *axis.get_yticklabels()]
    assert apart(written)
    figure, boxes = display.figure_.bbox, [text.get_window_extent() for text in written]
    assert all(box.y0 >= figure.y0 and box.y1 <= figure.y1 for box in boxes)
    if inches is None:
        assert all(box.x0 >= figure.x0 and box.x1 <= figure.x1 for box in boxes)


def test_flat_rows_that_are_images():
    flat = IMAGES.reshape(30, 48)
    display = ReconstructionDisplay.from_estimator(Halves(), flat, image_shape=(6, 8))
    assert display.originals.shape == (5, 6, 8)
    assert np.allclose(display.errors, np.mean((flat[:5] / 2) ** 2, axis=1))
    assert display.axes_[0].get_xlabel() == "mean squared error per pixel\n(squared units of X)"


def test_flat_and_shaped_rows_of_one_model(of_images):
    shaped, flat = (
        ReconstructionDisplay.from_estimator(of_images, X) for X in (IMAGES, IMAGES.reshape(30, 48))
    )
    assert np.array_equal(shaped.originals, flat.originals)


def test_colour():
    colour = RNG.integers(0, 256, (6, 4, 5, 3), dtype=np.uint8)
    display = ReconstructionDisplay.from_estimator(Halves(), colour / 255)
    assert display.images_[0].get_array().shape == (4, 5, 3)
    assert "per pixel and channel" in display.axes_[0].get_xlabel()


# -- tables --------------------------------------------------------------------------------------------------


def test_two_marks_a_column_with_their_names(of_table):
    display = ReconstructionDisplay.from_estimator(of_table, TABLE, rows=[4, 2])
    assert display.images_ == []
    assert len(display.axes_) == 2
    given = of_table.reconstruct(TABLE.iloc[[4, 2]])
    for i, row in enumerate((4, 2)):
        original, reconstruction = display.original_lines_[i], display.reconstruction_lines_[i]
        assert original.get_xdata().tolist() == [0, 1, 2, 3]
        assert np.allclose(original.get_ydata(), TABLE.iloc[row])
        assert np.allclose(reconstruction.get_ydata(), given[i])
        assert original.get_marker() != reconstruction.get_marker()
    assert texts(display.axes_[-1].get_xticklabels()) == list(TABLE.columns)
    assert display.axes_[0].get_ylabel() == "units of X"


def test_titles_say_row_label_and_error(of_table):
    labels = pd.Series([f"kind {i}" for i in range(30)])
    display = ReconstructionDisplay.from_estimator(of_table, TABLE, labels, rows=[4])
    error = error_text(of_table.reconstruction_error(TABLE.iloc[[4]])[0])
    assert display.axes_[0].get_title(loc="left") == f"row 4 (kind 4): mean squared error {error}"


def test_columns_of_unequal_units_are_drawn_as_z_scores():
    display = ReconstructionDisplay.from_estimator(Halves(), UNEQUAL, n_samples=3)
    expected = (UNEQUAL - UNEQUAL.mean()) / UNEQUAL.std(ddof=0)
    drawn = [line.get_ydata() for line in display.original_lines_]
    assert np.allclose(drawn, expected[:3])
    assert display.axes_[0].get_ylabel() == "z-score"
    assert "z-score: standard deviations" in display.legend_.get_title().get_text()
    assert np.allclose(display.errors, np.mean((UNEQUAL[:3] / 2) ** 2, axis=1))


def test_z_scores_far_out_do_not_flatten_the_others():
    class Far:
        def reconstruct(self, X):
            return np.asarray(X) + np.eye(4)[0] * 5

    display = ReconstructionDisplay.from_estimator(Far(), UNEQUAL)
    axis = display.axes_[0]
    assert axis.get_yscale() == "symlog"
    assert "log beyond" in axis.get_ylabel()
    low, high = axis.get_ylim()
    drawn = np.concatenate([line.get_ydata() for line in display.reconstruction_lines_])
    assert low < drawn.min()
    assert high > drawn.max() > 1000


def test_constant_columns():
    display = ReconstructionDisplay.from_estimator(Halves(), np.ones((6, 3)))
    assert np.allclose(display.original_lines_[0].get_ydata(), 1)


@pytest.mark.parametrize("n_columns", [3, 13, 30, 300])
@pytest.mark.parametrize("named", [True, False])
def test_ticks_of_many_columns_stay_readable(n_columns, named):
    X = pd.DataFrame(
        RNG.normal(size=(20, n_columns)), columns=[f"a long column name {i}" for i in range(n_columns)]
    )
    display = ReconstructionDisplay.from_estimator(Halves(), X if named else X.to_numpy(), n_samples=2)
    display.figure_.canvas.draw()
    display.figure_.canvas.draw()
    labels = display.axes_[-1].get_xticklabels()
    assert apart(labels)
    if named:
        boxes = [text.get_window_extent() for text in labels]
        assert min(box.y0 for box in boxes) >= 0
        places = [int(text.get_text().rsplit(" ", 1)[1]) for text in labels]
        assert places == display.axes_[-1].get_xticks().tolist()
    else:
        assert display.axes_[-1].get_xlabel() == "column (counted from 0)"
    assert display.axes_[0].get_window_extent().height > 60


def test_the_legend_covers_no_panel(of_table):
    for ax in (None, plt.subplots(figsize=(7, 5))[1]):
        display = ReconstructionDisplay.from_estimator(of_table, TABLE, ax=ax)
        display.figure_.canvas.draw()
        legend = display.legend_
        assert texts(legend.get_texts()) == ["original", "reconstruction"]
        assert legend.get_title().get_text() == "errors: squared units of X"
        box = legend.get_window_extent()
        assert not any(box.overlaps(panel.get_window_extent()) for panel in display.axes_)
        assert box.x1 <= display.figure_.bbox.x1


# -- the convention ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("estimator", [PCA(2), make_pipeline(StandardScaler(), PCA(2))])
def test_transformers_with_a_way_back(estimator):
    estimator.fit(TABLE)
    display = ReconstructionDisplay.from_estimator(estimator, TABLE)
    expected = estimator.inverse_transform(estimator.transform(TABLE.iloc[:5]))
    assert np.allclose(display.reconstructions, expected)


@pytest.mark.parametrize("kind", ["images", "table"])
def test_plot_keeps_to_the_convention(kind):
    before = dict(mpl.rcParams)
    rows = IMAGES[:3] if kind == "images" else TABLE.to_numpy()[:3]
    _, ax = plt.subplots()
    display = ReconstructionDisplay(rows, rows / 2)
    assert display.plot(ax) is display
    assert display.figure_ is ax.figure
    room = ax.get_position().padded(1e-9)
    assert all(axis is ax or axis in ax.child_axes for axis in display.axes_)
    assert room.width > 0
    assert len(plt.get_fignums()) == 1
    first = display.originals.copy()
    assert display.plot().figure_ is not ax.figure
    assert np.array_equal(first, display.originals)
    assert dict(mpl.rcParams) == before


def test_fewer_rows_than_asked_for():
    assert len(ReconstructionDisplay.from_estimator(Halves(), TABLE[:3]).originals) == 3


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"rows": [30]}, ParameterError, r"from 0 to 29, at least one; got \[30\]"),
        ({"rows": [-1]}, ParameterError, "from 0 to 29"),
        ({"rows": []}, ParameterError, "at least one"),
        ({"rows": [0.5]}, ParameterError, "numbers of rows"),
        ({"rows": [1], "n_samples": 3}, ParameterError, "n_samples=3 has no effect beside rows"),
        ({"n_samples": 0}, ParameterError, "n_samples must be 1 or more; got 0"),
        ({"y": [1, 2]}, DataError, r"shape \(30,\); got shape \(2,\)"),
        ({"image_shape": (2, 3)}, DataError, "make 4 values"),
    ],
)
def test_bad_input(arguments, error, message):
    with pytest.raises(error, match=message):
        ReconstructionDisplay.from_estimator(Halves(), TABLE, **arguments)
    assert plt.get_fignums() == []


def test_an_estimator_without_a_way_back():
    with pytest.raises(ParameterError, match="inverse_transform; got SelectKBestWithoutAWayBack"):
        ReconstructionDisplay.from_estimator(SelectKBestWithoutAWayBack(), TABLE)


class SelectKBestWithoutAWayBack:
    transform = SelectKBest.transform


@pytest.mark.parametrize(
    ("originals", "reconstructions", "message"),
    [
        (IMAGES[:2], IMAGES[:3], "one shape"),
        (np.zeros(3), np.zeros(3), r"shape \(3,\)"),
        (np.zeros((0, 3)), np.zeros((0, 3)), "at least one row"),
        ([["a"]], [["b"]], "numbers"),
        (np.zeros((2, 3, 8, 8)), np.zeros((2, 3, 8, 8)), "moveaxis"),
    ],
)
def test_bad_rows(originals, reconstructions, message):
    with pytest.raises(DataError, match=message):
        ReconstructionDisplay(originals, reconstructions)


# -- which rows ----------------------------------------------------------------------------------------------


def shown(display):
    return list(display.rows)


def test_rows_in_the_order_of_their_errors(of_images):
    def rows(order, n_samples=3):
        return shown(
            ReconstructionDisplay.from_estimator(of_images, IMAGES, order=order, n_samples=n_samples)
        )

    errors = of_images.reconstruction_error(IMAGES)
    order = np.argsort(errors)
    assert rows("best") == order[:3].tolist()
    assert rows("worst") == order[::-1][:3].tolist()
    assert set(rows("typical")) <= set(order[12:18])
    assert rows("best", n_samples=99) == order.tolist()


def test_rows_by_chance(of_table):
    first, again, other = (
        shown(ReconstructionDisplay.from_estimator(of_table, TABLE, order="random", random_state=seed))
        for seed in (0, 0, 1)
    )
    assert first == again != other
    assert len(set(first)) == 5


def test_the_typical_row_of_each_class():
    X = np.arange(24.0).reshape(12, 2)  # errors grow with the row
    labels = ["b", "a"] * 6
    display = ReconstructionDisplay.from_estimator(Halves(), X, labels, order="class")
    assert display.labels.tolist() == ["a", "b"]
    assert [row in (5, 7) for row in shown(display)] == [True, False]
    assert [row in (4, 6) for row in shown(display)] == [False, True]


def test_the_rows_of_26_classes(of_images):
    X, labels = np.repeat(IMAGES[:26], 2, axis=0), np.repeat(list("abcdefghijklmnopqrstuvwxyz"), 2)
    display = ReconstructionDisplay.from_estimator(of_images, X, labels, order="class")
    assert texts(display.texts_[26:]) == list("abcdefghijklmnopqrstuvwxyz")
    assert display.figure_.get_figwidth() < 16
    display.figure_.canvas.draw()
    assert apart(display.texts_)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"order": "last"}, ParameterError, "order must be one of 'first', 'best', .* got 'last'"),
        ({"order": "best", "rows": [1]}, ParameterError, "order='best' has no effect beside rows"),
        ({"order": "class"}, ParameterError, "needs their labels. Pass y"),
        (
            {"order": "class", "y": range(30), "n_samples": 2},
            ParameterError,
            "n_samples=2 has no effect",
        ),
        ({"order": "class", "y": np.linspace(0, 1, 30)}, DataError, "Labels must be classes"),
        ({"order": "class", "y": [np.nan] * 30}, DataError, "none missing"),
        ({"random_state": 0}, ParameterError, "random_state=0 has no effect without order='random'"),
    ],
)
def test_choices_without_effect(arguments, error, message):
    with pytest.raises(error, match=message):
        ReconstructionDisplay.from_estimator(Halves(), TABLE, **arguments)


# -- differences, gaps, mixed tables, sequences --------------------------------------------------------------


def test_differences_stand_below_in_colours_centred_on_zero(of_images):
    display = ReconstructionDisplay.from_estimator(of_images, IMAGES, n_samples=3)
    differences = of_images.reconstruct(IMAGES[:3]) - IMAGES[:3] / 255
    largest = np.abs(differences).max()
    for artist, difference in zip(display.error_images_, differences, strict=True):
        red, _, blue, _ = np.moveaxis(artist.to_rgba(artist.get_array()), -1, 0)
        clear = np.abs(difference) > 0.1 * largest
        assert np.array_equal((red > blue)[clear], (difference > 0)[clear])
    ticks = [float(text) for text in texts(display.colorbar_.ax.get_yticklabels())]
    assert ticks == pytest.approx([-largest, 0, largest], rel=0.01)
    bar, last = display.colorbar_.ax.get_window_extent(), display.error_images_[-1].get_window_extent()
    assert bar.x0 >= last.x1
    assert (bar.y0, bar.y1) == pytest.approx((last.y0, last.y1), abs=2)


def test_differences_in_colour_are_drawn_around_grey():
    truth = np.full((1, 2, 2, 3), 0.5)
    made = truth + np.array([[[[0, 0.2, -0.2]]]])
    display = ReconstructionDisplay(truth, made).plot()
    np.testing.assert_allclose(display.error_images_[0].get_array()[0, 0], [0.5, 1, 0])
    assert display.colorbar_ is None


def test_gaps_in_images_are_hatched_and_do_not_count(of_images):
    X = IMAGES / 255
    X[0, 1:3, 2] = np.nan
    display = ReconstructionDisplay.from_estimator(of_images, X, n_samples=2)
    squares = np.square(X[:2] - of_images.reconstruct(X[:2])).reshape(2, -1)
    np.testing.assert_allclose(display.errors, np.nanmean(squares, axis=1), rtol=1e-4)
    assert len(display.ax_.patches) == 2  # below the original and the difference


def test_gaps_in_tables_have_no_mark(of_table):
    X = TABLE.copy()
    X.loc[1, "width"] = np.nan
    display = ReconstructionDisplay.from_estimator(of_table, X, rows=[1])
    assert np.isnan(display.original_lines_[0].get_ydata()).tolist() == [False, True, False, False]
    assert not np.isnan(display.reconstruction_lines_[0].get_ydata()).any()


@pytest.fixture(scope="module")
def mixed():
    frame = pd.DataFrame(
        {
            "size": RNG.normal(size=30),
            "kind": ["ash", "birch", "cedar"] * 10,
            "new": [True, False] * 15,
            "rank": pd.Categorical(["S", "L"] * 15, categories=["S", "M", "L"], ordered=True),
        }
    )
    model = Autoencoder(1, encoder=Tabular((8,)), epochs=1, random_state=0).fit(frame)
    return model, frame


def test_words_stand_at_their_own_places(mixed):
    model, frame = mixed
    display = ReconstructionDisplay.from_estimator(model, frame, order="worst", n_samples=2)
    chosen = frame.iloc[shown(display)]
    made = model.reconstruct(chosen)
    z = (chosen["size"] - frame["size"].mean()) / frame["size"].std(ddof=0)
    drawn = np.array([line.get_ydata() for line in display.original_lines_])
    np.testing.assert_allclose(drawn[:, 0], z)
    assert drawn[:, 1].tolist() == [{"ash": -1, "birch": 0, "cedar": 1}[kind] for kind in chosen["kind"]]
    words = {word for row in (*chosen.to_numpy(), *made.to_numpy()) for word in map(str, row[1:])}
    assert set(texts(display.texts_)) == words
    errors = model.reconstruction_error(chosen)
    titles = [axis.get_title(loc="left") for axis in display.axes_]
    named = zip(shown(display), errors, strict=True)
    assert titles == [f"row {row}: unexplained {error_text(error)}" for row, error in named]


def test_words_do_not_overlap(mixed):
    frame = mixed[1]
    frame = frame.assign(kind=frame["kind"].replace("cedar", "a very long name of a tree"))
    display = ReconstructionDisplay.from_estimator(Autoencoder(1, **SMALL).fit(frame), frame, n_samples=4)
    display.figure_.canvas.draw()
    assert apart(display.texts_)


SMALL = {"encoder": Tabular((8,)), "epochs": 1, "random_state": 0}


@pytest.mark.thorough
def test_sequences_are_lines_over_their_steps():
    X = windows(np.arange(120.0).reshape(60, 2) % 7, length=8)
    model = SequenceAutoencoder(2, units=(4,), epochs=1, random_state=0).fit(X)
    display = ReconstructionDisplay.from_estimator(model, X, rows=[3, 9])
    expected = model.reconstruct(X[[3, 9]])
    pairs = zip(display.original_lines_, display.reconstruction_lines_, strict=True)
    for i, (solid, dashed) in enumerate(pairs):
        row, feature = divmod(i, 2)
        np.testing.assert_allclose(solid.get_ydata(), X[[3, 9]][row, :, feature])
        np.testing.assert_allclose(dashed.get_ydata(), expected[row, :, feature], rtol=1e-5)
        assert solid.get_color() == dashed.get_color()
    assert texts(display.legend_.get_texts()) == ["original", "reconstruction", "feature 0", "feature 1"]
    assert display.axes_[0].get_title(loc="left").startswith("row 3: mean squared error ")
