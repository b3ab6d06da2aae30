"""What commands say of their work, on standard error."""

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import typer

from diabolo.data.csv_file import CsvSource
from diabolo.data.source import Source


def say(line: str) -> None:
    """A line on standard error."""
    typer.echo(line, err=True)


@contextlib.contextmanager
def told_by_the_library() -> Iterator[None]:
    """What diabolo logs meanwhile is said too."""
    logger, handler = logging.getLogger("diabolo"), logging.Handler(logging.INFO)
    handler.emit = lambda record: say(record.getMessage())  # type: ignore[method-assign]
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def counted(number: int, what: str) -> str:
    """``1 row``, ``1,234 rows``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """The first few names, and how many there are."""
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown}, ... ({len(names)} in all)"


def rows_in_words(X: np.ndarray, source: Source, columns: Sequence[str] | None) -> str:
    """How many rows of what, and how a CSV file was read."""
    each = f"{counted(X.shape[1], 'column')} to learn from"
    if X.ndim > 2:
        each = f"images of {'x'.join(map(str, X.shape[1:]))}"
    elif columns is not None:
        each += f" ({listed(columns)})"
    found = ""
    if isinstance(source, CsvSource):
        separator = "tab" if source.dialect.separator == "\t" else f"'{source.dialect.separator}'"
        found = f"; separator {separator}, decimal sign '{source.dialect.decimal}'"
    return f"{counted(len(X), 'row')}, {each}{found}"


def errors_in_words(errors: Mapping[str, Any], n_components: int) -> str:
    """A model's error beside PCA's."""
    rows = "the validation rows" if errors["rows_of"] == "validation" else "these rows"
    words = f"mean squared error of {rows} {errors['model']:.4g}"
    if errors["pca"] is None:
        return words
    return f"{words}; of PCA with {counted(n_components, 'component')} {errors['pca']:.4g}"
