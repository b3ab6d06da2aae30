"""The columns of a table as plain values."""

import re
from typing import Any

from diabolo.data.table import Table
from diabolo.data.table_columns import KINDS, Category, Column, pandas
from diabolo.errors import ModelFileError
from diabolo.storage.fields import field, short

_NAMES = (str, int)
_LEVELS = (str, int, float, bool)
# The dtypes that pandas is asked for by a string. Of zones that begin with "dateutil" it opens any file.
_DTYPES = re.compile(
    r"bool|boolean|object|str|string|(float|Float)(32|64)|float16|(int|uint|Int|UInt)(8|16|32|64)"
    r"|datetime64\[(s|ms|us|ns)(, (UTC[+-]\d\d:\d\d|(?!dateutil)\w+([/+-]\w+)*))?\]"
)


def describe_table(table: Table | None) -> list[dict[str, Any]] | None:
    """The columns as plain values, one object each.

    Raises
    ------
    ModelFileError
        If names, dtypes or categories are of a kind that no model file holds.
    """
    return None if table is None else [_described(column) for column in table.columns]


def _described(column: Column) -> dict[str, Any]:
    if type(column.name) not in _NAMES:
        raise ModelFileError(
            f"a model file holds names of columns that are strings or whole numbers; got "
            f"{short(column.name)}. Rename them, or use pickle."
        )
    found = {"kind": type(column).__name__.lower(), "name": column.name}
    if not isinstance(column, Category):
        return found | {"dtype": _dtype_name(column, column.dtype)}
    found["levels"] = _plain_levels(column, column.levels)
    if not isinstance(column.dtype, pandas().CategoricalDtype):
        return found | {"dtype": _dtype_name(column, column.dtype)}
    categories = column.dtype.categories
    return found | {
        "dtype": "category",
        "categories": _plain_levels(column, categories),
        "of": _dtype_name(column, categories.dtype),
    }


def _dtype_name(column: Column, dtype: Any) -> str:
    name = str(dtype)
    if not _DTYPES.fullmatch(name):
        raise ModelFileError(
            f"column {column.name!r} has dtype {name}, which no model file holds. Use pickle."
        )
    return name


def _plain_levels(column: Column, levels: Any) -> list:
    plain = [level.item() if hasattr(level, "item") else level for level in levels]
    if not all(type(level) in _LEVELS for level in plain):
        raise ModelFileError(
            f"a model file holds categories that are strings, numbers or truth values; those of column "
            f"{column.name!r} are {short(plain)}. Turn them into strings, or use pickle."
        )
    return plain


def restore_table(described: Any) -> Table | None:
    """The table that ``describe_table`` described.

    Raises
    ------
    ModelFileError
        If it is none.
    """
    if described is None:
        return None
    if not isinstance(described, list) or not described:
        raise ModelFileError(f"a table must have columns; got {short(described)}.")
    table = Table(tuple(map(_column, described)))
    if len(set(table.names)) < len(table.names):
        raise ModelFileError("a table's columns must have names of their own.")
    return table


def _column(described: Any) -> Column:
    kind = KINDS.get(field(described, "kind", str))
    if kind is None:
        raise ModelFileError(f"unknown kind of column: {short(described['kind'])}.")
    name = described.get("name")
    if type(name) not in _NAMES:
        raise ModelFileError(f"a column's name must be a string or a whole number; got {short(name)}.")
    if not issubclass(kind, Category):  # type: ignore[arg-type]
        return kind(name, _dtype(field(described, "dtype", str)))
    levels = _levels(described, "levels")
    if field(described, "dtype", str) != "category":
        return kind(name, _dtype(described["dtype"]), levels)
    pd = pandas()
    categories = pd.Index(_levels(described, "categories"), dtype=_dtype(field(described, "of", str)))
    if not set(levels) <= set(categories):
        raise ModelFileError("a column's levels must be among its categories.")
    dtype = pd.CategoricalDtype(categories, ordered=kind is KINDS["ordinal"])
    return kind(name, dtype, levels)


def _levels(described: Any, key: str) -> tuple:
    levels = field(described, key, list)
    if not levels or any(type(level) not in _LEVELS for level in levels) or len(set(levels)) < len(levels):
        raise ModelFileError(
            f"{key!r} must be different strings, numbers or truth values; got {short(levels)}."
        )
    return tuple(levels)


def _dtype(name: str) -> Any:
    if not _DTYPES.fullmatch(name):
        raise ModelFileError(f"a column can't be of dtype {short(name)}.")
    try:
        return pandas().api.types.pandas_dtype(name)
    except (TypeError, ValueError, KeyError) as error:  # a zone that this machine does not know
        raise ModelFileError(f"a column can't be of dtype {short(name)} here ({error}).") from error
