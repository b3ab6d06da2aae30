"""A contestant's side of ``workers.py``: run whenever a line on standard input asks for it."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from typing import TextIO

from results import installed_versions

Contestant = Callable[[int], float | None]
"""Does its work so many times over; returns the training loss at the end if it trains."""


def serve(contestant: Contestant, answers: TextIO) -> None:
    """Say that it is warm; then run it as often as each line of standard input says, and report."""
    contestant(1)
    print(json.dumps(installed_versions()), file=answers, flush=True)
    for line in sys.stdin:
        started = time.perf_counter()
        loss = contestant(int(line))
        seconds = time.perf_counter() - started
        print(json.dumps({"seconds": seconds, "loss": loss}), file=answers, flush=True)


def main(makers: Iterable[Callable[[], Contestant]]) -> None:
    """Serve the contestant named on the command line, on standard output, to which nobody else may print."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve({make.__name__: make for make in makers}[sys.argv[1]](), answers)
