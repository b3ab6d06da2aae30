"""Rows from files, against pandas and NumPy; and what each awkward file is told."""

import builtins
import gzip

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from diabolo import DataError, MissingDependencyError, ParameterError
from diabolo.data.csv_format import CsvFormat
from diabolo.data.files import open_source
from diabolo.data.source import row_numbers

pytestmark = pytest.mark.jax  # nothing here touches a backend

nan = np.nan


def write(folder, name, content, encoding="utf-8"):
    data = content if isinstance(content, bytes) else content.encode(encoding)
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return folder / name


GOOD = {  # name, content, said, columns, numbers of a and b
    "plain": ("f.csv", "name,a,b\nx,1,2.5\ny,-3e2,.5\n", {}, [[1, 2.5], [-300, 0.5]]),
    "no end of line": ("f.csv", "name,a,b\nx,1,2\ny,3,4", {}, [[1, 2], [3, 4]]),
    "windows ends": ("f.csv", "name,a,b\r\nx,1,2\r\n", {}, [[1, 2]]),
    "mark": ("f.csv", b"\xef\xbb\xbfname,a,b\nx,1,2\n", {}, [[1, 2]]),
    "semicolons and commas": ("f.csv", "name;a;b\nx;1,5;2\ny;;-3,25\n", {}, [[1.5, 2], [nan, -3.25]]),
    "semicolons and points": ("f.csv", "name;a;b\nx;1.5;2\n", {}, [[1.5, 2]]),
    "decimal comma past the first lines": (
        "f.csv",
        "name;a;b\n" + "x;1;2\n" * 300 + "x;1,5;2\n",
        {"decimal": ","},
        [[1, 2]] * 300 + [[1.5, 2]],
    ),
    "bars": ("f.csv", "name|a|b\nx|1|2\n", {}, [[1, 2]]),
    "tabs": ("f.tsv", "name\ta\tb\nx\t1\t2\n", {}, [[1, 2]]),
    "tabs in a csv": ("f.csv", "name\ta\tb\nx\t1\t2\n", {}, [[1, 2]]),
    "a said separator": ("f.csv", "name:a:b\nx:1:2\n", {"separator": ":"}, [[1, 2]]),
    "compressed": ("f.csv.gz", "name,a,b\nx,1,2\n", {}, [[1, 2]]),
    "capitals": ("F.CSV", "name,a,b\nx,1,2\n", {}, [[1, 2]]),
    "quotes": ("f.csv", 'name,a,b\n"x, ""y""\nz",1,"2"\n', {}, [[1, 2]]),
    "spaces in the header": ("f.csv", "name, a , b\nx, 1 , 2\n", {}, [[1, 2]]),
    "gaps": ("f.csv", "name,a,b\nx,,NA\ny,nan,2\n", {}, [[nan, nan], [nan, 2]]),
    "an empty line": ("f.csv", "name,a,b\nx,1,2\n\ny,3,4\n\n", {}, [[1, 2], [3, 4]]),
    "infinity": ("f.csv", "name,a,b\nx,inf,-inf\n", {}, [[np.inf, -np.inf]]),
    "windows encoding": ("f.csv", "name,a,b\n°C,1,2\n".encode("cp1252"), {"encoding": "cp1252"}, [[1, 2]]),
    "utf-16": ("f.csv", "name,a,b\n°C,1,2\n".encode("utf-16"), {}, [[1, 2]]),
    "another order": ("f.csv", "b,name,a\n2,x,1\n", {}, [[1, 2]]),
}


@pytest.mark.parametrize("case", GOOD)
def test_csv(tmp_path, case):
    name, content, said, expected = GOOD[case]
    source = open_source(write(tmp_path, name, content), CsvFormat(**said))
    part = source.read(["a", "b"], ["name"])
    np.testing.assert_array_equal(part.X, np.array(expected, float))
    assert part.X.dtype == np.float64
    assert len(part.carried["name"]) == len(expected)


def test_csv_is_what_pandas_wrote(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        rng.normal(size=(5000, 7)) * 10.0 ** rng.integers(-20, 20, 7), columns=list("abcdefg")
    )
    frame.iloc[rng.integers(0, 5000, 100), rng.integers(0, 7, 100)] = nan
    frame.to_csv(tmp_path / "f.csv", index=False)
    part = open_source(tmp_path / "f.csv").read(None)
    np.testing.assert_array_equal(part.X, frame.to_numpy())


