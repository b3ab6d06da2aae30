"""One file for a document and its arrays: a zip of ``model.json`` and ``arrays.safetensors``.

Any zip program unpacks it; the reader here takes only what the writer writes. It reads of an entry's header
nothing but the checksum and the size, and compares every other byte around the two entries with what the
writer would have put there. So there is nothing to check one by one: names, links, flags, compression, a
third entry, bytes before, between or behind. What lies inside the entries has its checksum, which every
flipped bit breaks. docs/file-format.md has the layout.
"""

import contextlib
import io
import os
import stat
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from diabolo.errors import ModelFileError
from diabolo.storage.atomic import write_atomically
from diabolo.storage.plain_json import MOST_BYTES, from_json, to_json
from diabolo.storage.tensors import Claim, memory_of, pack, read_header

DOCUMENT, ARRAYS = b"model.json", b"arrays.safetensors"

Document = dict[str, Any]
Arrays = dict[str, np.ndarray]


def write_archive(
    path: str | os.PathLike[str], document: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
) -> None:
    """Write a document and its arrays to one file, whole or not at all.

    Equal contents make equal files. May be called from any thread.

    Parameters
    ----------
    path : str or path-like
        Replaced if it exists, and only once the new file is whole.
    document : mapping of str to plain values
        What JSON can hold; numbers finite.
    arrays : mapping of str to ndarray
        Integers and floats of 8 to 64 bits.

    Raises
    ------
    ModelFileError
        If the contents can't be held by such a file.
    OutputError
        If the file can't be written; nothing is left behind.
    """
    contents: list[tuple[bytes, list[bytes | memoryview]]] = [
        (DOCUMENT, [to_json(document)]),
        (ARRAYS, pack(arrays)),
    ]
    write_atomically(path, lambda file: _write(file, contents))


def read_archive(path: str | os.PathLike[str]) -> tuple[Document, Arrays]:
    """Read what ``write_archive`` wrote. No more memory is asked for than the file has bytes.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    document : dict of str to plain values
    arrays : dict of str to ndarray
        Writable, in C order.

    Raises
    ------
    OSError
        If the file can't be opened or read, for instance because it is not there.
    ModelFileError
        If it is no such file, or was damaged.
    """
    with about(path):
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for its writer
            raise ModelFileError("not a diabolo model file, for it is no file.")
        with open(path, "rb") as file:
            return _read(file, os.fstat(file.fileno()).st_size)


@contextlib.contextmanager
def about(path: str | os.PathLike[str]) -> Iterator[None]:
    """Put the file's name before what is wrong with it."""
    try:
        yield
    except ModelFileError as error:
        raise ModelFileError(f"{os.fsdecode(path)}: {error}") from error


# -- the frame: a zip of stored entries with 64-bit sizes ------------------------------------------------

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_SIZES = struct.Struct("<2H2Q")  # the 64-bit extra field of a local header: id, length, size, stored size
_SIZES_AND_PLACE = struct.Struct("<2H3Q")  # the same in the directory, with where the local header begins
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")
_END = struct.Struct("<4s4H2IH")

_VERSION = 45  # of the zip format: 64-bit sizes
_UNIX = 3 << 8
_MODE = 0o100644 << 16  # a plain file
_NO_TIME, _NO_DATE = 0, (1 << 5) | 1  # midnight of 1 January 1980, so that equal models make equal files
_ELSEWHERE = 0xFFFFFFFF  # look in the 64-bit field


class _Entry(NamedTuple):
    name: bytes
    checksum: int  # CRC-32
    size: int


def _common(entry: _Entry) -> tuple[int, ...]:
    """Flags, method (stored), time, date, checksum, both sizes, length of the name."""
    return 0, 0, _NO_TIME, _NO_DATE, entry.checksum, _ELSEWHERE, _ELSEWHERE, len(entry.name)


def _local_header(entry: _Entry) -> bytes:
    fixed = _LOCAL.pack(b"PK\3\4", _VERSION, *_common(entry), _SIZES.size)
    return fixed + entry.name + _SIZES.pack(1, _SIZES.size - 4, entry.size, entry.size)


def _claimed(header: bytes, name: bytes) -> _Entry:
    """What a local header says, whether it is one or not."""
    *_, checksum, _, _, _, _ = _LOCAL.unpack_from(header)
    return _Entry(name, checksum, _SIZES.unpack_from(header, _LOCAL.size + len(name))[2])


