"""The variational autoencoder: what its bounds weigh, and that densities are those of X."""

import numpy as np
import pytest
from sklearn.datasets import load_iris

from diabolo import DataError, ParameterError, VariationalAutoencoder
from diabolo.objectives.schedules import Linear

X = load_iris().data
SMALL = {"encoder": (8,), "epochs": 3, "random_state": 0}
STILL = {"optimizer": "sgd", "learning_rate": 1e-12, "batch_size": 256}  # weights that don't move


def vae(**parameters):
    return VariationalAutoencoder(2, **SMALL | parameters)


@pytest.fixture(scope="module")
def fitted():
    return vae(scale="standard").fit(X)


@pytest.fixture(scope="module")
def tenfold():
    """The same weights, of a model of ten times X."""
    return vae(scale="standard", **STILL).fit(X), vae(scale="standard", **STILL).fit(10 * X)


def test_warm_up_raises_the_weight_of_the_kl():
    warm = vae(beta=3.0, warmup=4, epochs=6, **STILL).fit(X)
    kl = vae(epochs=1, **STILL).fit(X).evaluate(X)["kl"]
    np.testing.assert_allclose(warm.history_["kl"], kl * 3 * np.minimum(np.arange(6) / 4, 1), rtol=1e-3)
    assert warm.evaluate(X)["kl"] == pytest.approx(3 * kl, rel=1e-4)  # as it is in the end


def test_capacity_is_what_the_kl_is_drawn_to():
    mean, std = vae(epochs=1, **STILL).fit(X).transform(X, return_std=True)
    of_rows = 0.5 * (mean**2 + std**2 - 1 - 2 * np.log(std)).sum(axis=1)
    drawn = vae(beta=2.0, capacity=Linear(0, 5, 2), epochs=3, **STILL).fit(X)
    expected = [2 * np.abs(of_rows - capacity).mean() for capacity in (0, 2.5, 5)]
    np.testing.assert_allclose(drawn.history_["kl"], expected, rtol=1e-3)


def test_score_has_weight_one_whatever_training_weighs():
    plain, weighed = (vae(**setting, **STILL).fit(X) for setting in ({}, {"beta": 5.0, "capacity": 2.0}))
    np.testing.assert_allclose(plain.score_samples(X), weighed.score_samples(X), rtol=1e-4)
    terms = plain.evaluate(X)
    volume = X.shape[1] * np.log(plain._fitted.scaling.unit[0])
    assert terms["elbo"] == pytest.approx(-terms["loss"] - volume, rel=1e-4)
    assert plain.score(X) == pytest.approx(terms["elbo"])


def test_densities_are_those_of_x(tenfold):
    """Of 10 X they are 10^-d times as high."""
    once, ten = tenfold
    np.testing.assert_allclose(ten.transform(10 * X), once.transform(X), atol=1e-4)
    shift = X.shape[1] * np.log(10)
    for method in ("log_likelihood", "score_samples"):
        densities = getattr(once, method)(X)
        np.testing.assert_allclose(getattr(ten, method)(10 * X), densities - shift, atol=2e-3)


def test_gaps_take_their_part_of_the_density(tenfold):
    once, ten = tenfold
    gappy = np.where(np.random.default_rng(0).random(X.shape) < 0.2, np.nan, X)
    gappy[:, 0] = X[:, 0]
    observed = (~np.isnan(gappy)).sum(axis=1)
    difference = once.log_likelihood(gappy) - ten.log_likelihood(10 * gappy)
    np.testing.assert_allclose(difference, observed * np.log(10), atol=5e-3)
    assert np.isfinite(once.score_samples(gappy)).all()


def test_log_likelihood_rises_with_samples(fitted):
    few, many = (fitted.log_likelihood(X, samples=n).mean() for n in (1, 300))
    assert few < many
    assert fitted.score(X) < many + 0.05
    np.testing.assert_array_equal(fitted.log_likelihood(X, samples=5), fitted.log_likelihood(X, samples=5))
    assert (fitted.log_likelihood(X, samples=5) != fitted.log_likelihood(X, samples=5, random_state=1)).all()


def test_codes_are_means_beside_deviations(fitted):
    mean, std = fitted.transform(X, return_std=True)
    np.testing.assert_allclose(mean, fitted.transform(X), rtol=1e-6)
    assert std.shape == mean.shape == (150, 2)
    assert (std > 0).all()


@pytest.mark.parametrize("prior", ["normal", pytest.param("vamp", marks=pytest.mark.slow)])
def test_samples_are_rows(prior):
    made = vae(prior=prior, n_pseudo_inputs=30 if prior == "vamp" else 500, epochs=40).fit(X)
    for noisy in (False, True):
        rows = made.sample(1500, observation_noise=noisy, random_state=0)
        assert rows.shape == (1500, 4)
        np.testing.assert_array_equal(
            rows[:7], made.sample(1500, observation_noise=noisy, random_state=0)[:7]
        )
        assert np.abs(rows.mean(axis=0) - X.mean(axis=0)).max() < 1
    clean, noisy = (made.sample(1500, observation_noise=n, random_state=0) for n in (False, True))
    scale = made._fitted.scaling.unit * (1e-3 + np.exp(made._fitted.road.learned["log_scale"].numpy()))
    np.testing.assert_allclose((noisy - clean).std(axis=0), scale, rtol=0.15)


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"likelihood": "mse"}, "likelihood='mse' has no units to be weighed against nats"),
        ({"bound": "iwae", "capacity": 2.0}, "capacity=2.0 has no effect with bound='iwae'"),
        ({"beta": Linear(0, 1, 2), "warmup": 2}, "warmup=2 has no effect beside a beta that is a schedule"),
        ({"n_pseudo_inputs": 9}, "n_pseudo_inputs=9 has no effect without prior='vamp'"),
        ({"code_activation": "tanh"}, "code_activation='tanh' has no effect in a variational"),
        ({"warmup": 10, "epochs": 4}, "the weight of 'kl', .* takes 10 epochs, and training ends after 4"),
    ],
)
def test_parameters_that_contradict_each_other(parameters, says):
    with pytest.raises(ParameterError, match=says):
        vae(**parameters).fit(X)


@pytest.mark.parametrize(
    ("name", "value"), [("beta", -1.0), ("samples", 0), ("bound", "vae"), ("prior", "x"), ("capacity", -1)]
)
def test_parameters_out_of_range(name, value):
    with pytest.raises(ValueError, match=f"The '{name}' parameter of VariationalAutoencoder must be"):
        vae(**{name: value}).fit(X)


def test_what_has_no_density_is_refused(fitted):
    grey = np.random.default_rng(0).random((20, 4))
    binary = vae(likelihood="bernoulli").fit(grey)
    with pytest.raises(DataError, match="gives probabilities of zeros and ones alone"):
        binary.log_likelihood(grey)
    assert (binary.log_likelihood(np.round(grey)) < 0).all()
    with pytest.raises(ParameterError, match="samples must be a whole number of at least 1; got 0"):
        fitted.log_likelihood(X, samples=0)
