"""Maps of codes, against the formulas by hand and scikit-learn's classifier."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from diabolo.evaluation.map_quality import label_accuracy, map_quality

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
    found = map_quality(X, CODES, n_neighbors=k)
    assert found.trustworthiness == pytest.approx(by_hand(X, CODES, k), rel=1e-9)
    assert found.continuity == pytest.approx(by_hand(CODES, X, k), rel=1e-9)
    assert found.n_neighbors == k


def test_a_map_that_is_the_rows_turned_is_perfect():
    turned = X @ np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]
    found = map_quality(X, turned)
    assert (found.trustworthiness, found.continuity) == (1, 1)


@pytest.mark.parametrize("k", [1, 5, 10])
def test_label_accuracy_is_that_of_the_classifier_one_row_left_out(k):
    expected = cross_val_score(KNeighborsClassifier(k, algorithm="brute"), CODES, Y, cv=LeaveOneOut()).mean()
    names = np.array(["setosa", "versicolor", "virginica"])[Y]
    assert label_accuracy(CODES, names, n_neighbors=k) == pytest.approx(expected)
