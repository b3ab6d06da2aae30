"""The run's parameters, written beside what it made: ``codes.parquet`` -> ``codes.parquet.json``."""

import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Any

import typer

from diabolo.storage.atomic import write_atomically
from diabolo.storage.digest import described

# Options that are paths: of these only the last part is kept.
_FILES = {"data", "model_file", "validation", "train", "out", "checkpoint"}
_PACKAGES = ("numpy", "keras", "scikit-learn")


def record_path(out: Path) -> Path:
    """Where the record of a file is."""
    return out.with_name(out.name + ".json")


def write_record(ctx: typer.Context, out: Path, inputs: Mapping[str, Path], found: Mapping[str, Any]) -> None:
    """Write what made ``out``: enough to make it again, and nothing of the machine.

    Parameters
    ----------
    ctx : typer.Context
        Of the command, with its options.
    out : Path
        The file that was made.
    inputs : mapping of str to Path
        The files that were read.
    found : mapping
        What the run found.
    """
    import diabolo

    document = {
        "command": ctx.info_name,
        "options": options_said(ctx),
        "inputs": {role: described(path) for role, path in inputs.items()},
        "output": described(out),
        **found,
        "versions": {"diabolo": diabolo.__version__, "python": platform.python_version()}
        | {package: version(package) for package in _PACKAGES},
    }
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    write_atomically(record_path(out), lambda file: file.write(text.encode()))


def record_of(path: Path, sha256: str) -> dict[str, Any] | None:
    """The record beside a file, if it is there and about this very file."""
    try:
        record = json.loads(record_path(path).read_text(encoding="utf-8"))
        return record if record["output"]["sha256"] == sha256 else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def options_said(ctx: typer.Context) -> dict[str, Any]:
    """The options of a command that have a value, plain; of paths the last part alone."""
    switched_off = {each.name for each in ctx.command.params if each.default is False}
    given = {
        name: value
        for name, value in ctx.params.items()
        if value is not None and value not in ([], ()) and not (value is False and name in switched_off)
    }
    return {name: _plain(name, value) for name, value in given.items()}


def _plain(name: str, value: Any) -> Any:
    return PurePath(value).name if name in _FILES else getattr(value, "value", value)
