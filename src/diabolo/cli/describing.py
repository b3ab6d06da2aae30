"""What ``diabolo info`` says of a model file."""

import json
import math
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras

import diabolo
from diabolo.cli.record import record_of
from diabolo.cli.words import counted, errors_in_words, listed
from diabolo.estimators.parameters import changed_parameters
from diabolo.storage.digest import described

_SCALINGS = {
    "none": "numbers as they are",
    "unit_interval": "numbers as they are, within 0..1",
    "pixels": "images, brought to 0..1 by their type",
    "affine": "each column centred and divided",
}
_INDENT = 12


def described_model(path: str) -> dict[str, Any]:
    """All that is known of a model file, as plain values."""
    model = diabolo.load(path)
    names = getattr(model, "feature_names_in_", None)
    file = described(Path(path))
    return {
        **file,
        "model": type(model).__name__,
        "n_features": model.n_features_in_,
        "row_shape": list(model._fitted.row_shape),
        "columns": None if names is None else [str(name) for name in names],
        "n_components": model._fitted.architecture.n_components,
        "encoder": _sizes(model._fitted.road.encoder),
        "decoder": _sizes(model._fitted.road.decoder),
        "weights": sum(math.prod(variable.shape) for variable in model._fitted.road.numbers),
        "scaling": model._fitted.scaling.kind,
        "parameters": changed_parameters(model),
        "epochs": model.n_iter_,
        "history": {name: float(column[-1]) for name, column in model.history_.items()},
        "fit": _fit_of(Path(path), file["sha256"]),
    }


def as_json(description: dict[str, Any]) -> str:
    """For programs."""
    return json.dumps(description, indent=1, ensure_ascii=False)


def as_lines(description: dict[str, Any]) -> str:
    """For people, as wide as the terminal."""
    width = max(40, min(100, shutil.get_terminal_size().columns)) - 1
    lines = []
    for title, text in _entries(description):
        title = title.ljust(_INDENT)
        lines += textwrap.wrap(text, width, initial_indent=title, subsequent_indent=" " * _INDENT)
    return "\n".join(lines)


def _entries(of: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "file", f"{of['file']}, {of['bytes'] / 1000:,.0f} kB"
    yield "model", f"{of['model']}, code of {of['n_components']}, {counted(of['weights'], 'weight')}"
    shape = of["row_shape"]
    yield "rows", f"images of {'x'.join(map(str, shape))}" if len(shape) > 1 else counted(shape[0], "column")
    if of["columns"] is not None:
        yield "columns", ", ".join(of["columns"]) if len(of["columns"]) <= 50 else listed(of["columns"])
    yield "encoder", " -> ".join(of["encoder"])
    yield "decoder", " -> ".join(of["decoder"])
    yield "scaling", _SCALINGS.get(of["scaling"], of["scaling"])
    options = ", ".join(f"{name}={value}" for name, value in of["parameters"].items())
    yield "options", options or "the defaults"
    yield "training", counted(of["epochs"], "epoch")
    yield "at the end", ", ".join(f"{name} {value:.4g}" for name, value in of["history"].items())
    yield from _entries_of_fit(of["fit"], of["n_components"])


def _entries_of_fit(fit: dict[str, Any] | None, n_components: int) -> Iterator[tuple[str, str]]:
    if fit is None:
        return
    yield "fitted on", f"{fit['inputs']['data']['file']}, {counted(fit['rows'], 'row')}"
    if fit["carried"]:
        yield "set apart", ", ".join(fit["carried"])
    if fit["mean_squared_error"] is not None:
        yield "error", errors_in_words(fit["mean_squared_error"], n_components)
    if fit["interrupted"]:
        yield "ended by", "an interrupt"
    yield "made with", ", ".join(f"{package} {number}" for package, number in fit["versions"].items())


def _sizes(network: keras.Model) -> list[str]:
    """What each layer gives that has weights or another size, from the input to the output."""
    shapes = [network.input_shape]
    for layer in network.layers:
        if layer.weights or layer.output.shape != shapes[-1]:
            shapes.append(layer.output.shape)
    return ["x".join(map(str, shape[1:])) for shape in shapes]


def _fit_of(path: Path, sha256: str) -> dict[str, Any] | None:
    """The record of the fit that made a model, if it lies beside it."""
    record = record_of(path, sha256)
    return record if record is not None and record["command"] == "fit" else None
