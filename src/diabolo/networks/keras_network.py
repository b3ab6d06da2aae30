"""Networks that users made of Keras layers."""

import hashlib
import json
import math
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras

from diabolo.errors import ParameterError
from diabolo.networks.base import Seeds, Shape, Specification, Step, plain, size, without_values
from diabolo.networks.copies import NewLayer, is_number, new_layer, new_network


@dataclass(frozen=True)
class KerasNetwork(Specification):
    """Specification of a network of your own, for ``encoder=`` and ``decoder=``.

    A Keras layer or model may also be given as it is: ``encoder=model`` is
    ``encoder=KerasNetwork(model)``. What is given is not changed: ``fit`` makes it anew from its
    configuration, with weights drawn from ``random_state``.

    Rows reach it in the shape that its input declares, and what it gives out may have any shape, as long as
    the numbers are as many as they must be: an encoder gives ``n_components`` numbers a row (twice as many
    for a normal code, the means and then the logarithms of the variances), a decoder takes ``n_components``
    numbers and gives those of a row. An encoder that declares no input gets rows in the shape that ``fit``
    saw.

    Parameters
    ----------
    network : keras.layers.Layer
        A layer, a ``Sequential`` or functional model with one input and one output, or a subclass of your
        own that ``get_config`` and ``from_config`` make again.
    keep_weights : bool, default=False
        Begin training with the weights that the network has, not with new ones: fine-tuning. Layers whose
        ``trainable`` is False stay as they are in either case.

    Raises
    ------
    ParameterError
        If it is no Keras layer; at ``fit`` if its shapes don't fit, it can't be made again, or it holds what
        training would leave out: regularizers, for which there are ``penalties``.

    Examples
    --------
    >>> import keras
    >>> from diabolo import Autoencoder, load_mnist
    >>> _, _, X_test, _ = load_mnist()
    >>> encoder = keras.Sequential([
    ...     keras.Input((28, 28, 1)),
    ...     keras.layers.Conv2D(8, 5, strides=3, activation="relu"),
    ...     keras.layers.Flatten(),
    ...     keras.layers.Dense(2),
    ... ])
    >>> ae = Autoencoder(2, encoder=encoder, decoder=(64,), epochs=1, random_state=0).fit(X_test[:500])
    >>> ae.transform(X_test[:500]).shape
    (500, 2)
    """

    network: keras.layers.Layer
    keep_weights: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.network, keras.layers.Layer):
            raise ParameterError(f"A KerasNetwork takes a Keras layer or model; got {self.network!r}.")

    def __repr__(self) -> str:
        kept = ", keep_weights=True" if self.keep_weights else ""
        return f"KerasNetwork({self._name}{kept})"

    def mirrored(self) -> "Specification":
        raise ParameterError(f"{self._name} has no mirror. Pass decoder= too: widths, or a network.")

    @property
    def n_layers(self) -> int:
        return len(list(layers_of(self.network)))

    def check(self, row_shape: Shape) -> None:
        for layer in layers_of(self.network):
            _check_takes_part(layer)
        if self.keep_weights and not self.network.built:
            raise ParameterError(
                f"keep_weights=True needs a network that has weights, but {self._name} was not built yet. "
                "Call it once, or declare its input by keras.Input."
            )
        if isinstance(self.network, keras.Model) and self.network.built:
            _check_single(self.network, self._name)

    def encoder_steps(self, row_shape: Shape, n_outputs: int, *, planes: int = 1) -> list[Step]:
        undeclared = row_shape if planes == 1 else (planes * size(row_shape),)
        return self._steps("encoder", undeclared, f"rows of shape {row_shape}", n_outputs, "a code")

    def decoder_steps(self, n_inputs: int, row_shape: Shape) -> list[Step]:
        return self._steps("decoder", (n_inputs,), "codes", size(row_shape), f"a row of shape {row_shape}")

    def _steps(self, role: str, given: Shape, what: str, n_outputs: int, wanted: str) -> list[Step]:
        taken = self._input_shape(given)
        if size(taken) != size(given):
            raise ParameterError(
                f"The {role} {self._name} takes inputs of shape {taken}, that is {size(taken)} numbers, but "
                f"it is given {what}, {size(given)} numbers. Change its keras.Input."
            )
        name = f"{role}_{self.network.name}"
        step = Rebuilt(
            lambda _: remade(self.network, _seeded),
            network=self.network,
            taken=taken,
            n_outputs=n_outputs,
            refusal=f"The {role} {self._name} must give {n_outputs} numbers, for {wanted}, but it gives",
            keep_weights=self.keep_weights,
        )
        return [
            plain(keras.layers.Reshape, taken, name=f"{name}_input"),
            step,
            plain(keras.layers.Reshape, (n_outputs,), name=f"{name}_output"),
        ]

    def _input_shape(self, given: Shape) -> Shape:
        """The declared input's; sides that are left open, as ``given`` has them where ranks agree."""
        declared = _declared(self.network)
        if declared is None:
            return given
        if None not in declared:
            return tuple(side for side in declared if side is not None)
        padded = (*given, 1) if len(declared) == len(given) + 1 else given
        if len(padded) != len(declared):
            return given
        return tuple(known if side is None else side for side, known in zip(declared, padded, strict=True))

    @property
    def _name(self) -> str:
        return f"{type(self.network).__name__} {self.network.name!r}"


