"""Random numbers: their distributions against scipy's, and what they follow from."""

import keras
import numpy as np
import pytest
from scipy import stats

from diabolo.noise import NumpyNoise

SHAPE = (200, 100)
DRAWS = {
    "normal": (lambda noise: noise.normal(SHAPE), stats.norm()),
    "uniform": (lambda noise: noise.uniform(SHAPE), stats.uniform()),
}


@pytest.fixture(params=["backend", "numpy"])
def source(request, noise_of):
    """A new source of the same key at every call."""
    if request.param == "backend":
        return noise_of
    return lambda *key: NumpyNoise(np.random.default_rng(key))


def host(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor))


@pytest.mark.parametrize("name", DRAWS)
def test_numbers_have_the_distribution(source, name):
    draw, expected = DRAWS[name]
    numbers = host(draw(source(1, 2)))
    assert numbers.shape == SHAPE
    assert numbers.dtype == np.float32
    assert stats.kstest(numbers.ravel(), expected.cdf).pvalue > 1e-3
    assert abs(np.corrcoef(numbers[:-1].ravel(), numbers[1:].ravel())[0, 1]) < 0.03


@pytest.mark.parametrize("rate", [0.0, 0.4, 3.0, 40.0, 255.0])
def test_counts_have_the_distribution(source, rate):
    counts = host(source(1, 2).poisson(keras.ops.full(SHAPE, rate)))
    assert counts.shape == SHAPE
    assert counts.dtype == np.float32
    np.testing.assert_array_equal(counts, np.round(counts))
    if rate == 0:
        assert not counts.any()
        return
    edges = np.unique(stats.poisson(rate).ppf(np.linspace(0.05, 0.95, 9)))
    cells = np.searchsorted(edges, counts.ravel())
    expected = np.diff(stats.poisson(rate).cdf([-1, *edges, np.inf]))
    observed = np.bincount(cells, minlength=len(expected))
    assert stats.chisquare(observed, expected * counts.size).pvalue > 1e-3


def test_each_count_has_its_own_rate(source):
    rates = np.repeat(np.array([[0.5, 20, 200]], np.float32), 4000, axis=0)
    counts = host(source(3, 4).poisson(keras.ops.convert_to_tensor(rates)))
    np.testing.assert_allclose(counts.mean(axis=0), rates[0], rtol=0.08)
    np.testing.assert_allclose(counts.var(axis=0), rates[0], rtol=0.15)


@pytest.mark.parametrize("draw", [draw for draw, _ in DRAWS.values()], ids=DRAWS)
def test_all_follows_from_the_key(source, draw):
    one, again = source(5, 6), source(5, 6)
    first, second = host(draw(one)), host(draw(one))
    np.testing.assert_array_equal(first, host(draw(again)))
    np.testing.assert_array_equal(second, host(draw(again)))
    others = [host(draw(source(*key))) for key in ((5, 7), (6, 6), (6, 5), (2**31 - 1, 0), (0, 2**31 - 1))]
    for other in (second, *others):
        assert abs(np.corrcoef(first.ravel(), other.ravel())[0, 1]) < 0.03


def test_uniform_numbers_stay_below_one():
    """Rounding to float32 would make 1 of the largest: then masking all would leave some."""

    class Largest:
        def uniform(self, size):
            return np.full(size, np.nextafter(1.0, 0.0))

    assert NumpyNoise(Largest()).uniform((3,)).max() < 1
