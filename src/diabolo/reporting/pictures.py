"""The pictures of a report: Displays, inside the page."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import matplotlib
import matplotlib.pyplot as plt
import numpy as np

from diabolo.latents.gaussian import Gaussian
from diabolo.plots.components import ComponentsDisplay
from diabolo.plots.error_distribution import ErrorDistributionDisplay
from diabolo.plots.error_map import ErrorMapDisplay
from diabolo.plots.history import HistoryDisplay
from diabolo.plots.latent_space import LatentSpaceDisplay
from diabolo.plots.reconstruction import ReconstructionDisplay
from diabolo.plots.rows import Images
from diabolo.plots.text import label_text
from diabolo.plots.traversal import TraversalDisplay
from diabolo.reporting.subject import Subject

_DPI = 160
_PIXELS_AN_INCH = 108  # of the page, so that all pictures have text of one size
_IMAGES_A_STRIP, _OTHERS_A_STRIP = 8, 3
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


class Drawn(NamedTuple):
    """A picture as the page holds it."""

    uri: str  # "data:" with all of it
    width: int  # in pixels of the page
    height: int


@dataclass(frozen=True)
class Picture:
    """A picture that can stand in a page.

    Parameters
    ----------
    title : str
    drawn : Drawn
    alt : str
        What it shows, for who can't see it.
    caption : str
    """

    title: str
    drawn: Drawn
    alt: str
    caption: str


def training_curves(subject: Subject) -> Picture:
    """The history."""
    return Picture(
        "Training curves",
        _vectors(lambda: HistoryDisplay.from_estimator(subject.estimator)),
        f"Lines of the terms of the loss over {subject.estimator.n_iter_} epochs; the table has their ends.",
        "Each panel names its unit. Values of training are means over an epoch, while the weights moved; "
        "those of validation are taken at its end.",
    )


def error_distribution(subject: Subject) -> Picture:
    """How the errors of rows are spread, by class where there are classes."""
    labels, errors = subject.labels, subject.errors
    classes = labels.values if labels is not None and labels.are_classes else None
    by_class = "" if classes is None else ", by class; each class has the same area"
    return Picture(
        "Errors of rows",
        _vectors(lambda: ErrorDistributionDisplay(errors.values, classes, name=errors.label).plot()),
        f"Histogram of the errors of {len(errors.values):,} rows{by_class}.",
        f"Errors of {len(errors.values):,} rows{by_class}.",
    )


def error_map(subject: Subject) -> Picture:
    """Where in a row errors are."""
    part, x, x_hat = subject.kind.part, subject.numbers.x, subject.x_hat
    return Picture(
        "Where errors are",
        _pixels(lambda: ErrorMapDisplay(x, x_hat, kind=subject.kind).plot()),
        f"Mean error of each {part} over the rows.",
        f"Mean error of each {part} over {len(subject.codes):,} rows.",
    )


def reconstructions(subject: Subject) -> list[Picture]:
    """Rows that came back best, typically and worst."""
    errors = subject.errors.values
    n = min(_IMAGES_A_STRIP if isinstance(subject.kind, Images) else _OTHERS_A_STRIP, len(errors))
    order = np.argsort(errors, kind="stable")
    middle = (len(order) - n) // 2
    chosen = {"Best": order[:n], "Typical": order[middle : middle + n], "Worst": order[::-1][:n]}
    return [_reconstruction(subject, title, which) for title, which in chosen.items()]


def _reconstruction(subject: Subject, title: str, which: np.ndarray) -> Picture:
    places = subject.places[which].tolist()
    rows = ", ".join(map(str, places))

    def draw() -> ReconstructionDisplay:
        return ReconstructionDisplay(
            subject.numbers.x[which],
            subject.x_hat[which],
            None if subject.labels is None else subject.labels.values[which],
            rows=places,
            errors=subject.errors._replace(values=subject.errors.values[which]),
            kind=subject.kind,
        ).plot()

    return Picture(
        title,
        _pixels(draw),
        f"Originals and reconstructions of rows {rows}, with their errors.",
        f"Rows {rows} (counted from 0).",
    )


def map_of_codes(subject: Subject) -> Picture:
    """The codes, coloured by label where there are labels."""
    labels, n_rows = subject.labels, len(subject.codes)

    def draw() -> LatentSpaceDisplay:
        display = LatentSpaceDisplay(subject.codes, None if labels is None else labels.values)
        if labels is not None and labels.name is not None:
            display.label_name = label_text(labels.name)
        return display.plot()

    by = "" if labels is None else f", coloured by {labels.name or 'label'}"
    return Picture(
        "Map of codes",
        _pixels(draw),
        f"The codes of {n_rows:,} rows as points{by}.",
        f"The codes of {n_rows:,} rows{by}. No label was used in training. Near points are rows that the "
        "network sees as alike.",
    )


def components(subject: Subject, *, with_explained: bool) -> Picture:
    """What each component is good for, and what the first of them explain, which takes some time."""

    def draw() -> ComponentsDisplay:
        if with_explained:
            return ComponentsDisplay.from_estimator(subject.estimator, subject.X)
        has_scale = isinstance(subject.fitted.architecture.latent, Gaussian)
        return ComponentsDisplay(subject.codes, has_scale=has_scale).plot()

    return Picture(
        "Components",
        _vectors(draw),
        "Bars of the variance of each component"
        + (", and what the most useful of them explain beside PCA." if with_explained else "."),
        "Components whose variance is above the dashed line are active. The others say nearly the same of "
        "all rows.",
    )


def traversal(subject: Subject) -> Picture:
    """What each component does to what is decoded."""
    shape = _image_shape(subject)
    return Picture(
        "What components do",
        _pixels(lambda: TraversalDisplay.from_estimator(subject.estimator, subject.X, image_shape=shape)),
        "What is decoded while one component of the code moves and the others stay at their mean.",
        "What is decoded while one component moves and the others stay at their mean; at most the ten that "
        "matter most.",
    )


def _image_shape(subject: Subject) -> tuple[int, ...] | None:
    """The shape of flat rows that are images, which a Display is told."""
    return subject.kind.shape if isinstance(subject.kind, Images) and np.ndim(subject.X) == 2 else None


def _vectors(draw: Callable[[], Any]) -> Drawn:
    """A Display of lines and bars: sharp at every size."""
    return _drawn(draw, "svg", {"Date": None, "Creator": None})


def _pixels(draw: Callable[[], Any]) -> Drawn:
    """A Display of images or of many points, which would be large as vectors."""
    return _drawn(draw, "png", {"Software": None})


def _drawn(draw: Callable[[], Any], form: str, metadata: dict[str, None]) -> Drawn:
    """Draw, and close the figure."""
    with matplotlib.rc_context(_ON_WHITE):
        figure, buffer = draw().figure_, io.BytesIO()
        figure.savefig(buffer, format=form, dpi=_DPI, metadata=metadata)
        width, height = (round(_PIXELS_AN_INCH * inches) for inches in figure.get_size_inches())
        plt.close(figure)
    kind = "svg+xml" if form == "svg" else form
    return Drawn(f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode()}", width, height)
