"""Mean and variance of columns against NumPy's."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from diabolo.data import domain
from diabolo.data.moments import moments
from diabolo.data.rows import Rows
from diabolo.data.scaling import Scaling, fit_scaling

RNG = np.random.default_rng(0)
X = (RNG.normal(size=(50, 4)) * [1, 2, 30, 0] + [0, 5, -100, 7]).astype(np.float32)
GAPPY = np.where(RNG.random(X.shape) < 0.3, np.nan, X)
LATE = np.where((np.arange(50)[:, None] < 20) & (np.arange(4) == 1), np.nan, X)  # a sensor that was off


@pytest.mark.parametrize("at_once", [7, 4096])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("x", [X, GAPPY, LATE], ids=["whole", "gaps", "late"])
def test_of_weighted_rows(x, weighted, at_once, monkeypatch):
    monkeypatch.setattr(domain, "_AT_ONCE", at_once)
    weights = (RNG.integers(0, 4, 50) if weighted else np.ones(50)).astype(np.float32)
    mean, variance = moments(Rows(x, Scaling(4), weights))
    seen = np.ma.masked_invalid(x.astype(np.float64))
    expected = np.ma.average(seen, axis=0, weights=weights)
    np.testing.assert_allclose(mean, expected, rtol=1e-6)
    spread = np.ma.average((seen - expected) ** 2, axis=0, weights=weights)
    np.testing.assert_allclose(variance, spread, rtol=1e-6, atol=1e-9)


def test_in_the_models_units():
    rows = Rows(X[:, :3], fit_scaling(X[:, :3], "standard", images=False))
    mean, variance = moments(rows)
    np.testing.assert_allclose(mean, 0, atol=1e-5)
    np.testing.assert_allclose(variance, 1, rtol=1e-5)


def test_of_sparse_rows():
    x = np.maximum(X, 0)
    for ours, expected in zip(moments(Rows(csr_array(x), Scaling(4))), (x.mean(0), x.var(0)), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-5)
