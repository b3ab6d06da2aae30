"""The writer of RESULTS.md: every script owns one section of it and leaves the others alone."""

import argparse
import datetime
import os
import platform
import re
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("diabolo", "keras", "jax", "tensorflow-cpu", "torch", "pythae", "numpy")
_HEAD = "# Results\n\nWritten by the scripts of this folder, each its own section; not to be edited.\n"


@dataclass(frozen=True)
class Goal:
    """What a figure is to reach."""

    what: str
    figure: float
    limit: float
    unit: str = ""
    at_least: bool = True  # else at most

    @property
    def reached(self) -> bool:
        """Whether it has."""
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    @property
    def row(self) -> tuple[str, ...]:
        """Of the table of goals."""
        sign = "≥" if self.at_least else "≤"
        goal = f"{sign} {self.limit:,g}{self.unit}"
        return self.what, f"{number(self.figure)}{self.unit}", goal, "yes" if self.reached else "**no**"


def number(value: float) -> str:
    """Three figures; whole numbers from 100 on."""
    return f"{value:,.0f}" if value >= 100 else f"{value:#.3g}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """In Markdown; every column but the first is set right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, rule, *rows])


def goal_table(goals: Iterable[Goal]) -> str:
    """What was measured beside what it was to reach."""
    return table(("what", "measured", "goal", "reached"), [goal.row for goal in goals])


def installed_versions() -> dict[str, str]:
    """Of Python and the packages that matter, where they are installed."""
    found = {"Python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def add_out_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--out``, the file whose section is replaced."""
    parser.add_argument("--out", type=Path, default=RESULTS, help="default: RESULTS.md beside the script")


def write_section(
    path: Path,
    name: str,
    title: str,
    command: Sequence[str],
    versions: Mapping[str, str],
    *blocks: str,
    circumstances: Sequence[str] = (),
) -> None:
    """Replace a script's section, or add it at the end.

    Parameters
    ----------
    path : Path
        The file, made if it is not there.
    name : str
        Of the section's markers.
    title : str
    command : sequence of str
        What repeats the measurement.
    versions : mapping of str to str
        Package -> version.
    *blocks : str
        Paragraphs and tables.
    circumstances : sequence of str, optional
        Machines and versions, where they are not those of now.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    body = "\n\n".join([f"## {title}", *blocks, _circumstances(command, circumstances or _here(versions))])
    section = f"<!-- {name} -->\n{body}\n<!-- /{name} -->"
    old = re.compile(f"<!-- {name} -->.*<!-- /{name} -->", re.DOTALL)
    text, n_replaced = old.subn(lambda _: section, text)
    write_atomically(path, text if n_replaced else f"{text}\n{section}\n")


def _circumstances(command: Sequence[str], where: Sequence[str]) -> str:
    """When, how and with what it was measured."""
    today = datetime.date.today().isoformat()
    return "\n".join(f"- {line}" for line in [f"{today}, `{shlex.join(command)}`", *where])


def _here(versions: Mapping[str, str]) -> list[str]:
    """This machine, and the packages."""
    memory = f"{_memory_gib():.0f} GiB of memory"
    return [
        f"{machine()}, {memory}, {platform.system()} {platform.machine()}",
        ", ".join(f"{package} {version}" for package, version in versions.items()),
    ]


def machine() -> str:
    """The processor and its cores, after the GPUs that JAX computes on where it has any."""
    cores = f"{_cpu()}, {os.cpu_count()} cores"
    jax = sys.modules.get("jax")
    if jax is None or jax.default_backend() == "cpu":
        return cores
    return f"{jax.device_count()} {jax.devices()[0].device_kind}, {cores}"


def _cpu() -> str:
    """The processor's model."""
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1).strip() if found else platform.processor() or "unknown processor"


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def write_atomically(path: Path, text: str) -> None:
    """Write beside the file, then rename: a half-written file is never seen."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
