"""``diabolo report``."""

from pathlib import Path
from typing import Annotated

import typer

from diabolo.cli import options


def report(
    ctx: typer.Context,
    model_file: options.Model,
    data: options.Rows,
    out: Annotated[Path, options.out_option("The page: .html.")],
    train: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            help="Rows that the model was fitted on, for PCA and the mean to be fitted on. (default: DATA)",
        ),
    ] = None,
    image_shape: options.ImageShape = None,
    max_rows: Annotated[
        int,
        typer.Option("--max-rows", min=10, help="Look at so many rows, drawn by chance if there are more."),
    ] = 20_000,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Draws the rows.")] = 0,
    label: options.Label = None,
    drop: options.Drop = None,
    separator: options.Separator = None,
    decimal: options.Decimal = None,
    header: options.Header = None,
    encoding: options.Encoding = None,
    quiet: options.Quiet = False,
) -> None:
    """Write one page about a model and rows: how good it is, what its code keeps, and what it loses.

    The page is one file that asks for no network. The model's columns are found by their names; --label names
    the classes, or a quantity, by which the map is coloured. The run's options go to FILE.json.

    Example: diabolo report model.diabolo measurements.csv --label species -o report.html
    """
    from diabolo.cli.reading import Said, csv_format
    from diabolo.cli.reporting import run

    csv = csv_format(separator, decimal, header, encoding)
    run(ctx, Said(label, (), drop or (), csv), out)
