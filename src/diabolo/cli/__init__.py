"""The command line: parses, calls, prints. Heavy imports wait until a command runs."""

import gc
import shutil
from typing import Annotated

import typer

from diabolo.cli.demo import demo
from diabolo.cli.embed import embed
from diabolo.cli.errors import Commands
from diabolo.cli.explore import explore
from diabolo.cli.export import export
from diabolo.cli.fit import fit
from diabolo.cli.info import info
from diabolo.cli.reconstruct import reconstruct
from diabolo.cli.report import report

app = typer.Typer(
    name="diabolo",
    cls=Commands,
    # Boxes of columns cut names short in a narrow terminal; a plain list does not.
    rich_markup_mode="rich" if shutil.get_terminal_size().columns >= 72 else None,
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


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Autoencoders: a code, a reconstruction and a picture of any data."""


def paragraphs(text: str) -> str:
    """Without the line ends of the source, so that text flows in a terminal of any width."""
    return "\n\n".join(" ".join(each.split()) for each in text.split("\n\n"))


for command in (demo, fit, embed, reconstruct, report, explore, export, info):
    app.command(help=paragraphs(command.__doc__ or ""))(command)


def main() -> None:
    """Entry point."""
    try:
        app()
    finally:
        gc.freeze()  # what lives now goes with the process: collecting Keras's modules first takes a second
