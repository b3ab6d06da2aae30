"""What must hold of codes that are to be decoded."""

from typing import Any

import numpy as np
from sklearn.utils import check_array

from diabolo.errors import DataError


def check_codes(Z: Any, n_components: int | None = None) -> np.ndarray:
    """Codes as (n_samples, n_components) float32.

    Raises
    ------
    DataError
        If they are no table of finite numbers, or have not that many columns where a number is given.
    """
    try:
        codes = check_array(Z, dtype=np.float32, input_name="Z")
    except (TypeError, ValueError) as error:
        width = "n_components" if n_components is None else n_components
        raise DataError(f"Codes must be finite numbers of shape (n_samples, {width}): {error}") from error
    if n_components is not None and codes.shape[1] != n_components:
        raise DataError(
            f"Codes must have {n_components} columns, the n_components of this model; got {codes.shape[1]}."
        )
    return codes
