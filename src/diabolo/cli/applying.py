"""What ``diabolo embed`` and ``diabolo reconstruct`` do."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import typer

import diabolo
from diabolo.cli.reading import Said, named, read_for
from diabolo.cli.record import write_record
from diabolo.cli.words import counted, listed, say
from diabolo.cli.writing import Made, check_apart, write_made
from diabolo.data.csv_format import ending_of
from diabolo.errors import ParameterError
from diabolo.estimators.base import Autoencoder
from diabolo.estimators.network import Network
from diabolo.storage.results import check_result_name

ERROR = "reconstruction_error"

Make = Callable[[Network, Any, Sequence[str]], Made]


def apply(ctx: typer.Context, said: Said, out: Path, make: Make) -> None:
    """Read a model and rows; write what the model makes of them, and the record."""
    options = ctx.params
    check_result_name(out)
    model_file = Path(options["model_file"])
    source = said.open(options["data"])
    inputs = {"model": model_file, "data": source.path}
    check_apart(out, inputs.values())
    model = diabolo.load(model_file)
    part, features = read_for(model, source, said, carry_all=ending_of(out) != ".npy")
    X = named(part.X, getattr(model, "feature_names_in_", None))
    # Where columns have no names they get those that scikit-learn gives.
    names = features or [f"x{place}" for place in range(math.prod(part.X.shape[1:]))]
    made = make(model, X, names)
    write_made(out, made, part.carried, source)
    columns = [*made.names, *made.beside]
    found = {"rows": len(part.X), "columns": columns, "carried": list(part.carried)}
    write_record(ctx, out, inputs, found)
    if not options["quiet"]:
        beside = f"; carried along: {listed(list(part.carried))}" if part.carried else ""
        say(f"{out}: {counted(len(part.X), 'row')} of {listed(columns)}{beside}")


def codes(model: Network, X: Any, _names: Sequence[str]) -> Made:
    """What ``embed`` makes."""
    return Made("codes", model.transform(X), list(model.get_feature_names_out()))


def rows_back(model: Network, X: Any, names: Sequence[str]) -> Made:
    """What ``reconstruct`` makes."""
    model = _giving_back(model)
    return Made("reconstruction", model.reconstruct(X), names)


def rows_back_with_error(model: Network, X: Any, names: Sequence[str]) -> Made:
    """What ``reconstruct --error`` makes."""
    model = _giving_back(model)
    errors = model.reconstruction_error(X)
    return Made("reconstruction", model.reconstruct(X), names, {ERROR: errors})


def _giving_back(model: Network) -> Autoencoder:
    if not isinstance(model, Autoencoder):
        raise ParameterError(
            f"This model is a {type(model).__name__}, which gives no rows back. Use "
            "'diabolo embed' for its codes, or its predict in Python."
        )
    return model
