"""The history of training."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError

from diabolo import Autoencoder, DataError, HistoryDisplay, ParameterError, VariationalAutoencoder, penalties

pytestmark = pytest.mark.jax

FALL = np.exp(-np.arange(12) / 5)


def with_validation(**columns):
    return columns | {f"val_{name}": 1.1 * column for name, column in columns.items()}


SAME = with_validation(loss=FALL, reconstruction=FALL.copy(), mse=FALL.copy())
SCALED = with_validation(loss=FALL, reconstruction=FALL, mse=9 * FALL)
PARTS = with_validation(loss=FALL + 1, reconstruction=FALL, kl=np.ones(12), mse=9 * FALL)


def labels_of(display):
    texts = display.legend_.get_texts()
    return [text.get_text() for text in texts]


@pytest.mark.parametrize(
    ("history", "lines", "n_panels"),
    [
        (SAME, ["loss", "val_loss"], 1),
        (SCALED, ["loss", "val_loss", "mse", "val_mse"], 2),
        (PARTS, list(PARTS), 3),
        (
            SCALED | {"learning_rate": np.full(12, 1e-3)},
            ["loss", "val_loss", "mse", "val_mse", "learning_rate"],
            3,
        ),
        ({"loss": FALL}, ["loss"], 1),
    ],
)
def test_each_column_is_drawn_once_and_by_unit(history, lines, n_panels):
    display = HistoryDisplay(history).plot()
    assert set(display.lines_) == set(lines)
    assert len(display.axes_) == n_panels
    assert sum(len(ax.lines) for ax in display.axes_) == len(lines)
    for name, line in display.lines_.items():
        assert line.get_xdata().tolist() == list(range(1, 13))
        assert np.array_equal(line.get_ydata(), history[name])


def test_columns_that_differ_in_validation_alone_are_both_drawn():
    history = SAME | {"val_reconstruction": FALL}
    assert "val_reconstruction" in HistoryDisplay(history).plot().lines_


def test_units_stand_on_the_axes():
    def labels(history):
        return [ax.get_ylabel().replace("\n", " ") for ax in HistoryDisplay(history).plot().axes_]

    mse = "mean squared error per feature (squared units of X)"
    assert labels(SAME) == [f"loss: {mse}"]
    assert labels(SCALED) == ["loss (model units)", mse]
    assert labels({"loss": FALL, "learning_rate": FALL / 9}) == ["loss (model units)", "learning rate"]
    assert HistoryDisplay(SCALED).plot().axes_[-1].get_xlabel() == "epoch"


def test_training_is_solid_validation_dashed_in_one_colour():
    lines = HistoryDisplay(SAME).plot().lines_
    assert lines["loss"].get_color() == lines["val_loss"].get_color()
    assert (lines["loss"].get_linestyle(), lines["val_loss"].get_linestyle()) == ("-", "--")


def test_the_legend_says_when_values_were_taken():
    expected = ["training\n(mean over the epoch)", "validation\n(at the epoch's end)"]
    assert labels_of(HistoryDisplay(SAME).plot()) == expected
    assert labels_of(HistoryDisplay(SCALED).plot()) == expected
    assert labels_of(HistoryDisplay({"loss": FALL}).plot()) == expected[:1]


def test_terms_have_colours_and_markers_of_their_own():
    display = HistoryDisplay(PARTS | {"learning_rate": FALL}).plot()
    terms = ["loss", "reconstruction", "kl", "mse", "learning_rate"]
    assert len({display.lines_[term].get_color() for term in terms}) == 5
    assert len({display.lines_[term].get_marker() for term in terms}) == 5
    named = [f"{term}, {kind}" for term in terms[:-1] for kind in ("training", "validation")]
    assert labels_of(display) == named


@pytest.mark.parametrize(
    ("column", "scale"),
    [(0.06 + 0.02 * FALL, "linear"), (10.0 ** -np.arange(12), "log"), (-np.arange(12.0), "linear")],
)
def test_log_scale_where_it_helps(column, scale):
    assert HistoryDisplay({"loss": column}).plot().axes_[0].get_yscale() == scale


@pytest.mark.parametrize("n_epochs", [1, 2, 7, 30, 700])
def test_ticks_are_whole_epochs_from_the_first(n_epochs):
    display = HistoryDisplay({"loss": np.linspace(2, 1, n_epochs)}).plot()
    ticks = display.axes_[0].get_xticks()
    assert ticks[0] == 1
    assert ticks[-1] <= n_epochs
    assert np.array_equal(ticks, np.round(ticks))
    display.figure_.canvas.draw()
    boxes = [text.get_window_extent() for text in display.axes_[0].get_xticklabels()]
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


def test_one_epoch_shows():
    line = HistoryDisplay({"loss": [0.5]}).plot().lines_["loss"]
    assert line.get_marker() == "o"
    assert line.get_markevery() == 1


def test_epochs_without_validation_leave_a_gap():
    history = {"loss": FALL, "val_loss": np.where(np.arange(12) < 5, np.nan, FALL)}
    display = HistoryDisplay(history).plot()
    assert np.isnan(display.lines_["val_loss"].get_ydata()).sum() == 5


@pytest.mark.parametrize("history", [SAME, SCALED, PARTS | {"learning_rate": FALL}])
@pytest.mark.parametrize("given", [False, True])
def test_nothing_overlaps_or_is_cut(history, given):
    ax = plt.subplots(figsize=(7, 6.5), layout="constrained")[1] if given else None
    display = HistoryDisplay(history).plot(ax)
    display.figure_.canvas.draw()
    display.figure_.canvas.draw()
    figure = display.figure_.bbox
    legend = display.legend_.get_window_extent()
    labels = [panel.yaxis.label.get_window_extent() for panel in display.axes_]
    assert not any(legend.overlaps(panel.get_window_extent()) for panel in display.axes_)
    assert not any(one.overlaps(other) for i, one in enumerate(labels) for other in labels[:i])
    assert all(box.x0 >= figure.x0 and box.y0 >= figure.y0 and box.y1 <= figure.y1 for box in labels)
    assert legend.x1 <= figure.x1


def test_plot_keeps_to_the_convention():
    before = dict(mpl.rcParams)
    _, ax = plt.subplots()
    display = HistoryDisplay(SAME)
    assert display.plot(ax) is display
    assert display.axes_.tolist() == [ax]
    assert display.figure_ is ax.figure
    assert len(plt.get_fignums()) == 1
    assert display.plot().axes_[0] is not ax
    assert dict(mpl.rcParams) == before


def test_of_an_autoencoder(table):
    ae = Autoencoder(1, encoder=(4,), epochs=3, random_state=0).fit(table, validation_data=table[:9])
    display = HistoryDisplay.from_estimator(ae)
    assert set(display.lines_) == {"loss", "val_loss", "mse", "val_mse"}
    for name, line in display.lines_.items():
        assert np.allclose(line.get_ydata(), ae.history_[name])


def test_bad_input(table):
    with pytest.raises(NotFittedError):
        HistoryDisplay.from_estimator(Autoencoder())
    with pytest.raises(ParameterError, match=r"history_.* got PCA.*pipeline\[-1\]"):
        HistoryDisplay.from_estimator(PCA(1).fit(table))
    for history in ({}, {"loss": []}, {"loss": [1, 2], "mse": [1]}, {"loss": 3}):
        with pytest.raises(DataError, match="columns of one length"):
            HistoryDisplay(history)
    assert plt.get_fignums() == []


def test_a_bound_that_is_minus_the_loss_is_not_drawn_again():
    loss = np.array([3.0, 2.0])
    history = {"loss": loss, "reconstruction": loss - 1, "kl": loss * 0 + 1, "elbo": -loss, "val_loss": loss}
    same = HistoryDisplay(history | {"val_elbo": -loss}).plot()
    assert "elbo" not in same.lines_
    other = HistoryDisplay(history | {"val_elbo": -loss - 0.1}).plot()
    assert {"elbo", "val_elbo"} <= set(other.lines_)
    assert [axis.get_ylabel() for axis in other.axes_] == [
        "loss (model units)",
        "kl\n(model units)",
        "bound on log p(x)\n(nats per row)",
    ]


def test_reconstruction_and_penalties_are_apart_in_their_units(table):
    vae = VariationalAutoencoder(
        1, encoder=(4,), epochs=2, penalties=(penalties.WeightDecay(1e-3),), random_state=0
    )
    display = HistoryDisplay.from_estimator(vae.fit(table))
    names = [[line for line in display.lines_.values() if line.axes is ax] for ax in display.axes_]
    of_panel = [[n for n, line in display.lines_.items() if line in lines] for lines in names]
    assert of_panel[:3] == [["loss", "reconstruction"], ["kl"], ["weight_decay"]]
    labels = [ax.get_ylabel() for ax in display.axes_]
    assert labels[:3] == ["loss (nats per row)", "kl\n(nats per row)", "weight_decay\n(loss units)"]


def test_several_penalties_of_one_unit_share_a_panel():
    history = {"loss": FALL + 3, "reconstruction": FALL, "a": FALL + 1, "b": FALL + 2}
    display = HistoryDisplay(history, units={"reconstruction": "nats", "a": "pints", "b": "pints"}).plot()
    assert [ax.get_ylabel() for ax in display.axes_] == ["loss (nats)", "penalties\n(pints)"]
    assert display.lines_["a"].axes is display.lines_["b"].axes is display.axes_[1]
