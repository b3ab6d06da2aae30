"""One row of a paper: trained from several seeds, and written into RESULTS.md beside what was published."""

import argparse
import datetime
import json
import platform
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from benchmarks.results import RESULTS, Goal, goal_table, machine, table, write_atomically, write_section

PACKAGES = ("diabolo", "keras", "jax", "numpy", "scikit-learn")
QUICK_IMAGES = 2000
_RUNS = Path(__file__).parent / "runs"  # a folder an experiment, a file a seed, of those trained in full
_UNDER_WAY = Path(__file__).parent / "under_way"  # a folder an experiment, in it one a training; not in git

Figures = dict[str, float]


class Size(NamedTuple):
    """How much of an experiment is run."""

    epochs: int
    images: int | None = None  # of each part of the data; None is all
    importance_samples: int = 0  # codes drawn for each test image, where a likelihood is estimated
    label_epochs: int = 0  # of training by labels, after that without


@dataclass(frozen=True)
class Experiment:
    """What a paper did and reports, and what is to be reached."""

    name: str  # of the script and of its section
    title: str
    setting: str  # paper, network and training, in words; {fields} of the size are filled in
    measure: Callable[[int, Size], Figures]  # seed, size -> figures by name
    full: Size
    quick_epochs: int
    published: Mapping[str, str]  # by figure
    goals: Callable[[Figures], list[Goal]]  # of the figures' means
    cut: str = ""  # where the setting is smaller than the paper's
    short_of: str = "no reason is known yet."  # why a goal may not be reached

    def size(self, quick: bool, epochs: int | None) -> Size:
        """Of this run."""
        size = self.full
        if quick:
            size = Size(
                self.quick_epochs,
                QUICK_IMAGES,
                min(64, size.importance_samples),
                min(self.quick_epochs, size.label_epochs),
            )
        return size if epochs is None else size._replace(epochs=epochs)


class Run(NamedTuple):
    """One seed's."""

    seed: int
    figures: Figures
    minutes: float | None  # None: trained in parts
    day: str  # in ISO's form
    machine: str
    versions: dict[str, str]


def checkpoints(name: str, seed: int, size: Size) -> Path:
    """The folder for ``checkpoint=`` in a seed's long training: stopped, it goes on from there."""
    return _UNDER_WAY / name / f"seed_{seed}_epochs_{size.epochs}_images_{size.images or 'all'}"


def main(experiment: Experiment) -> None:
    """Train from every seed, and write the section anew after each: what was trained is not lost.

    A seed that was trained before at the same setting is taken from the record of runs, unless ``--again``
    is given. With ``--quick`` all is printed instead, unless ``--out`` names a file, and nothing recorded.
    """
    options = _options(experiment)
    size = experiment.size(options.quick, options.epochs)
    command = ["python", "-m", f"benchmarks.papers.{experiment.name}", *_arguments(options, size)]
    path = options.out or (None if options.quick else RESULTS)
    record = Record(_RUNS / experiment.name, experiment.setting.format(**size._asdict()))
    runs: list[Run] = []
    for seed in range(options.first, options.first + options.seeds):
        run = None if options.again or options.quick else record.read(seed)
        if run is None:
            run = _run(experiment, seed, size)
            if not options.quick:
                record.write(run)
            shutil.rmtree(checkpoints(experiment.name, seed, size), ignore_errors=True)
        runs.append(run)
        blocks = _blocks(experiment, size, runs)
        if path is not None:
            name = f"papers/{experiment.name}"
            write_section(
                path, name, experiment.title, command, {}, *blocks, circumstances=_circumstances(runs)
            )
    if path is None:
        print("\n\n".join(blocks))


@dataclass(frozen=True)
class Record:
    """The runs of one setting, a file each: seeds may be trained at several times and on several machines."""

    folder: Path
    setting: str  # in words; runs of another are none of this record's

    def read(self, seed: int) -> Run | None:
        """What was trained before, or None."""
        path = self._path(seed)
        if not path.exists():
            return None
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Run(**kept["run"]) if kept["setting"] == self.setting else None

    def write(self, run: Run) -> None:
        """Keep a run, in the place of an earlier one of its seed."""
        kept = {"setting": self.setting, "run": run._asdict()}
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path(run.seed), json.dumps(kept, indent=1) + "\n")

    def _path(self, seed: int) -> Path:
        return self.folder / f"{seed}.json"


