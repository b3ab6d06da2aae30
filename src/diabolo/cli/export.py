"""``diabolo export``."""

from pathlib import Path
from typing import Annotated

import typer

from diabolo.cli import options


def export(
    ctx: typer.Context,
    model_file: options.Model,
    out: Annotated[Path, options.out_option("The network: .onnx.")],
    quiet: options.Quiet = False,
) -> None:
    """Write a model as one ONNX file, which runs without Python: in C++, Java, C#, a phone or a browser.

    The file goes from rows to codes and back, in the units of the data; before it is kept it is run beside
    the model. The run's options go to FILE.json.

    Example: diabolo export model.diabolo -o model.onnx
    """
    from diabolo.cli.exporting import run

    run(ctx, out)
