"""How errors of rows are spread."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from sklearn.decomposition import PCA

from diabolo import Autoencoder, DataError, ErrorDistributionDisplay, ParameterError, Tabular
from diabolo.plots.style import PALETTE

pytestmark = pytest.mark.jax

RNG = np.random.default_rng(0)
ERRORS = RNG.gamma(2, 0.1, size=600)
CLASSES = np.array(["a", "b", "c"])[RNG.integers(3, size=600)]
MSE = "mean squared error per"
IMAGES = RNG.integers(0, 256, (40, 4, 6), dtype=np.uint8)


def labels_of(display):
    return [text.get_text() for text in display.ax_.get_yticklabels()]


def drawn(patch):
    """Heights and edges of a stepped outline."""
    values, edges, baseline = patch.get_data()
    return values, edges, baseline


def test_one_histogram_of_rows():
    display = ErrorDistributionDisplay(ERRORS).plot()
    counts, edges = np.histogram(ERRORS, bins=len(display.edges_) - 1)
    values, drawn_edges, _ = drawn(display.ax_.patches[0])
    np.testing.assert_array_equal(values, counts)
    np.testing.assert_allclose(drawn_edges, edges)
    assert display.ax_.get_ylabel() == "rows"


def test_a_line_a_class_each_of_the_same_area():
    display = ErrorDistributionDisplay(ERRORS, CLASSES, threshold=0.3).plot()
    counts = [np.histogram(ERRORS[c == CLASSES], display.edges_)[0] for c in "abc"]
    np.testing.assert_array_equal(display.counts_, counts)
    heights = np.array([drawn(patch)[2] - drawn(patch)[0] for patch in display.ax_.patches])
    np.testing.assert_allclose(heights.sum(axis=1), heights.sum(axis=1)[0])
    shares = counts / np.sum(counts, axis=1, keepdims=True)
    np.testing.assert_allclose(heights / heights.sum(axis=1, keepdims=True), shares)
    assert [to_rgb(patch.get_facecolor()) for patch in display.ax_.patches] == [
        to_rgb(each) for each in PALETTE[:3]
    ]
    assert labels_of(display) == [f"{c} ({(c == CLASSES).sum()})" for c in "abc"]


def test_the_threshold_says_which_part_lies_above():
    display = ErrorDistributionDisplay(ERRORS, CLASSES, threshold=0.3).plot()
    assert display.line_.get_xdata() == [0.3, 0.3]
    (text,) = display.legend_.get_texts()
    assert text.get_text() == f"threshold 0.3: {np.mean(ERRORS > 0.3):.1%} of all rows above"
    parts = [text.get_text() for text in display.texts_]
    assert parts == [f"{np.mean(ERRORS[c == CLASSES] > 0.3):.1%} above" for c in "abc"]
    without = ErrorDistributionDisplay(ERRORS, CLASSES).plot()
    assert without.line_ is None
    assert without.texts_ == []


def test_a_long_tail_is_drawn_on_a_log_scale():
    assert ErrorDistributionDisplay(np.append(ERRORS, 100)).plot().ax_.get_xscale() == "log"
    assert ErrorDistributionDisplay(ERRORS).plot().ax_.get_xscale() == "linear"
    assert ErrorDistributionDisplay(np.append(ERRORS, [100, 0])).plot().ax_.get_xscale() == "linear"


def test_equal_errors_and_one_class():
    display = ErrorDistributionDisplay(np.full(5, 2.0), ["one"] * 5).plot()
    assert display.counts_.sum() == 5
    assert labels_of(display) == ["one (5)"]


@pytest.mark.parametrize(
    ("n_classes", "given"), [(1, False), (3, False), (26, False), (100, False), (1, True), (3, True)]
)
def test_nothing_overlaps_or_is_cut(n_classes, given):
    ax = plt.subplots(figsize=(6, 4), layout="constrained")[1] if given else None
    names = [f"class {i % n_classes:02}" for i in range(600)]
    display = ErrorDistributionDisplay(ERRORS, names, threshold=0.3, name="error\n(units)").plot(ax)
    display.figure_.canvas.draw()
    display.figure_.canvas.draw()
    of_axes = [display.ax_.xaxis.label, display.ax_.yaxis.label]
    written = [*display.ax_.get_yticklabels(), *display.texts_, *of_axes]
    boxes = [text.get_window_extent() for text in written] + [display.legend_.get_window_extent()]
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])
    assert min(box.x0 for box in boxes) >= 0
    assert max(box.x1 for box in boxes) <= display.figure_.bbox.x1
    assert len(labels_of(display)) == n_classes


@pytest.mark.parametrize(
    ("X", "model", "name"),
    [
        (
            IMAGES,
            Autoencoder(2, encoder=(8,), epochs=1),
            f"{MSE} pixel\n(pixels from 0 to 1)",
        ),
        (IMAGES.reshape(40, 24) / 1.0, PCA(2), f"{MSE} column\n(squared units of X)"),
    ],
)
def test_errors_of_a_model(X, model, name):
    model = model.fit(X)
    display = ErrorDistributionDisplay.from_estimator(model, X)
    if isinstance(model, PCA):
        expected = np.mean((X - model.inverse_transform(model.transform(X))) ** 2, axis=1)
    else:
        expected = model.reconstruction_error(X)
    np.testing.assert_allclose(display.errors, expected)
    assert display.ax_.get_xlabel() == name


def test_mixed_tables_have_shares_that_are_not_explained():
    frame = pd.DataFrame({"size": RNG.normal(size=30), "kind": ["a", "b", "c"] * 10})
    model = Autoencoder(1, encoder=Tabular((8,)), epochs=1, random_state=0).fit(frame)
    display = ErrorDistributionDisplay.from_estimator(model, frame, frame["kind"])
    np.testing.assert_allclose(display.errors, model.reconstruction_error(frame))
    assert display.ax_.get_xlabel().startswith("unexplained per column\n(share of")


def test_plot_keeps_to_the_convention():
    before = dict(mpl.rcParams)
    _, ax = plt.subplots()
    display = ErrorDistributionDisplay(ERRORS, CLASSES, threshold=0.2)
    assert display.plot(ax) is display
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert display.plot().ax_ is not ax
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("errors", "options", "error", "message"),
    [
        ([], {}, DataError, "at least one row"),
        ([[1.0]], {}, DataError, r"shape \(1, 1\)"),
        ([1.0, np.nan], {}, DataError, "finite"),
        (ERRORS, {"labels": [1, 2]}, DataError, r"shape \(600,\); got shape \(2,\)"),
        (ERRORS, {"labels": ERRORS}, DataError, "Labels must be classes here"),
        (ERRORS, {"labels": np.where(ERRORS > 0.1, 1, np.nan)}, DataError, "none missing"),
        (ERRORS, {"threshold": np.inf}, ParameterError, "threshold must be a finite number.* got inf"),
    ],
)
def test_bad_input(errors, options, error, message):
    with pytest.raises(error, match=message):
        ErrorDistributionDisplay(errors, **options)


def test_labels_are_checked_before_the_work():
    with pytest.raises(DataError, match="one a row"):
        ErrorDistributionDisplay.from_estimator(None, np.zeros((4, 3)), [1, 2])
