"""Networks of convolutions, for images."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import keras
import numpy as np

from diabolo.errors import ParameterError
from diabolo.networks.activations import check_activation
from diabolo.networks.base import Link, Shape, Specification, Step, Sum, dense, plain, size
from diabolo.networks.checks import check_choice, is_whole, whole_numbers

Sides = tuple[int, int]  # height, width

_MOST_GROUPS = 8
_MOMENTUM = 0.9  # of the statistics that batch normalisation keeps; Keras's 0.99 needs hundreds of steps


@dataclass(frozen=True, repr=False)
class Convolutional(Specification):
    """Specification of a convolutional network for images, for ``encoder=`` and ``decoder=``.

    An encoder halves the image's sides once for each number of filters, odd sides rounded up, and ends in
    fully connected layers, the last of which is the code. A decoder begins with such layers, doubles the
    sides, and ends in a convolution that gives the image's channels, with every side restored exactly.

    Parameters
    ----------
    filters : sequence of int, default=(32, 64)
        Filters of each convolution, in the order in which data passes them.
    kernel_size : int or sequence of int, default=3
        Side of the kernels, one for all or one for each of ``filters``. A decoder's last convolution has its
        last kernel.
    pool : {"stride", "max"}, default="stride"
        How sides are halved: by convolutions of stride 2 (in a decoder transposed ones), or by max pooling
        after convolutions (in a decoder doubled pixels before them).
    norm : {"batch", "group"} or None, default=None
        What normalises maps before the activation: over the batch, or over groups of at most 8 filters.
    residual : bool, default=False
        Whether each convolution is followed by a second one, with a way around both (He et al. 2016).
    activation : str, default="relu"
        Name of a Keras activation.
    widths : sequence of int, default=()
        Units of fully connected layers between the maps and the code, in the order in which data passes them.
        A code of few numbers needs some.
    spatial : bool, default=False
        Whether the code is a stack of small maps, by a convolution in the place of the fully connected layer.
        Then n_components must be a multiple of the pixels of the last map; components of one map are
        neighbours.
    image_shape : tuple of int or None, default=None
        (height, width) or (height, width, channels) of images that come as flat rows; else their own shape
        tells.

    Raises
    ------
    ParameterError
        If a parameter is out of its range, as it is made; in ``fit``, if rows are no images, or too small.

    References
    ----------
    Masci, Meier, Ciresan and Schmidhuber (2011), "Stacked convolutional auto-encoders for hierarchical
    feature extraction". He, Zhang, Ren and Sun (2016), "Deep residual learning for image recognition".

    Examples
    --------
    >>> from diabolo import Autoencoder, Convolutional, load_mnist
    >>> X = load_mnist().X_train[:640]
    >>> ae = Autoencoder(8, encoder=Convolutional((8, 16)), epochs=2, random_state=0).fit(X)
    >>> ae.transform(X).shape, ae.reconstruct(X[:2]).shape
    ((640, 8), (2, 28, 28))
    """

    filters: Sequence[int] = (32, 64)
    kernel_size: int | Sequence[int] = 3
    pool: str = "stride"
    norm: str | None = None
    residual: bool = False
    activation: str = "relu"
    widths: Sequence[int] = ()
    spatial: bool = False
    image_shape: Shape | None = None

    def __post_init__(self) -> None:
        filters = whole_numbers(self.filters, "filters", "number of filters", example=(32, 64))
        if not filters:
            raise ParameterError("filters must name at least one convolution, such as (32,); got ().")
        object.__setattr__(self, "filters", filters)
        if is_whole(self.kernel_size):
            object.__setattr__(self, "kernel_size", int(self.kernel_size))  # type: ignore[arg-type]
        else:
            kernels = whole_numbers(self.kernel_size, "kernel_size", "kernel_size", example=(5, 3))
            if len(kernels) != len(filters):
                raise ParameterError(
                    f"kernel_size must be one number, or one for each of the {len(filters)} filters; got "
                    f"{len(kernels)}."
                )
            object.__setattr__(self, "kernel_size", kernels)
        check_choice("pool of Convolutional", self.pool, ("stride", "max"))
        check_choice("norm of Convolutional", self.norm, (None, "batch", "group"))
        for name in ("residual", "spatial"):
            check_choice(f"{name} of Convolutional", getattr(self, name), (False, True))
        check_activation(self.activation, "activation")
        widths = whole_numbers(self.widths, "widths", "width", example=(256, 64))
        object.__setattr__(self, "widths", widths)
        if self.spatial and widths:
            raise ParameterError(
                f"widths={widths} has no effect with spatial=True, where no layer is fully connected. Leave "
                "one of them out."
            )
        if self.image_shape is not None:
            shape = whole_numbers(self.image_shape, "image_shape", "side of image_shape", example=(28, 28))
            if len(shape) not in (2, 3):
                raise ParameterError(
                    f"image_shape must be (height, width) or (height, width, channels); got {shape}."
                )
            object.__setattr__(self, "image_shape", shape)

    def mirrored(self) -> "Convolutional":
        """The same layers in reverse order: the decoder that belongs to this encoder."""
        return replace(
            self, filters=self.filters[::-1], kernel_size=self._kernels[::-1], widths=self.widths[::-1]
        )

    @property
    def n_layers(self) -> int:
        return len(self.filters) + len(self.widths)

    def check(self, row_shape: Shape) -> None:
        """Raise ``ParameterError`` where rows of this shape are no images, or too small."""
        height, width, _ = self._image(row_shape)
        largest = max(self._kernels)
        if largest > min(height, width):
            raise ParameterError(
                f"A kernel must fit into the image, but kernel_size={largest} is larger than an image of "
                f"{height} x {width}. Choose a smaller one."
            )
        halvings = math.ceil(math.log2(max(height, width)))
        if len(self.filters) > halvings:
            raise ParameterError(
                f"Each of filters halves the image, and one of {height} x {width} is a single pixel after "
                f"{halvings}; got {len(self.filters)} filters. Name at most {halvings}."
            )

    # -- the layers --------------------------------------------------------------------------------------

    def encoder_steps(self, row_shape: Shape, n_outputs: int, *, planes: int = 1) -> list[Step]:
        height, width, channels = self._image(row_shape)
        *_, last = self.sides(height, width)
        return [
            *_as_images(height, width, channels, planes),
            *self.halvings(planes * channels),
            *self._to_code(last, self.filters[-1], n_outputs),
        ]

    def decoder_steps(self, n_inputs: int, row_shape: Shape) -> list[Step]:
        height, width, channels = self._image(row_shape)
        *_, first = self.sides(height, width)
        return [
            *self._from_code(n_inputs, first, self.filters[0]),
            *self.doublings(self.filters[0], height, width),
            convolution(self.filters[-1], channels, self._kernels[-1], name="decoder_output"),
            plain(keras.layers.Flatten, name="decoder_flat"),
        ]

    def start_at(self, decoder: keras.Model, mean: np.ndarray, link: Link) -> None:
        start_channels_at(decoder, mean, link)

    def halvings(self, depth: int) -> list[Step]:
        """(height, width, depth) -> (*the last of ``sides``, filters[-1])"""
        steps: list[Step] = []
        depths = (depth, *self.filters)
        for number, ((depth, n_filters), kernel) in enumerate(
            zip(pairwise(depths), self._kernels, strict=True)
        ):
            steps += self._halved(f"encoder_{number}", depth, n_filters, kernel)
        return steps

    def doublings(self, depth: int, height: int, width: int) -> list[Step]:
        """(*the last of ``sides``, depth) -> (height, width, filters[-1])"""
        steps: list[Step] = []
        sides, depths = self.sides(height, width)[::-1], (depth, *self.filters)
        for number, ((depth, n_filters), kernel, (small, large)) in enumerate(
            zip(pairwise(depths), self._kernels, pairwise(sides), strict=True)
        ):
            steps += self._doubled(f"decoder_{number}", depth, n_filters, kernel, small, large)
        return steps

    def _halved(self, name: str, depth: int, n_filters: int, kernel: int) -> list[Step]:
        """(height, width, depth) -> (height / 2, width / 2, n_filters), odd sides rounded up"""
        strides = 2 if self.pool == "stride" else 1
        first = convolution(depth, n_filters, kernel, strides=strides, name=f"{name}_conv")
        around = convolution(depth, n_filters, 1, strides=strides, name=f"{name}_around")
        steps = self._block(name, first, around, n_filters, kernel)
        if self.pool == "max":
            steps.append(plain(keras.layers.MaxPooling2D, 2, padding="same", name=f"{name}_pool"))
        return steps

    def _doubled(
        self, name: str, depth: int, n_filters: int, kernel: int, small: Sides, large: Sides
    ) -> list[Step]:
        """(*small, depth) -> (*large, n_filters)"""
        excess = tuple((0, 2 * side - wanted) for side, wanted in zip(small, large, strict=True))
        crop = [plain(keras.layers.Cropping2D, excess, name=f"{name}_crop")] if any(map(max, excess)) else []
        if self.pool == "max":
            first = convolution(depth, n_filters, kernel, name=f"{name}_conv")
            around = convolution(depth, n_filters, 1, name=f"{name}_around")
            larger = plain(keras.layers.UpSampling2D, 2, name=f"{name}_up")
            return [larger, *crop, *self._block(name, first, around, n_filters, kernel)]
        first = _transposed(depth, n_filters, kernel, name=f"{name}_conv")
        around = _transposed(depth, n_filters, 1, name=f"{name}_around")
        return [*self._block(name, first, around, n_filters, kernel), *crop]

    def _block(self, name: str, first: Step, around: Step, n_filters: int, kernel: int) -> list[Step]:
        """A convolution, normalised and activated; or two, with a way around them."""
        act = plain(keras.layers.Activation, self.activation, name=f"{name}_act")
        if not self.residual:
            return [first, *self._normalised(name, n_filters), act]
        inner = plain(keras.layers.Activation, self.activation, name=f"{name}_inner_act")
        second = convolution(n_filters, n_filters, kernel, name=f"{name}_conv_2")
        through = [
            *(first, *self._normalised(name, n_filters), inner),
            *(second, *self._normalised(f"{name}_2", n_filters)),
        ]
        both = Sum(lambda _: keras.layers.Add(name=f"{name}_sum"), ways=(through, [around]))
        return [both, act]

    def _normalised(self, name: str, n_filters: int) -> list[Step]:
        scale = ((n_filters,), (n_filters,))
        if self.norm == "batch":
            return [
                Step(
                    lambda _: keras.layers.BatchNormalization(momentum=_MOMENTUM, name=f"{name}_norm"),
                    scale,
                    scale,
                )
            ]
        if self.norm == "group":
            groups = math.gcd(n_filters, _MOST_GROUPS)
            return [Step(lambda _: keras.layers.GroupNormalization(groups, name=f"{name}_norm"), scale)]
        return []

    def _to_code(self, sides: Sides, depth: int, n_outputs: int) -> list[Step]:
        """(*sides, depth) -> (n_outputs,)"""
        flat = plain(keras.layers.Flatten, name="encoder_flat")
        if not self.spatial:
            n_inputs, hidden = self._connected("encoder", size((*sides, depth)))
            return [flat, *hidden, dense(n_inputs, n_outputs, name="encoder_output")]
        maps = self._maps(n_outputs, sides)
        return [
            convolution(depth, maps, 1, name="encoder_output"),
            plain(
                keras.layers.Permute, (3, 1, 2), name="encoder_maps"
            ),  # so that a map's pixels stay together
            flat,
        ]

    def _from_code(self, n_inputs: int, sides: Sides, depth: int) -> list[Step]:
        """(n_inputs,) -> (*sides, depth)"""
        act = plain(keras.layers.Activation, self.activation, name="decoder_act")
        if not self.spatial:
            n_inputs, hidden = self._connected("decoder", n_inputs)
            return [
                *hidden,
                dense(n_inputs, size((*sides, depth)), name="decoder_first"),
                plain(keras.layers.Reshape, (*sides, depth), name="decoder_maps"),
                act,
            ]
        maps = self._maps(n_inputs, sides)
        return [
            plain(keras.layers.Reshape, (maps, *sides), name="decoder_maps"),
            plain(keras.layers.Permute, (2, 3, 1), name="decoder_pixels"),
            convolution(maps, depth, 1, name="decoder_first"),
            act,
        ]

    def _connected(self, name: str, n_inputs: int) -> tuple[int, list[Step]]:
        """(n_inputs,) -> the last of ``widths``, and the layers to there"""
        sizes = (n_inputs, *self.widths)
        layers = [
            dense(*pair, activation=self.activation, name=f"{name}_hidden_{number}")
            for number, pair in enumerate(pairwise(sizes))
        ]
        return sizes[-1], layers

    def _maps(self, n: int, sides: Sides) -> int:
        pixels = size(sides)
        maps, rest = divmod(n, pixels)
        if rest or not maps:
            raise ParameterError(
                f"With spatial=True a code is made of maps of {sides[0]} x {sides[1]} pixels, so "
                f"n_components must be a multiple of {pixels}; got {n}. "
                f"Choose {pixels * max(1, round(n / pixels))}."
            )
        return maps

    # -- sizes -------------------------------------------------------------------------------------------

    @property
    def _kernels(self) -> tuple[int, ...]:
        kernel = self.kernel_size
        return (kernel,) * len(self.filters) if isinstance(kernel, int) else tuple(kernel)

    def sides(self, height: int, width: int) -> list[Sides]:
        """Of the image, and after each halving."""
        sides = [(height, width)]
        for _ in self.filters:
            sides.append(tuple(-(-side // 2) for side in sides[-1]))  # type: ignore[arg-type]
        return sides

    def _image(self, row_shape: Shape) -> Shape:
        """Height, width and channels of rows of this shape."""
        shape = row_shape if self.image_shape is None else self.image_shape
        is_other = len(row_shape) > 1 and _channels(shape) != _channels(row_shape)
        if size(shape) != size(row_shape) or is_other:
            raise ParameterError(
                f"image_shape={self.image_shape} has {size(shape)} numbers, but rows have the shape "
                f"{row_shape}. Set it to the shape of the images."
            )
        if len(shape) not in (2, 3):
            raise ParameterError(
                "Convolutional needs images, rows of shape (height, width) or (height, width, channels); got "
                f"rows of shape {row_shape}. Reshape them, or say what flat rows are, such as "
                "Convolutional(image_shape=(28, 28)); a table without an order of columns needs Dense."
            )
        return _channels(shape)


def _channels(shape: Shape) -> Shape:
    """(height, width) with its one channel; other shapes as they are."""
    return (*shape, 1) if len(shape) == 2 else shape


def _as_images(height: int, width: int, channels: int, planes: int) -> list[Step]:
    """(planes * height * width * channels,) -> (height, width, planes * channels)"""
    image = (height, width, planes * channels)
    as_image = plain(keras.layers.Reshape, image, name="encoder_image")
    if planes == 1:
        return [as_image]
    return [
        plain(keras.layers.Reshape, (planes, height, width, channels), name="encoder_planes"),
        plain(keras.layers.Permute, (2, 3, 1, 4), name="encoder_pixels"),
        as_image,
    ]


def convolution(depth: int, n_filters: int, kernel: int, *, name: str, strides: int = 1) -> Step:
    """(height, width, depth) -> the same n_filters, sides divided by strides and rounded up"""
    return Step(
        lambda seed: keras.layers.Conv2D(
            n_filters,
            kernel,
            strides=strides,
            padding="same",
            kernel_initializer=keras.initializers.GlorotUniform(seed),
            name=name,
        ),
        ((kernel, kernel, depth, n_filters), (n_filters,)),
    )


def start_channels_at(decoder: keras.Model, mean: np.ndarray, link: Link) -> None:
    """``Specification.start_at`` of a decoder whose last convolution has one bias a channel."""
    bias = decoder.get_layer("decoder_output").bias
    bias.assign(link(mean.reshape(-1, *bias.shape).mean(axis=0)))


def _transposed(depth: int, n_filters: int, kernel: int, *, name: str) -> Step:
    return Step(
        lambda seed: keras.layers.Conv2DTranspose(
            n_filters,
            kernel,
            strides=2,
            padding="same",
            kernel_initializer=keras.initializers.GlorotUniform(seed),
            name=name,
        ),
        ((kernel, kernel, n_filters, depth), (n_filters,)),
    )
