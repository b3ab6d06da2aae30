"""An exported model beside its estimator, on the same rows."""

from typing import Any

import numpy as np
import onnxruntime

from diabolo.data.pieces import dense
from diabolo.data.rows import Rows
from diabolo.data.scaling import Pixels, UnitInterval
from diabolo.errors import ExportError
from diabolo.estimators.fitted import Fitted
from diabolo.export.outputs import given_back
from diabolo.training.blocks import in_blocks

TOLERANCE = 1e-5
_N_ROWS = 256
_GAPS = 0.05  # the part of numbers that is hidden in every second row that is drawn


def check_agrees(model: bytes, estimator: Any, X: Any = None) -> None:
    """Run a model of a whole autoencoder, and compare its code and what it gives back with the estimator's.

    Each number must lie within ``TOLERANCE`` of the largest in its column, or of the column's unit if that is
    larger.

    Parameters
    ----------
    model : bytes
    estimator : fitted estimator
    X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape), optional
        ``None`` draws rows, some of them with gaps.

    Raises
    ------
    ExportError
        If they don't agree.
    """
    rows = _drawn(estimator._fitted) if X is None else _as_model_takes(estimator, X)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    for part in (rows, rows[:1]):
        found = session.run(None, {"rows": part})
        for output, one, (expected, unit) in zip(
            session.get_outputs(), found, _expected(estimator, part), strict=True
        ):
            _compare(output.name, one, expected, unit)


def _expected(estimator: Any, rows: np.ndarray) -> list[tuple[np.ndarray, Any]]:
    """Code and what is given back, flat, each with its columns' units."""
    fitted, output = estimator._fitted, given_back(estimator)
    checked = Rows(rows.reshape(len(rows), -1), fitted.scaling, fill=fitted.fill)
    code, x = (
        in_blocks(estimator._program, function, fitted.road.weights, checked)
        for function in ("encode_rows", "reconstruct_rows")
    )
    return [(code, np.abs(code).max()), (output.scaling.undo(x), output.scaling.unit)]


def _compare(name: str, found: np.ndarray, expected: np.ndarray, unit: Any) -> None:
    error = np.abs(found.reshape(expected.shape) - expected)
    allowed = TOLERANCE * np.maximum(np.abs(expected).max(axis=0), unit)
    if not (error <= allowed).all():  # NaN is an error, too
        raise ExportError(
            f"The exported model must agree with the estimator, but its {name} is up to {error.max():.3g} "
            f"away, where {allowed.max():.3g} is allowed. Nothing was written. Please report this network; "
            "until it is mended, take the model itself along, by save and diabolo.load."
        )


def _drawn(fitted: Fitted) -> np.ndarray:
    """Rows of the model's range: (n, *row_shape) float32, half of them with gaps"""
    rng, shape = np.random.default_rng(0), (_N_ROWS, fitted.architecture.n_features)
    within = isinstance(fitted.scaling, UnitInterval | Pixels)
    x = rng.random(shape) if within else fitted.fill + rng.normal(size=shape)
    rows = fitted.scaling.undo(x).astype(np.float32)
    rows[::2, :-1][rng.random((_N_ROWS // 2, shape[1] - 1)) < _GAPS] = np.nan
    return rows.reshape(-1, *fitted.row_shape)


def _as_model_takes(estimator: Any, X: Any) -> np.ndarray:
    """Rows of the user's: (n, *row_shape) float32, images in 0..1"""
    fitted = estimator._fitted
    rows = dense(estimator._check(X).array)
    numbers = fitted.scaling.apply(rows) if isinstance(fitted.scaling, Pixels) else rows.astype(np.float32)
    return numbers.reshape(-1, *fitted.row_shape)
