import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csc_array, csr_array
from sklearn.base import BaseEstimator

from diabolo import DataError
from diabolo.data.rows import Rows, check_finite, check_rows, check_weights
from diabolo.data.scaling import Pixels, Scaling

X = np.arange(12.0).reshape(4, 3)


def check(X, reset=True, estimator=None):
    return check_rows(estimator or BaseEstimator(), X, reset=reset)


@pytest.mark.parametrize(
    ("given", "row_shape"),
    [
        (X, (3,)),
        (X.tolist(), (3,)),
        (pd.DataFrame(X, columns=list("abc")), (3,)),
        (X.reshape(2, 2, 3), (2, 3)),
        (X.reshape(1, 2, 2, 3).tolist(), (2, 2, 3)),
    ],
)
def test_flat_rows_and_their_shape(given, row_shape):
    rows, shape = check(given)
    assert shape == row_shape
    np.testing.assert_array_equal(rows.ravel(), X.ravel())


def test_shaped_arrays_are_not_copied():
    images = np.zeros((5, 4, 4), np.uint8)
    rows, _ = check(images)
    assert np.shares_memory(rows, images)
    assert rows.dtype == np.uint8


def with_bad(value):
    bad = X.copy()
    bad[2, 1] = value
    return bad


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (X[0], "1D array"),
        (np.float64(3), "scalar array|1D|0D|array"),
        (X[:0], "minimum of 1 is required"),
        (X[:, :0], "minimum of 1 is required"),
        ([[1, 2], [3]], "rows of one length, but row 0 has 2 values and row 1 has 1"),
        ([["a", "b"]], "X must hold numbers only, but row 0, column 0 is 'a'"),
        (pd.DataFrame({"x": [1.0, 2.0], "species": ["1", "dog"]}), "row 0, column 'species' is '1'"),
        (pd.DataFrame({"kind": pd.Categorical(["cat", "dog"])}), "column 'kind' is 'cat'"),
        (
            pd.DataFrame({"day": pd.date_range("2020", periods=3)}),
            "column 'day' holds dates, such as 2020-01-01",
        ),
        (np.array([[1, "a"], [2, "b"]], dtype=object), "column 1 is 'a'"),
        (with_bad(1e19), r"at most 1e\+18 in size, but row 2, column 1 is 1e\+19"),
        (with_bad(np.inf), "row 2, column 1 is inf"),
        (with_bad(np.inf).astype(np.float16), "row 2, column 1 is inf"),
        (pd.DataFrame(with_bad(np.inf), columns=["a", "b", "c"]), "row 2, column 'b' is inf"),
        (X.astype(complex), "Complex data not supported"),
    ],
)
def test_rows_that_cannot_be_used(given, says):
    with pytest.raises(DataError, match=says):
        check(given)


def test_sparse_rows_stay_sparse():
    rows, shape = check(csc_array(X))
    assert rows.format == "csr"
    assert shape == (3,)
    np.testing.assert_array_equal(Rows(rows, Scaling(3)).take(np.array([2, 0])), X[[2, 0]])
    with pytest.raises(DataError, match="row 2, column 1 is inf"):
        check(csr_array(with_bad(np.inf)))


def test_nan_is_a_gap_where_gaps_are_allowed():
    rows, _ = check(with_bad(np.nan))
    check_finite(rows, gaps=True)
    with pytest.raises(DataError, match="row 2, column 1 is NaN.*fill gaps first"):
        check_finite(rows)


def test_rows_unlike_those_of_fit():
    estimator = BaseEstimator()
    check(X, estimator=estimator)
    with pytest.raises(DataError, match="expecting 3 features"):
        check(X[:, :2], reset=False, estimator=estimator)
    check(pd.DataFrame(X, columns=list("abc")), estimator=estimator)
    with pytest.raises(DataError, match="feature names should match"):
        check(pd.DataFrame(X, columns=list("abd")), reset=False, estimator=estimator)


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ([1, 1], "one weight a row"),
        ([1, -1, 1, 1], "numbers from 0 .* row 1 is -1"),
        ([0] * 4, "above zero"),
        ([1, 1, np.nan, 1], "numbers from 0 .* row 2 is NaN"),
        ([1e-60] * 4, "above zero"),
        (["a"] * 4, "one number a row"),
    ],
)
def test_bad_weights(weights, says):
    with pytest.raises(DataError, match=says):
        check_weights(weights, 4)


def test_weights_default_to_one_and_a_number_is_all_rows():
    np.testing.assert_array_equal(check_weights(None, 3), [1, 1, 1])
    np.testing.assert_array_equal(check_weights(2, 3), [2, 2, 2])


def test_rows_of_weight_zero_are_left_out():
    rows = Rows(X, Scaling(3), np.array([1, 0, 2, 0], np.float32))
    assert len(rows) == 2
    assert rows.total_weight == 3
    np.testing.assert_array_equal(rows.take(np.array([1, 0])), X[[2, 0]])
    np.testing.assert_array_equal(rows.weights, [1, 2])
    np.testing.assert_array_equal(rows.numbers(np.array([1, 0])), [2, 0])


def test_rows_know_their_gaps():
    fill = np.array([7, 8, 9], np.float32)
    assert Rows(X, Scaling(3), fill=fill).fill is None
    rows = Rows(with_bad(np.nan), Scaling(3), np.array([0, 1, 1, 1], np.float32), fill)
    assert rows.fill is fill
    np.testing.assert_array_equal(rows.complete(), [True, False, True])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.bool_])
@pytest.mark.parametrize("container", [np.asarray, csr_array])
def test_images_of_whole_numbers_travel_as_they_came(dtype, container):
    images = (X % 2).astype(dtype) if dtype is np.bool_ else (20 * X).astype(dtype)
    rows = Rows(container(images), Pixels(3), np.array([1, 0, 1, 1], np.float32))
    out = np.empty((2, 3), rows.travel_dtype)
    rows.gather(np.array([2, 0]), out)
    assert out.dtype == dtype
    np.testing.assert_array_equal(out, images[[3, 0]])
    np.testing.assert_array_equal(out / rows.divisor, rows.take(np.array([2, 0])))


@pytest.mark.parametrize(("array", "scaling"), [(X, Pixels(3)), (X.astype(np.uint8), Scaling(3))])
def test_other_rows_travel_in_the_models_units(array, scaling):
    rows = Rows(array, scaling)
    out = np.empty((2, 3), rows.travel_dtype)
    rows.gather(np.array([2, 0]), out)
    assert rows.divisor is None
    assert out.dtype == np.float32
    np.testing.assert_array_equal(out, rows.take(np.array([2, 0])))
