"""Sequences, from ``fit`` to the model file: what is learned, lengths, scaling, shapes."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from diabolo import (
    Autoencoder,
    Convolutional,
    DataError,
    ParameterError,
    Recurrent,
    SequenceAutoencoder,
    VariationalAutoencoder,
    load,
    penalties,
    windows,
)

RNG = np.random.default_rng(0)
STEPS = np.arange(12)


def sines(n, features=1):
    """(n, 12, features) of random phase and frequency"""
    frequency, phase = RNG.uniform(0.2, 0.9, (n, 1, 1)), RNG.uniform(0, 2 * np.pi, (n, 1, features))
    return np.sin(frequency * STEPS[:, np.newaxis] + phase)


X = sines(70, 2) * [1, 50] + [0, 1000]  # a batch of 64 and a partial one; units that differ
PADDED = X.copy()
PADDED[::2, 8:] = np.nan
PADDED[1::4, 4] = np.nan  # a gap within


def sequential(**parameters):
    small = {"units": (6,), "cell": "gru", "epochs": 2, "random_state": 0}
    return SequenceAutoencoder(3, **small | parameters)


@pytest.fixture(scope="module")
def fitted():
    return sequential().fit(PADDED)


# -- what is learned -----------------------------------------------------------------------------------------


def mean_squared_error(X, Y):
    return np.square(X - Y).mean()


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"feedback": True}, {"cell": "gru", "bidirectional": True}])
def test_it_tells_sines_by_fewer_numbers_than_pca(options):
    """Phase and frequency make a sine, which is no linear function of them."""
    train, test = sines(600), sines(200)
    ae = SequenceAutoencoder(3, units=(32,), learning_rate=0.01, epochs=60, random_state=0, **options).fit(
        train
    )
    flat = test.reshape(200, -1)
    pca = PCA(3).fit(train.reshape(600, -1))
    by_pca = mean_squared_error(pca.inverse_transform(pca.transform(flat)), flat)
    assert -ae.score(test) < 0.5 * by_pca < 0.25 * flat.var()


@pytest.mark.slow
def test_it_learns():
    ae = sequential(units=(16,), learning_rate=0.02, epochs=30).fit(sines(300))
    assert ae.history_["mse"][-1] < 0.4 * ae.history_["mse"][0]


@pytest.mark.slow
def test_training_goes_on_to_the_same_bits():
    whole, halves = sequential(epochs=4).fit(PADDED), sequential(warm_start=True).fit(PADDED).fit(PADDED)
    np.testing.assert_array_equal(whole.history_["loss"], halves.history_["loss"])
    np.testing.assert_array_equal(whole.transform(PADDED), halves.transform(PADDED))


@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [{}, {"cell": "lstm", "units": [5, 4], "bidirectional": True, "feedback": True}]
)
def test_the_model_file_holds_it(options, tmp_path):
    ae = sequential(**options).fit(PADDED)
    ae.save(tmp_path / "m.diabolo")
    loaded = load(tmp_path / "m.diabolo")
    assert loaded.get_params() == ae.get_params()
    for method in ("transform", "reconstruct", "score_samples"):
        np.testing.assert_array_equal(getattr(loaded, method)(PADDED), getattr(ae, method)(PADDED))


# -- lengths -------------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_the_loss_leaves_out_what_follows_the_end(fitted):
    errors = np.square(fitted.reconstruct(PADDED) - PADDED)
    np.testing.assert_allclose(
        fitted.reconstruction_error(PADDED), np.nanmean(errors, axis=(1, 2)), rtol=1e-3
    )
    assert np.isnan(fitted.reconstruction_error(PADDED, per_feature=True)[::2, 8:]).all()


@pytest.mark.slow
def test_training_does_not_depend_on_what_fills_the_end(fitted, monkeypatch):
    """The columns' means stand there, and the encoder never reads them."""
    ended = X.copy()
    ended[::2, 8:] = np.nan
    expected = sequential().fit(ended)
    monkeypatch.setattr("diabolo.estimators.fitting.column_means", lambda *_: np.full(24, 5, np.float32))
    other = sequential().fit(ended)
    np.testing.assert_array_equal(other.history_["loss"], expected.history_["loss"])
    np.testing.assert_array_equal(other.transform(ended), expected.transform(ended))


