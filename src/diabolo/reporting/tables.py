"""The tables of a report."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from diabolo.reporting.components import Component
from diabolo.reporting.measures import Measures
from diabolo.reporting.neighbourhood import Neighbourhood
from diabolo.reporting.words import figure, shortened

DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class Cell:
    """What is written, the number by which a column is sorted, if it is one, and the share of a bar."""

    text: str
    number: float | None = None
    bar: float | None = None


@dataclass(frozen=True)
class Table:
    """A table with names in its first column.

    Parameters
    ----------
    caption : str
    headings : sequence of str
    rows : sequence of sequences of Cell
    marked : int or None
        The row to point out.
    """

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    marked: int | None = field(default=None)


def number(value: float | None, digits: int = 4) -> Cell:
    """A number, or a dash where there is none."""
    if value is None or np.isnan(value):
        return Cell(DASH)
    return Cell(figure(value, digits), float(value))


def share(value: float | None, *, with_bar: bool = False) -> Cell:
    """A share as a percentage."""
    if value is None:
        return Cell(DASH)
    bar = min(max(float(value), 0.0), 1.0) if with_bar else None
    return Cell(f"{100 * value:.1f}%", float(value), bar)


def text(words: Any) -> Cell:
    """Words."""
    return Cell(str(words))


def of_quality(measures: Measures) -> Table:
    """The model beside what needs none."""
    quality = measures.quality
    return Table(
        "Errors beside what needs no autoencoder",
        ["Given back by", "Error", "Explained", "Rows"],
        [
            [
                text(method.name),
                number(method.error),
                share(quality.explained(method), with_bar=True),
                Cell(f"{method.n_rows:,}", method.n_rows),
            ]
            for method in quality.methods
        ],
        marked=0,
    )


def of_history(measures: Measures) -> Table:
    """Where the terms of the loss ended."""
    history = measures.subject.estimator.history_
    objective = measures.subject.fitted.objective
    units = {term.name: term.unit for term in (*objective.terms, *objective.metrics)}
    validated = any(name.startswith("val_") for name in history)
    names = [name for name in history if not name.startswith("val_")]
    headings = ["Term", "Training", *(["Validation"] if validated else []), "Unit"]
    rows = []
    for name in names:
        ends = [history[name], history.get(f"val_{name}")] if validated else [history[name]]
        cells = [number(None if column is None else float(column[-1])) for column in ends]
        rows.append([text(name), *cells, text(units.get(name, "sum of its terms"))])
    return Table("Values of the last epoch", headings, rows)


def of_neighbourhood(found: Neighbourhood) -> Table:
    """How far each map can be believed."""
    classes = found.commonest is not None
    rows = []
    for space in found.spaces:
        quality = space.quality
        trust = [None, None] if quality is None else [quality.trustworthiness, quality.continuity]
        rows.append(
            [
                text(space.name),
                *map(number, trust),
                *([share(space.accuracy, with_bar=True)] if classes else []),
            ]
        )
    headings = ["Neighbours among", "Trustworthiness", "Continuity"]
    return Table("Neighbours", [*headings, *(["Label accuracy"] if classes else [])], rows, marked=0)


def of_clusters(found: Neighbourhood) -> Table | None:
    """How far clusters are the classes."""
    rows = [
        [
            text(f"{agreement.method} of {space.name}"),
            Cell(f"{agreement.n_clusters}", agreement.n_clusters),
            number(agreement.adjusted_rand, 3),
            number(agreement.mutual_information, 3),
        ]
        for space in found.spaces
        for agreement in space.clusters
    ]
    return Table("Clusters beside labels", ["", "Clusters", "ARI", "NMI"], rows) if rows else None


def of_components(components: list[Component]) -> Table:
    """What each component does."""
    with_kl = components[0].kl is not None
    return Table(
        "Components of the code",
        ["Component", "Active", *(["KL (nats)"] if with_kl else []), "Mean", "Std", "Least", "Most"],
        [
            [
                Cell(f"code {each.number}", each.number),
                Cell("yes" if each.is_active else "no", each.is_active),
                *([number(each.kl, 3)] if with_kl else []),
                *(number(value, 3) for value in (each.mean, each.std, each.least, each.most)),
            ]
            for each in components
        ],
    )


def of_columns(measures: Measures) -> Table:
    """The error of each column of a table."""
    quality, subject = measures.quality, measures.subject
    gaps = np.isnan(subject.numbers.x).mean(axis=0)
    apart = set() if subject.layout is None else {*subject.layout.booleans, *subject.layout.categories}
    rows = []
    for place, name in enumerate(subject.columns):
        error, of_mean = float(quality.by_column[place]), float(quality.by_column_of_mean[place])
        explained = 1 - error / of_mean if of_mean > 0 else None
        show = share if place in apart else number
        squares = "wrong" if place in apart else "squared"
        rows.append(
            [
                text(shortened(name)),
                text(squares),
                show(error),
                show(of_mean),
                share(explained, with_bar=True),
            ]
        )
        if gaps.any():
            rows[-1].append(share(gaps[place]))
    headings = ["Column", "Error", "This model", "Constant", "Explained", *(["Gaps"] if gaps.any() else [])]
    return Table("Errors by column", headings, rows)


def of_pairs(caption: str, pairs: Sequence[tuple[str, Any]]) -> Table:
    """Names and what they stand for."""
    return Table(caption, ["", ""], [[text(name), text(value)] for name, value in pairs])
