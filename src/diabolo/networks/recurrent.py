"""Recurrent networks, for sequences."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import keras

from diabolo.errors import ParameterError
from diabolo.networks.base import Shape, Specification, Step, dense, plain, size
from diabolo.networks.checks import check_choice, whole_numbers
from diabolo.networks.recurrent_layers import CELLS, FeedbackCell, Reader, one_way


@dataclass(frozen=True, repr=False)
class Recurrent(Specification):
    """Specification of a recurrent network for sequences, for ``encoder=`` and ``decoder=``.

    An encoder reads a sequence step by step and makes the code, linear, of the state it ends with. A decoder
    writes a sequence from the code, which it sees at every step.

    Rows of shape (time, features) are sequences; of rows with more axes a step has the product of all after
    the first as its features. Flat rows are sequences of one feature, unless ``sequence_shape`` says
    otherwise.

    Sequences of different lengths come with steps of NaN at their end. These have no part in the loss. With
    ``missing="indicator"`` the encoder also stops at the last step that has an observed number, so that the
    code does not depend on how many steps follow; otherwise it reads the columns' means there, as in any
    gap.

    Parameters
    ----------
    units : sequence of int, default=(64,)
        Units of each recurrent layer, in the order in which data passes them.
    cell : {"lstm", "gru"}, default="lstm"
        Long short-term memory, or gated recurrent units, which have three quarters of the weights.
    bidirectional : bool, default=False
        Whether an encoder reads sequences from both ends, with ``units`` for each. Decoders write forwards.
    feedback : bool, default=False
        Whether a decoder also sees, at each step, what it wrote at the last one.
    sequence_shape : (time, features) or None, default=None
        Of sequences that come as flat rows, one step after the other.

    Raises
    ------
    ParameterError
        If a parameter is out of its range, as it is made; in ``fit``, if rows have another shape.

    References
    ----------
    Hochreiter and Schmidhuber (1997), "Long short-term memory". Cho et al. (2014), "Learning phrase
    representations using RNN encoder-decoder for statistical machine translation".

    Examples
    --------
    >>> import numpy as np
    >>> from diabolo import Autoencoder, Recurrent
    >>> X = np.random.default_rng(0).normal(size=(100, 10, 3)).cumsum(axis=1)  # 100 sequences of 10 steps
    >>> ae = Autoencoder(2, encoder=Recurrent((8,), "gru"), epochs=2, random_state=0).fit(X)
    >>> ae.transform(X).shape, ae.reconstruct(X[:5]).shape
    ((100, 2), (5, 10, 3))
    """

    units: Sequence[int] = (64,)
    cell: str = "lstm"
    bidirectional: bool = False
    feedback: bool = False
    sequence_shape: Shape | None = None

    def __post_init__(self) -> None:
        units = whole_numbers(self.units, "units", "number of units", example=(64,))
        if not units:
            raise ParameterError("units must name at least one recurrent layer, such as (64,); got ().")
        object.__setattr__(self, "units", units)
        check_choice("cell of Recurrent", self.cell, tuple(CELLS))
        for name in ("bidirectional", "feedback"):
            check_choice(f"{name} of Recurrent", getattr(self, name), (False, True))
        if self.sequence_shape is not None:
            shape = whole_numbers(
                self.sequence_shape, "sequence_shape", "number of sequence_shape", example=(10, 3)
            )
            if len(shape) != 2:
                raise ParameterError(
                    f"sequence_shape must be (time, features); got {shape}. One feature is (time, 1)."
                )
            object.__setattr__(self, "sequence_shape", shape)

    def mirrored(self) -> "Recurrent":
        """The same layers in reverse order, forwards: the decoder that belongs to this encoder."""
        return replace(self, units=self.units[::-1], bidirectional=False)

    @property
    def n_layers(self) -> int:
        return len(self.units)

    def check(self, row_shape: Shape) -> None:
        """Raise ``ParameterError`` where rows of this shape are other sequences than ``sequence_shape``."""
        time, features = self.sequence(row_shape)
        if self.sequence_shape in (None, (time, features)) and time * features == size(row_shape):
            return
        came = f"{size(row_shape)} numbers" if len(row_shape) == 1 else f"the shape {row_shape}"
        raise ParameterError(
            f"sequence_shape={self.sequence_shape} must be that of the rows, (time, features), but rows have "
            f"{came}. Set it to the shape of the sequences; rows of two dimensions need none."
        )

    def sequence(self, row_shape: Shape) -> Shape:
        if len(row_shape) > 1:
            return row_shape[0], size(row_shape[1:])
        return (*row_shape, 1) if self.sequence_shape is None else self.sequence_shape

    # -- the layers --------------------------------------------------------------------------------------

    def encoder_steps(self, row_shape: Shape, n_outputs: int, *, planes: int = 1) -> list[Step]:
        time, features = self.sequence(row_shape)
        parts = tuple(self.units), self.cell, self.bidirectional
        reader = Step(
            lambda seed: Reader(*parts, marks=planes == 2, seed=seed, name="encoder_reader"),
            Reader.shapes(planes * features, *parts),
        )
        width = (1 + self.bidirectional) * self.units[-1]
        return [
            *_as_sequences(time, features, planes),
            reader,
            dense(width, n_outputs, name="encoder_output"),
        ]

    def decoder_steps(self, n_inputs: int, row_shape: Shape) -> list[Step]:
        if self.bidirectional:
            raise ParameterError(
                "bidirectional=True has no effect in a decoder, which writes forwards. Leave it out."
            )
        time, features = self.sequence(row_shape)
        code = plain(keras.layers.RepeatVector, time, name="decoder_code")  # (time, n_inputs)
        written = self._with_feedback if self.feedback else self._without_feedback
        return [code, *written(n_inputs, features), plain(keras.layers.Flatten, name="decoder_flat")]

    def _without_feedback(self, width: int, features: int) -> list[Step]:
        """(time, width) -> (time, features)"""
        steps = []
        for number, units in enumerate(self.units):
            steps.append(self._layer(width, units, f"decoder_{number}"))
            width = units
        return [*steps, dense(width, features, name="decoder_output")]

    def _layer(self, width: int, units: int, name: str) -> Step:
        """(time, width) -> (time, units)"""
        return Step(
            lambda seed: one_way(self.cell, units, seed, name=name, sequences=True),
            CELLS[self.cell].shapes(width, units),
        )

    def _with_feedback(self, width: int, features: int) -> list[Step]:
        """(time, width) -> (time, features)"""
        parts = tuple(self.units), self.cell, features

        def make(seed: int) -> keras.layers.Layer:
            cell = FeedbackCell(*parts, seed=seed, name="decoder_cell")
            return keras.layers.RNN(cell, return_sequences=True, name="decoder_output")

        return [Step(make, FeedbackCell.shapes(width, *parts))]


def _as_sequences(time: int, features: int, planes: int) -> list[Step]:
    """(planes * time * features,) -> (time, planes * features)"""
    as_sequence = plain(keras.layers.Reshape, (time, planes * features), name="encoder_sequence")
    if planes == 1:
        return [as_sequence]
    return [
        plain(keras.layers.Reshape, (planes, time, features), name="encoder_planes"),
        plain(keras.layers.Permute, (2, 1, 3), name="encoder_steps"),
        as_sequence,
    ]
