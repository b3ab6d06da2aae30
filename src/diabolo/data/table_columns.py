"""Kinds of a table's columns: each goes to numbers and comes back as it was.

Of a number there is the number itself, of a truth value -1 or 1, of a category its level from 1 on, and NaN
where nothing was observed.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from diabolo.data.layout import BOOLEAN, NUMBER
from diabolo.errors import DataError, MissingDependencyError

Series = Any  # of pandas
Dtype = Any

MOST_LEVELS = 1000


def pandas() -> Any:
    """The module, where it is installed.

    Raises
    ------
    MissingDependencyError
        If it is not.
    """
    try:
        import pandas
    except ImportError as error:
        raise MissingDependencyError(
            f"Tables of mixed columns need pandas, which is not installed ({error}). Install it: "
            "pip install 'diabolo[tables]'"
        ) from error
    return pandas


@dataclass(frozen=True)
class Column(ABC):
    """What ``fit`` learned of a column.

    Parameters
    ----------
    name : str, int or another label
    dtype : NumPy or pandas dtype
        That it had, and has when it comes back.
    """

    name: Any
    dtype: Dtype
    what: ClassVar[str]  # in words

    @property
    def kind(self) -> int:
        """As ``Layout`` has it."""
        return NUMBER

    def numbers(self, series: Series, unseen: str) -> np.ndarray:
        """The column as numbers: (n_rows,) float64, NaN in gaps

        Raises
        ------
        DataError
            If it is of another kind than at ``fit``, or holds a value that can't be.
        """
        if series.isna().all():  # a column of gaps has any dtype
            return np.full(len(series), np.nan)
        if not self.takes(series):
            seen = series.notna()
            raise DataError(
                f"Column {self.name!r} must hold {self.what}, as at fit, where its dtype was {self.dtype}; "
                f"its dtype is {series.dtype} now, and row {first(seen)} is {value_at(series, seen)}. "
                f"Convert it, for instance X[{self.name!r}].astype({str(self.dtype)!r})."
            )
        return self._numbers(series, unseen)

    @abstractmethod
    def takes(self, series: Series) -> bool:
        """Whether a column with some value is of this kind."""

    @abstractmethod
    def _numbers(self, series: Series, unseen: str) -> np.ndarray:
        """Of a column of this kind."""

    @abstractmethod
    def series(self, numbers: np.ndarray, index: Any) -> Series:
        """The column of these numbers, without gaps, in its dtype."""


@dataclass(frozen=True)
class Number(Column):
    """Floats."""

    what: ClassVar[str] = "numbers"

    def takes(self, series: Series) -> bool:
        types = pandas().api.types
        return types.is_numeric_dtype(series) and not (
            types.is_bool_dtype(series) or types.is_complex_dtype(series)
        )

    def _numbers(self, series: Series, unseen: str) -> np.ndarray:
        return series.to_numpy(np.float64, na_value=np.nan)

    def series(self, numbers: np.ndarray, index: Any) -> Series:
        return pandas().Series(numbers, index=index).astype(self.dtype)


@dataclass(frozen=True)
class Integer(Number):
    """Whole numbers; floats may stand for them, as they do in pandas where there are gaps."""

    what: ClassVar[str] = "whole numbers"

    def _numbers(self, series: Series, unseen: str) -> np.ndarray:
        numbers = super()._numbers(series, unseen)
        broken = np.isfinite(numbers) & (numbers != np.rint(numbers))
        if broken.any():
            raise DataError(
                f"Column {self.name!r} must hold whole numbers, as at fit, where its dtype was {self.dtype}; "
                f"row {first(broken)} is {value_at(series, broken)}. Round it, or fit with floats."
            )
        return numbers

    def series(self, numbers: np.ndarray, index: Any) -> Series:
        whole = np.rint(numbers).astype(np.int64)
        return pandas().Series(whole, index=index).astype(self.dtype)


@dataclass(frozen=True)
class Boolean(Column):
    """True and False."""

    what: ClassVar[str] = "True and False"

    @property
    def kind(self) -> int:
        return BOOLEAN

    def takes(self, series: Series) -> bool:
        types = pandas().api.types
        return types.is_bool_dtype(series) or types.infer_dtype(series, skipna=True) == "boolean"

    def _numbers(self, series: Series, unseen: str) -> np.ndarray:
        numbers = np.full(len(series), np.nan)
        seen = series.notna().to_numpy()
        numbers[seen] = np.where(series[seen].to_numpy(bool), 1, -1)
        return numbers

    def series(self, numbers: np.ndarray, index: Any) -> Series:
        return pandas().Series(numbers > 0, index=index).astype(self.dtype)


@dataclass(frozen=True)
class Category(Column):
    """One of several values, in no order.

    Parameters
    ----------
    levels : tuple
        The values that ``fit`` saw.
    """

    levels: tuple[Any, ...] = ()
    what: ClassVar[str] = "categories"

    @property
    def kind(self) -> int:
        return len(self.levels)

    def takes(self, series: Series) -> bool:
        return is_categorical(series) or is_text(series)

    def _numbers(self, series: Series, unseen: str) -> np.ndarray:
        levels = pandas().Index(self.levels, dtype=object)
        codes = levels.get_indexer(series.astype(object))
        strange = (codes < 0) & series.notna().to_numpy()
        self._check_type(series, strange)
        if unseen == "error" and strange.any():
            raise DataError(
                f"Column {self.name!r} must hold categories that fit saw, {listed(self.levels)}; row "
                f"{first(strange)} is {value_at(series, strange)} ({strange.sum()} such rows). Correct them "
                "or leave them out, or take them for gaps by Tabular(unseen='gap')."
            )
        return np.where(codes < 0, np.nan, codes + 1.0)

    def _check_type(self, series: Series, strange: np.ndarray) -> None:
        """Raise where a value is of a type of which no level is: it was read in another way than at fit."""
        known = {type(level) for level in self.levels}
        odd = np.array([bool(s) and type(v) not in known for s, v in zip(strange, series, strict=True)], bool)
        if odd.any():
            names = ", ".join(sorted(each.__name__ for each in known))
            raise DataError(
                f"Column {self.name!r} must hold categories of the type that they had at fit, {names}; row "
                f"{first(odd)} is {value_at(series, odd)}. Convert it, for instance "
                f"X[{self.name!r}].astype({names})."
            )

    def series(self, numbers: np.ndarray, index: Any) -> Series:
        values = np.empty(len(self.levels), object)
        values[:] = self.levels
        return pandas().Series(values[np.rint(numbers).astype(int) - 1], index=index, dtype=self.dtype)


@dataclass(frozen=True)
class Ordinal(Category):
    """One of several values in an order: a number, the place in it.

    Its levels are all categories of its dtype.
    """

    what: ClassVar[str] = "ordered categories"

    @property
    def kind(self) -> int:
        return NUMBER


@dataclass(frozen=True)
class Date(Column):
    """A moment, in days since 1970, of its zone if it has one."""

    what: ClassVar[str] = "dates"

    def takes(self, series: Series) -> bool:
        return pandas().api.types.is_datetime64_any_dtype(series) and _zoned(series.dtype) == _zoned(
            self.dtype
        )

    def _numbers(self, series: Series, unseen: str) -> np.ndarray:
        pd = pandas()
        return ((series - self._epoch) / pd.Timedelta(days=1)).to_numpy(np.float64, na_value=np.nan)

    def series(self, numbers: np.ndarray, index: Any) -> Series:
        pd = pandas()
        unit = getattr(self.dtype, "unit", None) or np.datetime_data(self.dtype)[0]
        moments = self._epoch + pd.to_timedelta(numbers, unit="D").round(unit)
        return pd.Series(moments, index=index).astype(self.dtype)

    @property
    def _epoch(self) -> Any:
        return pandas().Timestamp(0, tz="UTC" if _zoned(self.dtype) else None)


def learned(name: Any, series: Series) -> Column:
    """The kind of a column, by its dtype and its values.

    Raises
    ------
    DataError
        If it is of none, holds values of several types, or has too many categories.
    """
    types = pandas().api.types
    if is_categorical(series):
        return _category(name, series)
    for kind in (Boolean, Number, Date):
        column = kind(name, series.dtype)
        if column.takes(series):
            return Integer(name, series.dtype) if types.is_integer_dtype(series) else column
    if is_text(series):
        return _category(name, series)
    raise DataError(f"Column {name!r} must hold {_KINDS}; {_what_is_wrong(series)}")


_KINDS = "numbers, True and False, text, categories or dates, and no two of these"
_ADVICE = {
    "integer": "Make numbers of it: X[name].astype('Int64')",
    "floating": "Make numbers of it: X[name].astype(float)",
    "mixed-integer-float": "Make numbers of it: X[name].astype(float)",
    "decimal": "Make numbers of it: X[name].astype(float)",
    "date": "Make dates of it: pandas.to_datetime(X[name])",
    "datetime": "Make dates of it: pandas.to_datetime(X[name])",
    "period": "Make dates of it: X[name].dt.to_timestamp()",
    "timedelta64": "Make numbers of it: X[name].dt.total_seconds()",
    "timedelta": "Make numbers of it: pandas.to_timedelta(X[name]).dt.total_seconds()",
    "empty": "Leave the column out",
}


def _what_is_wrong(series: Series) -> str:
    """What came, where, and what to do."""
    seen = series.notna()
    inferred = pandas().api.types.infer_dtype(series, skipna=True)
    advice = _ADVICE.get(inferred)
    if not seen.any():
        return f"it has no value at all. {_ADVICE['empty']}."
    came = f"row {first(seen)} is {value_at(series, seen)}"
    if advice is not None:
        return f"its dtype is {series.dtype}, and {came}. {advice.replace('name', repr(series.name))}."
    common = type(series[seen].iloc[0])
    other = np.array([bool(s) and type(v) is not common for s, v in zip(seen, series, strict=True)], bool)
    if other.any():
        came = f"{came} and row {first(other)} is {value_at(series, other)}"
    return f"{came}. Make them all text, X[{series.name!r}].astype(str), or leave the column out."


def _category(name: Any, series: Series) -> Category:
    if is_categorical(series) and series.cat.ordered:
        return Ordinal(name, series.dtype, tuple(series.cat.categories))
    values = series.dropna().unique()
    levels = tuple(values if is_categorical(series) else sorted(values))
    if is_categorical(series):
        seen = set(levels)
        levels = tuple(level for level in series.cat.categories if level in seen)
        _check_one_type(name, series, levels)
    if len(levels) > MOST_LEVELS:
        raise DataError(
            f"Column {name!r} must have at most {MOST_LEVELS} categories; it has {len(levels)}, as names and "
            "ids have. Leave it out, or group its values."
        )
    return Category(name, series.dtype, levels)


def _check_one_type(name: Any, series: Series, levels: tuple) -> None:
    odd = next((level for level in levels if type(level) is not type(levels[0])), None)
    if odd is not None:
        places = [first(series == level) for level in (levels[0], odd)]
        raise DataError(
            f"Column {name!r} must have categories of one type; row {places[0]} is {levels[0]!r} and row "
            f"{places[1]} is {odd!r}. Make them all text: X[{name!r}].astype(str).astype('category')."
        )


def is_categorical(series: Series) -> bool:
    """Whether its dtype is pandas' own for categories."""
    return isinstance(series.dtype, pandas().CategoricalDtype)


def is_text(series: Series) -> bool:
    """Whether all its values are text."""
    types = pandas().api.types
    return not is_categorical(series) and types.infer_dtype(series, skipna=True) == "string"


def first(which: Any) -> int:
    """The number of the first row of which this is true."""
    return int(np.argmax(np.asarray(which, dtype=bool)))


def value_at(series: Series, which: Any) -> str:
    """What the first row of which this is true holds."""
    value = series.iloc[first(which)]
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def listed(values: tuple) -> str:
    """The first few, in words."""
    shown = ", ".join(map(repr, values[:8]))
    return shown if len(values) <= 8 else f"{shown}, ... ({len(values)} in all)"


def _zoned(dtype: Dtype) -> bool:
    return getattr(dtype, "tz", None) is not None


KINDS: dict[str, Callable[..., Column]] = {
    cls.__name__.lower(): cls for cls in (Number, Integer, Boolean, Category, Ordinal, Date)
}
