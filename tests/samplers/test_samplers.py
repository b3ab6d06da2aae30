"""What holds of every sampler: densities and draws agree, and nothing depends on more than it says."""

import copy
import pickle

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.exceptions import NotFittedError

from diabolo import DataError, ParameterError, samplers

pytestmark = pytest.mark.thorough

RNG = np.random.default_rng(0)
TWISTED = RNG.normal(size=(600, 2)) @ [[1, 0.8], [0, 0.3]] * [100, 0.1] + [5, -40]
TWO_HUMPS = np.where(RNG.random(600) < 0.3, RNG.normal(-3, 0.5, 600), RNG.normal(2, 1, 600))[:, None]
SMALL_FLOW = samplers.MaskedAutoregressiveFlow(2, (16,), n_parts=3, steps=400, learning_rate=3e-3)

SAMPLERS = [samplers.GaussianMixture(3), SMALL_FLOW]
of_every_sampler = pytest.mark.parametrize("sampler", SAMPLERS, ids=lambda s: type(s).__name__)
of_every_name = pytest.mark.parametrize("name", samplers.NAMED)


_FITTED = {}


def fitted(sampler, Z):
    """Fitted once for all tests, none of which changes it."""
    key = sampler, Z.tobytes()
    if key not in _FITTED:
        _FITTED[key] = copy.copy(sampler).fit(Z, random_state=0)
    return _FITTED[key]


def grid_around(Z, n):
    """Even cells far beyond the codes: their centres (cells, n_components), and the volume of one."""
    center, reach = Z.mean(axis=0), 8 * Z.std(axis=0)
    lines = [np.linspace(c - r, c + r, n) for c, r in zip(center, reach, strict=True)]
    cells = np.stack([plane.ravel() for plane in np.meshgrid(*lines)], axis=1)
    return cells, np.prod([line[1] - line[0] for line in lines])


@of_every_sampler
@pytest.mark.parametrize(("Z", "n"), [(TWO_HUMPS, 4000), (TWISTED, 400)], ids=["one", "two"])
def test_densities_integrate_to_one(sampler, Z, n):
    cells, volume = grid_around(Z, n)
    assert np.exp(fitted(sampler, Z).log_prob(cells)).sum() * volume == pytest.approx(1, abs=2e-3)


@of_every_sampler
@pytest.mark.parametrize("Z", [TWO_HUMPS, TWISTED], ids=["one", "two"])
def test_draws_have_the_moments_of_the_codes(sampler, Z):
    draws = fitted(sampler, Z).sample(5000, random_state=0)
    assert draws.shape == (5000, Z.shape[1])
    assert draws.dtype == np.float32
    spread = Z.std(axis=0)
    np.testing.assert_allclose(draws.mean(axis=0) / spread, Z.mean(axis=0) / spread, atol=0.2)
    np.testing.assert_allclose(np.cov(draws.T), np.cov(Z.T), rtol=0.3)


@of_every_sampler
def test_draws_are_those_of_the_density(sampler):
    """The mean log-density of draws is minus the entropy, as the grid gives it."""
    sampler = fitted(sampler, TWO_HUMPS)
    cells, volume = grid_around(TWO_HUMPS, 4000)
    log_prob = sampler.log_prob(cells)
    of_draws = sampler.log_prob(sampler.sample(20_000, random_state=0)).mean()
    assert of_draws == pytest.approx((np.exp(log_prob) * log_prob).sum() * volume, abs=0.03)


@of_every_sampler
def test_two_humps_are_two(sampler):
    draws = fitted(sampler, TWO_HUMPS).sample(5000, random_state=0)
    assert (draws < -1).mean() == pytest.approx((TWO_HUMPS < -1).mean(), abs=0.04)
    assert fitted(sampler, TWO_HUMPS).log_prob([[-1.0]]) < fitted(sampler, TWO_HUMPS).log_prob([[-3.0]]) - 1


@pytest.mark.parametrize(
    "sampler",
    [
        samplers.GaussianMixture(1),
        samplers.MaskedAutoregressiveFlow(2, (32,), n_parts=1, steps=2000, learning_rate=3e-3),
    ],
    ids=["mixture", "flow"],
)
def test_a_known_normal_distribution_is_found(sampler):
    truth = multivariate_normal([1, -2, 3], np.array([[4, 1, 0.5], [1, 2, -0.3], [0.5, -0.3, 1]]))
    train, test = truth.rvs(4000, random_state=0), truth.rvs(500, random_state=1)
    found = fitted(sampler, train).log_prob(test)
    # The mean difference is the divergence, in nats.
    assert 0 <= (truth.logpdf(test) - found).mean() < 0.03
    assert np.corrcoef(found, truth.logpdf(test))[0, 1] > 0.98


