"""``diabolo fit``."""

from pathlib import Path
from typing import Annotated

import typer
from typer.models import OptionInfo

from diabolo.cli import options
from diabolo.cli.models import DEFAULT_MODEL, ModelName


def _network(metavar: str, help: str) -> OptionInfo:
    return typer.Option(metavar=metavar, rich_help_panel="Network", help=help)


def _training(metavar: str | None, help: str, *names: str) -> OptionInfo:
    return typer.Option(*names, metavar=metavar, rich_help_panel="Training", help=help)


def fit(
    ctx: typer.Context,
    data: options.Rows,
    out: Annotated[Path, options.out_option("The model file.")],
    model: Annotated[ModelName, typer.Option(help="Kind of model.")] = DEFAULT_MODEL,
    label: options.Label = None,
    id: options.Identity = None,
    columns: options.Columns = None,
    drop: options.Drop = None,
    n_components: Annotated[int | None, _network("N", "Width of the code. (default: 2)")] = None,
    encoder: Annotated[
        str | None,
        _network(
            "WIDTHS",
            "Of the hidden layers, or 'linear'; of images also 'conv:32,64', filters. (default: 100,50,25)",
        ),
    ] = None,
    decoder: Annotated[
        str | None, _network("WIDTHS", "The same. (default: those of the encoder, reversed)")
    ] = None,
    activation: Annotated[str | None, _network("NAME", "Of the hidden layers. (default: relu)")] = None,
    likelihood: Annotated[
        str | None,
        _network(
            "NAME", "What the loss is: mse, gaussian, bernoulli, ... (default: mse; variational: gaussian)"
        ),
    ] = None,
    scale: Annotated[
        str | None, _network("HOW", "Of the numbers: auto, standard, minmax or none. (default: auto)")
    ] = None,
    missing: Annotated[
        str | None, _network("HOW", "'indicator' tells the encoder which cells are empty. (default: no)")
    ] = None,
    validation: Annotated[
        str | None, _training("DATA", "Rows to measure on after each epoch, not learned from.")
    ] = None,
    epochs: Annotated[
        int | None, _training("N", "Passes through the rows. (default: 30, or more if rows are few)")
    ] = None,
    batch_size: Annotated[int | None, _training("N", "Rows a step. (default: 64)")] = None,
    optimizer: Annotated[str | None, _training("NAME", "Such as adam or sgd. (default: adam)")] = None,
    learning_rate: Annotated[
        float | None, _training("X", "Size of a step. (default: the optimizer's own)")
    ] = None,
    early_stopping: Annotated[
        bool,
        _training(None, "Stop when the validation loss falls no more.", "--early-stopping"),
    ] = False,
    patience: Annotated[int | None, _training("N", "Epochs to wait for that. (default: 5)")] = None,
    validation_fraction: Annotated[
        float | None, _training("X", "Rows set aside to stop by, without --validation. (default: 0.1)")
    ] = None,
    checkpoint: Annotated[
        str | None, _training("FOLDER", "Keeps the state: after a crash the same command goes on from it.")
    ] = None,
    seed: Annotated[int, _training("N", "Same seed, same model.")] = 0,
    set: Annotated[
        list[str] | None, _training("NAME=X", "Any other parameter of the model's Python class.")
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
    run(ctx, Said(label, id or (), drop or (), csv, columns or ()), model.value, out)
