"""Windows over a series: a view of it, in shape and order."""

import numpy as np
import pandas as pd
import pytest

from diabolo import DataError, ParameterError, windows

SERIES = np.random.default_rng(0).normal(size=(50, 3))


@pytest.mark.parametrize(("length", "step"), [(1, 1), (7, 1), (7, 3), (7, 20), (50, 1), (50, 9)])
def test_each_window_is_a_slice(length, step):
    expected = [SERIES[start : start + length] for start in range(0, 50 - length + 1, step)]
    np.testing.assert_array_equal(windows(SERIES, length, step), expected)


def test_windows_are_views():
    cut = windows(SERIES, 40)
    assert np.shares_memory(cut, SERIES)
    assert not cut.flags.writeable
    long = np.zeros((10**6, 2), np.float32)  # windows of their own would take 80 GB
    assert windows(long, 10**4).shape == (990_001, 10_000, 2)
    assert long.flags.writeable


@pytest.mark.parametrize("kind", [np.asarray, list, pd.Series, tuple])
def test_one_feature_may_come_without_an_axis(kind):
    np.testing.assert_array_equal(windows(kind(SERIES[:, 0]), 5), windows(SERIES[:, :1], 5))


def test_frames():
    frame = pd.DataFrame(SERIES, columns=list("abc"), index=pd.date_range("2020", periods=50))
    np.testing.assert_array_equal(windows(frame, 5), windows(SERIES, 5))
    mixed = pd.DataFrame({"a": pd.array([1, None, 3], "Int64"), "b": [0.5, 1.5, np.nan]})
    np.testing.assert_array_equal(windows(mixed, 3), [[[1, 0.5], [np.nan, 1.5], [3, np.nan]]])
    pl = pytest.importorskip("polars")
    np.testing.assert_array_equal(windows(pl.DataFrame(SERIES), 5), windows(SERIES, 5))


def test_the_dtype_stays():
    assert windows(np.arange(9, dtype=np.uint8), 3).dtype == np.uint8


@pytest.mark.parametrize(
    ("series", "says"),
    [
        (SERIES[:9], "at least length=10 rows, those of one window; got 9. Choose a smaller length"),
        (SERIES[:0], "at least length=10 rows"),
        (SERIES[None], r"must have the shape \(time,\) or \(time, features\); got \(1, 50, 3\)"),
        (3.0, r"must have the shape \(time,\) or \(time, features\); got \(\)"),
        (["a", "b"], r"must be numbers of shape \(time,\) or \(time, features\), but"),
        ([[1, 2], [3]], "must be numbers"),
        (pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), "row 0, column 'b' is 'x'"),
        (SERIES * 1j, "must be numbers"),
    ],
)
def test_series_that_are_none(series, says):
    with pytest.raises(DataError, match=says):
        windows(series, 10)


@pytest.mark.parametrize("number", [0, -1, 2.5, "3", True, None])
def test_length_and_step_are_whole(number):
    with pytest.raises(ParameterError, match=f"length must be a whole number of at least 1; got {number!r}"):
        windows(SERIES, number)
    with pytest.raises(ParameterError, match=f"step must be a whole number of at least 1; got {number!r}"):
        windows(SERIES, 5, step=number)
