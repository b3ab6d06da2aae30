"""Autoencoders of images by convolutions: as estimators, beside dense ones, in files, with gaps."""

import pickle

import numpy as np
import pytest
from scipy.special import logit
from sklearn.base import clone
from sklearn.datasets import load_digits

from diabolo import (
    Autoencoder,
    Convolutional,
    DataError,
    ParameterError,
    StackedAutoencoder,
    StackedAutoencoderClassifier,
    VariationalAutoencoder,
    load,
)

pytestmark = pytest.mark.thorough

DIGITS, LABELS = load_digits(return_X_y=True)
X = (DIGITS[:300] / 16).astype(np.float32).reshape(-1, 8, 8)
SMALL = {"epochs": 2, "random_state": 0}
NORMED = Convolutional((4, 6), pool="max", norm="batch")


@pytest.fixture(scope="module")
def fitted():
    return Autoencoder(3, encoder=NORMED, **SMALL).fit(X, validation_data=X[:50])


def test_shapes_and_flat_rows(fitted):
    flat = X.reshape(len(X), -1)
    assert fitted.transform(X).shape == (300, 3)
    assert fitted.reconstruct(X).shape == X.shape
    assert fitted.reconstruction_error(X, per_feature=True).shape == X.shape
    np.testing.assert_array_equal(fitted.transform(flat), fitted.transform(X))
    np.testing.assert_array_equal(fitted.reconstruct(flat), fitted.reconstruct(X))


def test_a_row_does_not_depend_on_its_company(fitted):
    """Batch normalisation uses what it has kept, not the rows at hand."""
    np.testing.assert_array_equal(fitted.transform(X)[40:43], fitted.transform(X[40:43]))
    assert fitted.evaluate(X[:50])["loss"] == pytest.approx(fitted.history_["val_loss"][-1], rel=1e-5)


@pytest.mark.parametrize(
    ("likelihood", "link"),
    [("mse", np.asarray), ("bernoulli", logit), ("continuous_bernoulli", np.zeros_like)],
)
@pytest.mark.parametrize("pool", ["stride", "max"])
def test_channels_start_at_their_means(likelihood, link, pool):
    """But for the continuous Bernoulli, whose mean has no closed inverse."""
    images = np.stack([X, X**2, np.sqrt(X)], axis=-1)
    spec = Convolutional((4, 6), pool=pool)
    ae = Autoencoder(2, encoder=spec, likelihood=likelihood, epochs=1, learning_rate=1e-9).fit(images)
    means = images.mean(axis=(0, 1, 2))
    np.testing.assert_allclose(ae.decoder_.get_weights()[-1], link(means), rtol=1e-4, atol=1e-5)


def test_keras_models_give_the_same(fitted):
    flat = X.reshape(len(X), -1)
    codes = fitted.encoder_.predict(flat, verbose=0)
    np.testing.assert_allclose(codes, fitted.transform(X), rtol=1e-3, atol=1e-4)
    rows = fitted.model_.predict(flat, verbose=0).reshape(X.shape)
    np.testing.assert_allclose(rows, fitted.reconstruct(X), rtol=1e-3, atol=1e-4)


