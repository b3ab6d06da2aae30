"""What can be explored, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError

import diabolo
from diabolo import (
    Autoencoder,
    Convolutional,
    DataError,
    NextFrameAutoencoder,
    ParameterError,
    SequenceAutoencoder,
    Tabular,
    explore,
)
from diabolo.export import decoded_columns

pytestmark = pytest.mark.jax


def test_some_rows_are_drawn_and_keep_their_numbers(on_digits, digits):
    X, y = digits
    some = explore(on_digits, X, y, max_rows=20)
    assert len(some.numbers) == 20
    assert np.all(np.diff(some.numbers) > 0)
    np.testing.assert_array_equal(some.contents.codes, on_digits.transform(X)[some.numbers])
    np.testing.assert_array_equal(some.contents.rows.block().reshape(-1, 8, 8), X[some.numbers])
    np.testing.assert_array_equal(some.labels.values, y[some.numbers])
    np.testing.assert_array_equal(explore(on_digits, X, max_rows=20).numbers, some.numbers)
    assert len(explore(on_digits, X, max_rows=1000).numbers) == 60


@pytest.mark.parametrize("channels", [3, 4])
def test_colour_images(channels):
    X = np.random.default_rng(0).uniform(size=(20, 5, 6, channels)).astype(np.float32)
    ae = Autoencoder(2, encoder=(4,), epochs=1, random_state=0).fit(X)
    rows = explore(ae, X).rows
    assert rows.about["shape"] == [5, 6, channels]
    np.testing.assert_allclose(rows.block().reshape(X.shape) / 255, X, atol=0.5 / 255 + 1e-6)


def test_flat_rows_are_images_where_the_network_or_the_caller_says_so(digits):
    X = digits[0].reshape(60, 64) / 255
    flat = Autoencoder(2, encoder=(4,), epochs=1, random_state=0).fit(X)
    assert explore(flat, X).rows.about["kind"] == "table"
    assert explore(flat, X, image_shape=(8, 8)).rows.about["shape"] == [8, 8, 1]
    encoder = Convolutional((2,), image_shape=(8, 8))
    convolutional = Autoencoder(2, encoder=encoder, epochs=1, random_state=0).fit(X)
    assert explore(convolutional, X).rows.about["shape"] == [8, 8, 1]


def test_pixels_in_units_of_their_own(digits):
    X = digits[0].reshape(60, 64) / 15.0  # 0..16, as a table
    ae = Autoencoder(2, encoder=(4,), epochs=1, random_state=0).fit(X)
    rows = explore(ae, X, image_shape=(8, 8)).rows
    assert (rows.about["black"], rows.about["white"]) == (0, 16)  # of what is decoded, too
    assert rows.block().max() == 255


def test_mixed_columns_and_where_their_decoded_numbers_are(mixed):
    ae = Autoencoder(2, encoder=Tabular((4,)), epochs=1, random_state=0).fit(mixed)
    rows = explore(ae, mixed).rows
    kinds = {
        name: (kind["name"], kind["levels"]) for name, kind in zip(mixed, rows.about["kinds"], strict=True)
    }
    assert kinds == {
        "open": ("boolean", ["False", "True"]),
        "size": ("number", None),
        "kind": ("category", ["x", "y", "z"]),
        "count": ("integer", None),
        "day": ("date", None),
    }
    names = decoded_columns(ae)
    for name, part in zip(mixed, rows.about["decoded"], strict=True):
        own = names[part["start"] : part["start"] + part["size"]]
        assert all(str(name) in str(each) for each in own), (name, own)
    assert sum(part["size"] for part in rows.about["decoded"]) == len(names)
    day = rows.block()[4]
    np.testing.assert_array_equal(day, (mixed["day"] - pd.Timestamp(0)).dt.days)


def test_gaps_in_a_table_stay_gaps(iris, on_iris):
    X = iris[0].copy()
    X.iloc[3, 1] = np.nan
    assert np.isnan(explore(on_iris, X).rows.block()[1, 3])


@pytest.mark.parametrize("n_components", [1, 3, 64])
def test_codes_of_any_width(n_components, digits):
    ae = Autoencoder(n_components, encoder=(4,), epochs=1, random_state=0).fit(digits[0])
    about = explore(ae, digits[0]).contents.about
    assert len(about["components"]) == n_components
    assert (about["principal"] is None) == (n_components < 3)


def test_a_single_row(digits):
    ae = Autoencoder(3, encoder=(4,), epochs=1, random_state=0).fit(digits[0])
    about = explore(ae, digits[0][:1], [np.nan]).contents.about
    assert (about["n"], about["labels"]["names"]) == (1, [])
    assert about["density"] == {"neighbours": 1, "quantiles": [0.0] * 101}
    assert about["principal"]["shares"] == [0, 0]


def test_what_is_no_autoencoder_is_refused(digits):
    X = digits[0].reshape(60, 64)
    with pytest.raises(ParameterError, match="needs an Autoencoder or one of its variants.*; got PCA"):
        explore(PCA(2).fit(X), X)
    with pytest.raises(NotFittedError):
        explore(Autoencoder(), X)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", [SequenceAutoencoder, NextFrameAutoencoder])
def test_sequences_and_clips_are_refused(kind):
    options = {"units": (4,)} if kind is SequenceAutoencoder else {"filters": (2,), "maps": 2}
    shape = (6, 5, 2) if kind is SequenceAutoencoder else (6, 4, 8, 8)
    X = np.random.default_rng(0).uniform(size=shape).astype(np.float32)
    ae = kind(epochs=1, random_state=0, **options).fit(X)
    with pytest.raises(ParameterError, match=f"{kind.__name__}"):
        explore(ae, X)


def test_labels_of_another_length_and_wrong_limits_are_refused(on_digits, digits):
    with pytest.raises(DataError, match="Labels must be one a row"):
        explore(on_digits, digits[0], digits[1][:-1])
    for limit in (0, -1, 2.5, True):
        with pytest.raises(ParameterError, match="max_rows must be a whole number of at least 1"):
            explore(on_digits, digits[0], max_rows=limit)
    with pytest.raises(DataError, match="image_shape must be"):
        explore(on_digits, digits[0], image_shape=(5, 5))


def test_two_channels_are_no_image():
    X = np.random.default_rng(0).uniform(size=(20, 4, 4, 2)).astype(np.float32)
    ae = Autoencoder(2, encoder=(4,), epochs=1).fit(X)
    with pytest.raises(DataError, match="1, 3 or 4 channels"):
        explore(ae, X)


def test_without_anywidget_the_pip_command_is_said(on_digits, digits, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "anywidget", None)
    monkeypatch.delitem(__import__("sys").modules, "diabolo.explorer.widget", raising=False)
    explorer = explore(on_digits, digits[0])
    with pytest.raises(diabolo.MissingDependencyError, match=r"pip install 'diabolo\[explore\]'"):
        explorer.widget()
    assert "60 rows" in repr(explorer)
