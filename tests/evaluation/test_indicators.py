import numpy as np
import pytest
from sklearn.preprocessing import OneHotEncoder

from diabolo.data.layout import BOOLEAN, NUMBER, Layout
from diabolo.evaluation.indicators import with_indicators, without_indicators

pytestmark = pytest.mark.jax
LAYOUT = Layout((3, NUMBER, BOOLEAN, 2))
X = np.array([[1, 0.5, -1, 2], [3, -7, 1, 1], [2, 0, 1, 2]])


def test_categories_become_the_columns_that_scikit_learn_makes():
    wide = with_indicators(X, LAYOUT)
    expected = OneHotEncoder(sparse_output=False).fit_transform(X[:, [0, 3]])
    np.testing.assert_array_equal(wide, np.hstack([X[:, [1, 2]], expected]))


def test_the_way_back_takes_the_sign_and_the_largest():
    noise = np.random.default_rng(0).uniform(-0.4, 0.4, (3, 7)) * [0, 1, 1, 1, 1, 1, 1]
    np.testing.assert_array_equal(without_indicators(with_indicators(X, LAYOUT) + noise, LAYOUT), X)


def test_a_gap_is_no_level():
    wide = with_indicators(np.array([[0, 1.5, -1, 1.0]]), LAYOUT)
    assert wide.tolist() == [[1.5, -1, 0, 0, 0, 1, 0]]
