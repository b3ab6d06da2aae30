"""What linear models have in common."""

import numpy as np
import pytest
from sklearn.datasets import load_digits


@pytest.fixture(scope="session")
def digits():
    """1797 rows of 64 grey values in [0, 1]."""
    return load_digits().data / 16


@pytest.fixture(scope="session")
def adam():
    """``adam(rate, steps)``: an optimizer whose rate falls to nothing, so that training settles."""
    import keras

    return lambda rate, steps: keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps))


@pytest.fixture(scope="session")
def linear_gaussian():
    """``linear_gaussian(vae)``: the matrix, mean and scale of x = W z + mean + scale * n, in float64."""

    def of(vae):
        kernel, bias = vae.decoder_.get_weights()
        log_scale = vae._fitted.road.learned["log_scale"].numpy()[0]
        return kernel.T.astype(np.float64), bias.astype(np.float64), 1e-3 + np.exp(np.float64(log_scale))

    return of
