"""Networks that are convolutional and recurrent, for clips of frames."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np

from diabolo.errors import ParameterError
from diabolo.networks.activations import check_activation
from diabolo.networks.base import Link, Shape, Specification, Step, dense, plain, size
from diabolo.networks.checks import check_choice, is_whole, whole_numbers
from diabolo.networks.convolutional import Convolutional, Sides, convolution, start_channels_at
from diabolo.networks.convolutional_recurrent_layers import FrameReader, FrameWriter, JoinFrames, SplitFrames


@dataclass(frozen=True, repr=False)
class ConvolutionalRecurrent(Specification):
    """Specification of a network that reads the beginning of a clip and writes its end.

    An encoder passes each frame but the last ``horizon`` through convolutions that halve its sides, as
    ``Convolutional`` does, and reads the maps of one frame after the other into a state of maps, by gated
    recurrent units whose products are convolutions. A decoder carries the state on for ``horizon`` frames
    and brings each state to the size of a frame.

    Rows of shape (time, height, width) or (time, height, width, channels) are clips. Those of shape (time,
    width) are clips of one line a frame, and flat rows of one pixel a frame, unless ``clip_shape`` says
    otherwise.

    Parameters
    ----------
    horizon : int, default=1
        How many frames at the end the decoder writes and the encoder does not see.
    filters : sequence of int, default=(16, 32)
        Filters of the convolutions that each halve the frame; none leave it at its size.
    maps : int, default=32
        Maps of the state.
    kernel_size : int, default=3
        Side of all kernels.
    activation : str, default="relu"
        Keras activation of the convolutions of frames.
    spatial : bool, default=True
        Whether the code is the state itself, all its maps one after the other; else it is made of the state
        by a fully connected layer, and the decoder's first state of it by another.
    clip_shape : tuple of int or None, default=None
        (time, height, width) or (time, height, width, channels) of clips that come as flat rows.

    References
    ----------
    Ballas, Yao, Pal and Courville (2016), "Delving deeper into convolutional networks for learning video
    representations". Shi, Chen, Wang, Yeung, Wong and Woo (2015), "Convolutional LSTM network".
    """

    horizon: int = 1
    filters: Sequence[int] = (16, 32)
    maps: int = 32
    kernel_size: int = 3
    activation: str = "relu"
    spatial: bool = True
    clip_shape: Shape | None = None

    def __post_init__(self) -> None:
        filters = whole_numbers(self.filters, "filters", "number of filters", example=(16, 32))
        object.__setattr__(self, "filters", filters)
        for name in ("horizon", "maps", "kernel_size"):
            given = getattr(self, name)
            if not is_whole(given):
                raise ParameterError(f"{name} must be a whole number of at least 1; got {given!r}.")
            object.__setattr__(self, name, int(given))
        check_activation(self.activation, "activation")
        check_choice("spatial of ConvolutionalRecurrent", self.spatial, (False, True))
        if self.clip_shape is not None:
            shape = whole_numbers(self.clip_shape, "clip_shape", "side of clip_shape", example=(20, 64, 64))
            if len(shape) not in (3, 4):
                raise ParameterError(
                    "clip_shape must be (time, height, width) or (time, height, width, channels); got "
                    f"{shape}."
                )
            object.__setattr__(self, "clip_shape", shape)

    def mirrored(self) -> "ConvolutionalRecurrent":
        """Itself: a decoder passes ``filters`` from the last to the first."""
        return self

    @property
    def n_layers(self) -> int:
        return len(self.filters) + 1

    def check(self, row_shape: Shape) -> None:
        """Raise ``ParameterError`` where rows of this shape are no clips, or too short or too small."""
        time, height, width, _ = self._clip(row_shape)
        if time <= self.horizon:
            raise ParameterError(
                f"horizon={self.horizon} needs clips of at least {self.horizon + 1} frames, the last "
                f"{self.horizon} to predict and one to predict them from; got {self._in_words(row_shape)}. "
                "Pass longer clips, or choose a smaller horizon."
            )
        if len(row_shape) == 1 and self.clip_shape is None and (self.filters or self.kernel_size > 1):
            raise ParameterError(
                "Flat rows are clips of one pixel a frame unless clip_shape says otherwise, and one pixel is "
                f"too small for filters={self.filters}, kernel_size={self.kernel_size}. Set clip_shape, such "
                "as (20, 64, 64), or pass clips in their shape."
            )
        if self.filters:
            self._frames.check((height, width, 1))
        elif self.kernel_size > min(height, width):
            raise ParameterError(
                f"A kernel must fit into the frame, but kernel_size={self.kernel_size} is larger than a "
                f"frame of {height} x {width}. Choose a smaller one."
            )

    @property
    def image_shape(self) -> Shape | None:
        return self.clip_shape

    def sequence(self, row_shape: Shape) -> Shape | None:
        """(time, 1) of flat rows whose frames are single numbers, which need not be pixels."""
        return (*row_shape, 1) if len(row_shape) == 1 and self.clip_shape is None else None

    def target(self, row_shape: Shape) -> Shape:
        """(horizon, height, width, channels)"""
        self.check(row_shape)
        return self.horizon, *self._clip(row_shape)[1:]

    def state_shape(self, row_shape: Shape) -> Shape:
        """(maps, height, width) of the state."""
        self.check(row_shape)
        _, height, width, _ = self._clip(row_shape)
        return self.maps, *self._sides(height, width)[-1]

    # -- the layers --------------------------------------------------------------------------------------

    def encoder_steps(self, row_shape: Shape, n_outputs: int, *, planes: int = 1) -> list[Step]:
        time, height, width, channels = self._clip(row_shape)
        past, depth, cell = time - self.horizon, planes * channels, (self.maps, self.kernel_size)
        steps = [
            *_as_clips((time, height, width, channels), planes),
            plain(keras.layers.Cropping3D, ((0, self.horizon), (0, 0), (0, 0)), name="encoder_past"),
            plain(JoinFrames, name="encoder_frames"),
        ]
        if self.filters:
            steps += self._frames.halvings(depth)
            depth = self.filters[-1]
        return [
            *steps,
            convolution(depth, 3 * self.maps, self.kernel_size, name="encoder_gates"),
            plain(SplitFrames, past, name="encoder_clip"),
            Step(
                lambda seed: FrameReader(*cell, seed=seed, name="encoder_reader"), FrameReader.shapes(*cell)
            ),
            *self._to_code(self._sides(height, width)[-1], n_outputs),
        ]

    def decoder_steps(self, n_inputs: int, row_shape: Shape) -> list[Step]:
        time, height, width, channels = row_shape
        cell = self.maps, self.kernel_size
        steps = [
            *self._from_code(n_inputs, self._sides(height, width)[-1]),
            Step(
                lambda seed: FrameWriter(time, *cell, seed=seed, name="decoder_writer"),
                FrameWriter.shapes(*cell),
            ),
            plain(JoinFrames, name="decoder_frames"),
        ]
        depth = self.maps
        if self.filters:
            steps += self._frames.mirrored().doublings(depth, height, width)
            depth = self.filters[0]
        return [
            *steps,
            convolution(depth, channels, self.kernel_size, name="decoder_output"),
            plain(SplitFrames, time, name="decoder_clip"),
            plain(keras.layers.Flatten, name="decoder_flat"),
        ]

    def start_at(self, decoder: keras.Model, mean: np.ndarray, link: Link) -> None:
        start_channels_at(decoder, mean, link)

    def _to_code(self, sides: Sides, n_outputs: int) -> list[Step]:
        """(*sides, maps) -> (n_outputs,)"""
        flat = plain(keras.layers.Flatten, name="encoder_flat")
        if not self.spatial:
            return [flat, dense(size((*sides, self.maps)), n_outputs, name="encoder_output")]
        self._check_spatial(n_outputs, sides)
        # so that a map's pixels stay together
        return [plain(keras.layers.Permute, (3, 1, 2), name="encoder_maps"), flat]

    def _from_code(self, n_inputs: int, sides: Sides) -> list[Step]:
        """(n_inputs,) -> (*sides, maps), between -1 and 1 as states are"""
        if not self.spatial:
            return [
                dense(n_inputs, size((*sides, self.maps)), name="decoder_first", activation="tanh"),
                plain(keras.layers.Reshape, (*sides, self.maps), name="decoder_maps"),
            ]
        self._check_spatial(n_inputs, sides)
        return [
            plain(keras.layers.Reshape, (self.maps, *sides), name="decoder_maps"),
            plain(keras.layers.Permute, (2, 3, 1), name="decoder_pixels"),
        ]

    def _check_spatial(self, n: int, sides: Sides) -> None:
        if n != size((self.maps, *sides)):
            raise ParameterError(
                f"With spatial=True the code is the state, {self.maps} maps of {sides[0]} x {sides[1]} "
                f"pixels, so {size((self.maps, *sides))} numbers; got {n}."
            )

    # -- sizes -------------------------------------------------------------------------------------------

    @property
    def _frames(self) -> Convolutional:
        """What is done to each frame by itself."""
        return Convolutional(self.filters, self.kernel_size, activation=self.activation)

    def _sides(self, height: int, width: int) -> list[Sides]:
        """Of a frame, and after each halving."""
        return self._frames.sides(height, width) if self.filters else [(height, width)]

    def _clip(self, row_shape: Shape) -> Shape:
        """Time, height, width and channels of rows of this shape."""
        shape = row_shape if self.clip_shape is None else self.clip_shape
        is_other = len(row_shape) > 1 and _channels(shape) != _channels(row_shape)
        if size(shape) != size(row_shape) or is_other:
            raise ParameterError(
                f"clip_shape={self.clip_shape} has {size(shape)} numbers, but rows have the shape "
                f"{row_shape}. Set it to the shape of the clips."
            )
        if len(shape) > 4:
            raise ParameterError(
                "Clips must have the shape (time, height, width) or (time, height, width, channels); got "
                f"rows of shape {row_shape}."
            )
        return _channels(shape)

    def _in_words(self, row_shape: Shape) -> str:
        if len(row_shape) == 1 and self.clip_shape is None:
            return f"rows of {row_shape[0]} feature(s), which are taken for frames of one pixel"
        return f"clips of {self._clip(row_shape)[0]}"


def _channels(shape: Shape) -> Shape:
    """A clip's shape with its sides and channels, if they are not said."""
    if len(shape) == 1:
        return (*shape, 1, 1, 1)
    if len(shape) == 2:
        return (shape[0], 1, shape[1], 1)
    return (*shape, 1) if len(shape) == 3 else shape


def _as_clips(clip: Shape, planes: int) -> list[Step]:
    """(planes * time * height * width * channels,) -> (time, height, width, planes * channels)"""
    time, height, width, channels = clip
    as_clip = plain(keras.layers.Reshape, (time, height, width, planes * channels), name="encoder_row")
    if planes == 1:
        return [as_clip]
    return [
        plain(keras.layers.Reshape, (planes, time, height * width, channels), name="encoder_planes"),
        plain(keras.layers.Permute, (2, 3, 1, 4), name="encoder_pixels"),
        as_clip,
    ]
