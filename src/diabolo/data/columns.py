"""Columns, as pyarrow reads them, as numbers."""

from pathlib import Path
from typing import Any

import numpy as np

from diabolo.errors import DataError, MissingDependencyError


def need(*modules: str) -> None:
    """Raise ``MissingDependencyError`` unless these parts of pyarrow or pandas can be imported."""
    import importlib

    try:
        for module in modules:
            importlib.import_module(module)
    except ImportError as error:
        raise MissingDependencyError(
            f"CSV and Parquet files need {modules[0].partition('.')[0]}, which is not installed ({error}). "
            "Install it: pip install 'diabolo[tables]'"
        ) from error


def as_numbers(column: Any, dtype: Any) -> np.ndarray:
    """A column of pyarrow's as numbers, (n_rows,), NaN where there is no value."""
    import pyarrow as pa

    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    # Not "safe": whole numbers beyond 2**53 are rounded, as everywhere in NumPy.
    numbers = column.cast(pa.from_numpy_dtype(dtype), safe=False)
    return numbers.to_numpy(zero_copy_only=False)


def check_any_rows(path: Path, n_rows: int) -> None:
    """Raise ``DataError`` if there are none."""
    if not n_rows:
        raise DataError(f"{path.name}: there must be at least one row below the names of the columns.")
