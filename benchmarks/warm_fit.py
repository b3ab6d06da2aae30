"""Small tables: a ``fit`` whose program is compiled already, the code of one row, one ``check_estimator``."""

import argparse
import platform
import statistics
import time
import warnings
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from unittest import mock

import jax
import numpy as np
from results import Goal, add_out_option, goal_table, number, table, write_section
from sklearn.decomposition import PCA
from sklearn.utils.estimator_checks import check_estimator

from diabolo import Autoencoder
from diabolo.estimators import fitting
from diabolo.training.program import Program

FIRST = "first `fit`, which compiles"
WARM = "`fit` of another estimator of equal make"
ONE_ROW = "`transform` of one row"
PCA_ROW = "PCA's `transform` of one row"

COMPILES = "/jax/core/compile/backend_compile_duration"

EXPECTED_FAILURES = {
    f"check_sample_weight_equivalence_on_{kind}_data": "minibatches in float32"
    for kind in ("dense", "sparse")
}

WHAT_IS_TIMED = """\
The default `Autoencoder(2)` for one epoch on a table of 20 rows and 3 columns, in one process: {rounds} new
estimators one after the other, then {rounds} times the code of one row, beside that of scikit-learn's PCA
with 2 components."""

WHAT_IS_COUNTED = """\
One examination by scikit-learn's `check_estimator` of the default `Autoencoder(2, random_state=0)`, in the
same process: it fits many tables of few shapes, and an equal shape must not compile twice. A program is an
architecture with its objective and its optimizer; JAX compiles it once for training, and once for each use
that is asked for. The failure expected is that of weights equal to repeated rows to 1e-7."""


def seconds(call: Callable[[], object]) -> float:
    """Of one call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def time_calls(rounds: int) -> dict[str, list[float]]:
    """Label -> seconds, one a call."""
    X = np.random.default_rng(0).normal(size=(20, 3))
    fits = [seconds(lambda i=i: Autoencoder(2, epochs=1, random_state=i).fit(X)) for i in range(rounds + 1)]
    models = {ONE_ROW: Autoencoder(2, epochs=1).fit(X), PCA_ROW: PCA(2).fit(X)}
    timings = {FIRST: fits[:1], WARM: fits[1:]}
    for label, model in models.items():
        model.transform(X[:1])
        timings[label] = [seconds(lambda model=model: model.transform(X[:1])) for _ in range(rounds)]
    return timings


def time_table(timings: dict[str, list[float]]) -> str:
    """One row a call."""
    rows = [
        (
            label,
            number(1000 * statistics.median(taken)),
            f"{number(1000 * min(taken))} to {number(1000 * max(taken))}",
        )
        for label, taken in timings.items()
    ]
    return table(("call", "milliseconds, median", "least to most"), rows)


def examine() -> dict[str, float]:
    """What one examination makes, and how long it takes."""
    programs: list[Program] = []
    compiled: list[str] = []
    fits: list[int] = []
    jax.monitoring.register_event_duration_secs_listener(
        lambda event, _, **__: compiled.append(event) if event == COMPILES else None
    )
    init, train = Program.__init__, fitting.FitLoop.run

    def counted_init(program: Program, *arguments: object) -> None:
        programs.append(program)
        init(program, *arguments)

    def counted_run(loop: fitting.FitLoop) -> object:
        fits.append(len(loop.epochs))
        return train(loop)

    with (
        mock.patch.object(Program, "__init__", counted_init),
        mock.patch.object(fitting.FitLoop, "run", counted_run),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        started = time.perf_counter()
        results = check_estimator(
            Autoencoder(2, random_state=0),
            on_fail=None,
            on_skip=None,
            expected_failed_checks=EXPECTED_FAILURES,
        )
        taken = time.perf_counter() - started
    ended = Counter(result["status"] for result in results)
    return {
        "checks passed": ended["passed"],
        "checks failed": ended["failed"],
        "checks failed as expected": ended["xfail"],
        "fits": len(fits),
        "programs made": len(programs),
        "compilations of a training loop": sum(program._train._cache_size() for program in programs),
        "compilations by XLA of any kind": len(compiled),
        "seconds": taken,
    }


def main() -> None:
    """Measure and write the section ``warm_fit``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50, help="calls of each kind; default: 50")
    add_out_option(parser)
    options = parser.parse_args()
    timings = time_calls(options.rounds)
    counts = examine()
    warm = statistics.median(timings[WARM])
    goals = [
        Goal(WARM, warm, 0.1, " s", at_least=False),
        Goal(
            "compilations of a training loop a program",
            counts["compilations of a training loop"] / counts["programs made"],
            1,
            at_least=False,
        ),
        Goal("checks failed", counts["checks failed"], 0, at_least=False),
    ]
    write_section(
        options.out,
        "warm_fit",
        "Small tables, and the examination",
        ["python", "benchmarks/warm_fit.py", f"--rounds={options.rounds}"],
        {"Python": platform.python_version()}
        | {package: version(package) for package in ("diabolo", "keras", "jax", "scikit-learn")},
        WHAT_IS_TIMED.format(rounds=options.rounds),
        time_table(timings),
        WHAT_IS_COUNTED,
        table(("in one examination", "count"), [(name, f"{value:.0f}") for name, value in counts.items()]),
        goal_table(goals),
    )


if __name__ == "__main__":
    main()
