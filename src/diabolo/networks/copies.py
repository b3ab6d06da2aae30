"""Keras networks made again: the same configuration, variables of their own."""

from collections.abc import Callable
from typing import Any

import keras

from diabolo.networks.initial import Zeros

NewLayer = Callable[[keras.layers.Layer], keras.layers.Layer]
"""From a layer to one of the same configuration with variables of its own."""


def new_layer(layer: keras.layers.Layer) -> keras.layers.Layer:
    """One of the same class."""
    return layer.__class__.from_config(layer.get_config())


def blank_config(layer: keras.layers.Layer) -> dict[str, Any]:
    """Its configuration, where it is one of Keras's own with zeros for all weights to start from.

    For copies that get their weights from elsewhere: Keras would compile a program for each shape, and that
    takes seconds.
    """
    config = layer.get_config()
    if _is_kerass(layer):
        config |= {name: Zeros() for name in config if name.endswith("_initializer")}
    return config


def new_network(network: keras.layers.Layer, new_layer: NewLayer = new_layer) -> keras.layers.Layer:
    """One of the same layers, also within models that are its layers, each made anew by ``new_layer``."""
    if not _is_its_layers(network):
        return new_layer(network)
    return keras.models.clone_model(network, clone_function=lambda part: new_network(part, new_layer))


def is_number(variable: keras.Variable) -> bool:
    """Whether it is a weight, and not the state of a random layer."""
    return bool(keras.backend.is_float_dtype(variable.dtype))


def _is_its_layers(layer: keras.layers.Layer) -> bool:
    """Whether it is a model of one of Keras's own classes: one of a user's may hold more than its layers."""
    return isinstance(layer, keras.Model) and _is_kerass(layer)


def _is_kerass(layer: keras.layers.Layer) -> bool:
    return type(layer).__module__.startswith("keras.")
