"""Columns of tables as plain values, and files that lie about them."""

import json

import numpy as np
import pytest

from diabolo import ModelFileError
from diabolo.data.table import Table
from diabolo.storage.tables import describe_table, restore_table

pd = pytest.importorskip("pandas")

X = pd.DataFrame(
    {
        "f": [1.0, 2],
        "i": pd.array([1, None], dtype="Int64"),
        "b": [True, False],
        "c": ["x", "y"],
        "k": pd.Categorical([3, 1], categories=[5, 3, 1]),
        "o": pd.Categorical(["lo", "hi"], categories=["lo", "mid", "hi"], ordered=True),
        "d": pd.to_datetime(["2020", "2021"]).tz_localize("Europe/Berlin"),
        "e": pd.to_datetime(["2020", "2021"]).tz_localize("UTC+01:00"),
        7: ["only", "only"],
    }
)[["f", "i", "b", "c", "k", "o", "d", "e"]]


def test_a_table_is_what_it_was_after_json():
    table = Table.learned(X)
    again = restore_table(json.loads(json.dumps(describe_table(table))))
    assert again == table
    assert again.frame(np.ones((2, 8))).dtypes.equals(X.dtypes)
    whole = Table.learned(pd.DataFrame({0: [1], 1: ["a"]}))
    assert restore_table(json.loads(json.dumps(describe_table(whole)))) == whole
    assert describe_table(None) is restore_table(None) is None


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({("a", "b"): [1.0]}),
        pd.DataFrame({"a": pd.cut([1.0, 2], [0, 1, 2])}),
        pd.DataFrame({"a": pd.arrays.SparseArray([1.0, 2])}),
    ],
)
def test_what_no_file_holds(frame):
    with pytest.raises(ModelFileError):
        describe_table(Table.learned(frame))


CATEGORY = {"kind": "category", "name": "a", "dtype": "object", "levels": ["x", "y"]}
NUMBER = {"kind": "number", "name": "a", "dtype": "float64"}


@pytest.mark.parametrize(
    "described",
    [
        {},
        [],
        [{}],
        ["number"],
        [NUMBER | {"kind": "column"}],
        [NUMBER | {"name": None}],
        [NUMBER | {"name": ["a"]}],
        [NUMBER, NUMBER],
        [NUMBER | {"dtype": "datetime64[ns, dateutil//etc/passwd]"}],
        [NUMBER | {"dtype": "datetime64[ns, ../../../etc/passwd]"}],
        [NUMBER | {"dtype": "datetime64[ns, Nowhere/Town]"}],
        [NUMBER | {"dtype": "period[D]"}],
        [NUMBER | {"dtype": "V1000000000"}],
        [NUMBER | {"dtype": 5}],
        [CATEGORY | {"levels": []}],
        [CATEGORY | {"levels": ["x", "x"]}],
        [CATEGORY | {"levels": [None]}],
        [CATEGORY | {"levels": [["x"]]}],
        [CATEGORY | {"dtype": "category"}],
        [CATEGORY | {"dtype": "category", "categories": ["x"], "of": "object"}],
        [CATEGORY | {"dtype": "category", "categories": ["x", "y"], "of": "datetime64[ns]x"}],
    ],
    ids=str,
)
def test_what_is_no_table(described):
    with pytest.raises(ModelFileError):
        restore_table(described)
