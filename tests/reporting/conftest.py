"""Small models and rows of every kind, fitted once."""

import functools

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris

from diabolo import Autoencoder, SequenceAutoencoder, Tabular, VariationalAutoencoder

SMALL = {"encoder": (8,), "epochs": 3, "random_state": 0}


@pytest.fixture(scope="session")
def iris():
    """Measurements and species: a DataFrame and a Series."""
    data = load_iris(as_frame=True)
    species = pd.Series(data.target_names[data.target], name="species")
    return data.data, species


@pytest.fixture(scope="session")
def of_iris(iris):
    """A linear model of every other flower, trained until it is nearly PCA."""
    X, _ = iris
    return Autoencoder(2, encoder=(), epochs=300, learning_rate=0.02, random_state=0).fit(X[::2])


@pytest.fixture(scope="session")
def images():
    """Small grey images: uint8 (60, 6, 5)."""
    return np.random.default_rng(0).integers(0, 256, (60, 6, 5), dtype=np.uint8)


@pytest.fixture(scope="session")
def mixed():
    """A table of mixed columns with gaps."""
    rng = np.random.default_rng(0)
    size = rng.normal(size=120)
    table = pd.DataFrame(
        {
            "size": 50 + 10 * size,
            "kind": np.where(size > 0, "large", "small"),
            "flag": size > 0.5,
            "colour": rng.choice(["red", "green", "blue"], 120),
        }
    )
    table.loc[::7, "kind"] = None
    table.loc[3::11, "size"] = np.nan
    return table


@pytest.fixture(scope="session")
def of_mixed(mixed):
    """A model of it."""
    return Autoencoder(2, encoder=Tabular((16,)), epochs=40, random_state=0).fit(mixed)


@pytest.fixture(scope="session")
def make(iris, images, mixed, of_mixed):
    """``make(kind)``: a small fitted model of such rows, and rows for it."""
    table, rng = iris[0].to_numpy(), np.random.default_rng(1)
    colours = rng.random((30, 4, 4, 3))
    waves = np.sin(np.arange(20) / 3 + np.arange(40)[:, np.newaxis])[..., np.newaxis]  # (40, 20, 1)
    made = {
        "table": (Autoencoder(2, **SMALL), table),
        "table with gaps": (Autoencoder(2, **SMALL), np.where(rng.random(table.shape) < 0.1, np.nan, table)),
        "images": (Autoencoder(2, **SMALL), images),
        "colour images": (Autoencoder(2, **SMALL), colours),
        "images of two channels": (Autoencoder(2, **SMALL), colours[..., :2]),
        "variational": (VariationalAutoencoder(3, **SMALL), table),
        "sequences": (SequenceAutoencoder(2, units=(4,), epochs=2, random_state=0), waves),
        "mixed table": (of_mixed, mixed),
    }

    @functools.cache
    def make(kind):
        estimator, X = made[kind]
        return (estimator if estimator is of_mixed else estimator.fit(X)), X

    return make
