"""PCA of 30 components on MNIST: a summed squared error of 13.87 (Hinton and Salakhutdinov 2006)."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from diabolo import Autoencoder

EPOCHS = 30


@pytest.mark.slow
@pytest.mark.jax
def test_the_linear_autoencoder_is_as_good(mnist, adam):
    X_train, _, X_test, _ = mnist
    flat_train, flat_test = (X.reshape(len(X), -1) / 255 for X in (X_train, X_test))
    pca = PCA(30, svd_solver="covariance_eigh").fit(flat_train)
    left = flat_test - pca.inverse_transform(pca.transform(flat_test))
    assert np.square(left).sum(axis=1).mean() == pytest.approx(13.866, abs=1e-3)
    steps = EPOCHS * 235
    ae = Autoencoder(
        30, encoder=(), optimizer=adam(2e-3, steps), batch_size=256, epochs=EPOCHS, random_state=0
    ).fit(X_train)
    assert -ae.score(X_test) * 784 <= 13.95
