"""Codes drawn from normal distributions, and the priors that they are compared with."""

import keras
import numpy as np
import pytest
from scipy import special, stats

from diabolo import Dense, ParameterError
from diabolo.data.rows import Rows
from diabolo.data.scaling import Scaling
from diabolo.latents.gaussian import Gaussian, Normal
from diabolo.latents.priors import Prior, StandardNormal, VampPrior

RNG = np.random.default_rng(0)
MEAN, LOG_VARIANCE = RNG.normal(size=(2, 7, 3))
STD = np.exp(LOG_VARIANCE / 2)
Z = RNG.normal(size=(4, 7, 3)) * 2


def host(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor), np.float64)


def tensor(x):
    return keras.ops.convert_to_tensor(np.array(x, np.float32))


POSTERIOR = Normal(tensor(MEAN), tensor(LOG_VARIANCE))
OUTPUT = tensor(np.concatenate([MEAN, LOG_VARIANCE], axis=1))


def drawn(n):
    """Codes of every row, by NumPy: (n, 7, 3)"""
    return MEAN + STD * np.random.default_rng(1).normal(size=(n, 7, 3))


def assert_mean(values, expected):
    """Of draws along the first axis, within four and a half standard errors."""
    error = values.std(axis=0) / np.sqrt(len(values))
    np.testing.assert_array_less(np.abs(values.mean(axis=0) - expected), 4.5 * error)


# -- the posterior -------------------------------------------------------------------------------------------


def test_log_prob_is_that_of_scipy():
    np.testing.assert_allclose(host(POSTERIOR.std), STD, rtol=1e-6)
    expected = stats.norm(MEAN, STD).logpdf(Z).sum(axis=-1)
    np.testing.assert_allclose(host(POSTERIOR.log_prob(tensor(Z))), expected, rtol=1e-5)


def test_the_encoder_gives_mean_and_log_variance():
    latent = Gaussian()
    assert latent.width(3) == 6
    np.testing.assert_allclose(host(latent.code(OUTPUT)), MEAN, rtol=1e-6)
    for ours, expected in zip(latent.posterior(OUTPUT), (MEAN, LOG_VARIANCE), strict=True):
        np.testing.assert_allclose(host(ours), expected, rtol=1e-6)


@pytest.mark.parametrize("log_variance", [-1e4, 1e4])
def test_variances_stay_finite(log_variance):
    posterior = Gaussian().posterior(tensor([[0.0, log_variance]]))
    for value in (posterior.std, posterior.log_prob(tensor([[[1.0]]])), 1 / posterior.std):
        assert np.isfinite(host(value)).all()
    assert np.isfinite(host(StandardNormal().kl(posterior, None, None))).all()


def test_training_draws_from_the_posterior(noise_of):
    encoded = Gaussian(draws=20_000).encoded(OUTPUT, noise_of(1, 2), {}, tensor(np.ones(7)))
    np.testing.assert_allclose(host(encoded.code), MEAN, rtol=1e-6)
    standard = (host(encoded.z) - MEAN) / STD
    for number in standard.reshape(20_000, -1).T:
        assert stats.kstest(number, stats.norm.cdf).pvalue > 1e-4
    correlation = np.corrcoef(standard.reshape(20_000, -1).T)
    assert np.abs(correlation - np.eye(21)).max() < 0.04  # rows and components are independent


