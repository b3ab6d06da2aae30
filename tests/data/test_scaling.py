import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from diabolo import DataError
from diabolo.data.scaling import fit_scaling

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, size=(20, 9), dtype=np.uint8)
TABLE = RNG.normal(size=(50, 4)) * [1, 10, 0.1, 3] + [0, 50, 1e6, -3]


def fitted(X, scale="auto", images=False, **kwargs):
    return fit_scaling(X, scale, images=images, **kwargs)


@pytest.mark.parametrize(
    ("X", "scale", "images", "kind"),
    [
        (IMAGES, "auto", True, "pixels"),
        (IMAGES / 255, "auto", True, "pixels"),
        (IMAGES, "auto", False, "affine"),  # a uint8 table is numbers, not pixels
        (IMAGES / 255, "auto", False, "unit_interval"),
        (TABLE, "auto", False, "affine"),
        (TABLE, None, False, "none"),
        (TABLE, "standard", False, "affine"),
        (TABLE, "minmax", False, "affine"),
        (IMAGES, None, True, "none"),
    ],
)
def test_kind_by_data_and_choice(X, scale, images, kind):
    assert fitted(X, scale, images).kind == kind


@pytest.mark.parametrize("scale", ["auto", "standard", "minmax", None])
def test_undo_takes_back(scale):
    scaling = fitted(TABLE, scale)
    x = scaling.apply(TABLE)
    assert x.dtype == np.float32
    np.testing.assert_allclose(scaling.undo(x), TABLE, rtol=1e-6, atol=1e-5 * TABLE.std(axis=0).max())


@pytest.mark.parametrize(("scale", "peer"), [("standard", StandardScaler()), ("minmax", MinMaxScaler())])
def test_as_scikit_learn(scale, peer):
    np.testing.assert_allclose(fitted(TABLE, scale).apply(TABLE), peer.fit_transform(TABLE), atol=1e-6)


def test_auto_keeps_the_geometry():
    scaling = fitted(TABLE)
    x = scaling.apply(TABLE).astype(float)
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(x.var(axis=0).mean(), 1, rtol=1e-6)
    np.testing.assert_allclose(x.var(axis=0) / x.var(axis=0)[0], TABLE.var(axis=0) / TABLE.var(axis=0)[0])
    assert len(set(scaling.unit.tolist())) == 1


def test_a_column_far_from_zero_keeps_its_digits():
    seconds = 1.7e9 + np.arange(10.0)[:, None]  # float32 steps by 128 there
    x = fitted(seconds).apply(seconds)
    assert len(np.unique(x)) == 10


def test_weights_count_as_repeated_rows():
    weights = RNG.integers(1, 4, size=len(TABLE)).astype(np.float32)
    repeated = np.repeat(TABLE, weights.astype(int), axis=0)
    weighted = fitted(TABLE, "standard", sample_weight=weights)
    np.testing.assert_allclose(weighted.center, fitted(repeated, "standard").center)
    np.testing.assert_allclose(weighted.scale, fitted(repeated, "standard").scale)


@pytest.mark.parametrize("scale", ["auto", "standard", "minmax"])
def test_constant_columns_are_left_at_zero(scale):
    x = fitted(np.full((5, 2), 7.0), scale).apply(np.full((5, 2), 7.0))
    np.testing.assert_array_equal(x, 0)


def test_uint8_and_float_images_are_the_same_picture():
    scaling = fitted(IMAGES, images=True)
    for same in (IMAGES / 255, (IMAGES / 255).astype(np.float32), IMAGES.astype(np.uint16) * 257):
        np.testing.assert_array_equal(scaling.apply(same), scaling.apply(IMAGES))
    np.testing.assert_array_equal(scaling.apply(IMAGES > 127), (IMAGES > 127).astype(np.float32))


@pytest.mark.parametrize("scale", ["auto", "standard", "minmax", None])
def test_the_last_columns_are_scaled_as_among_all(scale):
    scaling = fitted(TABLE, scale)
    x = scaling.apply(TABLE)
    np.testing.assert_array_equal(scaling.last(3).apply(TABLE[:, 1:]), x[:, 1:])
    np.testing.assert_array_equal(scaling.last(3).undo(x[:, 1:]), scaling.undo(x)[:, 1:])
    np.testing.assert_array_equal(scaling.last(3).unit, scaling.unit[1:])


@pytest.mark.parametrize(
    ("images", "says"),
    [
        (IMAGES.astype(float), "must lie within 0..1"),
        (IMAGES.astype(np.int64), "Images must be uint8"),
        ((IMAGES > 127).astype(np.uint8), "Pass binary images as bool"),
    ],
)
def test_images_of_no_known_convention(images, says):
    with pytest.raises(DataError, match=says):
        fitted(images, images=True)


def test_rows_of_another_convention_than_at_fit():
    pixels, unit = fitted(IMAGES, images=True), fitted(IMAGES / 255)
    with pytest.raises(DataError, match=r"must lie within 0\.\.1"):
        pixels.check(IMAGES.astype(float))
    for other in (IMAGES, IMAGES.astype(float)):
        with pytest.raises(DataError, match=r"fitted on numbers within \[0, 1\]"):
            unit.check(other)


def test_noise_and_outliers_are_no_other_convention():
    noisy = IMAGES / 255 + RNG.normal(0, 0.5, IMAGES.shape)
    fitted(IMAGES, images=True).check(noisy)
    fitted(IMAGES / 255).check(noisy)
    fitted(IMAGES / 255).check(np.full((1, 9), 100.0))  # one row may be the outlier looked for
    fitted(TABLE).check(TABLE * 1e6)
