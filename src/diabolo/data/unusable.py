"""What can't be rows: refused by name, before anything is converted."""

import datetime
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from diabolo.errors import DataError, DataTypeError

_ADVICE = {
    "M": "Make them numbers first, for instance the days since the first of them",
    "m": "Make them numbers first, for instance their total seconds",
    "c": "Pass the real and the imaginary part as columns of their own",
    "O": "Encode text (for instance with scikit-learn's OneHotEncoder), make numbers of what spells or holds "
    "them (astype(float)), or leave the column out",
}
_NAMES = {"M": "dates", "m": "spans of time", "c": "complex numbers"}
_OBJECTS = {"M": datetime.date, "m": datetime.timedelta, "c": complex}  # a column of objects may hold these
_NUMBERS = "buif"


def check_container(X: Any) -> None:
    """Raise ``DataTypeError`` for what is no array, sparse array, list of rows or DataFrame at all."""
    if hasattr(X, "toarray"):
        return
    advice = None
    if isinstance(X, str | bytes | os.PathLike):
        advice = (
            f"Read {os.fspath(X)!r} first, for instance with numpy.load or pandas.read_csv, or leave that to "
            "the command line: diabolo --help"
        )
    elif isinstance(X, Mapping):
        advice = "Make a DataFrame of it: pandas.DataFrame(X)"
    elif isinstance(X, Iterator | set | frozenset):
        advice = "Make a list of it, whose order is known: list(X)"
    elif hasattr(X, "to_frame"):
        advice = "Make a table of one column of it: X.to_frame()"
    elif hasattr(X, "collect") and not hasattr(X, "shape"):
        advice = "Compute it first: X.collect()"
    elif isinstance(X, np.matrix):
        advice = "Make an array of it: numpy.asarray(X)"
    elif not isinstance(X, Iterable) and not hasattr(X, "__array__"):
        advice = "Pass an array of shape (n_samples, n_features)"
    if advice is not None:
        raise DataTypeError(
            f"X must be rows, as an array, a list of rows or a DataFrame; got {_article(type(X).__name__)}. "
            f"{advice}."
        )


def is_frame(X: Any) -> bool:
    """Whether X has columns with names and dtypes, as frames of pandas and polars have."""
    return hasattr(X, "columns") and hasattr(X, "dtypes")


def check_numbers(X: Any) -> None:
    """Raise ``DataError`` for columns without numbers, and for names that don't tell columns apart.

    Parameters
    ----------
    X : array, sparse array or DataFrame
        Columns of numbers are not looked into, nor are sparse arrays.
    """
    if is_frame(X):
        check_names(list(X.columns))
        for name, dtype in zip(X.columns, X.dtypes, strict=True):
            if not is_of_numbers(dtype):
                _check_column(np.asarray(X[name]), f"column {name!r}")
        return
    if np.ma.is_masked(X):
        raise DataError(
            "X must not be masked; got a masked array. Fill it: X.astype(float).filled(numpy.nan)."
        )
    if not isinstance(X, np.ndarray) or X.dtype.kind in _NUMBERS:
        return
    if X.dtype.names:
        raise DataError(
            f"X must be an array of numbers; got one of records with the fields {', '.join(X.dtype.names)}. "
            "Pass numpy.lib.recfunctions.structured_to_unstructured(X)."
        )
    for where, column in _columns(X):
        _check_column(column, where)


def check_names(names: list) -> None:
    """Raise ``DataError`` for names of columns that don't tell them apart, or where there are none."""
    if not names:
        raise DataError("X must have at least one column; got a frame without any. Pass another selection.")
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise DataError(
            f"Names of columns must be unique; got {', '.join(map(repr, repeated))} more than once. Rename "
            "them or leave some out."
        )
    kinds = {type(name).__name__ for name in names}
    if len(kinds) > 1 and "str" in kinds:
        raise DataTypeError(
            f"Names of columns must be of one kind; got {', '.join(sorted(kinds))}. "
            "Make them all text: X.columns = X.columns.astype(str)."
        )


def is_of_numbers(dtype: Any) -> bool:
    """Whether a column's dtype, of NumPy, pandas or polars, is one of numbers or truth values."""
    kind = getattr(dtype, "kind", None)
    if kind is not None:
        return kind in _NUMBERS
    return dtype.is_numeric() or str(dtype) == "Boolean"


def _columns(X: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Columns of an array with their names in words; shaped rows are taken as flat."""
    if X.ndim > 1 and X.size:
        for number, column in enumerate(X.reshape(len(X), -1).T):
            yield f"column {number}", column


def _check_column(column: np.ndarray, where: str) -> None:
    """Raise if a column of no numeric dtype holds anything but numbers and gaps."""
    kind = column.dtype.kind
    if kind in _NUMBERS or not len(column):  # categories that are numbers; no rows at all
        return
    if kind in _NAMES:
        _refuse_kind(kind, where, column[0])
    for row, value in enumerate(column.tolist()):
        if value is not None:
            _check_value(value, row, where)


def _refuse_kind(kind: str, where: str, value: Any) -> None:
    # scikit-learn examines for these first words.
    start = "Complex data not supported: " if kind == "c" else ""
    raise DataError(
        f"{start}X must hold real numbers only, but {where} holds {_NAMES[kind]}, such as {value!s}. "
        f"{_ADVICE[kind]}."
    )


def _check_value(value: Any, row: int, where: str) -> None:
    """Raise if one value of a column of objects is no number; text is none, whatever it spells."""
    for kind, types in _OBJECTS.items():
        if isinstance(value, types):
            _refuse_kind(kind, where, value)
    says = f"X must hold numbers only, but row {row}, {where} is {_shown(value)}"
    if isinstance(value, str | bytes):
        raise DataError(f"{says}. {_ADVICE['O']}.")
    try:
        float(value)
    except (TypeError, ValueError) as error:
        raise DataTypeError(f"{says} ({error}). {_ADVICE['O']}.") from error


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _article(name: str) -> str:
    return name if name == "NoneType" else f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
