"""How long it takes to save and load the article's model, to fingerprint its rows, and to pickle it."""

import argparse
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from results import Goal, add_out_option, goal_table, installed_versions, number, table, write_section

import diabolo
from diabolo.data.fingerprint import fingerprint

SAVE, LOAD, FIRST = "`save`", "`diabolo.load`", "`diabolo.load`, the first thing a new process does"
PICKLE, FINGERPRINT, EPOCH = (
    "`pickle.dumps`",
    "fingerprint of the 60,000 training images",
    "one epoch on them",
)

WHAT_IS_TIMED = """\
The article's model, 784-100-50-25-2-25-50-100-784, fitted on MNIST: a file of {size:,} bytes. {rounds} rounds
of each in turn, in one process. Saving ends when the file is on the disk (`fsync`) and has its name. The
first `load` of a new process is timed after `from diabolo import load`, which imports Keras and a backend."""

FIRST_LOAD = "import sys, time; from diabolo import load; t = time.perf_counter(); load(sys.argv[1]); "
FIRST_LOAD += "print(time.perf_counter() - t)"


def measure(path: Path, rounds: int) -> dict[str, list[float]]:
    """Label -> seconds, one a round. The file is left at ``path``."""
    X, *_ = diabolo.load_mnist()
    ae = diabolo.Autoencoder(2, epochs=1, random_state=0, warm_start=True).fit(X)
    calls = {
        SAVE: lambda: ae.save(path),
        LOAD: lambda: diabolo.load(path),
        FIRST: lambda: in_new_process(path),
        PICKLE: lambda: pickle.dumps(ae),
        FINGERPRINT: lambda: fingerprint(X.reshape(len(X), -1)),
        EPOCH: lambda: ae.fit(X),
    }
    timings: dict[str, list[float]] = {label: [] for label in calls}
    for _ in range(rounds):
        for label, call in calls.items():
            timings[label].append(seconds(call))
    return timings


def seconds(call: Callable[[], object]) -> float:
    """Of one call; its own figure if it returns one."""
    started = time.perf_counter()
    told = call()
    return told if isinstance(told, float) else time.perf_counter() - started


def in_new_process(path: Path) -> float:
    """Seconds of the first load after the import."""
    command = [sys.executable, "-c", FIRST_LOAD, str(path)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def goals(medians: dict[str, float]) -> list[Goal]:
    """What the file is to reach."""
    return [
        Goal(SAVE, 1e3 * medians[SAVE], 50, " ms", at_least=False),
        Goal(FIRST, medians[FIRST], 1, " s", at_least=False),
    ]


def main() -> None:
    """Measure and write the section ``model_file``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="default: 15")
    add_out_option(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.diabolo")
        timings = measure(path, options.rounds)
        size = path.stat().st_size
    medians = {label: statistics.median(taken) for label, taken in timings.items()}
    rows = [
        (label, number(1e3 * medians[label]), f"{number(1e3 * min(taken))} to {number(1e3 * max(taken))}")
        for label, taken in timings.items()
    ]
    write_section(
        options.out,
        "model_file",
        "The model file",
        ["python", "benchmarks/model_file.py", f"--rounds={options.rounds}"],
        installed_versions(),
        WHAT_IS_TIMED.format(size=size, rounds=options.rounds),
        table(("what", "milliseconds, median", "least to most"), rows),
        goal_table(goals(medians)),
    )


if __name__ == "__main__":
    main()
