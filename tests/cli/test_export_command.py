"""``diabolo export``, against the Python API."""

import hashlib
import json

import numpy as np
import onnxruntime
import pytest
from typer.testing import CliRunner

import diabolo
from diabolo.cli import app

pytestmark = pytest.mark.jax
X = np.random.default_rng(0).normal(size=(30, 4))


def run(*arguments):
    return CliRunner().invoke(app, ["export", *arguments])


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a model, as the working directory."""
    monkeypatch.chdir(tmp_path)
    diabolo.Autoencoder(2, encoder=(8,), epochs=3, random_state=0).fit(X).save("model.diabolo")
    return tmp_path


def test_the_network_does_what_the_model_does(here):
    result = run("model.diabolo", "-o", "model.onnx")
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith("model.onnx: Autoencoder, 0.0")
    model = diabolo.load("model.diabolo")
    code, rows = onnxruntime.InferenceSession("model.onnx").run(None, {"rows": X.astype(np.float32)})
    np.testing.assert_allclose(code, model.transform(X), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(rows, model.reconstruct(X), rtol=1e-4, atol=1e-5)
    record = json.loads((here / "model.onnx.json").read_text())
    assert record["command"] == "export"
    assert (
        record["inputs"]["model"]["sha256"]
        == hashlib.sha256((here / "model.diabolo").read_bytes()).hexdigest()
    )


def test_quiet_says_nothing(here):
    assert run("model.diabolo", "-o", "model.onnx", "-q").output == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("model.diabolo", "-o", "model.txt"), "the name of a network must end in .onnx"),
        (("model.diabolo", "-o", "no/such/model.onnx"), "no/such"),
        (("no.diabolo", "-o", "model.onnx"), "no.diabolo"),
    ],
)
def test_what_cannot_be_is_said(here, arguments, says):
    result = run(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert not list(here.glob("*.onnx*"))
