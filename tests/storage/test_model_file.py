import copy
import io
import json
import os
import pickle
import platform
import subprocess
import sys
import zipfile
from dataclasses import dataclass

import joblib
import keras
import numpy as np
import pandas as pd
import pytest
import safetensors.numpy

import diabolo
from diabolo import Autoencoder, Dense, ModelFileError, OutputError, ParameterError
from diabolo.data.fingerprint import fingerprint
from diabolo.storage.archive import read_archive, write_archive
from diabolo.storage.model_file import describe, restore

RNG = np.random.default_rng(0)
TABLE = RNG.normal(size=(70, 5)) * [1, 10, 100, 0.1, 1]
IMAGES = RNG.integers(0, 256, size=(30, 4, 5), dtype=np.uint8)


def small(**parameters):
    return Autoencoder(**{"encoder": (8,), "epochs": 2, "random_state": 0, **parameters})


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
    for train in (
        lambda ae: ae.set_params(warm_start=True, epochs=50).fit(TABLE),
        lambda ae: [ae.partial_fit(TABLE) for _ in range(50)],
    ):
        loaded = diabolo.load(saved)
        before = loaded.score(TABLE)
        train(loaded)
        assert loaded.n_iter_ == 52
        assert loaded.score(TABLE) > before


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"n_components": np.int64(3), "encoder": [8, np.int32(4)], "decoder": (6,), "learning_rate": 0.01},
        {"encoder": Dense([8], "gelu"), "scale": None, "verbose": False, "epochs": 1},
        {"early_stopping": True, "patience": 3, "validation_fraction": 0.3, "batch_size": 7},
    ],
)
def test_parameters_come_back_equal(parameters):
    ae = small(**parameters).fit(TABLE)
    loaded = restore(*describe(ae))
    assert loaded.get_params() == ae.get_params()
    assert type(loaded.encoder) is type(ae.encoder)
    loaded.partial_fit(TABLE) if not ae.early_stopping else loaded.set_params(warm_start=True).fit(TABLE)


def test_what_a_file_leaves_out():
    ae = small(callbacks=(keras.callbacks.TerminateOnNaN(),), random_state=np.random.RandomState(3)).fit(
        TABLE
    )
    loaded = restore(*describe(ae))
    assert loaded.callbacks == ()
    assert loaded.random_state is None
    assert loaded._fitted.seed == ae._fitted.seed  # what the object gave


def test_what_was_changed_since_fit_is_remembered(saved):
    ae = diabolo.load(saved).set_params(encoder=(9,), optimizer="sgd", warm_start=True)
    loaded = restore(*describe(ae))
    with pytest.raises(ParameterError, match=r"encoder was \(8,\) and is now \(9,\)"):
        loaded.fit(TABLE)
    with pytest.raises(ParameterError, match="optimizer was 'adam' and is now 'sgd'"):
        loaded.set_params(encoder=(8,)).fit(TABLE)
    loaded.set_params(optimizer="adam").fit(TABLE)
    assert isinstance(loaded._fitted.optimizer, keras.optimizers.Adam)


