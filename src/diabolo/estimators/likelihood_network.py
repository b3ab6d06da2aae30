"""What every estimator shares whose decoder says something about the numbers of a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import keras
import numpy as np

from diabolo.data.layout import Layout
from diabolo.data.pieces import dense
from diabolo.data.rows import Rows, check_weights
from diabolo.errors import ParameterError
from diabolo.estimators._sklearn import StrOptions, fit_context
from diabolo.estimators.network import Network
from diabolo.estimators.tables import column_errors, reads_tables
from diabolo.objectives.likelihoods import NAMED, Likelihood, MeanSquaredError, named
from diabolo.objectives.likelihoods.by_column import ByColumn, of_table
from diabolo.objectives.passes import Objective, Term
from diabolo.objectives.reconstruction import (
    LogLikelihoodOfX,
    MeanSquaredErrorOfX,
    Reconstruction,
    UnexplainedShare,
)
from diabolo.training.blocks import in_blocks


@dataclass(kw_only=True, eq=False, repr=False)
class LikelihoodNetwork(Network):
    """An encoder, and a decoder whose output is compared with the row, or with a part of it.

    ``Autoencoder`` describes the parameters. Subclasses say how the decoder is made (``_decoder``), and offer
    what is got out of it.
    """

    likelihood: str | Likelihood = "mse"

    _parameter_constraints: ClassVar[dict[str, list]] = Network._parameter_constraints | {
        "likelihood": [StrOptions(NAMED), Likelihood],
    }
    _fixed: ClassVar[tuple[str, ...]] = (*Network._fixed, "likelihood")

    # -- the recipe --------------------------------------------------------------------------------------

    def _likelihood(self) -> Likelihood:
        likelihood = named(self.likelihood)
        return of_table(likelihood, self._layout or Layout()) if reads_tables(self) else likelihood

    def _terms(self) -> tuple[Term, ...]:
        """The parts of the loss."""
        return (Reconstruction(self._likelihood()), *self.penalties)

    def _figure(self) -> Term:
        """What ``score`` reports, where it is no error."""
        return LogLikelihoodOfX(self._likelihood())

    def _objective(self) -> Objective:
        likelihood = self._likelihood()
        error: Term = MeanSquaredErrorOfX()
        if isinstance(likelihood, ByColumn):
            error = UnexplainedShare(likelihood)
        figures = (error,) if self._is_least_squares else (error, self._figure())
        return Objective(self._terms(), figures)

    @property
    def _is_least_squares(self) -> bool:
        return isinstance(named(self.likelihood), MeanSquaredError)

    # -- training ----------------------------------------------------------------------------------------

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None, *, sample_weight: Any = None, validation_data: Any = None) -> Self:
        """Learn a code for the rows of X.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features) or (n_samples, *row_shape)
            Rows to learn from. Rows of two or more dimensions are images, sequences where the encoder is
            recurrent, or clips where frames are predicted. NaN is a gap, a number that was not observed; rows
            that are NaN throughout are left out. Sparse rows are made dense a batch at a time.
        y : ignored
        sample_weight : array-like of shape (n_samples,), optional
            A row of weight 2 counts like two rows in its batch; one of weight 0 is left out.
        validation_data : array-like of shape (n_rows, n_features) or (n_rows, *row_shape), optional
            Rows on which every term is computed after each epoch, and never trained on.

        Returns
        -------
        self : Autoencoder

        Raises
        ------
        DataError
            If rows can't be used.
        ParameterError
            If parameters contradict each other.
        TrainingDiverged
            If a term of the loss is not finite any more. As with the next, the estimator keeps the model
            of its last whole epoch.
        TrainingInterrupted
            On Ctrl-C.
        OutputError, ModelFileError
            If the folder of ``checkpoint`` can't be written, or what lies there was damaged.
        """
        goes_on = self.warm_start and self.__sklearn_is_fitted__()
        return self._fit(X, sample_weight, validation_data, goes_on=goes_on, epochs=self.epochs)

    @fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any = None, *, sample_weight: Any = None) -> Self:
        """Go on training with one pass through these rows.

        The first call on a new estimator learns the scaling from its rows, which should be typical.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        y : ignored
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self : Autoencoder

        Raises
        ------
        DataError, ParameterError, TrainingDiverged, TrainingInterrupted
            As ``fit``.
        """
        for option, value in (("early_stopping", False), ("checkpoint", None)):
            if getattr(self, option) != value:
                raise ParameterError(
                    f"{option}={getattr(self, option)!r} has no effect in partial_fit, which makes one pass. "
                    f"Set {option}={value}, or call fit."
                )
        goes_on = self.__sklearn_is_fitted__()
        return self._fit(X, sample_weight, None, goes_on=goes_on, epochs=1, partial=True)

    # -- use ---------------------------------------------------------------------------------------------

    def score_samples(self, X: Any) -> np.ndarray:
        """How well each row is given back; higher is better.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)

        Returns
        -------
        scores : ndarray of shape (n_samples,)
            Minus the mean squared error per feature, in the squared units of X; with another likelihood
            log p(x | z), in nats.
        """
        return self._scores(self._by_row(self._check(X)))

    def _scores(self, columns: Mapping[str, Any]) -> Any:
        """Of the columns of ``evaluate``, the one that is the score."""
        error, figure = (self._fitted.objective.metrics[place].name for place in (0, -1))
        return -columns[error] if figure == error else columns[figure]

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """The mean of ``score_samples``, weighted by row; higher is better.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        y : ignored
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        score : float
        """
        return self._scores(self.evaluate(X, sample_weight=sample_weight))

    def evaluate(self, X: Any, *, sample_weight: Any = None) -> dict[str, float]:
        """Every column of the history for these rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        terms : dict of str to float
            ``loss`` and its terms in the model's units; ``mse`` in the squared units of X per feature, and,
            where the likelihood is a density, a figure in nats, of X.
        """
        rows = self._check(X)
        weights = check_weights(sample_weight, len(rows))
        return {
            name: float(np.average(column, weights=weights)) for name, column in self._by_row(rows).items()
        }

    def reconstruction_error(self, X: Any, *, per_feature: bool = False) -> np.ndarray:
        """Squared error of the reconstruction, in the squared units of X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        per_feature : bool, default=False
            Whether to return every feature's own error.

        Returns
        -------
        errors : ndarray of shape (n_samples,) or (n_samples, *row_shape)
            The mean over a row's observed features, or each feature's, NaN in a gap. Of a model that gives
            back the end of a row, about that end; of a table of mixed columns see ``Tabular``.
        """
        rows = self._check(X)
        if not per_feature:
            return self._by_row(rows)[self._fitted.objective.metrics[0].name]
        given_back, layout = self._reconstruct(rows), self._fitted.architecture.layout
        if layout is not None:
            return column_errors(dense(rows.array), rows.scaling.undo(given_back), layout)
        compared = rows.last(given_back.shape[1])
        x = compared.take(np.arange(len(rows)))
        errors = np.square(compared.scaling.unit * (x - given_back))
        return errors.reshape(-1, *self._shape_given_back)

    def _restored(self, x: np.ndarray, index: Any = None) -> Any:
        """From what the decoder gives back, flat in the model's units, to what the user passed in.

        A frame gets this index.
        """
        if self._fitted.table is not None:
            return self._fitted.table.frame(self._fitted.scaling.undo(x), index)
        return self._fitted.scaling.last(x.shape[1]).undo(x).reshape(-1, *self._shape_given_back)

    @property
    def _shape_given_back(self) -> tuple[int, ...]:
        """Of what the decoder gives back of a row, by the shape of the rows that ``fit`` saw."""
        return self._fitted.row_shape

    def _reconstruct(self, rows: Rows) -> np.ndarray:
        return in_blocks(self._program, "reconstruct_rows", self._fitted.road.weights, rows)

    def _by_row(self, rows: Rows) -> dict[str, np.ndarray]:
        self._fitted.road.likelihood.check(rows)
        return super()._by_row(rows)

    # -- what fit learned --------------------------------------------------------------------------------

    @property
    def decoder_(self) -> keras.Model:
        """Keras model (batch, n_components) -> (batch, n_features)."""
        return self._learned().decoder
