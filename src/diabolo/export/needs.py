"""What must hold before anything is exported."""

import importlib
from typing import Any

import keras
from sklearn.utils.validation import check_is_fitted

from diabolo.errors import ExportError, MissingDependencyError


def check_exportable(estimator: Any) -> None:
    """Raise where an estimator is not fitted, an extra is missing, or the backend can't export.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    MissingDependencyError
        If onnx or onnxruntime is not installed.
    ExportError
        If Keras runs on another backend than JAX.
    """
    check_is_fitted(estimator)
    for package in ("onnx", "onnxruntime"):
        try:
            importlib.import_module(package)
        except ImportError as error:
            raise MissingDependencyError(
                f"The export to ONNX needs {package}, which is not installed ({error}). Install it: "
                "pip install 'diabolo[onnx]'"
            ) from error
    backend = keras.backend.backend()
    if backend != "jax":
        raise ExportError(
            f"The export to ONNX reads JAX's programs, and Keras runs on {backend} here. Save the model by "
            "model.save('m.diabolo'), and export it where the environment has KERAS_BACKEND=jax: "
            "diabolo.load('m.diabolo').export('m.onnx'). A model file is the same on every backend."
        )
