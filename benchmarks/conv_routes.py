"""How long each way to a convolution, its transpose and its kernel's gradient takes in a compiled loop."""

import argparse
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from results import add_out_option, installed_versions, number, table, write_section

from diabolo.training import convolutions
from diabolo.training.convolutions import Window, window_of

WHAT_IS_TIMED = """\
The three maps that every convolution and every transposed one is made of, forwards and backwards, on batches
of 64 images, in milliseconds, the least of {repeats} runs; each in a loop that JAX compiles, as an epoch is.
"Derived" is what JAX derives from XLA's convolution. For one layer and one shape, a convolution's step is the
three together; a transposed convolution's is the same three, its forward pass being the second. The way that
diabolo takes is bold.

- convolution: "XLA" as it is; "products" first, of which shifted sums are taken.
- transpose: "XLA" by a convolution of the output with the kernel turned round; "products" likewise.
- kernel's gradient: a convolution of the image "over the output", or of the output "over the image"."""

# image, channels in, channels out, kernel, stride, padding
SHAPES = [
    (28, 1, 64, 5, 1, "same"),
    (14, 64, 128, 3, 1, "same"),
    (7, 128, 256, 3, 1, "same"),
    (7, 256, 128, 3, 1, "same"),
    (14, 128, 64, 3, 1, "same"),
    (28, 64, 1, 5, 1, "same"),
    (4, 256, 256, 3, 1, "same"),
    (8, 256, 128, 3, 1, "same"),
    (16, 128, 64, 3, 1, "same"),
    (32, 64, 1, 5, 1, "valid"),
    (28, 64, 3, 3, 1, "same"),
    (28, 3, 64, 3, 1, "same"),
    (28, 32, 32, 3, 1, "same"),
    (2, 256, 256, 3, 1, "same"),
    (28, 1, 32, 3, 2, "same"),
    (14, 32, 64, 3, 2, "same"),
    (28, 32, 16, 3, 2, "same"),
    (28, 32, 1, 3, 2, "same"),
]
BATCH = 64

Arrays = tuple[np.ndarray, np.ndarray]
Map = Callable[[Window, Any, Any], Any]


class Timed(NamedTuple):
    """Milliseconds of one map's ways, and the way that the rule takes."""

    ways: list[Map | None]
    milliseconds: list[float]
    rule: Map

    @property
    def cells(self) -> tuple[str, ...]:
        """Of the table."""
        pairs = zip(self.ways, self.milliseconds, strict=True)
        return tuple(f"**{number(ms)}**" if way is self.rule else number(ms) for way, ms in pairs)


def in_a_loop(function: Callable, first: np.ndarray, second: np.ndarray) -> Callable[[int], None]:
    """The function so many times over, each needing the one before, compiled."""
    result = jax.eval_shape(function, first, second)

    def loop(count: jax.Array, first: jax.Array, second: jax.Array) -> jax.Array:
        def body(_: jax.Array, last: jax.Array) -> jax.Array:
            return function(first, second + 1e-30 * jnp.ravel(last)[0])

        return jax.lax.fori_loop(0, count, body, jnp.zeros(result.shape, result.dtype))

    compiled = jax.jit(loop)
    return lambda count: jax.block_until_ready(compiled(count, first, second))


def least_milliseconds(function: Callable, arrays: Arrays, repeats: int) -> float:
    """Of one run; what takes seconds runs once."""
    run, found = in_a_loop(function, *arrays), []
    run(0)  # compiles
    while len(found) < repeats and sum(found) < 2:
        started = time.perf_counter()
        run(1)
        found.append(time.perf_counter() - started)
    return 1000 * min(found)


def maps_of(shape: tuple, repeats: int) -> list[Timed]:
    """Convolution, transpose and kernel's gradient."""
    side, n_in, n_out, size, stride, padding = shape
    output_side = -(-side // stride) if padding == "same" else (side - size) // stride + 1
    image, output, kernel = (side, side), (output_side, output_side), (size, size)
    window = window_of(image, output, kernel, (stride, stride), padding)
    rng = np.random.default_rng(0)
    x, y, k = (
        rng.normal(size=shape).astype(np.float32)
        for shape in ((BATCH, *image, n_in), (BATCH, *output, n_out), (*kernel, n_in, n_out))
    )

    def derived_transpose(window: Window, y: Any, k: Any) -> Any:
        own = lambda x: lax_convolution(window, x, k)  # noqa: E731
        return jax.linear_transpose(own, jax.ShapeDtypeStruct(x.shape, x.dtype))(y)[0]

    def derived_gradient(window: Window, x: Any, y: Any) -> Any:
        own = lambda k: lax_convolution(window, x, k)  # noqa: E731
        return jax.linear_transpose(own, jax.ShapeDtypeStruct(k.shape, k.dtype))(y)[0]

    def timed(ways: list[Map], rule: Map, arrays: Arrays) -> Timed:
        milliseconds = [
            least_milliseconds(lambda *arrays, way=way: way(window, *arrays), arrays, repeats) for way in ways
        ]
        return Timed(ways, milliseconds, rule)

    c = convolutions
    return [
        timed([c.convolution_by_xla, c.convolution_by_products], c._convolution_way(x, k), (x, k)),
        timed(
            [derived_transpose, c.transposed_by_xla, c.transposed_by_products],
            c._transposed_way(y, k),
            (y, k),
        ),
        timed(
            [derived_gradient, c.kernel_gradient_over_output, c.kernel_gradient_over_image],
            c._kernel_gradient_way(x, y),
            (x, y),
        ),
    ]


def lax_convolution(window: Window, image: Any, kernel: Any) -> Any:
    """XLA's, as Keras calls it."""
    strides, padding = [axis.stride for axis in window], [axis.padding for axis in window]
    orders = ("NHWC", "HWIO", "NHWC")
    return jax.lax.conv_general_dilated(image, kernel, strides, padding, dimension_numbers=orders)


def main() -> None:
    """Measure and write the section ``conv_routes``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="runs of each way; default: 5")
    add_out_option(parser)
    options = parser.parse_args()
    rows = []
    for shape in SHAPES:
        cells = [cell for timed in maps_of(shape, options.repeats) for cell in timed.cells]
        side, n_in, n_out, size, stride, padding = shape
        rows.append((f"{side}, {n_in}, {n_out}, {size}, {stride} {padding}", *cells))
        print(" | ".join(rows[-1]), flush=True)
    header = (
        "image, in, out, kernel, stride",
        *("convolution: XLA", "products"),
        *("transpose: derived", "XLA", "products"),
        *("kernel's gradient: derived", "over the output", "over the image"),
    )
    write_section(
        options.out,
        "conv_routes",
        "Ways to a convolution",
        ["python", "benchmarks/conv_routes.py", f"--repeats={options.repeats}"],
        installed_versions(),
        WHAT_IS_TIMED.format(repeats=options.repeats),
        table(header, rows),
    )


if __name__ == "__main__":
    main()
