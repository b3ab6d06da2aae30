"""The estimators examined, and a small one of each.

Those that need labels are examined in the files that say ``CLASSIFIERS_TOO``.
"""

import inspect

import pytest
from sklearn.base import is_classifier

from diabolo.utils import all_estimators

# Of the others, the examination takes too long for the README's test command; scikit-learn's own of any.
QUICK = {"Autoencoder"}
SMALL = {"n_components": 2, "encoder": (8,), "epochs": 2, "pretraining_epochs": 1, "random_state": 0}
SMALL_SEQUENTIAL = {"n_components": 2, "units": (4,), "epochs": 2, "random_state": 0}
# Of frames of one pixel, or one line, as tables and other shaped rows have them.
SMALL_OF_CLIPS = SMALL | {"filters": (), "maps": 3, "kernel_size": 1}
SMALL_OF_CLIPS.pop("encoder")
# scikit-learn's examination wants classifiers to tell blobs apart.
SMALL_CLASSIFIER = SMALL | {"n_components": 8, "epochs": 30, "learning_rate": 0.02}


def pytest_generate_tests(metafunc):
    if "Estimator" in metafunc.fixturenames:
        examined = [
            pytest.param(cls, id=name, marks=() if name in QUICK else pytest.mark.slow)
            for name, cls in all_estimators()
            if not is_classifier(cls()) or getattr(metafunc.module, "CLASSIFIERS_TOO", False)
        ]
        metafunc.parametrize("Estimator", examined)


@pytest.fixture
def make(Estimator):
    """Makes a small estimator; takes other parameters than its own small ones."""
    known = inspect.signature(Estimator).parameters
    values = SMALL_CLASSIFIER if is_classifier(Estimator()) else SMALL
    values = SMALL_SEQUENTIAL if "units" in known else values
    values = SMALL_OF_CLIPS if "horizon" in known else values
    small = {name: value for name, value in values.items() if name in known}
    return lambda **parameters: Estimator(**small | parameters)
