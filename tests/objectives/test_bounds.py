"""Reconstruction, evidence bound and importance-weighted bound, against NumPy and scipy, from fixed codes."""

import keras
import numpy as np
import pytest
from scipy import special, stats
from sklearn.metrics import mean_squared_error

from diabolo import likelihoods
from diabolo.latents.gaussian import Gaussian, Normal
from diabolo.objectives.passes import Objective, Pass
from diabolo.objectives.reconstruction import LogLikelihoodOfX, MeanSquaredErrorOfX, Reconstruction
from diabolo.objectives.schedules import Linear
from diabolo.objectives.variational import Bound, ImportanceWeighted, KLDivergence

RNG = np.random.default_rng(0)
X, X_HAT = RNG.normal(size=(2, 6, 5))
MEAN, LOG_VARIANCE = RNG.normal(size=(2, 6, 3))
STD = np.exp(LOG_VARIANCE / 2)
Z, DECODED = RNG.normal(size=(4, 6, 3)), RNG.normal(size=(4, 6, 5))  # of four draws
UNIT = np.array([1.0, 2, 3, 4, 5])
OBSERVED = np.where(np.arange(30).reshape(6, 5) % 4 == 1, 0.0, 1.0)
FIXED = likelihoods.FixedGaussian(0.8)
MSE = likelihoods.MeanSquaredError()


def host(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor), np.float64)


def tensor(x):
    return keras.ops.convert_to_tensor(np.array(x, np.float32))


class Beside:
    """What stands beside the pass: the latent, and nothing learned or remembered."""

    latent = Gaussian()
    learned: dict = {}  # noqa: RUF012
    memory: dict = {}  # noqa: RUF012


def passed(**changes):
    arrays = {"x": X, "code": MEAN, "x_hat": X_HAT, "unit": UNIT, "z": Z, "decoded": DECODED} | changes
    given = {name: None if array is None else tensor(array) for name, array in arrays.items()}
    return Pass(**given, posterior=Normal(tensor(MEAN), tensor(LOG_VARIANCE)), road=Beside())


KL = (0.5 * (MEAN**2 + STD**2 - 1 - LOG_VARIANCE)).sum(axis=1)
LOG_P = stats.norm(DECODED, 0.8).logpdf(X)  # (4, 6, 5)
LOG_RATIO = (stats.norm.logpdf(Z) - stats.norm(MEAN, STD).logpdf(Z)).sum(axis=-1)  # (4, 6)


@pytest.mark.parametrize("observed", [None, OBSERVED], ids=["whole", "gaps"])
def test_reconstruction_is_the_mean_over_draws(observed):
    nats = host(Reconstruction(FIXED)(passed(observed=observed)))
    seen = np.ones_like(X) if observed is None else observed
    np.testing.assert_allclose(nats, -(LOG_P * seen).sum(axis=-1).mean(axis=0), rtol=1e-5)
    errors = host(Reconstruction(MSE)(passed(observed=observed, z=MEAN, decoded=X_HAT)))
    expected = [mean_squared_error(*row, sample_weight=w) for *row, w in zip(X, X_HAT, seen, strict=True)]
    np.testing.assert_allclose(errors, expected, rtol=1e-5)


@pytest.mark.parametrize("observed", [None, OBSERVED], ids=["whole", "gaps"])
def test_figures_are_in_the_units_of_x(observed):
    seen = np.ones_like(X) if observed is None else observed
    expected = np.average((UNIT * (X - X_HAT)) ** 2, axis=1, weights=seen)
    np.testing.assert_allclose(host(MeanSquaredErrorOfX()(passed(observed=observed))), expected, rtol=1e-5)
    of_point = passed(observed=observed, z=MEAN, decoded=X_HAT)
    density = stats.norm(UNIT * X_HAT, UNIT * 0.8).logpdf(UNIT * X)  # of X itself
    np.testing.assert_allclose(
        host(LogLikelihoodOfX(FIXED)(of_point)), (density * seen).sum(axis=1), rtol=1e-5
    )


@pytest.mark.parametrize(
    ("term", "epoch", "expected"),
    [
        (KLDivergence(), None, KL),
        (KLDivergence(3.0), 1.0, 3 * KL),
        (KLDivergence(Linear(0, 4, 8)), 2.0, KL),
        (KLDivergence(Linear(0, 4, 8)), None, 4 * KL),
        (KLDivergence(2.0, 1.5), None, 2 * np.abs(KL - 1.5)),
        (KLDivergence(2.0, Linear(0, 8, 4)), 1.0, 2 * np.abs(KL - 2)),
        (KLDivergence(2.0, Linear(0, 8, 4)), None, 2 * np.abs(KL - 8)),
    ],
)
def test_kl_with_weight_and_capacity(term, epoch, expected):
    np.testing.assert_allclose(host(term(passed(epoch=epoch))), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("weight", [1.0, 0.0, 2.5])
@pytest.mark.parametrize("draws", [1, 2, 4])
def test_importance_weighted(draws, weight):
    """Of four draws as groups of one, two and four: the mean over groups of each one's bound."""
    log_w = LOG_P.sum(axis=-1) + weight * LOG_RATIO
    groups = log_w.reshape(-1, draws, 6)
    expected = -(special.logsumexp(groups, axis=1) - np.log(draws)).mean(axis=0)
    np.testing.assert_allclose(
        host(ImportanceWeighted(FIXED, draws, weight)(passed())), expected, rtol=1e-5, atol=2e-5
    )


def test_importance_weights_far_apart_stay_finite():
    far = passed(decoded=DECODED + np.array([0, 1e3, 2e3, 3e3])[:, None, None])
    assert np.isfinite(host(ImportanceWeighted(FIXED, 4)(far))).all()


@pytest.mark.parametrize("observed", [None, OBSERVED], ids=["whole", "gaps"])
def test_the_bound_is_a_density_of_x(observed):
    seen = np.ones_like(X) if observed is None else observed
    elbo = (LOG_P * seen).sum(axis=-1).mean(axis=0) - KL - (seen * np.log(UNIT)).sum(axis=1)
    bound = Bound(FIXED, (Reconstruction(FIXED), KLDivergence()))
    np.testing.assert_allclose(host(bound(passed(observed=observed))), elbo, rtol=1e-5, atol=1e-5)


def test_parts_add_up_to_the_loss():
    objective = Objective((Reconstruction(FIXED), KLDivergence(2.0)), (MeanSquaredErrorOfX(),))
    assert objective.names == ("loss", "reconstruction", "kl", "mse")
    loss, columns = (host(part) for part in objective(passed()))
    np.testing.assert_array_equal(columns[0], loss)
    np.testing.assert_allclose(loss, columns[1] + columns[2], rtol=1e-6)
    np.testing.assert_allclose(columns[2], 2 * KL, rtol=1e-5)
