"""Fitted models as ONNX, for programs without Python or Keras.

Models take and give float32 in the units of X, images in 0..1, in batches of any size.
"""

import os
from typing import Any

from diabolo.export.needs import check_exportable
from diabolo.export.outputs import check_rows_are_numbers
from diabolo.storage.atomic import write_atomically


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
        If the network has no counterpart, rows are those of a DataFrame of mixed columns, numbers are too
        large for float32, or Keras runs on another backend than JAX.
    MissingDependencyError
        If onnx is not installed.
    """
    check_exportable(estimator)
    check_rows_are_numbers(estimator)
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
        that ``fit`` saw, in the units of X, images in 0..1. Of a classifier they are the probabilities of its
        classes. Of a DataFrame of mixed columns the output is ``columns``, of shape (batch, n_decoded): the
        means of numbers in the units of X (dates in days since 1970, ordered categories as places from 1
        on, none of them rounded), and the probabilities of True and of each category, which
        ``decoded_columns`` names.

    Raises
    ------
    ExportError, MissingDependencyError
        As ``encoder_bytes``.
    """
    check_exportable(estimator)
    from diabolo.export.models import decoder

    return decoder(estimator)


def export(estimator: Any, path: str | os.PathLike[str], X: Any = None) -> None:
    """Write a fitted estimator to an ONNX file; see ``Autoencoder.export``."""
    check_exportable(estimator, "onnxruntime")
    check_rows_are_numbers(estimator)
    from diabolo.export.models import autoencoder
    from diabolo.export.verification import check_agrees

    model = autoencoder(estimator)
    check_agrees(model, estimator, X)
    write_atomically(path, lambda file: file.write(model))
