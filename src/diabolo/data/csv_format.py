"""How a CSV file is written: separator, decimal sign, encoding and header, found from its first lines."""

import csv
import gzip
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from diabolo.data.source import check_distinct
from diabolo.errors import DataError

SEPARATORS = ("\t", ";", "|", ",")  # in this order where more than one would do
GAPS = ("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "None")  # cells without a number
_LINES_TO_LOOK_AT = 200
_NUMBER = re.compile(r"\s*[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf|infinity|nan)\s*", re.IGNORECASE)
_COMMA_NUMBER = re.compile(r"\s*[+-]?\d*,\d+(e[+-]?\d+)?\s*", re.IGNORECASE)
_POINT_NUMBER = re.compile(r"\s*[+-]?\d*\.\d+(e[+-]?\d+)?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class CsvFormat:
    """What is said of a CSV file; ``None`` is found from the file.

    Parameters
    ----------
    separator : str, optional
        One character between fields. Else the one of tab, semicolon, bar and comma that cuts the first
        lines into equally many fields.
    decimal : {".", ","}, optional
        Else a comma if numbers among the first lines have one and none has a point.
    header : bool, optional
        Whether the first line names the columns. Else it must, and not look like numbers.
    encoding : str, optional
        Else UTF-8, or UTF-16 where the file begins with its mark.

    Raises
    ------
    DataError
        If the separator is not one character, or the encoding is unknown to Python.
    """

    separator: str | None = None
    decimal: str | None = None
    header: bool | None = None
    encoding: str | None = None

    def __post_init__(self) -> None:
        if self.separator is not None and len(self.separator) != 1:
            raise DataError(f"The separator must be one character; got {self.separator!r}.")
        if self.decimal not in (None, ".", ","):
            raise DataError(f"The decimal sign must be '.' or ','; got {self.decimal!r}.")
        if self.decimal == "," == self.separator:
            raise DataError("A comma can't be both the separator and the decimal sign.")
        try:
            "".encode(self.encoding or "utf-8")
        except LookupError as error:
            raise DataError(
                f"Unknown encoding {self.encoding!r}. Common ones are utf-8, cp1252 and utf-16."
            ) from error


@dataclass(frozen=True)
class Dialect:
    """How one CSV file is written, with the names of its columns."""

    separator: str
    decimal: str
    encoding: str
    has_header: bool
    columns: tuple[str, ...]

    def is_number(self, cell: str) -> bool:
        """Whether a cell is a number or a gap."""
        if cell in GAPS:
            return True
        if self.decimal != ".":
            cell = cell.replace(".", "x").replace(self.decimal, ".")
        return _NUMBER.fullmatch(cell) is not None


def found_in(path: Path, said: CsvFormat) -> Dialect:
    """Look at the first lines of a file.

    Raises
    ------
    DataError
        If there is nothing in it, it is not in the encoding, its header looks like numbers, or two of its
        columns have one name.
    """
    encoding = said.encoding or encoding_of(path)
    with text_of(path, encoding) as file:
        lines = [line for line in itertools.islice(file, _LINES_TO_LOOK_AT) if line.strip()]
    if not lines:
        raise DataError(f"{path.name}: the file must hold a line of names and rows, but it is empty.")
    if any("\0" in line for line in lines):
        raise DataError(
            f"{path.name}: the file must be text, but it is not. Save a spreadsheet as CSV (UTF-8)."
        )
    separator = said.separator or ("\t" if ending_of(path).startswith(".tsv") else _separator(lines))
    records = [record for record in csv.reader(lines, delimiter=separator) if record]
    decimal = said.decimal or _decimal(separator, itertools.chain.from_iterable(records))
    first = records[0]
    if said.header is None and all(_is_any_number(cell) for cell in first):
        shown = separator.join(first[:4]) + ("..." if len(first) > 4 else "")
        raise DataError(
            f"{path.name}: the first line must name the columns, but it holds only numbers ({shown}). Add a "
            "line of names, or say --no-header; if these numbers are the names, say --header."
        )
    has_header = said.header is not False
    columns = _names(first) if has_header else tuple(f"x{place}" for place in range(len(first)))
    check_distinct(path, columns)
    return Dialect(separator, decimal, encoding, has_header, columns)


def text_of(path: Path, encoding: str) -> TextIO:
    """Open a file, compressed or not, as the text that ``csv.reader`` takes."""
    if is_compressed(path):
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return open(path, encoding=encoding, newline="")


def bytes_by_line(path: Path) -> Iterator[bytes]:
    """The lines of a file, compressed or not, not decoded."""
    with gzip.open(path) if is_compressed(path) else open(path, "rb") as file:
        yield from file


def ending_of(path: Path) -> str:
    """The ending of a name, such as ``.csv`` or ``.csv.gz``, in small letters."""
    inner = path.with_suffix("").suffix if is_compressed(path) else ""
    return (inner + path.suffix).lower()


def is_compressed(path: Path) -> bool:
    """Whether its name says that a file is compressed."""
    return path.suffix.lower() == ".gz"


def encoding_of(path: Path) -> str:
    """UTF-16 where a file begins with its mark, else UTF-8, with or without a mark."""
    start = next(bytes_by_line(path), b"")
    return "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _separator(lines: list[str]) -> str:
    fields = {each: [len(r) for r in csv.reader(lines, delimiter=each)] for each in SEPARATORS}
    even = [each for each in SEPARATORS if fields[each][0] > 1 and len(set(fields[each])) == 1]
    if even:
        return even[0]
    # Lines of unequal length are an error, and reading will name the line.
    return max(reversed(SEPARATORS), key=lambda each: fields[each][0])


def _decimal(separator: str, cells: Iterator[str]) -> str:
    kinds = {_decimal_of(cell) for cell in cells}
    return "," if separator != "," and "," in kinds and "." not in kinds else "."


def _decimal_of(cell: str) -> str | None:
    if _COMMA_NUMBER.fullmatch(cell):
        return ","
    return "." if _POINT_NUMBER.fullmatch(cell) else None


def _is_any_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell.replace(",", ".")) is not None


def _names(header: list[str]) -> tuple[str, ...]:
    """As they stand, without spaces around them; a column without a name gets one from its place."""
    return tuple(cell.strip() or f"unnamed{place}" for place, cell in enumerate(header, start=1))
