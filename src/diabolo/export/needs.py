"""What must hold before anything is exported."""

import importlib
from typing import Any

import keras
import numpy as np
from sklearn.utils.validation import check_is_fitted

from diabolo.data.scaling import Affine
from diabolo.errors import ExportError, MissingDependencyError

_FINEST = 1e-3  # the largest step of float32, in units of the scaling


def check_exportable(estimator: Any, *packages: str) -> None:
    """Raise where an estimator is not fitted, a package is missing, or the backend can't export.

    Parameters
    ----------
    estimator : fitted estimator
    *packages : str
        Needed beside onnx.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    MissingDependencyError
        If onnx or one of the packages is not installed.
    ExportError
        If Keras runs on another backend than JAX, or float32 can't tell a column's numbers apart.
    """
    check_is_fitted(estimator)
    _check_backend()
    _check_resolution(estimator)
    for package in ("onnx", *packages):
        try:
            importlib.import_module(package)
        except ImportError as error:
            raise MissingDependencyError(
                f"The export to ONNX needs {package}, which is not installed ({error}). Install it: "
                "pip install 'diabolo[onnx]'"
            ) from error


def _check_backend() -> None:
    backend = keras.backend.backend()
    if backend != "jax":
        raise ExportError(
            f"The export to ONNX reads JAX's programs, and Keras runs on {backend} here. Save the model by "
            "model.save('m.diabolo'), and export it where the environment has KERAS_BACKEND=jax: "
            "diabolo.load('m.diabolo').export('m.onnx'). A model file is the same on every backend."
        )


def _check_resolution(estimator: Any) -> None:
    """Numbers that are far larger than their differences, such as time stamps, are equal in float32."""
    scaling = estimator._fitted.scaling
    if not isinstance(scaling, Affine):
        return
    steps = np.spacing(np.abs(scaling.center).astype(np.float32))
    coarse = np.flatnonzero(steps > _FINEST * scaling.scale)
    if len(coarse):
        place = coarse[0]
        name = getattr(estimator, "feature_names_in_", range(len(steps)))[place]
        raise ExportError(
            f"An ONNX model takes and gives float32, which has steps of {steps[place]:g} near "
            f"{scaling.center[place]:g}, but the numbers of column {name!r} are there and differ by about "
            f"{scaling.scale[place]:g}. Subtract a constant from the column before fit."
        )
