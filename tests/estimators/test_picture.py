"""What a notebook shows of an estimator."""

import re
from types import SimpleNamespace
from xml.etree import ElementTree

import keras
import numpy as np
import pytest
from sklearn import config_context
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from diabolo import Autoencoder, Dense
from diabolo.estimators.picture import network_picture
from diabolo.training.road import Road

X = np.random.default_rng(0).random((20, 6))
SVG = "{http://www.w3.org/2000/svg}"


def drawn(estimator):
    """The picture as XML, which it must be."""
    return ElementTree.fromstring(network_picture(estimator))


def sizes(estimator):
    return [text.text for text in drawn(estimator).iter(f"{SVG}text") if text.get("font-weight") == "bold"]


def notes(estimator):
    return [text.text for text in drawn(estimator).iter(f"{SVG}text") if text.get("opacity")]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, "? 100 50 25 2 25 50 100 ?"),
        ({"encoder": ()}, "? 2 ?"),
        ({"encoder": (9, 8), "decoder": (7,)}, "? 9 8 2 7 ?"),
        ({"encoder": Dense((1000,)), "n_components": 3}, "? 1,000 3 1,000 ?"),
        ({"encoder": np.array([5, 4])}, "? ? 2 ? ?"),  # refused at fit, and shown all the same
        ({"encoder": "dense", "n_components": "two"}, "? ? ? ? ?"),
        ({"encoder": (8, -1, 2.5), "decoder": 7, "activation": None}, "? 8 ? ? 2 ? ?"),
    ],
)
def test_before_fit_sizes_come_from_the_parameters(parameters, expected):
    assert sizes(Autoencoder(**parameters)) == expected.split()


def test_after_fit_every_size_is_known():
    ae = Autoencoder(3, encoder=Dense((9, 8), "tanh"), decoder=(7,), epochs=1).fit(X)
    assert sizes(ae) == ["6", "9", "8", "3", "7", "6"]
    assert notes(ae) == ["features", "tanh", "tanh", "code", "relu", "output"]
    assert f"{ae.model_.count_params():,} parameters" in network_picture(ae)


def test_after_fit_it_says_how_far_training_came():
    ae = Autoencoder(3, encoder=(9,), epochs=2, random_state=0).fit(X)
    assert f">2 epochs, mse {ae.history_['mse'][-1]:.3g}</text>" in network_picture(ae)
    ae = Autoencoder(1, encoder=(), epochs=1, random_state=0).fit(X, validation_data=X)
    assert f">1 epoch, val_mse {ae.history_['val_mse'][-1]:.3g}</text>" in network_picture(ae)
    width = float(drawn(ae).get("width"))
    assert width > 6 * len("1 epoch, val_mse 0.0123")  # room for it below three bars


def test_an_encoder_that_sees_gaps_has_inputs_for_them():
    ae = Autoencoder(3, encoder=(9,), missing="indicator", epochs=1).fit(X)
    assert sizes(ae) == ["12", "9", "3", "9", "6"]
    assert notes(ae)[:3] == ["features", "and gaps", "relu"]


def test_any_keras_model_can_be_drawn():
    pixels = keras.Input((6,))
    x = keras.layers.Reshape((3, 2))(pixels)
    x = keras.layers.Conv1D(4, 2, activation="relu")(x)
    x = keras.layers.Dropout(0.1)(x)
    x = keras.layers.Flatten()(x)
    encoder = keras.Model(pixels, keras.layers.Dense(2)(x))
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(6)])
    fitted = SimpleNamespace(
        __sklearn_is_fitted__=lambda: True,
        missing=None,
        _learned=lambda: SimpleNamespace(
            road=Road(encoder, decoder),
            architecture=SimpleNamespace(n_outputs=6),
            objective=SimpleNamespace(metrics=[SimpleNamespace(name="mse")]),
            epochs=[{}],
            history={"mse": [0.5]},
        ),
        n_features_in_=6,
        _n_features_out=2,
    )
    assert sizes(fitted) == ["6", "2\N{MULTIPLICATION SIGN}4", "2", "6"]
    assert notes(fitted) == ["features", "Conv1D", "relu", "code", "output"]
    unfitted = Autoencoder(encoder=encoder, decoder=keras.layers.Dense(3))
    assert sizes(unfitted) == ["?", "2\N{MULTIPLICATION SIGN}4", "2", "2", "?", "?"]


def test_heights_follow_the_sizes():
    ae = Autoencoder(2, encoder=(300, 20), epochs=1).fit(X)
    heights = [float(bar.get("height")) for bar in drawn(ae).iter(f"{SVG}rect")]
    widths = [6, 300, 20, 2, 20, 300, 6]
    assert sorted(widths) == [width for _, width in sorted(zip(heights, widths, strict=True))]
    assert heights == heights[::-1]
    fills = [bar.get("fill") for bar in drawn(ae).iter(f"{SVG}rect")]
    assert fills.count(fills[3]) == 1  # the code is of another colour
    unknown = next(drawn(Autoencoder()).iter(f"{SVG}rect"))
    assert unknown.get("stroke-dasharray")


def test_it_says_what_it_shows_and_asks_for_nothing():
    picture = drawn(Autoencoder(2, encoder=(8,)))
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == picture.find(f"{SVG}title").text == "Autoencoder: ? → 8 → 2 → 8 → ?"
    assert "8 relu; 2 code; 8 relu" in picture.find(f"{SVG}desc").text
    assert not re.search(r"href|url\(|@import|<script|<style", network_picture(Autoencoder()))


def test_text_is_escaped():
    for activation in ("<script>alert(1)</script>", '"><b>', "a & b"):
        picture = network_picture(Autoencoder(encoder=(8,), activation=activation))
        assert "<script" not in picture
        assert activation in notes(Autoencoder(encoder=(8,), activation=activation))


@pytest.mark.parametrize("estimator", [Autoencoder(), Autoencoder(encoder=(4,), epochs=1).fit(X)])
def test_notebooks_show_it_below_scikit_learns_diagram(estimator):
    for html in (estimator._repr_html_(), estimator._repr_mimebundle_()["text/html"]):
        assert html.index("sk-top-container") < html.index(
            '<svg xmlns="http://www.w3.org/2000/svg" role="img"'
        )
        assert html.count('role="img"') == 1
    assert "sk-top-container" in make_pipeline(StandardScaler(), estimator)._repr_html_()
    with config_context(display="text"):
        assert not hasattr(estimator, "_repr_html_")
        assert estimator._repr_mimebundle_() == {"text/plain": repr(estimator)}
