"""How near predicted frames are to the true ones, beside what needs no model."""

import math
from dataclasses import dataclass

import numpy as np

from diabolo.data.scaling import Pixels
from diabolo.errors import DataError, MissingDependencyError

_LEAST_SIDE = 11  # of the window in which the structural similarity compares


@dataclass(frozen=True)
class FrameErrors:
    """Errors of predicted frames, by how far ahead they are.

    Parameters
    ----------
    mse : ndarray of shape (horizon,)
        Mean squared error a pixel, of pixels in 0..1.
    ssim : ndarray of shape (horizon,)
        Structural similarity (Wang et al. 2004), 1 for equal frames: the mean over frames, within each over
        windows weighted by a normal distribution with a standard deviation of 1.5 pixels.
    """

    mse: np.ndarray
    ssim: np.ndarray

    @classmethod
    def between(cls, truth: np.ndarray, prediction: np.ndarray) -> "FrameErrors":
        """Compare frames; see ``compare_frames`` for what they are and what it raises."""
        truth, prediction = as_pixels(truth), as_pixels(prediction)
        if truth.shape != prediction.shape:
            raise DataError(
                f"Predicted frames must have the shape of the true ones, {truth.shape}; got "
                f"{prediction.shape}."
            )
        pixels = tuple(range(2, truth.ndim))
        mse = np.square(truth.astype(np.float64) - prediction).mean(axis=(0, *pixels))
        return cls(mse, _similarities(truth, prediction).mean(axis=0))


def compare_frames(past: np.ndarray, truth: np.ndarray, prediction: np.ndarray) -> dict[str, FrameErrors]:
    """A prediction beside the last frame repeated, and beside the line through the last two.

    Parameters
    ----------
    past : ndarray of shape (n, time, height, width) or (n, time, height, width, channels)
        The frames seen: uint8 (0..255), or float (0..1), as the others.
    truth, prediction : ndarray of shape (n, horizon, height, width) or (n, horizon, height, width, channels)
        The frames that follow.

    Returns
    -------
    errors : dict of str to FrameErrors
        ``"model"``, ``"last frame"``, ``"line"``.

    Raises
    ------
    DataError
        If shapes disagree, or a frame has a side below 11 pixels.
    MissingDependencyError
        If scikit-image is not installed.
    """
    horizon = truth.shape[1]
    predictions = {
        "model": prediction,
        "last frame": repeat_last(past, horizon),
        "line": extrapolate(past, horizon),
    }
    return {name: FrameErrors.between(truth, frames) for name, frames in predictions.items()}


def repeat_last(past: np.ndarray, horizon: int) -> np.ndarray:
    """The last frame again and again: (n, time, *frame) -> (n, horizon, *frame), float32 in 0..1"""
    return np.repeat(as_pixels(past[:, -1:]), horizon, axis=1)


def extrapolate(past: np.ndarray, horizon: int) -> np.ndarray:
    """Each pixel on along the line through its last two values, kept within 0..1; shapes as above"""
    before, last = (as_pixels(past[:, which]) for which in (slice(-2, -1), slice(-1, None)))
    ahead = np.arange(1, horizon + 1, dtype=np.float32).reshape(1, -1, *[1] * (past.ndim - 2))
    return np.clip(last + ahead * (last - before), 0, 1)


def as_pixels(frames: np.ndarray) -> np.ndarray:
    """float32, in 0..1 by the dtype that came."""
    n_numbers = math.prod(frames.shape[1:])
    return Pixels(n_numbers).apply(frames.reshape(len(frames), n_numbers)).reshape(frames.shape)


def _similarities(truth: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """Of each pair of frames: (n, horizon)"""
    try:
        from skimage.metrics import structural_similarity
    except ImportError as error:
        raise MissingDependencyError(
            "The structural similarity of frames needs scikit-image, which is not installed: "
            "pip install 'diabolo[video]'"
        ) from error
    if min(truth.shape[2:4]) < _LEAST_SIDE:
        raise DataError(
            f"The structural similarity needs frames of at least {_LEAST_SIDE} x {_LEAST_SIDE} pixels; got "
            f"{truth.shape[2]} x {truth.shape[3]}. Compare smaller ones by their squared error."
        )
    paper = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1.0}
    channels = -1 if truth.ndim == 5 else None
    return np.array(
        [
            [
                structural_similarity(*pair, channel_axis=channels, **paper)
                for pair in zip(*clips, strict=True)
            ]
            for clips in zip(truth, prediction, strict=True)
        ]
    )
