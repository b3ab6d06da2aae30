"""Maps of codes, against the formulas by hand and scikit-learn."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from diabolo.evaluation.map_quality import Neighbours, label_accuracy, map_quality

pytestmark = pytest.mark.jax
X, Y = load_iris(return_X_y=True)
X = X + np.random.default_rng(0).normal(scale=1e-3, size=X.shape)  # no two rows are equal
CODES = PCA(2).fit_transform(X)


def ranks(points):
    """[i, j]: which neighbour of i j is, the nearest being 1 and i itself 0."""
    distances = np.linalg.norm(points[:, np.newaxis] - points, axis=2)
    return distances.argsort(axis=1).argsort(axis=1)


def by_hand(space, shown, k):
    """1 - 2 / (n k (2n - 3k - 1)) sum_i sum_{j shown near, but not} (rank(i, j) - k)  (Venna and Kaski)"""
    n, near = len(space), (ranks(shown) <= k) & (ranks(shown) > 0)
    excess = np.maximum(ranks(space) - k, 0)
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess[near].sum()


@pytest.mark.parametrize("k", [3, 10])
def test_trustworthiness_and_continuity_are_those_of_the_paper(k):
    found = map_quality(Neighbours(X), Neighbours(CODES), n_neighbors=k)
    assert found.trustworthiness == pytest.approx(by_hand(X, CODES, k), rel=1e-9)
    assert found.continuity == pytest.approx(by_hand(CODES, X, k), rel=1e-9)
    assert found.n_neighbors == k


def test_rows_that_are_equal_are_no_neighbours_of_themselves():
    rows = np.repeat(np.random.default_rng(0).normal(size=(20, 300)), 2, axis=0).astype(np.float32)
    nearest = Neighbours(rows).nearest(3)
    assert (nearest != np.arange(40)[:, np.newaxis]).all()
    np.testing.assert_array_equal(nearest[:, 0], np.arange(40) ^ 1)


def test_trustworthiness_of_many_columns_in_single_precision_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    lengths = np.linspace(1, 4, 40)[:, np.newaxis]
    # Squared distances are 8e-6 apart or more, relatively: rounding changes no order, on any processor.
    rows = (lengths * rng.normal(size=(40, 784))).astype(np.float32)
    codes = rows[:, :3]
    found = map_quality(Neighbours(rows), Neighbours(codes), n_neighbors=5)
    assert found.trustworthiness == pytest.approx(trustworthiness(rows, codes, n_neighbors=5), abs=1e-6)
    assert found.continuity == pytest.approx(trustworthiness(codes, rows, n_neighbors=5), abs=1e-6)


def test_a_map_that_is_the_rows_turned_is_perfect():
    turned = X @ np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]
    found = map_quality(Neighbours(X), Neighbours(turned))
    assert (found.trustworthiness, found.continuity) == (1, 1)


@pytest.mark.parametrize("k", [1, 5, 10])
def test_label_accuracy_is_that_of_the_classifier_one_row_left_out(k):
    expected = cross_val_score(KNeighborsClassifier(k, algorithm="brute"), CODES, Y, cv=LeaveOneOut()).mean()
    names = np.array(["setosa", "versicolor", "virginica"])[Y]
    assert label_accuracy(Neighbours(CODES), names, n_neighbors=k) == pytest.approx(expected)