@of_every_sampler
def test_units_of_the_codes_are_undone(sampler):
    """p(c z) dz = p(z) dz / c, and draws grow by c."""
    plain, scaled = fitted(sampler, TWISTED), fitted(sampler, TWISTED * 1024)
    shift = TWISTED.shape[1] * np.log(1024)
    np.testing.assert_allclose(scaled.log_prob(TWISTED * 1024), plain.log_prob(TWISTED) - shift, atol=1e-3)
    draws = [each.sample(50, random_state=0) for each in (plain, scaled)]
    np.testing.assert_allclose(draws[1], draws[0] * 1024, rtol=1e-3)


@of_every_sampler
def test_codes_of_which_some_are_alike(sampler):
    """Silent units: a column of one number, and columns half of zeros."""
    Z = np.maximum(RNG.normal(size=(400, 4)), 0)
    Z[:, 2] = 7
    sampler = fitted(sampler, Z)
    draws = sampler.sample(500, random_state=0)
    assert np.isfinite(sampler.log_prob(Z)).all()
    off = np.abs(draws[:, 2] - 7)
    assert np.quantile(off, 0.99) < 0.1
    assert off.max() < 1  # a density learned by steps has tails, another one on every machine
    assert np.abs(draws[:, :2]).max() < 3 * Z[:, :2].max()


# -- seeds, copies, errors -------------------------------------------------------------------------------


@of_every_sampler
def test_the_same_seed_gives_the_same(sampler):
    one, again = fitted(sampler, TWISTED), copy.copy(sampler).fit(TWISTED, random_state=0)
    for name, value in one.learned_.items():
        np.testing.assert_array_equal(value, again.learned_[name])
    np.testing.assert_array_equal(one.sample(9, random_state=1), again.sample(9, random_state=1))
    assert not np.array_equal(one.sample(9, random_state=1), one.sample(9, random_state=2))
    random = np.random.RandomState(1)
    assert not np.array_equal(one.sample(9, random_state=random), one.sample(9, random_state=random))


@of_every_sampler
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_copies_draw_the_same(sampler, copied):
    sampler = fitted(sampler, TWISTED)
    other = copied(sampler)
    assert other == sampler
    np.testing.assert_array_equal(other.log_prob(TWISTED[:9]), sampler.log_prob(TWISTED[:9]))
    np.testing.assert_array_equal(other.sample(9, random_state=1), sampler.sample(9, random_state=1))


@of_every_sampler
def test_what_was_learned_has_the_shapes_it_says(sampler):
    learned = fitted(sampler, TWISTED).learned_
    assert {name: value.shape for name, value in learned.items()} == sampler.all_shapes(2)
    assert all(value.dtype == sampler.dtype_of(name) for name, value in learned.items())


@of_every_sampler
def test_a_rows_density_does_not_depend_on_its_company(sampler):
    sampler = fitted(sampler, TWISTED)
    np.testing.assert_allclose(sampler.log_prob(TWISTED[:3]), sampler.log_prob(TWISTED)[:3], rtol=1e-12)


@of_every_name
@pytest.mark.parametrize(
    ("Z", "message"),
    [
        ([[1.0, 2.0]], "needs at least two codes to be fitted on; got one"),
        ([1.0, 2.0], "Expected 2D array"),
        ([[np.nan, 1], [2, 3]], "contains NaN"),
        ([["a"], ["b"]], "Codes must be finite numbers"),
    ],
)
def test_codes_that_are_none(name, Z, message):
    with pytest.raises(DataError, match=message):
        samplers.named(name).fit(Z)


@of_every_sampler
def test_use_before_fit_and_wrong_use(sampler):
    for use in (lambda s: s.sample(3), lambda s: s.log_prob(TWISTED)):
        with pytest.raises(NotFittedError, match="call fit first"):
            use(copy.copy(sampler))
    sampler = fitted(sampler, TWISTED)
    with pytest.raises(DataError, match="Codes must have 2 columns"):
        sampler.log_prob(TWO_HUMPS)
    for n in (0, 1.5, True):
        with pytest.raises(ParameterError, match="n_samples must be a whole number of at least 1"):
            sampler.sample(n)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: samplers.GaussianMixture(0), "n_components of GaussianMixture must be a whole number"),
        (lambda: samplers.GaussianMixture(reg=-1), "reg must be a number of at least 0; got -1"),
        (lambda: samplers.MaskedAutoregressiveFlow(0), "n_blocks of MaskedAutoregressiveFlow"),
        (lambda: samplers.MaskedAutoregressiveFlow(101), "at most 100 blocks"),
        (lambda: samplers.MaskedAutoregressiveFlow(widths=()), "1 to 100 hidden layers"),
        (lambda: samplers.MaskedAutoregressiveFlow(widths=(8, 0)), "Each of the widths"),
        (
            lambda: samplers.MaskedAutoregressiveFlow(learning_rate=0),
            "learning_rate must be a number",
        ),
        (lambda: samplers.named("normal"), "sampler must be 'mixture' or 'flow', or an object"),
        (lambda: samplers.named(3), "got 3"),
    ],
)
def test_samplers_that_are_none(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


def test_fields_stay_as_they_were_fitted():
    with pytest.raises(AttributeError):
        fitted(SAMPLERS[0], TWISTED).n_components = 4
