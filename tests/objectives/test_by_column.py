"""Likelihoods of tables, column by column, against scipy.stats and scikit-learn."""

import keras
import numpy as np
import pytest
from scipy import integrate, special, stats
from sklearn.metrics import log_loss

from diabolo import ParameterError, likelihoods
from diabolo.data.layout import BOOLEAN, NUMBER, Layout
from diabolo.data.robust import TAIL, Robust, fit_robust
from diabolo.data.rows import Rows
from diabolo.data.spread import spreads
from diabolo.objectives.likelihoods.base import log_of_unit
from diabolo.objectives.likelihoods.by_column import ByColumn, of_table

LAYOUT = Layout((3, NUMBER, BOOLEAN, NUMBER, 2))  # a category of 3, a number, a truth value, ...
RNG = np.random.default_rng(0)
N = 30
X = np.c_[
    RNG.integers(1, 4, N),
    RNG.normal(size=N),
    RNG.choice([-1, 1], N),
    RNG.normal(size=N),
    RNG.integers(1, 3, N),
].astype(np.float32)
DECODED = RNG.normal(size=(2, N, LAYOUT.n_decoded)).astype(np.float32)  # of two draws
SCALES = np.array([0.5, 2.0])


def host(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor), np.float64)


def tensor(x):
    return keras.ops.convert_to_tensor(np.array(x, np.float32))


def learned(**values):
    return {name: keras.Variable(np.asarray(value, np.float32)) for name, value in values.items()}


KNOWN = learned(log_scale=np.log(SCALES - 0.001), spread=[1.1, 2, 0.7, 0.5, 0.6])


def log_softmax(logits):
    logits = logits.astype(np.float64)
    return logits - np.log(np.exp(logits).sum(-1, keepdims=True))


def expected():
    """log p of each column: (2, N, 5). Decoded are two numbers, a logit, three and two logits."""
    d = DECODED.astype(np.float64)
    out = np.empty((2, N, 5))
    out[..., 1] = stats.norm(d[..., 0], SCALES[0]).logpdf(X[:, 1])
    out[..., 3] = stats.norm(d[..., 1], SCALES[1]).logpdf(X[:, 3])
    out[..., 2] = stats.bernoulli(1 / (1 + np.exp(-d[..., 2]))).logpmf(X[:, 2] > 0)
    rows = np.arange(N)
    out[..., 0] = log_softmax(DECODED[..., 3:6])[:, rows, X[:, 0].astype(int) - 1]
    out[..., 4] = log_softmax(DECODED[..., 6:8])[:, rows, X[:, 4].astype(int) - 1]
    return out


def test_each_column_has_its_own_density():
    table = of_table(likelihoods.Gaussian(), LAYOUT)
    np.testing.assert_allclose(
        host(table.log_prob(tensor(X), tensor(DECODED), KNOWN)), expected(), rtol=1e-4, atol=1e-5
    )
    observed = (RNG.random(X.shape) < 0.7).astype(np.float32)
    loss = host(table.loss(tensor(X), tensor(DECODED), tensor(observed), KNOWN))
    np.testing.assert_allclose(loss, -(expected() * observed).sum(-1), rtol=1e-4)


def test_what_is_unexplained():
    """Against scikit-learn's log_loss, and the squared error over the variance."""
    spread = host(KNOWN["spread"].value)
    for table in (of_table(likelihoods.MeanSquaredError(), LAYOUT), of_table(likelihoods.Laplace(), LAYOUT)):
        for place, decoded in ((1, 0), (3, 1)):
            found = one_column(table, place)
            np.testing.assert_allclose(
                found, np.square(X[:, place] - DECODED[0, :, decoded]) / spread[place], rtol=1e-4
            )
        p = np.exp(log_softmax(DECODED[0, :, 3:6]))
        by_sklearn = [log_loss([x], [row], labels=[1, 2, 3]) for x, row in zip(X[:, 0], p, strict=True)]
        np.testing.assert_allclose(one_column(table, 0), np.array(by_sklearn) / spread[0], rtol=1e-4)


def one_column(table, place):
    observed = np.zeros_like(X)
    observed[:, place] = 1
    return host(table.unexplained(tensor(X), tensor(DECODED[0]), tensor(observed), KNOWN))


def test_the_loss_of_mse_is_the_mean_of_what_is_unexplained():
    table = of_table(likelihoods.MeanSquaredError(), LAYOUT)
    loss = host(table.loss(tensor(X), tensor(DECODED[0]), None, KNOWN))
    np.testing.assert_allclose(loss, np.mean([one_column(table, j) for j in range(5)], axis=0), rtol=1e-4)


