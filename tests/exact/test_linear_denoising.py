"""The linear autoencoder under masking noise is the marginalised denoising one (Chen et al. 2012).

Rows of mean zero, each number masked with probability q: of all linear maps x~ -> x~ M the best has
M = pinv(Q) P, with S = X^T X / n, P = (1 - q) S, and Q = (1 - q)^2 S but for its diagonal, (1 - q) diag S.
"""

import numpy as np

from diabolo import DenoisingAutoencoder
from diabolo.corruption import Masking

MASKED, EPOCHS = 0.3, 60


def test_the_map_is_the_best_one(digits, adam):
    X = digits - digits.mean(axis=0)
    dae = DenoisingAutoencoder(
        64,
        encoder=(),
        noise=Masking(MASKED),
        scale=None,
        optimizer=adam(1e-2, EPOCHS * 29),
        epochs=EPOCHS,
        random_state=0,
    ).fit(X)
    second = X.T @ X / len(X)
    P, Q = (1 - MASKED) * second, (1 - MASKED) ** 2 * second
    np.fill_diagonal(Q, (1 - MASKED) * np.diag(second))

    def risk(map_, offset=0.0):
        """E || x - x~ M - offset ||^2 over rows and masks."""
        error = np.trace(second) - 2 * np.trace(map_.T @ P) + np.trace(map_.T @ Q @ map_)
        return error + np.sum(np.square(offset))

    (encode, shift), (decode, last) = dae.encoder_.get_weights(), dae.decoder_.get_weights()
    best = risk(np.linalg.pinv(Q) @ P)
    excess = risk(encode.astype(np.float64) @ decode, shift @ decode + last) / best - 1
    assert 0 <= excess < 0.01
    assert risk(np.eye(64)) / best - 1 > 0.4  # what learning nothing would leave
