"""Labels of rows: what must hold of them, and how a network is told them."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import assert_all_finite, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from diabolo.errors import DataError


class Labels(NamedTuple):
    """The class of each row."""

    classes: np.ndarray  # (n_classes,), sorted
    one_hot: np.ndarray  # (n_samples, n_classes) float32


def check_labels(y: Any, estimator: Any) -> np.ndarray:
    """Labels as (n_samples,), of any dtype.

    Raises
    ------
    DataError
        If there are none, they are no column of classes, or one is missing.
    """
    if y is None:
        raise DataError(
            f"{type(estimator).__name__} requires y to be passed, but the target y is None. "
            "Pass one label a row: fit(X, y)."
        )
    try:
        labels = column_or_1d(y, warn=True)
        assert_all_finite(labels, input_name="y")
        check_classification_targets(labels)
    except (TypeError, ValueError) as error:
        raise DataError(f"y must be one label a row, of any few values: {error}") from error
    return labels


def check_as_many(n_labels: int, n_rows: int) -> None:
    """Raise ``DataError`` unless there is one label a row."""
    if n_labels != n_rows:
        raise DataError(f"y must hold one label a row; got {n_labels} labels for {n_rows} rows.")


def encoded(labels: np.ndarray, classes: np.ndarray) -> Labels:
    """Labels (n_samples,) as one-hot columns of these classes.

    Raises
    ------
    DataError
        If a label is none of the classes.
    """
    values, which = np.unique(labels, return_inverse=True)
    places = {each: place for place, each in enumerate(classes.tolist())}
    strangers = [value for value in values.tolist() if value not in places]
    if strangers:
        raise DataError(
            f"Each label must be one of the classes that fit saw, {_listed(classes)}; got "
            f"{strangers[0]!r}. Leave such rows out, or fit a clone."
        )
    one_hot = np.zeros((len(labels), len(classes)), np.float32)
    one_hot[np.arange(len(labels)), np.array([places[value] for value in values.tolist()])[which]] = 1
    return Labels(classes, one_hot)


def classes_of(labels: np.ndarray) -> np.ndarray:
    """The values among labels, sorted: (n_classes,)

    Raises
    ------
    DataError
        If there is one alone, or none.
    """
    classes = np.unique(labels)
    if len(classes) < 2:
        got = f"one class, {classes.tolist()[0]!r}" if len(classes) else "no labels"
        raise DataError(
            f"y must hold at least two classes, or there is nothing to tell apart; got {got}. Pass rows of "
            "others, too."
        )
    return classes


def _listed(classes: np.ndarray) -> str:
    shown = ", ".join(map(repr, classes[:8].tolist()))
    return shown if len(classes) <= 8 else f"{shown}, ... ({len(classes)} in all)"
