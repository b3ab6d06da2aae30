"""Errors as one line on standard error, with the status that scripts look at."""

import contextlib
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

BAD_INPUT, INTERRUPTED = 2, 130

# Parent of all errors about options; typer has it under one name or another, by its version.
_UsageError: Any = typer.BadParameter.__mro__[1]


class Commands(TyperGroup):
    """The command ``diabolo``, which tells of whatever goes wrong in one line."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Parse and run; exit with 2 where an option or argument is wrong."""
        try:
            status = super().main(*args, **extra | {"standalone_mode": False})
        except _UsageError as error:
            if error.__class__.__name__ == "NoArgsIsHelpError":
                error.show()
            else:
                path = error.ctx.command_path if error.ctx else "diabolo"
                _say(f"{error.format_message().rstrip('.')}. See {path} --help.")
            status = BAD_INPUT
        if extra.get("standalone_mode", True):
            raise SystemExit(status)
        return status

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        with one_line_errors():
            return super().invoke(ctx)


@contextlib.contextmanager
def one_line_errors() -> Iterator[None]:
    """Errors of ours are one line and status 2; Ctrl-C is status 130, with what became of the work."""
    from diabolo.errors import DiaboloError

    try:
        yield
    except DiaboloError as error:
        _say(str(error))
        raise typer.Exit(BAD_INPUT) from error
    except (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError) as error:
        _say(f"Can't read {error.filename}: {error.strerror}. Look at the name and the folder.")
        raise typer.Exit(BAD_INPUT) from error
    except KeyboardInterrupt as interrupt:
        _say(str(interrupt) or "Interrupted.", color=None)
        raise typer.Exit(INTERRUPTED) from interrupt


def _say(message: str, color: str | None = "red") -> None:
    typer.secho(f"diabolo: {' '.join(message.split())}", err=True, fg=color)
