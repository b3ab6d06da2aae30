"""How long a report of MNIST's test images takes, and how large it is: python benchmarks/report_page.py."""

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from results import Goal, add_out_option, goal_table, write_section

from diabolo import Autoencoder, load_mnist

PACKAGES = ("diabolo", "keras", "jax", "scikit-learn", "matplotlib")
EPOCHS = 3  # the report takes as long of any

WHAT_IS_MEASURED = """\
`diabolo report` on the article's autoencoder and MNIST's 10,000 test images with their digits, and the
60,000 training images beside: a process from start to end, imports and all, the median of {rounds}; and
the size of the page."""


def main() -> None:
    """Train, make reports, and write the section ``report_page``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    add_out_option(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = _prepared(Path(folder))
        seconds = statistics.median(_seconds(command) for _ in range(options.rounds))
        megabytes = (Path(folder) / "report.html").stat().st_size / 1e6
    write_section(
        options.out,
        "report_page",
        "The report's page",
        ["python", "benchmarks/report_page.py", f"--rounds={options.rounds}"],
        {"Python": platform.python_version()} | {package: version(package) for package in PACKAGES},
        WHAT_IS_MEASURED.format(rounds=options.rounds),
        goal_table(
            [
                Goal("made", seconds, 15, " s", at_least=False),
                Goal("size of the page", megabytes, 3, " MB", at_least=False),
            ]
        ),
    )


def _prepared(folder: Path) -> list[str]:
    """The command that makes the report, with its model and its rows in files."""
    mnist = load_mnist()
    ae = Autoencoder(2, epochs=EPOCHS, random_state=0).fit(mnist.X_train, validation_data=mnist.X_test)
    ae.save(folder / "model.diabolo")
    np.savez(folder / "test.npz", X=mnist.X_test, y=mnist.y_test)
    np.save(folder / "train.npy", mnist.X_train)
    rows = [str(folder / "model.diabolo"), f"{folder / 'test.npz'}:X", "--label", "y"]
    files = ["--train", str(folder / "train.npy"), "-o", str(folder / "report.html"), "--quiet"]
    return [sys.executable, "-m", "diabolo", "report", *rows, *files]


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
