"""What ``diabolo explore`` does."""

from pathlib import Path
from typing import Any

import numpy as np
import typer

import diabolo
from diabolo.cli.reading import Said, image_shape, named, read_for
from diabolo.cli.record import write_record
from diabolo.cli.words import counted, say
from diabolo.cli.writing import check_apart, check_ending
from diabolo.data.source import Column
from diabolo.errors import ParameterError
from diabolo.explorer.explore import Explorer, explore
from diabolo.explorer.rows import check_explorable
from diabolo.storage.results import check_folder


def run(ctx: typer.Context, said: Said) -> None:
    """Read a model and rows; write the page and the record, or serve."""
    options = ctx.params
    out = Path(options["out"]) if options["out"] else None  # older versions of typer leave it text
    _check_way(out, options["serve"], options["port"])
    shape = image_shape(options["image_shape"])
    model_file = Path(options["model_file"])
    source = said.open(options["data"])
    inputs = {"model": model_file, "data": source.path}
    if out is not None:
        check_folder(out)
        check_apart(out, inputs.values())
    model = diabolo.load(model_file)
    check_explorable(model)
    part, _ = read_for(model, source, said, carry_all=False)
    X = named(part.X, getattr(model, "feature_names_in_", None))
    y = None if said.label is None else _Labels(part.carried[said.label], said.label)
    explorer = explore(model, X, y, max_rows=options["max_rows"], image_shape=shape)
    if out is None:
        _serve(explorer, options["port"])
        return
    explorer.save(out)
    write_record(ctx, out, inputs, {"rows": len(explorer.numbers), "rows_in_data": len(part.X)})
    if not options["quiet"]:
        say(f"{out}: {counted(len(explorer.numbers), 'row')}, {out.stat().st_size / 1e6:.1f} MB")


def _check_way(out: Path | None, serve: bool, port: int) -> None:
    if (out is None) != serve:
        came = "both" if serve else "neither"
        raise ParameterError(f"Say either where the page goes, -o explorer.html, or --serve; got {came}.")
    if port and not serve:
        raise ParameterError(f"--port {port} has no effect without --serve. Add that, or leave it out.")
    if out is not None:
        check_ending(out, ".html", "the name of a page must end in .html")


def _serve(explorer: Explorer, port: int) -> None:
    with explorer.serve(port) as server:
        say(f"Open {server.url}\nIt answers on this machine alone. Ctrl-C ends it.")
        server.wait()


class _Labels:
    """A column of a file as labels: numbers where all that is there are numbers, with empty cells as gaps."""

    def __init__(self, column: Column, name: str):
        self.name = name
        self._values = _numbers_or_text(np.asarray(column))

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        return self._values


def _numbers_or_text(values: np.ndarray) -> np.ndarray:
    if values.dtype != object:
        return values
    values = np.array([None if value in (None, "") else value for value in values], object)
    try:
        return np.array([np.nan if value is None else float(value) for value in values])
    except (TypeError, ValueError):
        return values
