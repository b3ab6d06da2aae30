"""Keras callbacks at epoch ends, as they work in Keras's own fit."""

import csv
import importlib.util

import keras
import numpy as np
import pytest

from diabolo import Autoencoder, MissingDependencyError, ParameterError


def small(*callbacks, **parameters):
    return Autoencoder(
        2, encoder=(8,), random_state=0, callbacks=list(callbacks), **{"epochs": 6, **parameters}
    )


class Recorder(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.weights, self.logs, self.events = [], [], []

    def on_train_begin(self, logs=None):
        self.events.append("begin")

    def on_epoch_begin(self, epoch, logs=None):
        self.events.append(epoch)

    def on_epoch_end(self, epoch, logs=None):
        self.logs.append(dict(logs))
        self.weights.append(self.model.get_weights())

    def on_train_end(self, logs=None):
        self.events.append("end")


def test_callbacks_see_every_epoch_with_the_weights_in_place(table):
    ae = small(Recorder(), epochs=3).fit(table, validation_data=table)
    (seen,) = ae.callbacks_
    assert seen.events == ["begin", 0, 1, 2, "end"]
    assert [logs["val_loss"] for logs in seen.logs] == ae.history_["val_loss"].tolist()
    after_two = small(epochs=2).fit(table)
    for ours, theirs in zip(seen.weights[1], after_two.model_.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_the_object_passed_in_stays_as_it_was(table):
    recorder = Recorder()
    small(recorder).fit(table)
    assert recorder.events == []


def test_early_stopping_stops_and_goes_back_to_the_best(table):
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True, min_delta=1e9)
    ae = small(stopping, epochs=50).fit(table, validation_data=table)
    assert ae.n_iter_ == 3  # no epoch after the first improves by 1e9
    assert ae.evaluate(table)["loss"] == pytest.approx(ae.history_["val_loss"][0], rel=1e-5)


def test_early_stopping_by_parameter_sets_rows_aside(table):
    parameters = {"epochs": 400, "early_stopping": True, "patience": 3, "learning_rate": 0.05}
    ae = small(**parameters).fit(table)
    losses = ae.history_["val_loss"]
    assert ae.n_iter_ < 400
    assert losses.argmin() == len(losses) - 1 - 3
    assert ae.callbacks_ == []


def test_reduce_lr_on_plateau_moves_the_learning_rate(table):
    plateau = keras.callbacks.ReduceLROnPlateau("loss", factor=0.1, patience=1, min_delta=1e9)
    ae = small(plateau).fit(table)
    rates = ae.history_["learning_rate"]
    assert rates[0] == pytest.approx(1e-3)
    assert rates[-1] < 2e-5


def test_learning_rate_scheduler_acts_from_its_epoch_on(table):
    frozen = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate if epoch < 3 else 0.0)
    ae, until_then = small(frozen).fit(table), small(epochs=3).fit(table)
    for ours, theirs in zip(ae.model_.get_weights(), until_then.model_.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_csv_logger_writes_the_history(table, tmp_path):
    path = tmp_path / "log.csv"
    ae = small(keras.callbacks.CSVLogger(str(path))).fit(table, validation_data=table)
    with path.open() as file:
        rows = list(csv.DictReader(file))
    np.testing.assert_allclose([float(row["val_loss"]) for row in rows], ae.history_["val_loss"])


def test_model_checkpoint_writes_a_keras_model(table, tmp_path):
    path = tmp_path / "last.keras"
    ae = small(keras.callbacks.ModelCheckpoint(str(path))).fit(table)
    loaded = keras.models.load_model(path)
    for ours, theirs in zip(loaded.get_weights(), ae.model_.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


HAS_TENSORBOARD = all(importlib.util.find_spec(name) for name in ("tensorflow", "tensorboard"))


@pytest.mark.skipif(HAS_TENSORBOARD, reason="TensorBoard is installed")
def test_tensorboard_without_tensorflow_says_the_pip_command(table, tmp_path):
    with pytest.raises(MissingDependencyError, match="pip install tensorflow-cpu tensorboard"):
        small(keras.callbacks.TensorBoard(str(tmp_path))).fit(table)


@pytest.mark.skipif(not HAS_TENSORBOARD, reason="needs TensorBoard")
def test_tensorboard_writes_its_events(table, tmp_path):
    small(keras.callbacks.TensorBoard(str(tmp_path))).fit(table, validation_data=table)
    assert list(tmp_path.rglob("events.out.tfevents*"))


class WantsBatches(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        pass


@pytest.mark.parametrize(
    ("callback", "says"),
    [
        (keras.callbacks.EarlyStopping("val_loss"), "monitors 'val_loss', which this training does not log"),
        (keras.callbacks.EarlyStopping("accuracy"), "it logs loss, reconstruction, mse"),
        (WantsBatches(), "wants to be called at batches"),
        (keras.callbacks.ModelCheckpoint("x.keras", save_freq=10), "frequency to 'epoch'"),
        (keras.callbacks.LambdaCallback(on_train_batch_end=print), "wants to be called at batches"),
        (print, "must be Keras callback objects"),
    ],
)
def test_callbacks_that_could_not_work(table, callback, says):
    with pytest.raises(ParameterError, match=says):
        small(callback).fit(table)


def test_a_callback_that_cannot_be_copied(table):
    recorder = Recorder()
    recorder.file = open(__file__)  # noqa: SIM115
    with recorder.file, pytest.raises(ParameterError, match="are copied before fit, and Recorder can't be"):
        small(recorder).fit(table)
