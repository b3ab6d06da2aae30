"""Rows through a trained model, a block at a time."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from keras import ops

from diabolo.data.rows import Rows
from diabolo.objectives.passes import Tensor
from diabolo.training.program import DRAWS_AT_ONCE, Program
from diabolo.training.road import Weights

# Every call has this many rows, the last one padded: so a row's numbers don't depend on its company, and
# one compiled program serves all calls. Wide rows, clips, are fewer: networks make many numbers of each.
BLOCK_ROWS = 256
_BLOCK_NUMBERS = 2**20
_KEPT_BYTES = 256 * 2**20


class Part(NamedTuple):
    """Rows that pass the same compiled program."""

    numbers: np.ndarray  # where they stand among all
    fill: tuple[np.ndarray | None, ...]  # what the encoder sees in their gaps; nothing if they have none


class Block(NamedTuple):
    """Rows of one call, padded to their number."""

    x: Tensor  # (block_rows, n_features)
    target: Tensor | None  # (block_rows, n_targets)


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
        self._kept: list[list[Block]] | None = None
        if keep and len(rows) * rows.array.shape[1] * 4 <= _KEPT_BYTES:
            self._kept = [[_on_device(block) for block in _blocks(rows, part)] for part in self._parts]

    def columns(self, program: Program, weights: Weights) -> dict[str, np.ndarray]:
        """Name of the column -> its value for each row: (n_samples,) float32"""
        blocks: Iterable[Iterable[Block]] = self._kept or (_blocks(self.rows, part) for part in self._parts)
        columns = _run(program, "evaluate_rows", weights, self._parts, blocks, self.rows.scaling.unit)
        return dict(zip(program.players[0].objective.names, columns.T, strict=True))

    def means(self, program: Program, weights: Weights) -> dict[str, float]:
        """Name of the column -> its mean, weighted by row."""
        columns = self.columns(program, weights)
        return {name: float(np.average(c, weights=self.rows.weights)) for name, c in columns.items()}


def sample_rows(program: Program, weights: Weights, codes: Rows, rng: np.random.Generator) -> np.ndarray:
    """Rows drawn from p(x | z), one a code: (n_samples, n_features)"""
    outputs = []
    for part in _parts(codes):
        for block in _blocks(codes, part):
            key = rng.integers(2**31, size=2, dtype=np.int32)
            outputs.append(program.to_host(program.run("sample_rows", weights, block.x, key)))
    return np.concatenate(outputs)[: len(codes)]


def log_likelihood(
    program: Program, weights: Weights, rows: Rows, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """log p(x) by importance sampling, some codes at a time: (n_samples,) float64, a density of X.

    log 1/S sum_s p(x, z_s) / q(z_s | x) with z_s ~ q(z | x), whose expectation is at most log p(x).
    """
    result = np.empty(len(rows))
    for part in _parts(rows):
        for number, block in enumerate(_blocks(rows, part)):
            total = np.full(block_rows(rows), -np.inf)
            for start in range(0, draws, DRAWS_AT_ONCE):
                key = rng.integers(2**31, size=2, dtype=np.int32)
                out = program.run("log_weight_rows", weights, block.x, rows.scaling.unit, key, *part.fill)
                some = program.to_host(out).astype(np.float64)[:, : draws - start]
                total = np.logaddexp(total, np.logaddexp.reduce(some, axis=1))
            where = part.numbers[number * len(total) : (number + 1) * len(total)]
            result[where] = total[: len(where)] - np.log(draws)
    return result


def _parts(rows: Rows) -> list[Part]:
    """Complete rows, and those with gaps: so a complete row's numbers don't depend on others' gaps."""
    if rows.fill is None:
        return [Part(np.arange(len(rows)), () if rows.targets is None else (None,))]
    complete = rows.complete()
    parts = [
        Part(np.flatnonzero(complete), () if rows.targets is None else (None,)),
        Part(np.flatnonzero(~complete), (rows.fill,)),
    ]
    return [part for part in parts if len(part.numbers)]


def block_rows(rows: Rows) -> int:
    """How many of these rows make a block."""
    return max(1, min(BLOCK_ROWS, _BLOCK_NUMBERS // rows.array.shape[1]))


def _blocks(rows: Rows, part: Part) -> Iterator[Block]:
    n = block_rows(rows)
    for start in range(0, len(part.numbers), n):
        which = part.numbers[start : start + n]
        yield Block(_padded(rows.take(which), n), _padded(rows.take_targets(which), n))


def _padded(x: np.ndarray | None, n: int) -> np.ndarray | None:
    return None if x is None else np.pad(x, ((0, n - len(x)), (0, 0)))


def _on_device(block: Block) -> Block:
    # Told its dtype, Keras has nothing to compile on JAX.
    return Block(*(None if part is None else ops.convert_to_tensor(part, part.dtype) for part in block))


def _run(
    program: Program,
    function: str,
    weights: Weights,
    parts: list[Part],
    blocks: Iterable[Iterable[Block]],
    *constants: np.ndarray,
) -> np.ndarray:
    """The function's outputs for all rows, in the order of the rows."""
    outputs = []
    for part, its_blocks in zip(parts, blocks, strict=True):
        results = [
            program.run(function, weights, x, *constants, *part.fill, *([] if target is None else [target]))
            for x, target in its_blocks
        ]
        outputs.append(np.concatenate([program.to_host(r) for r in results])[: len(part.numbers)])
    if len(parts) == 1:
        return outputs[0]
    return np.concatenate(outputs)[np.argsort(np.concatenate([part.numbers for part in parts]))]
