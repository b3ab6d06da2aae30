"""The contraction is the squared Frobenius norm of the encoder's Jacobian, as JAX's own jacfwd has it."""

import numpy as np
import pytest

from diabolo import ContractiveAutoencoder, Dense

WEIGHT = 0.5


def contraction(cae, X):
    """Without its weight, by the public way."""
    return cae.evaluate(X)["contraction"] / WEIGHT


@pytest.mark.jax
@pytest.mark.parametrize(
    ("hidden", "activation", "code_activation"),
    [
        ((20,), "relu", "linear"),
        ((20, 10), "tanh", "sigmoid"),
        ((12, 12, 12), "gelu", "linear"),
        ((20,), "softmax", "tanh"),
        ((), "linear", "softmax"),  # one layer, yet no output follows from its own input alone
    ],
)
def test_deep_encoders_of_any_activation(digits, hidden, activation, code_activation):
    import jax

    X = digits[:100].astype(np.float32)
    cae = ContractiveAutoencoder(
        4,
        encoder=Dense(hidden, activation),
        decoder=Dense(()),
        code_activation=code_activation,
        contraction=WEIGHT,
        epochs=1,
        random_state=0,
    ).fit(X)
    jacobians = jax.vmap(jax.jacfwd(lambda x: cae.encoder_(x[None])[0]))(X)  # (100, 4, 64)
    expected = np.square(np.asarray(jacobians, np.float64)).sum(axis=(1, 2)).mean()
    assert contraction(cae, X) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("n_components", [5, 40])
def test_one_layer_of_sigmoids(digits, n_components):
    """sum_j (h_j (1 - h_j))^2 ||W_j||^2 (Rifai et al. 2011), whatever the width."""
    cae = ContractiveAutoencoder(
        n_components, encoder=(), code_activation="sigmoid", contraction=WEIGHT, epochs=2, random_state=0
    ).fit(digits)
    h = cae.transform(digits).astype(np.float64)
    kernel, _ = cae.encoder_.get_weights()
    expected = (np.square(h * (1 - h)) @ np.square(kernel.astype(np.float64)).sum(axis=0)).mean()
    assert contraction(cae, digits) == pytest.approx(expected, rel=1e-5)
