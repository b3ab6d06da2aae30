"""Rows with gaps, from ``fit`` to ``score``."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.datasets import load_iris
from sklearn.impute import SimpleImputer

from diabolo import Autoencoder, DataError, load

IRIS = load_iris().data
GAPPY = np.where(np.random.default_rng(0).random(IRIS.shape) < 0.2, np.nan, IRIS)
GAPPY = GAPPY[~np.isnan(GAPPY).all(axis=1)]
COMPLETE = ~np.isnan(GAPPY).any(axis=1)
IMPUTED = SimpleImputer().fit_transform(GAPPY)


def autoencoder(**parameters):
    return Autoencoder(2, **{"encoder": (8,), "epochs": 3, "random_state": 0} | parameters)


@pytest.fixture(scope="module", params=[None, "indicator"])
def fitted(request):
    return autoencoder(missing=request.param, epochs=20).fit(GAPPY)


def test_the_loss_covers_what_was_observed(fitted):
    errors = np.square(fitted.reconstruct(GAPPY) - GAPPY)
    assert not np.isnan(fitted.reconstruct(GAPPY)).any()
    np.testing.assert_allclose(fitted.reconstruction_error(GAPPY), np.nanmean(errors, axis=1), rtol=1e-3)
    np.testing.assert_allclose(
        fitted.reconstruction_error(GAPPY, per_feature=True), errors, rtol=1e-2, atol=1e-4
    )
    np.testing.assert_allclose(fitted.score(GAPPY), -np.nanmean(errors, axis=1).mean(), rtol=1e-3)


def test_the_encoder_sees_means_in_gaps():
    fitted = autoencoder().fit(GAPPY)
    np.testing.assert_allclose(fitted.transform(GAPPY), fitted.transform(IMPUTED), rtol=1e-3, atol=1e-5)


def test_the_encoder_sees_gaps_if_asked():
    fitted = autoencoder(missing="indicator").fit(GAPPY)
    assert fitted.encoder_.input_shape == (None, 8)
    gaps = np.isnan(GAPPY)
    scaled = fitted._fitted.scaling.apply(IMPUTED)
    codes = fitted.encoder_.predict(np.hstack([scaled, gaps]).astype(np.float32), verbose=0)
    np.testing.assert_allclose(fitted.transform(GAPPY), codes, rtol=1e-3, atol=1e-5)
    assert fitted.model_.predict(np.hstack([scaled, gaps]), verbose=0).shape == GAPPY.shape


def test_a_complete_row_does_not_depend_on_the_gaps_of_others(fitted):
    rows = GAPPY[COMPLETE]
    for method in (fitted.transform, fitted.reconstruct, fitted.score_samples):
        np.testing.assert_array_equal(method(GAPPY)[COMPLETE], method(rows))
        np.testing.assert_array_equal(method(GAPPY)[[COMPLETE.argmin()]], method(GAPPY[[COMPLETE.argmin()]]))


def test_a_row_without_numbers_has_no_part_in_fit_and_no_code():
    with_empty = np.vstack([GAPPY, np.full((1, 4), np.nan)])
    weights = np.append(np.ones(len(GAPPY)), 0)
    with_zero = np.vstack([GAPPY, GAPPY[:1]])
    codes = autoencoder().fit(with_empty).transform(GAPPY)
    np.testing.assert_array_equal(codes, autoencoder().fit(with_zero, sample_weight=weights).transform(GAPPY))
    with pytest.raises(DataError, match=f"rows {len(GAPPY)}"):
        autoencoder().fit(with_empty).transform(with_empty)


def test_validation_rows_may_have_gaps_too():
    empty = np.full((1, 4), np.nan)
    fitted = autoencoder().fit(IRIS, validation_data=np.vstack([GAPPY, empty]))
    np.testing.assert_allclose(fitted.history_["val_mse"][-1], -fitted.score(GAPPY), rtol=1e-5)
    early = autoencoder(early_stopping=True).fit(np.vstack([GAPPY, empty]))
    assert np.isfinite(early.history_["val_loss"]).all()


def test_a_column_without_numbers_is_named():
    frame = pd.DataFrame(GAPPY, columns=list("abcd")).assign(c=np.nan)
    with pytest.raises(DataError, match="columns 'c'"):
        autoencoder().fit(frame)


def test_nullable_columns_have_gaps():
    frame = pd.DataFrame({"a": pd.array([1, 2, None, 4], "Int64"), "b": [1.0, 2, 3, 4]})
    codes = autoencoder().fit(frame).transform(frame)
    expected = autoencoder().fit(frame.astype(float)).transform(frame.astype(float))
    np.testing.assert_array_equal(codes, expected)


@pytest.mark.parametrize("scale", ["auto", "standard", "minmax", None])
def test_every_scaling_leaves_gaps_out(scale):
    fitted = autoencoder(scale=scale).fit(GAPPY)
    undone = fitted._fitted.scaling.undo(fitted._fitted.fill)
    np.testing.assert_allclose(undone, np.nanmean(GAPPY, axis=0), rtol=1e-5)


def test_images_may_have_gaps():
    images = np.random.default_rng(0).random((20, 3, 3))
    images[:, 0, 0][::2] = np.nan
    fitted = autoencoder().fit(images)
    assert fitted.reconstruct(images).shape == (20, 3, 3)
    errors = fitted.reconstruction_error(images, per_feature=True)
    np.testing.assert_array_equal(np.isnan(errors), np.isnan(images))


def test_gaps_survive_the_model_file(tmp_path, fitted):
    fitted.save(tmp_path / "m.diabolo")
    loaded = load(tmp_path / "m.diabolo")
    np.testing.assert_array_equal(loaded.transform(GAPPY), fitted.transform(GAPPY))


def test_partial_fit_keeps_the_means_of_the_first_rows():
    fitted = autoencoder().partial_fit(GAPPY)
    before = fitted._fitted.fill.copy()
    fitted.partial_fit(IRIS[:50] + 1)
    np.testing.assert_array_equal(fitted._fitted.fill, before)


@pytest.mark.parametrize("kind", [csr_array, lambda X: csr_array(X).tocsc()])
def test_sparse_rows_train_as_dense_ones(kind):
    dense = np.where(np.random.default_rng(0).random((90, 12)) < 0.8, 0, 3.0)
    sparse = kind(dense)
    ours, theirs = autoencoder().fit(sparse), autoencoder().fit(dense)
    for method in ("transform", "reconstruct", "score_samples"):
        np.testing.assert_array_equal(getattr(ours, method)(sparse), getattr(theirs, method)(dense))
    errors = ours.reconstruction_error(sparse, per_feature=True)
    np.testing.assert_array_equal(errors, theirs.reconstruction_error(dense, per_feature=True))


def test_sparse_rows_are_never_dense_as_a_whole(monkeypatch):
    sparse = csr_array((np.ones(600), (np.arange(600), np.arange(600) * 50)), shape=(600, 30_000))
    largest = []
    original = type(sparse).toarray
    monkeypatch.setattr(type(sparse), "toarray", lambda self: largest.append(self.shape[0]) or original(self))
    autoencoder(epochs=1).fit(sparse).transform(sparse)
    assert max(largest) <= 256
