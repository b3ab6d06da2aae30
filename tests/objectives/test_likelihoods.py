"""Likelihoods against scipy.stats, and what has no such name against its formula in float64."""

import keras
import numpy as np
import pytest
from scipy import integrate, special, stats
from sklearn.preprocessing import OneHotEncoder

from diabolo import DataError, ParameterError, likelihoods
from diabolo.data.rows import Rows
from diabolo.data.scaling import Scaling, fit_scaling
from diabolo.objectives.derivatives import vector_jacobian_products
from diabolo.objectives.likelihoods.activated import ActivatedMeanSquaredError
from diabolo.objectives.likelihoods.base import log_of_unit
from diabolo.objectives.likelihoods.gaussian import SMALLEST_SCALE

RNG = np.random.default_rng(0)
DECODED = RNG.normal(size=(2, 40, 5)).astype(np.float32) * 3  # of two draws
SCALES = np.array([0.05, 0.3, 1, 4, 20])


def host(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor), np.float64)


def tensor(x):
    return keras.ops.convert_to_tensor(np.array(x, np.float32))


def learned(*scales):
    log_scale = np.log(np.array(scales) - SMALLEST_SCALE)
    return {"log_scale": keras.Variable(log_scale.astype(np.float32))} if scales else {}


class ContinuousBernoulli:
    """In float64 and without its own normaliser: exp(x l), divided by its integral over [0, 1]."""

    def __init__(self, logit):
        self.logit = np.asarray(logit, np.float64)

    @property
    def log_integral(self):
        size = np.abs(self.logit)
        with np.errstate(divide="ignore", invalid="ignore"):
            of_size = np.log(-np.expm1(-size) / size)
        return np.where(size < 1e-9, self.logit / 2, of_size + np.maximum(self.logit, 0))

    def logpdf(self, x):
        return x * self.logit - self.log_integral

    def mean(self):
        def mean(logit):
            return integrate.quad(lambda x: x * np.exp(ContinuousBernoulli(logit).logpdf(x)), 0, 1)[0]

        return np.vectorize(mean)(self.logit)

    def cdf(self, x):
        return x if abs(self.logit) < 1e-9 else np.expm1(x * self.logit) / np.expm1(self.logit)


# name: likelihood, scales learned, distribution given what was decoded, rows
REAL, UNIT, BINARY = RNG.normal(size=(40, 5)) * 4, RNG.random((40, 5)), RNG.integers(0, 2, (40, 5))
TABLE = {
    "gaussian": (likelihoods.Gaussian(), [0.7], lambda d: stats.norm(d, 0.7), REAL),
    "gaussian_diagonal": (likelihoods.DiagonalGaussian(), SCALES, lambda d: stats.norm(d, SCALES), REAL),
    "gaussian_fixed": (likelihoods.FixedGaussian(2), [], lambda d: stats.norm(d, 2), REAL),
    "laplace": (likelihoods.Laplace(), [0.7], lambda d: stats.laplace(d, 0.7), REAL),
    "bernoulli": (likelihoods.Bernoulli(), [], lambda d: stats.bernoulli(special.expit(d)), BINARY),
    "continuous_bernoulli": (likelihoods.ContinuousBernoulli(), [], ContinuousBernoulli, UNIT),
}


@pytest.mark.parametrize("name", TABLE)
def test_log_prob(name):
    likelihood, scales, distribution, x = TABLE[name]
    of = distribution(DECODED.astype(np.float64))
    expected = of.logpmf(x) if hasattr(of, "logpmf") else of.logpdf(x)
    ours = host(likelihood.log_prob(tensor(x), tensor(DECODED), learned(*scales)))
    np.testing.assert_allclose(ours, expected, rtol=2e-5, atol=2e-5)
    observed = RNG.random(x.shape) < 0.7
    loss = host(likelihood.loss(tensor(x), tensor(DECODED), tensor(observed), learned(*scales)))
    np.testing.assert_allclose(loss, -(expected * observed).sum(axis=-1), rtol=2e-5, atol=1e-4)


