"""Which components are active, and what they explain."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from diabolo import Autoencoder, ComponentsDisplay, DataError, Tabular, VariationalAutoencoder
from diabolo.evaluation.components import Explained

pytestmark = pytest.mark.jax

RNG = np.random.default_rng(0)
TABLE = RNG.normal(size=(60, 3)) @ RNG.normal(size=(3, 6)) * [1, 1, 1, 1, 1, 50]
MEANS, STDS = RNG.normal(size=(200, 4)) * [1, 0.5, 0.05, 0], np.full((200, 4), 0.5)
EXPLAINED = Explained(np.arange(4), np.array([0.2, 0.4, 0.5, 0.5]), np.array([0.1, 0.3, 0.4, 0.6]))


@pytest.fixture(scope="module")
def vae():
    return VariationalAutoencoder(3, encoder=(8,), epochs=3, random_state=0).fit(TABLE)


def test_bars_are_variances_and_divergences(vae):
    display = ComponentsDisplay.from_estimator(vae, TABLE)
    means, stds = vae.transform(TABLE, return_std=True)
    kl = np.mean((means**2 + stds**2 - 1) / 2 - np.log(stds), axis=0)
    for bars, expected in zip(display.bars_, (means.var(axis=0), kl), strict=True):
        np.testing.assert_allclose([bar.get_height() for bar in bars], expected, rtol=1e-4)
        np.testing.assert_allclose([bar.get_center()[0] for bar in bars], [1, 2, 3])
    labels = [panel.get_ylabel().replace("\n", " ") for panel in display.axes_]
    assert labels == [
        "variance of the mean code",
        "KL to the prior (nats per row)",
        "explained share of the variance",
    ]


def test_inactive_components_are_hatched_below_the_limit():
    display = ComponentsDisplay(MEANS, STDS).plot()
    assert display.active.tolist() == [True, True, False, False]
    assert [bool(bar.get_hatch()) for bar in display.bars_[0]] == [False, False, True, True]
    (limit,) = display.axes_[0].lines
    assert limit.get_ydata() == [0.01, 0.01]
    texts = [text.get_text() for text in display.axes_[0].get_legend().get_texts()]
    assert texts == ["2 active", "2 inactive"]


@pytest.mark.parametrize("scale", ["auto", "standard"])
def test_explained_shares_are_in_the_units_of_the_model(scale):
    ae = Autoencoder(2, encoder=(8,), epochs=3, scale=scale, random_state=0).fit(TABLE)
    display = ComponentsDisplay.from_estimator(ae, TABLE)
    scaler = StandardScaler(with_std=scale == "standard").fit(TABLE)
    scaled = scaler.transform(TABLE)
    model, pca = (line.get_ydata() for line in display.lines_)
    np.testing.assert_allclose(pca, np.cumsum(PCA(2).fit(scaled).explained_variance_ratio_))
    rest = scaled - scaler.transform(ae.reconstruct(TABLE))
    assert model[-1] == pytest.approx(1 - np.mean(rest**2) / scaled.var(axis=0).mean(), abs=1e-3)


def test_codes_without_a_prior_are_compared_with_the_largest():
    ae = Autoencoder(2, encoder=(8,), epochs=3, random_state=0).fit(TABLE)
    display = ComponentsDisplay.from_estimator(ae, TABLE)
    assert display.kl is None
    assert len(display.axes_) == 2
    (limit,) = display.axes_[0].lines
    assert limit.get_ydata()[0] == pytest.approx(0.01 * ae.transform(TABLE).var(axis=0).max(), rel=1e-4)
    assert "of the largest" in display.axes_[0].get_legend().get_title().get_text()


def test_a_vamp_prior_has_a_scale_but_no_divergence_by_component():
    vamp = VariationalAutoencoder(2, encoder=(8,), epochs=1, prior="vamp", n_pseudo_inputs=3, random_state=0)
    display = ComponentsDisplay.from_estimator(vamp.fit(TABLE), TABLE)
    assert display.kl is None
    assert display.has_scale


def test_mixed_tables_have_no_common_variance():
    frame = pd.DataFrame({"size": RNG.normal(size=30), "kind": ["a", "b", "c"] * 10})
    model = VariationalAutoencoder(2, encoder=Tabular((8,)), epochs=1, random_state=0).fit(frame)
    display = ComponentsDisplay.from_estimator(model, frame)
    assert display.lines_ == []
    assert len(display.axes_) == 2


def test_any_transformer():
    X = RNG.normal(size=(1500, 5)) * [5, 4, 3, 2, 1]  # more rows than are decoded
    display = ComponentsDisplay.from_estimator(PCA(3).fit(X), X)
    model, pca = (line.get_ydata() for line in display.lines_)
    np.testing.assert_allclose(model, pca, atol=0.01)


@pytest.mark.parametrize("n_components", [1, 3, 64])
@pytest.mark.parametrize("given", [False, True])
def test_nothing_overlaps_or_is_cut(n_components, given):
    ax = plt.subplots(figsize=(8, 7), layout="constrained")[1] if given else None
    means = RNG.normal(size=(30, n_components))
    shares = np.linspace(0.1, 0.9, n_components)
    explained = Explained(np.arange(n_components), shares, shares)
    display = ComponentsDisplay(means, np.ones_like(means), explained=explained).plot(ax)
    display.figure_.canvas.draw()
    display.figure_.canvas.draw()
    written = [each for panel in display.axes_ for each in (panel.xaxis.label, panel.yaxis.label)]
    written += [panel.get_legend() for panel in display.axes_ if panel.get_legend()]
    boxes = [each.get_window_extent() for each in written if not hasattr(each, "get_text") or each.get_text()]
    boxes += [panel.get_window_extent() for panel in display.axes_]
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])
    assert min(box.x0 for box in boxes) >= 0
    assert max(box.x1 for box in boxes) <= display.figure_.bbox.x1
    for panel in display.axes_:
        ticks = [text.get_window_extent() for text in panel.get_xticklabels() if text.get_text()]
        assert not any(one.overlaps(other) for i, one in enumerate(ticks) for other in ticks[:i])


def test_plot_keeps_to_the_convention():
    before = dict(mpl.rcParams)
    _, ax = plt.subplots()
    display = ComponentsDisplay(MEANS, STDS, explained=EXPLAINED)
    assert display.plot(ax) is display
    assert display.figure_ is ax.figure
    assert len(plt.get_fignums()) == 1
    assert display.plot().figure_ is not ax.figure
    assert dict(mpl.rcParams) == before


def test_a_code_that_is_constant():
    display = ComponentsDisplay(np.ones((5, 2))).plot()
    display.figure_.canvas.draw()
    assert not display.active.any()


@pytest.mark.parametrize(
    ("means", "stds", "message"),
    [
        (np.zeros(3), None, r"means must be a table of finite numbers.* got dtype float64, shape \(3,\)"),
        (np.full((2, 2), np.nan), None, "finite"),
        (MEANS, STDS[:, :2], r"of the shape of means, \(200, 4\); got shape \(200, 2\)"),
        (MEANS, -STDS, "above 0"),
    ],
)
def test_bad_input(means, stds, message):
    with pytest.raises(DataError, match=message):
        ComponentsDisplay(means, stds)
