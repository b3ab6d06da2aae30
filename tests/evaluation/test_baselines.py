import numpy as np
import pytest
from sklearn.decomposition import PCA

from diabolo.evaluation.baselines import PCABaseline, mean_of_neighbours


# Of MNIST's test set, as published beside autoencoders of the same code size.
@pytest.mark.parametrize(("n_components", "mse"), [(2, 0.05567), (10, 0.03407), (30, 0.01769)])
def test_pca_on_mnist(mnist, n_components, mse):
    X_train, _, X_test, _ = mnist
    baseline = PCABaseline.fitted(X_train, X_test, n_components)
    assert baseline.codes.shape == (10000, n_components)
    assert baseline.mse == pytest.approx(mse, abs=1e-5)


def test_pca_on_a_table(table):
    pca = PCA(2).fit(table[:50])
    expected = np.mean((table[50:] - pca.inverse_transform(pca.transform(table[50:]))) ** 2)
    assert PCABaseline.fitted(table[:50], table[50:], 2).mse == pytest.approx(expected)


@pytest.mark.parametrize("among_themselves", [True, False])
def test_mean_of_neighbours(table, among_themselves):
    X, rows = (table, table[:20]) if among_themselves else (table[20:], table[:20])
    means = mean_of_neighbours(X, rows, 3)
    distances = np.linalg.norm(X - rows[:, np.newaxis], axis=2)
    distances[distances == 0] = np.inf  # a row is not its own neighbour
    nearest = np.argsort(distances, axis=1)[:, :3]
    np.testing.assert_allclose(means, X[nearest].mean(axis=1))
