"""What Keras callbacks know of the epochs behind them, so that training can go on in another process.

Keras resets its callbacks when training begins; what is kept here is put back after that. A callback of
the user's own offers ``get_state()``, which returns a dict of plain values, arrays and lists of arrays,
and ``set_state(state)``.
"""

from typing import Any

import keras

from diabolo.errors import ParameterError
from diabolo.training.loop import Memory

# Keras's classes -> what they learn as epochs pass.
_LEARNT: dict[str, tuple[str, ...]] = {
    "EarlyStopping": ("wait", "stopped_epoch", "best", "best_weights", "best_epoch"),
    "ReduceLROnPlateau": ("wait", "best", "cooldown_counter"),
    "ModelCheckpoint": ("best", "epochs_since_last_save"),
    "LearningRateScheduler": (),
    "LambdaCallback": (),
    "TensorBoard": (),
}


def check_remembers(callback: keras.callbacks.Callback) -> None:
    """Raise ``ParameterError`` for a callback whose state can't be kept.

    A class that holds nothing but what every callback does has none.
    """
    if (
        _own_state(callback)
        or _learnt(callback) is not None
        or isinstance(callback, keras.callbacks.CSVLogger)
    ):
        return
    own = vars(callback).keys() - vars(keras.callbacks.Callback()).keys()
    if own:
        raise ParameterError(
            f"With checkpoint, callbacks must be able to go on in another process, and "
            f"{type(callback).__name__} may remember something in {', '.join(sorted(own))}. Give it "
            "get_state(), which returns a dict of plain values and arrays, and set_state(state); or leave "
            "checkpoint out."
        )


def memory_of(callback: keras.callbacks.Callback) -> Memory:
    """What a callback knows now."""
    if _own_state(callback):
        return dict(callback.get_state())
    if isinstance(callback, keras.callbacks.CSVLogger):
        with open(callback.filename, encoding="utf-8", newline="") as file:  # with its own ends of lines
            return {"text": file.read(), "keys": callback.keys}
    return {name: getattr(callback, name) for name in _learnt(callback) or () if hasattr(callback, name)}


def remind(callback: keras.callbacks.Callback, memory: Memory) -> None:
    """Give a callback what it knew; after its ``on_train_begin``, or where training is over."""
    if _own_state(callback):
        callback.set_state(memory)
    elif isinstance(callback, keras.callbacks.CSVLogger):
        _write_again(callback, memory)
    else:
        for name, value in memory.items():
            setattr(callback, name, value)


def _write_again(callback: keras.callbacks.CSVLogger, memory: Memory) -> None:
    """The log as it was then, without the lines of epochs that come again."""
    file = callback.csv_file
    if file is None or file.closed:
        return
    file.truncate(0)
    file.write(memory["text"])
    file.flush()
    callback.keys, callback.append_header = memory["keys"], not memory["text"]


def _own_state(callback: Any) -> bool:
    return hasattr(callback, "get_state") and hasattr(callback, "set_state")


def _learnt(callback: keras.callbacks.Callback) -> tuple[str, ...] | None:
    """Attributes that a callback of Keras learns; None for other classes."""
    kind = type(callback)
    return _LEARNT.get(kind.__name__) if kind.__module__.startswith("keras.") else None
