"""Which rows to draw, of many."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from diabolo.errors import ParameterError
from diabolo.plots.classes import check_classes

ORDERS = ("first", "best", "worst", "typical", "random", "class")
DEFAULT_N_SAMPLES = 5


def check_choice(
    rows: Sequence[int] | None, order: str, n_samples: int, labels: np.ndarray | None, random_state: Any
) -> None:
    """Raise ``ParameterError`` for an order that there is not, or an option without effect."""
    if order not in ORDERS:
        raise ParameterError(f"order must be one of {', '.join(map(repr, ORDERS))}; got {order!r}.")
    if n_samples < 1:
        raise ParameterError(f"n_samples must be 1 or more; got {n_samples}.")
    if order == "class" and labels is None:
        raise ParameterError("order='class' takes a row of each class, so it needs their labels. Pass y.")
    beside_rows = "beside rows" if rows is not None else None
    without_effect = {
        "order": (order, "first", beside_rows),
        "n_samples": (
            n_samples,
            DEFAULT_N_SAMPLES,
            beside_rows or ("with order='class', a row of each" if order == "class" else None),
        ),
        "random_state": (random_state, None, None if order == "random" else "without order='random'"),
    }
    for name, (value, default, why) in without_effect.items():
        if value != default and why is not None:
            raise ParameterError(
                f"{name}={value!r} has no effect {why}. Leave it at its default, {default!r}."
            )


def chosen_rows(
    n_rows: int,
    rows: Sequence[int] | None,
    order: str,
    n_samples: int,
    errors: Callable[[], np.ndarray],
    labels: np.ndarray | None,
    random_state: Any,
) -> np.ndarray:
    """Numbers of the rows to draw.

    Parameters
    ----------
    n_rows : int
        How many there are.
    rows : sequence of int or None
        Their numbers, where they are given.
    order : str
        One of ``ORDERS``.
    n_samples : int
    errors : callable
        Gives the error of each row; called where the order needs it.
    labels : ndarray of shape (n_rows,) or None
    random_state : int, RandomState instance or None
    """
    if rows is not None:
        return _given(rows, n_rows)
    n = min(n_samples, n_rows)
    if order == "first":
        return np.arange(n)
    if order == "random":
        return check_random_state(random_state).choice(n_rows, n, replace=False)
    of_rows = errors()
    if order == "class" and labels is not None:
        return _typical_of_classes(of_rows, labels)
    strangeness = {"best": of_rows, "worst": -of_rows, "typical": np.abs(of_rows - np.median(of_rows))}
    return np.argsort(strangeness[order], kind="stable")[:n]


def _given(rows: Sequence[int], n_rows: int) -> np.ndarray:
    chosen = np.asarray(rows)
    whole = chosen.ndim == 1 and chosen.dtype.kind in "iu" and chosen.size > 0
    if not whole or chosen.min() < 0 or chosen.max() >= n_rows:
        raise ParameterError(
            f"rows must be numbers of rows of X, from 0 to {n_rows - 1}, at least one; got {rows!r}."
        )
    return chosen


def _typical_of_classes(errors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Of each class the row whose error is nearest to the median of its class."""
    classes = check_classes(labels)
    members = [np.flatnonzero(classes.of_row == i) for i in range(len(classes.names))]
    return np.array([m[np.argmin(np.abs(errors[m] - np.median(errors[m])))] for m in members])
