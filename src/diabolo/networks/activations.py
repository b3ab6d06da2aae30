"""Names of Keras activations."""

import keras

from diabolo.errors import ParameterError


def check_activation(name: str, parameter: str) -> None:
    """Raise ``ParameterError`` where Keras knows no activation of this name."""
    try:
        keras.activations.get(name)
    except ValueError as error:
        raise ParameterError(
            f"{parameter} must be the name of a Keras activation; got {name!r}. The names are "
            f"{', '.join(_names())}."
        ) from error


def _names() -> list[str]:
    names = set(vars(keras.activations)) - {"get", "serialize", "deserialize"}
    return sorted(name for name in names if callable(getattr(keras.activations, name)))