@pytest.mark.parametrize("likelihood", [likelihoods.Gaussian(), likelihoods.Laplace()])
def test_the_density_is_one_of_x_in_its_tail_too(likelihood):
    """It integrates to 1 over the units of X, beyond where the scaling takes logarithms."""
    layout = Layout((NUMBER,))
    grid = np.linspace(-4000, 4000, 2_000_001)[:, None]
    scaling = Robust(1, np.array([3.0]), np.array([2.0]), np.array([-9e9]), np.array([9e9]), np.array([True]))
    table = of_table(likelihood, layout)
    known = learned(log_scale=[np.log(1.5)])
    log_prob = table.log_prob(tensor(scaling.apply(grid)), tensor([[TAIL - 1]]), known)
    volume = host(log_of_unit(table, tensor(scaling.unit), None))
    total = integrate.trapezoid(np.exp(host(log_prob)[:, 0] - volume), grid[:, 0])
    assert total == pytest.approx(1, abs=5e-3)


def test_means_are_the_likeliest_values():
    mean = host(of_table(likelihoods.MeanSquaredError(), LAYOUT).mean(tensor(DECODED)))
    np.testing.assert_array_equal(mean[..., [1, 3]], DECODED[..., :2])
    np.testing.assert_array_equal(mean[..., 2], np.where(DECODED[..., 2] > 0, 1, -1))
    np.testing.assert_array_equal(mean[..., 0], DECODED[..., 3:6].argmax(-1) + 1)
    np.testing.assert_array_equal(mean[..., 4], DECODED[..., 6:8].argmax(-1) + 1)


def test_shares_are_means_and_probabilities():
    shares = host(of_table(likelihoods.MeanSquaredError(), LAYOUT).shares(tensor(DECODED)))
    np.testing.assert_array_equal(shares[..., :2], DECODED[..., :2])
    np.testing.assert_allclose(shares[..., 2], special.expit(DECODED[..., 2]), rtol=1e-5)
    np.testing.assert_allclose(shares[..., 3:6], special.softmax(DECODED[..., 3:6], axis=-1), rtol=1e-5)
    np.testing.assert_allclose(shares[..., 6:], special.softmax(DECODED[..., 6:], axis=-1), rtol=1e-5)


@pytest.mark.slow
def test_draws_have_the_distribution(noise_of):
    table = of_table(likelihoods.Gaussian(), LAYOUT)
    one = DECODED[0, 0]
    drawn = host(table.sample(tensor(np.tile(one, (20_000, 1))), KNOWN, noise_of(1, 2)))
    assert stats.kstest(drawn[:, 1], stats.norm(one[0], SCALES[0]).cdf).pvalue > 1e-3
    assert (drawn[:, 2] > 0).mean() == pytest.approx(1 / (1 + np.exp(-one[2])), abs=0.02)
    shares = [(drawn[:, 0] == level).mean() for level in (1, 2, 3)]
    np.testing.assert_allclose(shares, np.exp(log_softmax(one[3:6])), atol=0.02)


def test_a_table_without_numbers(noise_of):
    table = of_table(likelihoods.Gaussian(), Layout((2, BOOLEAN)))
    x, decoded = tensor([[1, -1], [2, 1]]), tensor([[0.3, 0, 1], [0.3, 0, 1]])
    p = stats.bernoulli(1 / (1 + np.exp(-0.3))).logpmf([0, 1]) + log_softmax(np.array([0, 1.0]))
    np.testing.assert_allclose(host(table.loss(x, decoded, None, {})), -p, rtol=1e-5)
    assert table.sample(decoded, {}, noise_of(1, 2)).shape == (2, 2)
    assert table.shapes(2) == {}


def test_spreads_are_variances_and_entropies():
    X = np.c_[np.repeat([1, 2, 3], [5, 3, 2]), np.arange(10.0), np.repeat([-1, 1], [9, 1]), np.ones(10)]
    X = np.vstack([X, np.full((3, 4), np.nan)])
    layout = Layout((3, NUMBER, BOOLEAN, NUMBER))
    weights = np.r_[np.ones(10), np.ones(3)]
    scaling = fit_robust(X, layout, weights)
    found = spreads(Rows(X, scaling, weights), layout)
    scaled = scaling.apply(X[:10])
    want = [stats.entropy([5, 3, 2]), scaled[:, 1].var(), stats.entropy([9, 1]), 1]
    np.testing.assert_allclose(found, want, rtol=1e-5)


def test_what_is_no_likelihood_of_numbers_is_refused():
    with pytest.raises(ParameterError, match="likelihood of a table is that of its numbers, 'mse', 'gauss"):
        of_table(likelihoods.Bernoulli(), LAYOUT)
    assert of_table(likelihoods.DiagonalGaussian(), LAYOUT) == of_table(likelihoods.Gaussian(), LAYOUT)
    assert isinstance(of_table(likelihoods.MeanSquaredError(), LAYOUT), ByColumn)
