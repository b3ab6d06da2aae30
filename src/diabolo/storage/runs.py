"""The folder of ``checkpoint=``: a subfolder a run, named by what the run is made of."""

import hashlib
import json
import logging
import os
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
from sklearn.base import BaseEstimator

from diabolo.data.fingerprint import fingerprint
from diabolo.data.labels import Labels
from diabolo.data.rows import Rows
from diabolo.errors import OutputError
from diabolo.estimators.fitted import Fitted, host_values
from diabolo.estimators.fitting import Given
from diabolo.estimators.network import Network
from diabolo.storage.atomic import write_atomically
from diabolo.storage.checkpoints import Checkpoints, Saved, read_checkpoint
from diabolo.training.optimizers import optimizer_key
from diabolo.training.program import initial_state

logger = logging.getLogger("diabolo")

Identity = dict[str, str]

_CHECKPOINT, _IDENTITY = "checkpoint.diabolo", "run.json"
_NO_PART = {"callbacks", "checkpoint", "verbose", "warm_start"}  # of what comes out, or told otherwise
_SECONDS_OF_A_WRITE = 600.0  # a part of a file that is older was left by a process that died


def identity_of(
    estimator: Network,
    fitted: Fitted,
    given: Given,
    validation: Rows | None,
    callbacks: list[keras.callbacks.Callback],
) -> Identity:
    """All that the outcome of a training depends on, in words that are equal for equal things."""
    parameters = estimator.get_params(deep=False)
    return {
        "class": type(estimator).__name__,
        **{name: _in_words(value) for name, value in parameters.items() if name not in _NO_PART},
        "callbacks": ", ".join(_in_words(callback) for callback in callbacks) or "none",
        "backend": keras.backend.backend(),
        "rows": fingerprint(given.rows),
        "units": "learnt" if given.units is None else _units(fitted),
        "labels": _labels(given.labels),
        "shape of a row": repr(fitted.row_shape),
        "sample_weight": "ones" if (given.weights == 1).all() else fingerprint(given.weights[:, np.newaxis]),
        "validation_data": "none" if validation is None else _told(validation),
        "training before": _begun(fitted),
    }


class Run:
    """One training in its folder.

    Parameters
    ----------
    folder : str or path-like
        Holds a subfolder a run. Where there are others and none of this identity, one line is logged that
        says how the nearest differs.
    identity : dict of str to str
    fitted : Fitted
        As training begins; takes up the seed of the run's checkpoint.

    Attributes
    ----------
    saved : Saved or None
        Where training was broken off, or what it ended at.

    Raises
    ------
    OutputError
        If the folder can't be made or written.
    ModelFileError
        If the checkpoint was damaged.
    """

    def __init__(self, folder: str | os.PathLike[str], identity: Identity, fitted: Fitted):
        digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
        path = Path(folder) / digest[:16]
        try:
            _prepare(path, identity)
        except OSError as error:
            if isinstance(error, OutputError):
                raise
            raise OutputError(
                f"checkpoint must be a folder that can be written, and {folder} can't: "
                f"{error.strerror or error}. Choose another."
            ) from error
        self.path = path / _CHECKPOINT
        self.saved: Saved | None = read_checkpoint(self.path, initial_state(fitted.road, fitted.optimizer))
        if self.saved is not None:
            fitted.seed = self.saved.seed
            _tell_where(self.saved, self.path)

    def checkpoints(self, estimator: Network, fitted: Fitted) -> Checkpoints:
        """The watcher that writes this run's snapshots."""
        return Checkpoints(self.path, estimator, fitted)


def _tell_where(saved: Saved, path: Path) -> None:
    if saved.finished:
        logger.info("This training is over already; its model comes from %s.", path)
    else:
        place = saved.snapshot.epoch + 1, saved.snapshot.step + 1
        logger.info("Training goes on from epoch %d, step %d, as kept in %s.", *place, path)


def _prepare(run: Path, identity: Identity) -> None:
    if not (run / _IDENTITY).exists():
        _tell_nearest(run.parent, identity)
        run.mkdir(parents=True, exist_ok=True)
        text = json.dumps(identity, indent=1, sort_keys=True).encode()
        write_atomically(run / _IDENTITY, lambda file: file.write(text))
    for part in run.glob(".*.part"):
        if time.time() - part.stat().st_mtime > _SECONDS_OF_A_WRITE:
            part.unlink(missing_ok=True)


def _tell_nearest(folder: Path, identity: Identity) -> None:
    others = [other for path in folder.glob(f"*/{_IDENTITY}") if (other := _read(path))]
    if not others:
        return
    differences = min((_differences(other, identity) for other in others), key=len)
    logger.warning(
        "%s holds no run of these parameters and data; the nearest differs in %s. Training starts afresh.",
        folder,
        "; ".join(differences),
    )


def _read(path: Path) -> Identity | None:
    """The identity in a file; None if there is none."""
    try:
        identity = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return identity if isinstance(identity, dict) else None


def _differences(other: Identity, identity: Identity) -> list[str]:
    """What differs, in words."""
    names = [name for name in identity | other if identity.get(name) != other.get(name)]
    return [f"{name}{_change(other.get(name), identity.get(name))}" for name in names]


def _change(was: str | None, now: str | None) -> str:
    short = all(value is not None and len(value) <= 40 for value in (was, now))
    return f" (was {was}, is {now})" if short else ""


def _begun(fitted: Fitted) -> str:
    """What ``fit`` with ``warm_start`` goes on from."""
    if not fitted.epochs:
        return "none"
    digest = hashlib.sha256()
    for value in host_values([*fitted.road.variables, *fitted.optimizer.variables]):
        digest.update(value.tobytes())
    return f"{len(fitted.epochs)} epochs, {digest.hexdigest()}"


def _told(rows: Rows) -> str:
    """The contents of validation rows and of their labels, if they have any."""
    targets = "" if rows.targets is None else f", {fingerprint(rows.targets)}"
    return f"{fingerprint(rows.array)}{targets}"


def _labels(labels: Labels | None) -> str:
    return (
        "none" if labels is None else f"{_in_words(labels.classes.tolist())}, {fingerprint(labels.one_hot)}"
    )


def _units(fitted: Fitted) -> str:
    """What brings rows to the model's units, where other rows taught it."""
    digest = hashlib.sha256(fitted.fill.tobytes())
    for constants in vars(fitted.scaling).values():
        digest.update(np.asarray(constants).tobytes())
    return f"{fitted.scaling.kind}, {digest.hexdigest()}"


def _in_words(value: Any) -> str:
    if isinstance(value, keras.optimizers.Optimizer):
        return f"{optimizer_key(value)}, {float(keras.ops.convert_to_numpy(value.learning_rate))!r}"
    if isinstance(value, keras.callbacks.Callback):
        return f"{type(value).__name__}({_settings(value)})"
    if isinstance(value, np.random.RandomState):
        return "a RandomState"
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, BaseEstimator):  # whose own words are cut short
        parameters = value.get_params(deep=False).items()
        return f"{type(value).__name__}({', '.join(f'{name}={_in_words(v)}' for name, v in parameters)})"
    if isinstance(value, tuple | list):
        return f"({', '.join(map(_in_words, value))})"
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    return repr(value)


def _settings(callback: keras.callbacks.Callback) -> str:
    """What a callback was made with: its plain values and functions."""
    plain = bool | int | float | str
    kept = {name: v for name, v in vars(callback).items() if v is None or isinstance(v, plain) or callable(v)}
    return ", ".join(f"{name}={_in_words(v)}" for name, v in sorted(kept.items()) if not name.startswith("_"))
