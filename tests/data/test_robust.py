"""Scaling by median and quartiles, with a tail that grows by its logarithm."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.preprocessing import RobustScaler

from diabolo.data.layout import Layout
from diabolo.data.robust import TAIL, fit_robust

NORMAL = 1.349  # standard deviations between the quartiles of a normal distribution


def fitted(x, weights=None, kinds=None):
    layout = Layout.of_numbers(x.shape[1]) if kinds is None else Layout(kinds)
    return fit_robust(x, layout, np.ones(x.shape[0]) if weights is None else weights)


def test_the_body_is_that_of_sklearns_robust_scaler():
    x = np.random.default_rng(0).normal(3, 2, (4001, 2))
    outside = NORMAL * RobustScaler().fit_transform(x)
    ours = fitted(x).apply(x)
    body = np.abs(outside) < TAIL
    np.testing.assert_allclose(ours[body], outside[body], atol=2e-3)


def test_one_wild_number_moves_nothing_and_stays_small():
    x = np.random.default_rng(0).normal(size=(500, 1))
    wild = np.vstack([x, [[1e12]]])
    np.testing.assert_allclose(fitted(wild).apply(x), fitted(x).apply(x), atol=0.05)
    assert TAIL < fitted(wild).apply(wild)[-1, 0] < TAIL + 30


@pytest.mark.parametrize("size", [1.0, 1e-12, 1e12])
def test_the_way_back(size):
    x = size * np.random.default_rng(0).standard_cauchy((300, 3))
    scaling = fitted(x)
    np.testing.assert_allclose(scaling.undo(scaling.apply(x)), x, rtol=1e-4, atol=1e-5 * size)


def test_what_comes_back_lies_in_the_range_of_fit():
    x = np.arange(20.0)[:, None]
    np.testing.assert_array_equal(fitted(x).undo(np.array([[-1e6], [1e6]], np.float32)), [[0], [19]])


def test_constants_and_columns_of_mostly_one_value():
    x = np.c_[np.full(50, 1.7e9), np.where(np.arange(50) == 7, 100.0, 0.0)]
    out = fitted(x).apply(x)
    np.testing.assert_array_equal(out[:, 0], 0)
    assert np.isfinite(out).all()
    assert out[7, 1] > 1


def test_weights_are_repetitions_and_gaps_have_no_part():
    rng = np.random.default_rng(0)
    x, weights = rng.normal(size=(60, 2)), rng.integers(0, 4, 60)
    one, other = fitted(x, weights), fitted(np.repeat(x, weights, axis=0))
    for name in ("center", "scale", "low", "high"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name))
    with_gaps = fitted(np.vstack([x, np.full((5, 2), np.nan)]))
    np.testing.assert_array_equal(with_gaps.center, fitted(x).center)
    assert np.isnan(with_gaps.apply(np.full((1, 2), np.nan))).all()


def test_what_is_no_number_passes_as_it_is():
    x = np.array([[1.0, 7, -1], [2.0, 900, 1], [4.0, 1, -1]])
    scaling = fitted(x, kinds=(0, 1000, -1))
    np.testing.assert_array_equal(scaling.apply(x)[:, 1:], x[:, 1:])
    np.testing.assert_array_equal(scaling.undo(scaling.apply(x))[:, 1:], x[:, 1:])
    assert scaling.unit[1:].tolist() == [1, 1]


def test_sparse_rows_have_the_same_constants():
    x = sparse.random(50, 3, 0.6, format="csr", random_state=0)
    np.testing.assert_array_equal(fitted(x).center, fitted(x.toarray()).center)
