"""The sparse autoencoder: which units are active, and what it refuses."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from diabolo import ParameterError, SparseAutoencoder

X = load_digits().data[:400] / 16
SMALL = {"encoder": (), "epochs": 3, "random_state": 0}


@pytest.mark.parametrize(("sparsity", "kept"), [(None, 2), (1, 1), (5, 5), (16, 16)])
def test_top_k_keeps_exactly_k(sparsity, kept):
    sae = SparseAutoencoder(16, kind="topk", sparsity=sparsity, **SMALL).fit(X)
    np.testing.assert_array_equal((sae.transform(X) != 0).sum(axis=1), kept)
    keras_codes = sae.encoder_.predict(X.astype(np.float32), verbose=0)
    np.testing.assert_allclose(keras_codes, sae.transform(X), rtol=1e-5, atol=1e-6)


def test_kl_brings_units_to_rho():
    sae = SparseAutoencoder(
        16, kind="kl", sparsity=0.1, sparsity_weight=10.0, **SMALL | {"epochs": 60}, learning_rate=0.01
    ).fit(X)
    codes = sae.transform(X)
    assert ((codes > 0) & (codes < 1)).all()  # a sigmoid, unless told otherwise
    np.testing.assert_allclose(codes.mean(axis=0), 0.1, atol=0.03)
    assert sae.evaluate(X)["sparsity"] == pytest.approx(sae.history_["sparsity"][-1], abs=0.05)


def test_l1_is_of_the_codes():
    sae = SparseAutoencoder(16, sparsity_weight=0.5, **SMALL).fit(X)
    expected = 0.5 * np.abs(sae.transform(X)).sum(axis=1).mean()
    assert sae.evaluate(X)["sparsity"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"sparsity": 0.1}, "sparsity=0.1 has no effect with kind='l1', whose strength is sparsity_weight"),
        ({"kind": "topk", "sparsity_weight": 0.1}, "sparsity_weight=0.1 has no effect with kind='topk'"),
        ({"kind": "topk", "code_activation": "relu"}, "code_activation='relu' has no effect"),
        ({"kind": "topk", "sparsity": 0.5}, "sparsity must be a whole number of units.* got 0.5"),
        ({"kind": "topk", "sparsity": 17}, "at most n_components=16; got 17"),
        ({"kind": "kl", "sparsity": 1.0}, "sparsity is the mean activation .* between 0 and 1; got 1.0"),
    ],
)
def test_parameters_that_contradict_each_other(parameters, says):
    with pytest.raises(ParameterError, match=says):
        SparseAutoencoder(16, **parameters, **SMALL).fit(X)
