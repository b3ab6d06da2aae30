"""Every corruption against what its formula says of many numbers."""

import keras
import numpy as np
import pytest
from scipy import stats

from diabolo import DataError, ParameterError
from diabolo.corruption import (
    GaussianNoise,
    Masking,
    Mixture,
    PoissonNoise,
    SaltAndPepper,
    SpeckleNoise,
    SwapNoise,
)
from diabolo.data.rows import Rows
from diabolo.data.scaling import Scaling
from diabolo.noise import NumpyNoise
from diabolo.training.batches import BatchStream

X = np.random.default_rng(0).uniform(0.2, 0.8, size=(400, 50)).astype(np.float32)

EVERY = {
    "gaussian": GaussianNoise(0.2),
    "speckle": SpeckleNoise(0.2),
    "masking": Masking(0.3),
    "salt and pepper": SaltAndPepper(0.3),
    "poisson": PoissonNoise(30.0),
    "swap": SwapNoise(0.3),
    "mixture": Mixture([GaussianNoise(0.2), Masking(0.3)]),
}


def host(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor))


@pytest.fixture(params=["backend", "numpy"])
def corrupted(request, noise_of):
    """``corrupted(noise, x, key, n_rows)``, by each source of random numbers."""

    def corrupted(noise, x=X, key=(1, 2), n_rows=None):
        if request.param == "numpy":
            return host(noise(x, NumpyNoise(np.random.default_rng(key)), n_rows))
        n_rows = None if n_rows is None else keras.ops.convert_to_tensor(np.float32(n_rows))
        return host(noise(keras.ops.convert_to_tensor(x), noise_of(*key), n_rows))

    return corrupted


def assert_share(changed, share):
    """By the binomial distribution of as many tries."""
    tries = stats.binom(changed.size, share)
    assert tries.ppf(1e-4) <= changed.sum() <= tries.ppf(1 - 1e-4)


# -- levels --------------------------------------------------------------------------------------------------


def test_gaussian_noise_is_added(corrupted):
    noise = corrupted(GaussianNoise(0.2)) - X
    assert stats.kstest(noise.ravel(), stats.norm(0, 0.2).cdf).pvalue > 1e-3


def test_speckle_noise_is_in_proportion(corrupted):
    noise = corrupted(SpeckleNoise(0.2)) / X - 1
    assert stats.kstest(noise.ravel(), stats.norm(0, 0.2).cdf).pvalue > 1e-3


def test_poisson_noise_counts_photons(corrupted):
    noisy = corrupted(PoissonNoise(20.0), np.full_like(X, 0.5))
    np.testing.assert_allclose(noisy * 20, np.round(noisy * 20), atol=1e-4)
    assert noisy.mean() == pytest.approx(0.5, rel=0.02)
    assert noisy.var() == pytest.approx(0.5 / 20, rel=0.05)


