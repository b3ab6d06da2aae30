"""What ``diabolo export`` does."""

from pathlib import Path

import typer

import diabolo
from diabolo.cli.record import write_record
from diabolo.cli.words import say
from diabolo.cli.writing import check_apart, check_ending
from diabolo.storage.results import check_folder


def run(ctx: typer.Context, out: Path) -> None:
    """Read a model, write the network and the record."""
    model_file = Path(ctx.params["model_file"])
    check_folder(out)
    check_ending(out, ".onnx", "the name of a network must end in .onnx")
    check_apart(out, [model_file])
    model = diabolo.load(model_file)
    model.export(out)
    write_record(ctx, out, {"model": model_file}, {})
    if not ctx.params["quiet"]:
        say(f"{out}: {type(model).__name__}, {out.stat().st_size / 1e6:.2f} MB")
