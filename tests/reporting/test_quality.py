"""Errors of the model and of what it is compared with, against scikit-learn and pandas."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from diabolo import Autoencoder
from diabolo.reporting.measures import measure

pytestmark = pytest.mark.jax


def measured(estimator, X, y=None, X_train=None, max_rows=1000):
    rng = np.random.default_rng(0)
    return measure(estimator, X, y, X_train, image_shape=None, max_rows=max_rows, rng=rng)


def error_of_pca(X, rows):
    pca = PCA(2).fit(X)
    return np.mean((rows - pca.inverse_transform(pca.transform(rows))) ** 2)


@pytest.mark.parametrize("with_training", [True, False])
def test_table(of_iris, iris, with_training):
    X = iris[0]
    rows, training = X[1::2].to_numpy(), X[::2].to_numpy() if with_training else None
    quality = measured(of_iris, X[1::2], X_train=X[::2] if with_training else None).quality
    reference = rows if training is None else training
    assert quality.model.error == pytest.approx(-of_iris.score(X[1::2]), rel=1e-5)
    assert quality.of("pca").error == pytest.approx(error_of_pca(reference, rows), rel=1e-4)
    assert quality.of("mean").error == pytest.approx(np.mean((rows - reference.mean(axis=0)) ** 2), rel=1e-6)
    removed = 1 - quality.of("pca").error / quality.of("mean").error
    assert quality.explained(quality.of("pca")) == pytest.approx(removed)
    by_column = of_iris.reconstruction_error(X[1::2], per_feature=True).mean(axis=0)
    np.testing.assert_allclose(quality.by_column, by_column, rtol=1e-4)


def test_images_are_measured_as_the_model_gives_them_back(images):
    ae = Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(images)
    quality = measured(ae, images).quality
    pixels = images.reshape(60, 30) / 255
    assert quality.model.error == pytest.approx(
        np.mean((images / 255 - ae.reconstruct(images)) ** 2), rel=1e-5
    )
    assert quality.of("pca").error == pytest.approx(error_of_pca(pixels, pixels), rel=1e-4)


def test_pca_sees_rows_as_the_model_does(iris):
    X = iris[0].to_numpy() * [1, 100, 1, 1]
    ae = Autoencoder(2, encoder=(), scale="standard", epochs=2, random_state=0).fit(X)
    standard = (X - X.mean(axis=0)) / X.std(axis=0)
    pca = PCA(2).fit(standard)
    back = pca.inverse_transform(pca.transform(standard)) * X.std(axis=0) + X.mean(axis=0)
    assert measured(ae, X).quality.of("pca").error == pytest.approx(np.mean((X - back) ** 2), rel=1e-4)


def test_gaps_count_nowhere(iris):
    X = iris[0].to_numpy().copy()
    X[::5, 0], X[1::5, 2] = np.nan, np.nan
    ae = Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(X)
    quality = measured(ae, X).quality
    np.testing.assert_allclose(quality.model.errors, ae.reconstruction_error(X), rtol=1e-4)
    assert quality.of("mean").error == pytest.approx(
        np.nanmean((X - np.nanmean(X, axis=0)) ** 2, axis=1).mean()
    )


def test_columns_of_a_mixed_table_count_alike(of_mixed, mixed):
    quality = measured(of_mixed, mixed).quality
    back = of_mixed.reconstruct(mixed)
    wrong = (back != mixed).where(mixed.notna()).mean()
    squares = ((back["size"] - mixed["size"]) ** 2).mean()
    expected = [squares, wrong["kind"], wrong["flag"], wrong["colour"]]
    np.testing.assert_allclose(quality.by_column, expected, rtol=1e-3)
    others = [1 - mixed[name].value_counts(normalize=True).max() for name in ("kind", "flag", "colour")]
    np.testing.assert_allclose(quality.by_column_of_mean, [mixed["size"].var(ddof=0), *others], rtol=1e-6)
    assert quality.of("mean").error == pytest.approx(1, rel=0.05)  # but for rows with gaps
    assert quality.model.error < quality.of("mean").error
    assert {method.key for method in quality.methods} == {"model", "pca", "neighbours", "mean"}


def test_what_does_not_apply_is_left_out(iris):
    few = iris[0].to_numpy()[:12]
    wide = Autoencoder(5, encoder=(8,), epochs=2, random_state=0).fit(few)  # wider than the table
    assert [method.key for method in measured(wide, few).quality.methods] == ["model", "neighbours", "mean"]


def test_rows_that_are_all_alike_explain_nothing(iris):
    alike = np.tile(iris[0].to_numpy()[:1], (12, 1))
    ae = Autoencoder(1, encoder=(), epochs=2, random_state=0).fit(alike)
    quality = measured(ae, alike).quality
    assert quality.explained(quality.model) is None


def test_the_rows_of_fit_are_known_by_their_fingerprint(of_iris, iris):
    X = iris[0]
    assert measured(of_iris, X[::2]).rows_of_fit
    assert not measured(of_iris, X[1::2]).rows_of_fit
    assert measured(of_iris, X[::2], max_rows=20).rows_of_fit  # whichever of them are looked at
