"""Rows of a CSV file. pyarrow reads; where it finds fault, a slower look says what, and in which line."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from diabolo.data.columns import as_numbers, check_any_rows, need
from diabolo.data.csv_format import (
    GAPS,
    CsvFormat,
    Dialect,
    bytes_by_line,
    encoding_of,
    found_in,
    is_compressed,
    text_of,
)
from diabolo.data.source import NotNumbers, Part
from diabolo.errors import DataError

_BYTES_A_PIECE = 2**22
_AT_MOST_NAMED = 5


class CsvSource:
    """A CSV file, compressed with gzip or not.

    Lines of unequal length are an error: an empty cell means that a number was not observed, and a line
    cut short must not pass as one.

    Parameters
    ----------
    path : Path
    said : CsvFormat
    """

    def __init__(self, path: Path, said: CsvFormat):
        need("pyarrow.csv")
        self.path = path
        try:
            self.dialect = found_in(path, said)
        except (OSError, EOFError, UnicodeError, csv.Error) as error:
            if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
                raise
            found = encoding_of(path) if isinstance(error, UnicodeError) else ""
            raise _explained(path, said.encoding or found, error) from error

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in their order."""
        return self.dialect.columns

    @property
    def beside(self) -> tuple[str, ...]:
        """Names that can be carried."""
        return self.columns

    def read(self, numbers: Sequence[str] | None, carried: Sequence[str] = ()) -> Part:
        """Read some columns as numbers and some as they stand.

        A carried column becomes numbers only where that changes no character of it: 7 does, 007 does not.

        Parameters
        ----------
        numbers : sequence of str, or None for every column
        carried : sequence of str

        Raises
        ------
        NotNumbers
            If a cell of a column of numbers is none; says which, in which line.
        DataError
            If a line has more or fewer fields than the first, or can't be decoded; or there are no rows.
        """
        import pyarrow as pa

        numbers = self.columns if numbers is None else numbers
        carried = [name for name in self.columns if name in carried]
        try:
            part = _gathered(self._batches(numbers, carried), numbers, carried)
        except (pa.ArrowException, OSError, EOFError, UnicodeError) as error:
            _find_fault(self.path, self.dialect, numbers)
            raise _explained(self.path, self.dialect.encoding, error) from error
        check_any_rows(self.path, len(part.X))
        kept = {name: _numbers_if_same(part.carried[name], self.dialect.decimal) for name in carried}
        return Part(part.X, kept)

    def _batches(self, numbers: Sequence[str], carried: Sequence[str]) -> Any:
        import pyarrow as pa
        import pyarrow.csv

        dialect = self.dialect
        # pyarrow skips the mark at the beginning by itself.
        plain = dialect.encoding in ("utf-8", "utf-8-sig")
        return pyarrow.csv.open_csv(
            pa.input_stream(str(self.path), compression="gzip" if is_compressed(self.path) else None),
            pyarrow.csv.ReadOptions(
                block_size=_BYTES_A_PIECE,
                column_names=list(dialect.columns),
                skip_rows_after_names=int(dialect.has_header),
                encoding="utf8" if plain else dialect.encoding,
            ),
            pyarrow.csv.ParseOptions(
                delimiter=dialect.separator,
                newlines_in_values=True,
                ignore_empty_lines=len(dialect.columns) > 1,  # else one is a gap
            ),
            pyarrow.csv.ConvertOptions(
                column_types={name: pa.float64() for name in numbers} | {n: pa.string() for n in carried},
                include_columns=[*numbers, *carried],
                null_values=list(GAPS),
                strings_can_be_null=False,
                decimal_point=dialect.decimal,
            ),
        )


