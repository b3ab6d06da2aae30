"""Keras optimizers by name or as the user's object, rebuilt so that the object stays as it was."""

import json
from typing import Any

import keras
from keras import ops

from diabolo.errors import ParameterError
from diabolo.networks.base import without_values
from diabolo.networks.initial import by_numpy
from diabolo.objectives.passes import Tensor

OPTIMIZERS = ("adam", "adamw", "sgd", "rmsprop", "nadam", "adamax", "lion")

# Whose state is made by initializers alone, so that it can wait for its values.
_BY_INITIALIZERS = tuple(
    getattr(keras.optimizers, name) for name in ("Adam", "AdamW", "SGD", "RMSprop", "Adamax", "Lion")
)


def make_optimizer(optimizer: Any, learning_rate: float | None) -> keras.optimizers.Optimizer:
    """A new Keras optimizer.

    Parameters
    ----------
    optimizer : str or keras.optimizers.Optimizer
        One of ``OPTIMIZERS``, or an object, which is rebuilt from its configuration: schedules of the
        learning rate and clipping come with it.
    learning_rate : float or None
        ``None`` leaves the optimizer's own.

    Raises
    ------
    ParameterError
        If a learning rate stands beside an optimizer object, where it would have no effect.
    """
    if isinstance(optimizer, str):
        config = {} if learning_rate is None else {"learning_rate": learning_rate}
        return keras.optimizers.get({"class_name": optimizer, "config": config})
    if learning_rate is not None:
        raise ParameterError(
            f"learning_rate has no effect beside an optimizer object, which has its own; got "
            f"learning_rate={learning_rate!r}. Set it in the object, "
            f"{type(optimizer).__name__}(learning_rate={learning_rate!r}), or name the optimizer by a string."
        )
    return rebuilt(optimizer)


def rebuilt(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """A new optimizer of the same configuration, without state."""
    return type(optimizer).from_config(optimizer.get_config())


def build_optimizer(optimizer: keras.optimizers.Optimizer, variables: list[keras.Variable]) -> None:
    """Give a new optimizer its state for these variables.

    By NumPy where that can be: Keras would compile a program for each of their shapes.
    """
    if type(optimizer) not in _BY_INITIALIZERS:
        optimizer.build(variables)
        return
    without_values(lambda: optimizer.build(variables))
    for variable in optimizer.variables:
        initializer = variable._initializer
        if initializer is not None:  # its value is yet to come
            variable._initialize_with_initializer(by_numpy(initializer))
            variable._initializer = None


def lowered(rate: Tensor, steps_done: Tensor, decline: Tensor) -> Tensor:
    """rate * (end - steps_done) / (end - begin), and all of it before the decline: scalar

    Parameters
    ----------
    rate : scalar
    steps_done : scalar
        By the optimizer, so far.
    decline : Tensor of shape (2,)
        ``begin, end``: the steps between which the rate falls to 0.
    """
    begin, end = ops.unstack(ops.cast(decline, rate.dtype))
    return rate * ops.clip((end - ops.cast(steps_done, rate.dtype)) / (end - begin), 0, 1)


def apply_stateless(
    optimizer: keras.optimizers.Optimizer,
    state: list[Tensor],
    gradients: list[Tensor],
    trainable: list[Tensor],
    decline: Tensor | None,
) -> tuple[list[Tensor], list[Tensor]]:
    """One step, at a lowered rate where there is a decline: new values of the variables, and of the state."""
    if decline is None:
        return optimizer.stateless_apply(state, gradients, trainable)
    places = {id(variable): place for place, variable in enumerate(optimizer.variables)}
    iterations, at = places[id(optimizer.iterations)], places[id(optimizer.learning_rate)]
    slower = lowered(state[at], state[iterations], decline)
    trainable, after = optimizer.stateless_apply(
        [*state[:at], slower, *state[at + 1 :]], gradients, trainable
    )
    return trainable, [*after[:at], state[at], *after[at + 1 :]]


def optimizer_key(optimizer: keras.optimizers.Optimizer) -> str:
    """Equal for optimizers that may share a compiled program.

    A plain learning rate is a variable and does not count; a schedule is part of the program.
    """
    config = optimizer.get_config()
    config.pop("name", None)  # Keras numbers the names
    if isinstance(config.get("learning_rate"), float):
        del config["learning_rate"]
    return json.dumps([type(optimizer).__module__, type(optimizer).__qualname__, config], default=repr)
