"""One page about a fitted autoencoder and rows."""

import html
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np

from diabolo.errors import ParameterError
from diabolo.estimators.picture import network_picture
from diabolo.pages.rendering import render
from diabolo.pages.sealing import sealed
from diabolo.reporting import pictures, summary, tables
from diabolo.reporting.findings import Finding, find
from diabolo.reporting.measures import Measures, measure
from diabolo.reporting.provenance import provenance
from diabolo.reporting.subject import LEAST_ROWS
from diabolo.storage.atomic import write_atomically

_MOST_COMPONENTS, _MOST_FEATURES = 64, 2000  # whose explained variance takes seconds
_SECTIONS = (
    ("findings", "Findings"),
    ("quality", "Quality"),
    ("training", "Training"),
    ("reconstructions", "Reconstructions"),
    ("map", "Map"),
    ("components", "Components"),
    ("columns", "Columns"),
    ("provenance", "Provenance"),
)


@dataclass(frozen=True)
class Report:
    """A page about a fitted autoencoder, made by ``diabolo.report``. A notebook shows it.

    Parameters
    ----------
    page : str
        The HTML, whole: it asks for no other file and for no network.
    findings : tuple of Finding
        What a reader should know first; each has a ``kind`` and a ``text``.
    errors : dict of str to float
        The mean error of the rows, as the page gives it: of the ``"model"``, and where they apply of
        ``"pca"``, ``"neighbours"`` and ``"mean"``.
    """

    page: str
    findings: tuple[Finding, ...]
    errors: dict[str, float]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file.

        Parameters
        ----------
        path : str or path-like
            Replaced if it exists, once the new file is whole.

        Raises
        ------
        OutputError
            If the file can't be written; nothing is left behind.
        """
        write_atomically(path, lambda file: file.write(self.page.encode()))

    def __repr__(self) -> str:
        """In a line: the page itself is long."""
        errors = ", ".join(f"{name} {error:.4g}" for name, error in self.errors.items())
        return f"<Report: errors of {errors}; {len(self.findings)} findings; save(path) writes the page>"

    def _repr_html_(self) -> str:
        source = html.escape(self.page)
        return f'<iframe srcdoc="{source}" width="100%" height="720" title="report"></iframe>'


def report(
    estimator: Any,
    X: Any,
    y: Any = None,
    *,
    X_train: Any = None,
    image_shape: tuple[int, ...] | None = None,
    max_rows: int = 20_000,
    random_state: int = 0,
    files: Mapping[str, str | os.PathLike[str]] | None = None,
    commands: Sequence[str] = (),
) -> Report:
    """Make one page about a fitted autoencoder: how good it is, what its code keeps, and what it loses.

    A summary in words, findings, errors beside PCA of the same size, neighbours and the mean, training
    curves, reconstructions, the map of codes and how far it can be believed, components, errors by column,
    and where all of it comes from.

    Parameters
    ----------
    estimator : Autoencoder
        Fitted; any but ``NextFrameAutoencoder``.
    X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        Rows to look at, best others than those of ``fit``.
    y : array-like of shape (n_samples,), optional
        Their labels: classes, or a quantity.
    X_train : array-like of shape (n, n_features) or (n, *row_shape), optional
        The rows of ``fit``, on which PCA and the mean are then fitted. Without them these are fitted on X
        itself, which is in their favour.
    image_shape : tuple of int, optional
        (height, width) or (height, width, channels) of flat rows that are images.
    max_rows : int, default=20000
        If there are more rows, so many of them are looked at, drawn by chance. What takes time by the square
        of their number is measured on at most 2,000 of these.
    random_state : int, default=0
        Draws the rows.
    files : mapping of str to path-like, optional
        Files whose names and SHA-256 are told, such as ``{"Model": "model.diabolo"}``; their folders aren't.
    commands : sequence of str, optional
        What made the model and this page, told at its end.

    Returns
    -------
    report : Report
        ``save`` writes the page.

    Raises
    ------
    DataError
        If rows or labels can't be used, or there are fewer than 10 rows.
    ParameterError
        If the estimator is no autoencoder, or ``max_rows`` is below 10.

    Examples
    --------
    >>> import diabolo
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> ae = diabolo.Autoencoder(2, epochs=20, random_state=0).fit(X[::2])
    >>> report = diabolo.report(ae, X[1::2], y[1::2])
    >>> sorted(report.errors)
    ['mean', 'model', 'neighbours', 'pca']
    """
    if not isinstance(max_rows, Integral) or isinstance(max_rows, bool) or max_rows < LEAST_ROWS:
        raise ParameterError(f"max_rows must be a whole number of at least {LEAST_ROWS}; got {max_rows!r}.")
    paths = {role: Path(path) for role, path in (files or {}).items()}
    rng = np.random.default_rng(random_state)
    measures = measure(estimator, X, y, X_train, image_shape=image_shape, max_rows=int(max_rows), rng=rng)
    findings = tuple(find(measures))
    settings = {"max_rows": max_rows, "random_state": random_state}
    origin = tables.of_pairs("Provenance", provenance(measures, paths, settings))
    page = render(
        "diabolo.reporting",
        "report.html.jinja",
        title=summary.title(measures.subject),
        sentences=summary.sentences(measures),
        findings=findings,
        sections=[each for each in _SECTIONS if each[0] != "columns" or measures.subject.is_table],
        network=_without_styles(network_picture(estimator)),
        provenance=origin,
        commands=commands,
        **_parts(measures),
    )
    return Report(sealed(page), findings, {each.key: each.error for each in measures.quality.methods})


def _parts(measures: Measures) -> dict[str, Any]:
    """The pictures and tables of the page's sections."""
    subject, found = measures.subject, measures.neighbourhood
    what, unit = summary.error_words(subject)
    return {
        "n_reference": measures.n_reference,
        "n_rows": len(subject.codes),
        "error": f"{what} ({unit})",
        "quality": tables.of_quality(measures),
        "training": pictures.training_curves(subject),
        "history": tables.of_history(measures),
        "distribution": pictures.error_distribution(subject),
        "reconstructions": pictures.reconstructions(subject) if subject.can_be_drawn else [],
        "error_map": pictures.error_map(subject) if subject.can_be_drawn else None,
        "map": pictures.map_of_codes(subject),
        "neighbourhood": found,
        "neighbours": tables.of_neighbourhood(found),
        "clusters": tables.of_clusters(found),
        "active": pictures.components(subject, with_explained=_can_explain(measures)),
        "traversal": pictures.traversal(subject) if subject.can_be_drawn else None,
        "components": tables.of_components(measures.components),
        "columns": tables.of_columns(measures) if subject.is_table else None,
    }


def _can_explain(measures: Measures) -> bool:
    """Whether what the first components explain can be told, within seconds."""
    subject = measures.subject
    small = subject.codes.shape[1] <= _MOST_COMPONENTS and subject.x_hat.shape[1] <= _MOST_FEATURES
    return small and subject.can_be_drawn and measures.quality.rows_vary


def _without_styles(svg: str) -> str:
    """The page's policy allows no styles within elements; its own sheet says the same."""
    return re.sub(r' style="[^"]*"', "", svg)
