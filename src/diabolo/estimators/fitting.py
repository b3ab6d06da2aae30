"""The steps of ``fit``: make networks or take them up again, set rows aside, train."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import keras
import numpy as np
from sklearn.utils import check_random_state

from diabolo.data.gaps import check_columns_observed, column_means, without_empty_rows
from diabolo.data.labels import Labels, check_as_many, check_labels, encoded
from diabolo.data.layout import Layout
from diabolo.data.pieces import Matrix
from diabolo.data.robust import fit_robust
from diabolo.data.rows import Rows, check_row_shape, check_weights
from diabolo.data.scaling import Scaling, fit_scaling
from diabolo.data.table import Table
from diabolo.errors import DataError, TrainingInterrupted
from diabolo.estimators.fitted import Architecture, Fitted
from diabolo.estimators.options import check_schedules, check_unchanged, fixed_parameters
from diabolo.estimators.tables import check_noise, read_rows
from diabolo.training.batches import BatchStream
from diabolo.training.blocks import Evaluation
from diabolo.training.keras_callbacks import KerasCallbacks
from diabolo.training.loop import FitLoop, Outcome, Watcher, recalled
from diabolo.training.optimizers import build_optimizer, make_optimizer
from diabolo.training.program import initial_state, program_for
from diabolo.training.progress import ProgressBar
from diabolo.training.road import variables_of

if TYPE_CHECKING:
    from diabolo.estimators.network import Network
    from diabolo.storage.runs import Run

_LEAST_EPOCHS = 30
_LEAST_STEPS = 2000
_DECLINE = 1 / 5  # of the steps, the last


class Units(NamedTuple):
    """From the rows of X to what a network sees."""

    scaling: Scaling
    fill: np.ndarray  # (n_features,): see Fitted


class Given(NamedTuple):
    """What ``fit`` was given, checked."""

    rows: Matrix  # (n_samples, n_features), as they came
    row_shape: tuple[int, ...]
    weights: np.ndarray  # (n_samples,); 0 for rows that are left out
    labels: Labels | None = None
    units: Units | None = None  # those of a stack, for its layers; None where the rows themselves teach them
    table: Table | None = None  # of a DataFrame of mixed columns

    def to_rows(self, fitted: Fitted, weights: np.ndarray | None = None) -> Rows:
        """Rows for the engine; with other weights than their own if given."""
        weights = self.weights if weights is None else weights
        return Rows(self.rows, fitted.scaling, weights, fitted.fill, _targets(self.labels))


def _targets(labels: Labels | None) -> np.ndarray | None:
    return None if labels is None else labels.one_hot


def _learnt_units(estimator: "Network", given: Given) -> Units:
    rows, weights = given.rows, given.weights
    encoder = estimator._specified("encoder")
    time, _ = encoder.sequence(given.row_shape) or (None, None)
    images = time is None and (len(given.row_shape) > 1 or encoder.image_shape is not None)
    check_columns_observed(rows, weights, getattr(estimator, "feature_names_in_", None))
    if estimator._layout is not None:
        return Units(fit_robust(rows, estimator._layout, weights), np.zeros(rows.shape[1], np.float32))
    scaling = fit_scaling(rows, estimator.scale, images=images, steps=time or 1, sample_weight=weights)
    return Units(scaling, column_means(rows, scaling, weights))


def start(estimator: "Network", given: Given) -> Fitted:
    """Networks, scaling and an optimizer at their start."""
    optimizer = make_optimizer(estimator.optimizer, estimator.learning_rate)
    architecture, memory = _architecture(estimator, given)
    seed = int(check_random_state(estimator.random_state).randint(2**31 - 1))
    road = architecture.build(np.random.SeedSequence(seed), estimator._corruption())
    scaling, fill = given.units or _learnt_units(estimator, given)
    of_fit = Rows(given.rows, scaling, given.weights, fill, _targets(given.labels))
    check_domain(estimator, of_fit)
    latent, likelihood = architecture.latent, architecture.likelihood
    memory |= likelihood.measured(of_fit)
    compared = of_fit if architecture.n_last is None else of_fit.last(architecture.n_last)
    learned = likelihood.start(compared) | latent.start(of_fit, np.random.default_rng(seed))
    for variables, values in ((road.learned, learned), (road.memory, memory)):
        for name, variable in variables.items():
            variable.assign(values[name])
    build_optimizer(optimizer, road.trainable)
    return Fitted(
        architecture=architecture,
        road=road,
        optimizer=optimizer,
        scaling=scaling,
        fill=fill,
        seed=seed,
        made_with=fixed_parameters(estimator),
        objective=estimator._objective(),
        learning_rate=estimator.learning_rate,
        classes=None if given.labels is None else given.labels.classes,
        table=given.table,
    )


def start_output(fitted: Fitted, training: Rows) -> None:
    """Let a new network give back about the means of the rows that it will train on, where its decoder can.

    Rows set aside take no part. What was never observed begins where its gaps are filled.
    """
    architecture = fitted.architecture
    means = column_means(training.array, fitted.scaling, training.all_weights)
    means = np.where(np.isnan(means), fitted.fill, means)[-architecture.n_outputs :]
    link = architecture.likelihood.link
    if link(means) is not None:
        architecture.decoder.start_at(fitted.road.decoder, means, link)


def _architecture(estimator: "Network", given: Given) -> tuple[Architecture, dict[str, np.ndarray]]:
    """The architecture, and what it remembers at the start."""
    encoder, decoder = estimator._specified("encoder"), estimator._decoder()
    for network in (encoder, decoder):
        network.check(given.row_shape)
    n_components = estimator._n_components(given.row_shape)
    memory = _memory(estimator, n_components)
    architecture = Architecture(
        row_shape=given.row_shape,
        n_components=n_components,
        encoder=encoder,
        decoder=decoder,
        indicator=estimator.missing == "indicator",
        latent=estimator._latent(),
        likelihood=estimator._likelihood(),
        memory={name: value.shape for name, value in memory.items()},
        n_targets=None if given.labels is None else len(given.labels.classes),
        layout=estimator._layout,
    )
    return architecture, memory


def _memory(estimator: "Network", n_components: int) -> dict[str, np.ndarray]:
    """What the latent and the terms remember from step to step, as it is at the start."""
    every = estimator._latent(), estimator._likelihood(), *estimator._terms()
    parts = [part for part in every if hasattr(part, "memory")]
    return {name: v for part in parts for name, v in part.memory(n_components).items()}


def check_domain(estimator: "Network", rows: Rows) -> None:
    """Raise ``DataError`` where the likelihood or the corruption can't take these rows."""
    if rows.targets is None:
        estimator._likelihood().check(rows)
    corruption = estimator._corruption()
    if corruption is not None:
        corruption.check(rows)
        check_noise(corruption, estimator._layout or Layout())


