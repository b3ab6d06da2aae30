"""The layers of recurrent networks.

The cells have the equations and the weights of Keras's own. Those carry the state of a generator for dropout,
a variable of whole numbers that would go into every checkpoint and model file; these have no dropout.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import keras
import numpy as np
from keras import ops

from diabolo.noise import Tensor

_registered = keras.saving.register_keras_serializable("diabolo")  # so that a saved Keras model opens


class Cell(keras.layers.Layer):
    """One step of a recurrent layer: (batch, n_inputs) and states (batch, units) -> output and new states"""

    n_gates: ClassVar[int]
    n_states: ClassVar[int]

    def __init__(self, units: int, seed: int = 0, **options: Any):
        super().__init__(**options)
        self.units = units
        self.seed = seed
        of_kernel, of_recurrent = seeds(seed, 2)
        self.kernel_initializer = keras.initializers.GlorotUniform(seed=of_kernel)
        self.recurrent_initializer = keras.initializers.Orthogonal(seed=of_recurrent)
        self.bias_initializer: Any = "zeros"
        self.state_size = [units] * self.n_states
        self.output_size = units

    @classmethod
    def shapes(cls, n_inputs: int, units: int) -> tuple[tuple[int, ...], ...]:
        """Of its weights: kernel, recurrent kernel, bias."""
        width = cls.n_gates * units
        return (n_inputs, width), (units, width), cls.bias_shape(units)

    @classmethod
    def bias_shape(cls, units: int) -> tuple[int, ...]:
        """One bias a gate, unless a cell has others."""
        return (cls.n_gates * units,)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        shapes = self.shapes(int(input_shape[-1] or 0), self.units)
        initializers = self.kernel_initializer, self.recurrent_initializer, self.bias_initializer
        self.kernel, self.recurrent_kernel, self.bias = (
            self.add_weight(shape, initializer, name=name)
            for name, shape, initializer in zip(
                ("kernel", "recurrent_kernel", "bias"), shapes, initializers, strict=True
            )
        )

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"units": self.units, "seed": self.seed}


@_registered
class LSTMCell(Cell):
    """Long short-term memory (Hochreiter and Schmidhuber 1997), as ``keras.layers.LSTMCell``.

    i, f, c~, o = x K + h R + b;  c <- sigmoid(f) c + sigmoid(i) tanh(c~);  h <- sigmoid(o) tanh(c)
    """

    n_gates: ClassVar[int] = 4
    n_states: ClassVar[int] = 2

    def __init__(self, units: int, seed: int = 0, **options: Any):
        super().__init__(units, seed, **options)
        self.bias_initializer = _open_forget_gate

    def call(self, inputs: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        h, c = states
        gates = ops.matmul(inputs, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias
        i, f, candidate, o = ops.split(gates, 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(candidate)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]


@_registered
class GRUCell(Cell):
    """Gated recurrent unit (Cho et al. 2014), as ``keras.layers.GRUCell`` with ``reset_after=True``.

    z, r = sigmoid(x K + b + h R + b');  h <- z h + (1 - z) tanh(x K + b + r (h R + b'))
    """

    n_gates: ClassVar[int] = 3
    n_states: ClassVar[int] = 1

    @classmethod
    def bias_shape(cls, units: int) -> tuple[int, ...]:
        return (2, cls.n_gates * units)  # of the inputs, and of the state

    def call(self, inputs: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        (h,) = states
        from_inputs = ops.matmul(inputs, self.kernel) + self.bias[0]
        from_state = ops.matmul(h, self.recurrent_kernel) + self.bias[1]
        z, r, candidate = ops.split(from_inputs, 3, axis=-1)
        z_state, r_state, candidate_state = ops.split(from_state, 3, axis=-1)
        z, r = ops.sigmoid(z + z_state), ops.sigmoid(r + r_state)
        h = z * h + (1 - z) * ops.tanh(candidate + r * candidate_state)
        return h, [h]


CELLS: dict[str, type[Cell]] = {"lstm": LSTMCell, "gru": GRUCell}


@_registered
class FeedbackCell(keras.layers.Layer):
    """Cells one after the other and a linear map, whose output stands beside the next step's input.

    y <- W cells([x, y]) + b, with y = 0 before the first step
    """

    def __init__(self, units: tuple[int, ...], cell: str, n_outputs: int, seed: int = 0, **options: Any):
        super().__init__(**options)
        self.units, self.cell, self.output_size, self.seed = tuple(units), cell, n_outputs, seed
        own, *of_cells = seeds(seed, 1 + len(self.units))
        self.kernel_initializer = keras.initializers.GlorotUniform(seed=own)
        self.cells = [
            CELLS[cell](width, of_cell, name=f"cell_{number}")
            for number, (width, of_cell) in enumerate(zip(self.units, of_cells, strict=True))
        ]
        self.state_size = [n_outputs, *(size for each in self.cells for size in each.state_size)]

    @staticmethod
    def shapes(
        n_inputs: int, units: tuple[int, ...], cell: str, n_outputs: int
    ) -> tuple[tuple[int, ...], ...]:
        """Of its weights: kernel and bias of the linear map, then those of the cells."""
        widths = (n_inputs + n_outputs, *units)
        of_cells = (CELLS[cell].shapes(*pair) for pair in zip(widths[:-1], units, strict=True))
        return (units[-1], n_outputs), (n_outputs,), *(shape for shapes in of_cells for shape in shapes)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        width = int(input_shape[-1] or 0) + self.output_size
        for cell in self.cells:
            cell.build((None, width))
            width = cell.units
        self.kernel = self.add_weight((width, self.output_size), self.kernel_initializer, name="kernel")
        self.bias = self.add_weight((self.output_size,), "zeros", name="bias")

    def call(self, inputs: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        last, *states = states
        x, after = ops.concatenate([inputs, last], axis=-1), []
        for cell in self.cells:
            own, states = states[: cell.n_states], states[cell.n_states :]
            x, new = cell(x, own)
            after += new
        output = ops.matmul(x, self.kernel) + self.bias
        return output, [output, *after]

    def get_config(self) -> dict[str, Any]:
        own = {"units": self.units, "cell": self.cell, "n_outputs": self.output_size, "seed": self.seed}
        return super().get_config() | own


@_registered
class Reader(keras.layers.Layer):
    """Recurrent layers one after the other: (batch, time, width) -> what the last ends with, (batch, units)

    With ``marks`` the second half of the width is 1 for each gap and else 0, and reading ends at the last
    step that has an observed number. Masks are made and used in here: as part of a Keras model they would
    bring in operations named by a counter, and equal networks would not look equal.
    """

    def __init__(
        self,
        units: Sequence[int],
        cell: str,
        bidirectional: bool,
        marks: bool,
        seed: int = 0,
        **options: Any,
    ):
        super().__init__(**options)
        self.units, self.cell, self.bidirectional = tuple(units), cell, bidirectional
        self.marks, self.seed = marks, seed
        made = both_ways if bidirectional else one_way
        self.readers = [
            made(cell, width, own, name=f"reader_{number}", sequences=number < len(self.units) - 1)
            for number, (width, own) in enumerate(zip(self.units, seeds(seed, len(self.units)), strict=True))
        ]

    @staticmethod
    def shapes(width: int, units: Sequence[int], cell: str, bidirectional: bool) -> list[tuple[int, ...]]:
        """Of its weights."""
        ways = 1 + bidirectional
        found: list[tuple[int, ...]] = []
        for each in units:
            found += CELLS[cell].shapes(width, each) * ways
            width = ways * each
        return found

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        for reader in self.readers:
            reader.build(input_shape)
            input_shape = reader.compute_output_shape(input_shape)

    def call(self, x: Tensor) -> Tensor:
        mask = until_last_observed(x[..., x.shape[-1] // 2 :]) if self.marks else None
        for reader in self.readers:
            x = reader(x, mask=mask)
        return x

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape[0], (1 + self.bidirectional) * self.units[-1]

    def get_config(self) -> dict[str, Any]:
        own = ("units", "cell", "bidirectional", "marks", "seed")
        return super().get_config() | {name: getattr(self, name) for name in own}


def until_last_observed(gaps: Tensor) -> Tensor:
    """Which steps have an observed number in them or after them: (batch, time, features) -> (batch, time)"""
    observed = ops.cast(ops.any(gaps < 0.5, axis=-1), "int32")
    return ops.flip(ops.cumsum(ops.flip(observed, axis=1), axis=1), axis=1) > 0


def one_way(
    cell: str, units: int, seed: int, *, name: str, sequences: bool, backwards: bool = False
) -> keras.layers.RNN:
    """(batch, time, width) -> (batch, time, units), or (batch, units) at the end"""
    inner = CELLS[cell](units, seed, name=f"{name}_cell")
    return keras.layers.RNN(inner, return_sequences=sequences, go_backwards=backwards, name=name)


def both_ways(cell: str, units: int, seed: int, *, name: str, sequences: bool) -> keras.layers.Bidirectional:
    """The same forwards and backwards, side by side: (..., 2 * units)"""
    forwards, backwards = seeds(seed, 2)
    return keras.layers.Bidirectional(
        one_way(cell, units, forwards, name=f"forward_{name}", sequences=sequences),
        backward_layer=one_way(
            cell, units, backwards, name=f"backward_{name}", sequences=sequences, backwards=True
        ),
        name=name,
    )


def seeds(seed: int, n: int) -> list[int]:
    """Seeds that follow from one: 31 bits each, what every backend takes."""
    return [int(word >> 1) for word in np.random.SeedSequence(seed).generate_state(n)]


def _open_forget_gate(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """1 for the forget gate and else 0, so that a new cell remembers (Jozefowicz et al. 2015)."""
    return np.repeat(np.array([0, 1, 0, 0], dtype), shape[0] // 4)
