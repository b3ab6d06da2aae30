"""Clips beside what was predicted."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from diabolo import DataError, FramesDisplay, OutputError, ParameterError

pytestmark = pytest.mark.jax

RNG = np.random.default_rng(0)
CLIPS = RNG.integers(0, 256, (4, 5, 6, 8), dtype=np.uint8)
TRUTH = CLIPS[:, 3:] / 255
PREDICTION = np.clip(TRUTH + RNG.normal(0, 0.1, TRUTH.shape), 0, 1)


class Predictor:
    """What a fitted estimator of flat rows would give."""

    def predict(self, X):
        return PREDICTION[: len(X)].reshape(len(X), -1)


def test_frames_stand_where_they_belong():
    display = FramesDisplay.from_estimator(Predictor(), CLIPS, n_samples=2)
    assert len(display.images_) == 2 * (5 + 2)
    for clip in range(2):
        of_clip = display.images_[7 * clip : 7 * clip + 7]
        for artist, frame in zip(of_clip[:5], CLIPS[clip], strict=True):
            np.testing.assert_allclose(artist.get_array(), frame / 255, atol=1e-6)
        for artist, frame in zip(of_clip[5:], PREDICTION[clip], strict=True):
            np.testing.assert_allclose(artist.get_array(), frame, atol=1e-6)
        for true, predicted in zip(of_clip[3:5], of_clip[5:], strict=True):
            assert true.get_extent()[:2] == predicted.get_extent()[:2]  # one above the other
            assert true.get_extent()[2] < predicted.get_extent()[2]
    left = display.images_[3].get_extent()[0]
    assert display.images_[2].get_extent()[1] < display.line_.get_xdata()[0] < left


def test_errors_are_written_under_the_predicted_frames():
    display = FramesDisplay.from_estimator(Predictor(), CLIPS)
    np.testing.assert_allclose(display.errors, np.square(TRUTH - PREDICTION)[:3].mean((2, 3)))
    assert len(display.texts_) == 6
    assert float(display.texts_[0].get_text()) == pytest.approx(display.errors[0, 0], rel=1e-2)
    display.figure_.canvas.draw()
    for text, image in zip(display.texts_[:2], display.images_[5:7], strict=True):
        box, above = text.get_window_extent(), image.get_window_extent()
        assert (box.x0 + box.x1) / 2 == pytest.approx((above.x0 + above.x1) / 2, abs=2)
        assert box.y1 <= above.y0 + 1


def test_lines_and_frames_have_names():
    ax = FramesDisplay(TRUTH, TRUTH, PREDICTION).plot().ax_
    assert [name.get_text() for name in ax.get_yticklabels()] == ["clip", "predicted"] * 4
    assert [name.get_text() for name in ax.get_xticklabels()] == ["1", "2", "3", "4"]
    label = ax.xaxis.label
    assert "mean squared error per pixel (pixels from 0 to 1)" in " ".join(label.get_text().split())
    ax.figure.canvas.draw()
    drawn, figure = label.get_window_extent(), ax.figure.bbox
    assert figure.x0 <= drawn.x0
    assert drawn.x1 <= figure.x1
    assert figure.y0 <= drawn.y0


def test_colours_and_numbers_that_are_no_pixels():
    colours = RNG.random((2, 3, 4, 5, 3))
    display = FramesDisplay(colours, colours[:, :1], colours[:, 1:2]).plot()
    assert display.images_[0].get_array().shape == (4, 5, 3)
    assert "per pixel and channel" in " ".join(display.ax_.get_xlabel().split())
    waves = 100 * RNG.normal(size=(2, 3, 4, 5))
    label = FramesDisplay(waves, waves, waves + 1).plot().ax_.get_xlabel()
    assert "squared units of X" in " ".join(label.split())


def test_plot_keeps_to_the_convention():
    before = dict(mpl.rcParams)
    _, ax = plt.subplots()
    display = FramesDisplay(TRUTH, TRUTH, PREDICTION)
    assert display.plot(ax) is display
    assert display.ax_ is ax
    assert display.plot().ax_ is not ax
    assert dict(mpl.rcParams) == before


def test_the_animation_has_every_frame(tmp_path):
    display = FramesDisplay.from_estimator(Predictor(), CLIPS, n_samples=1)
    display.save_animation(tmp_path / "clip.gif", frames_per_second=4)
    with Image.open(tmp_path / "clip.gif") as gif:
        assert gif.n_frames == 5
        assert gif.info["duration"] == 250
    assert plt.get_fignums() == [display.figure_.number]


@pytest.mark.parametrize(
    ("name", "options", "error", "says"),
    [
        ("clip.gif", {"clip": 4}, ParameterError, "clip must be from 0 to 3; got 4"),
        ("clip.mp4", {}, ParameterError, "path must end in .gif"),
        ("absent/clip.gif", {}, OutputError, "clip.gif can't be written: No such file"),
    ],
)
def test_animations_that_can_not_be(tmp_path, name, options, error, says):
    with pytest.raises(error, match=says):
        FramesDisplay(TRUTH, TRUTH, PREDICTION).save_animation(tmp_path / name, **options)


@pytest.mark.parametrize(
    ("clips", "says"),
    [
        ((TRUTH, TRUTH, PREDICTION[:, :1]), "must have one shape, one for one"),
        ((TRUTH[:2], TRUTH, PREDICTION), "equally many clips of frames of one shape"),
        ((TRUTH[..., :3], TRUTH, PREDICTION), "equally many clips of frames of one shape"),
        ((TRUTH.reshape(4, -1), TRUTH, PREDICTION), r"got shape \(4, 96\). Reshape flat rows"),
    ],
)
def test_bad_clips(clips, says):
    with pytest.raises(DataError, match=says):
        FramesDisplay(*clips)
    with pytest.raises(ParameterError, match="n_samples must be 1 or more; got 0"):
        FramesDisplay.from_estimator(Predictor(), CLIPS, n_samples=0)
