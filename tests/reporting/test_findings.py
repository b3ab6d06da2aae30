"""Rules, each on made-up measures that call for it and on such that don't."""

from types import SimpleNamespace

import numpy as np
import pytest

from diabolo.reporting import findings
from diabolo.reporting.quality import Method, Quality

pytestmark = pytest.mark.jax


def measures(
    model=0.5,
    pca=1.0,
    mean=2.0,
    active=(True, True),
    history=None,
    errors=(1.0, 1.2, 0.9),
    by_column=(0.5, 0.5),
    rows_of_fit=False,
    **estimator,
):
    """What a report measured, as far as rules look at it."""
    methods = [Method("model", "", np.array([model])), Method("pca", "", np.array([pca]))]
    if pca is None:
        del methods[1]
    methods.append(Method("mean", "", np.array([mean])))
    settings = {"early_stopping": False, "epochs": 20, "patience": 3} | estimator
    loss = {"loss": np.full(20, 1.0)} if history is None else history
    return SimpleNamespace(
        quality=Quality(tuple(methods), np.array(by_column), np.ones(len(by_column)), None, mean > 0),
        components=[SimpleNamespace(number=k + 1, is_active=is_active) for k, is_active in enumerate(active)],
        rows_of_fit=rows_of_fit,
        subject=SimpleNamespace(
            estimator=SimpleNamespace(history_=loss, n_iter_=len(loss["loss"]), **settings),
            errors=SimpleNamespace(values=np.array(errors)),
            places=np.arange(len(errors)) * 10,
            columns=[f"c{k}" for k in range(len(by_column))],
            is_table=True,
        ),
    )


FALLING = {"loss": np.linspace(1, 0.5, 20)}
RISING = {"loss": FALLING["loss"], "val_loss": np.abs(np.arange(20) - 8.0) / 10 + 1}
FAR = (*(1.0,) * 40, 50.0)


@pytest.mark.parametrize(
    ("rule", "found", "kind", "words"),
    [
        (findings.beside_pca, measures(model=0.5, pca=1), "good", "50% smaller than that of PCA"),
        (findings.beside_pca, measures(model=2, pca=1), "problem", "loses to PCA of the same size, whose"),
        (findings.beside_pca, measures(model=1, pca=1.01), "note", "no better than PCA"),
        (findings.beside_mean, measures(model=2.1), "problem", "no better than their mean"),
        (findings.rows_seen_in_training, measures(rows_of_fit=True), "note", "fitted on"),
        (
            findings.inactive_components,
            measures(active=(True, False)),
            "note",
            "1 of 2 components is inactive",
        ),
        (findings.inactive_components, measures(active=(False, False)), "problem", "2 of 2 components are"),
        (
            findings.still_learning,
            measures(history=FALLING),
            "note",
            "after 20 epochs: by 11% within the last 5",
        ),
        (
            findings.overfitted,
            measures(history=RISING),
            "problem",
            "lowest after epoch 9 and ended 110% above",
        ),
        (
            findings.stopped_early,
            measures(history=RISING, early_stopping=True, epochs=50),
            "note",
            "after epoch 20 of 50, when the validation loss had not fallen for 3 epochs",
        ),
        (findings.far_rows, measures(errors=FAR), "note", "1 row of 41 came back with more than 10 times"),
        (findings.lost_columns, measures(by_column=(0.2, 1.1)), "note", "1 column of 2 came back no better"),
    ],
)
def test_a_rule_speaks(rule, found, kind, words):
    finding = rule(found)
    assert finding.kind == kind
    assert words in finding.text
    assert rule in findings.RULES


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (findings.beside_pca, measures(pca=0.0)),
        (findings.beside_mean, measures()),
        (findings.beside_mean, measures(mean=0.0)),  # rows that are all alike
        (findings.rows_seen_in_training, measures()),
        (findings.inactive_components, measures()),
        (findings.still_learning, measures()),
        (findings.still_learning, measures(history={"loss": np.linspace(1, 0.5, 9)})),  # too few to tell
        (findings.still_learning, measures(history=RISING)),
        (findings.overfitted, measures(history=FALLING)),
        (findings.overfitted, measures(history=RISING, early_stopping=True)),  # the best one was kept
        (findings.stopped_early, measures(early_stopping=True, epochs=20)),
        (findings.stopped_early, measures(early_stopping=True, epochs="auto")),
        (findings.far_rows, measures()),
        (findings.far_rows, measures(errors=(0.0, 0.0, 1.0))),
        (findings.lost_columns, measures()),
    ],
)
def test_a_rule_is_silent(rule, found):
    assert rule(found) is None


def test_far_rows_are_named_by_their_place_among_all():
    assert "row 400." in findings.far_rows(measures(errors=FAR)).text


def test_findings_come_in_the_order_of_the_rules():
    found = findings.find(measures(model=3, active=(True, False)))
    assert [finding.kind for finding in found] == ["problem", "problem", "note"]
