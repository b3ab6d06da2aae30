"""Digits that move and bounce."""

import numpy as np
import pytest

from diabolo import ParameterError, moving_mnist


def corners(clips):
    """Row and column of the first ink: (n_clips, n_frames, 2)"""
    ink = clips > 0
    return np.stack([ink.any(axis=3).argmax(axis=2), ink.any(axis=2).argmax(axis=2)], axis=-1)


def test_a_digit_keeps_its_shape_and_stays_whole(mnist):
    clips = moving_mnist(5, n_digits=1, random_state=0)
    assert clips.shape == (5, 20, 64, 64)
    assert clips.dtype == np.uint8
    sums = clips.sum(axis=(2, 3), dtype=int)
    assert (sums == sums[:, :1]).all()
    for clip in clips:  # it is one of the training images, wherever it stands
        frame = clip[0][np.ix_(clip[0].any(axis=1), clip[0].any(axis=0))]
        same_sum = mnist.X_train[mnist.X_train.sum(axis=(1, 2), dtype=int) == clip[0].sum(dtype=int)]
        cut = [image[np.ix_(image.any(axis=1), image.any(axis=0))] for image in same_sum]
        assert any(np.array_equal(frame, image) for image in cut)


def test_it_goes_straight_on_and_bounces():
    """Speed is a tenth of the room in any direction; each coordinate turns round only at a wall."""
    place = corners(moving_mnist(50, n_frames=40, n_digits=1, random_state=0)).astype(float)
    steps = np.diff(place, axis=1)  # (clips, 39, 2), in whole pixels
    assert np.abs(steps).max() <= 0.1 * 36 + 1
    length = np.hypot(*np.moveaxis(np.abs(steps), -1, 0))
    assert np.median(length) == pytest.approx(3.6, abs=0.4)
    turns = steps[:, 1:] * steps[:, :-1] < -2  # a turn, not a rounding
    low, high = place.min(axis=1, keepdims=True), place.max(axis=1, keepdims=True)
    near = np.minimum(place - low, high - place)[:, 1:-1]
    assert turns.any()
    assert near[turns].max() <= 4


def test_digits_lie_over_each_other():
    one, two = (moving_mnist(4, n_digits=n, random_state=3) for n in (1, 2))
    assert (two >= one).all()  # the first digit of both is the same
    assert (two > one).any(axis=(2, 3)).all()


def test_the_seed_says_it_all():
    one, same, other = (moving_mnist(3, random_state=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)
    assert not np.array_equal(one, moving_mnist(3, split="test", random_state=0))


def test_other_sizes():
    clips = moving_mnist(2, n_frames=3, n_digits=3, side=28, random_state=0)
    assert clips.shape == (2, 3, 28, 28)
    assert (clips == clips[:, :1]).all()  # there is no room to move


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"n_clips": 0}, "n_clips must be a whole number of at least 1; got 0"),
        ({"n_frames": 2.5}, "n_frames must be a whole number of at least 1; got 2.5"),
        ({"n_digits": True}, "n_digits must be a whole number of at least 1; got True"),
        ({"side": 27}, "side must be a whole number of at least 28; got 27"),
        ({"split": "validation"}, "split must be 'train' or 'test'; got 'validation'"),
    ],
)
def test_bad_arguments(arguments, says):
    with pytest.raises(ParameterError, match=says):
        moving_mnist(**{"n_clips": 1} | arguments)
