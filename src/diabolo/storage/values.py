"""Values of parameters as JSON: plain ones as they are, tuples as lists, anything else as {kind: ...}."""

import dataclasses
import inspect
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any

import keras
import numpy as np

import diabolo
from diabolo import corruption, samplers
from diabolo.errors import ModelFileError
from diabolo.estimators.network import Network
from diabolo.latents.gaussian import Gaussian
from diabolo.latents.point import Point
from diabolo.latents.priors import StandardNormal, VampPrior
from diabolo.latents.topk import TopK
from diabolo.networks.convolutional import Convolutional
from diabolo.networks.convolutional_recurrent import ConvolutionalRecurrent
from diabolo.networks.dense import Dense
from diabolo.networks.keras_network import KerasNetwork
from diabolo.networks.recurrent import Recurrent
from diabolo.networks.tabular import Tabular
from diabolo.objectives import likelihoods, penalties, schedules
from diabolo.storage.fields import field, short
from diabolo.storage.keras_networks import describe_network, restore_network
from diabolo.storage.keras_objects import CustomObjects, describe_optimizer, found, restore_optimizer


def _listed(module: ModuleType) -> list[type]:
    """The dataclasses that a module lists as its own."""
    public = (getattr(module, name) for name in module.__all__)
    return [
        each
        for each in public
        if isinstance(each, type) and dataclasses.is_dataclass(each) and not inspect.isabstract(each)
    ]


_ROOMS: dict[str, Iterable[type]] = {
    "corruption": _listed(corruption),
    "latent": (Point, TopK, Gaussian),
    "likelihood": _listed(likelihoods),
    "penalty": _listed(penalties),
    "prior": (StandardNormal, VampPrior),
    "sampler": _listed(samplers),
    "schedule": _listed(schedules),
}

# Parameters that are objects: dataclasses whose fields are values in turn.
SPECIFICATIONS: dict[str, type] = {
    "convolutional": Convolutional,
    "convolutional_recurrent": ConvolutionalRecurrent,
    "dense": Dense,
    "keras_network": KerasNetwork,
    "recurrent": Recurrent,
    "tabular": Tabular,
    **{f"{room}/{cls.__name__}": cls for room, classes in _ROOMS.items() for cls in classes},
}

OBJECT = "object"  # a dataclass that is none of diabolo's

_NOT_STORED = {"callbacks", "checkpoint"}  # onlookers of one training, made of code; a folder's name

MOST_ITEMS = 1000  # of a tuple or list: parameters are short


