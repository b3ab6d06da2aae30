"""Networks of Keras layers as plain values, and back.

A layer is its class's name and its configuration, as Keras tells it. Reading looks the names up as
``keras_objects`` does, calls constructors with plain values, and leaves the weights empty: a file's networks
are compared with the file's own arrays before anything of their size is made.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np

from diabolo.errors import ModelFileError
from diabolo.networks.base import without_values
from diabolo.networks.keras_network import layers_of, remade
from diabolo.storage.fields import field, list_of, short
from diabolo.storage.keras_objects import CustomObjects, Document, allowed_class, found

_MODULES = {"layer": "keras.layers", "initializer": "keras.initializers", "constraint": "keras.constraints"}
_MODELS = ("Sequential", "Functional")
_OWN = "object"  # of a class that is none of Keras's
# What Keras adds to the arguments of constructors. Networks are float32.
_NOT_ARGUMENTS = ("dtype", "quantization_config")
_MOST_OUTPUTS = 2**24  # numbers that a layer may give out for one row

_Call = tuple[str, Document]  # name of the layer, and what it is called on


class _NotThere(Exception):
    """A tensor that no layer gave out yet."""


# -- to plain values -------------------------------------------------------------------------------------


def describe_network(network: keras.layers.Layer) -> Document:
    """A layer or model as plain values, without its weights.

    Raises
    ------
    ModelFileError
        If it holds what no model file does: code, other numbers than float32, Keras's own layers that read
        files or hold programs.
    """
    return _described(keras.saving.serialize_keras_object(network))


def _described(told: Any) -> Any:
    """What Keras tells of an object, in the words of the file."""
    if isinstance(told, list | tuple):
        return [_described(item) for item in told]
    if isinstance(told, dict):
        return _described_object(told)
    if told is None or isinstance(told, bool | int | float | str):
        return told
    raise ModelFileError(f"a network's configuration has {short(told)}, which no model file holds.")


def _described_object(told: dict[str, Any]) -> Document:
    if not {"class_name", "config"} <= told.keys():
        raise ModelFileError(f"a network's configuration has {short(told)}, which no model file holds.")
    name, module, config = told["class_name"], told.get("module"), told["config"]
    if name == "__keras_tensor__":
        return {"tensor": list(config["keras_history"])}
    if name == "__tuple__":
        return _described(config)
    if name == "function" and isinstance(config, str):
        return {"function": config}
    kind = _kind(str(module), name)
    if name == "Functional" and kind == "layer":
        return {kind: {"class": name, "config": _described_graph(config)}}
    return {kind: {"class": name, "config": _described_settings(config, name)}}


def _kind(module: str, name: str) -> str:
    """Which list of names the class is in."""
    for kind, home in _MODULES.items():
        if module == home and allowed_class(home, name) is not None:
            return kind
    if name in _MODELS and module.startswith("keras"):
        return "layer"
    if module.split(".")[0] == "keras":
        raise ModelFileError(
            f"{module}.{name} is nothing that a model file holds. Use layers of keras.layers (Add() in the "
            "place of +), or a class of your own, or pickle."
        )
    return _OWN


def _described_settings(config: dict[str, Any], name: str) -> Document:
    _check_float32(config.get("dtype"), name)
    settings = {key: _described(value) for key, value in config.items() if key not in _NOT_ARGUMENTS}
    settings.pop("build_input_shape", None)  # of Sequential: its InputLayer says it
    return settings


def _described_graph(config: dict[str, Any]) -> Document:
    """The layers of a functional model, and what each was called on."""
    layers = []
    for layer in config["layers"]:
        calls = [
            {"args": _described(call["args"]), "kwargs": _described_kwargs(call["kwargs"])}
            for call in layer["inbound_nodes"]
        ]
        layers.append({"name": layer["name"], "of": _described_object(layer), "calls": calls})
    ends = {end: {"tensor": list(_only(config[f"{end}_layers"]))} for end in ("input", "output")}
    return {"name": config["name"], "layers": layers, **ends}


def _described_kwargs(kwargs: dict[str, Any]) -> Document:
    return {name: _described(value) for name, value in kwargs.items() if value is not None}


def _only(ends: Any) -> Any:
    """The one input or output, [layer, call, output]; Keras may have it in a list."""
    inner = ends
    while isinstance(inner, list | tuple) and len(inner) == 1:
        inner = inner[0]
    return inner


def _check_float32(dtype: Any, name: str) -> None:
    if isinstance(dtype, Mapping):
        dtype = dtype["config"].get("name")
    if dtype not in (None, "float32"):
        raise ModelFileError(f"a model file holds networks of float32; {name} has {short(dtype)}.")


# -- to Keras --------------------------------------------------------------------------------------------


def restore_network(described: Any, custom_objects: CustomObjects) -> keras.layers.Layer:
    """The layer or model that ``describe_network`` described, its weights left empty.

    Raises
    ------
    ModelFileError
        If a class may not be loaded, or the layers don't go together.
    """
    network = without_values(lambda: _value(described, custom_objects))
    if not isinstance(network, keras.layers.Layer):
        raise ModelFileError(f"a network must be a layer or a model; got {short(network)}.")
    return network


def filled(network: keras.layers.Layer, weights: list[np.ndarray]) -> keras.layers.Layer:
    """The network that ``restore_network`` left empty, made anew with these weights, if it was built."""
    whole = remade(network)
    if whole.weights:
        whole.set_weights(weights)
    return whole


def check_outputs(network: keras.Model) -> None:
    """Raise ``ModelFileError`` where a layer's output is larger than any that a row needs."""
    for layer in layers_of(network):
        for node in layer._inbound_nodes:
            for tensor in node.output_tensors:
                if math.prod(side or 1 for side in tensor.shape[1:]) > _MOST_OUTPUTS:
                    raise ModelFileError(
                        f"a layer may give out at most {_MOST_OUTPUTS:,} numbers a row; "
                        f"{short(layer.name)} has outputs of shape {tensor.shape[1:]}."
                    )