def test_a_code_comes_from_the_steps_before_the_end(fitted):
    short = PADDED[:1, :8]
    model = fitted._fitted.architecture.encoder.build_encoder((8, 2), 3, planes=2, seed=None)
    model.set_weights(fitted._fitted.road.encoder.get_weights())
    scaling = fitted._fitted.scaling
    x = ((short - scaling.center.reshape(12, 2)[0]) / scaling.scale.reshape(12, 2)[0]).reshape(1, -1)
    alone = model.predict(np.hstack([x, np.zeros_like(x)]).astype(np.float32), verbose=0)
    np.testing.assert_allclose(fitted.transform(PADDED[:1]), alone, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_without_marks_gaps_are_the_means():
    ae = sequential(missing=None).fit(PADDED)
    filled = np.where(np.isnan(PADDED), np.nanmean(PADDED, axis=0), PADDED)
    assert ae.encoder_.input_shape == (None, 24)
    np.testing.assert_allclose(ae.transform(PADDED), ae.transform(filled), rtol=1e-4, atol=1e-5)


def test_a_sequence_without_a_number_is_refused(fitted):
    empty = np.concatenate([PADDED, np.full((1, 12, 2), np.nan)])
    np.testing.assert_array_equal(sequential().fit(empty).transform(PADDED), fitted.transform(PADDED))
    with pytest.raises(DataError, match="at least one observed number.* rows 70"):
        fitted.transform(empty)


# -- scaling -------------------------------------------------------------------------------------------------


def test_a_feature_is_scaled_alike_at_all_steps(fitted):
    scaling = fitted._fitted.scaling
    np.testing.assert_allclose(scaling.center, np.tile(np.nanmean(PADDED, axis=(0, 1)), 12))
    common = np.sqrt(np.nanvar(PADDED, axis=(0, 1)).mean())
    np.testing.assert_allclose(scaling.scale, np.full(24, common))


@pytest.mark.parametrize(
    ("scale", "center", "width"),
    [("standard", np.nanmean, np.nanstd), ("minmax", np.nanmin, lambda X, axis: np.ptp(X[1::2], axis=axis))],
)
def test_other_scales_are_by_feature_too(scale, center, width):
    given = X.copy()
    given[::2] = np.nan  # left out, but for their first steps
    given[::2, 0] = X[1::2, 0]
    scaling = sequential(scale=scale).fit(given)._fitted.scaling
    np.testing.assert_allclose(scaling.center, np.tile(center(given, axis=(0, 1)), 12))
    expected = width(given, axis=(0, 1))
    np.testing.assert_allclose(scaling.scale, np.tile(expected, 12))


@pytest.mark.slow
def test_weights_of_sequences_count_in_scaling():
    weight = RNG.integers(1, 4, 70)
    ours = sequential().fit(X, sample_weight=weight)._fitted.scaling
    repeated = sequential().fit(np.repeat(X, weight, axis=0))._fitted.scaling
    np.testing.assert_allclose(ours.center, repeated.center)
    np.testing.assert_allclose(ours.scale, repeated.scale)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float64])
def test_numbers_of_sequences_are_no_pixels(dtype):
    counts = RNG.integers(0, 200, (20, 12, 2)).astype(dtype)
    ae = sequential().fit(counts)
    assert ae._fitted.scaling.kind == "affine"
    np.testing.assert_allclose(ae.transform(counts), sequential().fit(counts * 1.0).transform(counts * 1.0))


@pytest.mark.slow
def test_images_stay_images():
    images = RNG.integers(0, 256, (10, 6, 6), dtype=np.uint8)
    for encoder in ((4,), Convolutional((2,))):
        ae = Autoencoder(2, encoder=encoder, epochs=1, random_state=0).fit(images)
        assert ae._fitted.scaling.kind == "pixels"


# -- shapes --------------------------------------------------------------------------------------------------


def test_flat_rows_are_the_same_sequences(fitted):
    flat = PADDED.reshape(70, -1)
    np.testing.assert_array_equal(fitted.transform(flat), fitted.transform(PADDED))
    ae = sequential(sequence_shape=(12, 2)).fit(flat)
    np.testing.assert_array_equal(ae.transform(flat), fitted.transform(PADDED))
    np.testing.assert_array_equal(ae.transform(PADDED), fitted.transform(PADDED))
    assert ae.reconstruct(PADDED).shape == (70, 24)  # as fit saw them


@pytest.mark.slow
def test_flat_rows_are_sequences_of_one_feature():
    one = X[..., 0]
    ae, shaped = sequential().fit(one), sequential().fit(one[..., np.newaxis])
    np.testing.assert_array_equal(ae.transform(one), shaped.transform(one))
    np.testing.assert_array_equal(ae.transform(one[..., np.newaxis]), ae.transform(one))


@pytest.mark.slow
def test_windows_are_rows():
    series = np.cumsum(RNG.normal(size=(100, 2)), axis=0)
    ae = sequential().fit(windows(series, 12, 2))
    assert ae.reconstruction_error(windows(series, 12)).shape == (89,)


def test_it_is_the_recipe_of_a_recurrent_autoencoder(fitted):
    spec = Recurrent((6,), "gru")
    ae = Autoencoder(3, encoder=spec, missing="indicator", epochs=2, random_state=0).fit(PADDED)
    np.testing.assert_array_equal(ae.transform(PADDED), fitted.transform(PADDED))


@pytest.mark.slow
def test_other_variants_take_recurrent_networks():
    spec = Recurrent((4,), "gru", feedback=True)
    vae = VariationalAutoencoder(2, encoder=spec, epochs=2, random_state=0).fit(PADDED)
    assert vae.sample(5, random_state=0).shape == (5, 12, 2)
    assert np.isfinite(vae.history_["loss"]).all()
    parts = (penalties.WeightDecay(1e-3), penalties.Contraction(1e-3))
    ae = Autoencoder(2, encoder=spec, decoder=(8,), penalties=parts, epochs=2, random_state=0).fit(X)
    assert np.isfinite(ae.history_["loss"]).all()


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"encoder": (8,)}, r"encoder=\(8,\) has no effect in a SequenceAutoencoder.* Set units and cell"),
        ({"decoder": (8,)}, r"decoder=\(8,\) has no effect in a SequenceAutoencoder"),
        ({"activation": "tanh"}, "activation='tanh' has no effect in a SequenceAutoencoder"),
        ({"units": ()}, "units must name at least one recurrent layer"),
        ({"sequence_shape": (5, 5)}, r"sequence_shape=\(5, 5\) must be that of the rows"),
    ],
)
def test_bad_parameters(parameters, says):
    with pytest.raises(ParameterError, match=says):
        sequential(**parameters).fit(X)


def test_sequences_of_another_shape_are_refused(fitted):
    with pytest.raises(DataError, match=r"shape that fit saw, \(12, 2\)"):
        fitted.transform(X.swapaxes(1, 2))
    with pytest.raises(DataError, match="this is a single one"):
        fitted.transform(X[0])
    with pytest.raises(ParameterError, match="keeps its networks.*units was"):
        sequential(warm_start=True).fit(X).set_params(units=(7,)).fit(X)