class Halve(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.optimizer.learning_rate = 0.5 * float(self.model.optimizer.learning_rate)


def test_a_learning_rate_that_a_callback_changed_stays():
    loaded = restore(*describe(small(callbacks=(Halve(),), learning_rate=0.01).fit(TABLE)))
    assert float(loaded._fitted.optimizer.learning_rate) == pytest.approx(0.0025)
    loaded.partial_fit(TABLE)
    assert float(loaded._fitted.optimizer.learning_rate) == pytest.approx(0.0025)
    loaded.set_params(learning_rate=0.02)
    again = restore(*describe(loaded)).partial_fit(TABLE)
    assert float(again._fitted.optimizer.learning_rate) == pytest.approx(0.02)


def test_frames_out_of_a_loaded_model():
    frame = pd.DataFrame(TABLE, columns=list("abcde"))
    ae = small().fit(frame).set_output(transform="pandas")
    loaded = restore(*describe(ae))
    pd.testing.assert_frame_equal(loaded.transform(frame), ae.transform(frame))
    assert loaded.feature_names_in_.tolist() == list("abcde")


# -- what a file says of where it comes from -------------------------------------------------------------


def test_provenance_holds_versions_and_hashes():
    more = TABLE[:10].astype(np.float32)
    ae = small(warm_start=True).fit(TABLE, validation_data=TABLE).fit(TABLE)
    ae.partial_fit(more).partial_fit(TABLE).partial_fit(more).partial_fit(more)
    document, _ = describe(ae)
    versions = document["provenance"]["versions"]
    assert versions["keras"] == keras.__version__
    assert versions["backend"] == keras.backend.backend()
    assert versions.keys() == {
        "python",
        "diabolo",
        "keras",
        "backend",
        versions["backend"],
        "numpy",
        "scikit-learn",
    }
    fits = document["provenance"]["fits"]
    assert [(fit["n_samples"], fit["dtype"], fit["epochs"], fit["partial"]) for fit in fits] == [
        (70, "float64", 2, False),
        (70, "float64", 2, False),
        (10, "float32", 1, True),
        (70, "float64", 1, True),
        (20, "float32", 2, True),
    ]
    assert [fit["sha256"] for fit in fits[:4]] == [fingerprint(X) for X in (TABLE, TABLE, more, TABLE)]
    assert restore(*describe(ae))._fitted.fits == ae._fitted.fits


def test_many_pieces_are_one_record():
    ae = small()
    for _ in range(3):
        ae.partial_fit(TABLE)
    (record,) = ae._fitted.fits
    assert (record.n_samples, record.epochs) == (210, 3)


def test_equal_models_make_equal_files_with_nothing_of_the_machine(tmp_path):
    frame = pd.DataFrame(TABLE, columns=list("abcde"))
    for name in ("one", "two"):
        small(optimizer=keras.optimizers.Adam(0.01)).fit(frame).save(tmp_path / name)
    content = (tmp_path / "one").read_bytes()
    assert content == (tmp_path / "two").read_bytes()
    text = content.decode("latin1")
    for private in (os.path.expanduser("~"), os.getcwd(), str(tmp_path), platform.node()):
        assert private not in text
    assert not any(row.astype(dtype).tobytes() in content for row in TABLE for dtype in ("f4", "f8"))


def test_the_file_holds_a_document_and_arrays(saved):
    document, arrays = read_archive(saved)
    assert document["format_version"] == 1
    assert document["class"] == "Autoencoder"
    assert arrays["weights/0"].shape == (5, 8)


def test_a_reader_written_by_the_specification_alone(tmp_path):
    """docs/file-format.md in NumPy."""
    ae = small(encoder=(8, 6), decoder=(7,)).fit(TABLE)
    ae.save(tmp_path / "model.diabolo")
    with zipfile.ZipFile(tmp_path / "model.diabolo") as archive:
        document = json.loads(archive.read("model.json"))
        arrays = safetensors.numpy.load(archive.read("arrays.safetensors"))
    center, scale = arrays["scaling/center"], arrays["scaling/scale"]
    x, number = (TABLE - center) / scale, 0
    for network in ("encoder", "decoder"):
        depth = len(document["network"][network]["dense"]["widths"])
        for layer in range(depth + 1):
            x = x @ arrays[f"weights/{number}"] + arrays[f"weights/{number + 1}"]
            x = np.maximum(x, 0) if layer < depth else x
            number += 2
        if network == "encoder":
            np.testing.assert_allclose(ae.transform(TABLE), x, rtol=1e-4, atol=1e-5 * np.abs(x).max())
    expected = x * scale + center
    np.testing.assert_allclose(ae.reconstruct(TABLE), expected, rtol=0, atol=1e-5 * np.abs(expected).max())
    assert document["data"]["scaling"] == "affine"


# -- classes and functions of the user -------------------------------------------------------------------


@dataclass(kw_only=True, eq=False, repr=False)
class Own(Autoencoder):
    strength: float = 1.0


@keras.saving.register_keras_serializable()  # which training, clones and pickle need
class OwnAdam(keras.optimizers.Adam):
    pass


@keras.saving.register_keras_serializable()
class OwnSchedule(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, rate):
        self.rate = rate

    def __call__(self, step):
        return self.rate

    def get_config(self):
        return {"rate": self.rate}


@keras.saving.register_keras_serializable()
def squared(x):
    return x * x


@pytest.mark.parametrize(
    ("ae", "custom_objects"),
    [
        (Own(1, encoder=(4,), epochs=1, strength=2.0), {"Own": Own}),
        (small(optimizer=OwnAdam(0.01)), {"OwnAdam": OwnAdam}),
        (small(optimizer=keras.optimizers.Adam(OwnSchedule(0.01))), {"OwnSchedule": OwnSchedule}),
        (small(encoder=Dense((4,), squared)), {"squared": squared}),
    ],
)
def test_what_is_the_users_own_is_saved_and_named_when_it_is_missing(tmp_path, ae, custom_objects):
    path = tmp_path / "model.diabolo"
    ae.fit(TABLE).save(path)
    (name,) = custom_objects
    with pytest.raises(ModelFileError, match=rf"'{name}' is no .* custom_objects={{'{name}': \.\.\.}}"):
        diabolo.load(path)
    with pytest.raises(ModelFileError, match=f"'{name}' must be"):
        diabolo.load(path, custom_objects={name: 3})
    loaded = diabolo.load(path, custom_objects=custom_objects)
    assert type(loaded) is type(ae)
    assert type(loaded._fitted.optimizer) is type(ae._fitted.optimizer)
    np.testing.assert_array_equal(loaded.transform(TABLE), ae.transform(TABLE))
    loaded.partial_fit(TABLE)
    assert loaded.get_params().keys() == ae.get_params().keys()


def test_custom_objects_must_have_names(saved):
    with pytest.raises(ParameterError, match="custom_objects must be a mapping"):
        diabolo.load(saved, custom_objects=[Own])


@pytest.mark.parametrize(
    ("ae", "says"),
    [
        (
            Own(1, encoder=(4,), epochs=1, strength={1, 2}),
            "strength is {1, 2}, which a model file can't hold",
        ),
        (Own(1, encoder=(4,), epochs=1, strength=lambda x: x), "strength is <function"),
        (Own(1, encoder=(4,), epochs=1, strength=np.inf), "only plain, finite values"),
    ],
)
@pytest.mark.jax
def test_what_a_file_cannot_hold_is_refused_when_it_is_saved(tmp_path, ae, says):
    ae.fit(TABLE)
    with pytest.raises(ModelFileError, match=says):
        ae.save(tmp_path / "model.diabolo")
    assert os.listdir(tmp_path) == []


def test_networks_deeper_than_a_file_may_describe(tmp_path, monkeypatch):
    ae = small(encoder=(4, 3), decoder=()).fit(TABLE)
    monkeypatch.setattr("diabolo.storage.model_file._MOST_LAYERS", 1)
    with pytest.raises(ModelFileError, match="at most 1 hidden layers; this one has 2"):
        ae.save(tmp_path / "model.diabolo")


def test_weights_that_are_no_numbers(tmp_path):
    ae = small().fit(TABLE)
    ae.encoder_.layers[1].bias.assign(np.full(8, np.nan))
    with pytest.raises(ModelFileError, match="finite"):
        ae.save(tmp_path / "model.diabolo")


# -- pickle, joblib, copies ------------------------------------------------------------------------------


def joblib_copy(ae):
    file = io.BytesIO()
    joblib.dump(ae, file)
    return joblib.load(io.BytesIO(file.getvalue()))


@pytest.mark.parametrize("copied", [lambda ae: pickle.loads(pickle.dumps(ae)), joblib_copy, copy.deepcopy])
@pytest.mark.parametrize("optimizer", ["adam", OwnAdam(0.01)])
def test_pickle_joblib_and_copy_keep_everything(copied, optimizer):
    own_random = np.random.RandomState(0)
    ae = small(optimizer=optimizer, callbacks=[Halve()], random_state=own_random).fit(TABLE)
    twin = copied(ae)
    np.testing.assert_array_equal(twin.transform(TABLE), ae.transform(TABLE))
    assert type(twin.callbacks[0]) is Halve
    assert isinstance(twin.random_state, np.random.RandomState)
    assert twin._fitted.fits == ae._fitted.fits
    np.testing.assert_array_equal(  # the momentum too
        twin.partial_fit(TABLE).transform(TABLE), ae.partial_fit(TABLE).transform(TABLE)
    )


# -- reading ---------------------------------------------------------------------------------------------


def test_a_model_loads_in_another_process(saved):
    code = (
        f"import diabolo, numpy; print(diabolo.load({str(saved)!r}).transform(numpy.ones((1, 5))).tolist())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    np.testing.assert_allclose(json.loads(out), diabolo.load(saved).transform(np.ones((1, 5))), rtol=1e-6)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d, _: d.update(format_version=99), "format version 99.*pip install -U"),
        (lambda d, _: d.update(format_version="1"), "'format_version' must be a whole"),
        (lambda d, _: d.update(format_version=True), "'format_version' must be a whole"),
        (lambda d, _: d.update(format_version=0), "at least 1"),
        (lambda d, _: d.update(format="other"), "model.json does not say so"),
        (lambda d, _: d.update({"class": "Pipeline"}), "'Pipeline' is no estimator"),
        (lambda d, _: d.update({"class": "load"}), "'load' must be a subclass of Network"),
        (lambda d, _: d["parameters"].update(epochs=-1), "'epochs' parameter"),
        (lambda d, _: d["parameters"].update(surprise=1), "no parameters surprise"),
        (lambda d, _: d["parameters"].update(callbacks=[]), "no parameters callbacks"),
        (lambda d, _: d["parameters"].update(encoder={"exec": "x"}), "unknown kind of value: 'exec'"),
        (lambda d, _: d["parameters"].update(encoder={"dense": {}, "x": 1}), "unknown kind of value"),
        (lambda d, _: d["parameters"].update(encoder={"dense": {"widths": [1]}}), "Dense must have widths"),
        (lambda d, _: d["parameters"].update(activation={"function": "exec"}), "'exec' is no activation"),
        (lambda d, _: d["parameters"].update(encoder=[1] * 1001), "at most 1000 items; one has 1001"),
        (lambda d, _: d["parameters"].update(epochs={"list": 1}), "'list' must be a list"),
        (lambda d, _: d["data"].update(scaling="magic"), "unknown scaling 'magic'"),
        (lambda d, _: d["data"].update(row_shape=[2, 2]), "don't have 5 features"),
        (lambda d, _: d["data"].update(row_shape=[-1, -5]), "don't have 5 features"),
        (lambda d, _: d["data"].update(row_shape=[]), "don't have 5 features"),
        (lambda d, _: d["data"].update(feature_names=["a"]), "5 features need as many names"),
        (lambda d, _: d["data"].update(feature_names=[1] * 5), "must hold a string in every place"),
        (lambda d, _: d["network"].update(n_features=10**9), "don't have 1000000000 features"),
        (
            lambda d, _: (
                d["network"].update(n_features=10**9),
                d["data"].update(row_shape=[10**9]),
            ),
            "needs weights of",
        ),
        (lambda d, _: d["network"].update(n_components=10**30), "below 2.*63"),
        (
            lambda d, _: d["network"].update(encoder={"dense": {"widths": [1] * 101, "activation": "relu"}}),
            "101",
        ),
        (lambda d, _: d["network"].update(encoder=[8]), "must be networks"),
        (
            lambda d, _: d.update(changed_since_fit={"encoder": 1}),
            "must hold a string for some of n_components",
        ),
        (lambda d, _: d.update(output="latex"), "'output' must be one of"),
        (lambda d, _: d.update(history=["loss", "pain"]), "history/pain"),
        (lambda d, _: d.pop("history"), "'history' is missing"),
        (lambda d, _: d["training"].update(seed=-1), "'seed' must be at least 0"),
        (lambda d, _: d["training"].update(learning_rate="x"), "must be a number or null"),
        (lambda d, _: d["training"].update(optimizer=None), "'class' is missing"),
        (lambda d, _: d["provenance"]["fits"][0].update(n_samples=1.5), "must be a whole number"),
        (lambda _, a: a.pop("weights/0"), "needs weights of shapes"),
        (lambda _, a: a.update({"weights/0": a["weights/0"].astype("f8")}), "must be float32"),
        (lambda _, a: a["weights/1"].fill(np.inf), "weights must be finite"),
        (lambda _, a: a["scaling/scale"].fill(0), "scales above 0"),
        (lambda _, a: a["scaling/center"].fill(np.nan), "finite centres"),
        (lambda _, a: a.pop("scaling/center"), "scaling/center"),
        (lambda _, a: a.update({"history/loss": np.zeros((2, 1))}), "one dimension"),
        (lambda _, a: a.update({"history/loss": np.zeros(3)}), "zip"),
    ],
)
def test_a_file_that_was_changed(saved, change, says):
    document, arrays = read_archive(saved)
    change(document, arrays)
    write_archive(saved, document, arrays)
    with pytest.raises(ModelFileError, match=says) as caught:
        diabolo.load(saved)
    assert str(caught.value).startswith(f"{saved}: ")


def test_more_than_a_model_is_a_model_too(saved):
    document, arrays = read_archive(saved)
    loaded = restore({**document, "more": 1}, {**arrays, "more": np.zeros(3)})
    np.testing.assert_array_equal(loaded.transform(TABLE), diabolo.load(saved).transform(TABLE))


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
