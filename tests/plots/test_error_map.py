"""Where errors are."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from diabolo import (
    Autoencoder,
    DataError,
    ErrorMapDisplay,
    NextFrameAutoencoder,
    ParameterError,
    SequenceAutoencoder,
    Tabular,
    windows,
)
from diabolo.plots.row_kinds import Columns
from diabolo.plots.text import number_text

pytestmark = pytest.mark.jax

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (30, 4, 6), dtype=np.uint8)
NAMES = ["length", "width", "height", "mass"]
TABLE = pd.DataFrame(RNG.normal(size=(40, 4)) * [1, 10, 0.1, 1e3], columns=NAMES)


def texts(artists):
    return [artist.get_text() for artist in artists]


def apart(artists):
    boxes = [artist.get_window_extent() for artist in artists if artist.get_text()]
    return not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


def test_each_pixel_has_its_mean_squared_error():
    ae = Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(IMAGES)
    display = ErrorMapDisplay.from_estimator(ae, IMAGES)
    expected = ae.reconstruction_error(IMAGES, per_feature=True).mean(axis=0)
    np.testing.assert_allclose(display.errors, expected, rtol=1e-4)
    np.testing.assert_allclose(display.image_.get_array(), expected, rtol=1e-4)
    assert display.image_.get_clim() == pytest.approx((0, expected.max()))
    assert display.colorbar_.mappable is display.image_
    assert display.colorbar_.ax.get_ylabel() == "mean squared error per pixel\n(pixels from 0 to 1)"


def test_colour_and_gaps():
    truth, made = RNG.uniform(size=(2, 9, 4, 5, 3))
    truth[:, 1, 2] = np.nan
    truth[0, 0, 0] = np.nan
    display = ErrorMapDisplay(truth, made).plot()
    expected = np.square(truth - made)
    np.testing.assert_allclose(display.errors[0, 0], expected[1:, 0, 0].mean())
    np.testing.assert_allclose(display.errors[2:], expected[:, 2:].mean(axis=(0, 3)))
    assert np.argwhere(np.isnan(display.errors)).tolist() == [[1, 2]]
    assert len(display.ax_.patches) == 1  # hatched
    assert "pixel and channel" in display.colorbar_.ax.get_ylabel()


def test_flat_rows_that_are_images():
    flat = IMAGES.reshape(30, 24) / 255
    display = ErrorMapDisplay.from_estimator(PCA(2).fit(flat), flat, image_shape=(4, 6))
    assert display.errors.shape == (4, 6)


# -- tables --------------------------------------------------------------------------------------------------


def test_a_bar_a_column_the_worst_on_top():
    pca = PCA(1).fit(TABLE)
    display = ErrorMapDisplay.from_estimator(pca, TABLE)
    squares = np.square(TABLE.to_numpy() - pca.inverse_transform(pca.transform(TABLE)))
    relative = squares.mean(axis=0) / TABLE.to_numpy().var(axis=0)
    order = np.argsort(-relative)
    np.testing.assert_allclose(display.errors, squares.mean(axis=0))
    np.testing.assert_allclose([bar.get_width() for bar in display.bars_], relative[order])
    assert texts(display.ax_.get_yticklabels()) == list(TABLE.columns[order])
    assert display.ax_.yaxis_inverted()
    roots = np.sqrt(squares.mean(axis=0))[order]
    assert texts(display.texts_) == [number_text(root) for root in roots]


def test_mixed_columns_are_wrong_or_off_in_their_units():
    kind = np.array(["a", "a", "b", "c"] * 5)
    truth = pd.DataFrame(
        {
            "size": np.arange(20.0),
            "kind": kind,
            "when": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(20), unit="D"),
            "rank": pd.Categorical(["S", "L"] * 10, categories=["S", "M", "L"], ordered=True),
        }
    )
    made = truth.copy()
    made.loc[:4, "kind"] = "c"
    made["when"] += pd.Timedelta(days=3)
    made["rank"] = pd.Categorical(["M"] * 20, categories=["S", "M", "L"], ordered=True)
    kind_of_rows = ErrorMapDisplay(truth, truth).kind
    assert isinstance(kind_of_rows, Columns)
    display = ErrorMapDisplay(truth, made, kind=kind_of_rows).plot()
    written = dict(zip(texts(display.ax_.get_yticklabels()), texts(display.texts_), strict=True))
    wrong = np.mean(made["kind"] != truth["kind"])
    assert written == {"size": "0", "kind": f"{wrong:.1%} wrong", "when": "3 days", "rank": "1 levels"}
    assert display.relative[1] == pytest.approx(wrong / 0.5)  # "a" is right for half of the rows
    assert display.relative[2] == pytest.approx(9 / np.var(np.arange(20)))


def test_a_mixed_model_by_its_own_errors():
    frame = pd.DataFrame({"size": RNG.normal(size=30), "kind": ["a", "b", "c"] * 10})
    frame.loc[3, "size"] = None
    frame.loc[4, "kind"] = None
    model = Autoencoder(1, encoder=Tabular((8,)), epochs=1, random_state=0).fit(frame)
    display = ErrorMapDisplay.from_estimator(model, frame)
    expected = np.nanmean(model.reconstruction_error(frame, per_feature=True), axis=0)
    np.testing.assert_allclose(display.errors, expected, rtol=1e-5)


@pytest.mark.parametrize("n_columns", [1, 12, 300])
@pytest.mark.parametrize("given", [False, True])
def test_as_many_bars_as_can_be_read(n_columns, given):
    ax = plt.subplots(figsize=(7, 9), layout="constrained")[1] if given else None
    X = pd.DataFrame(RNG.normal(size=(20, n_columns)))
    X.columns = [f"a long column name {i}" for i in range(n_columns)]
    display = ErrorMapDisplay(X, X + RNG.normal(size=n_columns), kind=Columns.of(X, X.columns)).plot(ax)
    display.figure_.canvas.draw()
    display.figure_.canvas.draw()
    assert len(display.bars_) == min(n_columns, 30)
    assert display.relative.shape == (n_columns,)
    assert ("the worst 30 of 300 columns" in display.ax_.get_xlabel()) == (n_columns == 300)
    written = [*display.ax_.get_yticklabels(), *display.texts_, display.ax_.xaxis.label]
    assert apart(written)
    figure = display.figure_.bbox
    boxes = [text.get_window_extent() for text in written]
    assert min(box.x0 for box in boxes) >= figure.x0
    assert max(box.x1 for box in boxes) <= figure.x1


def test_columns_that_do_not_vary():
    truth = np.ones((5, 3))
    display = ErrorMapDisplay(truth, truth + np.array([0, 1, 0])).plot()
    assert display.relative.tolist() == [0, np.inf, 0]
    assert display.bars_[0].get_width() == 2
    assert "bars end at 2" in display.ax_.get_xlabel()


def test_a_column_of_gaps():
    truth = np.column_stack([RNG.normal(size=8), np.full(8, np.nan)])
    display = ErrorMapDisplay(truth, np.zeros((8, 2))).plot()
    assert texts(display.texts_)[1] == "nothing observed"


# -- sequences -----------------------------------------------------------------------------------------------


def test_a_line_a_feature_over_the_steps():
    X = windows(RNG.normal(size=(60, 2)), length=8)
    model = SequenceAutoencoder(2, units=(4,), epochs=1, random_state=0).fit(X)
    display = ErrorMapDisplay.from_estimator(model, X)
    expected = model.reconstruction_error(X, per_feature=True).mean(axis=0)
    for j, line in enumerate(display.lines_):
        np.testing.assert_allclose(line.get_ydata(), expected[:, j], rtol=1e-4)
    assert [line.get_label() for line in display.lines_] == ["feature 0", "feature 1"]
    assert display.ax_.get_xlabel() == "step (counted from 0)"


def test_features_of_unequal_units_are_relative():
    X = windows(RNG.normal(size=(60, 2)) * [1, 1000], length=8)
    model = SequenceAutoencoder(2, units=(4,), epochs=1, scale="standard", random_state=0).fit(X)
    display = ErrorMapDisplay.from_estimator(model, X)
    expected = model.reconstruction_error(X, per_feature=True).mean(axis=0) / X.reshape(-1, 2).var(axis=0)
    np.testing.assert_allclose([line.get_ydata() for line in display.lines_], expected.T, rtol=1e-3)
    assert "variance of the feature" in display.ax_.get_ylabel()


def test_many_features_show_the_worst():
    X = windows(RNG.normal(size=(40, 12)), length=5)
    model = SequenceAutoencoder(2, units=(4,), epochs=1, random_state=0).fit(X)
    display = ErrorMapDisplay.from_estimator(model, X)
    best = np.argsort(display.errors.mean(axis=0))[:2]
    assert {line.get_label() for line in display.lines_}.isdisjoint({f"feature {j}" for j in best})
    assert len(display.lines_) == 10


# -- the convention ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [IMAGES / 255, TABLE.to_numpy()])
def test_plot_keeps_to_the_convention(rows):
    before = dict(mpl.rcParams)
    _, ax = plt.subplots()
    display = ErrorMapDisplay(rows, rows / 2)
    assert display.plot(ax) is display
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert display.plot().ax_ is not ax
    assert dict(mpl.rcParams) == before


def test_bad_input():
    with pytest.raises(DataError, match="rows of one shape"):
        ErrorMapDisplay(np.zeros((3, 4)), np.zeros((2, 4)))
    with pytest.raises(DataError, match="at least one row"):
        ErrorMapDisplay(np.zeros((0, 4)), np.zeros((0, 4)))
    with pytest.raises(ParameterError, match="must have reconstruct, or transform and inverse_transform"):
        ErrorMapDisplay.from_estimator(object(), TABLE)
    clips = RNG.uniform(size=(6, 4, 8, 8))
    model = NextFrameAutoencoder(filters=(2,), maps=2, epochs=1, random_state=0).fit(clips)
    with pytest.raises(ParameterError, match="NextFrameAutoencoder predicts the end of each. Use Frames"):
        ErrorMapDisplay.from_estimator(model, clips)
