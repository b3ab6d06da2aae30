"""Labels as the page takes them."""

import numpy as np
import pandas as pd
import pytest

from diabolo import DataError
from diabolo.explorer.labels import coded_labels

pytestmark = pytest.mark.jax


@pytest.mark.parametrize(
    ("y", "names", "values"),
    [
        ([3, 1, 3], ["1", "3"], [1, 0, 1]),
        ([2.0, np.nan, 5.0], ["2", "5"], [0, 2, 1]),
        ([True, False, True], ["False", "True"], [1, 0, 1]),
        (["b", "a", "b"], ["a", "b"], [1, 0, 1]),
        (np.array(["b", None, float("nan")], object), ["b"], [0, 1, 1]),
        (pd.Series(["x", pd.NA, "y"], dtype="string"), ["x", "y"], [0, 2, 1]),
        (pd.Series(pd.Categorical(["x", "y", "x"])), ["x", "y"], [0, 1, 0]),
        (np.array(["a", 1, "a"], object), ["1", "a"], [1, 0, 1]),
        (["only", "only", "only"], ["only"], [0, 0, 0]),
    ],
)
def test_few_kinds_are_classes_and_a_missing_label_is_one_more(y, names, values):
    labels = coded_labels(y, 3)
    assert labels.names == names
    assert labels.values.tolist() == values


@pytest.mark.parametrize("dtype", [float, object])
def test_many_numbers_are_values(dtype):
    y = np.linspace(0, 1, 30).astype(dtype)
    y[4] = np.nan
    labels = coded_labels(y, 30)
    assert labels.names is None
    np.testing.assert_array_equal(labels.values, y.astype(np.float32))


def test_the_name_of_a_series_is_kept():
    assert coded_labels(pd.Series([1, 2], name="species"), 2).name == "species"
    assert coded_labels([1, 2], 2).name == "label"


def test_labels_of_another_length_are_refused():
    with pytest.raises(DataError, match=r"one a row, of shape \(3,\); got shape \(2,\)"):
        coded_labels([0, 1], 3)


def test_names_of_rows_are_no_labels():
    with pytest.raises(DataError, match="at most 1000 kinds; got 1001 for 1001 rows"):
        coded_labels([f"row {i}" for i in range(1001)], 1001)