CARRIED = {  # texts in the file -> what they become
    "whole numbers": (["1", "-20", "300"], [1, -20, 300]),
    "leading zeros stay": (["007", "8", "9"], ["007", "8", "9"]),
    "numbers that print the same": (["0.5", "-1.25", "3.75"], [0.5, -1.25, 3.75]),
    "versions stay": (["1.10", "1.2", "1.3"], ["1.10", "1.2", "1.3"]),
    "texts": (["a", "", "NA"], ["a", "", "NA"]),
    "gaps among numbers": (["1", "", "3"], [1, None, 3]),
    "more digits than a float has": (["0.1234567890123456789", "1.5", "2.5"],) * 2,
    "too large": (["9" * 20, "1", "2"],) * 2,
}


@pytest.mark.parametrize("case", CARRIED)
def test_what_is_carried_becomes_numbers_only_where_no_character_changes(tmp_path, case):
    texts, expected = CARRIED[case]
    rows = "".join(f'"{text}",1\n' for text in texts)
    part = open_source(write(tmp_path, "f.csv", f"k,a\n{rows}")).read(["a"], ["k"])
    assert part.carried["k"].to_pylist() == expected


def test_a_carried_decimal_comma(tmp_path):
    part = open_source(write(tmp_path, "f.csv", "k;a\n1,5;2,5\n2,25;3,5\n")).read(["a"], ["k"])
    assert part.carried["k"].to_pylist() == [1.5, 2.25]


BAD_CSV = {
    "text": ("a,b,c\n1,2,3\n4,five,six\n", {}, "line 3 has 'five' in column 'b', 'six' in column 'c'"),
    "text after lines in quotes": ('a,b\n1,"\n"\n2,x\n', {}, "line 3 has '\\n' in column 'b'"),
    "a text of many": ("a,b\n" + "1,2\n" * 9999 + "1,x\n", {}, "line 10001 has 'x' in column 'b'"),
    "many texts": (
        ",".join("abcdefgh") + "\n" + ",".join("tuvwxyzt") + "\n",
        {},
        "'x' in column 'e' and 3 more",
    ),
    "a decimal comma in quotes": (
        'a,b\n"1,5",2\n',
        {},
        "If the comma is the decimal sign, say --decimal ','",
    ),
    "thousands": ("a;b\n1.234,5;2\n", {}, "line 2 has '1.234,5' in column 'a'"),
    "a blank that is no gap": ("a,b\n1, \n", {}, "line 2 has ' ' in column 'b'"),
    "a short line": ("a,b,c\n1,2,3\n4,5\n", {}, "as the first, 3, but line 3 has 2 (cut at ',')"),
    "a long line": ("a,b\n1,2,3\n", {}, "as the first, 2, but line 2 has 3"),
    "two of one name": ("a,b, a\n1,2,3\n", {}, "columns 1 and 3 are both called 'a'"),
    "no header": ("1.5,2\n3,4\n", {}, "must name the columns, but it holds only numbers (1.5,2)"),
    "nothing": ("", {}, "but it is empty"),
    "blank lines": ("\n\n", {}, "but it is empty"),
    "a header alone": ("a,b\n", {}, "at least one row"),
    "another encoding": ("a,°C\n1,2\n".encode("cp1252"), {}, "line 1 has the byte 0xb0"),
    "another encoding below": (b"a,b\n1,2\n3,\xe9\n", {}, "line 3 has the byte 0xe9"),
    "utf-16 cut short": ("a,b\n1,2\n".encode("utf-16")[:-1], {}, "not in the encoding utf-16"),
    "no text": (b"PK\x03\x04\x00\x00\x00\x00", {}, "the file must be text"),
    "a long separator": ("a,b\n1,2\n", {"separator": ",,"}, "must be one character"),
    "an unknown encoding": ("a,b\n1,2\n", {"encoding": "utf-9"}, "Unknown encoding 'utf-9'"),
    "a decimal sign": ("a,b\n1,2\n", {"decimal": "x"}, "must be '.' or ','"),
    "both commas": ("a,b\n1,2\n", {"decimal": ",", "separator": ","}, "can't be both"),
}


