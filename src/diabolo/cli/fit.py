"""``diabolo fit``."""

from pathlib import Path
from typing import Annotated

import typer

from diabolo.cli import options
from diabolo.cli.models import DEFAULT_MODEL, ModelName

_NETWORK, _TRAINING = "Network", "Training"


def fit(
    ctx: typer.Context,
    data: options.Rows,
    out: Annotated[Path, options.out_option("The model file.")],
    model: Annotated[ModelName, typer.Option(help="Kind of model.")] = DEFAULT_MODEL,
    label: options.Label = None,
    id: options.Identity = None,
    columns: options.Columns = None,
    drop: options.Drop = None,
    n_components: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, rich_help_panel=_NETWORK, help="Width of the code. (default: 2)"),
    ] = None,
    encoder: Annotated[
        str | None,
        typer.Option(
            metavar="WIDTHS",
            rich_help_panel=_NETWORK,
            help="Widths of the hidden layers, or 'linear'. (default: 100,50,25)",
        ),
    ] = None,
    decoder: Annotated[
        str | None,
        typer.Option(
            metavar="WIDTHS", rich_help_panel=_NETWORK, help="The same. (default: the encoder's, reversed)"
        ),
    ] = None,
    activation: Annotated[
        str | None, typer.Option(rich_help_panel=_NETWORK, help="Of the hidden layers. (default: relu)")
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(
            metavar="HOW",
            rich_help_panel=_NETWORK,
            help="Of the numbers: auto, standard, minmax or none. (default: auto)",
        ),
    ] = None,
    validation: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            rich_help_panel=_TRAINING,
            help="Rows to measure on, not learned from.",
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            min=1,
            rich_help_panel=_TRAINING,
            help="Passes through the rows. (default: 30, or more where rows are few)",
        ),
    ] = None,
    batch_size: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, rich_help_panel=_TRAINING, help="Rows a step. (default: 64)"),
    ] = None,
    optimizer: Annotated[
        str | None, typer.Option(rich_help_panel=_TRAINING, help="adam, sgd, ... (default: adam)")
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(rich_help_panel=_TRAINING, help="Of a step. (default: the optimizer's own)"),
    ] = None,
    early_stopping: Annotated[
        bool,
        typer.Option(
            "--early-stopping",
            rich_help_panel=_TRAINING,
            help="Stop when the validation loss falls no more.",
        ),
    ] = False,
    patience: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=0, rich_help_panel=_TRAINING, help="Epochs to wait for that. (default: 5)"
        ),
    ] = None,
    validation_fraction: Annotated[
        float | None,
        typer.Option(
            rich_help_panel=_TRAINING, help="Rows set aside to stop by, without --validation. (default: 0.1)"
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, max=2**32 - 1, rich_help_panel=_TRAINING, help="Same seed, same codes."
        ),
    ] = 0,
    set: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", rich_help_panel=_TRAINING, help="Any other parameter of the model's class."
        ),
    ] = None,
    separator: options.Separator = None,
    decimal: options.Decimal = None,
    header: options.Header = None,
    encoding: options.Encoding = None,
    quiet: options.Quiet = False,
) -> None:
    """Fit a model to the rows of a file, and write it.

    Every column must hold numbers, but those named by --label, --id and --drop; empty cells are gaps. Ctrl-C
    ends training and writes the model of the last whole epoch. The run's options go to FILE.json.

    Example: diabolo fit measurements.csv --label species --epochs 20 -o model.diabolo
    """
    from diabolo.cli.fitting import run
    from diabolo.cli.reading import Said, csv_format

    csv = csv_format(separator, decimal, header, encoding)
    run(ctx, Said(label, id or (), drop or (), csv, columns or ()), out)
