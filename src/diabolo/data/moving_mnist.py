"""Clips of digits that move and bounce, made from the bundled digits."""

from numbers import Integral

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.utils import check_random_state

from diabolo.data.mnist import load_mnist
from diabolo.errors import ParameterError

_DIGIT = 28  # pixels a side
_STEP = 0.1  # of the way from wall to wall, a frame


def moving_mnist(
    n_clips: int,
    *,
    n_frames: int = 20,
    n_digits: int = 2,
    side: int = 64,
    split: str = "train",
    random_state: int | np.random.RandomState | None = None,
) -> np.ndarray:
    """Moving MNIST (Srivastava et al. 2015): handwritten digits that move straight on and bounce at walls.

    Each clip has digits drawn at random, which start anywhere in the frame, each in a direction of its own,
    and go a tenth of the way from wall to wall in a frame. Where digits meet, the brighter pixel is seen.

    Parameters
    ----------
    n_clips : int
    n_frames : int, default=20
    n_digits : int, default=2
    side : int, default=64
        Pixels a side of a frame, at least the 28 of a digit.
    split : {"train", "test"}, default="train"
        Whether digits come from MNIST's 60,000 training images or its 10,000 test images.
    random_state : int, RandomState instance or None, default=None

    Returns
    -------
    clips : ndarray of shape (n_clips, n_frames, side, side), uint8
        0 (paper) to 255 (ink).

    Raises
    ------
    ParameterError
        If a number is no whole one of at least 1, ``side`` is below 28, or ``split`` is none.

    References
    ----------
    Srivastava, Mansimov and Salakhutdinov (2015), "Unsupervised learning of video representations using
    LSTMs".

    Examples
    --------
    >>> from diabolo import moving_mnist
    >>> clips = moving_mnist(3, random_state=0)
    >>> clips.shape, clips.dtype
    ((3, 20, 64, 64), dtype('uint8'))
    """
    counts = {"n_clips": n_clips, "n_frames": n_frames, "n_digits": n_digits, "side": side}
    for name, given in counts.items():
        least = _DIGIT if name == "side" else 1
        if not isinstance(given, Integral) or isinstance(given, bool) or given < least:
            raise ParameterError(f"{name} must be a whole number of at least {least}; got {given!r}.")
    if split not in ("train", "test"):
        raise ParameterError(f"split must be 'train' or 'test'; got {split!r}.")
    mnist, random = load_mnist(), check_random_state(random_state)
    digits = mnist.X_train if split == "train" else mnist.X_test
    clips = np.zeros((n_clips, n_frames, side, side), np.uint8)
    places = sliding_window_view(clips, (_DIGIT, _DIGIT), axis=(2, 3), writeable=True)
    clip, frame = np.ogrid[:n_clips, :n_frames]
    for _ in range(n_digits):
        drawn = digits[random.randint(len(digits), size=n_clips)]
        top, left = _ways(n_clips, n_frames, side - _DIGIT, random)
        where = clip, frame, top, left
        places[where] = np.maximum(places[where], drawn[:, np.newaxis])
    return clips


def _ways(
    n_clips: int, n_frames: int, room: int, random: np.random.RandomState
) -> tuple[np.ndarray, np.ndarray]:
    """Where a digit's upper left corner is in each frame, in pixels: twice (n_clips, n_frames)"""
    direction = random.uniform(0, 2 * np.pi, n_clips)
    velocity = _STEP * np.stack([np.sin(direction), np.cos(direction)])  # (2, n_clips)
    start = random.uniform(0, 1, (2, n_clips))
    straight = start[..., np.newaxis] + velocity[..., np.newaxis] * np.arange(n_frames)
    # A way that bounces at 0 and 1 is a straight one folded: 1.2 is 0.8, and -0.2 is 0.2.
    folded = 1 - np.abs(1 - straight % 2)
    top, left = np.rint(folded * room).astype(int)
    return top, left
