"""The importance-weighted bound of a linear Gaussian model, whose log p(x) is known (Burda et al. 2016)."""

import numpy as np
import pytest
from scipy import stats

from diabolo import VariationalAutoencoder
from diabolo.objectives.reconstruction import Reconstruction
from diabolo.objectives.variational import ImportanceWeighted, KLDivergence

pytestmark = pytest.mark.thorough

DRAWS = (1, 4, 16, 64, 256, 1000)


@pytest.fixture(scope="module")
def short(digits):
    """Trained for some epochs, so that the posterior is rough and the bound is loose."""
    return VariationalAutoencoder(3, encoder=(), scale=None, epochs=40, random_state=0).fit(digits)


@pytest.fixture(scope="module")
def exact(short, digits, linear_gaussian):
    W, center, scale = linear_gaussian(short)
    return stats.multivariate_normal(center, W @ W.T + scale**2 * np.eye(64)).logpdf(digits)


def test_the_bound_rises_to_log_p(short, exact, digits):
    gaps = [np.mean(exact - short.log_likelihood(digits, samples=draws)) for draws in DRAWS]
    assert gaps[0] > 0.1
    assert (np.diff(gaps) < 0).all()
    assert -0.002 < gaps[-1] < 0.02


@pytest.mark.parametrize("draws", [1, 5, 300])
def test_the_term_that_is_trained_is_that_bound(short, exact, digits, draws, noise_of):
    """At one draw the evidence bound, with many log p(x); each within what its draws allow."""
    import keras

    from diabolo.latents.gaussian import Gaussian

    road = short._fitted.road._replace(latent=Gaussian(draws=draws))
    x = keras.ops.convert_to_tensor(digits[:200].astype(np.float32))
    weight, epoch, unit = (keras.ops.ones(shape) for shape in ((200,), (), (64,)))

    def bound(term, key):
        pass_ = road.forward(x, unit, None, noise_of(1, key), weight=weight, epoch=epoch)
        return -keras.ops.convert_to_numpy(term(pass_)).astype(np.float64)

    iwae = np.mean([bound(ImportanceWeighted(road.likelihood, draws), key).mean() for key in range(10)])
    if draws == 1:
        parts = Reconstruction(road.likelihood), KLDivergence()
        elbo = np.mean([sum(bound(term, key) for term in parts).mean() for key in range(10)])
        assert iwae == pytest.approx(elbo, abs=0.1)
    else:
        estimates = [
            short.log_likelihood(digits[:200], samples=draws, random_state=seed) for seed in range(10)
        ]
        assert iwae == pytest.approx(np.mean(estimates), abs=0.1)
    assert iwae < exact[:200].mean() + 0.01
