"""Errors of predicted frames and what they are compared with."""

import sys

import numpy as np
import pytest

from diabolo import DataError, MissingDependencyError
from diabolo.evaluation.frame_errors import FrameErrors, compare_frames, extrapolate, repeat_last

RNG = np.random.default_rng(0)
CLIPS = RNG.integers(0, 256, (3, 6, 16, 12), dtype=np.uint8)
PAST, TRUTH = CLIPS[:, :4], CLIPS[:, 4:]


def test_the_last_frame_repeated():
    frames = repeat_last(PAST, 3)
    assert frames.shape == (3, 3, 16, 12)
    np.testing.assert_allclose(frames, np.stack([PAST[:, 3] / 255] * 3, axis=1), rtol=1e-6)


def test_the_line_goes_on_and_stays_within_the_range():
    ramp = np.array([0.0, 0.1, 0.3, 0.5]).reshape(1, 4, 1, 1) * np.ones((2, 4, 3, 3))
    expected = np.array([0.7, 0.9, 1.0]).reshape(1, 3, 1, 1) * np.ones((2, 3, 3, 3))
    np.testing.assert_allclose(extrapolate(ramp, 3), expected, rtol=1e-6)
    np.testing.assert_allclose(extrapolate(1 - ramp, 3), 1 - expected, atol=1e-6)


@pytest.mark.parametrize("colours", [False, True])
def test_errors_are_those_of_scikit_image(colours):
    metrics = pytest.importorskip("skimage.metrics")
    past, truth = (np.stack([x, x // 2, 255 - x], axis=-1) if colours else x for x in (PAST, TRUTH))
    prediction = np.clip(truth / 255 + RNG.normal(0, 0.1, truth.shape), 0, 1)
    errors = compare_frames(past, truth, prediction)
    assert list(errors) == ["model", "last frame", "line"]
    frames = {"model": prediction, "last frame": repeat_last(past, 2), "line": extrapolate(past, 2)}
    for name, predicted in frames.items():
        for ahead in (0, 1):
            pairs = [(truth[i, ahead] / 255, predicted[i, ahead].astype(float)) for i in range(3)]
            mse = np.mean([metrics.mean_squared_error(*pair) for pair in pairs])
            assert errors[name].mse[ahead] == pytest.approx(mse, rel=1e-4)
            paper = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
            axis = {"channel_axis": -1} if colours else {}
            ssim = [metrics.structural_similarity(*p, data_range=1, **paper, **axis) for p in pairs]
            assert errors[name].ssim[ahead] == pytest.approx(np.mean(ssim), rel=1e-3)


def test_the_similarity_is_that_of_the_paper():
    """One window that holds the whole of a frame, by the formula: the middle pixel of 11 x 11."""
    metrics = pytest.importorskip("skimage.metrics")
    x, y = RNG.random((2, 1, 1, 11, 11))
    weight = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    weight = np.outer(weight, weight) / weight.sum() ** 2
    (a, b) = x[0, 0], y[0, 0]
    mean_a, mean_b = (weight * a).sum(), (weight * b).sum()
    var_a, var_b = (weight * (a - mean_a) ** 2).sum(), (weight * (b - mean_b) ** 2).sum()
    covariance = (weight * (a - mean_a) * (b - mean_b)).sum()
    c1, c2 = 0.01**2, 0.03**2
    similarity = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    similarity /= (mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2)
    assert metrics is not None
    assert FrameErrors.between(x, y).ssim[0] == pytest.approx(similarity, rel=1e-4)


def test_bad_frames():
    with pytest.raises(DataError, match=r"shape of the true ones, \(3, 2, 16, 12\); got \(3, 1, 16, 12\)"):
        compare_frames(PAST, TRUTH, TRUTH[:, :1])
    pytest.importorskip("skimage")
    with pytest.raises(DataError, match="at least 11 x 11 pixels; got 8 x 12"):
        compare_frames(PAST[:, :, :8], TRUTH[:, :, :8], TRUTH[:, :, :8])


def test_scikit_image_is_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage.metrics", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'diabolo\[video\]'"):
        compare_frames(PAST, TRUTH, TRUTH)
