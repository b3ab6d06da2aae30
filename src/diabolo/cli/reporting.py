"""What ``diabolo report`` does."""

from pathlib import Path
from typing import Any

import numpy as np
import typer

import diabolo
from diabolo.cli.command_line import commands_behind
from diabolo.cli.reading import Said, named, read_for
from diabolo.cli.record import write_record
from diabolo.cli.words import counted, say
from diabolo.cli.writing import check_apart
from diabolo.data.columns import need
from diabolo.data.source import Column
from diabolo.errors import OutputError
from diabolo.reporting.report import report
from diabolo.reporting.subject import check_autoencoder
from diabolo.storage.results import check_folder

_NO_LABEL = "(none)"


def run(ctx: typer.Context, said: Said, out: Path) -> None:
    """Read a model and rows, write the page and the record."""
    options = ctx.params
    check_folder(out)
    if out.suffix != ".html":
        raise OutputError(f"Can't write {out}: the name of a page must end in .html. Choose another name.")
    model_file = Path(options["model_file"])
    source = said.open(options["data"])
    inputs = {"model": model_file, "data": source.path}
    if options["train"] is not None:
        training = said.open_another(options["train"], None)
        inputs["train"] = training.path
    check_apart(out, inputs.values())
    model = diabolo.load(model_file)
    check_autoencoder(model)
    names = getattr(model, "feature_names_in_", None)
    part, _ = read_for(model, source, said, carry_all=False)
    X_train = None
    if options["train"] is not None:
        X_train = named(read_for(model, training, Said(None, (), (), said.csv), carry_all=False)[0].X, names)
    page = report(
        model,
        named(part.X, names),
        None
        if said.label is None
        else _labels(part.carried[said.label], said.label, source.columns is not None),
        X_train=X_train,
        max_rows=options["max_rows"],
        random_state=options["seed"],
        files={role.capitalize(): path for role, path in inputs.items()},
        commands=list(commands_behind(ctx, model_file)),
    )
    page.save(out)
    findings = [{"kind": each.kind, "text": each.text} for each in page.findings]
    found = {"rows": len(part.X), "errors": page.errors, "findings": findings}
    write_record(ctx, out, inputs, found)
    if not options["quiet"]:
        for finding in page.findings:
            say(f"{finding.kind}: {finding.text}")
        say(f"{out}: {counted(len(part.X), 'row')}, {out.stat().st_size / 1e6:.1f} MB")


def _labels(column: Column, name: str, in_a_table: bool) -> Any:
    """Labels as they stand in a file, where an empty cell is a class of its own."""
    labels = np.asarray(column)
    if labels.dtype == object:
        labels = np.array([_NO_LABEL if each in (None, "") else each for each in labels], object)
    if not in_a_table:
        return labels
    need("pandas")
    import pandas as pd

    return pd.Series(labels, name=name)
