"""What every specification of a network offers."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import keras
import numpy as np
from keras.src.backend.common import global_state

from diabolo.data.layout import Layout
from diabolo.networks.initial import Initializer, by_numpy, nothing

Shape = tuple[int, ...]
Link = Callable[[np.ndarray], np.ndarray | None]  # Likelihood.link
Made = TypeVar("Made")

_NOTED = "uninitialized_variables"  # Keras's list of weights to fill later


class Specification(ABC):
    """What a network is made of, for ``encoder=`` and ``decoder=``; its sizes come from the rows.

    Networks take and give flat rows, (batch, n_features), whatever shape they see within.
    """

    def __repr__(self) -> str:
        """What is not at its default."""
        settings = ((f.name, getattr(self, f.name), f.default) for f in fields(self))  # type: ignore[arg-type]
        changed = ", ".join(f"{name}={value!r}" for name, value, default in settings if value != default)
        return f"{type(self).__name__}({changed})"

    @abstractmethod
    def mirrored(self) -> "Specification":
        """The decoder that belongs to this encoder."""

    @abstractmethod
    def encoder_steps(self, row_shape: Shape, n_outputs: int, *, planes: int = 1) -> list["Step"]:
        """From a row, flat, to the code: (batch, planes * n_features) -> (batch, n_outputs)

        Parameters
        ----------
        row_shape : tuple of int
            The shape of the rows that ``fit`` saw.
        n_outputs : int
        planes : int, default=1
            How many numbers the encoder sees of each number of a row, one row after the other.
        """

    @abstractmethod
    def decoder_steps(self, n_inputs: int, row_shape: Shape) -> list["Step"]:
        """From a code to a row, flat: (batch, n_inputs) -> (batch, n_features)"""

    def build_encoder(
        self, row_shape: Shape, n_outputs: int, *, planes: int = 1, seed: np.random.SeedSequence | None
    ) -> keras.Model:
        """The Keras model of ``encoder_steps``, its weights drawn from ``seed``.

        Where the weights will be assigned, ``seed=None`` saves drawing them.
        """
        steps = self.encoder_steps(row_shape, n_outputs, planes=planes)
        return _model(steps, planes * size(row_shape), name="encoder", seed=seed)

    def build_decoder(
        self, n_inputs: int, row_shape: Shape, *, seed: np.random.SeedSequence | None
    ) -> keras.Model:
        """The Keras model of ``decoder_steps``; see ``build_encoder``."""
        return _model(self.decoder_steps(n_inputs, row_shape), n_inputs, name="decoder", seed=seed)

    def start_at(self, decoder: keras.Model, mean: np.ndarray, link: Link) -> None:
        """Let what a new decoder gives begin around these means, where it has biases for it.

        Parameters
        ----------
        decoder : keras.Model
            Made by ``build_decoder``.
        mean : ndarray of shape (n_features,)
        link : callable
            The link function of a likelihood that has one.
        """

    @property
    @abstractmethod
    def n_layers(self) -> int:
        """How many hidden layers it asks for."""

    @property
    def image_shape(self) -> Shape | None:
        """The shape of the images that flat rows are, where the specification says it."""
        return None

    def sequence(self, row_shape: Shape) -> Shape | None:
        """(time, features) of rows of this shape; ``None`` where the network takes them as no sequences."""
        return None

    def target(self, row_shape: Shape) -> Shape:
        """The shape of what is to be given back: the row, or the end of it that the encoder does not see."""
        return row_shape

    @property
    def reads_tables(self) -> bool:
        """Whether, as an encoder, it reads tables of mixed columns."""
        return False

    def of_table(self, layout: Layout) -> "Specification":
        """The network for rows of these columns, where it reads tables."""
        return self

    def check(self, row_shape: Shape) -> None:
        """Raise ``ParameterError`` where the network can't take rows of this shape."""


