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
from diabolo.data.unusable import check_container
from diabolo.errors import DataError, ParameterError
from diabolo.estimators.base import Autoencoder
from diabolo.estimators.fitted import Fitted
from diabolo.estimators.tables import column_errors
from diabolo.evaluation.indicators import with_indicators
from diabolo.plots.row_errors import RowErrors, row_errors
from diabolo.plots.rows import Columns, Images, Kind, kind_of
from diabolo.reporting.labels import Labels

LEAST_ROWS = 10


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
    n_given : int
        How many rows were passed.
    kind : Images, Steps or Columns
        What the numbers of a row are.
    places : ndarray of shape (n_rows,)
        Which of the rows are looked at.
    X : array-like of shape (n_rows, n_features) or (n_rows, *row_shape)
        Those.
    labels : Labels or None
        Theirs.
    numbers : Numbers
        They as numbers.
    x_hat : ndarray of shape (n_rows, n_features)
        Their reconstructions, in the units of ``numbers.x``.
    codes : ndarray of shape (n_rows, n_components)
    errors : RowErrors
        Theirs, as ``reconstruction_error`` gives them.
    """

    estimator: Autoencoder
    n_given: int
    kind: Kind
    places: np.ndarray
    X: Any
    labels: Labels | None
    numbers: Numbers
    x_hat: np.ndarray
    codes: np.ndarray
    errors: RowErrors

    @classmethod
    def of(
        cls,
        estimator: Any,
        X: Any,
        y: Any,
        *,
        image_shape: tuple[int, ...] | None,
        max_rows: int,
        rng: np.random.Generator,
    ) -> "Subject":
        """Look at rows, at most ``max_rows`` of them.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ParameterError
            If it is no autoencoder, or ``image_shape`` does not fit its rows.
        DataError
            If rows or labels can't be used, or there are fewer than 10 rows.
        """
        check_autoencoder(estimator)
        check_container(X)
        places = some_places(X, max_rows, rng)
        labels = None if y is None else Labels.of(y, np.shape(X)[0]).take(places)
        some = dense(_safe_indexing(X, places) if len(places) < np.shape(X)[0] else X)
        rows = estimator._check(some)
        kind = _kind(estimator, some, image_shape)
        return cls(
            estimator=estimator,
            n_given=int(np.shape(X)[0]),
            kind=kind,
            places=places,
            X=some,
            labels=labels,
            numbers=Numbers.of(rows, estimator._fitted),
            x_hat=rows.scaling.undo(estimator._reconstruct(rows)),
            codes=np.asarray(estimator.transform(some)),
            errors=row_errors(estimator, kind, some),
        )

    @property
    def fitted(self) -> Fitted:
        """What ``fit`` left behind."""
        return self.estimator._learned()

    @property
    def layout(self) -> Layout | None:
        """The kinds of the columns, where the encoder reads tables."""
        return self.fitted.architecture.layout

    @property
    def can_be_drawn(self) -> bool:
        """Whether there are pictures of such rows: not of images of two channels, or of volumes."""
        shape = self.kind.shape if isinstance(self.kind, Images) else ()
        return len(shape) < 3 or (len(shape) == 3 and shape[2] in (1, 3, 4))

    @property
    def is_table(self) -> bool:
        """Whether rows have columns, rather than pixels or steps."""
        return isinstance(self.kind, Columns)

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


def some_places(X: Any, max_rows: int, rng: np.random.Generator) -> np.ndarray:
    """Which rows to look at: all, or so many of them drawn by chance, in their order.

    Raises
    ------
    DataError
        If there are too few to tell anything by.
    """
    n_rows = np.shape(X)[0] if np.ndim(X) else 0
    if n_rows < LEAST_ROWS:
        raise DataError(f"A report needs at least {LEAST_ROWS} rows to look at; got {n_rows}. Pass more.")
    if n_rows <= max_rows:
        return np.arange(n_rows)
    return np.sort(rng.choice(n_rows, max_rows, replace=False))


def _kind(estimator: Autoencoder, X: Any, image_shape: tuple[int, ...] | None) -> Kind:
    kind = kind_of(estimator, X, image_shape)
    if image_shape is None:
        return kind
    if np.ndim(X) != 2 or not isinstance(kind, Images) or estimator._fitted.architecture.layout is not None:
        raise ParameterError(
            f"image_shape={image_shape} has no effect on rows that are no images, or have their shape. Leave "
            "it out."
        )
    kind.numbers(X[:1] if not hasattr(X, "iloc") else X.iloc[:1])
    return kind


def n_parameters(fitted: Fitted) -> int:
    """Numbers that training moved or remembered."""
    return sum(math.prod(variable.shape) for variable in fitted.road.numbers)
