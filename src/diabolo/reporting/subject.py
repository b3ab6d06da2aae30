"""What a report is about: a fitted autoencoder, the rows that are looked at, and what became of them."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import check_is_fitted

from diabolo.data.layout import Layout
from diabolo.data.pieces import dense
from diabolo.data.rows import Rows
from diabolo.errors import ParameterError
from diabolo.estimators.base import Autoencoder
from diabolo.estimators.fitted import Fitted
from diabolo.estimators.tables import column_errors
from diabolo.evaluation.indicators import with_indicators
from diabolo.reporting.labels import Labels


@dataclass(frozen=True)
class Numbers:
    """Rows as numbers, in two units.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_features)
        In X's units (images in 0..1), NaN in gaps; a category is the number of its level.
    seen : ndarray of shape (n_rows, n)
        As the encoder sees them, in the model's units: without gaps, each category as a column a level.
    """

    x: np.ndarray
    seen: np.ndarray

    @classmethod
    def of(cls, rows: Rows, fitted: Fitted) -> "Numbers":
        """Of rows that were checked."""
        inside = rows.take(np.arange(len(rows)))
        is_image = rows.scaling.kind == "pixels"
        x = inside if is_image else dense(rows.array).astype(np.float64)
        seen = np.where(np.isnan(inside), fitted.fill, inside) if np.isnan(inside).any() else inside
        layout = fitted.architecture.layout
        return cls(x, seen if layout is None else with_indicators(seen, layout))


@dataclass(frozen=True)
class Subject:
    """A model and the rows that a report looks at.

    Parameters
    ----------
    estimator : Autoencoder
        Fitted.
    X : array-like of shape (n_rows, n_features) or (n_rows, *row_shape)
        The rows, as they came.
    places : ndarray of shape (n_rows,)
        Where they stand among all that were passed.
    n_given : int
        How many were passed.
    labels : Labels or None
        One a row.
    numbers : Numbers
        The rows.
    x_hat : ndarray of shape (n_rows, n_features)
        Their reconstructions, in the units of ``numbers.x``.
    codes : ndarray of shape (n_rows, n_components)
    """

    estimator: Autoencoder
    X: Any
    places: np.ndarray
    n_given: int
    labels: Labels | None
    numbers: Numbers
    x_hat: np.ndarray
    codes: np.ndarray

    @classmethod
    def of(cls, estimator: Any, X: Any, y: Any, max_rows: int, rng: np.random.Generator) -> "Subject":
        """Look at rows, at most ``max_rows`` of them.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ParameterError
            If it is no autoencoder.
        DataError
            If rows or labels can't be used.
        """
        check_autoencoder(estimator)
        labels = None if y is None else Labels.of(y, np.shape(X)[0])
        X, places, n_given = some_rows(X, max_rows, rng)
        rows = estimator._check(X)
        x_hat = rows.scaling.undo(estimator._reconstruct(rows))
        numbers, codes = Numbers.of(rows, estimator._fitted), np.asarray(estimator.transform(X))
        labels = None if labels is None else labels.take(places)
        return cls(estimator, X, places, n_given, labels, numbers, x_hat, codes)

    @property
    def fitted(self) -> Fitted:
        """What ``fit`` left behind."""
        return self.estimator._learned()

    @property
    def layout(self) -> Layout | None:
        """The kinds of the columns, where the encoder reads tables."""
        return self.fitted.architecture.layout

    @property
    def sequence_shape(self) -> tuple[int, ...] | None:
        """(time, features) of rows that are sequences."""
        return self.fitted.architecture.encoder.sequence(self.fitted.row_shape)

    @cached_property
    def image_shape(self) -> tuple[int, ...] | None:
        """(height, width) or (height, width, channels) of rows that can be drawn as images."""
        shape = self.fitted.row_shape
        if len(shape) == 1:
            shape = self.fitted.architecture.encoder.image_shape or shape
        drawable = len(shape) == 2 or (len(shape) == 3 and shape[2] in (1, 3, 4))
        return tuple(shape) if drawable and self.sequence_shape is None else None

    @property
    def is_table(self) -> bool:
        """Whether rows have columns, rather than pixels or steps."""
        return len(self.fitted.row_shape) == 1 and self.image_shape is None and self.sequence_shape is None

    @cached_property
    def columns(self) -> list[str]:
        """Names of a table's columns; of an array those that scikit-learn gives."""
        names: Any = getattr(self.estimator, "feature_names_in_", None)
        if self.fitted.table is not None:
            names = self.fitted.table.names
        return [f"x{i}" for i in range(self.numbers.x.shape[1])] if names is None else [*map(str, names)]

    def errors_of(self, x_hat: np.ndarray, which: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Each number's squared error, or 1 where a category is wrong; NaN in gaps: (n_rows, n_features)"""
        x = self.numbers.x[which]
        return np.square(x - x_hat) if self.layout is None else column_errors(x, x_hat, self.layout)


def check_autoencoder(estimator: Any) -> None:
    """Raise ``ParameterError`` for what is no autoencoder, ``NotFittedError`` for one before ``fit``."""
    if not isinstance(estimator, Autoencoder):
        raise ParameterError(
            "A report is about an autoencoder, which gives whole rows back; got "
            f"{type(estimator).__name__}. Pass the autoencoder itself (of a Pipeline, its step, and rows as "
            "that step takes them); see FramesDisplay for predicted frames."
        )
    check_is_fitted(estimator)


def some_rows(X: Any, max_rows: int, rng: np.random.Generator) -> tuple[Any, np.ndarray, int]:
    """At most so many rows, drawn by chance and in their order: these, where they stand, and of how many."""
    n_rows = np.shape(X)[0] if np.shape(X) else 0
    if n_rows <= max_rows:
        return X, np.arange(n_rows), n_rows
    places = np.sort(rng.choice(n_rows, max_rows, replace=False))
    return _safe_indexing(X, places), places, n_rows


def n_parameters(fitted: Fitted) -> int:
    """Numbers that training moved or remembered."""
    return sum(math.prod(variable.shape) for variable in fitted.road.numbers)
