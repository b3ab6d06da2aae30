"""Windows over a long series."""

from numbers import Integral
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.utils import check_array

from diabolo.data.unusable import check_numbers, is_frame
from diabolo.errors import DataError, ParameterError


def windows(series: Any, length: int, step: int = 1) -> np.ndarray:
    """Sequences of one length, cut from a long series.

    Window i holds the rows from i * step to i * step + length; rows at the end that fill no window are in
    none.

    Parameters
    ----------
    series : array-like or DataFrame of shape (time,) or (time, features)
        Numbers in the order of time; NaN is one that was not observed.
    length : int
        Rows of a window.
    step : int, default=1
        Rows from the beginning of a window to that of the next.

    Returns
    -------
    X : ndarray of shape (n_windows, length, features)
        What ``SequenceAutoencoder`` takes: a read-only view of an array, without memory of its own.

    Raises
    ------
    DataError
        If the series has no such shape, holds anything but numbers, or is shorter than a window.
    ParameterError
        If ``length`` or ``step`` is no whole number of at least 1.

    Examples
    --------
    >>> import numpy as np
    >>> from diabolo import windows
    >>> windows(np.arange(10), length=4, step=3)[..., 0]
    array([[0, 1, 2, 3],
           [3, 4, 5, 6],
           [6, 7, 8, 9]])
    """
    for name, given in (("length", length), ("step", step)):
        if not isinstance(given, Integral) or isinstance(given, bool) or given < 1:
            raise ParameterError(f"{name} must be a whole number of at least 1; got {given!r}.")
    array = _as_series(series)  # (time, features)
    if len(array) < length:
        raise DataError(
            f"A series must have at least length={length} rows, those of one window; got {len(array)}. "
            "Choose a smaller length, or leave this series out."
        )
    cut = sliding_window_view(array, int(length), axis=0)  # (time - length + 1, features, length)
    return np.moveaxis(cut, -1, 1)[:: int(step)]


def _as_series(series: Any) -> np.ndarray:
    """(time, features)"""
    if is_frame(series):
        check_numbers(series)
    try:
        array = check_array(
            series,
            dtype="numeric",
            ensure_all_finite=False,
            ensure_2d=False,
            ensure_min_samples=0,
            allow_nd=True,
        )
    except (TypeError, ValueError) as error:
        raise DataError(
            f"A series must be numbers of shape (time,) or (time, features), but: {error}"
        ) from error
    if array.ndim not in (1, 2):
        raise DataError(
            f"A series must have the shape (time,) or (time, features); got {array.shape}. Cut several "
            "series one at a time, and put their windows together by numpy.concatenate."
        )
    return array[:, np.newaxis] if array.ndim == 1 else array
