"""Fitted models as ONNX, for programs without Python or Keras.

Models take and give float32 in the units of X, images in 0..1, in batches of any size.
"""

from typing import Any

from diabolo.export.needs import check_exportable


def encoder_bytes(estimator: Any) -> bytes:
    """The encoder as an ONNX model: rows -> their codes, as ``transform`` gives them.

    Parameters
    ----------
    estimator : fitted estimator

    Returns
    -------
    model : bytes
        Input ``rows`` of shape (batch, *row_shape), the shape that ``fit`` saw, in the units of X, images as
        floats in 0..1; NaN is a gap. Output ``code`` of shape (batch, n_components), the mean of the code.

    Raises
    ------
    ExportError
        If the network has no counterpart, or Keras runs on another backend than JAX.
    MissingDependencyError
        If onnx is not installed.
    """
    check_exportable(estimator)
    from diabolo.export.models import encoder

    return encoder(estimator)


def decoder_bytes(estimator: Any) -> bytes:
    """The decoder as an ONNX model: codes -> rows, as ``inverse_transform`` gives them.

    Parameters
    ----------
    estimator : fitted estimator

    Returns
    -------
    model : bytes
        Input ``code`` of shape (batch, n_components). Output ``rows`` of shape (batch, *row_shape), the shape
        that ``fit`` saw, in the units of X, images in 0..1.

    Raises
    ------
    ExportError, MissingDependencyError
        As ``encoder_bytes``.
    """
    check_exportable(estimator)
    from diabolo.export.models import decoder

    return decoder(estimator)
