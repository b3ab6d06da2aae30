"""Commands as they would be typed again."""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

from diabolo.cli.record import options_said, record_of
from diabolo.storage.digest import described


def commands_behind(ctx: typer.Context, model_file: Path) -> Iterator[str]:
    """What made a model, as far as the record beside it tells; then the command that runs."""
    record = record_of(model_file, described(model_file)["sha256"])
    group: Any = ctx.find_root().command
    if record is not None and record["command"] in group.commands:
        yield command_line(group.commands[record["command"]], record["options"])
    yield command_line(ctx.command, options_said(ctx))


def command_line(command: Any, values: Mapping[str, Any]) -> str:
    """A command with its arguments, and those options that are not at their defaults.

    Parameters
    ----------
    command : a typer command
    values : mapping of str to values
        Parameter -> what was said, files without their folders.
    """
    words = ["diabolo", str(command.name)]
    for parameter in command.params:
        value = values.get(parameter.name)
        if value is not None and value != parameter.default:
            words += _words(parameter, value)
    return shlex.join(words)


def _words(parameter: Any, value: Any) -> list[str]:
    if parameter.param_type_name == "argument":
        return [str(value)]
    if isinstance(value, bool):
        return [(parameter.opts if value else parameter.secondary_opts)[0]]
    option = parameter.opts[-1]
    return [word for each in (value if isinstance(value, list) else [value]) for word in (option, str(each))]
