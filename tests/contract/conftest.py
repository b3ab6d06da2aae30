"""The estimators examined, and a small one of each."""

import inspect

import pytest

from diabolo.utils import all_estimators

# Of the others, the examination takes too long for the README's test command.
QUICK = {"Autoencoder", "VariationalAutoencoder"}
SMALL = {"n_components": 2, "encoder": (8,), "epochs": 2, "random_state": 0}


def pytest_generate_tests(metafunc):
    if "Estimator" in metafunc.fixturenames:
        examined = [
            pytest.param(cls, id=name, marks=() if name in QUICK else pytest.mark.slow)
            for name, cls in all_estimators()
        ]
        metafunc.parametrize("Estimator", examined)


@pytest.fixture
def make(Estimator):
    """Makes a small estimator; takes other parameters than its own small ones."""
    known = inspect.signature(Estimator).parameters
    small = {name: value for name, value in SMALL.items() if name in known}
    return lambda **parameters: Estimator(**small | parameters)
