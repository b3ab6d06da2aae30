"""Tables and arrays written, and read again by pandas and NumPy."""

import datetime
import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from diabolo import DataError, OutputError
from diabolo.data.csv_format import Dialect
from diabolo.storage.results import check_folder, check_result_name, write_arrays, write_table

pytestmark = pytest.mark.jax  # nothing here touches a backend

COLUMNS = {
    "k": pa.chunked_array([["007", "ä, b"], [None]]),
    "n": pa.chunked_array([[1, None, 3]]),
    "x": np.array([0.1, np.nan, 1e-20], np.float32),
    "y": np.array([1 / 3, 2.0, -1e300]),
}
GERMAN = Dialect(";", ",", "utf-8", True, ("k",))
TIMES = pa.chunked_array([[datetime.datetime(2024, 1, 2), None, None]])

READ = {
    "f.csv": (None, lambda path: pd.read_csv(path, dtype=str)),
    "f.csv.gz": (None, lambda path: pd.read_csv(path, dtype=str)),
    "f.tsv": (None, lambda path: pd.read_csv(path, sep="\t", dtype=str)),
    "g.csv": (GERMAN, lambda path: pd.read_csv(path, sep=";", dtype=str)),
    "g.tsv": (
        GERMAN,
        lambda path: pd.read_csv(path, sep="\t", dtype=str),
    ),
    "h.csv": (Dialect("\t", ".", "utf-8", True, ()), lambda path: pd.read_csv(path, dtype=str)),
    "f.parquet": (None, pd.read_parquet),
}


@pytest.mark.parametrize("name", READ)
def test_a_table_is_read_as_it_was_written(tmp_path, name):
    like, read = READ[name]
    write_table(tmp_path / name, COLUMNS, like)
    again = read(tmp_path / name)
    assert list(again) == list(COLUMNS)
    assert again["k"].isna().tolist() == [False, False, True]
    assert again["k"].tolist()[:2] == ["007", "ä, b"]
    if like is GERMAN:
        again = again.replace(",", ".", regex=True)
    np.testing.assert_array_equal(again["n"].astype(float), [1, np.nan, 3])
    np.testing.assert_array_equal(again["x"].astype(np.float32), COLUMNS["x"])
    np.testing.assert_array_equal(again["y"].astype(float), COLUMNS["y"])
    assert os.listdir(tmp_path) == [name]


def test_csv_to_the_byte(tmp_path):
    write_table(tmp_path / "f.csv", COLUMNS, GERMAN)
    expected = "k;n;x;y\n007;1;0,1;0,3333333333333333\nä, b;;;2,0\n;3;1e-20;-1e+300\n"
    assert (tmp_path / "f.csv").read_text(encoding="utf-8") == expected


def test_equal_tables_make_equal_files(tmp_path):
    for name in ("a.csv.gz", "b.csv.gz"):
        write_table(tmp_path / name, COLUMNS)
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


def test_arrays(tmp_path):
    Z = np.ones((3, 2), np.float32)
    write_arrays(tmp_path / "f.npz", {"codes": Z, **COLUMNS, "t": TIMES})
    with np.load(tmp_path / "f.npz", allow_pickle=False) as again:
        np.testing.assert_array_equal(again["codes"], Z)
        assert again["k"].tolist() == ["007", "ä, b", ""]
        assert again["t"].dtype.kind == "M"
    write_arrays(tmp_path / "f.npy", {"codes": Z})
    np.testing.assert_array_equal(np.load(tmp_path / "f.npy", allow_pickle=False), Z)


LISTS = pa.chunked_array([[[1], [2], [3]]])


@pytest.mark.parametrize(
    ("write", "says"),
    [
        (lambda p: write_arrays(p / "f.npy", {"a": np.ones(2), "b": np.ones(2)}), "there are 2: a, b"),
        (lambda p: write_arrays(p / "f.npz", {"a": LISTS}), "no place in an array file"),
        (lambda p: write_table(p / "f.csv", {"a": LISTS}), "no place in a CSV file"),
        (lambda p: write_table(p / "f.csv", {"a": np.ones(2), "b": np.ones(3)}), "make no table"),
    ],
)
def test_what_a_format_can_not_hold(tmp_path, write, says):
    with pytest.raises(DataError, match=says):
        write(tmp_path)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("f.txt", "must end in one of"),
        (".", "must end in"),
        ("no/f.csv", "there is no folder"),
        ("d.csv", "is a folder"),
    ],
)
def test_a_name_where_nothing_can_be_written(tmp_path, name, says):
    (tmp_path / "d.csv").mkdir()
    with pytest.raises(OutputError, match=says):
        check_result_name(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_not_writable(tmp_path):
    (tmp_path / "d").mkdir(mode=0o500)
    with pytest.raises(OutputError, match="not writable"):
        check_folder(tmp_path / "d" / "f")
