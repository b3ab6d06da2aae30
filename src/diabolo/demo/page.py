"""``index.html``: the demo's cover, which leads to what else is in the folder, and asks for no network."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import keras

from diabolo.estimators.base import Autoencoder
from diabolo.pages.rendering import render, versions


class Entry(NamedTuple):
    """A file in the folder, and what it is."""

    file: str
    caption: str


def write_page(
    folder: Path,
    table: Iterable[tuple[str, str, str, str]],
    pages: Sequence[Entry],
    figures: Sequence[Entry],
    files: Sequence[Entry],
    autoencoder: Autoencoder,
    seconds: float,
) -> None:
    """Write ``index.html`` beside the pages it leads to, the pictures it shows, and the other files."""
    page = render(
        "diabolo.demo",
        "index.html.jinja",
        table=list(table),
        pages=pages,
        figures=figures,
        files=files,
        seconds=seconds,
        epochs=autoencoder.n_iter_,
        seed=autoencoder.random_state,
        n_parameters=autoencoder.model_.count_params(),
        backend=keras.backend.backend(),
        versions=versions(),
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
