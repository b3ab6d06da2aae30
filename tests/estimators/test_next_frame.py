"""Clips, from ``fit`` to the model file: what is learned, what is compared, shapes."""

import numpy as np
import pytest

from diabolo import DataError, NextFrameAutoencoder, ParameterError, load

RNG = np.random.default_rng(0)


def moving_dots(n, time=6, side=8):
    """(n, time, side, side) uint8: a bright dot that goes to the right, round and round"""
    clips = np.zeros((n, time, side, side), np.uint8)
    row, column, step = RNG.integers(0, side, (3, n, 1))
    clips[np.arange(n)[:, None], np.arange(time), row, (column + (1 + step % 2) * np.arange(time)) % side] = (
        255
    )
    return clips


X = moving_dots(20)
SHAPES = {"clip_shape": (6, 8, 8)}


def small(**parameters):
    tiny = {"horizon": 2, "filters": (3,), "maps": 2, "epochs": 2, "random_state": 0}
    return NextFrameAutoencoder(**tiny | parameters)


@pytest.fixture(scope="module")
def fitted():
    return small().fit(X)


def test_predictions_start_at_the_mean_of_what_is_to_come():
    ae = small(epochs=1, learning_rate=1e-9).fit(np.concatenate([X[:, :4], X[:, 4:] // 2], axis=1))
    np.testing.assert_allclose(ae.decoder_.get_weights()[-1], [(X[:, 4:] // 2).mean() / 255], rtol=1e-4)


# -- what is learned -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"n_components": 32}, {"likelihood": "gaussian_diagonal"}])
def test_it_predicts_what_moves(options):
    train, test = moving_dots(400), moving_dots(100)
    ae = small(filters=(8,), maps=16, learning_rate=0.01, epochs=60, **options).fit(train)
    truth = test[:, 4:] / 255
    repeated = np.square(test[:, 3:4] / 255 - truth).mean(axis=(0, 2, 3))
    errors = np.square(ae.predict(test[:, :4]) - truth).mean(axis=(0, 2, 3))
    assert (errors < 0.5 * repeated).all()
    assert errors.mean() < 0.9 * truth.var()  # of the mean of all frames


@pytest.mark.slow
def test_training_goes_on_to_the_same_bits():
    whole, halves = small(epochs=4).fit(X), small(warm_start=True).fit(X).fit(X)
    np.testing.assert_array_equal(whole.history_["loss"], halves.history_["loss"])
    np.testing.assert_array_equal(whole.predict(X), halves.predict(X))


@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [{}, {"n_components": 5, "kernel_size": 5, "missing": "indicator", "likelihood": "bernoulli"}]
)
def test_the_model_file_holds_it(options, tmp_path):
    ae = small(**options).fit(X, validation_data=X[:3])
    ae.save(tmp_path / "m.diabolo")
    loaded = load(tmp_path / "m.diabolo")
    assert loaded.get_params() == ae.get_params()
    for method in ("transform", "predict", "score_samples"):
        np.testing.assert_array_equal(getattr(loaded, method)(X), getattr(ae, method)(X))


# -- what is compared ----------------------------------------------------------------------------------------


def test_errors_are_those_of_the_last_frames(fitted):
    frames = fitted.predict(X)
    assert frames.shape == (20, 2, 8, 8)
    errors = np.square(frames - X[:, 4:] / 255)
    np.testing.assert_allclose(fitted.reconstruction_error(X, per_feature=True), errors, atol=1e-6)
    by_clip = errors.mean(axis=(1, 2, 3))
    np.testing.assert_allclose(fitted.reconstruction_error(X), by_clip, rtol=1e-4)
    np.testing.assert_allclose(fitted.score_samples(X), -by_clip, rtol=1e-4)
    assert fitted.score(X) == pytest.approx(-by_clip.mean(), rel=1e-4)
    assert fitted.evaluate(X).keys() == {"loss", "reconstruction", "mse"}


def test_the_future_is_not_seen(fitted):
    other = X.copy()
    other[:, 4:] = 255 - other[:, 4:]
    for method in ("transform", "predict"):
        expected = getattr(fitted, method)(X)
        np.testing.assert_array_equal(getattr(fitted, method)(other), expected)
        np.testing.assert_array_equal(getattr(fitted, method)(X[:, :4]), expected)
    changed = X.copy()
    changed[:, 3] = 255 - changed[:, 3]
    assert not np.array_equal(fitted.transform(changed), fitted.transform(X))


@pytest.mark.slow
def test_series_are_scaled_alike_at_all_steps_and_come_back_in_their_units():
    series = np.sin(RNG.uniform(0, 6, (100, 1)) + np.arange(12)) * 5 + 40
    ae = small(filters=(), kernel_size=1, maps=16, learning_rate=0.02, epochs=200).fit(series)
    assert ae._fitted.scaling.kind == "affine"
    assert ae.predict(series).shape == (100, 2)
    assert np.square(ae.predict(series) - series[:, -2:]).mean() < 0.1 * series.var()
    np.testing.assert_allclose(
        ae.reconstruction_error(series), np.square(ae.predict(series) - series[:, -2:]).mean(1), rtol=1e-3
    )


@pytest.mark.slow
def test_likelihoods_are_of_the_last_frames():
    ae = small(likelihood="gaussian_diagonal").fit(X)
    scale = 1e-3 + np.exp(ae._fitted.road.learned["log_scale"].numpy())
    truth = X[:, 4:].reshape(20, -1) / 255
    residual = (truth - ae.predict(X).reshape(20, -1)) / scale
    log_prob = (-0.5 * residual**2 - np.log(scale) - 0.5 * np.log(2 * np.pi)).sum(axis=1)
    np.testing.assert_allclose(ae.score_samples(X), log_prob, rtol=1e-4)


@pytest.mark.slow
def test_gaps():
    """A clip without a pixel to compare with teaches nothing, and has no error."""
    gapped = X / 255
    gapped[::2, 1, 3:] = np.nan
    gapped[1, 5, 0] = np.nan
    blind = np.concatenate([gapped, gapped[:1]])
    blind[-1, 4:] = np.nan
    ae = small(missing="indicator").fit(gapped)
    np.testing.assert_array_equal(small(missing="indicator").fit(blind).predict(gapped), ae.predict(gapped))
    errors = np.square(ae.predict(gapped) - gapped[:, 4:])
    np.testing.assert_allclose(ae.reconstruction_error(gapped), np.nanmean(errors, (1, 2, 3)), rtol=1e-4)
    with pytest.raises(DataError, match="The last 2 frames are compared.* NaN throughout: rows 20"):
        ae.score(blind)
    assert ae.predict(blind).shape == (21, 2, 8, 8)


# -- codes and shapes ----------------------------------------------------------------------------------------


def test_codes(fitted):
    codes = fitted.transform(X)
    assert codes.shape == (20, 2 * 4 * 4)  # the maps of the state
    assert np.abs(codes).max() <= 1
    frames = fitted.decoder_.predict(codes, verbose=0)
    np.testing.assert_allclose(frames.reshape(20, 2, 8, 8), fitted.predict(X), atol=1e-5)


@pytest.mark.slow
def test_a_code_without_places():
    ae = small(n_components=3).fit(X)
    assert ae.transform(X).shape == (20, 3)
    assert ae.get_feature_names_out().tolist() == [f"nextframeautoencoder{i}" for i in range(3)]


@pytest.mark.slow
def test_flat_rows_of_a_stated_shape(fitted):
    flat = X.reshape(20, -1)
    np.testing.assert_array_equal(fitted.predict(flat), fitted.predict(X))
    ae = small(**SHAPES).fit(flat)
    for rows in (flat, X, X[:, :4]):
        np.testing.assert_array_equal(ae.predict(rows), fitted.predict(X).reshape(20, -1))
    np.testing.assert_array_equal(small(**SHAPES).fit(X).predict(X), fitted.predict(X))


@pytest.mark.slow
def test_colours():
    colours = np.stack([X, 255 - X, X // 2], axis=-1)
    ae = small().fit(colours)
    assert ae.predict(colours[:, :4]).shape == (20, 2, 8, 8, 3)
    assert ae.predict(colours[:3]).min() > -1


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"encoder": (8,)}, r"encoder=\(8,\) has no effect in a NextFrameAutoencoder.* Set filters, maps"),
        ({"horizon": 6}, "horizon=6 needs clips of at least 7 frames, .*; got clips of 6"),
        ({"kernel_size": 9}, "kernel_size=9 is larger than an image of 8 x 8"),
        ({"clip_shape": (6, 8, 9)}, r"clip_shape=\(6, 8, 9\) has 432 numbers, but rows have the shape"),
    ],
)
def test_bad_parameters(parameters, says):
    with pytest.raises(ParameterError, match=says):
        small(**parameters).fit(X)


def test_clips_that_do_not_fit(fitted):
    with pytest.raises(DataError, match=r"shape that fit saw, \(6, 8, 8\)"):
        fitted.predict(X[..., np.newaxis])
    with pytest.raises(DataError, match="X has 320 features, but NextFrameAutoencoder is expecting 384"):
        fitted.predict(X[:, :5])
    with pytest.raises(DataError, match="X has 256 features"):
        fitted.score(X[:, :4])
    with pytest.raises(DataError, match=r"row 0 has the shape \(6, 8, 8\), and row 1 \(6, 5, 8\)"):
        small().fit([X[0], X[0, :, :5]])
    with pytest.raises(DataError, match="this is a single one"):
        fitted.predict(X[0])
    with pytest.raises(ParameterError, match="keeps its networks.*maps was"):
        small(warm_start=True).fit(X).set_params(maps=3).fit(X)
