"""Parts of a document, taken out with a look at their type."""

import reprlib
from typing import Any

from diabolo.errors import ModelFileError

_SHORT = reprlib.Repr()
_SHORT.maxstring = 80
_WORDS = {str: "a string", int: "a whole number", dict: "an object", list: "a list", bool: "true or false"}


def field(document: Any, key: str, kind: type) -> Any:
    """``document[key]``, which must be of this kind.

    Raises
    ------
    ModelFileError
        If it is not there or something else.
    """
    if not isinstance(document, dict) or key not in document:
        raise ModelFileError(f"{key!r} is missing.")
    value = document[key]
    if type(value) is not kind:
        raise ModelFileError(f"{key!r} must be {_WORDS[kind]}; got {short(value)}.")
    return value


def whole(document: Any, key: str, *, at_least: int) -> int:
    """``document[key]``, which must be a whole number of 63 bits."""
    value = field(document, key, int)
    if not at_least <= value < 2**63:
        raise ModelFileError(f"{key!r} must be at least {at_least} and below 2**63; got {short(value)}.")
    return value


def list_of(document: Any, key: str, kind: type) -> list:
    """``document[key]``, which must be a list of items of this kind."""
    items = field(document, key, list)
    for item in items:
        if type(item) is not kind:
            raise ModelFileError(f"{key!r} must hold {_WORDS[kind]} in every place; got {short(item)}.")
    return items


def short(value: Any) -> str:
    """What a value is, in a few characters."""
    return _SHORT.repr(value)
