"""A report's first lines: what the data are, what the model is, how good it is."""

from typing import Any

import numpy as np

from diabolo.estimators.picture import layer_sizes
from diabolo.plots.rows import Images, Steps
from diabolo.reporting.measures import Measures
from diabolo.reporting.subject import Subject, n_parameters
from diabolo.reporting.words import counted, figure, listed, percent, sizes


def title(subject: Subject) -> str:
    """Of the page."""
    return f"{type(subject.estimator).__name__} of {_rows(subject)}"


def sentences(measures: Measures) -> list[str]:
    """The data, the model, its errors, and the map."""
    return [of_data(measures), of_model(measures.subject), of_errors(measures), of_map(measures)]


def error_words(subject: Subject) -> tuple[str, str]:
    """What an error of a row is, and its unit."""
    if subject.layout is not None:
        return "relative error", "mean over columns; 1 is what their means and commonest values leave"
    return f"{subject.errors.name} per {subject.errors.part}", subject.errors.unit


def of_data(measures: Measures) -> str:
    """What the rows are."""
    subject = measures.subject
    parts = [f"The data are {_rows(subject)}"]
    labels = subject.labels
    if labels is not None and labels.are_classes:
        names = listed([str(each) for each in labels.kinds])
        n_classes = len(labels.kinds)
        parts.append(f" in {n_classes} class{'' if n_classes == 1 else 'es'} ({names})")
    elif labels is not None:
        parts.append(f", with {labels.name or 'a number'} as label")
    parts.append(".")
    if len(subject.codes) < subject.n_given:
        parts.append(f" This page looks at {len(subject.codes):,} of them, drawn by chance.")
    gaps = float(np.isnan(subject.numbers.x).mean())
    if gaps > 0:
        parts.append(f" {percent(gaps)} of their numbers are gaps.")
    return "".join(parts)


def of_model(subject: Subject) -> str:
    """What the network is."""
    n_components, n_epochs = subject.codes.shape[1], subject.estimator.n_iter_
    n_fitted = subject.fitted.fits[-1].n_samples if subject.fitted.fits else None
    on = "" if n_fitted is None else f" on {counted(n_fitted, 'row')}"
    layers = " → ".join(layer_sizes(subject.estimator))
    return (
        f"The model gives each row back through a code of {counted(n_components, 'number')}: "
        f"{layers}, {counted(n_parameters(subject.fitted), 'parameter')}, trained for "
        f"{counted(n_epochs, 'epoch')}{on}."
    )


def of_errors(measures: Measures) -> str:
    """How good it is beside PCA and the mean."""
    quality = measures.quality
    what, unit = error_words(measures.subject)
    beside = [f"{figure(quality.model.error)} ({unit})"]
    pca = quality.of("pca")
    if pca is not None:
        beside.append(f"that of PCA of the same size {figure(pca.error)}")
    beside.append(f"that of {quality.methods[-1].name} {figure(quality.methods[-1].error)}")
    return f"Its {what} is {', '.join(beside)}."


def of_map(measures: Measures) -> str:
    """How much of the neighbourhoods the code keeps."""
    found: Any = measures.neighbourhood
    codes, *others = found.spaces
    words = f"The map of codes has a trustworthiness of {codes.quality.trustworthiness:.3f} (1 is perfect)"
    if codes.accuracy is None:
        return f"{words}."
    rows = others[-1]
    return (
        f"{words}, and the {found.n_neighbors} nearest tell the class of {percent(codes.accuracy)} of rows; "
        f"among the rows themselves they tell {percent(rows.accuracy)}."
    )


def _rows(subject: Subject) -> str:
    """How many of what."""
    n, kind = subject.n_given, subject.kind
    if isinstance(kind, Images):
        return f"{counted(n, 'image')} of {sizes(kind.shape)} pixels"
    if isinstance(kind, Steps):
        steps, features = kind.shape
        return f"{counted(n, 'sequence')} of {counted(steps, 'step')} of {counted(features, 'number')}"
    return f"{counted(n, 'row')} of {counted(len(subject.columns), 'column')}"
