"""Small models and rows for explorers."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits, load_iris

from diabolo import Autoencoder


@pytest.fixture(scope="session")
def digits():
    """60 images of 8 x 8, uint8, and their digits."""
    data = load_digits()
    return (data.images[:60] * 15).astype(np.uint8), data.target[:60]


@pytest.fixture(scope="session")
def on_digits(digits):
    return Autoencoder(2, encoder=(16,), epochs=2, random_state=0).fit(digits[0])


@pytest.fixture(scope="session")
def iris():
    """A table with names and units, and labels with a name."""
    data = load_iris(as_frame=True)
    return data.data, pd.Series(data.target_names[data.target], name="species")


@pytest.fixture(scope="session")
def on_iris(iris):
    return Autoencoder(3, encoder=(8,), epochs=2, random_state=0).fit(iris[0])


@pytest.fixture(scope="session")
def mixed():
    """A table of 40 rows with a column of every kind."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "open": rng.random(40) > 0.5,
            "size": rng.normal(10, 2, 40),
            "kind": np.resize(["x", "y", "z"], 40),
            "count": np.arange(40),
            "day": pd.date_range("2024", periods=40),
        }
    )