def _gathered(batches: Iterable[Any], numbers: Sequence[str], carried: Sequence[str]) -> Part:
    """Batches put together, each let go once its numbers are taken."""
    import pyarrow as pa

    blocks = [np.empty((0, len(numbers)))]
    beside = []
    for batch in batches:
        block = np.empty((batch.num_rows, len(numbers)))
        for place, name in enumerate(numbers):
            block[:, place] = as_numbers(batch.column(name), block.dtype)
        blocks.append(block)
        beside.append(batch.select(list(carried)))
    columns = pa.Table.from_batches(beside).columns if beside else []
    return Part(np.concatenate(blocks), dict(zip(carried, columns, strict=bool(beside))))


def _numbers_if_same(column: Any, decimal: str) -> Any:
    """Texts as whole or other numbers, if these read exactly as the texts do; an empty text is no value."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pc.if_else(pc.equal(column, ""), None, column)
    if texts.null_count == len(texts):
        return column
    for number in (pa.int64(), pa.float64()):
        pointed = texts if decimal == "." else pc.replace_substring(texts, decimal, ".")
        try:
            numbers = pointed.cast(number)
        except pa.ArrowInvalid:
            continue
        if pc.all(pc.equal(numbers.cast(pa.string()), pointed)).as_py():
            return numbers
    return column


def _find_fault(path: Path, dialect: Dialect, numbers: Sequence[str]) -> None:
    """Raise ``DataError`` for the first line that can't be read, with what stands there."""
    wanted = [(place, name) for place, name in enumerate(dialect.columns) if name in numbers]
    try:
        with text_of(path, dialect.encoding) as file:
            reader = csv.reader(file, delimiter=dialect.separator)
            for count, record in enumerate(reader):
                if not record or (count == 0 and dialect.has_header):
                    continue
                _check_length(path, reader.line_num, record, dialect)
                texts = [(name, record[at]) for at, name in wanted if not dialect.is_number(record[at])]
                if texts:
                    raise _not_numbers(path, reader.line_num, texts)
    except UnicodeError as error:
        raise _explained(path, dialect.encoding, error) from error
    except (csv.Error, OSError, EOFError):
        return  # the fault is not in what the file says, and pyarrow named it


def _check_length(path: Path, line: int, record: list[str], dialect: Dialect) -> None:
    if len(record) != len(dialect.columns):
        raise DataError(
            f"{path.name}: each line must have as many fields as the first, {len(dialect.columns)}, but line "
            f"{line} has {len(record)} (cut at {_spelled(dialect.separator)}). Mend that line."
        )


def _not_numbers(path: Path, line: int, texts: list[tuple[str, str]]) -> NotNumbers:
    found = ", ".join(f"{cell!r} in column {name!r}" for name, cell in texts[:_AT_MOST_NAMED])
    more = f" and {len(texts) - _AT_MOST_NAMED} more" if len(texts) > _AT_MOST_NAMED else ""
    commas = any("," in cell and cell.replace(",", "").strip().isdigit() for _, cell in texts)
    hint = " If the comma is the decimal sign, say --decimal ','." if commas else ""
    return NotNumbers(
        f"{path.name}: columns must hold numbers, but line {line} has {found}{more}.{hint}",
        [name for name, _ in texts],
    )


def _explained(path: Path, encoding: str, error: Exception) -> DataError:
    """What a reader's own error means."""
    if not isinstance(error, UnicodeError):
        return DataError(f"{path.name}: the file can't be read, it may be damaged ({error}).")
    spelled = encoding.removesuffix("-sig")
    single_bytes = not encoding.lower().startswith(("utf-16", "utf-32"))  # so that a line's end is one byte
    for number, line in enumerate(bytes_by_line(path) if single_bytes else (), start=1):
        try:
            line.decode(encoding)
        except UnicodeDecodeError as fault:
            return DataError(
                f"{path.name}: the file must be in the encoding {spelled}, but line {number} has the byte "
                f"0x{line[fault.start]:02x}, which is none of it. Say --encoding cp1252 if it comes from a "
                "spreadsheet on Windows, or save it as UTF-8."
            )
    return DataError(f"{path.name}: the file is not in the encoding {spelled} ({error}).")


def _spelled(separator: str) -> str:
    return "tabs" if separator == "\t" else f"{separator!r}"
