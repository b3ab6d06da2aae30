"""Model files of every version of the format and every backend load on the backend that runs the tests."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import diabolo
from diabolo.storage.model_file import FORMAT_VERSION

FILES = sorted(Path(__file__).parent.glob("v*.diabolo"))


def test_there_is_a_file_of_every_version_and_backend():
    backends = ("jax", "tensorflow", "torch")
    expected = {f"v{v}-{backend}.diabolo" for v in range(1, FORMAT_VERSION + 1) for backend in backends}
    assert {path.name for path in FILES} == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_model_answers_as_it_did_when_it_was_written(path):
    told = np.load(path.with_suffix(".npz"))
    ae = diabolo.load(path)
    frame = pd.DataFrame(told["X"], columns=["a", "b", "ü", "a b"])
    for answers, expected in (
        (ae.transform(frame), told["codes"]),
        (ae.reconstruct(frame), told["reconstructions"]),
    ):
        np.testing.assert_allclose(answers, expected, rtol=0, atol=1e-5 * np.abs(expected).max())
    np.testing.assert_array_equal(ae.history_["mse"], told["mse"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_model_is_what_it_was_and_goes_on(path):
    ae = diabolo.load(path)
    assert repr(ae).startswith("Autoencoder(activation='tanh', batch_size=16, decoder=[7],")
    assert (ae.n_iter_, ae.feature_names_in_.tolist()) == (6, ["a", "b", "ü", "a b"])
    assert ae._fitted.seed == np.random.RandomState(3).randint(2**31 - 1)
    records = [(fit.n_samples, fit.epochs, fit.partial) for fit in ae._fitted.fits]
    assert records == [(40, 5, False), (40, 1, True)]
    X = np.load(path.with_suffix(".npz"))["X"]
    ae.partial_fit(pd.DataFrame(X, columns=ae.feature_names_in_))
    assert np.isfinite(ae.score(pd.DataFrame(X, columns=ae.feature_names_in_)))
    assert ae.n_iter_ == 7
