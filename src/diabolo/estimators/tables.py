"""Tables of mixed columns, for estimators whose encoder reads them."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from diabolo.corruption import Corruption
from diabolo.data.layout import Layout
from diabolo.data.pieces import Matrix
from diabolo.data.rows import check_rows, validated
from diabolo.data.table import Table
from diabolo.data.unusable import check_container, is_frame
from diabolo.errors import ParameterError
from diabolo.networks.base import Specification

if TYPE_CHECKING:
    from diabolo.estimators.fitted import Fitted
    from diabolo.estimators.network import Network


class Read(NamedTuple):
    """Rows as the engine takes them, in X's units."""

    rows: Matrix  # (n_samples, n_features)
    row_shape: tuple[int, ...]
    table: Table | None = None  # of a DataFrame of mixed columns


def reads_tables(estimator: "Network") -> bool:
    """Whether the encoder reads tables of mixed columns."""
    return _reads(estimator.encoder)


def _reads(encoder: Any) -> bool:
    return isinstance(encoder, Specification) and encoder.reads_tables


def read_rows(estimator: "Network", X: Any, fitted: "Fitted | None") -> Read:
    """Check rows and flatten them; of a DataFrame, where the encoder reads tables, each column by its kind.

    Parameters
    ----------
    estimator : Network
    X : array-like
    fitted : Fitted or None
        What these rows must be like; ``None`` where they define the columns.

    Raises
    ------
    DataError
        If they can't be used.
    """
    check_container(X)
    encoder = estimator.encoder if fitted is None else fitted.architecture.encoder
    if not (_reads(encoder) and is_a_table(X, fitted)):
        return Read(*check_rows(estimator, X, reset=fitted is None))
    table = Table.learned(X) if fitted is None else fitted.table
    assert table is not None
    rows = table.numbers(X, encoder.unseen)  # type: ignore[union-attr]
    validated(estimator, X, reset=fitted is None)
    return Read(rows, (rows.shape[1],), table)


def is_a_table(X: Any, fitted: "Fitted | None") -> bool:
    """Whether rows are those of a table of mixed columns."""
    return is_frame(X) if fitted is None else fitted.table is not None


def layout_of(estimator: "Network", read: Read) -> Layout | None:
    """The kinds of the columns, where the encoder reads tables."""
    if not reads_tables(estimator):
        return None
    return Layout.of_numbers(read.rows.shape[1]) if read.table is None else read.table.layout


def check_noise(corruption: Corruption, layout: Layout) -> None:
    """Raise ``ParameterError`` for noise that makes nonsense of truth values or categories."""
    if not corruption.suits_categories and len(layout.numbers) < len(layout.kinds):
        raise ParameterError(
            f"A table with truth values or categories takes SwapNoise, Masking with value=0, or a Mixture of "
            f"these; got {corruption!r}, which would put numbers there that stand for none."
        )


def column_errors(numbers: np.ndarray, reconstructed: np.ndarray, layout: Layout) -> np.ndarray:
    """Each column's own error, NaN in gaps: (n_rows, n_columns)

    Of numbers squared, in the squared units of X; of the others 0 where the value is right and 1 where not.
    """
    errors = np.square(numbers - reconstructed)
    apart = [*layout.booleans, *layout.categories]
    errors[:, apart] = np.where(np.isnan(errors[:, apart]), np.nan, errors[:, apart] > 0)
    return errors
