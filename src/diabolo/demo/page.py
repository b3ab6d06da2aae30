"""``index.html``: the demo's table and pictures on one page, which asks nothing of any network."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import keras

from diabolo.estimators.base import Autoencoder
from diabolo.pages.rendering import render, versions


class Figure(NamedTuple):
    """A picture in the folder."""

    file: str
    caption: str


def write_page(
    folder: Path,
    table: Iterable[tuple[str, str, str, str]],
    figures: list[Figure],
    autoencoder: Autoencoder,
    seconds: float,
) -> None:
    """Write ``index.html`` beside the pictures it shows."""
    page = render(
        "diabolo.demo",
        "index.html.jinja",
        table=list(table),
        figures=figures,
        seconds=seconds,
        epochs=autoencoder.n_iter_,
        seed=autoencoder.random_state,
        n_parameters=autoencoder.model_.count_params(),
        backend=keras.backend.backend(),
        versions=versions(),
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
