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


def check_components(
    components: Sequence[int] | None, width: int, *, most: int = 2, default: int = 2
) -> tuple[int, ...]:
    """The columns of codes to draw, one to ``most`` of them; by default the first ones."""
    if components is None:
        return tuple(range(min(default, width)))
    chosen = np.atleast_1d(components)
    columns = set(chosen.tolist()) & set(range(width))
    right = chosen.dtype.kind in "iu" and chosen.ndim == 1 and 0 < len(chosen) <= most
    if not right or len(columns) < len(chosen):
        how_many = "one or two" if most == 2 else f"from one to {most}"
        raise ParameterError(
            f"components must be {how_many} different columns of the codes, which have {width}, counted from "
            f"0 to {width - 1}; got {components}."
        )
    return tuple(chosen.tolist())