def to_plain(value: Any, where: str) -> Any:
    """Plain values for a value.

    Parameters
    ----------
    value : object
    where : str
        What it belongs to, for the error.

    Raises
    ------
    ModelFileError
        If it can't be put into plain values.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        _check_length(value)
    if isinstance(value, tuple):
        return [to_plain(item, where) for item in value]
    if isinstance(value, list):
        return {"list": [to_plain(item, where) for item in value]}
    for kind, cls in SPECIFICATIONS.items():
        if type(value) is cls:
            return {kind: {f.name: to_plain(getattr(value, f.name), where) for f in dataclasses.fields(cls)}}
    if isinstance(value, Network):
        return {"estimator": {"class": type(value).__name__, "parameters": parameters_of(value)}}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        content = {f.name: to_plain(getattr(value, f.name), where) for f in dataclasses.fields(value)}
        return {OBJECT: {"class": type(value).__name__, "fields": content}}
    if isinstance(value, keras.layers.Layer):
        return {"network": describe_network(value)}
    if isinstance(value, keras.optimizers.Optimizer):
        return {"optimizer": describe_optimizer(value)}
    if callable(value) and getattr(value, "__name__", "<lambda>") != "<lambda>":
        return {"function": value.__name__}
    raise ModelFileError(
        f"{where} is {short(value)}, which a model file can't hold. Use pickle for this estimator, or give "
        "the parameter plain values."
    )


def from_plain(plain: Any, custom_objects: CustomObjects) -> Any:
    """The value that ``to_plain`` put into plain values.

    Raises
    ------
    ModelFileError
        If it is of no known kind, or names something that may not be loaded.
    """
    if isinstance(plain, list):
        _check_length(plain)
        return tuple(from_plain(item, custom_objects) for item in plain)
    if not isinstance(plain, dict):
        return plain
    kind, content = _only_item(plain)
    if kind == "list":
        return list(from_plain(field(plain, "list", list), custom_objects))
    if kind == "estimator":
        return estimator_of(content, custom_objects)
    if kind == "optimizer":
        return restore_optimizer(content, custom_objects)
    if kind == "network":
        return restore_network(content, custom_objects)
    if kind == "function":
        return _function(field(plain, "function", str), custom_objects)
    if kind in SPECIFICATIONS:
        return _specification(SPECIFICATIONS[kind], field(plain, kind, dict), custom_objects)
    if kind == OBJECT:
        name = field(content, "class", str)
        cls = found(name, custom_objects, None, object, "object")
        return _specification(cls, field(content, "fields", dict), custom_objects)
    raise ModelFileError(f"unknown kind of value: {short(kind)}. A newer diabolo may have written it.")


def parameters_of(estimator: Network) -> dict[str, Any]:
    """All but callbacks and folders; a RandomState object as None, for what it drew is the seed."""
    return {
        name: None if isinstance(value, np.random.RandomState) else to_plain(value, name)
        for name, value in estimator.get_params(deep=False).items()
        if name not in _NOT_STORED
    }


def estimator_of(described: Any, custom_objects: CustomObjects) -> Network:
    """The estimator of a class and parameters, not fitted.

    Raises
    ------
    ModelFileError
        If the class may not be loaded, or has no such parameters.
    """
    name = field(described, "class", str)
    own = getattr(diabolo, name) if name in diabolo.__all__ else None
    cls = found(name, custom_objects, own, Network, "estimator")
    plain = field(described, "parameters", dict)
    unknown = plain.keys() - (set(cls._get_param_names()) - _NOT_STORED)
    if unknown:
        raise ModelFileError(f"{name} has no parameters {', '.join(sorted(unknown))}.")
    estimator: Network = cls(**{key: from_plain(value, custom_objects) for key, value in plain.items()})
    estimator._validate_params()
    return estimator


def _check_length(items: Sequence[Any]) -> None:
    if len(items) > MOST_ITEMS:
        raise ModelFileError(f"a tuple or list must have at most {MOST_ITEMS} items; one has {len(items)}.")


def _only_item(plain: dict[str, Any]) -> tuple[str, Any]:
    if len(plain) != 1:
        raise ModelFileError(f"unknown kind of value: {short(plain)}.")
    return next(iter(plain.items()))


def _specification(cls: type, content: dict[str, Any], custom_objects: CustomObjects) -> Any:
    if not dataclasses.is_dataclass(cls):
        raise ModelFileError(f"{cls.__name__} must be a dataclass; got {short(cls)}.")
    names = [f.name for f in dataclasses.fields(cls)]
    if sorted(content) != sorted(names):
        raise ModelFileError(f"{cls.__name__} must have {', '.join(names)}; got {short(list(content))}.")
    return cls(**{name: from_plain(content[name], custom_objects) for name in names})


def _function(name: str, custom_objects: CustomObjects) -> Any:
    """The caller's function, else Keras's activation of this name."""
    function = custom_objects.get(name)
    if function is None:
        try:
            return keras.activations.get(name)
        except ValueError:
            raise ModelFileError(
                f"{name!r} is no activation of Keras. If it is your own function, pass it: "
                f"diabolo.load(path, custom_objects={{{name!r}: ...}})."
            ) from None
    if not callable(function):
        raise ModelFileError(f"{name!r} must be a function; got {short(function)}.")
    return function
