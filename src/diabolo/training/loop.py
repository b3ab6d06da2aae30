"""The loop over epochs: runs chunks, keeps the history, lets watchers look at each epoch's end."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from diabolo.errors import TrainingDiverged
from diabolo.training.batches import BatchStream, Chunk
from diabolo.training.blocks import Evaluation
from diabolo.training.program import Constants, Program, TrainState

Logs = dict[str, float]


class Watcher:
    """Looks on as the loop runs.

    ``by_epoch`` asks for the state as it is at every epoch's end; without it the state given may be that
    of a later epoch. ``stop`` ends training after the epoch.
    """

    by_epoch = False
    stop = False

    def begin(self, state: TrainState, epochs: range, steps_per_epoch: int) -> TrainState:
        """Before the first epoch."""
        return state

    def steps_done(self, count: int) -> None:
        """After each chunk."""

    def epoch_end(self, epoch: int, logs: Logs, state: TrainState) -> TrainState:
        """After each epoch; may add to ``logs`` and change the state."""
        return state

    def end(self, state: TrainState) -> TrainState:
        """After the last epoch, however training ended."""
        return state


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
    state : TrainState
        Where training starts.
    stream : BatchStream
    epochs : range
        Their numbers, counted from the first ``fit`` on.
    validation : Evaluation or None
        Rows on which every column is computed at each epoch's end, logged as ``val_...``.
    watchers : sequence of Watcher
    """

    def __init__(
        self,
        program: Program,
        state: TrainState,
        stream: BatchStream,
        epochs: range,
        *,
        validation: Evaluation | None = None,
        watchers: Sequence[Watcher] = (),
    ):
        self.program = program
        self.state = self.last_whole = state
        self.stream = stream
        self.epochs = epochs
        self.validation = validation
        self.watchers = watchers
        self.history: list[Logs] = []
        self.constants = Constants(stream.rows.scaling.unit, stream.full_weight, stream.rows.fill)

    def run(self) -> Outcome:
        """Train. An interrupt or a loss that is not finite breaks it off after the last whole epoch."""
        stopped_by: BaseException | None = None
        try:
            for watcher in self.watchers:
                self.state = watcher.begin(self.state, self.epochs, self.stream.steps_per_epoch)
            self._run_epochs()
        except (KeyboardInterrupt, TrainingDiverged) as error:
            stopped_by = error
        state = self.last_whole
        for watcher in self.watchers:
            state = watcher.end(state)
        return Outcome(state, self.history, stopped_by)

    def _run_epochs(self) -> None:
        chunks = self.stream.chunks(self.epochs)
        chunk = next(chunks, None)
        so_far = np.zeros((0, len(self.program.names)))  # sums of the steps of the epochs not yet ended
        while chunk is not None and not any(watcher.stop for watcher in self.watchers):
            self.stream.pace.start()
            self.state, sums = self.program.train(self.state, chunk.batch, chunk.n_steps, self.constants)
            following = next(chunks, None)  # its rows are gathered while the device works on this one
            sums = self.program.to_host(sums)[: chunk.n_steps]
            so_far = np.concatenate([so_far, self._finish(chunk, sums)])
            if chunk.n_epochs:
                self._end_epochs(chunk, so_far)
                so_far = so_far[:0]
            chunk = following

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

    def _end_epochs(self, chunk: Chunk, sums: np.ndarray) -> None:
        last = chunk.epoch + chunk.n_epochs
        for epoch, of_epoch in zip(range(chunk.epoch, last), np.split(sums, chunk.n_epochs), strict=True):
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
