"""Exported encoders and decoders, run by onnxruntime, against ``transform`` and ``inverse_transform``."""

import sys

import keras
import numpy as np
import onnxruntime
import pytest
from sklearn.exceptions import NotFittedError

from diabolo import (
    Autoencoder,
    Convolutional,
    ExportError,
    MissingDependencyError,
    NextFrameAutoencoder,
    Recurrent,
    SequenceAutoencoder,
    SparseAutoencoder,
    StackedAutoencoder,
    Tabular,
    VariationalAutoencoder,
)
from diabolo.export import decoder_bytes, encoder_bytes

pytestmark = pytest.mark.jax

TABLE, IMAGES, ODD, SEQUENCES, CLIPS = (70, 6), (70, 12, 12), (70, 11, 9), (70, 9, 2), (20, 5, 8, 8)

# name -> estimator, and the shape of the rows that it is fitted on
CASES = {
    "dense": (Autoencoder(2, encoder=(8,)), TABLE),
    "linear, code activated": (Autoencoder(2, encoder=(), code_activation="tanh"), TABLE),
    "dense images": (Autoencoder(2, encoder=(8,)), IMAGES),
    "standard": (Autoencoder(2, encoder=(8,), scale="standard"), TABLE),
    "minmax": (Autoencoder(2, encoder=(8,), scale="minmax"), TABLE),
    "not scaled": (Autoencoder(2, encoder=(8,), scale=None), TABLE),
    "tabular of numbers": (Autoencoder(2, encoder=Tabular((8,))), TABLE),
    "gaps marked": (Autoencoder(2, encoder=(8,), missing="indicator"), TABLE),
    "largest": (SparseAutoencoder(4, kind="topk", sparsity=2, encoder=(8,)), TABLE),
    "stacked": (StackedAutoencoder(2, encoder=(8,)), TABLE),
    "variational": (VariationalAutoencoder(2, encoder=(8,)), TABLE),
    "bernoulli": (VariationalAutoencoder(2, encoder=(8,), likelihood="bernoulli"), IMAGES),
    "continuous bernoulli": (Autoencoder(2, encoder=(8,), likelihood="continuous_bernoulli"), IMAGES),
    "convolutional": (Autoencoder(2, encoder=Convolutional((4, 8))), IMAGES),
    "odd sides": (Autoencoder(2, encoder=Convolutional((4, 8), kernel_size=(5, 3))), ODD),
    "colours": (Autoencoder(2, encoder=Convolutional((4,))), (70, 8, 6, 3)),
    "batch norm": (Autoencoder(2, encoder=Convolutional((4,), norm="batch", residual=True)), ODD),
    "max pooling": (Autoencoder(2, encoder=Convolutional((4, 8), pool="max", residual=True)), ODD),
    "spatial": (Autoencoder(9, encoder=Convolutional((8, 8), norm="group", spatial=True)), IMAGES),
    "marked images": (Autoencoder(2, encoder=Convolutional((4,)), missing="indicator"), IMAGES),
    "lstm": (Autoencoder(2, encoder=Recurrent((4, 3))), SEQUENCES),
    "both ways": (Autoencoder(2, encoder=Recurrent((4, 3), "gru", bidirectional=True)), SEQUENCES),
    "feedback": (Autoencoder(2, encoder=Recurrent((4,), "gru", feedback=True)), SEQUENCES),
    "sequence": (SequenceAutoencoder(2, units=(4,)), SEQUENCES),
    "next frames": (NextFrameAutoencoder(horizon=2, filters=(4,), maps=4), CLIPS),
}


def rows_of(shape: tuple[int, ...]) -> np.ndarray:
    """Images and clips in 0..1; tables and sequences of very different units."""
    rng = np.random.default_rng(0)
    if shape in (TABLE, SEQUENCES):
        scales = np.array([1, 100, 0.1, 1, 10, 1])[: shape[-1]]
        return rng.normal(size=shape) * scales + scales * [0, 3, 1, 5, -2, 1][: shape[-1]]
    return rng.random(shape).round(1 if shape != IMAGES else 0)


@pytest.fixture(scope="module", params=CASES)
def fitted(request):
    estimator, shape = CASES[request.param]
    X = rows_of(shape)
    return estimator.set_params(epochs=1, random_state=0).fit(X), np.float32(X)


def ran(model: bytes, values: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (given,), (taken,) = session.get_inputs(), session.get_outputs()
    (found,) = session.run([taken.name], {given.name: values})
    assert given.shape[0] == taken.shape[0] == "batch"
    assert found.shape[1:] == tuple(taken.shape[1:])
    return found


def assert_agrees(found: np.ndarray, expected: np.ndarray) -> None:
    assert found.shape == expected.shape
    assert found.dtype == np.float32
    assert np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()


def test_encoder_gives_the_codes_of_transform(fitted):
    estimator, X = fitted
    model = encoder_bytes(estimator)
    many = np.concatenate([X] * 15)[:300]
    assert_agrees(ran(model, many), estimator.transform(many))
    assert_agrees(ran(model, many[:1]), estimator.transform(many[:1]))


def test_decoder_gives_the_rows_of_inverse_transform(fitted):
    estimator, X = fitted
    codes = np.random.default_rng(1).normal(size=(300, estimator.transform(X[:1]).shape[1]))
    codes = np.float32(codes) * 3
    model = decoder_bytes(estimator)
    if isinstance(estimator, NextFrameAutoencoder):  # which gives back what it reads from clips alone
        codes, expected = estimator.transform(X), estimator.predict(X)
    else:
        expected = estimator.inverse_transform(codes)
    assert_agrees(ran(model, codes), expected)
    assert_agrees(ran(model, codes[:1]), expected[:1])


def test_not_fitted():
    with pytest.raises(NotFittedError):
        encoder_bytes(Autoencoder())


@pytest.mark.parametrize("package", ["onnx", "onnxruntime"])
def test_an_extra_that_is_missing(table, monkeypatch, package):
    estimator = Autoencoder(2, encoder=(), epochs=1).fit(table)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingDependencyError, match=rf"needs {package}, .*pip install 'diabolo\[onnx\]'"):
        decoder_bytes(estimator)


def test_another_backend_says_how(table, monkeypatch):
    estimator = Autoencoder(2, encoder=(), epochs=1).fit(table)
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    with pytest.raises(ExportError, match=r"runs on torch here\. Save the model .* KERAS_BACKEND=jax"):
        decoder_bytes(estimator)
