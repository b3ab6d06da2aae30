"""How long ``import diabolo`` and the command line's help take, each in a new process."""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from results import Goal, add_out_option, goal_table, installed_versions, number, table, write_section

_PYTHON = sys.executable
_DIABOLO = str(Path(_PYTHON).with_name("diabolo"))

BARE = "bare `python -c pass`"
IMPORT = "`python -c 'import diabolo'`"
HELP = "`diabolo --help`"
DEMO_HELP = "`diabolo demo --help`"
COMMANDS = {
    BARE: [_PYTHON, "-c", "pass"],
    IMPORT: [_PYTHON, "-c", "import diabolo"],
    HELP: [_DIABOLO, "--help"],
    DEMO_HELP: [_DIABOLO, "demo", "--help"],
}

WHAT_IS_TIMED = """\
New processes, one after the other, from start to end, {rounds} rounds after one that is not counted."""


def seconds(command: Sequence[str]) -> float:
    """Of one run, which must succeed."""
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{' '.join(command[1:])} failed with status {done.returncode}:\n{done.stderr}")
    return taken


def time_commands(rounds: int) -> dict[str, list[float]]:
    """Label -> seconds, one a round."""
    timings: dict[str, list[float]] = {label: [] for label in COMMANDS}
    for _ in range(1 + rounds):
        for label, command in COMMANDS.items():
            timings[label].append(seconds(command))
    return {label: taken[1:] for label, taken in timings.items()}


def time_table(timings: dict[str, list[float]]) -> str:
    """One row a command."""
    rows = [
        (label, number(statistics.median(taken)), f"{number(min(taken))} to {number(max(taken))}")
        for label, taken in timings.items()
    ]
    return table(("command", "seconds, median", "least to most"), rows)


def goals(medians: dict[str, float]) -> list[Goal]:
    """What starting is to reach."""
    return [
        Goal(f"{IMPORT} less {BARE}", medians[IMPORT] - medians[BARE], 0.3, " s", at_least=False),
        Goal(HELP, medians[HELP], 0.5, " s", at_least=False),
        Goal(DEMO_HELP, medians[DEMO_HELP], 2.5, " s", at_least=False),
    ]


def main() -> None:
    """Measure and write the section ``startup``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="runs of each command; default: 15")
    add_out_option(parser)
    options = parser.parse_args()
    timings = time_commands(options.rounds)
    write_section(
        options.out,
        "startup",
        "Starting",
        ["python", "benchmarks/startup.py", f"--rounds={options.rounds}"],
        installed_versions(),
        WHAT_IS_TIMED.format(rounds=options.rounds),
        time_table(timings),
        goal_table(goals({label: statistics.median(taken) for label, taken in timings.items()})),
    )


if __name__ == "__main__":
    main()
