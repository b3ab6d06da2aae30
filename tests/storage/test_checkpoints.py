"""Training broken off and taken up again ends at the bits of training that never was."""

import json
import logging
import os
import re
import time

import keras
import numpy as np
import pytest
from scipy.sparse import csr_array

from diabolo import Autoencoder, ModelFileError, OutputError, ParameterError, TrainingInterrupted, load
from diabolo.storage import checkpoints
from diabolo.storage.archive import read_archive
from diabolo.training import batches
from diabolo.training.loop import FitLoop

X = np.random.default_rng(0).normal(size=(500, 6)).cumsum(axis=1)


class PowerCut(BaseException):
    """Ends a process, as far as training can tell."""


class Counter(keras.callbacks.Callback):
    """A callback of a user's own, with a state."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_begin(self, logs=None):
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(logs["loss"])

    def get_state(self):
        return {"seen": self.seen}

    def set_state(self, state):
        self.seen = state["seen"]


class Forgetful(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.count = 0


@pytest.fixture(autouse=True)
def many_snapshots(monkeypatch):
    """One at every chunk, and several chunks an epoch."""
    monkeypatch.setattr(checkpoints, "_SECONDS", 0.0)
    monkeypatch.setattr(batches, "_SECONDS_A_CHUNK", 1e-9)


@pytest.fixture
def cut(monkeypatch):
    """``cut(fit, chunks)`` breaks training off after so many chunks, as a kill would."""

    def cut(fit, chunks):
        left = [chunks]
        finish = FitLoop._finish

        def finish_or_die(self, *arguments):
            left[0] -= 1
            if left[0] < 0:
                for watcher in self.watchers:
                    if isinstance(watcher, checkpoints.Checkpoints):
                        watcher.writer.wait()
                raise PowerCut
            return finish(self, *arguments)

        with monkeypatch.context() as patch, pytest.raises(PowerCut):
            patch.setattr(FitLoop, "_finish", finish_or_die)
            fit()

    return cut


def autoencoder(**parameters):
    return Autoencoder(2, **{"encoder": (8,), "epochs": 4, "random_state": 0, "batch_size": 200} | parameters)


def weights(fitted):
    return [*fitted.encoder_.get_weights(), *fitted.decoder_.get_weights()]


def assert_same_ending(one, other):
    for a, b in zip(weights(one), weights(other), strict=True):
        np.testing.assert_array_equal(a, b)
    assert one.history_.keys() == other.history_.keys()
    for name, column in one.history_.items():
        np.testing.assert_array_equal(column, other.history_[name])


CALLBACKS = {
    "none": lambda: (),
    "patience": lambda: (
        keras.callbacks.ReduceLROnPlateau(monitor="loss", patience=1, min_delta=10),
        keras.callbacks.EarlyStopping(monitor="loss", patience=2, min_delta=10, restore_best_weights=True),
    ),
    "schedule": lambda: (keras.callbacks.LearningRateScheduler(_slower),),
    "own": lambda: (Counter(),),
}


def _slower(epoch, rate):
    return rate * 0.8


@pytest.mark.parametrize("chunks", [0, 1, 3, 5, 8])
@pytest.mark.parametrize("name", CALLBACKS)
def test_goes_on_to_the_same_bits(tmp_path, cut, name, chunks):
    whole = autoencoder(callbacks=CALLBACKS[name]()).fit(X)
    resumable = autoencoder(callbacks=CALLBACKS[name](), checkpoint=tmp_path)
    cut(lambda: resumable.fit(X), chunks)
    assert not hasattr(resumable, "_fitted")
    assert_same_ending(autoencoder(callbacks=CALLBACKS[name](), checkpoint=tmp_path).fit(X), whole)


@pytest.mark.parametrize(
    ("parameters", "given", "fit"),
    [
        ({"early_stopping": True, "patience": 1}, X, {}),
        ({}, X, {"validation_data": X[:50] + 1, "sample_weight": np.arange(len(X)) % 3}),
        ({"missing": "indicator"}, np.where(X > 3, np.nan, X), {}),
        ({"optimizer": keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 9))}, X, {}),
        ({}, csr_array(np.maximum(X, 0)), {}),
        ({}, np.clip(X * 20, 0, 255).astype(np.uint8).reshape(-1, 2, 3), {}),
    ],
    ids=["early stopping", "validation and weights", "gaps", "schedule in the optimizer", "sparse", "images"],
)
def test_goes_on_whatever_is_fitted(tmp_path, cut, parameters, given, fit):
    whole = autoencoder(**parameters).fit(given, **fit)
    resumable = autoencoder(**parameters, checkpoint=tmp_path)
    cut(lambda: resumable.fit(given, **fit), 4)
    cut(lambda: resumable.fit(given, **fit), 2)
    assert_same_ending(resumable.fit(given, **fit), whole)


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # a log that the cut leaves open
def test_a_log_has_each_epoch_once(tmp_path, cut):
    def logged(path):
        return [keras.callbacks.CSVLogger(str(path))]

    autoencoder(callbacks=logged(tmp_path / "whole.csv")).fit(X)
    resumable = autoencoder(callbacks=logged(tmp_path / "cut.csv"), checkpoint=tmp_path / "runs")
    cut(lambda: resumable.fit(X), 8)
    resumable.fit(X)
    assert (tmp_path / "cut.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_training_that_is_over_gives_its_model_again(tmp_path, monkeypatch):
    def make():
        stopping = keras.callbacks.EarlyStopping("loss", patience=1, min_delta=10, restore_best_weights=True)
        return autoencoder(checkpoint=tmp_path, callbacks=[stopping])

    first = make().fit(X)
    monkeypatch.setattr(FitLoop, "run", lambda _: pytest.fail("trained again"))
    again = make().fit(X)
    assert_same_ending(first, again)
    assert again.callbacks_[0].stopped_epoch == first.callbacks_[0].stopped_epoch == 1


def test_the_seed_of_chance_is_kept(tmp_path, cut):
    resumable = autoencoder(random_state=None, checkpoint=tmp_path)
    cut(lambda: resumable.fit(X), 5)
    seed = load(next(tmp_path.glob("*/checkpoint.diabolo")))._fitted.seed
    fitted = resumable.fit(X)
    assert fitted._fitted.seed == seed
    assert fitted.n_iter_ == 4


def test_a_warm_start_is_a_run_of_its_own(tmp_path, cut):
    whole = autoencoder(warm_start=True).fit(X).fit(X[::-1])
    resumable = autoencoder(warm_start=True, checkpoint=tmp_path).fit(X)
    cut(lambda: resumable.fit(X[::-1]), 4)
    later = autoencoder(warm_start=True, checkpoint=tmp_path).fit(X).fit(X[::-1])
    assert len(list(tmp_path.iterdir())) == 2
    assert_same_ending(later, whole)


def test_an_interrupt_keeps_the_last_whole_epoch_and_can_be_taken_up(tmp_path, monkeypatch):
    whole = autoencoder().fit(X)

    def interrupt(self, take):
        if take().epoch == 2 and take().step == 1:
            raise KeyboardInterrupt

    resumable = autoencoder(checkpoint=tmp_path)
    with monkeypatch.context() as patch, pytest.raises(TrainingInterrupted, match="model of epoch 2"):
        pause = checkpoints.Checkpoints.pause
        patch.setattr(
            checkpoints.Checkpoints, "pause", lambda self, take: pause(self, take) or interrupt(self, take)
        )
        resumable.fit(X)
    np.testing.assert_array_equal(resumable.history_["loss"], whole.history_["loss"][:2])
    assert_same_ending(autoencoder(checkpoint=tmp_path).fit(X), whole)


def test_a_falling_rate_goes_on_where_it_was(tmp_path, cut):
    automatic = {"epochs": "auto", "batch_size": 8, "encoder": (4,)}  # 25 steps an epoch
    few = X[:200]
    whole = autoencoder(**automatic).fit(few)
    steps = 25 * whole.n_iter_
    cut(lambda: autoencoder(checkpoint=tmp_path, **automatic).fit(few), round(0.9 * steps))
    assert_same_ending(autoencoder(checkpoint=tmp_path, **automatic).fit(few), whole)


def test_a_checkpoint_is_a_model_file(tmp_path, cut):
    cut(lambda: autoencoder(checkpoint=tmp_path).fit(X), 5)  # 3 steps an epoch: inside the second
    loaded = load(next(tmp_path.glob("*/checkpoint.diabolo")))
    assert_same_ending(loaded, autoencoder(epochs=1).fit(X))


def test_a_checkpoint_tells_no_paths(tmp_path):
    autoencoder(checkpoint=tmp_path).fit(X)
    document, _ = read_archive(next(tmp_path.glob("*/checkpoint.diabolo")))
    assert str(tmp_path) not in json.dumps(document)
    assert str(tmp_path) not in next(tmp_path.glob("*/run.json")).read_text()


@pytest.mark.parametrize(
    ("changed", "rows", "says"),
    [
        ({"batch_size": 100}, X, r"differs in batch_size \(was 200, is 100\)\. Training starts afresh"),
        ({}, X[1:], r"differs in rows\. Training"),
        ({"callbacks": [Counter()]}, X, r"differs in callbacks \(was none, is Counter"),
    ],
)
def test_other_runs_have_other_folders_and_the_nearest_is_named(tmp_path, caplog, changed, rows, says):
    autoencoder(checkpoint=tmp_path, activation="tanh", encoder=(4,)).fit(X)
    autoencoder(checkpoint=tmp_path).fit(X)
    caplog.clear()
    fitted = autoencoder(checkpoint=tmp_path, **changed).fit(rows)
    (record,) = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert record.getMessage().count("\n") == 0
    assert re.search(says, record.getMessage())
    assert len(list(tmp_path.iterdir())) == 3
    assert_same_ending(fitted, autoencoder(**changed).fit(rows))


@pytest.mark.parametrize("options", [{"verbose": 1}, {"checkpoint": "elsewhere"}])
def test_what_changes_no_bit_is_no_part_of_a_run(tmp_path, cut, options):
    cut(lambda: autoencoder(checkpoint=tmp_path / "runs").fit(X), 5)
    if "checkpoint" in options:
        (tmp_path / "runs").rename(tmp_path / "elsewhere")
        options = {"checkpoint": str(tmp_path / "elsewhere")}
    autoencoder(**{"checkpoint": tmp_path / "runs"} | options).fit(X)
    assert len(list(tmp_path.glob("*/*/run.json"))) == 1


def test_callbacks_that_would_forget_are_refused(tmp_path):
    with pytest.raises(
        ParameterError, match=r"Forgetful may remember something in count\. Give it get_state"
    ):
        autoencoder(checkpoint=tmp_path, callbacks=[Forgetful()]).fit(X)
    autoencoder(callbacks=[Forgetful()]).fit(X)


def test_partial_fit_has_no_checkpoints(tmp_path):
    with pytest.raises(ParameterError, match="checkpoint=.* has no effect in partial_fit"):
        autoencoder(checkpoint=str(tmp_path)).partial_fit(X)


def test_a_damaged_checkpoint_is_named(tmp_path):
    autoencoder(checkpoint=tmp_path).fit(X)
    path = next(tmp_path.glob("*/checkpoint.diabolo"))
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(ModelFileError, match="checkpoint.diabolo"):
        autoencoder(checkpoint=tmp_path).fit(X)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="checkpoint must be a folder"):
        autoencoder(checkpoint=tmp_path / "file").fit(X)


@pytest.mark.parametrize("epochs", [1, 400])
def test_a_full_disk_stops_training_and_keeps_the_last_whole_epoch(tmp_path, monkeypatch, epochs):
    def full(path, *contents):
        raise OutputError(f"Can't write {path}: no space left.")

    monkeypatch.setattr(checkpoints, "write_archive", full)
    fitted = autoencoder(checkpoint=tmp_path, epochs=epochs, batch_size=512)  # one step an epoch
    with pytest.raises(OutputError, match="no space left"):
        fitted.fit(X)
    assert 1 <= fitted.n_iter_ <= epochs
    assert_same_ending(fitted, autoencoder(epochs=fitted.n_iter_, batch_size=512).fit(X))


def test_folders_of_others_are_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "run.json").write_text("{ no json")
    autoencoder(checkpoint=tmp_path).fit(X)
    assert len(list(tmp_path.iterdir())) == 2


def test_what_a_dead_process_left_is_removed(tmp_path):
    autoencoder(checkpoint=tmp_path).fit(X)
    run = next(tmp_path.iterdir())
    for name in (".checkpoint.diabolo.old.part", ".checkpoint.diabolo.new.part"):
        (run / name).touch()
    os.utime(run / ".checkpoint.diabolo.old.part", (0, time.time() - 3600))
    autoencoder(checkpoint=tmp_path).fit(X)
    assert sorted(p.name for p in run.iterdir()) == [
        ".checkpoint.diabolo.new.part", "checkpoint.diabolo", "run.json"
    ]  # fmt: skip
