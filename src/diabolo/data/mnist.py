"""The MNIST database of handwritten digits (LeCun, Cortes and Burges), bundled with the package."""

from importlib.resources import files
from typing import NamedTuple

import numpy as np


class MNIST(NamedTuple):
    """The training and test images with their digits."""

    X_train: np.ndarray  # (60000, 28, 28) uint8
    y_train: np.ndarray  # (60000,) uint8
    X_test: np.ndarray  # (10000, 28, 28) uint8
    y_test: np.ndarray  # (10000,) uint8


def load_mnist() -> MNIST:
    """Load the MNIST digits that ship with the package; nothing is downloaded.

    Returns
    -------
    X_train : ndarray of shape (60000, 28, 28), uint8
        Training images, 0 (paper) to 255 (ink).
    y_train : ndarray of shape (60000,), uint8
        Their digits, 0 to 9.
    X_test : ndarray of shape (10000, 28, 28), uint8
        Test images.
    y_test : ndarray of shape (10000,), uint8
        Their digits.

    Examples
    --------
    >>> from diabolo import load_mnist
    >>> X_train, y_train, X_test, y_test = load_mnist()
    >>> X_train.shape, y_train[:5].tolist()
    ((60000, 28, 28), [5, 0, 4, 1, 9])
    """
    with files("diabolo.data").joinpath("mnist.npz").open("rb") as file, np.load(file) as arrays:
        return MNIST(*(arrays[key] for key in ("x_train", "y_train", "x_test", "y_test")))