@dataclass(frozen=True)
class Step:
    """A layer, and the shapes of the weights that it will have.

    Parameters
    ----------
    make : callable
        From a seed to the Keras layer.
    trainable, fixed : sequence of tuples of int
        Shapes of what an optimizer moves, and of what it does not.
    """

    make: Callable[[int], keras.layers.Layer]
    trainable: Sequence[Shape] = ()
    fixed: Sequence[Shape] = ()

    def apply(self, x: keras.KerasTensor, seeds: "Seeds") -> keras.KerasTensor:
        """Call a new layer."""
        layer = self.make(seeds.next() if self.trainable else 0)
        return _call(layer, x, by_numpy if seeds.draws else nothing)

    def parts(self) -> Iterator["Step"]:
        """The layers that hold weights."""
        yield self


@dataclass(frozen=True)
class Sum(Step):
    """What two ways from the same input give, added up."""

    ways: tuple[Sequence[Step], Sequence[Step]] = ((), ())

    def apply(self, x: keras.KerasTensor, seeds: "Seeds") -> keras.KerasTensor:
        return self.make(0)([follow(way, x, seeds) for way in self.ways])

    def parts(self) -> Iterator[Step]:
        for way in self.ways:
            for step in way:
                yield from step.parts()


class Seeds:
    """A seed for each layer; without a sequence to draw from, weights are zero."""

    def __init__(self, sequence: np.random.SeedSequence | None):
        self.draws = sequence is not None
        self._sequence = sequence

    def next(self) -> int:
        """31 bits: what every backend takes."""
        if self._sequence is None:
            return 0
        return int(self._sequence.spawn(1)[0].generate_state(1)[0] >> 1)


def follow(steps: Iterable[Step], x: keras.KerasTensor, seeds: Seeds) -> keras.KerasTensor:
    """The steps one after the other."""
    for step in steps:
        x = step.apply(x, seeds)
    return x


def _model(
    steps: Sequence[Step], n_inputs: int, *, name: str, seed: np.random.SeedSequence | None
) -> keras.Model:
    inputs = keras.Input((n_inputs,), name=f"{name}_input")
    return keras.Model(inputs, follow(steps, inputs, Seeds(seed)), name=name)


def weight_shapes(steps: Iterable[Step]) -> list[Shape]:
    """Shapes of the weights that the model will have, without building it; in no particular order."""
    parts = [part for step in steps for part in step.parts()]
    return [tuple(shape) for part in parts for shape in (*part.trainable, *part.fixed)]


def dense(n_inputs: int, n_outputs: int, *, name: str, activation: str | None = None) -> Step:
    """A fully connected layer: kernels Glorot uniform and biases zero, as Keras has them by default."""
    return Step(
        lambda seed: keras.layers.Dense(
            n_outputs,
            activation=activation,
            kernel_initializer=keras.initializers.GlorotUniform(seed),
            name=name,
        ),
        ((n_inputs, n_outputs), (n_outputs,)),
    )


def plain(layer: Callable[..., keras.layers.Layer], *arguments: Any, name: str, **options: Any) -> Step:
    """A layer of Keras without weights."""
    return Step(lambda _: layer(*arguments, name=name, **options))


def size(shape: Shape) -> int:
    """How many numbers an array of this shape holds."""
    return math.prod(shape)


def without_values(make: Callable[[], Made]) -> Made:
    """What ``make`` makes, the weights within of their shapes, and empty.

    Keras leaves weights empty that are made within a stateless scope, and notes them to fill them later.
    """
    noted = list(global_state.get_global_attribute(_NOTED, []))
    try:
        with keras.StatelessScope(initialize_variables=False):
            return make()
    finally:
        global_state.set_global_attribute(_NOTED, noted)


def _call(
    layer: keras.layers.Layer, x: keras.KerasTensor, initial: Callable[[Initializer], Initializer]
) -> keras.KerasTensor:
    """Call a new layer with weights that ``initial`` of its initializers gives, and leave it those it has.

    Those of recurrent layers are held by the cells within.
    """
    own = [
        (part, name, value)
        for part in layer._flatten_layers()
        for name, value in vars(part).items()
        if name.endswith("_initializer")
    ]
    for part, name, initializer in own:
        setattr(part, name, initial(initializer))
    out = layer(x)
    for part, name, initializer in own:
        setattr(part, name, initializer)
    return out
