"""The contractive autoencoder: codes that move less, by weights that may be scheduled."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from diabolo import ContractiveAutoencoder, ParameterError
from diabolo.objectives.schedules import Linear

X = load_digits().data[:400] / 16
SMALL = {"encoder": (16,), "activation": "tanh", "random_state": 0}


def slope(ae):
    """The mean squared change of codes, for small changes of rows, by differences."""
    shifts = 1e-2 * np.eye(64)[:, None] + X[None, :50]  # (64, 50, 64)
    moved = ae.transform(shifts.reshape(-1, 64)).reshape(64, 50, -1) - ae.transform(X[:50])
    return np.square(moved / 1e-2).sum(axis=(0, 2)).mean()


@pytest.mark.slow
def test_codes_move_less_as_the_weight_grows():
    weak, strong = (ContractiveAutoencoder(3, contraction=w, epochs=40, **SMALL).fit(X) for w in (1e-4, 1e-1))
    assert slope(strong) < 0.5 * slope(weak)
    assert weak.score(X) > strong.score(X)
    for ae, weight in ((weak, 1e-4), (strong, 1e-1)):
        assert ae.evaluate(X[:50])["contraction"] == pytest.approx(weight * slope(ae), rel=0.02)


def test_the_weight_may_rise():
    still = {"optimizer": "sgd", "learning_rate": 1e-12, "batch_size": 400}
    rising = ContractiveAutoencoder(3, contraction=Linear(0, 0.4, 4), epochs=6, **still, **SMALL).fit(X)
    final = rising.evaluate(X)["contraction"]
    np.testing.assert_allclose(
        rising.history_["contraction"], final * np.minimum(np.arange(6) / 4, 1), rtol=1e-4
    )
    with pytest.raises(ParameterError, match="takes 4 epochs, and training ends after 3. Set epochs to 4"):
        ContractiveAutoencoder(3, contraction=Linear(0, 0.4, 4), epochs=3, **SMALL).fit(X)
    with pytest.raises(ParameterError, match="weight of Contraction must be a number of at least 0"):
        ContractiveAutoencoder(3, contraction=Linear(-1, 0.4, 2), epochs=3, **SMALL).fit(X)
