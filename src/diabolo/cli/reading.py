"""Which columns of a file a model takes as numbers, and which are carried along."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from diabolo.data.columns import need
from diabolo.data.csv_format import CsvFormat, ending_of
from diabolo.data.files import CSV_ENDINGS, open_source
from diabolo.data.source import NotNumbers, Part, Source, row_numbers
from diabolo.errors import DataError, ParameterError

if TYPE_CHECKING:
    from diabolo.estimators.base import Autoencoder


@dataclass(frozen=True)
class Said:
    """What the options of a command say of a file's columns, and how a CSV file is written."""

    label: str | None
    identity: Sequence[str]
    drop: Sequence[str]
    csv: CsvFormat
    columns: Sequence[str] = ()

    def open(self, name: str) -> Source:
        """Open a file that these options are about.

        Raises
        ------
        DataError
            If it has no columns of these names.
        """
        source = open_source(name, self.csv)
        if source.columns is None and (self.drop or self.columns):
            raise ParameterError(
                f"{source.path.name}: the columns of an array have no names, so --drop and --columns have no "
                "effect. Leave them out."
            )
        for names in (self.carried(source), self.dropped(source), self.chosen(source)):
            _check_there(source, names)
        return source

    def open_another(self, name: str, features: Sequence[str] | None) -> Source:
        """Open a file of rows like those of the first, with the same columns in any order."""
        is_csv = ending_of(Path(name)) in CSV_ENDINGS
        source = open_source(name, self.csv if is_csv else None)
        if features is not None and source.columns is not None:
            check_has(source, features)
        return source

    def carried(self, source: Source) -> list[str]:
        """Names given as label or id."""
        return [*_names(source, self.identity), *([] if self.label is None else [self.label])]

    def dropped(self, source: Source) -> list[str]:
        """Names to leave out."""
        return _names(source, self.drop)

    def chosen(self, source: Source) -> list[str]:
        """Names to learn from; empty for all others."""
        return _names(source, self.columns)


def csv_format(
    separator: str | None, decimal: str | None, header: bool | None, encoding: str | None
) -> CsvFormat:
    """The options about CSV files as one object."""
    return CsvFormat("\t" if separator in ("tab", "\\t") else separator, decimal, header, encoding)


def columns_to_learn_from(source: Source, said: Said) -> list[str] | None:
    """The columns named, or all but those to carry along or drop; None for an array.

    Raises
    ------
    DataError
        If no column is left, a column is named twice, or one seems to hold the numbers of the rows.
    """
    if source.columns is None:
        return None
    apart = {*said.carried(source), *said.dropped(source)}
    chosen = said.chosen(source)
    both = [name for name in chosen if name in apart]
    if both:
        raise ParameterError(f"Column {both[0]!r} is named to be learned from and not to be. Name it once.")
    features = chosen or [name for name in source.columns if name not in apart]
    if not features:
        raise DataError(f"{source.path.name}: no column is left to learn from. Name fewer to leave out.")
    if not chosen and row_numbers(features):
        name = row_numbers(features)[0]
        raise DataError(
            f"{source.path.name}: column {source.columns.index(name) + 1} has no name and may number the "
            f"rows. Leave it out (--drop '{name}'), carry it along (--id '{name}'), or name it in the file."
        )
    return features


def read_to_learn(source: Source, features: Sequence[str] | None) -> np.ndarray:
    """Rows to fit on.

    Raises
    ------
    DataError
        If a column holds something else than numbers; says what can be done about it.
    """
    try:
        return source.read(features).X
    except NotNumbers as error:
        names = ",".join(error.columns[:3]) + (",..." if len(error.columns) > 3 else "")
        raise DataError(
            f"{error} To leave columns out, say --drop '{names}'; to carry them along, --id '{names}'."
        ) from error


def read_for(
    model: "Autoencoder", source: Source, said: Said, *, carry_all: bool
) -> tuple[Part, list[str] | None]:
    """Rows for a fitted model: its columns by name, in its order, and the columns to carry along.

    Parameters
    ----------
    model : Autoencoder
    source : Source
    said : Said
    carry_all : bool
        Whether, without a label or id, every column is carried that the model was not fitted on.

    Returns
    -------
    part : Part
    features : list of str or None
        The names of the model's columns, where there are names.

    Raises
    ------
    DataError
        If a column is missing, or one to carry along is the model's.
    """
    features = columns_of(model, source, said)
    carried = said.carried(source)
    if features is not None:
        for name in (*carried, *said.dropped(source)):
            if name in features:
                raise DataError(
                    f"{source.path.name}: the model was fitted on column {name!r}, so it can't be set apart. "
                    "To keep the model from learning from it, name it so at 'diabolo fit'."
                )
        apart = {*features, *said.dropped(source)}
        if carry_all and not carried:
            carried = [name for name in source.beside if name not in apart]
    part = source.read(features, carried)
    n_features = math.prod(part.X.shape[1:])
    if n_features != model.n_features_in_:
        raise DataError(
            f"{source.path.name}: the model takes rows of {model.n_features_in_} numbers, and these have "
            f"{n_features}."
        )
    return part, features


def columns_of(model: "Autoencoder", source: Source, said: Said) -> list[str] | None:
    """The columns that a model was fitted on; by their order alone where it or the file knows no names."""
    names = getattr(model, "feature_names_in_", None)
    if source.columns is None or names is None:
        return columns_to_learn_from(source, said)
    check_has(source, names)
    return [str(name) for name in names]


def check_has(source: Source, features: Sequence[str]) -> None:
    """Raise ``DataError`` if a file of columns lacks some."""
    there = {*source.beside}
    missing = [name for name in features if name not in there]
    if missing:
        raise DataError(
            f"{source.path.name}: the columns that the model is fitted on are needed, and these are missing: "
            f"{_listed(missing)}. The file has {_listed(source.beside)}."
        )


def image_shape(said: str | None) -> tuple[int, ...] | None:
    """``28,28`` or ``32,32,3`` as numbers."""
    if said is None:
        return None
    try:
        return tuple(int(each) for each in said.split(","))
    except ValueError:
        raise ParameterError(
            f"--image-shape must be HEIGHT,WIDTH or HEIGHT,WIDTH,CHANNELS, such as 28,28; got {said!r}."
        ) from None


def named(X: np.ndarray | None, names: Sequence[str] | None) -> Any:
    """Rows as a model takes them: a DataFrame over the same memory where columns have names."""
    if X is None or names is None or X.ndim != 2 or len(names) != X.shape[1]:
        return X
    need("pandas")
    import pandas as pd

    return pd.DataFrame(X, columns=list(names), copy=False)


def _names(source: Source, given: Sequence[str]) -> list[str]:
    """Names from options that may be repeated and may list several between commas."""
    return [name for text in given for name in ([text] if text in source.beside else text.split(","))]


def _check_there(source: Source, names: Sequence[str]) -> None:
    there = source.beside
    for name in names:
        if name not in there:
            kind = "other array" if source.columns is None else "column"
            has = f"It has {_listed(there)}." if there else "It has none."
            raise DataError(f"There is no {kind} {name!r} in {source.path.name}. {has}")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(str(name)) for name in names[:8])
    return shown if len(names) <= 8 else f"{shown}, ... ({len(names)} in all)"
