"""The denoising autoencoder: noise in training alone."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from diabolo import Autoencoder, DataError, DenoisingAutoencoder, ParameterError
from diabolo.corruption import GaussianNoise, Masking, PoissonNoise

X = load_digits().data[:400] / 16
SMALL = {"encoder": (32,), "epochs": 3, "random_state": 0}


def assert_same(one, other):
    np.testing.assert_array_equal(one.transform(X), other.transform(X))
    np.testing.assert_array_equal(one.history_["loss"], other.history_["loss"])


def test_a_number_is_gaussian_noise_and_noise_is_corruption():
    by_number = DenoisingAutoencoder(2, noise=0.2, **SMALL).fit(X)
    assert_same(by_number, DenoisingAutoencoder(2, noise=GaussianNoise(0.2), **SMALL).fit(X))
    assert_same(by_number, Autoencoder(2, corruption=GaussianNoise(0.2), **SMALL).fit(X))


def test_rows_are_encoded_as_they_come():
    dae = DenoisingAutoencoder(2, **SMALL).fit(X, validation_data=X)
    np.testing.assert_array_equal(dae.transform(X), dae.transform(X))
    codes = dae.encoder_.predict(X.astype(np.float32), verbose=0)
    np.testing.assert_allclose(dae.transform(X), codes, rtol=1e-4, atol=1e-5)
    assert dae.history_["val_loss"][-1] == pytest.approx(dae.evaluate(X)["loss"], rel=1e-5)


def test_it_takes_noise_away():
    """Better than an autoencoder that never saw any, and than leaving the noise in."""
    noise, setting = Masking(0.3), SMALL | {"epochs": 120}
    noisy = noise.corrupt(X, random_state=1)
    dae = DenoisingAutoencoder(32, noise=noise, **setting).fit(X)
    plain = Autoencoder(32, **setting).fit(X)
    denoised, left = (np.mean((ae.reconstruct(noisy) - X) ** 2) for ae in (dae, plain))
    assert denoised < 0.8 * left
    assert denoised < 0.8 * np.mean((noisy - X) ** 2)


def test_rows_that_the_noise_cannot_take():
    with pytest.raises(DataError, match="PoissonNoise.* needs numbers of at least 0"):
        DenoisingAutoencoder(2, noise=PoissonNoise(), **SMALL).fit(X - 1)
    with pytest.raises(ParameterError, match="corruption=.* has no effect in a DenoisingAutoencoder"):
        DenoisingAutoencoder(2, corruption=Masking(), **SMALL).fit(X)
    with pytest.raises(ValueError, match="The 'noise' parameter of DenoisingAutoencoder must be"):
        DenoisingAutoencoder(2, noise=0.0, **SMALL).fit(X)
