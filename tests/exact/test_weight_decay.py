"""The linear autoencoder with weight decay finds the principal directions themselves (Kunin et al. 2019).

Without it any basis of PCA's subspace is as good. For the summed error, centred rows and a weight lambda the
squared singular values of the decoder are 1 - lambda / eigenvalue; the mean over d features makes that
1 - lambda d / eigenvalue.
"""

import numpy as np

from diabolo import Autoencoder, penalties

WEIGHT, STEPS = 1e-3, 1500


def test_directions_and_singular_values(digits, adam):
    X = digits - digits.mean(axis=0)
    ae = Autoencoder(
        5,
        encoder=(),
        scale=None,
        penalties=(penalties.WeightDecay(WEIGHT),),
        optimizer=adam(1e-2, STEPS),
        batch_size=len(X),
        epochs=STEPS,
        random_state=0,
    ).fit(X)
    eigenvalues, eigenvectors = (part[..., ::-1][..., :5] for part in np.linalg.eigh(np.cov(X.T, bias=True)))
    _, singular_values, directions = np.linalg.svd(ae.decoder_.get_weights()[0], full_matrices=False)
    assert np.abs(np.sum(directions * eigenvectors.T, axis=1)).min() > 0.999
    expected = 1 - WEIGHT * X.shape[1] / eigenvalues
    np.testing.assert_allclose(singular_values**2, expected, atol=1e-3)
    assert expected.max() - expected.min() > 0.1  # the weight shows
