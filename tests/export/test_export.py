"""The file that ``export`` writes: agreed with the estimator, or not there."""

import json
import os

import numpy as np
import onnx
import onnxruntime
import pytest

import diabolo
from diabolo import Autoencoder, ExportError, OutputError, StackedAutoencoderClassifier
from diabolo.export import scalings

pytestmark = pytest.mark.jax


@pytest.fixture(scope="module", name="X")
def rows():
    rng = np.random.default_rng(0)
    return rng.normal(size=(70, 3)) @ rng.normal(size=(3, 5)) * [1, 10, 100, 0.1, 1] + [0, 5, -300, 1, 1e4]


@pytest.fixture(scope="module")
def ae(X):
    return Autoencoder(2, encoder=(8,), scale="standard", epochs=1, random_state=0).fit(X)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "m.onnx"


def outputs(path, rows):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {"rows": rows}), strict=True))


def test_one_file_gives_codes_and_reconstructions(ae, X, path):
    ae.export(path)
    X = np.float32(X)
    found = outputs(path, X)
    assert list(found) == ["code", "reconstruction"]
    np.testing.assert_allclose(found["code"], ae.transform(X), atol=1e-5)
    np.testing.assert_allclose(
        found["reconstruction"] / X.std(0), ae.reconstruct(X) / X.std(0), rtol=1e-6, atol=1e-5
    )
    np.testing.assert_array_equal(outputs(path, np.float32(X[:1]))["code"].shape, (1, 2))
    assert os.listdir(path.parent) == ["m.onnx"]


def test_a_classifier_gives_probabilities(X, path):
    classifier = StackedAutoencoderClassifier(3, encoder=(8,), epochs=1, random_state=0)
    classifier.fit(X, np.repeat(["no", "yes"], 35)).export(path, X=X)
    found = outputs(path, np.float32(X))
    assert list(found) == ["code", "probabilities"]
    np.testing.assert_allclose(found["probabilities"], classifier.predict_proba(X), rtol=1e-4)
    assert metadata(path)["diabolo.classes"] == ["no", "yes"]


def metadata(path):
    return {entry.key: json.loads(entry.value) for entry in onnx.load(path).metadata_props}


def test_the_file_says_what_it_is(X, path):
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame(X, columns=["a", "b", "c", "d", "<script>"])
    Autoencoder(2, encoder=(), epochs=1, random_state=0).fit(table).export(path, X=table)
    assert metadata(path) == {
        "diabolo.estimator": "Autoencoder",
        "diabolo.n_components": 2,
        "diabolo.row_shape": [5],
        "diabolo.feature_names": list(table.columns),
    }
    model = onnx.load(path)
    assert (model.producer_name, model.producer_version) == ("diabolo", diabolo.__version__)


def test_images_are_compared_as_floats(path):
    images = np.random.default_rng(0).integers(0, 256, (40, 6, 7)).astype("uint8")
    ae = Autoencoder(2, encoder=(8,), epochs=1, random_state=0).fit(images)
    ae.export(path, X=images)
    found = outputs(path, np.float32(images / 255))
    np.testing.assert_allclose(found["reconstruction"], ae.reconstruct(images), rtol=1e-4, atol=1e-6)


def test_a_file_that_disagrees_is_not_written(ae, path, monkeypatch):
    path.write_bytes(b"old")
    monkeypatch.setattr(scalings, "_in_place", lambda *arguments: arguments[-1])
    with pytest.raises(ExportError, match="must agree with the estimator, but its reconstruction is up to"):
        ae.export(path)
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == ["m.onnx"]


def test_a_small_disagreement_of_one_column_is_found(ae, path, monkeypatch):
    """The fourth column's numbers are a thousandth of the third's."""
    shifted = np.array([0, 0, 0, 1e-3, 0])
    in_place = scalings._in_place
    wrong = lambda scaling, graph, x: graph.node("Add", in_place(scaling, graph, x), shifted)  # noqa: E731
    monkeypatch.setattr(scalings, "_in_place", wrong)
    with pytest.raises(ExportError, match=r"its reconstruction is up to 0\.001 away"):
        ae.export(path)


def test_a_write_that_fails_leaves_nothing(ae, path, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        ae.export(path)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        ae.export(path)
    assert os.listdir(path.parent) == []


def test_rows_to_compare_on_must_be_like_those_of_fit(ae, X, path):
    with pytest.raises(diabolo.DataError, match="X has 4 features"):
        ae.export(path, X=X[:, :4])
    assert os.listdir(path.parent) == []
