"""The mixture against scikit-learn's and scipy's."""

import copy

import numpy as np
import pytest
import sklearn.mixture
from scipy.stats import multivariate_normal
from sklearn.preprocessing import StandardScaler

from diabolo import DataError
from diabolo.samplers import GaussianMixture

pytestmark = pytest.mark.jax

RNG = np.random.default_rng(0)
Z = np.concatenate([RNG.normal(size=(200, 3)) @ RNG.normal(size=(3, 3)) + 4 * i for i in range(3)])
Z = Z.astype(np.float32) * [1, 50, 0.01]


def test_densities_are_those_of_scikit_learn():
    mixture = GaussianMixture(3).fit(Z, random_state=0)
    scaler = StandardScaler().fit(Z)
    whitened = scaler.transform(Z)
    seed = np.random.RandomState(0).randint(2**31 - 1)
    theirs = sklearn.mixture.GaussianMixture(3, random_state=seed, max_iter=1000).fit(whitened)
    np.testing.assert_allclose(
        mixture.log_prob(Z),
        theirs.score_samples(whitened) - np.log(scaler.scale_).sum(),
        rtol=1e-3,
        atol=1e-3,
    )


def test_densities_are_the_weighted_sum_of_scipys():
    mixture = GaussianMixture(3).fit(Z, random_state=0)
    weights, means, factors = (mixture.learned_[name] for name in ("weights", "means", "factors"))
    scale, center = mixture.learned_["scale"], mixture.learned_["center"]
    density = sum(
        weight * multivariate_normal(mean, factor @ factor.T).pdf((Z - center) / scale)
        for weight, mean, factor in zip(weights, means, factors, strict=True)
    ) / np.prod(scale)
    np.testing.assert_allclose(mixture.log_prob(Z), np.log(density), rtol=1e-4, atol=1e-4)


def test_each_part_gets_its_share_of_draws():
    far = np.concatenate([RNG.normal(size=(700, 2)), 100 + RNG.normal(size=(300, 2))])
    draws = GaussianMixture(2).fit(far, random_state=0).sample(10_000, random_state=0)
    assert (draws[:, 0] > 50).mean() == pytest.approx(0.3, abs=0.02)


def test_fewer_different_codes_than_parts():
    twice = np.repeat(np.arange(8.0), 5)[:, None]
    with pytest.raises(
        DataError, match=r"needs as many different codes, and these are 8.*GaussianMixture\(1\)"
    ):
        GaussianMixture(10).fit(twice)
    GaussianMixture(8).fit(twice)  # no warning, either


def test_what_is_no_mixture():
    good = GaussianMixture(2).fit(Z, random_state=0)
    upright = good.learned_["factors"].copy()
    upright[0, 0, 2] = 1
    for name, bad, message in (
        ("weights", np.array([0.5, 0.6]), "add up to 1"),
        ("weights", np.array([-0.5, 1.5]), "at least 0"),
        ("factors", -good.learned_["factors"], "above 0 on the diagonal"),
        ("factors", upright, "lower triangular"),
        ("scale", np.zeros(3), "Scales of codes must be above 0"),
    ):
        with pytest.raises(DataError, match=message):
            copy.copy(GaussianMixture(2)).restored({**good.learned_, name: bad})
