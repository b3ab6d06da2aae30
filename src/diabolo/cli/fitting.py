"""What ``diabolo fit`` does."""

import contextlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import typer

from diabolo.cli.models import make_model
from diabolo.cli.reading import Said, columns_to_learn_from, named, read_to_learn
from diabolo.cli.record import write_record
from diabolo.cli.words import errors_in_words, rows_in_words, say, told_by_the_library
from diabolo.cli.writing import check_apart
from diabolo.errors import TrainingDiverged, TrainingInterrupted
from diabolo.evaluation.baselines import PCABaseline
from diabolo.storage.results import check_folder

if TYPE_CHECKING:
    from diabolo.estimators.base import Autoencoder

# PCA is fitted beside a model on at most so many columns and numbers: seconds, and memory for a copy.
_PCA_COLUMNS, _PCA_NUMBERS = 1024, 2 * 10**7


def run(ctx: typer.Context, said: Said, kind: str, out: Path) -> None:
    """Read, fit, write the model and its record."""
    options = ctx.params
    check_folder(out)
    quiet = options["quiet"]
    model = make_model(kind, options, seed=options["seed"], verbose=int(not quiet))
    source = said.open(options["data"])
    features = columns_to_learn_from(source, said)
    held_out = None if options["validation"] is None else said.open_another(options["validation"], features)
    inputs = {"data": source.path} | ({} if held_out is None else {"validation": held_out.path})
    check_apart(out, inputs.values())
    X = read_to_learn(source, features)
    X_validation = None if held_out is None else read_to_learn(held_out, features)
    if not quiet:
        say(f"{source.path.name}: {rows_in_words(X, source, features)}")
    with contextlib.nullcontext() if quiet else told_by_the_library():
        interrupt = _train(model, named(X, features), named(X_validation, features))
    model.save(out)
    found: dict[str, Any] = {
        "rows": len(X),
        "row_shape": list(X.shape[1:]),
        "columns": features,
        "carried": said.carried(source),
        "epochs": model.n_iter_,
        "interrupted": interrupt is not None,
        "mean_squared_error": None if interrupt else _errors(model, X, X_validation, features),
    }
    write_record(ctx, out, inputs, found)
    if interrupt is not None:
        raise TrainingInterrupted(
            f"Training was interrupted. The model of epoch {model.n_iter_}, the last whole one, is saved as "
            f"{out}."
        ) from interrupt
    if not quiet:
        say(f"{out}: {errors_in_words(found['mean_squared_error'], model.n_components)}")


def _train(model: "Autoencoder", X: Any, X_validation: Any) -> TrainingInterrupted | None:
    """Fit; an interrupt after which there is a model to keep is given back."""
    try:
        model.fit(X, validation_data=X_validation)
    except TrainingInterrupted as interrupt:
        if not model.__sklearn_is_fitted__():
            raise TrainingInterrupted(
                "Training was interrupted before its first epoch was whole. Nothing was written."
            ) from interrupt
        return interrupt
    except TrainingDiverged as error:
        raise TrainingDiverged(f"{error} Nothing was written.") from error
    return None


def _errors(
    model: "Autoencoder", X: np.ndarray, X_validation: np.ndarray | None, names: Sequence[str] | None
) -> dict[str, Any]:
    """The model's error beside that of PCA with as many components, both on the same rows."""
    rows, of = (X, "data") if X_validation is None else (X_validation, "validation")
    rows = rows[~np.isnan(rows).reshape(len(rows), -1).all(axis=1)]  # nothing was observed of the others
    error = model.evaluate(named(rows, names))["mse"]
    return {"rows_of": of, "model": error, "pca": _error_of_pca(model, X, rows)}


def _error_of_pca(model: "Autoencoder", X: np.ndarray, rows: np.ndarray) -> float | None:
    """None where PCA would take long, or can't be: with gaps, or more components than rows or columns."""
    n_features = math.prod(X.shape[1:])
    if n_features > _PCA_COLUMNS or max(X.size, rows.size) > _PCA_NUMBERS:
        return None
    if model.n_components > min(len(X), n_features) or any(np.isnan(each).any() for each in (X, rows)):
        return None
    if model.scale != "auto":  # images, too, have then the units of their dtype
        X, rows = (each.reshape(len(each), n_features).astype(np.float64) for each in (X, rows))
    return PCABaseline.fitted(X, rows, model.n_components).mse
