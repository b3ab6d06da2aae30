"""All that a report measures, before a word is written about it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils import _safe_indexing

from diabolo.data.fingerprint import fingerprint
from diabolo.reporting.components import Component, measure_components
from diabolo.reporting.neighbourhood import Neighbourhood, measure_neighbourhood
from diabolo.reporting.quality import Quality, measure_quality
from diabolo.reporting.subject import Numbers, Subject, some_places

MOST_ROWS_BY_PAIR = 2000  # for what takes time by the square of their number


@dataclass(frozen=True)
class Measures:
    """What was found.

    Parameters
    ----------
    subject : Subject
    quality : Quality
    neighbourhood : Neighbourhood
    components : list of Component
    rows_of_fit : bool
        Whether the rows that were passed are those that the model was last fitted on.
    n_reference : int or None
        On how many training rows baselines were fitted; None where on the rows themselves.
    """

    subject: Subject
    quality: Quality
    neighbourhood: Neighbourhood
    components: list[Component]
    rows_of_fit: bool
    n_reference: int | None


def measure(
    estimator: Any,
    X: Any,
    y: Any,
    X_train: Any,
    *,
    image_shape: tuple[int, ...] | None,
    max_rows: int,
    rng: np.random.Generator,
) -> Measures:
    """Look at a model and rows; see ``diabolo.report``."""
    subject = Subject.of(estimator, X, y, image_shape=image_shape, max_rows=max_rows, rng=rng)
    n_rows = len(subject.codes)
    some = np.sort(rng.permutation(n_rows)[:MOST_ROWS_BY_PAIR])
    reference = subject.numbers
    if X_train is not None:
        training = _safe_indexing(X_train, some_places(X_train, max_rows, rng))
        reference = Numbers.of(estimator._check(training), subject.fitted)
    quality = measure_quality(subject, reference, some)
    return Measures(
        subject,
        quality,
        measure_neighbourhood(subject, quality.pca_codes, some),
        measure_components(subject),
        rows_of_fit=_are_those_of_fit(subject, X),
        n_reference=None if X_train is None else len(reference.x),
    )


def _are_those_of_fit(subject: Subject, X: Any) -> bool:
    """By the fingerprint that the model keeps of what it was fitted on."""
    last = subject.fitted.fits[-1] if subject.fitted.fits else None
    if last is None or last.n_samples != subject.n_given:
        return False
    rows = subject.estimator._check(X).array
    return rows.dtype.name == last.dtype and fingerprint(rows) == last.sha256