@dataclass(frozen=True)
class Rebuilt(Step):
    """A network made anew, and called on inputs of a shape."""

    network: Any = None  # the user's
    taken: Shape = ()  # of its input, a row
    n_outputs: int = 0  # numbers that it must give a row
    refusal: str = ""  # how the error begins where it gives others
    keep_weights: bool = False

    def apply(self, x: keras.KerasTensor, seeds: Seeds) -> keras.KerasTensor:
        with _drawing_from(seeds.next()):
            network, output = self._called(x)
        if self.keep_weights and seeds.draws:
            self._check_weights(network)
            network.set_weights(self.network.get_weights())
        return output

    def parts(self) -> Iterator[Step]:
        """The shapes of all weights, of which none is made."""
        network, _ = without_values(lambda: self._called(keras.Input(self.taken)))
        parts = network.trainable_variables, network.non_trainable_variables
        yield Step(self.make, *([tuple(v.shape) for v in part if is_number(v)] for part in parts))

    def _called(self, x: keras.KerasTensor) -> tuple[keras.layers.Layer, keras.KerasTensor]:
        network = self.make(0)
        try:
            output = network(x)
        except (ValueError, TypeError) as error:
            raise ParameterError(
                f"{type(network).__name__} {network.name!r} can't take inputs of shape {self.taken}: "
                f"{_reason(error)} If it wants another shape of as many numbers, begin it by keras.Input."
            ) from error
        self._check_output(output)
        return network, output

    def _check_weights(self, network: keras.layers.Layer) -> None:
        kept, needed = ([tuple(w.shape) for w in each.weights] for each in (self.network, network))
        if kept != needed:
            raise ParameterError(
                f"keep_weights=True needs weights of shapes {needed} for inputs of shape {self.taken}, but "
                f"{type(network).__name__} {network.name!r} has {kept}. It was built on other inputs."
            )

    def _check_output(self, output: Any) -> None:
        if not isinstance(output, keras.KerasTensor):
            raise ParameterError(f"{self.refusal} {len(output)} tensors. Give a network with one output.")
        given = tuple(output.shape[1:])
        if None in given or math.prod(given) != self.n_outputs:
            raise ParameterError(f"{self.refusal} outputs of shape {given}.")


def remade(network: keras.layers.Layer, new_layer: NewLayer = new_layer) -> keras.layers.Layer:
    """A layer or model of the same configuration, with weights of its own, its layers by ``new_layer``.

    Raises
    ------
    ParameterError
        If Keras can't make it again.
    """
    try:
        return new_network(network, new_layer)
    except (TypeError, ValueError, NotImplementedError) as error:
        raise ParameterError(
            f"{type(network).__name__} {network.name!r} can't be made again from its configuration: "
            f"{_reason(error)} Give its class a get_config of its constructor's arguments, and register it "
            "by keras.saving.register_keras_serializable()."
        ) from error


def _seeded(layer: keras.layers.Layer) -> keras.layers.Layer:
    """One of the same class, with a seed where it has none: without, dropout on torch can't be repeated."""
    config = layer.get_config()
    if "seed" in config and config["seed"] is None:
        config["seed"] = random.randrange(2**31)
    return layer.__class__.from_config(config)


def network_key(network: keras.layers.Layer) -> str:
    """A name that is equal for equal configurations."""
    config = json.dumps(keras.saving.serialize_keras_object(network), default=repr, sort_keys=True)
    digest = hashlib.sha256(config.encode()).hexdigest()
    return f"{type(network).__name__} {network.name} {digest[:12]}"


def layers_of(network: keras.layers.Layer) -> Iterator[keras.layers.Layer]:
    """The layers that a network is made of, also those within layers and models."""
    for layer in network._flatten_layers():
        if not isinstance(layer, keras.Model):
            yield layer


def _declared(network: keras.layers.Layer) -> tuple[int | None, ...] | None:
    """The shape of its input, a row; None where it has none."""
    try:
        shape = network.input_shape if isinstance(network, keras.Model) else network.input.shape
    except (AttributeError, ValueError):
        return None
    return tuple(shape[1:]) if isinstance(shape, tuple) else None


def _reason(error: Exception) -> str:
    """What Keras says, without its colours and what it repeats around it."""
    text = re.sub(r"\x1b\[\d*m", "", str(error)).split("\n\nArguments received")[0]
    return " ".join(re.sub(r"^Exception encountered when calling .*\n", "", text).split())


def _check_takes_part(layer: keras.layers.Layer) -> None:
    """Raise ``ParameterError`` for what the loss would leave out, and for code that no file can hold."""
    regularizers = [name for name, value in vars(layer).items() if name.endswith("_regularizer") and value]
    if regularizers or isinstance(layer, keras.layers.ActivityRegularization):
        raise ParameterError(
            f"{type(layer).__name__} {layer.name!r} has a regularizer, which the loss leaves out. Take it "
            "away, and add a term to penalties=, such as diabolo.penalties.WeightDecay(1e-4)."
        )
    if isinstance(layer, keras.layers.Lambda):
        raise ParameterError(
            f"A Lambda layer ({layer.name!r}) holds code, which can be neither made again nor saved. Write a "
            "small subclass of keras.layers.Layer in its place."
        )


def _check_single(model: keras.Model, name: str) -> None:
    for many, what in ((model.inputs, "input"), (model.outputs, "output")):
        if many is not None and len(many) != 1:
            raise ParameterError(f"A network must have one {what}, but {name} has {len(many)}.")


@contextmanager
def _drawing_from(seed: int) -> Iterator[None]:
    """Let initializers and noise layers without a seed draw theirs from this one.

    Keras takes them from Python's own generator, which goes on afterwards as if nothing had happened.
    """
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)
