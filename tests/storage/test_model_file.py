import json
import os
import subprocess
import sys
import zipfile

import keras
import numpy as np
import pandas as pd
import pytest
import safetensors.numpy

import diabolo
from diabolo import Autoencoder, Dense, ModelFileError, OutputError

RNG = np.random.default_rng(0)
TABLE = RNG.normal(size=(70, 5)) * [1, 10, 100, 0.1, 1]
IMAGES = RNG.integers(0, 256, size=(30, 4, 5), dtype=np.uint8)


def small(**parameters):
    return Autoencoder(2, **{"encoder": (8,), "epochs": 2, "random_state": 0, **parameters})


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "model.diabolo"
    small().fit(TABLE).save(path)
    return path


@pytest.mark.parametrize(
    ("ae", "X"),
    [
        (small(), TABLE),
        (small(scale="standard"), pd.DataFrame(TABLE, columns=list("abcde"))),
        (small(scale=None, encoder=Dense((6, 4), "tanh"), decoder=(3,)), TABLE),
        (small(scale="minmax", encoder=()), TABLE),
        (small(optimizer="sgd", learning_rate=0.01, batch_size=np.int64(16)), TABLE),
        (small(optimizer=keras.optimizers.Adam(0.01, clipnorm=1.0)), TABLE),
        (small(optimizer=keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(1e-3, 100))), TABLE),
        (small(random_state=np.random.RandomState(0)), IMAGES),
        (small(), IMAGES / 255),
        (small(), RNG.uniform(size=(20, 3))),
    ],
)
def test_what_is_loaded_is_what_was_saved(tmp_path, ae, X):
    path = tmp_path / "model.diabolo"
    ae.fit(X, validation_data=X).save(path)
    loaded = diabolo.load(path)
    np.testing.assert_array_equal(loaded.transform(X), ae.transform(X))
    np.testing.assert_array_equal(loaded.reconstruct(X), ae.reconstruct(X))
    assert list(loaded.history_) == list(ae.history_)
    for name, column in ae.history_.items():
        np.testing.assert_array_equal(loaded.history_[name], column)
    assert list(getattr(loaded, "feature_names_in_", [])) == list(getattr(ae, "feature_names_in_", []))
    assert repr(loaded.encoder) == repr(ae.encoder)
    again = tmp_path / "again.diabolo"
    loaded.save(again)
    if not isinstance(ae.random_state, np.random.RandomState):
        assert again.read_bytes() == path.read_bytes()


def test_a_loaded_model_goes_on_training(saved):
    loaded = diabolo.load(saved).set_params(warm_start=True)
    before = loaded.score(TABLE)
    loaded.set_params(epochs=50).fit(TABLE)
    assert loaded.n_iter_ == 52
    assert loaded.score(TABLE) > before


def test_the_file_is_a_stored_zip_of_json_and_safetensors_with_nothing_of_the_machine(saved):
    with zipfile.ZipFile(saved) as archive:
        assert [i.filename for i in archive.infolist()] == ["model.json", "arrays.safetensors"]
        assert all(i.compress_type == zipfile.ZIP_STORED for i in archive.infolist())
        document = json.loads(archive.read("model.json"))
        arrays = safetensors.numpy.load(archive.read("arrays.safetensors"))
    assert document["format_version"] == 1
    assert document["class"] == "Autoencoder"
    assert arrays["weights/0"].shape == (5, 8)
    assert os.path.expanduser("~") not in saved.read_bytes().decode("latin1")


def test_a_model_loads_in_another_process(saved):
    code = (
        f"import diabolo, numpy; print(diabolo.load({str(saved)!r}).transform(numpy.ones((1, 5))).tolist())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    np.testing.assert_allclose(json.loads(out), diabolo.load(saved).transform(np.ones((1, 5))), rtol=1e-6)


def rewritten(path, change_document=None, change_arrays=None):
    document, arrays = read_archive(path)
    if change_document:
        change_document(document)
    if change_arrays:
        change_arrays(arrays)
    write_archive(path, document, arrays)
    return path


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"change_document": lambda d: d.update(format_version=99)}, "format version 99.*pip install -U"),
        ({"change_document": lambda d: d.update(format_version="1")}, "format_version must be a whole"),
        ({"change_document": lambda d: d.update(format="other")}, "model.json does not say so"),
        ({"change_document": lambda d: d.update({"class": "Pipeline"})}, "'Pipeline' is no estimator"),
        ({"change_document": lambda d: d.update({"class": "load"})}, "'load' is no estimator"),
        ({"change_document": lambda d: d["parameters"].update(epochs=-1)}, "'epochs' parameter"),
        ({"change_document": lambda d: d["parameters"].update(surprise=1)}, "surprise"),
        ({"change_document": lambda d: d["parameters"].update(encoder={"exec": "x"})}, "unknown kind of"),
        ({"change_document": lambda d: d.update(scaling="magic")}, "unknown scaling 'magic'"),
        ({"change_document": lambda d: d.update(row_shape=[2, 2])}, "don't have 5 features"),
        ({"change_document": lambda d: d["architecture"].update(n_features=10**9)}, "needs weights of"),
        ({"change_document": lambda d: d.pop("history")}, "history"),
        ({"change_arrays": lambda a: a.pop("weights/0")}, "needs weights of shapes"),
        ({"change_arrays": lambda a: a.update({"scaling/scale": np.zeros(5)})}, "scales above 0"),
    ],
)
def test_a_file_that_was_changed(saved, change, says):
    with pytest.raises(ModelFileError, match=says):
        diabolo.load(rewritten(saved, **change))


def test_only_optimizers_of_keras_are_built(saved):
    config = {"module": "os", "class_name": "system", "config": {"command": "true"}, "registered_name": None}
    rewritten(saved, lambda d: d["parameters"].update(optimizer={"optimizer": config}))
    with pytest.raises(ModelFileError, match="'system' is no optimizer"):
        diabolo.load(saved)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04\x95pickle", b"a,b\n1,2\n"])
def test_a_file_that_is_no_model(tmp_path, content):
    path = tmp_path / "model.diabolo"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="not a diabolo model file"):
        diabolo.load(path)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_short(saved, part):
    content = saved.read_bytes()
    saved.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(ModelFileError):
        diabolo.load(saved)


def test_no_file_at_all(tmp_path):
    with pytest.raises(FileNotFoundError):
        diabolo.load(tmp_path / "nothing.diabolo")


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError, match="Can't write .*nowhere.*No such file"):
        small().fit(TABLE).save(tmp_path / "nowhere" / "model.diabolo")
