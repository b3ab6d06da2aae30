"""The pictures of a report: Displays, inside the page."""

import base64
import io
from dataclasses import dataclass
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np

from diabolo.plots.history import HistoryDisplay
from diabolo.plots.latent_space import LatentSpaceDisplay
from diabolo.plots.reconstruction import ReconstructionDisplay
from diabolo.reporting.subject import Subject

_DPI = 144
# Whatever the user's colours are: the page lays pictures on white.
_ON_WHITE = {
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "text.color": "black",
    "axes.labelcolor": "black",
    "xtick.color": "black",
    "ytick.color": "black",
    "svg.fonttype": "path",  # text looks alike wherever the page is read
    "svg.hashsalt": "diabolo",  # equal pictures are equal files
}
_IMAGES_A_STRIP, _ROWS_OF_TABLE = 8, 3


@dataclass(frozen=True)
class Picture:
    """A picture that can stand in a page.

    Parameters
    ----------
    title : str
    uri : str
        ``data:`` with all of it.
    alt : str
        What it shows, for who can't see it.
    caption : str
    """

    title: str
    uri: str
    alt: str
    caption: str


def training_curves(subject: Subject) -> Picture:
    """The history."""
    n_epochs = subject.estimator.n_iter_
    return Picture(
        "Training curves",
        _drawn(lambda: HistoryDisplay.from_estimator(subject.estimator), "svg"),
        f"Lines of the terms of the loss over {n_epochs} epochs; their last values are in the table below.",
        "Every panel names its unit. Values of training are means over an epoch, while the weights moved; "
        "those of validation are taken at its end.",
    )


def map_of_codes(subject: Subject) -> Picture:
    """The codes, coloured by label where there are labels."""
    labels = subject.labels
    n_components = subject.codes.shape[1]
    shown = "codes" if n_components < 3 else f"first two of {n_components} components of the codes"
    by = "" if labels is None else f", coloured by {labels.name or 'label'}"
    return Picture(
        "Map of codes",
        _drawn(lambda: _latent_space(subject), "png"),
        f"Points: the {shown} of {len(subject.codes):,} rows{by}.",
        f"The {shown} of {len(subject.codes):,} rows{by}. No label was used in training. Axes have no unit; "
        "near points are rows that the network sees as alike.",
    )


def _latent_space(subject: Subject) -> Any:
    labels = subject.labels
    display = LatentSpaceDisplay(subject.codes, None if labels is None else labels.values)
    display.label_name = None if labels is None else labels.name
    return display.plot()


def reconstructions(subject: Subject, errors: np.ndarray) -> list[Picture]:
    """Rows that came back best, typically and worst: (n_rows,) errors tell which."""
    n = _IMAGES_A_STRIP if subject.image_shape else _ROWS_OF_TABLE
    n = min(n, len(errors))
    order = np.argsort(errors, kind="stable")
    middle = max(0, (len(order) - n) // 2)
    chosen = {"Best": order[:n], "Typical": order[middle : middle + n], "Worst": order[::-1][:n]}
    return [_reconstruction(subject, title, which) for title, which in chosen.items()]


def _reconstruction(subject: Subject, title: str, which: np.ndarray) -> Picture:
    places = subject.places[which].tolist()
    rows = ", ".join(map(str, places))
    return Picture(
        title,
        _drawn(lambda: _originals_and_reconstructions(subject, which), "png"),
        f"Originals and reconstructions of rows {rows}, whose mean squared errors are written with them.",
        f"Rows {rows} (counted from 0).",
    )


def _originals_and_reconstructions(subject: Subject, which: np.ndarray) -> Any:
    shape = (-1, *subject.image_shape) if subject.image_shape else (len(which), -1)
    labels = None if subject.labels is None else subject.labels.values[which]
    originals, back = (x[which].reshape(shape) for x in (subject.numbers.x, subject.x_hat))
    names = subject.columns if subject.is_table and hasattr(subject.estimator, "feature_names_in_") else None
    return ReconstructionDisplay(
        originals, back, labels, rows=subject.places[which].tolist(), feature_names=names
    ).plot()


def _drawn(draw: Any, form: str) -> str:
    """A Display as a ``data:`` URI; its figure is closed."""
    with matplotlib.rc_context(_ON_WHITE):
        display = draw()
        buffer = io.BytesIO()
        metadata = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
        display.figure_.savefig(buffer, format=form, dpi=_DPI, metadata=metadata)
        plt.close(display.figure_)
    kind = "svg+xml" if form == "svg" else form
    return f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode()}"