def test_statistics_of_batch_normalisation_are_those_of_the_rows():
    """With no weight moved they settle on the mean of the last maps' inputs, the partial batch's too."""
    ae = Autoencoder(3, encoder=NORMED, epochs=40, learning_rate=1e-12, batch_size=256, random_state=0).fit(X)
    layer, flat = ae.encoder_.get_layer("encoder_0_conv"), X[..., np.newaxis]
    kernel, bias = (np.asarray(v) for v in layer.get_weights())
    padded = np.pad(flat, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    maps = np.einsum("nhwcij,ijcf->nhwf", windows, kernel) + bias
    kept = ae.encoder_.get_layer("encoder_0_norm").get_weights()[2]
    np.testing.assert_allclose(kept, maps.mean(axis=(0, 1, 2)), atol=0.02)


def test_copies_and_files(fitted, tmp_path):
    fitted.save(tmp_path / "m.diabolo")
    for again in (load(tmp_path / "m.diabolo"), pickle.loads(pickle.dumps(fitted))):
        np.testing.assert_array_equal(again.transform(X), fitted.transform(X))
        assert again.evaluate(X) == fitted.evaluate(X)
        assert again.encoder == NORMED
    np.testing.assert_array_equal(clone(fitted).fit(X).transform(X), fitted.transform(X))


def test_training_goes_on(fitted):
    whole = Autoencoder(3, encoder=NORMED, epochs=4, random_state=0).fit(X)
    halves = Autoencoder(3, encoder=NORMED, warm_start=True, **SMALL).fit(X).fit(X)
    np.testing.assert_array_equal(halves.transform(X), whole.transform(X))


@pytest.mark.slow
def test_gaps_are_left_out():
    gapped = X.copy()
    gapped[np.random.default_rng(0).random(X.shape) < 0.3] = np.nan
    ae = Autoencoder(3, encoder=Convolutional((4,)), missing="indicator", **SMALL).fit(gapped)
    assert np.isfinite(ae.reconstruct(gapped)).all()
    assert np.isfinite(ae.history_["loss"]).all()


@pytest.mark.parametrize("image_shape", [(8, 8), (8, 8, 1)])
def test_flat_rows_that_are_images(image_shape):
    """The specification knows their shape: they are scaled as images, and come in either form."""
    pixels = np.round(X * 255).astype(np.uint8)
    spec = Convolutional((4,), image_shape=image_shape)
    ae = Autoencoder(3, encoder=spec, **SMALL).fit(pixels.reshape(len(X), -1))
    shaped = Autoencoder(3, encoder=Convolutional((4,)), **SMALL).fit(pixels)
    assert ae.reconstruct(pixels).shape == (300, 64)
    np.testing.assert_array_equal(ae.transform(pixels), shaped.transform(pixels))
    with pytest.raises(
        DataError, match=r"shape that fit saw, \(64,\), or be flat; got rows of shape \(4, 16\)"
    ):
        ae.transform(pixels.reshape(-1, 4, 16))


def test_a_variational_one_draws_images():
    spec = Convolutional((4,), spatial=True)
    vae = VariationalAutoencoder(32, encoder=spec, likelihood="bernoulli", **SMALL).fit(X)
    assert vae.sample(3, random_state=0).shape == (3, 8, 8)
    mean, std = vae.transform(X, return_std=True)
    assert mean.shape == std.shape == (300, 32)


@pytest.mark.slow
def test_it_gives_digits_back_better_than_a_dense_one():
    options = {"epochs": 40, "random_state": 0}
    images = (DIGITS / 16).reshape(-1, 8, 8)
    conv = Autoencoder(8, encoder=Convolutional((16, 32)), **options).fit(images[:1500])
    dense = Autoencoder(8, **options).fit(images[:1500])
    assert conv.score(images[1500:]) > dense.score(images[1500:])


@pytest.mark.slow
def test_a_classifier_of_images():
    classifier = StackedAutoencoderClassifier(
        32, encoder=Convolutional((16, 32)), pretraining_epochs=0, epochs=40, random_state=0
    )
    images = (DIGITS / 16).reshape(-1, 8, 8)
    assert classifier.fit(images[:1000], LABELS[:1000]).score(images[1000:], LABELS[1000:]) > 0.9


def test_convolutions_are_not_pretrained_layer_by_layer():
    with pytest.raises(ParameterError, match="can be pretrained one by one.*pretraining_epochs=0"):
        StackedAutoencoder(3, encoder=Convolutional((4,)), **SMALL).fit(X)
    StackedAutoencoder(3, encoder=Convolutional((4,)), pretraining_epochs=0, **SMALL).fit(X)
