"""What a reader should know first: a few rules over what was measured.

A rule is a function from ``Measures`` to a ``Finding``, or to None where it has nothing to say. A further
rule is one more function in ``RULES``, in the order in which findings are listed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from diabolo.reporting.measures import Measures
from diabolo.reporting.words import counted, figure, listed, percent

_CLEARLY = 0.02  # relative difference of two errors that is worth a word
_LATEST = 0.2  # of the epochs are looked at for whether the loss still falls
_LEAST_EPOCHS = 5
_FAR = 10  # times the median error
_TOLD_ROWS = 5


@dataclass(frozen=True)
class Finding:
    """A sentence or two.

    Parameters
    ----------
    kind : {"good", "note", "problem"}
    text : str
    """

    kind: str
    text: str


def find(measures: Measures) -> list[Finding]:
    """What every rule has to say."""
    found = (rule(measures) for rule in RULES)
    return [finding for finding in found if finding is not None]


def beside_pca(measures: Measures) -> Finding | None:
    """Whether an autoencoder is worth it."""
    pca = measures.quality.of("pca")
    if pca is None or pca.error <= 0:
        return None
    ratio = measures.quality.model.error / pca.error
    if ratio > 1 + _CLEARLY:
        text = (
            f"It loses to PCA of the same size, whose error is {percent(1 - 1 / ratio)} smaller. Train for "
            "more epochs or with wider layers, or use PCA."
        )
        return Finding("problem", text)
    if ratio < 1 - _CLEARLY:
        return Finding(
            "good", f"Its error is {percent(1 - ratio)} smaller than that of PCA of the same size."
        )
    return Finding("note", "It is no better than PCA of the same size, which is simpler and faster.")


def beside_mean(measures: Measures) -> Finding | None:
    """Whether the code says anything at all."""
    explained = measures.quality.explained(measures.quality.model)
    if explained is None or explained > _CLEARLY:
        return None
    return Finding("problem", "It gives rows back no better than their mean would: the code says nothing.")


def rows_seen_in_training(measures: Measures) -> Finding | None:
    """Errors of the rows of fit flatter."""
    if not measures.rows_of_fit:
        return None
    text = (
        "These are the rows that the model was fitted on. Errors of new rows may be larger: report on others."
    )
    return Finding("note", text)


def inactive_components(measures: Measures) -> Finding | None:
    """Components that are the same for all rows."""
    idle = [component.number for component in measures.components if not component.is_active]
    if not idle:
        return None
    are = "is" if len(idle) == 1 else "are"
    text = (
        f"{len(idle)} of {counted(len(measures.components), 'component')} {are} inactive, the same for "
        f"nearly all rows: {listed([str(number) for number in idle])}."
    )
    return Finding("problem" if len(idle) == len(measures.components) else "note", text)


def still_learning(measures: Measures) -> Finding | None:
    """A loss that was still falling when training ended."""
    name, loss = _watched(measures)
    n_latest = max(_LEAST_EPOCHS, round(_LATEST * len(loss)))
    if len(loss) < 2 * _LEAST_EPOCHS or not np.isfinite(loss).all():
        return None
    # By the means of halves, since single epochs go up and down.
    earlier, later = (half.mean() for half in np.array_split(loss[-n_latest:], 2))
    fallen = (earlier - later) / (abs(earlier) or 1)
    if fallen < _CLEARLY or loss.argmin() < len(loss) - n_latest:
        return None
    text = (
        f"The {name} loss was still falling when training ended, after {counted(len(loss), 'epoch')}: by "
        f"{percent(fallen)} within the last {n_latest}. Train for more epochs."
    )
    return Finding("note", text)


def overfitted(measures: Measures) -> Finding | None:
    """A validation loss that rose again."""
    name, loss = _watched(measures)
    if name != "validation" or not np.isfinite(loss).all() or measures.subject.estimator.early_stopping:
        return None
    best = int(loss.argmin())
    risen = (loss[-1] - loss[best]) / (abs(loss[best]) or 1)
    if risen < _CLEARLY:
        return None
    text = (
        f"The validation loss was lowest after epoch {best + 1} and ended {percent(risen)} above that, after "
        f"{counted(len(loss), 'epoch')}. Use early_stopping=True, fewer epochs, or a narrower network."
    )
    return Finding("problem", text)


def stopped_early(measures: Measures) -> Finding | None:
    """Early stopping that did its work."""
    estimator, n_epochs = measures.subject.estimator, measures.subject.estimator.n_iter_
    if not estimator.early_stopping or not isinstance(estimator.epochs, int) or n_epochs >= estimator.epochs:
        return None
    text = (
        f"Training stopped after epoch {n_epochs} of {estimator.epochs}, when the validation loss had not "
        f"fallen for {counted(estimator.patience, 'epoch')}; the weights are those of the best one."
    )
    return Finding("note", text)


def far_rows(measures: Measures) -> Finding | None:
    """Rows that are unlike all others."""
    errors, places = measures.subject.errors.values, measures.subject.places
    median = float(np.median(errors))
    far = np.flatnonzero(errors > _FAR * median)
    if not far.size or median <= 0 or far.size > 0.05 * len(errors):
        return None
    worst = far[np.argsort(-errors[far], kind="stable")][:_TOLD_ROWS]
    rows = listed([str(place) for place in places[worst]], far.size)
    rows = f"row{'' if far.size == 1 else 's'} {rows}"
    text = (
        f"{counted(far.size, 'row')} of {len(errors):,} came back with more than {_FAR} times the median "
        f"error ({figure(median)}): {rows}. They may be outliers or mistakes."
    )
    return Finding("note", text)


def lost_columns(measures: Measures) -> Finding | None:
    """Columns of a table that the code says nothing about."""
    if not measures.subject.is_table:
        return None
    errors, of_mean = measures.quality.by_column, measures.quality.by_column_of_mean
    lost = np.flatnonzero((errors >= (1 - _CLEARLY) * of_mean) & (of_mean > 0))
    if not lost.size:
        return None
    names = listed([measures.subject.columns[place] for place in lost])
    text = (
        f"{counted(lost.size, 'column')} of {len(errors)} came back no better than by a constant: {names}. "
        "The code has no room for that, or it has nothing to do with the rest."
    )
    return Finding("note", text)


def _watched(measures: Measures) -> tuple[str, np.ndarray]:
    """The loss that tells best how training went: of validation, where there was one."""
    history = measures.subject.estimator.history_
    if "val_loss" in history:
        return "validation", history["val_loss"]
    return "training", history["loss"]


RULES: tuple[Callable[[Measures], Finding | None], ...] = (
    beside_pca,
    beside_mean,
    inactive_components,
    overfitted,
    stopped_early,
    still_learning,
    rows_seen_in_training,
    far_rows,
    lost_columns,
)
