"""``diabolo explore``."""

from pathlib import Path
from typing import Annotated

import typer

from diabolo.cli import options


def explore(
    ctx: typer.Context,
    model_file: options.Model,
    data: options.Rows,
    out: Annotated[Path | None, options.out_option("The page: .html.")] = None,
    serve: Annotated[
        bool,
        typer.Option(
            "--serve", help="Serve the page to this machine alone, for data too large for one file."
        ),
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of --serve; 0 takes any that is free.")] = 0,
    max_rows: Annotated[
        int | None,
        typer.Option("--max-rows", min=1, help="Show so many rows, drawn by chance if there are more."),
    ] = None,
    image_shape: options.ImageShape = None,
    label: options.Label = None,
    drop: options.Drop = None,
    separator: options.Separator = None,
    decimal: options.Decimal = None,
    header: options.Header = None,
    encoding: options.Encoding = None,
    quiet: options.Quiet = False,
) -> None:
    """Write a page to explore codes in: a map of all rows, and the decoder running where one drags on it.

    The page is one file that needs no network, or --serve keeps it on a server of this machine until Ctrl-C.
    The model's columns are found by their names; --label names the classes, or a quantity, to colour by. The
    run's options go to FILE.json.

    Example: diabolo explore model.diabolo measurements.csv --label species -o explorer.html
    """
    from diabolo.cli.exploring import run
    from diabolo.cli.reading import Said, csv_format

    csv = csv_format(separator, decimal, header, encoding)
    run(ctx, Said(label, (), drop or (), csv))
