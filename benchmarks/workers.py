"""Contestants in processes of their own, asked in turn for one measurement each."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

_HERE = Path(__file__).parent
_LAST_LINES = 30  # of its standard error, shown when a process fails
_QUIET = 0.5  # load average


class WorkerError(SystemExit):
    """A contestant's process ended before its time, and so must the script; says what it wrote last."""


@dataclass(frozen=True)
class Contestant:
    """One row of a table, and how it is measured."""

    label: str
    name: str  # in the script
    backend: str  # Keras's, and the environment's
    repeats: int = 1  # runs a measurement
    scale: float = 1.0  # from the seconds of a run to those shown
    script: str = "contestants.py"


@dataclass
class Timing:
    """What a contestant has shown."""

    contestant: Contestant
    versions: dict[str, str]  # of its packages
    seconds: list[float] = field(default_factory=list)  # one a round
    loss: float | None = None  # after the last round

    @property
    def median(self) -> float:
        """Seconds, the middle one of the rounds."""
        return statistics.median(self.seconds)


class Worker:
    """A contestant's process, warm and waiting.

    Parameters
    ----------
    contestant : Contestant
    python : Path
        The Python of an environment that has the contestant's backend.
    """

    def __init__(self, contestant: Contestant, python: Path):
        self.contestant = contestant
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._process = subprocess.Popen(
            [python, _HERE / contestant.script, contestant.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env=os.environ | {"KERAS_BACKEND": contestant.backend},
            text=True,
        )

    def warm_up(self) -> dict[str, str]:
        """Wait until it has run once; return the versions of its packages."""
        return self._answer()

    def measure(self) -> dict[str, Any]:
        """Run once; return ``seconds`` as shown in the table, and ``loss``."""
        try:
            print(self.contestant.repeats, file=self._process.stdin, flush=True)
        except BrokenPipeError:
            raise self._died() from None
        answer = self._answer()
        answer["seconds"] *= self.contestant.scale / self.contestant.repeats
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._stderr.close()

    def _answer(self) -> Any:
        assert self._process.stdout is not None  # it is a pipe
        line = self._process.stdout.readline()
        if not line:
            raise self._died()
        return json.loads(line)

    def _died(self) -> WorkerError:
        status = self._process.wait()
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").splitlines()[-_LAST_LINES:]
        report = "\n".join(f"    {line}" for line in lines)
        return WorkerError(f"{self.contestant.label}: its process ended with status {status}.\n{report}")


def alternate(contestants: Sequence[Contestant], pythons: dict[str, Path], rounds: int) -> list[Timing]:
    """Measure every contestant once a round, in an order that moves on by one from round to round.

    Parameters
    ----------
    contestants : sequence of Contestant
    pythons : dict of str to Path
        Backend -> the Python that has it.
    rounds : int

    Returns
    -------
    timings : list of Timing
        In the order of the contestants.

    Raises
    ------
    WorkerError
        If a contestant's process ends.
    """
    load = os.getloadavg()[0]
    if load > _QUIET:
        _say(f"this machine is at work (load average {load:.1f}): the figures will be rough")
    with ExitStack() as stack:
        turns = []
        for contestant in contestants:
            _say(f"warming up: {contestant.label}")
            worker = stack.enter_context(Worker(contestant, pythons[contestant.backend]))
            turns.append((worker, Timing(contestant, worker.warm_up())))
        for number in range(rounds):
            first = number % len(turns)
            for worker, timing in turns[first:] + turns[:first]:
                _measure(worker, timing, f"round {number + 1}/{rounds}")
    return [timing for _, timing in turns]


def all_versions(timings: Iterable[Timing]) -> dict[str, str]:
    """Package -> its version, or its versions where environments differ."""
    found: dict[str, list[str]] = {}
    for timing in timings:
        for package, version in timing.versions.items():
            found.setdefault(package, []).append(version)
    return {package: " and ".join(dict.fromkeys(versions)) for package, versions in found.items()}


def _measure(worker: Worker, timing: Timing, when: str) -> None:
    answer = worker.measure()
    timing.seconds.append(answer["seconds"])
    timing.loss = answer["loss"]
    _say(f"{when}: {worker.contestant.label}: {timing.seconds[-1]:.4g} s")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