@pytest.mark.parametrize("fraction", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("value", [0.0, -7.0])
def test_masking_masks_its_share_and_leaves_the_rest(corrupted, fraction, value):
    noisy = corrupted(Masking(fraction, value))
    masked = noisy == value
    assert_share(masked, fraction)
    np.testing.assert_array_equal(noisy[~masked], X[~masked])


@pytest.mark.parametrize("fraction", [0.0, 0.4, 1.0])
def test_salt_and_pepper_are_as_likely(corrupted, fraction):
    noisy = corrupted(SaltAndPepper(fraction, -1.0, 2.0))
    salt, pepper = noisy == 2, noisy == -1
    for grains in (salt, pepper):
        assert_share(grains, fraction / 2)
    np.testing.assert_array_equal(noisy[~(salt | pepper)], X[~(salt | pepper)])


@pytest.mark.parametrize("fraction", [0.0, 0.3, 1.0])
def test_swapped_numbers_are_those_of_the_column(corrupted, fraction):
    table = np.arange(400)[:, None] + 1000 * np.arange(50, dtype=np.float32)  # each number tells its place
    noisy = corrupted(SwapNoise(fraction), table)
    np.testing.assert_array_equal(noisy // 1000, table // 1000)
    assert_share(noisy != table, fraction * (1 - 1 / 400))  # a row may be drawn for itself
    if fraction == 1:  # from all rows alike
        assert stats.kstest((noisy % 1000).ravel() / 400, stats.uniform().cdf).statistic < 0.02


def test_padding_is_never_swapped_in(corrupted):
    padded = np.concatenate([X[:5], np.full((11, 50), 99, np.float32)])
    noisy = corrupted(SwapNoise(1.0), padded, n_rows=5)
    assert noisy.max() < 1
    assert len(np.unique(noisy[:, 0])) == 5


def test_each_row_of_a_mixture_has_one_kind_of_noise(corrupted):
    noisy = corrupted(Mixture([Masking(1.0, 5.0), Masking(1.0, 6.0), GaussianNoise(0.0)]))
    kinds = [(noisy == 5).all(axis=1), (noisy == 6).all(axis=1), (noisy == X).all(axis=1)]
    np.testing.assert_array_equal(np.sum(kinds, axis=0), 1)
    for kind in kinds:
        assert_share(kind, 1 / 3)


@pytest.mark.parametrize(
    "noise", [GaussianNoise(2.0, (0, 1)), SpeckleNoise(2.0, (0, 1)), PoissonNoise(2.0, (0, 1))], ids=repr
)
def test_clipped_noise_stays_within(corrupted, noise):
    noisy = corrupted(noise)
    assert noisy.min() == 0
    assert noisy.max() == 1
    assert corrupted(type(noise)(2.0)).max() > 1


@pytest.mark.parametrize("noise", [GaussianNoise(0.0), SpeckleNoise(0.0)], ids=repr)
def test_no_noise_is_none(corrupted, noise):
    np.testing.assert_array_equal(corrupted(noise), X)


# -- keys ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_noise_follows_from_the_key(corrupted, name):
    noise = EVERY[name]
    np.testing.assert_array_equal(corrupted(noise), corrupted(noise))
    assert (corrupted(noise) != corrupted(noise, key=(1, 3))).mean() > 0.2


def test_every_step_of_every_epoch_has_a_key_of_its_own():
    def stream(seed):
        return BatchStream(Rows(X, Scaling(50)), 64, seed, by_epoch=False)

    keys = np.concatenate([stream(seed).keys(epoch) for seed in (0, 1) for epoch in range(20)])
    assert len(np.unique(keys, axis=0)) == len(keys) == 2 * 20 * 7
    np.testing.assert_array_equal(stream(3).keys(5), stream(3).keys(5))


# -- arrays --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_arrays_keep_their_shape_and_stay_as_they_were(name):
    images = X.reshape(400, 5, 10)
    before = images.copy()
    noisy = EVERY[name].corrupt(images, random_state=0)
    assert noisy.shape == images.shape
    assert noisy.dtype == np.float32
    np.testing.assert_array_equal(images, before)
    np.testing.assert_array_equal(noisy, EVERY[name].corrupt(images, random_state=0))
    np.testing.assert_array_equal(noisy.reshape(400, 50), EVERY[name].corrupt(X, random_state=0))
    assert (noisy != EVERY[name].corrupt(images, random_state=1)).any()


def test_a_random_state_goes_on():
    rng = np.random.RandomState(0)
    assert (GaussianNoise(0.2).corrupt(X, rng) != GaussianNoise(0.2).corrupt(X, rng)).all()


# -- what is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: GaussianNoise(-0.1), "scale of GaussianNoise must be a number of at least 0; got -0.1"),
        (lambda: GaussianNoise(np.nan), "scale of GaussianNoise must be .* got nan"),
        (lambda: GaussianNoise(np.inf), "scale of GaussianNoise must be .* got inf"),
        (lambda: SpeckleNoise("much"), "scale of SpeckleNoise must be .* got 'much'"),
        (lambda: Masking(1.1), "fraction of Masking must be from 0 to 1; got 1.1"),
        (lambda: Masking(True), "fraction of Masking must be from 0 to 1; got True"),
        (lambda: SaltAndPepper(-0.1), "fraction of SaltAndPepper must be from 0 to 1"),
        (lambda: SwapNoise(2), "fraction of SwapNoise must be from 0 to 1; got 2"),
        (lambda: PoissonNoise(0), "peak of PoissonNoise must be a number above 0; got 0"),
        (lambda: GaussianNoise(0.1, (1, 0)), "clip of GaussianNoise must be a pair"),
        (lambda: GaussianNoise(0.1, 1), "clip of GaussianNoise must be a pair"),
        (lambda: Mixture([]), "parts must be several kinds of noise"),
        (lambda: Mixture(Masking()), "parts must be several kinds of noise"),
        (lambda: Mixture([Masking(), 0.3]), "Each part must be a Corruption"),
    ],
)
def test_levels_that_mean_nothing(make, says):
    with pytest.raises(ParameterError, match=says):
        make()


@pytest.mark.parametrize(
    ("noise", "says"),
    [
        (PoissonNoise(), "PoissonNoise.* needs numbers of at least 0, but that of row 2, column 1 is -3"),
        (SaltAndPepper(), r"SaltAndPepper.* needs numbers in \[0, 1\], but that of row 2, column 1 is -3"),
        (Mixture([Masking(), PoissonNoise()]), "PoissonNoise.* needs numbers of at least 0"),
    ],
    ids=repr,
)
def test_rows_that_a_noise_cannot_take(noise, says):
    rows = np.zeros((4, 2), np.float32)
    rows[2, 1] = -3
    for refused in (lambda: noise.check(Rows(rows, Scaling(2))), lambda: noise.corrupt(rows)):
        with pytest.raises(DataError, match=says):
            refused()
