"""Networks for tables of mixed columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from diabolo.data.layout import Layout
from diabolo.errors import ParameterError
from diabolo.networks.base import Shape, Specification, Step
from diabolo.networks.checks import check_choice
from diabolo.networks.dense import Dense
from diabolo.networks.table_reader import TableReader


@dataclass(frozen=True, repr=False)
class Tabular(Specification):
    """Specification of a network for tables of mixed columns, for ``encoder=``.

    ``fit`` takes a pandas DataFrame, and each column by its dtype:

    ===============================  ==================================================================
    float                            a number
    int                              a number, given back rounded
    bool, objects that are bool      -1 or 1
    text, unordered categories       a learned vector of min(50, ceil(k / 2)) numbers for each of k levels
    ordered categories               the place in their order, given back rounded
    dates, with or without a zone    days since 1970, a number
    ===============================  ==================================================================

    Numbers are scaled by median and quartiles, and grow by their logarithm alone beyond 4 such units. NaN,
    None, NaT and ``pandas.NA`` are gaps. ``reconstruct``, ``inverse_transform`` and ``sample`` give back a
    DataFrame of the same columns, dtypes and categories, its numbers within the range of ``fit``: so
    ``X.fillna(model.reconstruct(X))`` fills gaps. Of an array, all columns are numbers, and arrays come back.

    ``likelihood`` says how numbers are compared; truth values have Bernoulli's and categories the categorical
    one. With "mse" the loss, and the column ``unexplained`` of every history, is the mean over the observed
    columns of (x - x_hat)^2 / variance, or -log p / entropy: 0 is perfect, and 1 is what a column's mean or
    frequencies reach, so all columns count alike. ``score`` is minus that, and ``mse`` is not logged, since
    columns have no common unit. With "gaussian" (a learned scale for each column), "laplace" or
    "gaussian_fixed" it is -log p(x | z) in nats: a density of the numbers, in the units of X, and a
    probability of the others.

    ``reconstruction_error`` gives that column of a row, with ``per_feature`` a number's squared error in the
    squared units of X, and of another column 1 where the value is wrong and 0 where it is right.

    Of noise a table takes ``SwapNoise``, ``Masking`` and mixtures of these.

    Parameters
    ----------
    widths : sequence of int, default=(64, 32)
        Units of each hidden layer, in the order in which data passes them.
    activation : str, default="relu"
        Name of a Keras activation, for the hidden layers.
    unseen : {"gap", "error"}, default="gap"
        What a category is that ``fit`` did not see: a gap, a value that is not known, or an error that names
        its column and row.

    Raises
    ------
    ParameterError
        If a width is not a positive whole number, or Keras knows no such activation.
    DataError
        In ``fit``, if a column holds what is none of these, or values of several types; later, if a column
        is missing or of another dtype.

    References
    ----------
    Guo and Berkhahn (2016), "Entity embeddings of categorical variables".

    Examples
    --------
    >>> import pandas as pd
    >>> from diabolo import Autoencoder, Tabular
    >>> X = pd.DataFrame({"size": [1.0, 2.0, None, 4.0], "kind": ["a", "b", "a", None]})
    >>> ae = Autoencoder(1, encoder=Tabular((8,)), epochs=2, random_state=0).fit(X)
    >>> ae.reconstruct(X).dtypes.equals(X.dtypes)
    True
    """

    widths: Sequence[int] = (64, 32)
    activation: str = "relu"
    unseen: str = "gap"

    def __post_init__(self) -> None:
        dense = Dense(self.widths, self.activation)
        check_choice("unseen of Tabular", self.unseen, ("gap", "error"))
        object.__setattr__(self, "widths", dense.widths)

    @property
    def reads_tables(self) -> bool:
        return True

    def mirrored(self) -> Dense:
        """The same widths in reverse order: the decoder that belongs to this encoder."""
        return Dense(self.widths[::-1], self.activation)

    @property
    def n_layers(self) -> int:
        return len(self.widths)

    def check(self, row_shape: Shape) -> None:
        if len(row_shape) > 1:
            raise ParameterError(
                f"Tabular needs a table, rows of one dimension; got rows of shape {row_shape}. Flatten them, "
                "or use Convolutional or Recurrent."
            )

    def of_table(self, layout: Layout) -> "Specification":
        return OfTable(**vars(self), layout=layout)

    def encoder_steps(self, row_shape: Shape, n_outputs: int, *, planes: int = 1) -> list[Step]:
        return self.of_table(Layout.of_numbers(row_shape[0])).encoder_steps(
            row_shape, n_outputs, planes=planes
        )

    def decoder_steps(self, n_inputs: int, row_shape: Shape) -> list[Step]:
        raise ParameterError(
            "Tabular reads tables, so it has no effect in a decoder. Set decoder to a tuple of widths, or to "
            "None, which mirrors the encoder."
        )


@dataclass(frozen=True, repr=False)
class OfTable(Tabular):
    """``Tabular`` where the columns are known."""

    layout: Layout = field(default_factory=Layout)

    def encoder_steps(self, row_shape: Shape, n_outputs: int, *, planes: int = 1) -> list[Step]:
        kinds, marks = self.layout.kinds, planes == 2
        reader = Step(
            lambda seed: TableReader(kinds, marks, seed, name="encoder_reader"),
            TableReader.shapes(self.layout),
        )
        width = TableReader.width(self.layout, planes)
        return [reader, *Dense(self.widths, self.activation).encoder_steps((width,), n_outputs)]