def go_on(estimator: "Network", given: Given) -> Fitted:
    """What an earlier fit learned, where these rows and the parameters allow to go on from it.

    A learning rate that was changed since is taken over; one that a callback changed stays otherwise. What a
    penalty remembers that was not there before begins at its start.
    """
    fitted = estimator._fitted
    check_unchanged(estimator, fitted.made_with)
    check_row_shape(given.row_shape, *fitted.architecture.known_shapes)
    fitted.scaling.check(given.rows)
    check_domain(estimator, given.to_rows(fitted))
    remembered = {name: v.value for name, v in fitted.road.memory.items()}
    at_start = _memory(estimator, fitted.architecture.n_components)
    memory = {name: remembered.get(name, start) for name, start in at_start.items()}
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
    estimator: "Network",
    fitted: Fitted,
    given: Given,
    held_out: Rows | None,
    callbacks: list[keras.callbacks.Callback],
) -> "Run | None":
    """The run in the folder of ``checkpoint``, if there is one."""
    if estimator.checkpoint is None:
        return None
    from diabolo.storage.runs import Run, identity_of

    identity = identity_of(estimator, fitted, given, held_out, callbacks)
    return Run(estimator.checkpoint, identity, fitted)


def split(
    estimator: "Network", fitted: Fitted, given: Given, held_out: Rows | None
) -> tuple[Rows, Evaluation | None]:
    """Rows to train on, and those to validate on if any."""
    if held_out is not None:
        return given.to_rows(fitted), Evaluation(held_out)
    if not estimator.early_stopping:
        return given.to_rows(fitted), None
    kept = np.flatnonzero(given.weights)
    n_held_out = math.ceil(estimator.validation_fraction * len(kept))
    if n_held_out >= len(kept):
        raise DataError(
            f"early_stopping=True sets {n_held_out} of {len(kept)} rows aside and leaves none to train on. "
            "Pass more rows, or validation_data."
        )
    aside = np.zeros(len(given.weights), bool)
    aside[np.random.default_rng(fitted.seed).permutation(kept)[:n_held_out]] = True
    training, validation = (
        given.to_rows(fitted, np.where(chosen, given.weights, 0)) for chosen in (~aside, aside)
    )
    return training, Evaluation(validation)


