"""The linear autoencoder finds the subspace of PCA (Baldi and Hornik 1989)."""

import numpy as np
import pytest
from scipy.linalg import subspace_angles
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from diabolo import Autoencoder


@pytest.fixture(scope="module")
def digits():
    return StandardScaler().fit_transform(load_digits().data)


def test_linear_autoencoder_is_pca(digits):
    ae = Autoencoder(5, encoder=(), scale=None, epochs=300, random_state=0).fit(digits)
    pca = PCA(5).fit(digits)
    by_pca = np.mean((digits - pca.inverse_transform(pca.transform(digits))) ** 2)
    assert -ae.score(digits) == pytest.approx(by_pca, rel=1e-3)
    directions = ae.decoder_.get_weights()[0]  # (5, 64)
    assert subspace_angles(directions.T, pca.components_.T).max() < 0.03
