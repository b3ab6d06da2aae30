"""Rows to be drawn, and their reconstructions: what their numbers are, and in which units."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from diabolo.data.table import Table
from diabolo.data.table_columns import pandas
from diabolo.data.unusable import is_frame, is_of_numbers
from diabolo.errors import DataError, ParameterError
from diabolo.plots.row_kinds import Columns, Images, Kind, Steps

_FAR_OUTSIDE_UNIT_INTERVAL = 5.0


def kind_of_data(X: Any, image_shape: tuple[int, ...] | None = None) -> Kind:
    """What the numbers of rows are that come without a model: by their dimensions and dtypes."""
    shape = tuple(np.shape(X)[1:])
    if image_shape is not None or len(shape) > 1:
        return Images(tuple(image_shape or shape))
    mixed = is_frame(X) and not all(is_of_numbers(dtype) for dtype in X.dtypes)
    return Columns.of(X, getattr(X, "columns", None), Table.learned(X) if mixed else None)


def kind_of(estimator: Any, X: Any, image_shape: tuple[int, ...] | None = None) -> Kind:
    """What the numbers of rows are, as their model takes them.

    Parameters
    ----------
    estimator : fitted estimator
    X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
    image_shape : tuple of int, optional
        Of flat rows that are images.

    Raises
    ------
    ParameterError
        If the model gives back only the end of a row.
    """
    shape = tuple(np.shape(X)[1:])
    names = getattr(estimator, "feature_names_in_", getattr(X, "columns", None))
    if hasattr(estimator, "_learned"):
        learned = estimator._learned()
        architecture = learned.architecture
        if architecture.n_last is not None:
            raise ParameterError(
                "This display needs models that give back whole rows; "
                f"{type(estimator).__name__} predicts the end of each. Use FramesDisplay."
            )
        if learned.table is not None:
            return Columns.of(X, learned.table.names, learned.table)
        sequence = architecture.encoder.sequence(learned.row_shape)
        if sequence is not None:
            return Steps(sequence, Columns.of(Steps(sequence).numbers(X).reshape(-1, sequence[1])))
        known = (learned.row_shape, architecture.encoder.image_shape or ())
        shape = next((each for each in (shape, *known) if len(each) > 1), shape)
    if image_shape is not None or len(shape) > 1:
        return Images(tuple(image_shape or shape))
    return Columns.of(X, names)


def kind_of_decoded(estimator: Any, rows: Any, image_shape: tuple[int, ...] | None = None) -> Kind:
    """What rows are that a model made of codes: columns are scaled as by the model, not by these few rows."""
    kind = kind_of(estimator, rows, image_shape)
    if not isinstance(kind, Columns) or kind.centers_and_spreads is None:
        return kind
    if not hasattr(estimator, "_learned"):
        return kind
    scaling = estimator._learned().scaling
    center = scaling.undo(np.zeros((1, len(scaling.unit)), np.float32))[0]
    scaled = (center.astype(np.float64), scaling.unit.astype(np.float64))
    return replace(kind, centers_and_spreads=scaled, is_scaled_by_model=True)


def check_one_feature(kind: Kind, display: str) -> None:
    """Raise ``DataError`` for sequences of several features, which have no room in a panel."""
    if isinstance(kind, Steps) and kind.shape[1] > 1:
        raise DataError(
            f"{display} draws sequences of one feature, and these have {kind.shape[1]}. Look at what "
            "estimator.inverse_transform(codes) gives, a feature at a time."
        )


def as_one(parts: Sequence[Any]) -> Any:
    """Rows of several parts in one array, or one DataFrame."""
    if is_frame(parts[0]):
        return pandas().concat(parts, ignore_index=True)
    return np.concatenate([np.asarray(part) for part in parts])


def compare(estimator: Any, kind: Kind, X: Any) -> tuple[np.ndarray, np.ndarray]:
    """Rows and their reconstructions, as numbers of one unit.

    Parameters
    ----------
    estimator : fitted estimator
        With ``reconstruct``, or with ``transform`` and ``inverse_transform``: PCA, a Pipeline.
    kind : Images, Steps or Columns
    X : array-like of shape (n, n_features) or (n, *row_shape)

    Returns
    -------
    originals, reconstructions : ndarray of shape (n, *row_shape), float64
    """
    reconstructions = kind.numbers(_reconstruct(estimator, X)).astype(np.float64)
    originals = kind.numbers(X)
    if isinstance(kind, Images):
        # Where a model takes images by their dtype, it gives them back in 0..1.
        inside = np.abs(reconstructions).max() <= _FAR_OUTSIDE_UNIT_INTERVAL
        if originals.dtype in (np.uint8, np.uint16) and inside:
            originals = originals / np.iinfo(originals.dtype).max
    return originals.astype(np.float64), reconstructions


def mean_over_observed(errors: np.ndarray, axis: int | tuple[int, ...]) -> np.ndarray:
    """The mean of what is not NaN; NaN where nothing is."""
    return np.ma.masked_invalid(errors).mean(axis=axis).filled(np.nan)


def _reconstruct(estimator: Any, X: Any) -> Any:
    if hasattr(estimator, "reconstruct"):
        return estimator.reconstruct(X)
    if hasattr(estimator, "inverse_transform"):
        return estimator.inverse_transform(estimator.transform(X))
    raise ParameterError(
        "The estimator must have reconstruct, or transform and inverse_transform; got "
        f"{type(estimator).__name__}. Pass an autoencoder, PCA, or a Pipeline of steps with a way back."
    )