@pytest.mark.parametrize("draws", [1, 2, 3, 5, 9, 100])
def test_evaluation_draws_a_fixed_set_for_all_rows(draws, noise_of):
    latent = Gaussian(draws=draws)
    standard = (host(latent.encoded(OUTPUT, noise_of(1, 2), {}, None).z) - MEAN) / STD
    n = len(standard)
    assert n == latent.evaluation_draws >= 8
    assert n % draws == n % 2 == 0
    np.testing.assert_allclose(standard, np.broadcast_to(standard[:, :1], standard.shape), atol=1e-5)
    np.testing.assert_allclose(standard[: n // 2], -standard[n // 2 :], atol=1e-5)
    np.testing.assert_allclose((standard**2).mean(axis=0), 1, rtol=1e-5)
    assert len(np.unique(np.round(standard[:, 0, 0], 5))) == n


@pytest.mark.parametrize("draws", [0, -1, 1.5, True])
def test_draws_are_counted(draws):
    with pytest.raises(ParameterError, match="draws must be a whole number of at least 1"):
        Gaussian(draws=draws)


# -- the standard normal prior -------------------------------------------------------------------------------


def test_standard_normal():
    expected = stats.norm.logpdf(Z).sum(axis=-1)
    np.testing.assert_allclose(host(StandardNormal().log_prob(tensor(Z), None)), expected, rtol=1e-5)


def test_kl_in_closed_form_is_that_of_monte_carlo():
    z = drawn(100_000)
    ratio = (stats.norm(MEAN, STD).logpdf(z) - stats.norm.logpdf(z)).sum(axis=-1)
    assert_mean(ratio, host(StandardNormal().kl(POSTERIOR, None, None)))


def test_kl_of_the_prior_itself_is_nothing():
    same = Normal(tensor(np.zeros((2, 3))), tensor(np.zeros((2, 3))))
    np.testing.assert_array_equal(host(StandardNormal().kl(same, None, None)), 0)


def test_kl_by_draws_is_that_in_closed_form():
    z = tensor(drawn(4000))
    ratio = host(POSTERIOR.log_prob(z) - StandardNormal().log_prob(z, None))
    assert_mean(ratio, host(StandardNormal().kl(POSTERIOR, None, None)))
    np.testing.assert_allclose(
        host(Prior.kl(StandardNormal(), POSTERIOR, z, None)), ratio.mean(axis=0), rtol=1e-4
    )


def test_standard_normal_samples(noise_of):
    codes = host(StandardNormal().sample(5000, 3, None, noise_of(1, 2)))
    for component in codes.T:
        assert stats.kstest(component, stats.norm.cdf).pvalue > 1e-4


# -- the VampPrior -------------------------------------------------------------------------------------------

PSEUDO_INPUTS = RNG.normal(size=(50, 6))


@pytest.fixture(scope="module")
def vamp(road_of):
    """A prior, the road that holds its rows, and the mixture's means and standard deviations by scipy."""
    road = road_of(Dense((5,), "tanh"), Gaussian(VampPrior(50)))
    road.learned["pseudo_inputs"].assign(PSEUDO_INPUTS)
    output = road.encoder.predict(PSEUDO_INPUTS.astype(np.float32), verbose=0).astype(np.float64)
    return road.latent.prior, road, output[:, :3], np.exp(output[:, 3:] / 2)


def log_mixture(z, mean, std):
    of_each = stats.norm(mean, std).logpdf(z[..., None, :]).sum(axis=-1)
    return special.logsumexp(of_each, axis=-1) - np.log(len(mean))


def test_vamp_prior_is_a_mixture(vamp):
    prior, road, mean, std = vamp
    ours = host(prior.log_prob(tensor(Z), road))
    assert ours.shape == (4, 7)
    np.testing.assert_allclose(ours, log_mixture(Z, mean, std), rtol=1e-4, atol=1e-4)


def test_vamp_prior_of_narrow_components(road_of):
    """Standard deviations near 0.02, as of a decoder that tells rows well apart."""
    narrow = road_of(Dense((5,), "tanh"), Gaussian(VampPrior(50)))
    narrow.learned["pseudo_inputs"].assign(PSEUDO_INPUTS)
    kernel, bias = narrow.encoder.layers[-1].get_weights()
    narrow.encoder.layers[-1].set_weights([kernel, np.where(np.arange(6) < 3, bias, bias - 8)])
    output = narrow.encoder.predict(PSEUDO_INPUTS.astype(np.float32), verbose=0).astype(np.float64)
    mean, std = output[:, :3], np.exp(output[:, 3:] / 2)
    z = mean[:10] + std[:10]
    ours = host(VampPrior(50).log_prob(tensor(z)[None], narrow))[0]
    np.testing.assert_allclose(ours, log_mixture(z, mean, std), atol=2e-3)


@pytest.mark.slow
def test_kl_to_the_vamp_prior_is_that_of_monte_carlo(vamp):
    prior, road, mean, std = vamp
    z = drawn(20_000)
    ratio = stats.norm(MEAN, STD).logpdf(z).sum(axis=-1) - log_mixture(z, mean, std)
    assert_mean(ratio, host(prior.kl(POSTERIOR, tensor(z), road)))


def test_vamp_prior_samples_from_the_mixture(vamp, noise_of):
    prior, road, mean, std = vamp
    codes = host(prior.sample(40_000, 3, road, noise_of(1, 2)))
    np.testing.assert_allclose(codes.mean(axis=0), mean.mean(axis=0), atol=0.05)
    expected = np.cov(mean.T, bias=True) + np.diag((std**2).mean(axis=0))
    np.testing.assert_allclose(np.cov(codes.T), expected, atol=0.1 * expected.max())


@pytest.mark.parametrize("n", [4, 30])
def test_pseudo_inputs_begin_as_rows(n):
    x = RNG.normal(size=(9, 6)).astype(np.float32)
    x[0, 0] = np.nan
    fill = np.full(6, 5, np.float32)
    start = VampPrior(n).start(Rows(x, Scaling(6), fill=fill), np.random.default_rng(0))
    assert {name: value.shape for name, value in start.items()} == VampPrior(n).shapes(6)
    filled = np.where(np.isnan(x), fill, x)
    found = [np.flatnonzero((filled == row).all(axis=1)) for row in start["pseudo_inputs"]]
    assert [len(which) for which in found] == [1] * n
    assert len(np.unique(found)) == n or n > 9


def test_pseudo_inputs_are_counted():
    with pytest.raises(ParameterError, match="n_pseudo_inputs must be a whole number of at least 1"):
        VampPrior(0)
