"""Rows through a trained model, a block at a time."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

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


class Part(NamedTuple):
    """Rows that pass the same compiled program."""

    numbers: np.ndarray  # where they stand among all
    fill: tuple[np.ndarray, ...]  # what the encoder sees in their gaps; nothing if they have none


def in_blocks(
    program: Program, function: str, weights: Weights, rows: Rows, *constants: np.ndarray
) -> np.ndarray:
    """What ``encode_rows``, ``decode_rows`` or ``reconstruct_rows`` makes of all rows: (n_samples, n)"""
    parts = _parts(rows)
    return _run(program, function, weights, parts, (_blocks(rows, part) for part in parts), *constants)


def evaluate_rows(program: Program, weights: Weights, rows: Rows) -> dict[str, np.ndarray]:
    """Every column of the objective for all rows: name -> (n_samples,) float32."""
    return Evaluation(rows, keep=False).columns(program, weights)


class Evaluation:
    """Rows to evaluate, maybe again and again: put onto the device once if they fit a moderate space."""

    def __init__(self, rows: Rows, *, keep: bool = True):
        self.rows = rows
        self._parts = _parts(rows)
        self._kept: list[list[Tensor]] | None = None
        if keep and len(rows) * rows.array.shape[1] * 4 <= _KEPT_BYTES:
            self._kept = [[ops.convert_to_tensor(block) for block in _blocks(rows, p)] for p in self._parts]

    def columns(self, program: Program, weights: Weights) -> dict[str, np.ndarray]:
        """Name of the column -> its value for each row: (n_samples,) float32"""
        blocks: Iterable[Iterable[Tensor]] = self._kept or (_blocks(self.rows, part) for part in self._parts)
        columns = _run(program, "evaluate_rows", weights, self._parts, blocks, self.rows.scaling.unit)
        return dict(zip(program.players[0].objective.names, columns.T, strict=True))

    def means(self, program: Program, weights: Weights) -> dict[str, float]:
        """Name of the column -> its mean, weighted by row."""
        columns = self.columns(program, weights)
        return {name: float(np.average(c, weights=self.rows.weights)) for name, c in columns.items()}


def _parts(rows: Rows) -> list[Part]:
    """Complete rows, and those with gaps: so a complete row's numbers don't depend on others' gaps."""
    if rows.fill is None:
        return [Part(np.arange(len(rows)), ())]
    complete = rows.complete()
    parts = [Part(np.flatnonzero(complete), ()), Part(np.flatnonzero(~complete), (rows.fill,))]
    return [part for part in parts if len(part.numbers)]


def _blocks(rows: Rows, part: Part) -> Iterator[np.ndarray]:
    for start in range(0, len(part.numbers), BLOCK_ROWS):
        x = rows.take(part.numbers[start : start + BLOCK_ROWS])
        yield np.pad(x, ((0, BLOCK_ROWS - len(x)), (0, 0)))


def _run(
    program: Program,
    function: str,
    weights: Weights,
    parts: list[Part],
    blocks: Iterable[Iterable[Tensor]],
    *constants: np.ndarray,
) -> np.ndarray:
    """The function's outputs for all rows, in the order of the rows."""
    outputs = []
    for part, its_blocks in zip(parts, blocks, strict=True):
        results = [program.run(function, weights, block, *constants, *part.fill) for block in its_blocks]
        outputs.append(np.concatenate([program.to_host(r) for r in results])[: len(part.numbers)])
    if len(parts) == 1:
        return outputs[0]
    return np.concatenate(outputs)[np.argsort(np.concatenate([part.numbers for part in parts]))]
