"""The data of the papers: MNIST grey, made binary once and for all, or anew at every epoch."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from diabolo import load_mnist

_STATIC = Path(__file__).parent / "data" / "static_binary_mnist.npz"


class StaticDigits(NamedTuple):
    """MNIST made binary by Larochelle and Murray (2011): uint8 images of 0 and 255."""

    train: np.ndarray  # (50000, 28, 28)
    valid: np.ndarray  # (10000, 28, 28)
    test: np.ndarray  # (10000, 28, 28)


def static_digits(n: int | None = None) -> StaticDigits:
    """The binary digits, or the first ``n`` of each part."""
    with np.load(_STATIC) as packed:
        parts = (np.unpackbits(packed[name][:n], axis=1) for name in StaticDigits._fields)
        return StaticDigits(*(255 * pixels.reshape(-1, 28, 28) for pixels in parts))


def drawn(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Binary images, each pixel white with its grey value for probability: uint8, of the same shape."""
    return np.where(255 * rng.random(images.shape, np.float32) < images, np.uint8(255), np.uint8(0))


class LabelledDigits(NamedTuple):
    """MNIST as flat rows in 0..1 with its digits."""

    X_train: np.ndarray  # (60000, 784) float32
    y_train: np.ndarray  # (60000,)
    X_test: np.ndarray  # (10000, 784) float32
    y_test: np.ndarray  # (10000,)


def labelled_digits(n: int | None = None) -> LabelledDigits:
    """The grey digits, or the first ``n`` of each part."""
    mnist = load_mnist()
    return LabelledDigits(*(_as_rows(part[:n]) for part in mnist))


def _as_rows(part: np.ndarray) -> np.ndarray:
    return part.reshape(len(part), -1).astype(np.float32) / 255 if part.ndim == 3 else part
