"""Options that several commands share: each is described once."""

from typing import Annotated

import typer

_COLUMNS, _CSV = "Columns", "How a CSV file is written"

Rows = Annotated[
    str,
    typer.Argument(
        metavar="DATA", help="Rows: .csv, .csv.gz, .tsv, .parquet, .npy, or .npz (data.npz:X for one array)."
    ),
]
Model = Annotated[str, typer.Argument(metavar="MODEL", help="A model that 'diabolo fit' wrote.")]
Label = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        rich_help_panel=_COLUMNS,
        help="Column of labels; carried along, not learned from.",
    ),
]
Identity = Annotated[
    list[str] | None,
    typer.Option(
        "--id",
        metavar="NAMES",
        rich_help_panel=_COLUMNS,
        help="Columns that say which row is which; carried along, not learned from.",
    ),
]
Drop = Annotated[
    list[str] | None,
    typer.Option(metavar="NAMES", rich_help_panel=_COLUMNS, help="Columns to leave out altogether."),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAMES", rich_help_panel=_COLUMNS, help="Columns to learn from. (default: the others)"
    ),
]
ImageShape = Annotated[
    str | None,
    typer.Option("--image-shape", metavar="H,W[,C]", help="Of flat rows that are images, such as 28,28."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Separator = Annotated[
    str | None,
    typer.Option(
        metavar="CHAR", rich_help_panel=_CSV, help="Between fields; 'tab' for tabs. (default: looked for)"
    ),
]
Decimal = Annotated[
    str | None,
    typer.Option(metavar="CHAR", rich_help_panel=_CSV, help="Decimal sign, . or ,. (default: looked for)"),
]
Header = Annotated[
    bool | None,
    typer.Option(
        "--header/--no-header",
        rich_help_panel=_CSV,
        show_default=False,
        help="Whether the first line names the columns; without, they are x0, x1, ...",
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        rich_help_panel=_CSV,
        help="Such as cp1252, for files of Windows spreadsheets. (default: UTF-8)",
    ),
]


def out_option(help: str) -> typer.models.OptionInfo:
    """The file to write."""
    return typer.Option(
        "--out", "-o", metavar="FILE", help=f"{help} Replaced if it exists, once it is whole."
    )
