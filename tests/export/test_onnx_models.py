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
    StackedAutoencoderClassifier,
    Tabular,
    VariationalAutoencoder,
)
from diabolo.export import decoded_columns, decoder_bytes, encoder_bytes

pytestmark = [pytest.mark.jax, pytest.mark.thorough]

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


# Those whose networks take long to compile.
SLOW = ("colours", "batch norm", "max pooling", "spatial", "marked images", "lstm", "both ways", "feedback")
PARAMETERS = [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in CASES]


@pytest.fixture(scope="module", params=PARAMETERS)
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


def with_gaps(X: np.ndarray) -> np.ndarray:
    """One number in ten is hidden, the last of each row aside."""
    hidden = np.random.default_rng(2).random(X.shape) < 0.1
    hidden.reshape(len(X), -1)[:, -1] = False
    return np.where(hidden, np.float32(np.nan), X)


def test_encoder_gives_the_codes_of_transform(fitted):
    estimator, X = fitted
    model = encoder_bytes(estimator)
    many = np.concatenate([X] * 15)[:300]
    assert_agrees(ran(model, many), estimator.transform(many))
    assert_agrees(ran(model, many[:1]), estimator.transform(many[:1]))
    assert_agrees(ran(model, with_gaps(X)), estimator.transform(with_gaps(X)))


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


@pytest.mark.parametrize("fitted", ["sequence"], indirect=True)
def test_a_sequence_that_ends_early(fitted):
    estimator, X = fitted
    short = np.where(np.arange(9)[:, None] > 4, np.float32(np.nan), X)
    assert_agrees(ran(encoder_bytes(estimator), short), estimator.transform(short))


def test_the_users_own_network():
    """Layers that no network of the package has, and activations of every shape."""
    layers = keras.layers
    encoder = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.ZeroPadding2D(1),
            layers.DepthwiseConv2D(3, dilation_rate=2, activation="gelu"),
            layers.LayerNormalization(),
            layers.SeparableConv2D(4, 3, activation="silu"),
            layers.AveragePooling2D(2),
            layers.Dropout(0.5),
            layers.Dense(3, activation="softmax"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(2),
        ]
    )
    activations = ("elu", "selu", "softplus", "softsign", "tanh", "leaky_relu", "relu6", "mish", "hard_silu")
    decoder = keras.Sequential([layers.Dense(8, activation=name) for name in activations])
    decoder.add(layers.Dense(144, activation="sigmoid"))
    X = rows_of(IMAGES)
    estimator = Autoencoder(2, encoder=encoder, decoder=decoder, epochs=1, random_state=0).fit(X)
    codes = np.random.default_rng(1).normal(size=(50, 2)).astype(np.float32) * 3
    assert_agrees(ran(encoder_bytes(estimator), np.float32(X)), estimator.transform(X))
    assert_agrees(ran(decoder_bytes(estimator), codes), estimator.inverse_transform(codes))


def test_a_network_without_a_counterpart():
    encoder = keras.Sequential([keras.Input((6,)), Sorted(), keras.layers.Dense(2)])
    estimator = Autoencoder(2, encoder=encoder, decoder=(), epochs=1).fit(rows_of(TABLE))
    with pytest.raises(ExportError, match="can't be exported: its network uses the operation 'sort'"):
        encoder_bytes(estimator)
    assert decoder_bytes(estimator)


@keras.saving.register_keras_serializable("tests")
class Sorted(keras.layers.Layer):
    """Each row in order of size."""

    def call(self, x):
        return keras.ops.sort(x, axis=-1)


def test_decoder_of_a_table_gives_means_and_probabilities():
    pd = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    X = pd.DataFrame(
        {
            "kind": rng.choice(["a", "b", "c"], 60),
            "size": rng.normal(50, 20, 60),
            "open": rng.random(60) > 0.5,
            "count": rng.integers(0, 90, 60),
            "place": rng.choice(["north", "south"], 60),
        }
    )
    estimator = Autoencoder(2, encoder=Tabular((8,)), epochs=2, random_state=0).fit(X)
    codes = np.random.default_rng(1).normal(size=(300, 2)).astype(np.float32) * 3
    model = decoder_bytes(estimator)
    found = pd.DataFrame(ran(model, codes), columns=pd.MultiIndex.from_tuples(decoded_columns(estimator)))
    expected = estimator.inverse_transform(codes)
    np.testing.assert_allclose(found["size"].iloc[:, 0], expected["size"], rtol=1e-4)
    assert np.abs(found["count"].iloc[:, 0] - expected["count"]).max() <= 0.501
    np.testing.assert_array_equal(found["open"].iloc[:, 0] > 0.5, expected["open"])
    for name in ("kind", "place"):
        np.testing.assert_allclose(found[name].sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_array_equal(found[name].idxmax(axis=1), expected[name])
    with pytest.raises(ExportError, match="fitted on a DataFrame of mixed columns"):
        encoder_bytes(estimator)


def test_head_of_a_classifier():
    X, y = rows_of(TABLE), np.arange(70) % 3
    estimator = StackedAutoencoderClassifier(4, encoder=(8,), epochs=1, random_state=0).fit(X, y)
    codes = estimator.transform(X)
    assert_agrees(ran(decoder_bytes(estimator), codes), estimator.predict_proba(X))


def test_not_fitted():
    with pytest.raises(NotFittedError):
        encoder_bytes(Autoencoder())


@pytest.fixture(scope="module")
def linear():
    return Autoencoder(2, encoder=(), epochs=1, random_state=0).fit(rows_of(TABLE))


@pytest.mark.parametrize("package", ["onnx", "onnxruntime"])
def test_an_extra_that_is_missing(linear, monkeypatch, tmp_path, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingDependencyError, match=rf"needs {package}, .*pip install 'diabolo\[onnx\]'"):
        linear.export(tmp_path / "m.onnx")


def test_bytes_need_no_runtime(linear, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert decoder_bytes(linear)


def test_another_backend_says_how(linear, monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    with pytest.raises(ExportError, match=r"runs on torch here\. Save the model .* KERAS_BACKEND=jax"):
        decoder_bytes(linear)


def test_time_stamps_have_no_digits_in_float32():
    X = rows_of(TABLE)
    X[:, 1] = 1.7e9 + 60 * np.arange(70)
    estimator = Autoencoder(2, encoder=(), scale="standard", epochs=1).fit(X)
    with pytest.raises(ExportError, match=r"steps of 128 near 1\.7e\+09, but the numbers of column 1 are"):
        encoder_bytes(estimator)
