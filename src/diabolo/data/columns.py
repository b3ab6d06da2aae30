"""From pieces of a table, as pyarrow reads them, to one matrix and the columns beside it."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from diabolo.data.source import Part
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


def gathered(
    batches: Iterable[Any],
    numbers: Sequence[str],
    carried: Sequence[str],
    dtype: Any,
    n_rows: int | None = None,
) -> Part:
    """One part from record batches, each let go once its numbers are taken.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
    numbers, carried : sequence of str
    dtype : numpy dtype of the numbers
    n_rows : int, optional
        Where it is known the numbers are held once; else twice while their pieces are put together.

    Raises
    ------
    DataError
        If there are no rows.
    """
    import pyarrow as pa

    whole = None if n_rows is None else np.empty((n_rows, len(numbers)), dtype)
    blocks: list[np.ndarray] = []
    beside: list[Any] = []
    done = 0
    for batch in batches:
        end = done + batch.num_rows
        block = np.empty((batch.num_rows, len(numbers)), dtype) if whole is None else whole[done:end]
        _fill(block, [batch.column(name) for name in numbers])
        blocks.append(block)
        beside.append(batch.select(list(carried)))
        done = end
    if not done:
        raise DataError("There must be at least one row, but there is none below the names of the columns.")
    table = pa.Table.from_batches(beside)
    X = np.concatenate(blocks) if whole is None else whole
    return Part(X, {name: table.column(name) for name in carried})


def _fill(block: np.ndarray, columns: Sequence[Any]) -> None:
    """Write columns into (n_rows, n_columns), NaN where there is no value."""
    import pyarrow as pa

    for place, column in enumerate(columns):
        number = pa.float32() if block.dtype == np.float32 else pa.float64()
        whole = column.cast(pa.uint8()) if pa.types.is_boolean(column.type) else column
        # Not "safe": whole numbers beyond 2**53 are rounded, as everywhere in NumPy.
        block[:, place] = whole.cast(number, safe=False).to_numpy(zero_copy_only=False)
