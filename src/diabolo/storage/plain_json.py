"""JSON that holds plain values and nothing surprising.

Python's reader takes more than JSON: NaN, a key twice (the last one wins), numbers beyond float64 as
infinities, halves of surrogate pairs, and any depth up to its recursion limit. All of these are refused.
"""

import json
from typing import Any

import numpy as np

from diabolo.errors import ModelFileError

MOST_BYTES = 8 * 2**20
MOST_DEPTH = 64
MOST_PARTS = 500_000  # values and keys: each takes time and many times its own bytes

_NESTING = np.zeros(256, np.int8)  # byte -> how much deeper it leads
_NESTING[list(b"[{")], _NESTING[list(b"]}")] = 1, -1
_BEGINS_A_PART = np.zeros(256, bool)
_BEGINS_A_PART[list(b"[{,:")] = True


def to_json(value: Any) -> bytes:
    """Write plain values.

    Raises
    ------
    ModelFileError
        If a number is not finite, or the text is one that ``from_json`` would refuse.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1).encode()
    except (TypeError, ValueError) as error:
        raise ModelFileError(f"only plain, finite values can be written as JSON, but: {error}.") from error
    _check_size(text)
    _check_structure(text)
    return text


def from_json(text: bytes) -> Any:
    """Read plain values.

    Raises
    ------
    ModelFileError
        If the text is no JSON in UTF-8, longer than ``MOST_BYTES``, nested deeper than ``MOST_DEPTH``, of
        more than ``MOST_PARTS``, has a key twice, or holds a number that is not finite.
    """
    _check_size(text)
    _check_structure(text)
    try:
        value = json.loads(text.decode(), parse_constant=_refuse, object_pairs_hook=_unique)
        # Infinities spelled 1e999 and halves of surrogate pairs can be read but not written.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ModelFileError:
        raise
    except ValueError as error:
        raise ModelFileError(f"its JSON can't be read ({error}).") from error
    return value


def _check_size(text: bytes) -> None:
    if len(text) > MOST_BYTES:
        raise ModelFileError(f"its JSON must be at most {MOST_BYTES:,} bytes long; it has {len(text):,}.")


def _check_structure(text: bytes) -> None:
    """Count brackets, commas and colons, those within strings left out, before anything is built."""
    without_escapes = text.replace(rb"\\", b"").replace(rb"\"", b"")
    symbols = np.frombuffer(without_escapes, np.uint8)
    symbols = symbols[~np.logical_xor.accumulate(symbols == ord('"'))]
    depth = int(np.cumsum(_NESTING[symbols], dtype=np.int32).max(initial=0))
    if depth > MOST_DEPTH:
        raise ModelFileError(f"its JSON must be nested at most {MOST_DEPTH} deep; it is {depth} deep.")
    parts = int(np.count_nonzero(_BEGINS_A_PART[symbols]))
    if parts > MOST_PARTS:
        raise ModelFileError(
            f"its JSON must hold at most {MOST_PARTS:,} values and keys; it holds {parts:,}."
        )


def _refuse(constant: str) -> None:
    raise ModelFileError(f"its JSON holds {constant} where a number must be.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        raise ModelFileError("its JSON has a key twice.")
    return mapping