def _directory(entries: Sequence[_Entry]) -> bytes:
    """All that follows the entries."""
    directory, place = b"", 0
    for entry in entries:
        common = (*_common(entry), _SIZES_AND_PLACE.size, 0, 0, 0, _MODE, _ELSEWHERE)
        directory += _CENTRAL.pack(b"PK\1\2", _UNIX | _VERSION, _VERSION, *common) + entry.name
        directory += _SIZES_AND_PLACE.pack(1, _SIZES_AND_PLACE.size - 4, entry.size, entry.size, place)
        place += len(_local_header(entry)) + entry.size
    n, length = len(entries), len(directory)
    directory += _END64.pack(
        b"PK\6\6", _END64.size - 12, _UNIX | _VERSION, _VERSION, 0, 0, n, n, length, place
    )
    directory += _LOCATOR.pack(b"PK\6\7", 0, place + length, 1)
    return directory + _END.pack(b"PK\5\6", 0, 0, n, n, length, _ELSEWHERE, 0)


# -- writing ---------------------------------------------------------------------------------------------


def _write(file: BinaryIO, contents: Sequence[tuple[bytes, list[bytes | memoryview]]]) -> None:
    entries = []
    for name, pieces in contents:
        checksum = 0
        for piece in pieces:
            checksum = zlib.crc32(piece, checksum)
        entries.append(_Entry(name, checksum, sum(map(len, pieces))))
        file.write(_local_header(entries[-1]))
        for piece in pieces:
            file.write(piece)
    file.write(_directory(entries))


# -- reading ---------------------------------------------------------------------------------------------


def _read(file: io.BufferedReader, size: int) -> tuple[Document, Arrays]:
    first = _read_entry(file, DOCUMENT, min(size, MOST_BYTES))
    text = _exactly(file, first.size)
    _check(zlib.crc32(text), first)
    document = from_json(text)
    if not isinstance(document, dict):
        raise ModelFileError("not a diabolo model file: model.json must be an object.")
    second = _read_entry(file, ARRAYS, size - file.tell())
    claims, header = read_header(lambda n: _exactly(file, n), second.size)
    arrays, checksum = _read_arrays(file, claims, zlib.crc32(header))
    _check(checksum, second)
    if file.read(1 + len(expected := _directory([first, second]))) != expected:
        raise ModelFileError("damaged, or not written by diabolo: its zip directory doesn't fit its entries.")
    return document, arrays


def _read_entry(file: BinaryIO, name: bytes, most: int) -> _Entry:
    """The entry whose header comes next, which must be the one of this name and of at most so many bytes."""
    header = file.read(_LOCAL.size + len(name) + _SIZES.size)
    if len(header) < _LOCAL.size + len(name) + _SIZES.size:
        raise ModelFileError(f"not a diabolo model file, or cut short before {name.decode()}.")
    entry = _claimed(header, name)
    if header != _local_header(entry):
        raise ModelFileError(
            f"not a diabolo model file: {name.decode()}, stored as diabolo stores it, must come next, and "
            f"{_what_came(header)} came. Archives packed by other programs can't be read."
        )
    if entry.size > most:
        raise ModelFileError(
            f"{name.decode()} must have at most {most:,} bytes here; it claims {entry.size:,}. The file may "
            "be cut short."
        )
    return entry


def _what_came(header: bytes) -> str:
    signature, _, flags, method, *_ = _LOCAL.unpack_from(header)
    if signature != b"PK\3\4":
        return f"bytes that begin with {header[:4]!r}"
    if flags & 1:
        return "an encrypted entry"
    return "a compressed entry" if method else "another entry"


def _read_arrays(file: io.BufferedReader, claims: Sequence[Claim], checksum: int) -> tuple[Arrays, int]:
    arrays = {}
    for claim in claims:
        array = np.empty(claim.shape, claim.dtype)
        numbers = memory_of(array)
        if file.readinto(numbers) != len(numbers):
            raise ModelFileError("cut short while it was read.")
        checksum = zlib.crc32(numbers, checksum)
        arrays[claim.name] = array.astype(claim.dtype.newbyteorder("="), copy=False)
    return arrays, checksum


def _exactly(file: BinaryIO, n: int) -> bytes:
    content = file.read(n)
    if len(content) < n:
        raise ModelFileError("cut short while it was read.")
    return content


def _check(checksum: int, entry: _Entry) -> None:
    if checksum != entry.checksum:
        raise ModelFileError(f"damaged: the checksum of {entry.name.decode()} doesn't fit its content.")
