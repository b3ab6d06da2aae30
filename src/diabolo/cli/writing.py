"""What commands make of a model's output: a table or arrays, with what is carried along, and the record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from diabolo.cli.record import record_path
from diabolo.data.csv_file import CsvSource
from diabolo.data.source import Column, Source
from diabolo.errors import DataError, OutputError
from diabolo.storage.results import holds_arrays, write_arrays, write_table


def check_apart(out: Path, inputs: Iterable[Path]) -> None:
    """Raise ``OutputError`` if a file that is read would be overwritten."""
    for path in inputs:
        for written in (out, record_path(out)):
            if written.exists() and path.exists() and written.samefile(path):
                raise OutputError(f"Can't write {written}: it is a file to read from. Choose another name.")


def check_ending(out: Path, ending: str, must: str) -> None:
    """Raise ``OutputError`` that says what ``must`` hold if the name has another ending."""
    if out.suffix != ending:
        raise OutputError(f"Can't write {out}: {must}. Choose another name.")


@dataclass(frozen=True)
class Made:
    """What a model made of rows.

    Parameters
    ----------
    kind : str
        What an array of it is called.
    values : ndarray of shape (n_rows, *shape)
    names : sequence of str
        What the columns of a table of it are called.
    beside : mapping of str to ndarray of shape (n_rows,)
        Further columns.
    """

    kind: str
    values: np.ndarray
    names: Sequence[str]
    beside: Mapping[str, np.ndarray] = field(default_factory=dict)


def write_made(out: Path, made: Made, carried: Mapping[str, Column], source: Source) -> None:
    """Write what was made of each row of a file, and what is carried along.

    Parameters
    ----------
    out : Path
        Whose ending tells the format.
    made : Made
    carried : mapping of str to column
    source : Source
        The file that was read: its columns keep their order, and a CSV file its separator and decimal sign.

    Raises
    ------
    DataError
        If two columns have one name.
    OutputError
        If the file can't be written.
    """
    arrays = holds_arrays(out)
    _check_distinct(out, [*carried, *([made.kind] if arrays else made.names), *made.beside])
    if arrays:
        write_arrays(out, {made.kind: made.values, **made.beside, **carried})
        return
    flat = made.values.reshape(len(made.values), -1)
    columns = {**carried, **{name: flat[:, place] for place, name in enumerate(made.names)}, **made.beside}
    write_table(out, _in_order(columns, source), source.dialect if isinstance(source, CsvSource) else None)


def _in_order(columns: dict[str, Any], source: Source) -> dict[str, Any]:
    """Columns that the file has in the file's order, then the others in theirs."""
    first = [name for name in source.columns or () if name in columns]
    return {name: columns[name] for name in dict.fromkeys([*first, *columns])}


def _check_distinct(out: Path, names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DataError(
                f"{name!r} would stand twice in {out.name}: carried along, and made. Leave it out with "
                f"--drop '{name}'."
            )
        seen.add(name)
