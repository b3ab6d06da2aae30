"""``diabolo info``."""

from typing import Annotated

import typer

from diabolo.cli import options


def info(
    model_file: options.Model,
    json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Say what a model is, what it was fitted on, and how well it does.

    What stands in MODEL.json, which 'diabolo fit' writes beside a model, is shown too if it is there.

    Example: diabolo info model.diabolo
    """
    from diabolo.cli.describing import as_json, as_lines, described_model

    description = described_model(model_file)
    typer.echo(as_json(description) if json else as_lines(description))
