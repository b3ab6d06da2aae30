"""The steps of ``fit``: make networks or take them up again, set rows aside, train."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from sklearn.utils import check_random_state

from diabolo.data.gaps import check_columns_observed, column_means, without_empty_rows
from diabolo.data.pieces import Matrix
from diabolo.data.rows import Rows, check_row_shape, check_rows, check_weights
from diabolo.data.scaling import fit_scaling
from diabolo.errors import DataError, ParameterError, TrainingInterrupted
from diabolo.estimators.fitted import Architecture, Fitted
from diabolo.estimators.options import check_schedules, check_unchanged, fixed_parameters
from diabolo.networks.dense import Dense
from diabolo.objectives.likelihoods import named
from diabolo.training.batches import BatchStream
from diabolo.training.blocks import Evaluation
from diabolo.training.keras_callbacks import KerasCallbacks
from diabolo.training.loop import FitLoop, Outcome, Snapshot, Watcher, recalled
from diabolo.training.optimizers import make_optimizer
from diabolo.training.program import TrainState, initial_state, program_for
from diabolo.training.progress import ProgressBar
from diabolo.training.road import variables_of

if TYPE_CHECKING:
    from diabolo.estimators.base import Autoencoder
    from diabolo.storage.runs import Run

_LEAST_EPOCHS = 30
_LEAST_STEPS = 2000


def start(estimator: "Autoencoder", rows: Matrix, row_shape: tuple[int, ...], weights: np.ndarray) -> Fitted:
    """Networks, scaling and an optimizer at their start."""
    check_columns_observed(rows, weights, getattr(estimator, "feature_names_in_", None))
    scaling = fit_scaling(rows, estimator.scale, images=len(row_shape) > 1, sample_weight=weights)
    optimizer = make_optimizer(estimator.optimizer, estimator.learning_rate)
    encoder = _network(estimator, "encoder")
    decoder = encoder.mirrored() if estimator.decoder is None else _network(estimator, "decoder")
    indicator, n_components = estimator.missing == "indicator", int(estimator.n_components)
    latent, likelihood = estimator._latent(), named(estimator.likelihood)
    memory = _memory(estimator)
    architecture = Architecture(
        rows.shape[1],
        n_components,
        encoder,
        decoder,
        indicator,
        latent,
        likelihood,
        {name: value.shape for name, value in memory.items()},
    )
    seed = int(check_random_state(estimator.random_state).randint(2**31 - 1))
    road = architecture.build(np.random.SeedSequence(seed), estimator._corruption())
    fill = column_means(rows, scaling, weights)
    of_fit = Rows(rows, scaling, weights, fill)
    check_domain(estimator, of_fit)
    learned = likelihood.start(of_fit) | latent.start(of_fit, np.random.default_rng(seed))
    for variables, values in ((road.learned, learned), (road.memory, memory)):
        for name, variable in variables.items():
            variable.assign(values[name])
    optimizer.build(road.trainable)
    return Fitted(
        architecture=architecture,
        road=road,
        optimizer=optimizer,
        scaling=scaling,
        fill=fill,
        row_shape=row_shape,
        seed=seed,
        made_with=fixed_parameters(estimator),
        objective=estimator._objective(),
        learning_rate=estimator.learning_rate,
    )


def _memory(estimator: "Autoencoder") -> dict[str, np.ndarray]:
    """What the latent and the terms remember from step to step, as it is at the start."""
    parts = [part for part in (estimator._latent(), *estimator._terms()) if hasattr(part, "memory")]
    return {name: v for part in parts for name, v in part.memory(int(estimator.n_components)).items()}


def check_domain(estimator: "Autoencoder", rows: Rows) -> None:
    """Raise ``DataError`` where the likelihood or the corruption can't take these rows."""
    named(estimator.likelihood).check(rows)
    corruption = estimator._corruption()
    if corruption is not None:
        corruption.check(rows)


def _network(estimator: "Autoencoder", parameter: str) -> Dense:
    """The specification that a parameter names."""
    given = getattr(estimator, parameter)
    if isinstance(given, Dense):
        return given
    try:
        return Dense(given, estimator.activation)
    except ParameterError as error:
        setting = f"{parameter}={given!r}, activation={estimator.activation!r}"
        raise ParameterError(f"{setting}: {error}") from error


def go_on(estimator: "Autoencoder", rows: Matrix, row_shape: tuple[int, ...]) -> Fitted:
    """What an earlier fit learned, where these rows and the parameters allow to go on from it.

    A learning rate that was changed since is taken over; one that a callback changed stays otherwise. What a
    penalty remembers that was not there before begins at its start.
    """
    fitted = estimator._fitted
    check_unchanged(estimator, fitted.made_with)
    check_row_shape(row_shape, fitted.row_shape)
    fitted.scaling.check(rows)
    check_domain(estimator, Rows(rows, fitted.scaling, fill=fitted.fill))
    remembered = {name: v.value for name, v in fitted.road.memory.items()}
    memory = {name: remembered.get(name, start) for name, start in _memory(estimator).items()}
    fitted.architecture = replace(
        fitted.architecture,
        latent=estimator._latent(),
        memory={name: tuple(value.shape) for name, value in memory.items()},
    )
    fitted.road = fitted.road._replace(
        latent=estimator._latent(),
        corruption=estimator._corruption(),
        memory=variables_of(memory, trainable=False),
    )
    fitted.forget_models()
    fitted.objective = estimator._objective()
    if estimator.learning_rate != fitted.learning_rate:
        rate = make_optimizer(estimator.optimizer, estimator.learning_rate).learning_rate
        fitted.optimizer.learning_rate = float(keras.ops.convert_to_numpy(rate))
        fitted.learning_rate = estimator.learning_rate
    return fitted


