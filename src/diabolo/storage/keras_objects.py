"""Keras objects as a class's name and its configuration, and the classes that a file may name.

Keras's own reader of configurations imports whatever module a configuration names; it is never called. Here
a name is looked up among what the caller passed in, then in ``ALLOWED``, and nowhere else.
"""

import importlib
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from diabolo.errors import ModelFileError
from diabolo.storage.fields import field, short

Document = dict[str, Any]
CustomObjects = Mapping[str, Any]

# Left out on purpose. Layers: Lambda, which holds code; TFSMLayer, TorchModuleWrapper, JaxLayer and
# FlaxLayer, which hold other frameworks' programs or read folders; StringLookup, IntegerLookup and
# TextVectorization, which read files. Optimizers: Muon, MultiOptimizer and OptimizerMap, whose settings are
# regular expressions or choose by them, and LossScaleOptimizer, which is for float16.
# fmt: off
ALLOWED: dict[str, frozenset[str]] = {
    "keras.optimizers": frozenset({
        "SGD", "RMSprop", "Adam", "AdamW", "Adadelta", "Adagrad", "Adamax", "Adafactor", "Nadam",
        "Ftrl", "Lion", "Lamb",
    }),
    "keras.optimizers.schedules": frozenset({
        "ExponentialDecay", "PiecewiseConstantDecay", "PolynomialDecay", "InverseTimeDecay",
        "CosineDecay", "CosineDecayRestarts",
    }),
    # For networks that hold Keras layers.
    "keras.layers": frozenset({
        "Activation", "ActivityRegularization", "Add", "AlphaDropout", "Average", "AveragePooling1D",
        "AveragePooling2D", "AveragePooling3D", "BatchNormalization", "Bidirectional", "Concatenate",
        "Conv1D", "Conv1DTranspose", "Conv2D", "Conv2DTranspose", "Conv3D", "Conv3DTranspose",
        "Cropping1D", "Cropping2D", "Cropping3D", "Dense", "DepthwiseConv1D", "DepthwiseConv2D",
        "Dropout", "ELU", "Flatten", "GRU", "GaussianDropout", "GaussianNoise",
        "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D",
        "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D", "GroupNormalization",
        "Identity", "InputLayer", "LSTM", "LayerNormalization", "LeakyReLU", "MaxPooling1D",
        "MaxPooling2D", "MaxPooling3D", "Maximum", "Minimum", "Multiply", "PReLU", "Permute", "ReLU",
        "RepeatVector", "Rescaling", "Reshape", "SeparableConv1D", "SeparableConv2D", "SimpleRNN",
        "Softmax", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "Subtract",
        "TimeDistributed", "UnitNormalization", "UpSampling1D", "UpSampling2D", "UpSampling3D",
        "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
    }),
    "keras.initializers": frozenset({
        "Constant", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "Identity", "LecunNormal",
        "LecunUniform", "Ones", "Orthogonal", "RandomNormal", "RandomUniform", "TruncatedNormal",
        "VarianceScaling", "Zeros",
    }),
    "keras.constraints": frozenset({"MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"}),
}
# fmt: on


def allowed_class(module: str, name: str) -> type | None:
    """The class of this name in a module of Keras, where a file may name it and this Keras has it."""
    if name not in ALLOWED[module]:
        return None
    return getattr(importlib.import_module(module), name, None)


def found(name: str, custom_objects: CustomObjects, allowed: Any, base: type, what: str) -> Any:
    """The class that a file names: the caller's if there is one, else the allowed one.

    Raises
    ------
    ModelFileError
        If there is neither, or it is none of what is asked for.
    """
    cls = custom_objects.get(name, allowed)
    if cls is None:
        raise ModelFileError(
            f"{short(name)} is no {what} that may be loaded by its name alone. If it is your own, or you "
            f"trust it, pass it: diabolo.load(path, custom_objects={{{short(name)}: ...}})."
        )
    if not (isinstance(cls, type) and issubclass(cls, base)):
        raise ModelFileError(f"{short(name)} must be a subclass of {base.__name__}; got {short(cls)}.")
    return cls


# -- optimizers and schedules ----------------------------------------------------------------------------


def describe_optimizer(optimizer: keras.optimizers.Optimizer) -> Document:
    """An optimizer as plain values, without its state."""
    return _described(type(optimizer).__name__, optimizer.get_config())


def _described(name: str, config: Mapping[str, Any]) -> Document:
    settings = {key: _plain(value, f"{name}.{key}") for key, value in config.items() if key != "name"}
    return {"class": name, "config": settings}  # Keras numbers the names


def _plain(value: Any, where: str) -> Any:
    if isinstance(value, Mapping) and {"class_name", "config"} <= value.keys():
        return _described(value["class_name"], value["config"])
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [_plain(item, where) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ModelFileError(
        f"{where} is {short(value)}; a model file holds numbers, strings, lists and schedules. Use pickle, "
        "or let get_config return such values."
    )


def restore_optimizer(described: Any, custom_objects: CustomObjects) -> keras.optimizers.Optimizer:
    """The optimizer that ``describe_optimizer`` described, new.

    Raises
    ------
    ModelFileError
        If a class may not be loaded, or a setting is no setting.
    """
    base = keras.optimizers.Optimizer
    return _restored(described, custom_objects, "keras.optimizers", base, "optimizer")


def _restored(described: Any, custom_objects: CustomObjects, module: str, base: type, what: str) -> Any:
    name, config = field(described, "class", str), field(described, "config", dict)
    cls = found(name, custom_objects, allowed_class(module, name), base, what)
    if name not in custom_objects:
        _check_settings(name, config)
    settings = {key: _setting(value, custom_objects) for key, value in config.items()}
    try:
        return cls.from_config(settings)
    except (TypeError, ValueError) as error:
        raise ModelFileError(f"{name} of Keras {keras.__version__} can't be made: {error}") from error


def _check_settings(name: str, config: Document) -> None:
    """Keras looks at most settings only when they are used, in the midst of training."""
    for key, value in config.items():
        items = value if isinstance(value, list) and name == "PiecewiseConstantDecay" else [value]
        schedule = key == "learning_rate" and isinstance(value, dict)
        if not schedule and any(isinstance(item, str | list | dict) for item in items):
            raise ModelFileError(f"{name} has numbers for settings; got {short(value)} for {short(key)}.")


def _setting(value: Any, custom_objects: CustomObjects) -> Any:
    """A setting; never an object, in which Keras would look for a class."""
    if isinstance(value, list):
        return [_setting(item, custom_objects) for item in value]
    if not isinstance(value, dict):
        return value
    base, module = keras.optimizers.schedules.LearningRateSchedule, "keras.optimizers.schedules"
    return _restored(value, custom_objects, module, base, "schedule of the learning rate")