@pytest.mark.parametrize("name", TABLE)
def test_mean(name):
    likelihood, _, distribution, _ = TABLE[name]
    expected = distribution(DECODED.astype(np.float64)).mean()
    np.testing.assert_allclose(host(likelihood.mean(tensor(DECODED))), expected, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("decoded", [-9.0, -0.5, 0.0, 1.7, 40.0])
@pytest.mark.parametrize("name", [name for name in TABLE if name != "gaussian_diagonal"])
def test_sample(name, decoded, noise_of):
    likelihood, scales, distribution, _ = TABLE[name]
    many = keras.ops.full((200, 100), decoded)
    drawn = host(likelihood.sample(many, learned(*scales), noise_of(1, 2)))
    assert drawn.shape == (200, 100)
    of = distribution(np.float64(decoded))
    if name == "bernoulli":
        assert set(np.unique(drawn)) <= {0, 1}
        assert stats.binomtest(int(drawn.sum()), drawn.size, float(of.mean())).pvalue > 1e-3
    else:
        assert stats.kstest(drawn.ravel(), of.cdf).pvalue > 1e-3


def test_sample_with_a_scale_for_each_feature(noise_of):
    drawn = host(
        likelihoods.DiagonalGaussian().sample(tensor(np.zeros((4000, 5))), learned(*SCALES), noise_of(1, 2))
    )
    np.testing.assert_allclose(drawn.std(axis=0), SCALES, rtol=0.05)


# -- the continuous Bernoulli where numbers are hard ---------------------------------------------------------

SIZES = (1e-30, 1e-6, 1e-3, 0.0999, 0.1001, 0.4999, 0.5001, 1, 30, 500)
LOGITS = [0.0, *(sign * size for size in SIZES for sign in (-1, 1))]


@pytest.mark.parametrize("logit", LOGITS)
def test_continuous_bernoulli_is_a_density(logit):
    """Its own numbers integrate to 1."""
    x = np.linspace(0, 1, 200_001)
    x = (x**6 / 2 if logit < 0 else 1 - x**6 / 2) if abs(logit) > 100 else x  # dense where the mass is
    decoded = keras.ops.full((len(x), 1), logit)
    log_prob = likelihoods.ContinuousBernoulli().log_prob(tensor(x[:, None]), decoded, {})
    assert abs(integrate.trapezoid(np.exp(host(log_prob)[:, 0]), x)) == pytest.approx(1, abs=2e-4)


@pytest.mark.parametrize("logit", LOGITS)
def test_continuous_bernoulli_near_zero_and_far_away(logit):
    of, decoded = ContinuousBernoulli(np.float32(logit)), keras.ops.full((1, 3), logit)
    x = np.array([[0.0, 0.4, 1.0]], np.float32)
    ours = host(likelihoods.ContinuousBernoulli().log_prob(tensor(x), decoded, {}))
    np.testing.assert_allclose(ours, of.logpdf(x), rtol=1e-5, atol=1e-6)
    size = abs(float(of.logit))
    mean = 0.5 if size < 1e-9 else 0.5 / np.tanh(size / 2) - 1 / size + 0.5
    expected = 0.5 + np.sign(logit) * (mean - 0.5) if size >= 1e-4 else 0.5 + of.logit / 12
    np.testing.assert_allclose(
        host(likelihoods.ContinuousBernoulli().mean(decoded))[0, 0], expected, rtol=2e-6, atol=1e-7
    )


# -- gradients -----------------------------------------------------------------------------------------------

EXTREME = np.array([0.0, *(s * v for v in (1e-30, 1e-4, 0.1, 1, 30, 89, 1e4) for s in (-1, 1))], np.float32)


def d_log_prob(likelihood, scales, x, decoded):
    function = lambda d: likelihood.log_prob(tensor(x), d, learned(*scales))  # noqa: E731
    decoded = tensor(decoded)
    return host(vector_jacobian_products(function, decoded, keras.ops.ones_like(decoded)[None])[0])


@pytest.mark.parametrize("x", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("name", [name for name in TABLE if name != "gaussian_diagonal"])
def test_gradients_are_finite_at_extremes(name, x):
    likelihood, scales, _, _ = TABLE[name]
    slope = d_log_prob(likelihood, scales, np.full((1, len(EXTREME)), x, np.float32), EXTREME[None])
    assert np.isfinite(slope).all()
    if name in ("bernoulli", "continuous_bernoulli"):  # of exponential families: x - mean
        np.testing.assert_allclose(slope, x - host(likelihood.mean(tensor(EXTREME[None]))), atol=2e-4)


def test_categorical_gradients_are_finite_at_extremes():
    x = np.eye(len(EXTREME), dtype=np.float32)
    slope = d_log_prob(likelihoods.Categorical(), [], x, np.broadcast_to(EXTREME, x.shape))
    assert np.isfinite(slope).all()


# -- categories ----------------------------------------------------------------------------------------------

SIZES = (3, 2, 4)
CHOSEN = RNG.integers(0, SIZES, size=(40, 3))
ONE_HOT = OneHotEncoder(sparse_output=False).fit(np.stack([np.arange(40) % size for size in SIZES], 1))
X_CATEGORIES = ONE_HOT.transform(CHOSEN).astype(np.float32)
LOGITS_OF_CATEGORIES = RNG.normal(size=(2, 40, 9)).astype(np.float32) * 3


def blocks(x):
    return np.split(x, np.cumsum(SIZES)[:-1], axis=-1)


def test_categorical_is_a_multinomial_of_one_try_for_each_category():
    categorical = likelihoods.Categorical(SIZES)
    expected = sum(
        stats.multinomial(1, special.softmax(logits.astype(np.float64), axis=-1)).logpmf(x)
        for x, logits in zip(blocks(X_CATEGORIES), blocks(LOGITS_OF_CATEGORIES), strict=True)
    )
    loss = host(categorical.loss(tensor(X_CATEGORIES), tensor(LOGITS_OF_CATEGORIES), None, {}))
    np.testing.assert_allclose(-loss, expected, rtol=1e-5, atol=1e-5)
    shares = [special.softmax(logits, axis=-1) for logits in blocks(LOGITS_OF_CATEGORIES)]
    np.testing.assert_allclose(
        host(categorical.mean(tensor(LOGITS_OF_CATEGORIES))), np.concatenate(shares, axis=-1), atol=1e-6
    )


def test_categorical_samples_one_of_each_category(noise_of):
    logits = np.broadcast_to(LOGITS_OF_CATEGORIES[0, 0], (20_000, 9))
    drawn = host(likelihoods.Categorical(SIZES).sample(tensor(logits), {}, noise_of(1, 2)))
    for x, expected in zip(blocks(drawn), blocks(logits[0].astype(np.float64)), strict=True):
        np.testing.assert_array_equal(x.sum(axis=1), 1)
        assert stats.chisquare(x.sum(axis=0), len(x) * special.softmax(expected)).pvalue > 1e-3


@pytest.mark.parametrize("sizes", [(0, 3), (1.5,), ("2",)])
def test_sizes_that_mean_nothing(sizes):
    with pytest.raises(ParameterError, match="sizes must be whole numbers of at least 1"):
        likelihoods.Categorical(sizes)


# -- the mean squared error ----------------------------------------------------------------------------------


def test_mean_squared_error_is_no_density(noise_of):
    mse = likelihoods.MeanSquaredError()
    x, observed = REAL.astype(np.float32), (RNG.random(REAL.shape) < 0.6).astype(np.float32)
    observed[:, 0] = 1
    errors = np.square(x - DECODED)
    np.testing.assert_allclose(
        host(mse.loss(tensor(x), tensor(DECODED), None, {})), errors.mean(axis=-1), rtol=1e-5
    )
    expected = np.ma.masked_array(errors, np.broadcast_to(observed == 0, errors.shape)).mean(axis=-1)
    np.testing.assert_allclose(
        host(mse.loss(tensor(x), tensor(DECODED), tensor(observed), {})), expected, rtol=1e-5
    )
    with pytest.raises(TypeError, match="no density"):
        mse.log_prob(x, DECODED, {})
    with pytest.raises(TypeError, match="nothing can be drawn"):
        mse.sample(DECODED, {}, noise_of(1, 2))


# -- where scales begin, and their floor ---------------------------------------------------------------------

DATA = RNG.normal(size=(60, 5)) * [1, 2, 3, 4, 5] + [0, 0, 10, 0, 0]
STARTS = {
    "gaussian": (likelihoods.Gaussian(), lambda x, w: np.sqrt(variances(x, w).mean(keepdims=True))),
    "gaussian_diagonal": (likelihoods.DiagonalGaussian(), lambda x, w: np.sqrt(variances(x, w))),
    "laplace": (likelihoods.Laplace(), lambda x, w: np.sqrt(variances(x, w).mean(keepdims=True) / 2)),
}


def variances(x, w):
    """Of each column, weighted, over what was observed."""
    x = np.ma.masked_invalid(x)
    return np.ma.average((x - np.ma.average(x, axis=0, weights=w)) ** 2, axis=0, weights=w).filled()


def scale_of(start):
    return SMALLEST_SCALE + np.exp(start["log_scale"].astype(np.float64))


@pytest.mark.parametrize("scaled", [None, "standard"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", STARTS)
def test_scales_begin_at_the_datas(name, weighted, scaled):
    likelihood, expected = STARTS[name]
    gappy = np.where(RNG.random(DATA.shape) < 0.2, np.nan, DATA)
    weights = (RNG.integers(0, 3, 60) if weighted else np.ones(60)).astype(np.float32)
    rows = Rows(gappy, fit_scaling(gappy, scaled, images=False, sample_weight=weights), weights)
    start = likelihood.start(rows)
    assert {name: value.shape for name, value in start.items()} == likelihood.shapes(5)
    kept = weights > 0
    x = rows.scaling.apply(gappy[kept]).astype(np.float64)
    np.testing.assert_allclose(scale_of(start), expected(x, weights[kept]), rtol=1e-4)


@pytest.mark.parametrize("name", STARTS)
def test_scales_have_a_floor(name):
    likelihood, _ = STARTS[name]
    start = likelihood.start(Rows(np.full((9, 5), 3.0), Scaling(5)))
    assert np.isfinite(start["log_scale"]).all()
    assert (scale_of(start) <= 3 * SMALLEST_SCALE).all()
    least = {"log_scale": keras.Variable(np.full(likelihood.shapes(5)["log_scale"], -200, np.float32))}
    x = tensor(np.zeros((1, 5)))
    normaliser = {"laplace": 2 * SMALLEST_SCALE}.get(name, SMALLEST_SCALE * np.sqrt(2 * np.pi))
    np.testing.assert_allclose(host(likelihood.log_prob(x, x, least)), -np.log(normaliser), rtol=1e-5)


@pytest.mark.parametrize("scale", [0, -1.0, np.nan, np.inf, "wide"])
def test_fixed_scales_that_mean_nothing(scale):
    with pytest.raises(ParameterError, match="fixed_scale must be a number above 0; got"):
        likelihoods.FixedGaussian(scale)


# -- domains -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("likelihood", "row", "says"),
    [
        (
            likelihoods.Bernoulli(),
            [0, 2, 1],
            r"'bernoulli' needs numbers in \[0, 1\], but that of row 1, col",
        ),
        (likelihoods.ContinuousBernoulli(), [0, -2, 1], "'continuous_bernoulli' needs numbers in .* is -2"),
        (likelihoods.Categorical(), [0, 1, 1], "sum to 1 in each row, but those of row 1 sum to 2"),
        (likelihoods.Categorical(), [0, 2, -1], r"'categorical' needs numbers in \[0, 1\]"),
        (likelihoods.Categorical((2, 2)), [0, 1, 0], r"must sum to the number of columns, 3; got \(2, 2\)"),
    ],
)
def test_rows_outside_of_the_domain(likelihood, row, says):
    good = np.array([1.0, 0, 0])
    if likelihood != likelihoods.Categorical((2, 2)):
        likelihood.check(Rows(np.array([good, good]), Scaling(3)))
    with pytest.raises(DataError, match=says):
        likelihood.check(Rows(np.array([good, row], np.float64), Scaling(3)))


@pytest.mark.parametrize("likelihood", [likelihoods.Bernoulli(), likelihoods.Categorical()])
def test_shares_are_trained_on_and_have_no_probability(likelihood):
    ones, shares = (Rows(np.array([[1, 0], row]), Scaling(2)) for row in ([0.0, 1.0], [0.25, 0.75]))
    for rows in (ones, shares):
        likelihood.check(rows)
    likelihood.check_density(ones)
    with pytest.raises(DataError, match="that of row 1, column 0 is 0.25"):
        likelihood.check_density(shares)


# -- units ---------------------------------------------------------------------------------------------------


def test_densities_have_units_and_probabilities_none():
    unit, observed = tensor([2, 3, 4]), tensor([[1, 0, 1], [1, 1, 1]])
    gaussian = likelihoods.Gaussian()
    assert float(host(log_of_unit(gaussian, unit, None))) == pytest.approx(np.log(24), rel=1e-6)
    np.testing.assert_allclose(host(log_of_unit(gaussian, unit, observed)), np.log([8, 24]), rtol=1e-6)
    for discrete in (likelihoods.Bernoulli(), likelihoods.Categorical()):
        assert log_of_unit(discrete, unit, observed) == 0


@pytest.mark.parametrize("name", sorted(likelihoods.NAMED))
def test_names_are_of_objects(name):
    assert likelihoods.named(name) is likelihoods.NAMED[name]
    assert type(likelihoods.NAMED[name]).__name__ in likelihoods.__all__
    assert likelihoods.named(likelihoods.NAMED[name]) is likelihoods.NAMED[name]


@pytest.mark.parametrize(
    "likelihood",
    [
        likelihoods.MeanSquaredError(),
        likelihoods.Gaussian(),
        likelihoods.DiagonalGaussian(),
        likelihoods.FixedGaussian(),
        likelihoods.Laplace(),
        likelihoods.Bernoulli(),
        *map(ActivatedMeanSquaredError, ("linear", "relu", "sigmoid", "tanh")),
    ],
    ids=repr,
)
def test_the_link_is_the_means_inverse(likelihood):
    mean = np.array([0.001, 0.2, 0.5, 0.999], np.float32)
    np.testing.assert_allclose(host(likelihood.mean(tensor(likelihood.link(mean)))), mean, rtol=1e-5)


def test_the_link_of_certain_values_is_finite():
    np.testing.assert_allclose(
        likelihoods.Bernoulli().link(np.array([0, 1])), special.logit([1e-3, 1 - 1e-3])
    )
    ends = {"sigmoid": np.array([0, 1]), "tanh": np.array([-1, 1])}
    for activation, mean in ends.items():
        likelihood = ActivatedMeanSquaredError(activation)
        given_back = host(likelihood.mean(tensor(likelihood.link(mean))))
        np.testing.assert_allclose(given_back, mean, atol=1.01e-3)
