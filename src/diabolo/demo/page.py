"""``index.html``: the demo's table and pictures on one page, which asks nothing of any network."""

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import jinja2
import keras

from diabolo.estimators.base import Autoencoder


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
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("diabolo.demo", "."), autoescape=True, undefined=jinja2.StrictUndefined
    )
    page = environment.get_template("index.html.jinja").render(
        table=list(table),
        figures=figures,
        seconds=seconds,
        epochs=autoencoder.n_iter_,
        seed=autoencoder.random_state,
        n_parameters=autoencoder.model_.count_params(),
        backend=keras.backend.backend(),
        versions={name: version(name) for name in ("diabolo", "keras", "jax", "numpy", "scikit-learn")},
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
