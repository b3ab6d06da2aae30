"""What a model gives back of a row, and how its numbers are called."""

from typing import Any, NamedTuple

from diabolo.data.scaling import Scaling
from diabolo.errors import ExportError


class Output(NamedTuple):
    """What the decoder gives of rows of numbers."""

    name: str
    shape: tuple[int, ...]  # of a row
    scaling: Scaling  # undone to come to the units of X


class DecodedColumn(NamedTuple):
    """A number that the decoder of a table of mixed columns gives.

    Parameters
    ----------
    column : object
        Name of the column in the DataFrame.
    level : object
        The category whose probability it is; ``None`` for numbers, and for the probability of True.
    """

    column: Any
    level: Any = None


def given_back(estimator: Any) -> Output:
    """The reconstruction, of the shape of the rows that ``fit`` saw; of a classifier the probabilities."""
    fitted = estimator._fitted
    if fitted.classes is not None:
        return Output("probabilities", fitted.classes.shape, Scaling(len(fitted.classes)))
    shape = estimator._shape_given_back
    return Output("reconstruction", shape, fitted.scaling.last(fitted.architecture.n_outputs))


def decoded_columns(estimator: Any) -> list[DecodedColumn]:
    """What the numbers are that the exported decoder of a table of mixed columns gives, in their order."""
    table = estimator._fitted.table
    layout, columns = table.layout, table.columns
    plain = [DecodedColumn(columns[place].name) for place in (*layout.numbers, *layout.booleans)]
    categories = [columns[place] for place in layout.categories]
    return [*plain, *(DecodedColumn(column.name, level) for column in categories for level in column.levels)]


def check_rows_are_numbers(estimator: Any) -> None:
    """Raise ``ExportError`` where rows are those of a DataFrame of mixed columns."""
    if estimator._fitted.table is not None:
        raise ExportError(
            "The rows of an ONNX model must be numbers, and this one was fitted on a DataFrame of mixed "
            "columns. Export its decoder alone, by diabolo.export.decoder_bytes(model), or fit on an array."
        )
