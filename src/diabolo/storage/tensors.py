"""Arrays in the safetensors format: eight bytes of length, a header in JSON, the numbers one after another.

Written and read here piece by piece, so that no copy of all numbers is made, every size is compared with
what the file holds before memory is asked for, and a checksum is taken on the way.
"""

import json
import math
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from diabolo.errors import ModelFileError
from diabolo.storage.plain_json import MOST_BYTES, from_json

_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1",
}  # fmt: skip
_NAMES = {np.dtype(dtype): name for name, dtype in _DTYPES.items()}
_LENGTH = struct.Struct("<Q")
_MOST_DIMENSIONS = 32  # of every NumPy
_MOST_ELEMENTS = 2**40  # sides of 0 counted as 1: NumPy refuses longer ones also in empty arrays


class Claim(NamedTuple):
    """What a header says of one array."""

    name: str
    dtype: np.dtype
    shape: tuple[int, ...]
    begin: int
    end: int


def pack(arrays: Mapping[str, np.ndarray]) -> list[bytes | memoryview]:
    """The pieces that make the file, in order; equal for equal arrays in whatever order.

    Raises
    ------
    ModelFileError
        If an array has another dtype than integers and floats of 8 to 64 bits.
    """
    for name, array in arrays.items():
        if array.dtype.newbyteorder("<") not in _NAMES:
            raise ModelFileError(
                f"arrays must have one of the dtypes {', '.join(map(str, _NAMES))}, and {name!r} has "
                f"{array.dtype}."
            )
    # Large elements first: then each lies at a multiple of its own size.
    names = sorted(arrays, key=lambda name: (-arrays[name].dtype.itemsize, name))
    header: dict[str, Any] = {}
    end = 0
    for name in names:
        begin, end = end, end + arrays[name].nbytes
        dtype = _NAMES[arrays[name].dtype.newbyteorder("<")]
        header[name] = {"dtype": dtype, "shape": list(arrays[name].shape), "data_offsets": [begin, end]}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return [_LENGTH.pack(len(text)) + text, *(_bytes(arrays[name]) for name in names)]


def _bytes(array: np.ndarray) -> memoryview:
    """The numbers in C order, little-endian; a view where possible."""
    return memory_of(np.ascontiguousarray(array, array.dtype.newbyteorder("<")))


def memory_of(array: np.ndarray) -> memoryview:
    """The bytes of an array in C order, to read from or to write to."""
    return array.reshape(-1).view(np.uint8).data


def read_header(read: Callable[[int], bytes], size: int) -> tuple[list[Claim], bytes]:
    """The arrays of a file of ``size`` bytes, and the bytes that said so.

    Parameters
    ----------
    read : callable
        Gives the next so many bytes.
    size : int

    Raises
    ------
    ModelFileError
        If the header is no header, or its claims don't fill exactly what the file holds.
    """
    if size < _LENGTH.size:
        raise ModelFileError("its arrays have no header.")
    prefix = read(_LENGTH.size)
    (length,) = _LENGTH.unpack(prefix)
    if length > min(MOST_BYTES, size - _LENGTH.size):
        raise ModelFileError(
            f"the header of its arrays must have at most {min(MOST_BYTES, size - _LENGTH.size):,} bytes; "
            f"it claims {length:,}."
        )
    text = read(length)
    return list(_claims(from_json(text), size - _LENGTH.size - length)), prefix + text


def _claims(header: Any, size: int) -> Iterator[Claim]:
    """The arrays in the order of their numbers, which must fill ``size`` bytes without gap or overlap."""
    if not isinstance(header, dict):
        raise ModelFileError("the header of its arrays must be an object.")
    claims = [_claim(name, entry) for name, entry in header.items() if name != "__metadata__"]
    at = 0
    for claim in sorted(claims, key=lambda claim: (claim.begin, claim.end)):
        if claim.begin != at or claim.end - at != math.prod(claim.shape) * claim.dtype.itemsize:
            raise ModelFileError(
                f"array {claim.name!r} of shape {claim.shape} and dtype {claim.dtype} can't fill bytes "
                f"{claim.begin} to {claim.end} after an array that ends at {at}."
            )
        at = claim.end
        yield claim
    if at != size:
        raise ModelFileError(f"its arrays must have {size} bytes; they claim {at}.")


def _claim(name: str, entry: Any) -> Claim:
    match entry:
        case {"dtype": str(dtype), "shape": list(shape), "data_offsets": [begin, end], **others} if (
            not others
            and dtype in _DTYPES
            and len(shape) <= _MOST_DIMENSIONS
            and all(_is_size(side) for side in shape)
            and math.prod(max(side, 1) for side in shape) <= _MOST_ELEMENTS
            and _is_size(begin)
            and _is_size(end)
        ):
            return Claim(name, np.dtype(_DTYPES[dtype]), tuple(shape), begin, end)
    raise ModelFileError(
        f"array {name!r} must have a dtype of {', '.join(_DTYPES)}, a shape and two data_offsets, and "
        "no more."
    )


def _is_size(value: Any) -> bool:
    return type(value) is int and value >= 0
