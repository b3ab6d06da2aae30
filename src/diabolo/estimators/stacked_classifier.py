"""The stacked autoencoder with a head that tells classes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import keras
import numpy as np
from sklearn.base import ClassifierMixin

from diabolo.data.labels import check_as_many, check_labels, classes_of, encoded
from diabolo.data.rows import Rows, check_weights
from diabolo.estimators._sklearn import fit_context
from diabolo.estimators.pretraining import Stacked
from diabolo.networks.base import Specification
from diabolo.networks.dense import Dense
from diabolo.objectives.classification import Accuracy, CrossEntropy
from diabolo.objectives.likelihoods import Categorical, Likelihood
from diabolo.objectives.passes import Objective, Term
from diabolo.training.blocks import evaluate_rows, in_blocks


@dataclass(kw_only=True, eq=False, repr=False)
class StackedAutoencoderClassifier(ClassifierMixin, Stacked):
    """Classifier whose layers are pretrained as autoencoders, without labels (Vincent et al. 2010).

    The encoder is pretrained as that of ``StackedAutoencoder``. Then encoder and head are trained as a whole
    by the cross-entropy, loss = -log p(y | x), p(y | x) = softmax(head(encode(x)))_y, and what ``penalties``
    add.

    Parameters
    ----------
    n_components : int, default=100
        Width of the code, the last layer before the head.
    encoder : tuple of int, Dense or Convolutional, default=(100,)
        Widths of the layers before it.
    head : tuple of int or Dense, default=()
        Widths of layers between the code and the classes; ``()`` is softmax regression on the code.
    activation : str, default="relu"
        Keras activation of the layers given as widths.
    code_activation : str, default="relu"
        Keras activation of the code.
    layer : Autoencoder or None, default=None
        What each layer is pretrained as: see ``StackedAutoencoder``. Its likelihood is that of the rows and
        of the codes.
    pretraining_epochs : int or "auto", default="auto"
        Passes through the rows for each layer; 0 leaves pretraining out, which makes it a plain network.

    See ``Autoencoder`` for the other parameters.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    encoder_, head_, model_ : keras.Model
        Plain Keras models over flat rows in the model's units; ``head_`` gives probabilities, and ``model_``
        is one after the other.
    history_ : dict of str to ndarray of shape (n_iter_,)
        Of the training as a whole: ``loss`` and its terms ``cross_entropy`` (nats) and one a penalty, and
        ``accuracy``; ``val_`` as in ``Autoencoder``.
    layer_histories_ : list of dict of str to ndarray
        The history of each layer's pretraining, from the lowest on.

    References
    ----------
    Vincent, Larochelle, Lajoie, Bengio and Manzagol (2010), "Stacked denoising autoencoders".
    Rifai, Vincent, Muller, Glorot and Bengio (2011), "Contractive auto-encoders".

    Examples
    --------
    >>> from diabolo import StackedAutoencoderClassifier
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> classifier = StackedAutoencoderClassifier(16, encoder=(32,), random_state=0).fit(X, y)
    >>> classifier.predict_proba(X).shape, classifier.score(X, y) > 0.9
    ((150, 3), True)
    """

    n_components: int = field(default=100, kw_only=False)
    encoder: Sequence[int] | Specification = (100,)
    head: Sequence[int] | Dense = ()
    code_activation: str = "relu"

    _parameter_constraints: ClassVar[dict[str, list]] = Stacked._parameter_constraints | {
        "head": [tuple, list, Dense],
    }
    _after_code: ClassVar[str] = "head"
    _fixed: ClassVar[tuple[str, ...]] = (*Stacked._fixed, "head")

    # -- the recipe --------------------------------------------------------------------------------------

    def _decoder(self) -> Specification:
        return self._specified("head")

    def _likelihood(self) -> Likelihood:
        return Categorical()

    def _terms(self) -> tuple[Term, ...]:
        return (CrossEntropy(), *self.penalties)

    def _objective(self) -> Objective:
        return Objective(self._terms(), (Accuracy(),))

    # -- training ----------------------------------------------------------------------------------------

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, *, sample_weight: Any = None, validation_data: Any = None) -> Self:
        """Pretrain the layers on the rows of X, then learn to tell their classes.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features) or (n_samples, *row_shape)
            As ``Autoencoder.fit`` takes them, NaN for gaps included.
        y : array-like of shape (n_samples,)
            Their classes: numbers, strings, booleans.
        sample_weight : array-like of shape (n_samples,), optional
            A row of weight 2 counts like two rows in its batch; one of weight 0 is left out.
        validation_data : tuple of rows and labels, optional
            On which every term is computed after each epoch, and never trained on.

        Returns
        -------
        self : StackedAutoencoderClassifier

        Raises
        ------
        DataError
            If rows or labels can't be used.
        ParameterError, TrainingDiverged, TrainingInterrupted, OutputError, ModelFileError
            As ``Autoencoder.fit``.
        """
        goes_on = self.warm_start and self.__sklearn_is_fitted__()
        labels = check_labels(y, self)
        classes = self.classes_ if goes_on else classes_of(labels)
        return self._fit(
            X,
            sample_weight,
            validation_data,
            goes_on=goes_on,
            epochs=self.epochs,
            labels=encoded(labels, classes),
        )

    # -- use ---------------------------------------------------------------------------------------------

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes), float32
            In the order of ``classes_``.
        """
        rows = self._check(X)
        return in_blocks(self._program, "reconstruct_rows", self._fitted.road.weights, rows)

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """The logarithm of the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes), float32
            -inf where a probability is below the smallest number of float32.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict(self, X: Any) -> np.ndarray:
        """The most probable class of each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Of the dtype of ``classes_``.
        """
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    def evaluate(self, X: Any, y: Any, *, sample_weight: Any = None) -> dict[str, float]:
        """Every column of the history for these rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        terms : dict of str to float
        """
        rows = self._check(X)
        labels = encoded(check_labels(y, self), self.classes_)
        check_as_many(len(labels.one_hot), len(rows))
        weights = check_weights(sample_weight, len(rows))
        columns = evaluate_rows(
            self._program,
            self._fitted.road.weights,
            Rows(rows.array, rows.scaling, fill=rows.fill, targets=labels.one_hot),
        )
        return {name: float(np.average(column, weights=weights)) for name, column in columns.items()}

    # -- what fit learned --------------------------------------------------------------------------------

    @property
    def classes_(self) -> np.ndarray:
        """The labels, sorted: (n_classes,)"""
        classes = self._learned().classes
        assert classes is not None
        return classes

    @property
    def head_(self) -> keras.Model:
        """Keras model (batch, n_components) -> (batch, n_classes), probabilities."""
        return self._learned().decoder
