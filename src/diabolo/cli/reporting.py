"""What ``diabolo report`` does."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import typer

import diabolo
from diabolo.cli.command_line import commands_behind
from diabolo.cli.reading import Said, image_shape, named, read_for
from diabolo.cli.record import write_record
from diabolo.cli.words import counted, say
from diabolo.cli.writing import check_apart, check_ending
from diabolo.data.columns import need
from diabolo.data.source import Source
from diabolo.reporting.report import Report, report
from diabolo.reporting.subject import check_autoencoder
from diabolo.storage.results import check_folder

_NO_LABEL = "(none)"
_ROLES = {"model": "Model file", "data": "File of these rows", "train": "File of training rows"}


def run(ctx: typer.Context, said: Said, out: Path) -> None:
    """Read a model and rows, write the page and the record."""
    options = ctx.params
    check_folder(out)
    check_ending(out, ".html", "the name of a page must end in .html")
    shape = image_shape(options["image_shape"])
    model_file, source = Path(options["model_file"]), said.open(options["data"])
    inputs = {"model": model_file, "data": source.path}
    training = None if options["train"] is None else said.open_another(options["train"], None)
    if training is not None:
        inputs["train"] = training.path
    check_apart(out, inputs.values())
    model = diabolo.load(model_file)
    check_autoencoder(model)
    X, y = _rows_and_labels(model, source, said)
    page = report(
        model,
        X,
        y,
        X_train=None if training is None else _rows_and_labels(model, training, replace(said, label=None))[0],
        image_shape=shape,
        max_rows=options["max_rows"],
        random_state=options["seed"],
        files={_ROLES[role]: path for role, path in inputs.items()},
        commands=list(commands_behind(ctx, model_file)),
    )
    page.save(out)
    write_record(ctx, out, inputs, _found(page, len(X)))
    if not options["quiet"]:
        for finding in page.findings:
            say(f"{finding.kind}: {finding.text}")
        say(f"{out}: {counted(len(X), 'row')}, {out.stat().st_size / 1e6:.1f} MB")


def _found(page: Report, n_rows: int) -> dict[str, Any]:
    findings = [{"kind": each.kind, "text": each.text} for each in page.findings]
    return {"rows": n_rows, "errors": page.errors, "findings": findings}


def _rows_and_labels(model: Any, source: Source, said: Said) -> tuple[Any, Any]:
    """The model's columns of a file, and its labels if they are asked for."""
    part, _ = read_for(model, source, said, carry_all=False)
    X = named(part.X, getattr(model, "feature_names_in_", None))
    if said.label is None:
        return X, None
    labels = np.asarray(part.carried[said.label])
    if labels.dtype == object:  # an empty cell is a class of its own
        labels = np.array([_NO_LABEL if each in (None, "") else each for each in labels], object)
    if source.columns is None:
        return X, labels
    need("pandas")
    import pandas as pd

    return X, pd.Series(labels, name=said.label)
