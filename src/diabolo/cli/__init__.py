"""The command line: parses, calls, prints. Heavy imports wait until a command runs."""

import contextlib
from collections.abc import Iterator
from typing import Annotated

import typer

app = typer.Typer(
    name="diabolo",
    help="Autoencoders: a code, a reconstruction and a picture of any data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from diabolo import __version__

        typer.echo(f"diabolo {__version__}")
        raise typer.Exit


@contextlib.contextmanager
def one_line_errors() -> Iterator[None]:
    """Errors of ours are one line and status 2; Ctrl-C is status 130, with what became of the work."""
    from diabolo.errors import DiaboloError

    try:
        yield
    except DiaboloError as error:
        typer.secho(f"diabolo: {error}", err=True, fg="red")
        raise typer.Exit(2) from error
    except KeyboardInterrupt as interrupt:
        typer.secho(f"diabolo: {str(interrupt) or 'Interrupted.'}", err=True)
        raise typer.Exit(130) from interrupt


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Autoencoders: a code, a reconstruction and a picture of any data."""


@app.command()
def demo(
    out: Annotated[str, typer.Option(help="Folder to write; it must not exist, or come from here.")] = "demo",
    epochs: Annotated[int, typer.Option(min=1, help="Passes through the 60,000 digits.")] = 30,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Same seed, same numbers.")] = 0,
) -> None:
    """Train the article's autoencoder on MNIST; write its pictures, model and page.

    Example: diabolo demo --out demo --seed 0
    """
    with one_line_errors():
        from diabolo.cli.demo import show

        show(out, epochs=epochs, seed=seed)


def main() -> None:
    """Entry point."""
    app()
