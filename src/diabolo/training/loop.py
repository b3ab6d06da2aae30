"""The loop over epochs: runs chunks, keeps the history, lets watchers look at each epoch's end."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from diabolo.errors import OutputError, TrainingDiverged
from diabolo.training.batches import BatchStream, Chunk
from diabolo.training.blocks import Evaluation
from diabolo.training.program import Constants, Program, TrainState

Logs = dict[str, float]
Memory = dict[str, Any]  # plain values, arrays and lists of arrays by name


class Snapshot(NamedTuple):
    """Where training stands between two steps: all that it takes to go on as if nothing had happened."""

    state: TrainState
    whole: TrainState  # at the end of the last whole epoch
    history: list[Logs]  # of the whole epochs of this training
    epoch: int  # which the next step belongs to
    step: int  # of that epoch, to come next
    sums: np.ndarray  # (step, len(names)): those of the epoch's steps so far
    memories: dict[str, Memory]  # by the watcher's class


class Course(NamedTuple):
    """What lies before a watcher."""

    epochs: range  # the first may have begun
    steps_per_epoch: int
    step: int  # of the first epoch, to come next
    memory: Memory | None  # what ``memory`` gave where training was broken off; None at a fresh start


class Watcher:
    """Looks on as the loop runs.

    ``by_epoch`` asks for the state as it is at every epoch's end; without it the state given may be that
    of a later epoch. ``stop`` ends training after the epoch.
    """

    by_epoch = False
    stop = False

    def begin(self, state: TrainState, course: Course) -> TrainState:
        """Before the first step."""
        return state

    def steps_done(self, count: int) -> None:
        """After the steps of each chunk."""

    def epoch_end(self, epoch: int, logs: Logs, state: TrainState) -> TrainState:
        """After each epoch; may add to ``logs`` and change the state."""
        return state

    def pause(self, take: Callable[[], Snapshot]) -> None:
        """Before the first step and after each chunk, when all else is done; ``take`` gives the snapshot."""

    def end(self, state: TrainState) -> TrainState:
        """After the last epoch, however training ended."""
        return state

    def memory(self) -> Memory:
        """What the watcher must know to go on from here in another process."""
        return {}

    def remember(self, memory: Memory) -> None:
        """Take up what ``memory`` gave."""


class Outcome(NamedTuple):
    """What training left behind: the state at the end of the last whole epoch."""

    state: TrainState
    history: list[Logs]  # one a whole epoch
    stopped_by: BaseException | None  # what broke training off, for the caller to raise


class FitLoop:
    """Trains for the given epochs.

    Parameters
    ----------
    program : Program
    stream : BatchStream
    epochs : range
        Their numbers, counted from the first ``fit`` on; the whole of them, wherever ``start`` stands.
    start : TrainState or Snapshot
        Where training begins, or where it was broken off.
    validation : Evaluation or None
        Rows on which every column is computed at each epoch's end, logged as ``val_...``.
    watchers : sequence of Watcher
    decline : ndarray of shape (2,) or None
        Between which steps of the optimizer its learning rate falls to 0; None where it stays.
    """

    def __init__(
        self,
        program: Program,
        stream: BatchStream,
        epochs: range,
        start: TrainState | Snapshot,
        *,
        validation: Evaluation | None = None,
        watchers: Sequence[Watcher] = (),
        decline: np.ndarray | None = None,
    ):
        self.program = program
        self.stream = stream
        self.epochs = epochs
        self.validation = validation
        self.watchers = watchers
        rows = stream.rows
        self.constants = Constants(rows.scaling.unit, stream.full_weight, rows.fill, rows.divisor, decline)
        if not isinstance(start, Snapshot):
            no_sums = np.zeros((0, len(program.names)))
            start = Snapshot(start, start, [], epochs.start, 0, no_sums, {})
        self.state, self.last_whole = start.state, start.whole
        self.history = list(start.history)
        self.epoch, self.step, self.sums = start.epoch, start.step, start.sums
        self.memories = start.memories

    def run(self) -> Outcome:
        """Train. An interrupt, or an error of ours, breaks it off after the last whole epoch."""
        stopped_by: BaseException | None = None
        try:
            self._begin()
            self._run_chunks()
        except (KeyboardInterrupt, TrainingDiverged, OutputError) as error:
            stopped_by = error
        state = self.last_whole
        for watcher in self.watchers:
            state = watcher.end(state)
        return Outcome(state, self.history, stopped_by)

    def snapshot(self) -> Snapshot:
        """Where training stands."""
        memories = {type(watcher).__name__: watcher.memory() for watcher in self.watchers}
        history = list(self.history)
        return Snapshot(self.state, self.last_whole, history, self.epoch, self.step, self.sums, memories)

    def _begin(self) -> None:
        remaining = range(self.epoch, self.epochs.stop)
        for watcher in self.watchers:
            memory = self.memories.get(type(watcher).__name__)
            course = Course(remaining, self.stream.steps_per_epoch, self.step, memory)
            self.state = watcher.begin(self.state, course)
        self._pause()

    def _run_chunks(self) -> None:
        chunks = self.stream.chunks(range(self.epoch, self.epochs.stop), self.step)
        chunk = next(chunks, None)
        while chunk is not None and not any(watcher.stop for watcher in self.watchers):
            self.stream.pace.start()
            self.state, sums = self.program.train(self.state, chunk.batch, chunk.n_steps, self.constants)
            following = next(chunks, None)  # its rows are gathered while the device works on this one
            sums = self.program.to_host(sums)[: chunk.n_steps]
            self.sums = np.concatenate([self.sums, self._finish(chunk, sums)])
            self.step = chunk.step + chunk.n_steps
            if chunk.n_epochs:
                self._end_epochs(chunk)
            self._pause()
            chunk = following

    def _pause(self) -> None:
        for watcher in self.watchers:
            watcher.pause(self.snapshot)

    def _finish(self, chunk: Chunk, sums: np.ndarray) -> np.ndarray:
        self.stream.pace.finish(chunk.n_steps)
        bad = ~np.isfinite(sums)
        if bad.any():
            step, column = (int(i) for i in np.argwhere(bad)[0])
            epochs, step = divmod(chunk.step + step, self.stream.steps_per_epoch)
            rows = self.stream.rows_of(chunk.epoch + epochs, step)
            raise TrainingDiverged(
                f"Every term of the loss must stay finite, but {self.program.names[column]!r} became "
                f"{sums[bad][0]} in step {step + 1} of epoch {chunk.epoch + epochs + 1}, on rows "
                f"{', '.join(map(str, np.sort(rows)[:8]))}{', ...' if len(rows) > 8 else ''}. Try a smaller "
                "learning_rate, an optimizer with clipnorm=1.0, or another scale."
            )
        for watcher in self.watchers:
            watcher.steps_done(chunk.n_steps)
        return sums

    def _end_epochs(self, chunk: Chunk) -> None:
        last = chunk.epoch + chunk.n_epochs
        of_epochs = np.split(self.sums, chunk.n_epochs)
        for epoch, of_epoch in zip(range(chunk.epoch, last), of_epochs, strict=True):
            means = of_epoch.sum(axis=0, dtype=np.float64) / self.stream.rows.total_weight
            logs: Logs = dict(zip(self.program.names, means.tolist(), strict=True))
            if self.validation is not None:
                for name, value in self.validation.means(self.program, self.state.weights).items():
                    logs[f"val_{name}"] = value
            state = self.state
            for watcher in self.watchers:
                state = watcher.epoch_end(epoch, logs, state)
            self.state = self.last_whole = state
            self.history.append(logs)
        self.epoch, self.step, self.sums = last, 0, self.sums[:0]


def recalled(snapshot: Snapshot, watchers: Sequence[Watcher]) -> Outcome:
    """The outcome of training that was over when the snapshot was taken."""
    for watcher in watchers:
        if (memory := snapshot.memories.get(type(watcher).__name__)) is not None:
            watcher.remember(memory)
    return Outcome(snapshot.state, snapshot.history, None)
