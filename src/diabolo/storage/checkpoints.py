"""Training that survives its process: snapshots on disk, from which a later ``fit`` goes on.

A checkpoint is a model file, with the model of the last whole epoch, and beside it everything else that
the next step depends on: so training that goes on ends at the same bits as training never broken off.
"""

import copy
import dataclasses
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np

from diabolo.errors import ModelFileError, OutputError
from diabolo.estimators.fitted import Fitted, history_of
from diabolo.estimators.network import Network
from diabolo.storage.archive import Arrays, Document, read_archive, write_archive
from diabolo.storage.background import BackgroundWriter
from diabolo.storage.model_file import describe
from diabolo.storage.packing import packed, unpacked
from diabolo.training.loop import Course, FitLoop, Logs, Outcome, Snapshot, Watcher
from diabolo.training.program import TrainState

_SECONDS = 30.0  # between snapshots inside long epochs


class Saved(NamedTuple):
    """What a checkpoint holds."""

    snapshot: Snapshot
    seed: int
    finished: bool  # nothing is left to train


class Checkpoints(Watcher):
    """Writes a snapshot at each chunk that ends an epoch, and every half minute inside long ones.

    A thread writes, at most one snapshot behind; where training is faster than the disk, the newest
    snapshot is written next and those between are passed over.

    Parameters
    ----------
    path : Path
        The file, always that of the newest snapshot.
    estimator : Network
    fitted : Fitted
        As training begins.
    """

    def __init__(self, path: Path, estimator: Network, fitted: Fitted):
        described = copy.copy(estimator)
        described._fitted = dataclasses.replace(fitted, sampler=None)  # of codes that training changes
        self.path = path
        self.document, self.arrays = describe(described)
        self.epochs_before = list(fitted.epochs)
        self.seed = fitted.seed
        self.writer = BackgroundWriter()
        self.written = time.monotonic()
        self.is_on_disk = False  # whether training stands where the file does

    def begin(self, state: TrainState, course: Course) -> TrainState:
        self.is_on_disk = course.memory is not None
        return state

    def pause(self, take: Callable[[], Snapshot]) -> None:
        snapshot = take()
        due = snapshot.step == 0 or time.monotonic() - self.written >= _SECONDS
        if due and not self.is_on_disk:
            self.writer.submit(lambda: self._write(snapshot))
            self.written = time.monotonic()
        self.is_on_disk = False

    def conclude(self, loop: FitLoop, outcome: Outcome) -> Outcome:
        """Wait for what is being written, and write training that is over.

        A file that can't be written is what stopped training, where nothing else has.
        """
        try:
            self.writer.wait()
            if outcome.stopped_by is None:
                self._write(loop.snapshot()._replace(state=outcome.state, whole=outcome.state), finished=True)
        except OutputError as error:
            return outcome._replace(stopped_by=outcome.stopped_by or error)
        return outcome

    def _write(self, snapshot: Snapshot, finished: bool = False) -> None:
        arrays: Arrays = dict(self.arrays)
        state, whole = _parts(snapshot.state), _parts(snapshot.whole)
        weights = [*snapshot.whole.weights.trainable, *snapshot.whole.weights.non_trainable]
        arrays |= {f"weights/{i}": _host(value) for i, value in enumerate(weights)}
        history = history_of([*self.epochs_before, *snapshot.history])
        arrays |= {f"history/{name}": column for name, column in history.items()}
        content = {
            "state": state,
            # Both are one at an epoch's end, where nearly all snapshots are taken.
            "whole": None if snapshot.whole is snapshot.state else whole,
            "history": _table(snapshot.history),
            "epoch": snapshot.epoch,
            "step": snapshot.step,
            "sums": snapshot.sums,
            "memories": snapshot.memories,
            "seed": self.seed,
            "finished": finished,
        }
        document = self.document | {"history": list(history)}
        document["checkpoint"] = packed(content, "checkpoint", arrays)
        write_archive(self.path, document, arrays)


def read_checkpoint(path: str | os.PathLike[str], like: TrainState) -> Saved | None:
    """The newest snapshot, or None where there is none yet.

    Parameters
    ----------
    path : str or path-like
    like : TrainState
        A state of the same make, for its dtypes.

    Raises
    ------
    ModelFileError
        If the file was damaged.
    """
    if not os.path.exists(path):
        return None
    try:
        return _saved(*read_archive(path), like)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFileError(
            f"{os.fspath(path)}: no training can go on from this checkpoint ({error}). Delete its folder to "
            "train from the start."
        ) from error


def _saved(document: Document, arrays: Arrays, like: TrainState) -> Saved:
    content = unpacked(document["checkpoint"], arrays)
    state = _state(content["state"], like)
    whole = state if content["whole"] is None else _state(content["whole"], like)
    place = content["epoch"], content["step"]
    snapshot = Snapshot(state, whole, _logs(content["history"]), *place, content["sums"], content["memories"])
    return Saved(snapshot, content["seed"], content["finished"])


def _parts(state: TrainState) -> list:
    return [
        [list(group) for group in state.trainable],
        [list(g) for g in state.optimizer],
        state.non_trainable,
    ]


def _state(parts: list, like: TrainState) -> TrainState:
    """Tensors of this backend, of the dtypes of a state of the same make."""
    trainable, optimizer, non_trainable = parts
    return TrainState(
        tuple(map(_tensors, trainable, like.trainable)),
        tuple(map(_tensors, optimizer, like.optimizer)),
        _tensors(non_trainable, like.non_trainable),
    )


def _tensors(arrays: list, like: list) -> list:
    pairs = zip(arrays, like, strict=True)
    return [
        keras.ops.convert_to_tensor(array, keras.backend.standardize_dtype(tensor.dtype))
        for array, tensor in pairs
    ]


def _host(tensor: object) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def _table(history: list[Logs]) -> dict:
    """Columns of the history, and which of its numbers were logged."""
    columns = history_of(history)
    logged = {name: np.array([name in logs for logs in history], np.uint8) for name in columns}
    return {"columns": columns, "logged": logged}


def _logs(table: dict) -> list[Logs]:
    columns, logged = table["columns"], table["logged"]
    n_epochs = len(next(iter(columns.values()), ()))
    return [
        {name: float(column[epoch]) for name, column in columns.items() if logged[name][epoch]}
        for epoch in range(n_epochs)
    ]
