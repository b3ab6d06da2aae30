"""Nested values as JSON and arrays: plain ones stay where they are, numbers move into arrays, to the bit."""

from typing import Any

import keras
import numpy as np

from diabolo.errors import ModelFileError
from diabolo.storage.archive import Arrays


def packed(value: Any, name: str, arrays: Arrays) -> Any:
    """Plain values for a value; what is no plain value goes into ``arrays``, under names that begin so.

    Parameters
    ----------
    value : None, bool, int, str, float, array, tensor, or lists and dicts of these
    name : str
    arrays : dict of str to ndarray
        Added to.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, dict):
        return {"dict": {key: packed(item, f"{name}/{key}", arrays) for key, item in value.items()}}
    if isinstance(value, list | tuple):
        return {"list": [packed(item, f"{name}/{i}", arrays) for i, item in enumerate(value)]}
    if isinstance(value, float):
        arrays[name] = np.array(value)
        return {"float": name}
    array = np.asarray(value if isinstance(value, np.generic) else keras.ops.convert_to_numpy(value))
    if array.dtype.kind not in "iuf":
        raise ModelFileError(
            f"{name} must be made of plain values and arrays of numbers; got {type(value).__name__}."
        )
    arrays[name] = array
    return {"array": name}


def unpacked(plain: Any, arrays: Arrays) -> Any:
    """The value that ``packed`` took apart; tuples come back as lists, tensors as arrays."""
    if not isinstance(plain, dict):
        return plain
    ((kind, content),) = plain.items()
    if kind == "dict":
        return {key: unpacked(item, arrays) for key, item in content.items()}
    if kind == "list":
        return [unpacked(item, arrays) for item in content]
    return float(arrays[content]) if kind == "float" else arrays[content]
