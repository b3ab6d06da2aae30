"""Runs worker.py and watches it: a file on which it hangs or dies is told too, and the next ones follow."""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

_SECONDS_TO_START = 120
_SECONDS_A_FILE = 20  # far beyond the limit that files are held to: to tell slow from hanging


def outcomes(
    corpus: str, canary: Path, *, seed: int = 0, stop: int | None = None
) -> Iterator[dict[str, Any]]:
    """What came of each file: a dict of index, kind, outcome, said, seconds, mebibytes.

    Parameters
    ----------
    corpus : {"named", "cuts", "mutations"}
    canary : Path
        What must not come into being.
    seed : int
        Of the mutations.
    stop : int or None
        Number of files; must be given for mutations.
    """
    start = 0
    while start is not None:
        start = yield from _until_it_dies(corpus, canary, seed, start, stop)


def _until_it_dies(
    corpus: str, canary: Path, seed: int, start: int, stop: int | None
) -> Iterator[dict[str, Any]]:
    """The outcomes of one process. Returns where the next one must start, or None."""
    command = [sys.executable, str(Path(__file__).with_name("worker.py")), corpus, str(canary)]
    command += [f"--seed={seed}", f"--start={start}", *([] if stop is None else [f"--stop={stop}"])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
        try:
            if not lines.get(timeout=_SECONDS_TO_START):
                raise RuntimeError(f"the worker did not start: status {process.wait()}")
            while line := lines.get(timeout=_SECONDS_A_FILE):
                outcome = json.loads(line)
                start = outcome["index"] + 1
                yield outcome
            if process.wait() == 0:
                return None
            ended = f"crash with status {process.returncode}"
        except queue.Empty:
            ended = "hang"
        finally:
            process.kill()
    yield {
        "index": start,
        "kind": "?",
        "outcome": ended,
        "said": "",
        "seconds": _SECONDS_A_FILE,
        "mebibytes": 0,
    }
    return start + 1


def _read(stream: IO[str], lines: queue.Queue[str]) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")
