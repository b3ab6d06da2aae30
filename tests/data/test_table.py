"""Columns of a DataFrame to numbers and back: dtypes, gaps, odd tables, and what is refused."""

import datetime

import numpy as np
import pytest
from sklearn.preprocessing import OrdinalEncoder

from diabolo import DataError, DataTypeError
from diabolo.data.layout import BOOLEAN, NUMBER
from diabolo.data.table import Table

pd = pytest.importorskip("pandas")

N = 12
DATES = pd.date_range("2020-01-31", periods=N, freq="17h")
COLUMNS = {
    "floats": np.linspace(-1, 1, N),
    "float32": np.linspace(-1, 1, N, dtype=np.float32),
    "Float64": pd.array([1.5, None] * 6, dtype="Float64"),
    "int8": np.arange(N, dtype=np.int8) * 10,
    "uint64": np.arange(N, dtype=np.uint64),
    "Int64": pd.array([1, None, 3] * 4, dtype="Int64"),
    "bool": np.arange(N) > 4,
    "boolean": pd.array([True, None, False] * 4, dtype="boolean"),
    "bool objects": np.array([True, None, False] * 4, dtype=object),
    "text": ["b", "a", "c"] * 4,
    "text objects": np.array(["b", None, "a"] * 4, dtype=object),
    "string": pd.array(["b", None, "a"] * 4, dtype="string"),
    "categories": pd.Categorical(["y", None, "x"] * 4, categories=["y", "unused", "x"]),
    "number categories": pd.Categorical([3, 1, 2] * 4),
    "ordered": pd.Categorical(["low", None, "high"] * 4, categories=["low", "mid", "high"], ordered=True),
    "dates": DATES,
    "dates in a zone": DATES.tz_localize("Europe/Berlin"),
    "dates in seconds": DATES.as_unit("s"),
    "one category": ["only"] * N,
    "a constant": [1.25] * N,
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_comes_back_as_it_was(name):
    X = pd.DataFrame({name: COLUMNS[name]}, index=np.arange(N) + 100)
    table = Table.learned(X)
    numbers = table.numbers(X, "error")
    np.testing.assert_array_equal(np.isnan(numbers), X.isna())
    kept = X[name].notna().to_numpy()
    back = table.frame(numbers[kept], X.index[kept])
    want = X[kept]
    if "dates" in name:  # days as float64 are good to a microsecond
        assert (abs(back[name] - want[name]) < pd.Timedelta("2us")).all()
        assert back[name].dtype == want[name].dtype
    else:
        pd.testing.assert_frame_equal(back, want)


def test_kinds_and_levels():
    table = Table.learned(pd.DataFrame(COLUMNS))
    kinds = dict(zip(table.names, table.layout.kinds, strict=True))
    assert {kinds[name] for name in ("floats", "Int64", "ordered", "dates", "a constant")} == {NUMBER}
    assert {kinds[name] for name in ("bool", "boolean", "bool objects")} == {BOOLEAN}
    assert [kinds[name] for name in ("text", "string", "categories", "one category")] == [3, 2, 2, 1]
    assert table.layout.n_decoded == 11 + 3 + sum(k for k in kinds.values() if k > 0)


def test_levels_are_numbered_as_sklearns_encoder_numbers_them():
    X = pd.DataFrame({"a": np.random.default_rng(0).choice(list("zyxw"), 40)})
    numbers = Table.learned(X).numbers(X, "error")
    np.testing.assert_array_equal(numbers - 1, OrdinalEncoder().fit_transform(X))


def test_days_since_1970():
    X = pd.DataFrame({"d": pd.to_datetime(["1970-01-02 12:00", "1969-12-31 00:00"])})
    np.testing.assert_array_equal(Table.learned(X).numbers(X, "error"), [[1.5], [-1]])


def test_names_that_are_no_text_and_one_row():
    X = pd.DataFrame({0: [1.0], 5: ["a"]})
    table = Table.learned(X)
    pd.testing.assert_frame_equal(table.frame(table.numbers(X, "error")), X)


def test_unseen_categories_are_gaps_or_an_error():
    X = pd.DataFrame({"c": ["a", "b"]})
    new = pd.DataFrame({"c": ["b", None, "z"]})
    np.testing.assert_array_equal(Table.learned(X).numbers(new, "gap"), [[2], [np.nan], [np.nan]])
    with pytest.raises(DataError, match=r"Column 'c' must hold categories .*'a', 'b'; row 2 is 'z'"):
        Table.learned(X).numbers(new, "error")


def test_what_may_stand_for_what():
    X = pd.DataFrame({"i": [1, 2], "c": ["a", "b"], "b": [True, False]})
    same = pd.DataFrame(
        {"i": [1.0, np.nan], "c": pd.Categorical(["a", "b"]), "b": np.array([True, None], dtype=object)}
    )
    np.testing.assert_array_equal(Table.learned(X).numbers(same, "error"), [[1, 1, 1], [np.nan, 2, np.nan]])
    empty = pd.DataFrame({"i": [None], "c": [np.nan], "b": [None]})
    assert np.isnan(Table.learned(X).numbers(empty, "error")).all()


FIT = {
    "mixed types": ({"a": ["x", 1, None]}, r"Column 'a' must hold .*row 0 is 'x' and row 1 is 1\."),
    "categories of mixed types": ({"a": pd.Categorical(["x", 1])}, r"'a' must have categories of one type"),
    "numbers as objects": ({"a": np.array([1, None], dtype=object)}, r"row 0 is 1.*astype\('Int64'\)"),
    "python's dates": ({"a": [datetime.date(2020, 1, 1)]}, r"row 0 is .*pandas.to_datetime\(X\['a'\]\)"),
    "spans of time": ({"a": pd.to_timedelta([1, 2])}, r"'a' must hold .*total_seconds"),
    "periods": ({"a": pd.period_range("2020", periods=2)}, r"'a' must hold .*to_timestamp"),
    "complex numbers": ({"a": [1j]}, "Column 'a' must hold"),
    "lists": ({"a": [[1], [2]]}, r"Column 'a' must hold .*row 0 is \[1\]"),
    "nothing at all": ({"a": np.array([None, None], dtype=object)}, "'a' .*it has no value at all. Leave"),
    "names or ids": ({"a": [f"id {i}" for i in range(1001)]}, "'a' must have at most 1000 categories"),
    "no rows": ({"a": []}, r"Found array with 0 sample\(s\)"),
    "names of two kinds": ({"a": [1], 2: [1]}, "Names of columns must be of one kind"),
}


@pytest.mark.parametrize("name", FIT)
def test_what_fit_refuses(name):
    columns, message = FIT[name]
    with pytest.raises(DataError, match=message):
        Table.learned(pd.DataFrame(columns))


def test_names_twice_and_what_is_no_frame():
    with pytest.raises(DataError, match="must be unique; got 'a' more than once"):
        Table.learned(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    with pytest.raises(DataTypeError, match="must be a pandas DataFrame; got ndarray"):
        Table.learned(np.ones((3, 2)))


X = pd.DataFrame(
    {
        "f": [1.0, 2.0],
        "i": [1, 2],
        "b": [True, False],
        "c": ["x", "y"],
        "d": pd.to_datetime(["2020", "2021"]),
    }
)
LATER = {
    "a column missing": (X.drop(columns="c"), "missing are 'c'"),
    "a column too many": (X.assign(z=1), "unknown are 'z'"),
    "another order": (X[["c", "f", "i", "b", "d"]], "in the order that fit saw"),
    "text for numbers": (X.assign(f=["1.0", "2.0"]), "'f' must hold numbers, .* row 0 is '1.0'"),
    "truth values for numbers": (X.assign(f=X.b), "'f' must hold numbers, .*its dtype is bool now"),
    "fractions for whole numbers": (X.assign(i=[1, 2.5]), "'i' must hold whole numbers, .*row 1 is .*2.5"),
    "numbers for truth values": (X.assign(b=[0, 1]), "'b' must hold True and False, .*its dtype is int64"),
    "numbers for categories": (X.assign(c=[1, 2]), "'c' must hold categories, .*its dtype is int64 now"),
    "categories of another type": (X.assign(c=pd.Categorical([1, 2])), "categories of the type .*row 0 is 1"),
    "mixed categories": (X.assign(c=np.array(["x", 3], dtype=object)), "'c' must hold categories"),
    "text for dates": (X.assign(d="2020"), "'d' must hold dates"),
    "dates with a zone": (X.assign(d=X.d.dt.tz_localize("UTC")), "'d' must hold dates"),
    "an infinity": (X.assign(f=[1, np.inf]), "row 1, column 'f' is inf"),
}


@pytest.mark.parametrize("name", LATER)
def test_what_is_refused_later(name):
    later, message = LATER[name]
    with pytest.raises(DataError, match=message):
        Table.learned(X).numbers(later, "gap")