def check_validation(estimator: "Network", fitted: Fitted, validation_data: Any) -> Rows | None:
    """Rows to validate on, if ``fit`` was given any."""
    if validation_data is None:
        return None
    X, y = _rows_and_labels(validation_data, labelled=fitted.classes is not None)
    try:
        rows, shape, _ = read_rows(estimator, X, fitted)
        check_row_shape(shape, *fitted.architecture.known_shapes)
        fitted.scaling.check(rows)
        if fitted.classes is None:
            fitted.road.likelihood.check(Rows(rows, fitted.scaling, fill=fitted.fill))
        labels = None if fitted.classes is None else encoded(check_labels(y, estimator), fitted.classes)
        if labels is not None:
            check_as_many(len(labels.one_hot), rows.shape[0])
    except ValueError as error:
        raise DataError(f"validation_data must be rows like those of X, but: {error}") from error
    compared = estimator._compared(rows, shape)
    weights = without_empty_rows(compared, check_weights(None, rows.shape[0]))
    return Given(rows, shape, weights, labels).to_rows(fitted)


def _rows_and_labels(validation_data: Any, *, labelled: bool) -> tuple[Any, Any]:
    is_tuple = isinstance(validation_data, tuple)
    if labelled and not (is_tuple and len(validation_data) == 2):
        raise DataError(
            "validation_data must be rows and their labels, a tuple of two; got "
            f"{f'a tuple of {len(validation_data)}' if is_tuple else type(validation_data).__name__}. Pass "
            "validation_data=(X_test, y_test)."
        )
    if is_tuple and not labelled:
        raise DataError(
            "validation_data must be rows alone, for an autoencoder's target is its input; got a tuple of "
            f"{len(validation_data)}. Pass validation_data=X_test."
        )
    return validation_data if labelled else (validation_data, None)


def train(
    estimator: "Network",
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
    decline = None
    if epochs == "auto":
        epochs = max(_LEAST_EPOCHS, math.ceil(_LEAST_STEPS / stream.steps_per_epoch))
        decline = _decline(estimator, fitted, epochs * stream.steps_per_epoch)
    done = len(fitted.epochs)
    if not partial:
        check_schedules(estimator, done + int(epochs))
    fitted.program = program_for(fitted.road, fitted.objective, fitted.optimizer)
    saved = None if run is None else run.saved
    if saved is not None and saved.finished:
        return recalled(saved.snapshot, watchers)
    start = initial_state(fitted.road, fitted.optimizer) if saved is None else saved.snapshot
    checkpoints = None if run is None else run.checkpoints(estimator, fitted)
    if checkpoints is not None:
        watchers.append(checkpoints)
    to_do = range(done, done + int(epochs))
    loop = FitLoop(
        fitted.program, stream, to_do, start, validation=validation, watchers=watchers, decline=decline
    )
    outcome = loop.run()
    return outcome if checkpoints is None else checkpoints.conclude(loop, outcome)


def _decline(estimator: "Network", fitted: Fitted, n_steps: int) -> np.ndarray | None:
    """Where the learning rate falls in this training of known length; an optimizer object keeps its own."""
    if not isinstance(estimator.optimizer, str):
        return None
    end = int(keras.ops.convert_to_numpy(fitted.optimizer.iterations)) + n_steps
    return np.array([end - _DECLINE * n_steps, end], np.float32)


def _watchers(
    estimator: "Network", fitted: Fitted, callbacks: list[keras.callbacks.Callback]
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
