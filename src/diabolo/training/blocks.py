"""Rows through a trained model, a block at a time."""

from collections.abc import Iterable, Iterator

import numpy as np
from keras import ops

from diabolo.data.rows import Rows
from diabolo.objectives.passes import Tensor
from diabolo.training.program import Program
from diabolo.training.road import Weights

# Every call has this many rows, the last one padded: so a row's numbers don't depend on its company, and
# one compiled program serves all calls.
BLOCK_ROWS = 256
_KEPT_BYTES = 256 * 2**20


def in_blocks(program: Program, function: str, weights: Weights, rows: Rows) -> np.ndarray:
    """``encode_rows``, ``decode_rows`` or ``reconstruct_rows`` of all rows: (n_samples, n_outputs)."""
    outputs = [program.run(function, weights, block) for block in _blocks(rows)]
    return np.concatenate([program.to_host(output) for output in outputs])[: len(rows)]


def evaluate_rows(
    program: Program, weights: Weights, rows: Rows, blocks: Iterable[Tensor] | None = None
) -> dict[str, np.ndarray]:
    """Every column of the objective for all rows: name -> (n_samples,) float32."""
    unit = rows.scaling.unit
    outputs = [program.run("evaluate_rows", weights, block, unit) for block in blocks or _blocks(rows)]
    columns = np.concatenate([program.to_host(output) for output in outputs], axis=1)[:, : len(rows)]
    return dict(zip(program.players[0].objective.names, columns, strict=True))


class Evaluation:
    """The same rows evaluated again and again; put onto the device once if they fit a moderate space."""

    def __init__(self, rows: Rows):
        self.rows = rows
        self._kept: list[Tensor] | None = None
        if len(rows) * rows.array.shape[1] * 4 <= _KEPT_BYTES:
            self._kept = [ops.convert_to_tensor(block) for block in _blocks(rows)]

    def means(self, program: Program, weights: Weights) -> dict[str, float]:
        """Name of the column -> its mean, weighted by row."""
        columns = evaluate_rows(program, weights, self.rows, self._kept)
        return {name: float(np.average(c, weights=self.rows.weights)) for name, c in columns.items()}


def _blocks(rows: Rows) -> Iterator[np.ndarray]:
    for start in range(0, len(rows), BLOCK_ROWS):
        x = rows.take(np.arange(start, min(start + BLOCK_ROWS, len(rows))))
        yield np.pad(x, ((0, BLOCK_ROWS - len(x)), (0, 0)))
