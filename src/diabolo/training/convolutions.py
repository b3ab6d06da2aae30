"""Convolutions for JAX's CPU backend, whose gradients stay fast inside a compiled loop.

XLA has a fast kernel for convolutions on CPUs, for images as (batch, *spatial, channels) and kernels as
(*spatial, in, out). Outside loops XLA brings other orders of axes into this one; inside a loop, and an epoch
is one, it takes a way that is up to a hundred times slower. The gradients that JAX derives come in other
orders. So here each gradient is written as a convolution in the order that the fast kernel takes.

With x an image, k a kernel and y an output, all three maps come from one sum over positions p and offsets i,

    sum_{p, i} x[stride p + i - before] k[i] y[p],

by its derivative by y (``convolution``), by x (``transposed_convolution``) or by k (``kernel_gradient``).
Each is linear in the other two, and its derivatives are the other maps: so they hold to any order in reverse
mode.

Which way is the fastest was measured for each shape by ``benchmarks/conv_routes.py``.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

Tensor = Any


class Axis(NamedTuple):
    """How output positions p see image positions stride p + i - before, along one axis."""

    image: int  # positions
    output: int  # positions
    kernel: int  # offsets i
    stride: int
    before: int  # zeros before the image

    @property
    def padding(self) -> tuple[int, int]:
        """Zeros before and after the image, so that it ends with the last window."""
        return self.before, (self.output - 1) * self.stride + self.kernel - self.image - self.before

    @property
    def transposed_padding(self) -> tuple[int, int]:
        """Zeros before and after the output with its gaps, so that each image position has a window."""
        end = (self.output - 1) * self.stride + 1
        return self.kernel - 1 - self.before, self.image + self.before - end


Window = tuple[Axis, ...]  # one a spatial axis


def window_of(
    image: Sequence[int], output: Sequence[int], kernel: Sequence[int], strides: Sequence[int], padding: str
) -> Window:
    """The window of a convolution with Keras's padding, "valid" or "same"."""

    def before(image: int, output: int, kernel: int, stride: int) -> int:
        return max((output - 1) * stride + kernel - image, 0) // 2 if padding == "same" else 0

    sizes = zip(image, output, kernel, strides, strict=True)
    return tuple(Axis(*axis, before(*axis)) for axis in sizes)


