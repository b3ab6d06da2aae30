"""scikit-learn's own examination of every estimator."""

import warnings
from functools import cache

import keras
import pytest
from sklearn.base import is_classifier
from sklearn.decomposition import PCA
from sklearn.naive_bayes import GaussianNB
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import check_estimator

from diabolo import Autoencoder, utils

CLASSIFIERS_TOO = True

# The others differ in their terms alone, and are examined small.
AT_DEFAULTS = {"Autoencoder"} if keras.backend.backend() == "jax" else set()

# Minibatches in float32 can't meet its rtol of 1e-7; that a weighted row counts as a repeated one is
# tested in test_weights.py.
EXPECTED_FAILURES = {
    "check_sample_weight_equivalence_on_dense_data": "minibatches in float32",
    "check_sample_weight_equivalence_on_sparse_data": "minibatches in float32",
}

# Gaps are taken, infinities are not: test_bad_input.py.
TAKEN_HERE = {"check_estimators_nan_inf"}


def examined(estimator):
    """Name of each check -> how it ended and what it raised."""
    results = check_estimator(estimator, on_fail=None, on_skip=None, expected_failed_checks=EXPECTED_FAILURES)
    return {r["check_name"]: (r["status"], r["exception"]) for r in results}


def passed(results):
    return {name for name, (status, _) in results.items() if status == "passed"}


@pytest.fixture(scope="module")
def passed_by_theirs():
    """What scikit-learn's own transformer or classifier passes: what there is to pass."""

    @cache
    def passed_by(theirs):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return passed(examined(theirs()))

    return passed_by


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_check_estimator(Estimator, make, passed_by_theirs):
    theirs = passed_by_theirs(GaussianNB if is_classifier(make()) else PCA)
    results = examined(Estimator(random_state=0) if Estimator.__name__ in AT_DEFAULTS else make())
    assert {name: error for name, (status, error) in results.items() if status == "failed"} == {}
    assert {name for name, (status, _) in results.items() if status == "xfail"} <= set(EXPECTED_FAILURES)
    assert theirs - passed(results) <= set(EXPECTED_FAILURES) | TAKEN_HERE  # none is left out
    assert len(passed(results)) >= 45


def test_no_tag_empties_the_examination(make):
    tags = get_tags(make())
    assert not tags._skip_test
    assert not tags.no_validation
    assert not tags.non_deterministic
    assert tags.input_tags.two_d_array
    assert tags.input_tags.three_d_array


def test_all_estimators_are_the_public_ones():
    found = utils.all_estimators()
    assert ("Autoencoder", Autoencoder) in found
    assert [name for name, _ in found] == sorted(name for name, _ in found)
    assert all(cls.__name__ == name for name, cls in found)
