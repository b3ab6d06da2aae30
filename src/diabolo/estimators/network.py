"""What every estimator with an encoder shares: its parameters, the way of ``fit``, and what fit learned."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any, ClassVar, Self, cast

import keras
import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from diabolo.corruption import Corruption
from diabolo.data.gaps import check_no_empty_rows, without_empty_rows
from diabolo.data.labels import Labels, check_as_many
from diabolo.data.layout import Layout
from diabolo.data.pieces import Matrix
from diabolo.data.rows import Rows, check_many, check_row_shape, check_weights
from diabolo.data.scaling import SCALES
from diabolo.errors import ParameterError
from diabolo.estimators._sklearn import Interval, StrOptions
from diabolo.estimators.fitted import Fitted
from diabolo.estimators.fitting import (
    Given,
    check_validation,
    explained,
    go_on,
    resumable,
    split,
    start,
    start_output,
    train,
)
from diabolo.estimators.options import check_options, check_terms
from diabolo.estimators.picture import NetworkPicture
from diabolo.estimators.record import FitRecord
from diabolo.estimators.tables import Read, layout_of, read_rows
from diabolo.latents.base import Latent
from diabolo.latents.point import Point
from diabolo.networks.base import Specification
from diabolo.networks.dense import Dense
from diabolo.networks.keras_network import KerasNetwork
from diabolo.objectives.likelihoods import Likelihood
from diabolo.objectives.passes import Objective, Term
from diabolo.objectives.penalties import Penalty
from diabolo.training.blocks import evaluate_rows, in_blocks
from diabolo.training.callback_memory import check_remembers
from diabolo.training.keras_callbacks import copied
from diabolo.training.optimizers import OPTIMIZERS
from diabolo.training.program import Program, program_for


@dataclass(kw_only=True, eq=False, repr=False)
class Network(NetworkPicture, ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """An encoder, and something after it that says what the code is good for.

    ``Autoencoder`` describes the parameters. Subclasses say what stands after the code (``_decoder``), what
    is asked of it (``_likelihood``, ``_objective``), and offer ``fit``.
    """

    n_components: int = field(default=2, kw_only=False)
    encoder: Sequence[int] | Specification | keras.layers.Layer = (100, 50, 25)
    activation: str = "relu"
    code_activation: str = "linear"
    corruption: Corruption | None = None
    penalties: Sequence[Term] = ()
    scale: str | None = "auto"
    missing: str | None = None
    optimizer: str | keras.optimizers.Optimizer = "adam"
    learning_rate: float | None = None
    batch_size: int = 64
    epochs: int | str = "auto"
    validation_fraction: float = 0.1
    early_stopping: bool = False
    patience: int = 5
    callbacks: Sequence[keras.callbacks.Callback] = ()
    checkpoint: str | os.PathLike[str] | None = None
    warm_start: bool = False
    random_state: int | np.random.RandomState | None = None
    verbose: int = 0

    _parameter_constraints: ClassVar[dict[str, list]] = {
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "encoder": [tuple, list, Specification, keras.layers.Layer],
        "activation": [str],
        "code_activation": [str],
        "corruption": [Corruption, None],
        "penalties": [tuple, list],
        "scale": [StrOptions(SCALES), None],
        "missing": [StrOptions(["indicator"]), None],
        "optimizer": [StrOptions(OPTIMIZERS), keras.optimizers.Optimizer],
        "learning_rate": [Interval(Real, 0, None, closed="neither"), None],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "epochs": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "early_stopping": ["boolean"],
        "patience": [Interval(Integral, 0, None, closed="left")],
        "callbacks": [tuple, list],
        "checkpoint": [str, os.PathLike, None],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    _after_code: ClassVar[str]  # the parameter that specifies what stands after the code
    # What training that goes on can't change.
    _fixed: ClassVar[tuple[str, ...]] = (
        *("n_components", "encoder", "activation", "code_activation", "scale", "missing", "optimizer"),
    )

    # -- the recipe --------------------------------------------------------------------------------------

    # The columns of a table, where the encoder reads one; not annotated, which would make it a parameter.
    _layout = cast("Layout | None", None)

    def _specified(self, parameter: str) -> Specification:
        """The network that a parameter specifies."""
        given = getattr(self, parameter)
        if isinstance(given, Specification):
            return given
        if isinstance(given, keras.layers.Layer):
            return KerasNetwork(given)
        try:
            return Dense(given, self.activation)
        except ParameterError as error:
            setting = f"{parameter}={given!r}, activation={self.activation!r}"
            raise ParameterError(f"{setting}: {error}") from error

    def _decoder(self) -> Specification:
        """What stands after the code."""
        raise NotImplementedError

    def _n_components(self, row_shape: tuple[int, ...]) -> int:
        """How many numbers a code has."""
        return int(self.n_components)

    def _compared(self, rows: Matrix, row_shape: tuple[int, ...]) -> Matrix:
        """The columns of rows that the loss is about; without a number there, it can't learn from a row."""
        return rows

    def _latent(self) -> Latent:
        """The kind of code."""
        return Point(self.code_activation)

    def _corruption(self) -> Corruption | None:
        """What is done to rows before they are encoded, in training."""
        return self.corruption

    def _likelihood(self) -> Likelihood:
        """What the decoder's output says."""
        raise NotImplementedError

    def _terms(self) -> tuple[Term, ...]:
        """The parts of the loss."""
        raise NotImplementedError

    def _objective(self) -> Objective:
        """The loss, and what is logged beside it."""
        raise NotImplementedError

    def _without_effect(self) -> dict[str, str | None]:
        """Option -> why it has no effect where it stands, or None; beside those of every autoencoder."""
        return {}

    def _check_recipe(self) -> None:
        """Raise ``ParameterError`` where parameters contradict each other."""
        self._latent()  # an activation that Keras does not know
        check_terms(self._terms())
        for penalty in self.penalties:
            if isinstance(penalty, Penalty):
                penalty.check(self._latent())

    def _initialise(self, fitted: Fitted, training: Rows) -> None:
        """Give new networks better weights than random ones."""

    # -- training ----------------------------------------------------------------------------------------

    def _fit(
        self,
        X: Any,
        sample_weight: Any,
        validation_data: Any,
        *,
        goes_on: bool,
        epochs: int | str,
        partial: bool = False,
        labels: Labels | None = None,
    ) -> Self:
        check_options(self, validates_on_own_rows=validation_data is not None)
        self._check_recipe()
        callbacks = self._copied_callbacks(validates=self.early_stopping or validation_data is not None)
        read = read_rows(self, X, self._fitted if goes_on else None)
        self._layout = layout_of(self, read)
        try:
            given = self._given(read, sample_weight, labels)
            fitted = go_on(self, given) if goes_on else start(self, given)
            held_out = check_validation(self, fitted, validation_data)
            return self._learn(
                given, fitted, held_out, callbacks, goes_on=goes_on, epochs=epochs, partial=partial
            )
        finally:  # where fit broke off, the model that it leaves may be an earlier one
            self._layout = self._fitted.architecture.layout if self.__sklearn_is_fitted__() else None

    def _given(self, read: Read, sample_weight: Any, labels: Labels | None) -> Given:
        rows, row_shape, table = read
        compared = self._compared(rows, row_shape)
        weights = without_empty_rows(compared, check_weights(sample_weight, rows.shape[0]))
        if labels is not None:
            check_as_many(len(labels.one_hot), rows.shape[0])
        return Given(rows, row_shape, weights, labels, table=table)

    def _learn(
        self,
        given: Given,
        fitted: Fitted,
        held_out: Rows | None,
        callbacks: list[keras.callbacks.Callback],
        *,
        goes_on: bool,
        epochs: int | str,
        partial: bool = False,
    ) -> Self:
        """Train what was started on rows that were checked."""
        run = resumable(self, fitted, given, held_out, callbacks)
        training, validation = split(self, fitted, given, held_out)
        if not goes_on:
            start_output(fitted, training)
            self._initialise(fitted, training)
        outcome = train(self, fitted, training, validation, callbacks, epochs, run, partial)
        if outcome.history:
            record = FitRecord.of(given.rows, given.row_shape, len(outcome.history), partial=partial)
            fitted.keep(outcome, record)
            self._fitted: Fitted = fitted
            self.callbacks_ = callbacks
        if outcome.stopped_by is not None:
            raise explained(outcome.stopped_by, self._fitted if self.__sklearn_is_fitted__() else None)
        return self

    def _copied_callbacks(self, *, validates: bool) -> list[keras.callbacks.Callback]:
        """The callbacks that take part, where training can serve them."""
        callbacks = copied(self.callbacks, self._objective().columns(validates))
        if self.checkpoint is not None:
            for callback in callbacks:
                check_remembers(callback)
        return callbacks

    # -- use ---------------------------------------------------------------------------------------------

    def transform(self, X: Any) -> np.ndarray:
        """The codes of rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)

        Returns
        -------
        Z : ndarray of shape (n_samples, n_components), float32
        """
        rows = self._check(X)
        return in_blocks(self._program, "encode_rows", self._fitted.road.weights, rows)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted estimator to one file, without pickle; ``diabolo.load`` reads it.

        Parameters
        ----------
        path : str or path-like
            Replaced if it exists, and only once the new file is whole.

        Raises
        ------
        OutputError
            If the file can't be written; nothing is left behind.
        ModelFileError
            If a parameter is of a kind that no model file holds, or weights are not finite.
        """
        from diabolo.storage.model_file import save

        check_is_fitted(self)
        save(self, path)

    def export(self, path: str | os.PathLike[str], *, X: Any = None) -> None:
        """Write the way from rows to codes and back to one ONNX file, which any ONNX runtime runs.

        The file has the input ``rows``, in the shape that ``fit`` saw and the units of X, images as floats in
        0..1, NaN in gaps; and the outputs ``code``, as ``transform`` gives it, and ``reconstruction``, of a
        classifier ``probabilities``. All are float32, in batches of any size. Before it is kept, onnxruntime
        runs it, and its outputs must agree with the estimator's to 1e-5 of the largest.

        Parameters
        ----------
        path : str or path-like
            Replaced if it exists, and only once the new file is whole.
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape), optional
            Rows to compare the file and the estimator on; ``None`` draws some.

        Raises
        ------
        ExportError
            If the network has no counterpart in ONNX, or the file does not agree; nothing is written.
        MissingDependencyError
            If onnx or onnxruntime is not installed.
        OutputError
            If the file can't be written; nothing is left behind.
        """
        from diabolo.export import export

        export(self, path, X)

    def _check(self, X: Any) -> Rows:
        """Rows like those of ``fit``."""
        check_is_fitted(self)
        check_many(X, self._fitted.row_shape)
        rows, row_shape, _ = read_rows(self, X, self._fitted)
        check_row_shape(row_shape, *self._fitted.architecture.known_shapes)
        check_no_empty_rows(rows)
        self._fitted.scaling.check(rows)
        return Rows(rows, self._fitted.scaling, fill=self._fitted.fill)

    @property
    def _program(self) -> Program:
        fitted = self._fitted
        if fitted.program is None:  # after load, unpickling or a copy
            fitted.program = program_for(fitted.road, fitted.objective, fitted.optimizer)
        return fitted.program

    def _by_row(self, rows: Rows) -> dict[str, np.ndarray]:
        """Every column of the objective for every row."""
        return evaluate_rows(self._program, self._fitted.road.weights, rows)

    # -- what fit learned --------------------------------------------------------------------------------

    @property
    def encoder_(self) -> keras.Model:
        """Keras model (batch, n_features) -> (batch, n_components)."""
        return self._learned().encoder

    @property
    def model_(self) -> keras.Model:
        """Keras model (batch, n_features) -> (batch, n_features)."""
        return self._learned().model

    @property
    def history_(self) -> dict[str, np.ndarray]:
        """One column a term, one row an epoch."""
        return self._learned().history

    @property
    def n_iter_(self) -> int:
        """Epochs trained."""
        return len(self._learned().epochs)

    @property
    def _n_features_out(self) -> int:
        return self._learned().architecture.n_components

    def _learned(self) -> Fitted:
        if not hasattr(self, "_fitted"):
            raise NotFittedError(f"This {type(self).__name__} is not fitted yet: call fit first.")
        return self._fitted

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_fitted")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float32"]
        tags.input_tags.three_d_array = True
        return tags