def _value(plain: Any, custom_objects: CustomObjects) -> Any:
    if isinstance(plain, list):
        return tuple(_value(item, custom_objects) for item in plain)
    if not isinstance(plain, dict):
        return plain
    if len(plain) != 1:
        raise ModelFileError(f"unknown kind of value in a network: {short(plain)}.")
    kind, content = next(iter(plain.items()))
    if kind == "function":
        return _function(content, custom_objects)
    if kind not in (*_MODULES, _OWN):
        raise ModelFileError(f"unknown kind of value in a network: {short(kind)}.")
    return _object(kind, content, custom_objects)


def _function(name: Any, custom_objects: CustomObjects) -> Any:
    function = custom_objects.get(name) if isinstance(name, str) else None
    if not callable(function):
        raise ModelFileError(
            f"{short(name)} is a function of your own: pass it, "
            f"diabolo.load(path, custom_objects={{{short(name)}: ...}})."
        )
    return function


def _object(kind: str, content: Any, custom_objects: CustomObjects) -> Any:
    name, config = field(content, "class", str), field(content, "config", dict)
    if kind == "layer" and name == "Functional":
        return _graph(config, custom_objects)
    if kind == "layer" and name == "Sequential":
        return _sequence(config, custom_objects)
    allowed = None if kind == _OWN else allowed_class(_MODULES[kind], name)
    cls = found(name, custom_objects if kind == _OWN else {}, allowed, object, "class of a network")
    settings = {key: _value(value, custom_objects) for key, value in config.items()}
    if kind == _OWN:
        return cls.from_config(settings)
    _check_settings(name, settings)
    return cls(**settings)


def _check_settings(name: str, settings: dict[str, Any]) -> None:
    """Where Keras takes an object or its name, it must be an object: it would look for a name's class."""
    for key, value in settings.items():
        if key in _NOT_ARGUMENTS:
            raise ModelFileError(f"{name} can't be given {key!r} in a model file.")
        if key.endswith(("_initializer", "_constraint", "_regularizer")) and isinstance(value, str):
            raise ModelFileError(f"{key!r} of {name} must be an object or null; got {short(value)}.")


def _sequence(config: Document, custom_objects: CustomObjects) -> keras.Sequential:
    layers = [_layer(each, custom_objects) for each in list_of(config, "layers", dict)]
    return keras.Sequential(layers, name=field(config, "name", str))


def _layer(plain: Any, custom_objects: CustomObjects) -> keras.layers.Layer:
    layer = _value(plain, custom_objects)
    if not isinstance(layer, keras.layers.Layer):
        raise ModelFileError(f"a network is made of layers; got {short(layer)}.")
    return layer


def _graph(config: Document, custom_objects: CustomObjects) -> keras.Model:
    """A functional model: its layers, called in an order in which each input is there."""
    layers: dict[str, keras.layers.Layer] = {}
    waiting = []
    for each in list_of(config, "layers", dict):
        name = field(each, "name", str)
        layers[name] = _layer(each.get("of"), custom_objects)
        waiting += [(name, call) for call in list_of(each, "calls", dict)]
    while waiting:
        later = list(_not_called(waiting, layers, custom_objects))
        if len(later) == len(waiting):
            raise ModelFileError(f"{short(later[0][0])} is called on what no layer gives out.")
        waiting = later
    ends = [_argument(field(config, end, dict), layers, custom_objects) for end in ("input", "output")]
    return keras.Model(*ends, name=field(config, "name", str))


def _not_called(
    waiting: list[_Call], layers: dict[str, keras.layers.Layer], custom_objects: CustomObjects
) -> Iterator[_Call]:
    """Make the calls whose inputs are there, those of one layer in their order; give the others back."""
    behind = set()
    for name, call in waiting:
        try:
            if name in behind:
                raise _NotThere
            args = _argument(field(call, "args", list), layers, custom_objects)
            kwargs = field(call, "kwargs", dict)
            kwargs = {key: _argument(value, layers, custom_objects) for key, value in kwargs.items()}
        except _NotThere:
            behind.add(name)
            yield name, call
            continue
        layers[name](*args, **kwargs)


def _argument(plain: Any, layers: dict[str, keras.layers.Layer], custom_objects: CustomObjects) -> Any:
    """What a layer is called on: tensors stand for what layers gave out."""
    if isinstance(plain, list):
        return [_argument(item, layers, custom_objects) for item in plain]
    if isinstance(plain, dict) and plain.keys() == {"tensor"}:
        return _tensor(plain["tensor"], layers)
    return _value(plain, custom_objects)


def _tensor(history: Any, layers: dict[str, keras.layers.Layer]) -> keras.KerasTensor:
    """Output number ``output`` of call number ``call`` of a layer: [layer, call, output]"""
    try:
        name, call, output = history
        return layers[name]._inbound_nodes[call].output_tensors[output]
    except (IndexError, KeyError):
        raise _NotThere from None
