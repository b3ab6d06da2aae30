"""Tables and arrays, written whole or not at all."""

import gzip
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from diabolo.data.columns import need
from diabolo.data.csv_format import Dialect, ending_of
from diabolo.data.files import ENDINGS
from diabolo.data.source import Column
from diabolo.errors import DataError, OutputError
from diabolo.storage.atomic import write_atomically


def check_result_name(path: Path) -> None:
    """Raise ``OutputError`` for a name whose ending tells no format, and where nothing can be written."""
    if ending_of(path) not in ENDINGS:
        raise OutputError(f"Can't write {path}: its name must end in one of {', '.join(ENDINGS)}.")
    check_folder(path)


def check_folder(path: Path) -> None:
    """Raise ``OutputError`` where a file can't be written: before the work, not after it."""
    if path.is_dir():
        raise OutputError(f"Can't write {path}: it is a folder. Name a file in it.")
    if not path.absolute().parent.is_dir():
        raise OutputError(f"Can't write {path}: there is no folder {path.parent}. Make it first.")
    if not os.access(path.absolute().parent, os.W_OK):
        raise OutputError(f"Can't write {path}: the folder {path.parent} is not writable. Choose another.")


def holds_arrays(path: Path) -> bool:
    """Whether a file of this name holds arrays rather than a table."""
    return ending_of(path) in (".npy", ".npz")


def write_arrays(path: Path, arrays: Mapping[str, Column]) -> None:
    """Write arrays with names into an npz file, or one into an npy file.

    Parameters
    ----------
    path : Path
    arrays : mapping of str to ndarray or pyarrow.ChunkedArray

    Raises
    ------
    DataError
        If one holds neither numbers, texts nor times, or there are several for an npy file.
    OutputError
        If the file can't be written.
    """
    plain = {name: _plain(name, array) for name, array in arrays.items()}
    if ending_of(path) == ".npz":
        write_atomically(path, lambda file: np.savez(file, **cast(dict[str, Any], plain)))
        return
    if len(plain) > 1:
        raise DataError(
            f"{path.name}: an npy file holds one array, and there are {len(plain)}: {', '.join(plain)}. "
            "Choose a name that ends in .npz, .csv or .parquet."
        )
    (only,) = plain.values()
    write_atomically(path, lambda file: np.save(file, only, allow_pickle=False))


def write_table(path: Path, columns: Mapping[str, Column], like: Dialect | None = None) -> None:
    """Write columns as CSV or Parquet, as the ending of the name says.

    Parameters
    ----------
    path : Path
    columns : mapping of str to ndarray or pyarrow.ChunkedArray of shape (n_rows,)
    like : Dialect, optional
        Of a CSV file, for its separator and decimal sign; else comma and point. A ``.tsv`` has tabs.

    Raises
    ------
    DataError
        If a column has not one plain value a row.
    OutputError
        If the file can't be written.
    """
    import pyarrow as pa

    try:
        table = pa.table(dict(columns))
    except (pa.ArrowException, ValueError) as error:
        raise DataError(f"{path.name}: these columns make no table ({error}).") from error
    if ending_of(path) == ".parquet":
        need("pyarrow.parquet")
        import pyarrow.parquet as pq

        write_atomically(path, lambda file: pq.write_table(table, file))
        return
    need("pandas")
    frame = _texts_and_floats(table)
    separator, decimal = _signs(path, like)
    write_atomically(path, lambda file: _write_csv(frame, file, path, separator, decimal))


def _signs(path: Path, like: Dialect | None) -> tuple[str, str]:
    """Separator and decimal sign: tabs for a ``.tsv``, and for it alone."""
    decimal = "." if like is None else like.decimal
    if ending_of(path).startswith(".tsv"):
        return "\t", decimal
    if like is None or like.separator == "\t":
        return ";" if decimal == "," else ",", decimal
    return like.separator, decimal


def _write_csv(frame: Any, file: BinaryIO, path: Path, separator: str, decimal: str) -> None:
    if path.suffix.lower() == ".gz":
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as compressed:
            _write_text(frame, compressed, separator, decimal)
    else:
        _write_text(frame, file, separator, decimal)


def _write_text(frame: Any, file: Any, separator: str, decimal: str) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    frame.to_csv(text, index=False, sep=separator, decimal=decimal, lineterminator="\n")
    text.detach()  # flushes, and leaves the file open


def _texts_and_floats(table: Any) -> Any:
    """A DataFrame of floats as they are, and of everything else as text; what has no value is empty."""
    import pandas as pd
    import pyarrow as pa

    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_floating(column.type):
            columns[name] = column.to_numpy()
            continue
        try:
            columns[name] = np.asarray(column.cast(pa.string()).to_pylist(), dtype=object)
        except pa.ArrowException as error:
            raise DataError(
                f"Column {name!r} holds {column.type}, which has no place in a CSV file. Leave it out with "
                "--drop, or write Parquet."
            ) from error
    return pd.DataFrame(columns, copy=False)


def _plain(name: str, array: Column) -> np.ndarray:
    """Without Python objects, which would be pickled."""
    values = array if isinstance(array, np.ndarray) else array.to_numpy()
    if values.dtype.kind != "O":
        return values
    texts = [value for value in values if value is not None]
    if not all(isinstance(text, str) for text in texts):
        raise DataError(
            f"Array {name!r} holds {type(texts[0]).__name__} objects, which have no place in an array "
            "file. Leave it out with --drop, or write Parquet."
        )
    return np.array(["" if value is None else value for value in values], dtype=str)