def _blocks(experiment: Experiment, size: Size, runs: list[Run]) -> list[str]:
    """Paragraphs and tables of the section."""
    means = {name: statistics.mean(run.figures[name] for run in runs) for name in runs[0].figures}
    goals = experiment.goals(means)
    blocks = [experiment.setting.format(**size._asdict())]
    if experiment.cut:
        blocks.append(f"Cut: {experiment.cut.format(**size._asdict())}")
    if size.images:
        blocks.append(f"A short form, on the first {size.images:,} images of each part.")
    blocks += [_figure_table(experiment, runs), _seed_table(runs), goal_table(goals)]
    if not all(goal.reached for goal in goals):
        blocks.append(f"Not reached: {experiment.short_of}")
    return blocks


def _run(experiment: Experiment, seed: int, size: Size) -> Run:
    in_parts = checkpoints(experiment.name, seed, size).exists()
    started = time.perf_counter()
    figures = experiment.measure(seed, size)
    minutes = None if in_parts else (time.perf_counter() - started) / 60
    said = ", ".join(f"{name} {value:.5g}" for name, value in figures.items())
    print(f"seed {seed}: {said}; minutes: {_duration(minutes)}", file=sys.stderr, flush=True)
    return Run(seed, figures, minutes, datetime.date.today().isoformat(), machine(), _versions())


def _duration(minutes: float | None) -> str:
    return "in parts" if minutes is None else f"{minutes:.1f}"


def _versions() -> dict[str, str]:
    return {"Python": platform.python_version()} | {package: version(package) for package in PACKAGES}


def _figure_table(experiment: Experiment, runs: list[Run]) -> str:
    header = ("figure", "published", f"here, mean of {len(runs)}", "standard deviation")
    rows = []
    for name in runs[0].figures:
        values = [run.figures[name] for run in runs]
        spread = f"{statistics.stdev(values):.2g}" if len(values) > 1 else ""
        rows.append((name, experiment.published.get(name, ""), f"{statistics.mean(values):.4g}", spread))
    return table(header, rows)


def _seed_table(runs: list[Run]) -> str:
    rows = [
        (str(run.seed), *(f"{value:.4g}" for value in run.figures.values()), _duration(run.minutes), run.day)
        for run in runs
    ]
    return table(("seed", *runs[0].figures, "minutes", "day"), rows)


def _circumstances(runs: list[Run]) -> list[str]:
    """Where seeds were trained, a line for those that have it in common."""
    seeds: dict[str, list[str]] = {}
    for run in runs:
        packages = ", ".join(f"{package} {version}" for package, version in run.versions.items())
        seeds.setdefault(f"{run.machine}; {packages}", []).append(str(run.seed))
    return [f"seed{'s' * (len(same) > 1)} {', '.join(same)}: {where}" for where, same in seeds.items()]


def _options(experiment: Experiment) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=experiment.title)
    parser.add_argument("--seeds", type=int, default=3, help="how many; default: 3")
    parser.add_argument("--first", type=int, default=0, help="the first seed; default: 0")
    parser.add_argument("--epochs", type=int, help=f"default: {experiment.full.epochs}")
    parser.add_argument("--quick", action="store_true", help="a minute or two on few images; printed only")
    parser.add_argument("--again", action="store_true", help="train seeds anew that were trained before")
    parser.add_argument("--out", type=Path, help="default: benchmarks/RESULTS.md")
    return parser.parse_args()


def _arguments(options: argparse.Namespace, size: Size) -> list[str]:
    first = [f"--first={options.first}"] if options.first else []
    quick = ["--quick"] if options.quick else []
    return [f"--seeds={options.seeds}", *first, f"--epochs={size.epochs}", *quick]
