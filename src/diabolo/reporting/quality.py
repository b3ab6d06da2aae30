"""How far rows come back, beside what needs no autoencoder."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.decomposition import PCA

from diabolo.data.layout import Layout
from diabolo.estimators.fitted import Fitted
from diabolo.evaluation.baselines import mean_of_neighbours
from diabolo.evaluation.indicators import without_indicators
from diabolo.reporting.subject import Numbers, Subject
from diabolo.reporting.words import counted

_N_NEIGHBORS = 5
_LEAST_SHARE = 0.01  # of rows that a category's commonest value leaves wrong
_LEAST_VARIANCE = 1e-12  # of a column that is no constant


@dataclass(frozen=True)
class Method:
    """What gives rows back, and how far off.

    Parameters
    ----------
    key : {"model", "pca", "neighbours", "mean"}
    name : str
    errors : ndarray of shape (n,)
        Of each row, see ``Quality``.
    """

    key: str
    name: str
    errors: np.ndarray

    @property
    def n_rows(self) -> int:
        """On how many rows it was measured."""
        return len(self.errors)

    @property
    def error(self) -> float:
        """The mean over rows."""
        return float(self.errors.mean(dtype=np.float64))


@dataclass(frozen=True)
class Quality:
    """Errors of the model and of what it is compared with.

    An error is the mean squared error over a row's observed numbers, in the squared units of X. Where the
    encoder reads tables, columns count alike: the error of each is divided by that of its mean or commonest
    value, and is 0 or 1 for each value of a category.

    Parameters
    ----------
    methods : tuple of Method
        The model, PCA, mean of neighbours, mean; those that apply.
    by_column : ndarray of shape (n_features,)
        The model's mean error of each number or column, of category the share that is wrong.
    by_column_of_mean : ndarray of shape (n_features,)
        The same of the columns' means and commonest values.
    pca_codes : ndarray of shape (n_rows, n_components) or None
    rows_vary : bool
    """

    methods: tuple[Method, ...]
    by_column: np.ndarray
    by_column_of_mean: np.ndarray
    pca_codes: np.ndarray | None
    rows_vary: bool = True

    def of(self, key: str) -> Method | None:
        """One of the methods, if it applies."""
        return next((method for method in self.methods if method.key == key), None)

    @cached_property
    def model(self) -> Method:
        """The autoencoder itself."""
        return self.methods[0]

    def explained(self, method: Method) -> float | None:
        """The share of the mean's error that a method removes; None where rows don't differ."""
        return 1 - method.error / self.methods[-1].error if self.rows_vary else None


def measure_quality(subject: Subject, reference: Numbers, some: np.ndarray) -> Quality:
    """Give rows back by every method, and measure.

    Parameters
    ----------
    subject : Subject
    reference : Numbers
        The rows on which baselines are fitted.
    some : ndarray of int
        Rows for what takes time by the square of their number.
    """
    fitted, seen, layout = subject.fitted, subject.numbers.seen, subject.layout
    constants = _constants(reference.x, layout)
    weights = 1.0 if layout is None else _spreads(reference.x, constants, layout)

    def method(key: str, name: str, x_hat: np.ndarray, which: Any = slice(None)) -> Method:
        errors = subject.errors_of(x_hat, which) / weights
        return Method(key, name, np.asarray(np.nanmean(errors, axis=1, dtype=np.float64)))

    methods = [method("model", "this autoencoder", subject.x_hat)]
    vary = bool(np.ptp(seen, axis=0).any())
    pca = _pca(reference.seen, subject.codes.shape[1]) if vary else None
    pca_codes = None if pca is None else pca.transform(seen)
    if pca is not None:
        name = f"PCA, {counted(pca.n_components, 'component')}"
        methods.append(method("pca", name, _back(pca.inverse_transform(pca_codes), fitted)))
    means = mean_of_neighbours(reference.seen, seen[some], _N_NEIGHBORS)
    name = f"mean of the {_N_NEIGHBORS} nearest other rows"
    methods.append(method("neighbours", name, _back(means, fitted), some))
    of_mean = np.broadcast_to(constants, subject.x_hat.shape)
    methods.append(method("mean", _name_of_constants(subject), of_mean))
    return Quality(
        tuple(methods), _by_column(subject, subject.x_hat), _by_column(subject, of_mean), pca_codes, vary
    )


def _name_of_constants(subject: Subject) -> str:
    if subject.layout is not None:
        return "each column's mean or commonest value"
    return "each column's mean" if subject.is_table else "the mean row"


def _by_column(subject: Subject, x_hat: np.ndarray) -> np.ndarray:
    """Mean over rows of each number's error: (n_features,)"""
    return np.asarray(np.nanmean(subject.errors_of(x_hat), axis=0, dtype=np.float64))


def _pca(seen: np.ndarray, n_components: int) -> PCA | None:
    """PCA of rows as the encoder sees them; None where there are too few rows or columns for it."""
    if n_components > min(seen.shape):
        return None
    return PCA(n_components, random_state=0).fit(seen)


def _back(seen: np.ndarray, fitted: Fitted) -> np.ndarray:
    """From what the encoder sees to X's units."""
    layout = fitted.architecture.layout
    return fitted.scaling.undo(seen if layout is None else without_indicators(seen, layout))


def _constants(x: np.ndarray, layout: Layout | None) -> np.ndarray:
    """What is said of each column without looking at a row: its mean, or commonest value: (n_features,)"""
    constants = np.asarray(np.nanmean(x, axis=0, dtype=np.float64))
    for place in _no_numbers(layout):
        values, counts = np.unique(_observed(x, place), return_counts=True)
        constants[place] = values[counts.argmax()]
    return constants


def _spreads(x: np.ndarray, constants: np.ndarray, layout: Layout) -> np.ndarray:
    """The error that constants leave in each column, never so small that it outweighs all others."""
    spreads = np.asarray(np.nanmean(np.square(x - constants), axis=0))
    spreads[spreads < _LEAST_VARIANCE] = 1
    for place in _no_numbers(layout):
        spreads[place] = max(np.mean(_observed(x, place) != constants[place]), _LEAST_SHARE)
    return spreads


def _no_numbers(layout: Layout | None) -> list[int]:
    return [] if layout is None else [*layout.booleans, *layout.categories]


def _observed(x: np.ndarray, place: int) -> np.ndarray:
    return x[~np.isnan(x[:, place]), place]