@pytest.mark.parametrize("case", BAD_CSV)
def test_csv_that_can_not_be_read(tmp_path, case):
    content, said, says = BAD_CSV[case]
    path = write(tmp_path, "f.csv", content)
    with pytest.raises(DataError) as raised:
        open_source(path, CsvFormat(**said)).read(None)
    assert says in str(raised.value)
    assert str(tmp_path) not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_compressed_file_cut_short(tmp_path):
    path = write(tmp_path, "f.csv.gz", "a,b\n" + "".join(f"{i},{i**3}\n" for i in range(5000)))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match="damaged"):
        open_source(path).read(None)


@pytest.mark.parametrize(
    ("header", "columns", "n_rows"), [(True, ("400.5", "401.0"), 1), (False, ("x0", "x1"), 2)]
)
def test_a_first_line_of_numbers_is_what_it_is_said_to_be(tmp_path, header, columns, n_rows):
    source = open_source(write(tmp_path, "f.csv", "400.5,401.0\n1,2\n"), CsvFormat(header=header))
    assert source.columns == columns
    assert len(source.read(None).X) == n_rows


@pytest.mark.parametrize(
    ("names", "unnamed"),
    [
        (("", "a", "b"), ["unnamed1"]),
        (("a", "b", ""), ["unnamed3"]),
        (("Unnamed: 0", "a"), ["Unnamed: 0"]),
        (("a", "b"), []),
    ],
)
def test_columns_without_names(tmp_path, names, unnamed):
    source = open_source(write(tmp_path, "f.csv", ",".join(names) + "\n" + ",".join("1" for _ in names)))
    assert row_numbers(source.columns) == unnamed


FRAME = pd.DataFrame(
    {
        "f": [1.5, nan, 3],
        "i": pd.array([1, None, 3], dtype="Int64"),
        "b": [True, False, True],
        "s": ["x", "y", None],
        "t": pd.to_datetime(["2024-01-01", "2024-01-02", None]),
    },
    index=[5, 6, 7],
)


def test_parquet(tmp_path):
    FRAME.to_parquet(tmp_path / "f.parquet")
    source = open_source(tmp_path / "f.parquet")
    assert source.columns == ("f", "i", "b", "s", "t", "__index_level_0__")
    assert row_numbers(source.columns) == ["__index_level_0__"]
    part = source.read(["b", "f", "i"], ["t", "s"])
    np.testing.assert_array_equal(part.X, [[1, 1.5, 1], [0, nan, nan], [1, 3, 3]])
    assert list(part.carried) == ["s", "t"]
    assert part.carried["s"].to_pylist() == ["x", "y", None]
    with pytest.raises(DataError, match="'s' holds (large_)?string, 't' holds timestamp"):
        source.read(["f", "s", "t"])


def test_parquet_of_float32_stays_so_over_pieces(tmp_path):
    X = np.random.default_rng(0).normal(size=(200_000, 3)).astype(np.float32)
    pd.DataFrame(X, columns=list("abc")).to_parquet(tmp_path / "f.parquet")
    part = open_source(tmp_path / "f.parquet").read(["c", "a"])
    assert part.X.dtype == np.float32
    np.testing.assert_array_equal(part.X, X[:, [2, 0]])


def damaged_parquet(path):
    FRAME[["f", "b"]].to_parquet(path, index=False)
    content = path.read_bytes()
    path.write_bytes(content[:10] + content[60:])


def twice_named(path):
    pq.write_table(pa.table([[1], [2]], names=["a", "a"]), path)


def cut_short(path):
    np.save(path, np.ones((9, 9)))
    path.write_bytes(path.read_bytes()[:-8])


def two_arrays(path):
    np.savez(path, X=np.ones((3, 2)), y=np.ones(3))


