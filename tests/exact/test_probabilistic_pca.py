"""The linear variational autoencoder is probabilistic PCA (Tipping and Bishop 1999, Lucas et al. 2019).

At its optimum q(z | x) is the posterior itself, so the evidence bound is log p(x): 8.9076 nats a row for five
components of the digits, as ``sklearn.decomposition.PCA.score`` says.
"""

import numpy as np
import pytest
from scipy import stats
from sklearn.decomposition import PCA

from diabolo import VariationalAutoencoder


def fit(X, optimizer, **parameters):
    return VariationalAutoencoder(
        5, encoder=(), scale=None, optimizer=optimizer, random_state=0, **parameters
    ).fit(X)


def bound(vae, X, linear_gaussian):
    """E[log p(x | z)] - KL(q(z | x) || p(z)) of a linear model, without a draw."""
    W, center, scale = linear_gaussian(vae)
    mean, std = (part.astype(np.float64) for part in vae.transform(X, return_std=True))
    square = np.sum((X - mean @ W.T - center) ** 2, axis=1) + std**2 @ np.sum(W**2, axis=0)
    log_prob = -0.5 * (X.shape[1] * np.log(2 * np.pi * scale**2) + square / scale**2)
    return np.mean(log_prob - 0.5 * np.sum(mean**2 + std**2 - 1 - 2 * np.log(std), axis=1))


def test_minibatches_reach_it(digits, adam, linear_gaussian):
    exact = PCA(5).fit(digits).score(digits)
    assert exact == pytest.approx(8.9076, abs=5e-5)
    vae = fit(digits, adam(3e-2, 200 * 29), epochs=200)
    assert 0 <= exact - bound(vae, digits, linear_gaussian) < 0.05
    # by eight draws, the same for all rows: what they have of correlation stays
    assert vae.score(digits) == pytest.approx(bound(vae, digits, linear_gaussian), abs=0.15)
    W, center, scale = linear_gaussian(vae)
    marginal = stats.multivariate_normal(center, W @ W.T + scale**2 * np.eye(64)).logpdf(digits)
    assert 0 <= exact - marginal.mean() < 0.05
    np.testing.assert_allclose(vae.log_likelihood(digits, samples=200), marginal, atol=0.15)


@pytest.mark.slow
@pytest.mark.jax
def test_full_batches_settle_on_it(digits, adam, linear_gaussian):
    vae = fit(digits, adam(0.1, 8000), batch_size=len(digits), epochs=8000)
    assert 0 <= PCA(5).fit(digits).score(digits) - bound(vae, digits, linear_gaussian) < 1e-3
