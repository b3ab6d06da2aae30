"""Epochs cut into batches, and batches stacked into chunks that one compiled program runs."""

import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from diabolo.data.rows import Rows
from diabolo.training.program import Batch

_CHUNK_BYTES = 16 * 2**20
_MOST_STEPS = 1024
_NOISE = 1  # what tells the seed of an epoch's noise from that of its order
_SECONDS_A_CHUNK = 0.25  # well below the second within which an interrupt is answered


class Chunk(NamedTuple):
    """Steps to run at one go: a part of one epoch, or several whole epochs."""

    batch: Batch  # each part with a first axis more, of the capacity
    n_steps: int  # steps filled
    epoch: int  # to which the first step belongs
    step: int  # of the first step within that epoch
    n_epochs: int  # whole epochs that end with this chunk; 0 where it ends inside one


class Visit(NamedTuple):
    """Steps of one epoch, without a break."""

    epoch: int
    step: int  # the first
    order: np.ndarray  # rows as they are visited


class Pace:
    """How many steps make a chunk, learnt from how long the last ones took."""

    def __init__(self, capacity: int):
        self.capacity = capacity
        self.steps = 1  # the first chunk is short: its time is that of compiling
        self._started = 0.0

    def start(self) -> None:
        """A chunk is sent off."""
        self._started = time.perf_counter()

    def finish(self, count: int) -> None:
        """Its result is there."""
        a_step = (time.perf_counter() - self._started) / count
        self.steps = max(1, min(self.capacity, int(_SECONDS_A_CHUNK / max(a_step, 1e-9))))


class BatchStream:
    """The batches of all epochs, in the order that the seed gives.

    The order of an epoch depends on the seed and the epoch's number alone, and the numbers that come out
    of training not on how batches were put into chunks.

    Parameters
    ----------
    rows : Rows
    batch_size : int
    seed : int
    by_epoch : bool
        Whether every epoch's end must be the end of a chunk, since somebody looks at the model there.
    """

    def __init__(self, rows: Rows, batch_size: int, seed: int, *, by_epoch: bool):
        self.rows = rows
        self.batch_size = min(batch_size, max(64, _next_power_of_two(len(rows))))
        self.seed = seed
        self.by_epoch = by_epoch
        self.steps_per_epoch = -(-len(rows) // self.batch_size)
        batch_bytes = rows.travel_dtype.itemsize * self.batch_size * rows.array.shape[1]
        self.pace = Pace(max(1, min(_MOST_STEPS, _CHUNK_BYTES // batch_bytes)))

    @property
    def full_weight(self) -> np.float32:
        """The weight that a full batch has on average."""
        rows = min(self.batch_size, len(self.rows))
        return np.float32(self.rows.total_weight / len(self.rows) * rows)

    def order(self, epoch: int) -> np.ndarray:
        """The order in which an epoch visits the rows: (n_samples,)"""
        return np.random.default_rng([self.seed, epoch]).permutation(len(self.rows))

    def keys(self, epoch: int) -> np.ndarray:
        """What the noise of each of an epoch's steps is drawn from: (steps_per_epoch, 2) int32"""
        rng = np.random.default_rng([self.seed, epoch, _NOISE])
        return rng.integers(2**31, size=(self.steps_per_epoch, 2), dtype=np.int32)

    def rows_of(self, epoch: int, step: int) -> np.ndarray:
        """Numbers of the rows of X in one batch."""
        return self.rows.numbers(self.order(epoch)[step * self.batch_size : (step + 1) * self.batch_size])

    def chunks(self, epochs: range, step: int = 0) -> Iterator[Chunk]:
        """Chunks of the given epochs, from a step of the first on, each made when it is asked for."""
        epoch, order = epochs.start, self.order(epochs.start)
        while epoch < epochs.stop:
            whole = min(self.pace.steps // self.steps_per_epoch, epochs.stop - epoch)
            if step == 0 and whole >= 1:
                whole = 1 if self.by_epoch else whole
                visits = [Visit(e, 0, self.order(e)) for e in range(epoch, epoch + whole)]
                yield Chunk(self._stack(visits), whole * self.steps_per_epoch, epoch, 0, whole)
                epoch += whole
                continue
            order = self.order(epoch) if step == 0 else order
            count = min(self.pace.steps, self.steps_per_epoch - step)
            ends = step + count == self.steps_per_epoch
            visited = order[step * self.batch_size : (step + count) * self.batch_size]
            yield Chunk(self._stack([Visit(epoch, step, visited)]), count, epoch, step, int(ends))
            epoch, step = (epoch + 1, 0) if ends else (epoch, step + count)

    def _stack(self, visits: list[Visit]) -> Batch:
        """Rows in the order visited; each visit's last batch is padded by rows of weight 0.

        They repeat the batch's own, so that a layer that looks at the whole batch, as batch normalisation
        does, sees rows like the others.
        """
        # New memory every time: the backend may still read, or keep, what it was given before. Steps
        # beyond those filled are never run.
        shape = (self.pace.capacity, self.batch_size)
        x = np.empty((*shape, self.rows.array.shape[1]), self.rows.travel_dtype)
        weight = np.zeros(shape, np.float32)
        key, at = np.zeros((shape[0], 2), np.int32), np.zeros(shape[0], np.float32)
        targets = self.rows.targets
        target = None if targets is None else np.zeros((*shape, targets.shape[1]), np.float32)
        flat_x, flat_weight = x.reshape(-1, x.shape[-1]), weight.reshape(-1)
        first = 0
        for epoch, step, order in visits:
            count = -(-len(order) // self.batch_size)
            start, last = first * self.batch_size, first + count
            end = start + len(order)
            self.rows.gather(order, out=flat_x[start:end])
            padding = flat_x[end : last * self.batch_size]
            padding[...] = np.resize(flat_x[(last - 1) * self.batch_size : end], padding.shape)
            flat_weight[start:end] = self.rows.weights[order]
            if target is not None:
                target.reshape(-1, target.shape[-1])[start:end] = self.rows.take_targets(order)
            key[first:last] = self.keys(epoch)[step : step + count]
            at[first:last] = epoch + np.arange(step, step + count) / self.steps_per_epoch
            first = last
        return Batch(x, weight, key, at, target)


def _next_power_of_two(n: int) -> int:
    return 1 << (n - 1).bit_length()