BAD_FILES = {
    "no Parquet": ("f.parquet", lambda p: p.write_bytes(b"a,b\n"), None, "not a Parquet file"),
    "Parquet of no bytes": ("f.parquet", lambda p: p.write_bytes(b""), None, "not a Parquet file"),
    "damaged Parquet": ("f.parquet", damaged_parquet, None, "damaged"),
    "two columns of one name": ("f.parquet", twice_named, None, "both called 'a'"),
    "no rows": ("f.parquet", lambda p: FRAME[:0][["f"]].to_parquet(p, index=False), None, "at least one row"),
    "pickled": ("f.npy", lambda p: np.save(p, np.array([{}, {}]), allow_pickle=True), None, "Python objects"),
    "no npy": ("f.npy", lambda p: p.write_bytes(b"1,2,3"), None, "Python objects, or no array"),
    "npy of no bytes": ("f.npy", lambda p: p.write_bytes(b""), None, "not an array file"),
    "npy cut short": ("f.npy", cut_short, None, "damaged"),
    "one dimension": ("f.npy", lambda p: np.save(p, np.ones(5)), None, "got the shape (5,)"),
    "text": ("f.npy", lambda p: np.save(p, np.array([["a", "b"]])), None, "got the type <U1"),
    "no array named": ("f.npz", two_arrays, None, "such as f.npz:X"),
    "no such array": ("f.npz", two_arrays, "Z", "no array 'Z' in the file, which holds X, y"),
    "no npz": ("f.npz", lambda p: p.write_bytes(b"PK"), None, "no array"),
    "pickled in npz": ("f.npz", lambda p: np.savez(p, X=np.array([{}])), None, "Python objects"),
    "a spreadsheet": ("f.xlsx", lambda p: p.write_bytes(b"PK"), None, "Save a spreadsheet as CSV"),
    "a folder": ("f.csv", lambda p: p.mkdir(), None, "this is a folder"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_FILES)
def test_files_that_can_not_be_read(tmp_path, case):
    name, make, array, says = BAD_FILES[case]
    make(tmp_path / name)
    with pytest.raises(DataError) as raised:
        open_source(f"{tmp_path / name}" + (f":{array}" if array else "")).read(None)
    assert says in str(raised.value)
    assert str(tmp_path) not in str(raised.value)


@pytest.mark.parametrize("name", ["no.csv", "no.csv.gz", "no.parquet", "no.npy", "no.npz:X"])
def test_no_file_at_all(tmp_path, name):
    with pytest.raises(FileNotFoundError):
        open_source(tmp_path / name)


def test_npy_is_mapped_not_read(tmp_path):
    X = np.arange(24, dtype=np.uint8).reshape(4, 3, 2)
    np.save(tmp_path / "f.npy", X)
    part = open_source(tmp_path / "f.npy").read(None)
    assert isinstance(part.X, np.memmap)
    np.testing.assert_array_equal(part.X, X)


def test_npz_by_name_with_others_beside(tmp_path):
    np.savez(tmp_path / "f.npz", X=np.ones((3, 2)), y=np.arange(3), z=np.ones((3, 2)), w=np.arange(4))
    source = open_source(f"{tmp_path / 'f.npz'}:X")
    assert source.columns is None
    assert source.beside == ("y", "z", "w")
    assert source.read(None, ["y"]).carried["y"].tolist() == [0, 1, 2]
    for name, shape in (("z", (3, 2)), ("w", (4,))):
        with pytest.raises(
            DataError, match=rf"one value for each of the 3 rows is needed; got shape \({shape[0]}"
        ):
            source.read(None, [name])


def test_what_is_said_of_csv_has_no_effect_elsewhere(tmp_path):
    np.save(tmp_path / "f.npy", np.ones((2, 2)))
    with pytest.raises(ParameterError, match="have no effect"):
        open_source(tmp_path / "f.npy", CsvFormat(separator=";"))
    open_source(tmp_path / "f.npy", CsvFormat())


@pytest.mark.parametrize("name", ["f.csv", "f.parquet"])
def test_without_pyarrow_the_error_has_the_command(tmp_path, monkeypatch, name):
    real = builtins.__import__

    def without(module, *args, **options):
        if module.startswith("pyarrow"):
            raise ImportError("No module named 'pyarrow'")
        return real(module, *args, **options)

    import importlib

    monkeypatch.setattr(importlib, "import_module", without)
    (tmp_path / name).write_text("a\n1\n")
    with pytest.raises(MissingDependencyError, match=r"pip install 'diabolo\[tables\]'"):
        open_source(tmp_path / name)
