"""What must hold of labels and of choices of components."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from diabolo.errors import DataError, ParameterError


def check_labels(labels: Any, n_samples: int) -> np.ndarray:
    """Labels as an array of shape (n_samples,)."""
    array = np.asarray(labels)
    if array.shape != (n_samples,):
        raise DataError(
            f"Labels must be one a row, of shape ({n_samples},); got shape {array.shape}. "
            "Pass the labels of these very rows."
        )
    return array


def check_components(components: Sequence[int] | None, width: int) -> tuple[int, ...]:
    """The one or two columns of codes to draw; by default the first two, or the only one."""
    if components is None:
        return tuple(range(min(2, width)))
    chosen = np.atleast_1d(components)
    columns = set(chosen.tolist()) & set(range(width))
    if chosen.dtype.kind not in "iu" or chosen.shape not in ((1,), (2,)) or len(columns) < len(chosen):
        raise ParameterError(
            "components must be one or two different columns of the codes, which have "
            f"{width}, counted from 0 to {width - 1}; got {components}."
        )
    return tuple(chosen.tolist())
