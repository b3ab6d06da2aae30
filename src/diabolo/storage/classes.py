"""Labels of a classifier as plain values: their dtype, and what they are."""

from typing import Any

import numpy as np

from diabolo.errors import ModelFileError
from diabolo.storage.fields import field, list_of, short

_WHOLE = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
_KINDS: dict[str, type] = {
    **dict.fromkeys(_WHOLE, int),
    **dict.fromkeys(("float16", "float32", "float64"), float),
    "bool": bool,
    "str": str,
    "object": str,  # what a column of words is in a frame
}


def describe_classes(classes: np.ndarray) -> dict[str, Any]:
    """Labels (n_classes,) as plain values.

    Raises
    ------
    ModelFileError
        If they are neither numbers, words nor booleans.
    """
    dtype = "str" if classes.dtype.kind == "U" else classes.dtype.name
    values = classes.tolist()
    if dtype not in _KINDS or not all(type(value) is _KINDS[dtype] for value in values):
        raise ModelFileError(
            f"a model file holds labels that are numbers, strings or booleans; got {short(classes)}. Use "
            "pickle for this estimator, or turn its labels into strings."
        )
    return {"dtype": dtype, "values": values}


def restore_classes(described: Any) -> np.ndarray:
    """The labels that ``describe_classes`` described.

    Raises
    ------
    ModelFileError
        If they are no labels, or not sorted.
    """
    dtype = field(described, "dtype", str)
    if dtype not in _KINDS:
        raise ModelFileError(f"labels can't be of dtype {short(dtype)}; known are {', '.join(_KINDS)}.")
    values = list_of(described, "values", _KINDS[dtype])
    if len(values) < 2 or values != sorted(set(values)):
        raise ModelFileError(f"labels must be two or more, sorted, none twice; got {short(values)}.")
    return np.array(values, dtype=dtype)
