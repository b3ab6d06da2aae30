"""``diabolo embed``."""

from pathlib import Path
from typing import Annotated

import typer

from diabolo.cli import options


def embed(
    ctx: typer.Context,
    model_file: options.Model,
    data: options.Rows,
    out: Annotated[Path, options.out_option("The codes: .csv, .tsv, .parquet, .npy or .npz.")],
    label: options.Label = None,
    id: options.Identity = None,
    drop: options.Drop = None,
    separator: options.Separator = None,
    decimal: options.Decimal = None,
    header: options.Header = None,
    encoding: options.Encoding = None,
    quiet: options.Quiet = False,
) -> None:
    """Write the code of each row of a file.

    The model's columns are found by their names, in any order. All other columns are carried along, or
    only those named by --label and --id. The run's options go to FILE.json.

    Example: diabolo embed model.diabolo measurements.csv -o codes.csv
    """
    from diabolo.cli.applying import apply, codes
    from diabolo.cli.reading import Said, csv_format

    csv = csv_format(separator, decimal, header, encoding)
    apply(ctx, Said(label, id or (), drop or (), csv), out, codes)