def resumable(
    estimator: "Autoencoder",
    fitted: Fitted,
    rows: Matrix,
    weights: np.ndarray,
    held_out: Matrix | None,
    callbacks: list[keras.callbacks.Callback],
) -> "Run | None":
    """The run in the folder of ``checkpoint``, if there is one."""
    if estimator.checkpoint is None:
        return None
    from diabolo.storage.runs import Run, identity_of

    identity = identity_of(estimator, fitted, rows, weights, held_out, callbacks)
    return Run(estimator.checkpoint, identity, fitted)


def split(
    estimator: "Autoencoder", fitted: Fitted, rows: Matrix, weights: np.ndarray, held_out: Matrix | None
) -> tuple[Rows, Evaluation | None]:
    """Rows to train on, and those to validate on if any."""
    scaling, fill = fitted.scaling, fitted.fill
    if held_out is not None:
        of_held_out = without_empty_rows(held_out, check_weights(None, held_out.shape[0]))
        return Rows(rows, scaling, weights, fill), Evaluation(Rows(held_out, scaling, of_held_out, fill))
    if not estimator.early_stopping:
        return Rows(rows, scaling, weights, fill), None
    kept = np.flatnonzero(weights)
    n_held_out = math.ceil(estimator.validation_fraction * len(kept))
    if n_held_out >= len(kept):
        raise DataError(
            f"early_stopping=True sets {n_held_out} of {len(kept)} rows aside and leaves none to train on. "
            "Pass more rows, or validation_data."
        )
    aside = np.zeros(rows.shape[0], bool)
    aside[np.random.default_rng(fitted.seed).permutation(kept)[:n_held_out]] = True
    training, validation = (np.where(chosen, weights, 0) for chosen in (~aside, aside))
    return Rows(rows, scaling, training, fill), Evaluation(Rows(rows, scaling, validation, fill))


def check_validation(estimator: "Autoencoder", fitted: Fitted, validation_data: Any) -> Matrix | None:
    """Rows to validate on, if ``fit`` was given any."""
    if validation_data is None:
        return None
    if isinstance(validation_data, tuple):
        raise DataError(
            "validation_data must be rows alone, for an autoencoder's target is its input; got a tuple of "
            f"{len(validation_data)}. Pass validation_data=X_test."
        )
    try:
        rows, shape = check_rows(estimator, validation_data, reset=False)
        check_row_shape(shape, fitted.row_shape)
        fitted.scaling.check(rows)
        fitted.road.likelihood.check(Rows(rows, fitted.scaling, fill=fitted.fill))
        return rows
    except ValueError as error:
        raise DataError(f"validation_data must be rows like those of X, but: {error}") from error


def train(
    estimator: "Autoencoder",
    fitted: Fitted,
    training: Rows,
    validation: Evaluation | None,
    callbacks: list[keras.callbacks.Callback],
    epochs: int | str,
    run: "Run | None",
    partial: bool,
) -> Outcome:
    """Run the loop, from where ``fitted`` stands or the run was broken off."""
    watchers = _watchers(estimator, fitted, callbacks)
    by_epoch = validation is not None or any(watcher.by_epoch for watcher in watchers)
    stream = BatchStream(training, estimator.batch_size, fitted.seed, by_epoch=by_epoch)
    if epochs == "auto":
        epochs = max(_LEAST_EPOCHS, math.ceil(_LEAST_STEPS / stream.steps_per_epoch))
    done = len(fitted.epochs)
    if not partial:
        check_schedules(estimator, done + int(epochs))
    fitted.program = program_for(fitted.road, fitted.objective, fitted.optimizer)
    start: TrainState | Snapshot = initial_state(fitted.road, fitted.optimizer)
    arguments = fitted.program, stream, range(done, done + int(epochs))
    if run is None:
        return FitLoop(*arguments, start, validation=validation, watchers=watchers).run()
    saved = run.saved
    if saved is not None and saved.finished:
        return recalled(saved.snapshot, watchers)
    checkpoints = run.checkpoints(estimator, fitted)
    watchers.append(checkpoints)
    if saved is not None:
        start = saved.snapshot
    loop = FitLoop(*arguments, start, validation=validation, watchers=watchers)
    return checkpoints.conclude(loop, loop.run())


def _watchers(
    estimator: "Autoencoder", fitted: Fitted, callbacks: list[keras.callbacks.Callback]
) -> list[Watcher]:
    if estimator.early_stopping:
        stopping = keras.callbacks.EarlyStopping(patience=estimator.patience, restore_best_weights=True)
        callbacks = [*callbacks, stopping]
    watchers: list[Watcher] = []
    if callbacks:
        watchers.append(KerasCallbacks(callbacks, fitted.road, fitted.model, fitted.optimizer))
    if estimator.verbose:
        watchers.append(ProgressBar())
    return watchers


def explained(stopped_by: BaseException, kept: Fitted | None) -> BaseException:
    """What broke training off, with what became of the model."""
    became = (
        "No epoch was whole yet, so there is no model to keep."
        if kept is None
        else f"The estimator keeps the model of epoch {len(kept.epochs)}, the last whole one."
    )
    if isinstance(stopped_by, KeyboardInterrupt):
        return TrainingInterrupted(f"Training was interrupted. {became}")
    return type(stopped_by)(f"{stopped_by} {became}")
