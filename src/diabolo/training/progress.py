"""Progress on standard error: a bar on a terminal, a line an epoch elsewhere."""

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from diabolo.training.loop import Course, Logs, Watcher
from diabolo.training.program import TrainState


class TimeLeft(ProgressColumn):
    """Time left, from the pace of all epochs so far, without jumps from one chunk to the next."""

    def render(self, task: Task) -> Text:
        if task.finished:
            return _fixed(f"{task.finished_time or 0:.0f} s")
        if not task.completed or task.total is None or task.fields["since"] is None:
            return _fixed("")
        elapsed = task.get_time() - task.fields["since"]
        steps = task.completed - task.fields["warm"]
        if steps <= 0:
            return _fixed("")
        left = elapsed / steps * (task.total - task.completed)
        return _fixed(f"{int(left) // 60}:{int(left) % 60:02d} left")


def _fixed(words: str) -> Text:
    """Of one width, so that what stands behind does not move."""
    return Text(words.rjust(10), style="progress.remaining")


class ProgressBar(Watcher):
    """Shows epoch, loss, validation loss and time left."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self.bar: Progress | None = None

    def begin(self, state: TrainState, course: Course) -> TrainState:
        self.epochs = epochs = course.epochs
        self.started = time.perf_counter()
        if self.console.is_terminal:
            self.bar = Progress(
                TextColumn("epoch {task.fields[epoch]:>{task.fields[width]}}/{task.fields[last]}"),
                BarColumn(),
                TimeLeft(),
                TextColumn("{task.fields[losses]}"),
                console=self.console,
            )
            self.task = self.bar.add_task(
                "fit",
                total=len(epochs) * course.steps_per_epoch,
                completed=course.step,
                epoch=epochs.start + 1,
                last=epochs.stop,
                width=len(str(epochs.stop)),
                losses="compiling",
                since=None,
                warm=course.step,
            )
            self.bar.start()
        else:
            self._print(f"training for {len(epochs)} epochs of {course.steps_per_epoch} steps")
        return state

    def steps_done(self, count: int) -> None:
        if self.bar is None:
            return
        self.bar.advance(self.task, count)
        task = self.bar.tasks[0]
        if task.fields["since"] is None:  # the first chunk's time is mostly that of compiling
            self.bar.update(self.task, since=task.get_time(), warm=task.completed, losses="")

    def epoch_end(self, epoch: int, logs: Logs, state: TrainState) -> TrainState:
        losses = "  ".join(
            f"{name.replace('_', ' ')} {logs[name]:.4g}" for name in ("loss", "val_loss") if name in logs
        )
        if self.bar is not None:
            self.bar.update(self.task, epoch=min(epoch + 2, self.epochs.stop), losses=losses)
        else:
            seconds = time.perf_counter() - self.started
            self._print(f"epoch {epoch + 1}/{self.epochs.stop}  {losses}  {seconds:.1f} s")
        return state

    def end(self, state: TrainState) -> TrainState:
        if self.bar is not None:
            self.bar.stop()
        return state

    def _print(self, line: str) -> None:
        self.console.print(line, highlight=False)