def transposed_window_of(
    image: Sequence[int],
    output: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int],
    padding: str,
    output_padding: Sequence[int] | None = None,
) -> Window:
    """The window of the convolution whose transpose Keras's transposed convolution is.

    The latter takes outputs to images here: ``image`` is what comes out of it.
    """

    def before(axis: int) -> int:
        if padding == "valid":
            return 0
        size = kernel[axis]
        even = strides[axis] + size - 2
        zeros = even if output_padding is None else size + size % 2 - 2 + output_padding[axis]
        return max(size - 1 - (zeros + 1) // 2, 0)

    sizes = zip(image, output, kernel, strides, strict=True)
    return tuple(Axis(*each, before(axis)) for axis, each in enumerate(sizes))


# -- the three maps ------------------------------------------------------------------------------------------


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def convolution(window: Window, image: Tensor, kernel: Tensor) -> Tensor:
    """y[p] = sum_i x[stride p + i - before] k[i]

    Parameters
    ----------
    window : Window
    image : (batch, *spatial, in)
    kernel : (*spatial, in, out)

    Returns
    -------
    output : (batch, *spatial, out)
    """
    return _convolution_way(image, kernel)(window, image, kernel)


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def transposed_convolution(window: Window, output: Tensor, kernel: Tensor) -> Tensor:
    """x[q] = sum_{p, i: stride p + i - before = q} y[p] k[i]^T

    Parameters
    ----------
    window : Window
        Of the convolution from images to outputs whose transpose this is.
    output : (batch, *spatial, out)
    kernel : (*spatial, in, out)

    Returns
    -------
    image : (batch, *spatial, in)
    """
    return _transposed_way(output, kernel)(window, output, kernel)


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def kernel_gradient(window: Window, image: Tensor, output: Tensor) -> Tensor:
    """k[i] = sum_{batch, p} x[stride p + i - before]^T y[p]

    Parameters
    ----------
    window : Window
    image : (batch, *spatial, in)
    output : (batch, *spatial, out)

    Returns
    -------
    kernel : (*spatial, in, out)
    """
    return _kernel_gradient_way(image, output)(window, image, output)


def _keep(map_: Callable[..., Tensor]) -> Callable[..., tuple[Tensor, tuple]]:
    """The map, with its arguments kept for its derivatives."""
    return lambda window, first, second: (map_(window, first, second), (first, second))


def _convolution_vjp(window: Window, kept: tuple, output: Tensor) -> tuple[Tensor, Tensor]:
    image, kernel = kept
    return transposed_convolution(window, output, kernel), kernel_gradient(window, image, output)


def _transposed_vjp(window: Window, kept: tuple, image: Tensor) -> tuple[Tensor, Tensor]:
    output, kernel = kept
    return convolution(window, image, kernel), kernel_gradient(window, image, output)


def _kernel_gradient_vjp(window: Window, kept: tuple, kernel: Tensor) -> tuple[Tensor, Tensor]:
    image, output = kept
    return transposed_convolution(window, output, kernel), convolution(window, image, kernel)


convolution.defvjp(_keep(convolution), _convolution_vjp)
transposed_convolution.defvjp(_keep(transposed_convolution), _transposed_vjp)
kernel_gradient.defvjp(_keep(kernel_gradient), _kernel_gradient_vjp)


# -- the rule -----------------------------------------------------------------------------------------------

Way = Callable[[Window, Tensor, Tensor], Tensor]


def _convolution_way(image: Tensor, kernel: Tensor) -> Way:
    """To the fast kernel a matrix of a single column is no matrix; and a kernel must not exceed the image."""
    return convolution_by_products if kernel.shape[-1] == 1 or _exceeds(kernel, image) else convolution_by_xla


def _transposed_way(output: Tensor, kernel: Tensor) -> Way:
    """The same, with channels of images as the columns."""
    return transposed_by_products if kernel.shape[-2] == 1 or _exceeds(kernel, output) else transposed_by_xla


def _kernel_gradient_way(image: Tensor, output: Tensor) -> Way:
    """Of image and output, the one with many channels should be what the fast kernel takes for its kernel."""
    few, equal = 4 * output.shape[-1] <= image.shape[-1], output.shape[1:-1] == image.shape[1:-1]
    return kernel_gradient_over_image if few and equal else kernel_gradient_over_output


def _exceeds(kernel: Tensor, image: Tensor) -> bool:
    """XLA would exchange the two, and so bring the axes into another order."""
    return math.prod(kernel.shape[:-2]) > math.prod(image.shape[1:-1])


# -- the ways ------------------------------------------------------------------------------------------------


def convolution_by_xla(window: Window, image: Tensor, kernel: Tensor) -> Tensor:
    """One convolution."""
    strides = [axis.stride for axis in window]
    return _convolved(image, kernel, [axis.padding for axis in window], strides=strides)


def convolution_by_products(window: Window, image: Tensor, kernel: Tensor) -> Tensor:
    """All products of pixels and kernel first, x[q] k[i], of which shifted sums are then taken."""
    products = jnp.tensordot(image, kernel, [[-1], [-2]])  # (batch, *spatial, *offsets, out)
    no_gaps = [(*axis.padding, 0) for axis in window]
    terms = []
    for offset in _offsets(window):
        padded = _pad(products[(..., *offset, slice(None))], no_gaps)
        last = [i + (axis.output - 1) * axis.stride for i, axis in zip(offset, window, strict=True)]
        cut = (slice(i, end + 1, axis.stride) for i, end, axis in zip(offset, last, window, strict=True))
        terms.append(padded[(slice(None), *cut)])
    return sum(terms)


def transposed_by_xla(window: Window, output: Tensor, kernel: Tensor) -> Tensor:
    """One convolution of the output, gaps between its positions, with the kernel turned round."""
    padding, gaps = [axis.transposed_padding for axis in window], [axis.stride for axis in window]
    turned = jnp.swapaxes(_reversed(kernel, range(len(window))), -1, -2)  # (*spatial, out, in)
    return _convolved(output, turned, padding, image_gaps=gaps)


def transposed_by_products(window: Window, output: Tensor, kernel: Tensor) -> Tensor:
    """All products of output and kernel first, y[p] k[i]^T, each then added where it belongs."""
    products = jnp.tensordot(output, kernel, [[-1], [-1]])  # (batch, *spatial, *offsets, in)
    terms = []
    for offset in _offsets(window):
        places = [_place(axis, i) for axis, i in zip(window, offset, strict=True)]
        terms.append(_pad(products[(..., *offset, slice(None))], places))
    return sum(terms)


def kernel_gradient_over_output(window: Window, image: Tensor, output: Tensor) -> Tensor:
    """One convolution of the image with the output, which has gaps; batch and channels change places."""
    padding, gaps = [axis.padding for axis in window], [axis.stride for axis in window]
    sums = _convolved(_batch_last(image), _batch_inner(output), padding, kernel_gaps=gaps)
    return jnp.moveaxis(sums, 0, -2)  # (in, *offsets, out) -> (*offsets, in, out)


def kernel_gradient_over_image(window: Window, image: Tensor, output: Tensor) -> Tensor:
    """One convolution of the output, which has gaps, with the image; offsets come out reversed."""
    padding, gaps = [axis.transposed_padding for axis in window], [axis.stride for axis in window]
    sums = _convolved(_batch_last(output), _batch_inner(image), padding, image_gaps=gaps)
    return jnp.moveaxis(_reversed(sums, range(1, len(window) + 1)), 0, -1)  # (out, *offsets, in)


def _convolved(
    image: Tensor,
    kernel: Tensor,
    padding: Sequence[tuple[int, int]],
    *,
    strides: Sequence[int] | None = None,
    image_gaps: Sequence[int] | None = None,
    kernel_gaps: Sequence[int] | None = None,
) -> Tensor:
    """XLA's, (batch, *spatial, in) with (*spatial, in, out), such that the fast kernel takes it."""
    rank = len(padding)
    strides = strides or (1,) * rank
    bare = not any(any(zeros) for zeros in padding)
    if bare:  # XLA is slow without any zeros: have one output position more, and drop it
        padding = [(0, strides[0]), *padding[1:]]
    images, kernels = (0, rank + 1, *range(1, rank + 1)), (rank + 1, rank, *range(rank))
    convolved = jax.lax.conv_general_dilated(
        image,
        kernel,
        strides,
        padding,
        lhs_dilation=image_gaps,
        rhs_dilation=kernel_gaps,
        dimension_numbers=jax.lax.ConvDimensionNumbers(images, kernels, images),
    )
    return convolved[:, :-1] if bare else convolved


def _offsets(window: Window) -> product:
    return product(*(range(axis.kernel) for axis in window))


def _place(axis: Axis, offset: int) -> tuple[int, int, int]:
    """Zeros before, after and between output positions, so that p comes to stride p + offset - before."""
    start = offset - axis.before
    end = start + (axis.output - 1) * axis.stride + 1
    return start, axis.image - end, axis.stride - 1


def _pad(tensor: Tensor, spatial: Sequence[tuple[int, int, int]]) -> Tensor:
    """Zeros before, after and between the positions of spatial axes; negative numbers cut off."""
    zero = jnp.zeros((), tensor.dtype)
    return jax.lax.pad(tensor, zero, [(0, 0, 0), *spatial, (0, 0, 0)])


def _reversed(tensor: Tensor, axes: Sequence[int]) -> Tensor:
    return jax.lax.rev(tensor, tuple(axes))


def _batch_last(tensor: Tensor) -> Tensor:
    """(batch, *spatial, channels) -> (channels, *spatial, batch)"""
    return jnp.swapaxes(tensor, 0, -1)


def _batch_inner(tensor: Tensor) -> Tensor:
    """(batch, *spatial, channels) -> (*spatial, batch, channels)"""
    return jnp.moveaxis(tensor, 0, -2)
