"""Gaps, against NumPy's own functions for NaN and scikit-learn's imputer."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.impute import SimpleImputer

from diabolo import DataError
from diabolo.data import pieces
from diabolo.data.gaps import (
    check_columns_observed,
    check_no_empty_rows,
    column_means,
    gaps_by_row,
    has_gaps,
    without_empty_rows,
)
from diabolo.data.scaling import Affine, Pixels, Scaling

NAN = np.nan
X = np.array([[1, NAN, 3], [4, 5, 6], [NAN, NAN, NAN], [7, 8, NAN]])
ONES = np.ones(4, np.float32)


@pytest.fixture(autouse=True, params=[4, 2**21], ids=["piecewise", "whole"])
def size_of_pieces(request, monkeypatch):
    monkeypatch.setattr(pieces, "_NUMBERS_A_PIECE", request.param)


@pytest.mark.parametrize("kind", [np.asarray, np.float32, csr_array])
def test_where_gaps_are(kind):
    assert has_gaps(kind(X))
    assert not has_gaps(kind(np.nan_to_num(X)))
    np.testing.assert_array_equal(gaps_by_row(kind(X)), np.isnan(X).sum(axis=1))


def test_integers_have_no_gaps():
    whole = np.nan_to_num(X).astype(int)
    assert not has_gaps(whole)
    np.testing.assert_array_equal(gaps_by_row(whole), 0)


def test_empty_rows_get_weight_zero():
    np.testing.assert_array_equal(without_empty_rows(X, 2 * ONES), [2, 2, 0, 2])
    complete = np.nan_to_num(X)
    assert without_empty_rows(complete, ONES) is ONES
    with pytest.raises(DataError, match="NaN throughout"):
        without_empty_rows(X, np.array([0, 0, 1, 0], np.float32))


def test_empty_rows_are_named():
    check_no_empty_rows(X[[0, 1, 3]])
    with pytest.raises(DataError, match=r"NaN throughout: rows 2\. Leave"):
        check_no_empty_rows(X)
    with pytest.raises(DataError, match=r"rows 0, 1, 2, 3, 4, 5, 6, 7, \.\.\. \(20 in all\)"):
        check_no_empty_rows(np.full((20, 2), NAN))


def test_columns_never_observed_are_named():
    check_columns_observed(X, ONES)
    weights = np.array([0, 0, 1, 1], np.float32)  # leaves row 3 for the last column, which has none there
    with pytest.raises(DataError, match=r"above zero: columns 2\."):
        check_columns_observed(X, weights)
    with pytest.raises(DataError, match=r"columns 'c'\."):
        check_columns_observed(X, weights, np.array(["a", "b", "c"]))


@pytest.mark.parametrize("kind", [np.asarray, csr_array])
def test_means_are_those_of_the_imputer(kind):
    expected = SimpleImputer().fit(X).statistics_
    np.testing.assert_allclose(column_means(kind(X), Scaling(3), ONES), expected)


def test_means_are_weighted_and_in_the_units_of_the_model():
    weights = np.array([1, 3, 1, 0], np.float32)
    expected = [(1 + 3 * 4) / 4, 5, (3 + 3 * 6) / 4]
    scaling = Affine(3, np.array([1.0, 2, 3]), np.array([2.0, 4, 8]))
    in_model = (np.array(expected) - scaling.center) / scaling.scale
    np.testing.assert_allclose(column_means(X, scaling, weights), in_model, rtol=1e-6)
    of_none = column_means(X, scaling, np.array([0, 0, 0, 1], np.float32))
    np.testing.assert_array_equal(np.isnan(of_none), np.isnan(X[3]))
    images = np.array([[0, 255], [51, 255]], np.uint8)
    np.testing.assert_allclose(column_means(images, Pixels(2), np.ones(2)), [0.1, 1], rtol=1e-6)
