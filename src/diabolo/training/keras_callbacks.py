"""Keras callbacks at epoch ends, with the model's variables in place."""

import copy
import importlib.util
from collections.abc import Iterable
from typing import Any

import keras

from diabolo.errors import MissingDependencyError, ParameterError
from diabolo.training.callback_memory import memory_of, remind
from diabolo.training.loop import Course, Logs, Memory, Watcher
from diabolo.training.program import TrainState, initial_state
from diabolo.training.road import Road, assign_all

_BATCH_HOOKS = (
    "on_batch_begin",
    "on_batch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
)


def copied(callbacks: Iterable[Any], names: Iterable[str]) -> list[keras.callbacks.Callback]:
    """Copies of the user's callbacks, so that ``fit`` leaves the objects passed in as they were.

    Parameters
    ----------
    callbacks : iterable of keras.callbacks.Callback
    names : iterable of str
        Columns that training will log.

    Raises
    ------
    ParameterError
        If one is no Keras callback, wants to be called at batches, watches a column that is not logged,
        or can't be copied.
    MissingDependencyError
        If one needs TensorFlow, which is not installed.
    """
    names = tuple(names)
    return [_copied(callback, names) for callback in callbacks]


def _copied(callback: Any, names: tuple[str, ...]) -> keras.callbacks.Callback:
    kind = type(callback).__name__
    if not isinstance(callback, keras.callbacks.Callback):
        raise ParameterError(f"callbacks must be Keras callback objects; got {callback!r}.")
    if isinstance(callback, keras.callbacks.TensorBoard) and not _installed("tensorflow", "tensorboard"):
        raise MissingDependencyError(
            "The TensorBoard callback needs TensorFlow and TensorBoard, and both must be installed: "
            "pip install tensorflow-cpu tensorboard"
        )
    # ModelCheckpoint looks at its monitor only where it keeps the best.
    monitor = getattr(callback, "monitor", None) if getattr(callback, "save_best_only", True) else None
    if monitor is not None and monitor not in names:
        raise ParameterError(
            f"{kind} monitors {monitor!r}, which this training does not log; it logs {', '.join(names)}. "
            "Pass validation_data to fit for the columns that begin with val_."
        )
    if _wants_batches(callback):
        raise ParameterError(
            f"Callbacks are called at the ends of epochs, and {kind} wants to be called at batches. "
            "Use its on_epoch_begin or on_epoch_end, or the option that sets its frequency to 'epoch'."
        )
    try:
        return copy.deepcopy(callback)
    except TypeError as error:
        raise ParameterError(
            f"Callbacks are copied before fit, and {kind} can't be: {error}. Open files and the like in its "
            "on_train_begin."
        ) from error


def _installed(*modules: str) -> bool:
    return all(importlib.util.find_spec(module) for module in modules)


def _wants_batches(callback: keras.callbacks.Callback) -> bool:
    if type(callback).__module__.startswith("keras."):
        given = vars(callback)  # LambdaCallback puts its functions on the object
        frequencies = (given.get(name, "epoch") for name in ("save_freq", "update_freq"))
        return any(f != "epoch" for f in frequencies) or any(hook in given for hook in _BATCH_HOOKS)
    base = keras.callbacks.Callback
    return any(getattr(type(callback), hook) is not getattr(base, hook) for hook in _BATCH_HOOKS)


class KerasCallbacks(Watcher):
    """Calls Keras callbacks with the state put into the model and the optimizer, and reads it back.

    So EarlyStopping finds and restores weights, and ReduceLROnPlateau changes the learning rate.
    """

    by_epoch = True

    def __init__(
        self,
        callbacks: list[keras.callbacks.Callback],
        road: Road,
        model: keras.Model,
        optimizer: keras.optimizers.Optimizer,
    ):
        self.callbacks = callbacks
        self.road = road
        self.model = model
        self.optimizer = optimizer

    def begin(self, state: TrainState, course: Course) -> TrainState:
        self.model.compile(optimizer=self.optimizer)
        self.epochs = course.epochs
        self.model.stop_training = False
        for callback in self.callbacks:
            callback.set_params({"epochs": self.epochs.stop, "steps": course.steps_per_epoch, "verbose": 0})
            callback.set_model(self.model)
        self.logs: Logs = {}
        self._put(state)
        self._call("on_train_begin")
        if course.memory is not None:  # the beginning of this epoch was called before the memory was taken
            self.remember(course.memory)
            return state
        self._call("on_epoch_begin", self.epochs.start)
        return self._taken()

    def memory(self) -> Memory:
        memories = {str(i): memory_of(callback) for i, callback in enumerate(self.callbacks)}
        return {"stop": self.stop, "logs": self.logs, "callbacks": memories}

    def remember(self, memory: Memory) -> None:
        self.stop = self.model.stop_training = memory["stop"]
        self.logs = memory["logs"]
        for i, callback in enumerate(self.callbacks):
            remind(callback, memory["callbacks"][str(i)])

    def epoch_end(self, epoch: int, logs: Logs, state: TrainState) -> TrainState:
        self._put(state)
        self._call("on_epoch_end", epoch, logs)
        logs.update({name: float(value) for name, value in logs.items()})  # callbacks log arrays too
        self.logs = logs
        self.stop = self.model.stop_training
        if not self.stop and epoch + 1 < self.epochs.stop:
            self._call("on_epoch_begin", epoch + 1)
        return self._taken()

    def end(self, state: TrainState) -> TrainState:
        self._put(state)
        self._call("on_train_end", self.logs)
        for callback in self.callbacks:
            callback.set_model(None)  # the estimator keeps these callbacks, and not the model twice
        return self._taken()

    def _call(self, hook: str, *arguments: Any) -> None:
        for callback in self.callbacks:
            getattr(callback, hook)(*arguments)

    def _put(self, state: TrainState) -> None:
        self.road.assign(state.weights)
        assign_all(self.optimizer.variables, state.optimizer[0])

    def _taken(self) -> TrainState:
        return initial_state(self.road, self.optimizer)
