"""``diabolo reconstruct``."""

from pathlib import Path
from typing import Annotated

import typer

from diabolo.cli import options


def reconstruct(
    ctx: typer.Context,
    model_file: options.Model,
    data: options.Rows,
    out: Annotated[Path, options.out_option("The rows: .csv, .tsv, .parquet, .npy or .npz.")],
    error: Annotated[
        bool, typer.Option("--error", help="Add the column reconstruction_error: mean squared, a row.")
    ] = False,
    label: options.Label = None,
    id: options.Identity = None,
    drop: options.Drop = None,
    separator: options.Separator = None,
    decimal: options.Decimal = None,
    header: options.Header = None,
    encoding: options.Encoding = None,
    quiet: options.Quiet = False,
) -> None:
    """Write each row of a file as it comes back from its code.

    The same columns in the same units. The model's columns are found by their names; all others are carried
    along, or only those named by --label and --id. The run's options go to FILE.json.

    Example: diabolo reconstruct model.diabolo measurements.csv --error -o back.csv
    """
    from diabolo.cli.applying import apply, rows_back, rows_back_with_error
    from diabolo.cli.reading import Said, csv_format

    csv = csv_format(separator, decimal, header, encoding)
    apply(ctx, Said(label, id or (), drop or (), csv), out, rows_back_with_error if error else rows_back)
