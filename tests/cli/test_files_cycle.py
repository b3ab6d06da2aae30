"""Files at the command line, against the Python API."""

import hashlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from typer.testing import CliRunner

import diabolo
from diabolo import Autoencoder, Convolutional, load
from diabolo.cli import app
from diabolo.cli.models import MODELS, OPTIONS, _parsed

pytestmark = [pytest.mark.slow, pytest.mark.jax]
ROOT = Path(__file__).parents[2]
FEATURES = ["sepal length", "sepal width", "petal length", "petal width"]
COMMANDS = ("demo", "fit", "embed", "reconstruct", "report", "explore", "export", "info")
FAST = ("--epochs", "3", "--encoder", "8")


def iris():
    data = load_iris()
    frame = pd.DataFrame(data.data, columns=FEATURES)
    frame.insert(0, "sample", [f"{number:03d}" for number in range(1, 151)])
    frame["species"] = data.target_names[data.target]
    return frame


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with one table in many forms, and a model of it."""
    folder = tmp_path_factory.mktemp("made")
    frame = iris()
    frame.to_csv(folder / "measurements.csv", index=False)
    frame.to_csv(folder / "german.csv", index=False, sep=";", decimal=",")
    frame.to_csv(folder / "index.csv")
    frame.to_parquet(folder / "measurements.parquet", index=False)
    frame[["species", *FEATURES[::-1], "sample"]].to_csv(folder / "turned.tsv", sep="\t", index=False)
    np.save(folder / "table.npy", frame[FEATURES].to_numpy())
    images = np.random.default_rng(0).integers(0, 256, (40, 4, 5), dtype=np.uint8)
    np.savez(folder / "images.npz", X=images, y=np.arange(40), few=np.arange(3))
    arguments = "fit measurements.csv --id sample --label species --epochs 3 --encoder 8 -o model.diabolo"
    result = run_in(folder, *arguments.split())
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def here(made, tmp_path, monkeypatch):
    """A new folder with links to what was made, as the working directory."""
    for path in made.iterdir():
        (tmp_path / path.name).hardlink_to(path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_in(folder, *arguments):
    before = os.getcwd()
    os.chdir(folder)
    try:
        return run(*arguments)
    finally:
        os.chdir(before)


def run(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments])


def succeed(*arguments):
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result


# Whatever the working directory, processes run the package that is tested.
PATHS = [str(Path(diabolo.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
BY_ITSELF = {**os.environ, "PYTHONPATH": os.pathsep.join(PATHS)}
COMMAND = [sys.executable, "-m", "diabolo"]


def in_process(*arguments, **environment):
    return subprocess.run(
        [*COMMAND, *arguments],
        env=BY_ITSELF | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


# -- the numbers are those of the Python API -------------------------------------------------------------


def by_hand():
    return Autoencoder(2, encoder=(8,), epochs=3, random_state=0).fit(iris()[FEATURES])


def test_fit_is_the_estimators_fit(here):
    model, expected = diabolo.load("model.diabolo"), by_hand()
    X = iris()[FEATURES]
    assert model.feature_names_in_.tolist() == FEATURES
    np.testing.assert_array_equal(model.transform(X), expected.transform(X))
    for name, column in expected.history_.items():
        np.testing.assert_array_equal(model.history_[name], column)


READ = {
    ".csv": lambda path: pd.read_csv(path, dtype={"sample": str}),
    ".csv.gz": lambda path: pd.read_csv(path, dtype={"sample": str}),
    ".tsv": lambda path: pd.read_csv(path, sep="\t", dtype={"sample": str}),
    ".parquet": pd.read_parquet,
}


@pytest.mark.parametrize("ending", READ)
@pytest.mark.parametrize("data", ["measurements.csv", "measurements.parquet", "turned.tsv"])
def test_embed_writes_codes_with_id_and_label_beside(here, data, ending):
    result = succeed("embed", "model.diabolo", data, "-o", f"codes{ending}")
    assert result.stdout == ""
    codes = READ[ending](here / f"codes{ending}")
    assert set(codes) == {"sample", "species", "autoencoder0", "autoencoder1"}
    assert codes["sample"].tolist() == iris()["sample"].tolist()
    assert codes["species"].tolist() == iris()["species"].tolist()
    expected = diabolo.load("model.diabolo").transform(iris()[FEATURES])
    np.testing.assert_array_equal(codes.filter(like="autoencoder").to_numpy(np.float32), expected)


def test_embed_into_arrays(here):
    expected = diabolo.load("model.diabolo").transform(iris()[FEATURES])
    succeed("embed", "model.diabolo", "measurements.csv", "-o", "codes.npy")
    np.testing.assert_array_equal(np.load("codes.npy"), expected)
    succeed("embed", "model.diabolo", "measurements.csv", "-o", "codes.npz")
    with np.load("codes.npz", allow_pickle=False) as codes:
        assert sorted(codes) == ["codes", "sample", "species"]
        np.testing.assert_array_equal(codes["codes"], expected)
        assert codes["species"].tolist() == iris()["species"].tolist()


def test_reconstruct_gives_the_same_columns_in_the_same_units(here):
    succeed("reconstruct", "model.diabolo", "measurements.parquet", "--error", "-o", "back.parquet")
    back, model, X = pd.read_parquet("back.parquet"), diabolo.load("model.diabolo"), iris()[FEATURES]
    assert list(back) == [*iris(), "reconstruction_error"]
    np.testing.assert_array_equal(back[FEATURES].to_numpy(), model.reconstruct(X))
    np.testing.assert_array_equal(back["reconstruction_error"], model.reconstruction_error(X))
    np.testing.assert_allclose(
        back["reconstruction_error"], ((back[FEATURES] - X) ** 2).mean(axis=1), rtol=1e-4
    )


def test_a_csv_comes_out_as_it_went_in(here):
    succeed("reconstruct", "model.diabolo", "german.csv", "-o", "back.csv")
    lines = (here / "back.csv").read_text().splitlines()
    assert lines[0] == (here / "german.csv").read_text().splitlines()[0]
    assert re.fullmatch(r"001;\d,\d+;\d,\d+;\d,\d+;-?\d,\d+;setosa", lines[1])
    back = pd.read_csv("back.csv", sep=";", decimal=",")
    expected = diabolo.load("model.diabolo").reconstruct(iris()[FEATURES])
    np.testing.assert_allclose(back[FEATURES], expected, rtol=1e-12)


def test_images_in_an_npz(here):
    succeed("fit", "images.npz:X", "--validation", "images.npz:X", *FAST, "-o", "images.diabolo")
    with np.load("images.npz") as arrays:
        X = arrays["X"]
    model = diabolo.load("images.diabolo")
    assert "val_loss" in model.history_
    succeed("embed", "images.diabolo", "images.npz:X", "--label", "y", "-o", "codes.csv")
    codes = pd.read_csv("codes.csv")
    assert list(codes) == ["y", "autoencoder0", "autoencoder1"]
    assert codes["y"].tolist() == list(range(40))
    np.testing.assert_array_equal(codes.iloc[:, 1:].to_numpy(np.float32), model.transform(X))
    succeed("reconstruct", "images.diabolo", "images.npz:X", "--error", "-o", "back.npz")
    with np.load("back.npz") as back:
        np.testing.assert_array_equal(back["reconstruction"], model.reconstruct(X))
        np.testing.assert_array_equal(back["reconstruction_error"], model.reconstruction_error(X))
    succeed("reconstruct", "images.diabolo", "images.npz:X", "-o", "back.csv")
    assert list(pd.read_csv("back.csv")) == [f"x{place}" for place in range(20)]


def test_arrays_and_tables_by_the_order_of_columns(here):
    succeed("fit", "table.npy", *FAST, "-o", "unnamed.diabolo")
    X = np.load("table.npy")
    expected = diabolo.load("unnamed.diabolo").transform(X)
    np.testing.assert_array_equal(expected, by_hand().transform(iris()[FEATURES]))
    succeed("embed", "unnamed.diabolo", "measurements.csv", "--drop", "sample,species", "-o", "codes.npy")
    np.testing.assert_array_equal(np.load("codes.npy"), expected)
    succeed("embed", "model.diabolo", "table.npy", "-o", "codes.npy")
    np.testing.assert_array_equal(np.load("codes.npy"), expected)


@pytest.mark.parametrize(
    ("options", "carried"),
    [
        ((), ["sample", "species"]),
        (("--id", "sample"), ["sample"]),
        (("--label", "species"), ["species"]),
        (("--id", "sample,species"), ["sample", "species"]),
        (("--id", "sample", "--id", "species"), ["sample", "species"]),
        (("--drop", "sample"), ["species"]),
        (("--drop", "sample", "--drop", "species"), []),
    ],
)
def test_what_is_carried_along(here, options, carried):
    succeed("embed", "model.diabolo", "measurements.csv", *options, "-o", "codes.csv")
    assert list(pd.read_csv("codes.csv")) == [*carried, "autoencoder0", "autoencoder1"]


@pytest.mark.parametrize(
    ("options", "features"),
    [
        (("--columns", "sepal width,petal width"), ["sepal width", "petal width"]),
        (("--columns", "petal width", "--columns", "sepal width"), ["petal width", "sepal width"]),
        (("--drop", "sample,species,petal width"), FEATURES[:3]),
        (("--id", "sample", "--drop", "species"), FEATURES),
    ],
)
def test_what_is_learned_from(here, options, features):
    succeed("fit", "measurements.csv", *FAST, *options, "-o", "m.diabolo")
    assert diabolo.load("m.diabolo").feature_names_in_.tolist() == features


def test_a_name_with_a_comma_in_it(here):
    Path("f.csv").write_text('"a, b",c,d\n1,2,x\n3,4,y\n5,7,z\n')
    succeed("fit", "f.csv", *FAST, "--drop", "a, b", "--label", "d", "-o", "m.diabolo")
    assert diabolo.load("m.diabolo").feature_names_in_.tolist() == ["c"]


def test_every_option_reaches_its_parameter(here):
    options = (
        *("--n-components", "3", "--encoder", "7,5", "--decoder", "linear", "--activation", "tanh"),
        *(
            "--likelihood",
            "laplace",
            "--scale",
            "none",
            "--epochs",
            "2",
            "--batch-size",
            "32",
            "--optimizer",
            "sgd",
        ),
        *("--learning-rate", "0.01", "--early-stopping", "--patience", "1"),
        *("--validation-fraction", "0.2", "--seed", "7", "--missing", "indicator"),
        *("--checkpoint", "runs"),
    )
    succeed("fit", "measurements.csv", "--drop", "sample,species", *options, "-o", "m.diabolo")
    model = diabolo.load("m.diabolo")
    expected = {
        "n_components": 3,
        "encoder": (7, 5),
        "decoder": (),
        "activation": "tanh",
        "likelihood": "laplace",
        "scale": None,
        "epochs": 2,
        "batch_size": 32,
        "optimizer": "sgd",
        "learning_rate": 0.01,
        "early_stopping": True,
        "patience": 1,
        "validation_fraction": 0.2,
        "missing": "indicator",
    }
    assert set(expected) | {"checkpoint"} == set(OPTIONS)
    assert len(list(Path("runs").glob("*/checkpoint.diabolo"))) == 1
    assert {name: getattr(model, name) for name in expected} == expected
    assert model.random_state == 7


def test_images_go_through_convolutions(here):
    images = np.random.default_rng(0).integers(0, 256, (30, 6, 5), dtype=np.uint8)
    np.save("images.npy", images)
    options = ("--encoder", "conv:4,3", "--activation", "tanh", "--epochs", "1", *OUT)
    assert succeed("fit", "images.npy", *options).output
    model = load("out.diabolo")
    assert model.encoder == Convolutional((4, 3), activation="tanh")
    assert re.search(
        r"^encoder +30 -> 6x5x1 -> 3x3x4 -> 2x2x3 -> 12 -> 2$", succeed("info", "out.diabolo").output, re.M
    )
    succeed("reconstruct", "out.diabolo", "images.npy", "-o", "back.npy")
    np.testing.assert_array_equal(np.load("back.npy"), model.reconstruct(images))


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("variational", {"beta": 2.5, "bound": "iwae", "samples": 3}),
        pytest.param("denoising", {"noise": 0.5}, marks=pytest.mark.slow),
        pytest.param("sparse", {"kind": "topk", "sparsity": 2}, marks=pytest.mark.slow),
        pytest.param("contractive", {"contraction": 0.01}, marks=pytest.mark.slow),
    ],
)
def test_every_kind_of_model_takes_its_own_settings(here, kind, settings):
    told = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
    succeed("fit", "table.npy", *FAST, "--n-components", "3", "--model", kind, *told, "-o", "m.diabolo")
    model = diabolo.load("m.diabolo")
    assert type(model).__name__ == MODELS[kind]
    assert {name: getattr(model, name) for name in settings} == settings
    assert settings.keys() <= json.loads(succeed("info", "m.diabolo", "--json").stdout)["parameters"].keys()
    result = in_process("fit", "table.npy", *FAST, "--model", kind, "--set", "penalties=1", "-o", "n.diabolo")
    assert result.returncode == 2
    assert "'penalties' is none of this model's parameters" in result.stderr


def test_what_became_of_a_checkpoint_is_said(here):
    command = ("fit", "table.npy", *FAST, "--checkpoint", "runs", "-o", "m.diabolo")
    assert "checkpoint" not in succeed(*command).stderr
    assert "This training is over already; its model comes from runs" in succeed(*command).stderr
    other = succeed(*command, "--batch-size", "7").stderr
    assert other.count("the nearest differs in batch_size (was 64, is 7). Training starts afresh.") == 1
    assert succeed(*command, "--batch-size", "7", "--quiet").stderr == ""


def test_empty_cells_are_filled_and_rows_without_numbers_left_out(here):
    frame = pd.DataFrame({"a": np.arange(30.0), "b": np.arange(30.0) ** 2}, index=None)
    frame.loc[4, "b"] = frame.loc[7, "a"] = np.nan
    frame.to_csv("gaps.csv", index=False)
    succeed("fit", "gaps.csv", *FAST, "-o", "m.diabolo")
    succeed("reconstruct", "m.diabolo", "gaps.csv", "-o", "filled.csv")
    filled = pd.read_csv("filled.csv")
    assert filled.shape == (30, 2)
    assert not filled.isna().any().any()
    frame.loc[9] = np.nan
    frame.to_csv("empty.csv", index=False)
    succeed("fit", "empty.csv", *FAST, "-o", "m.diabolo")
    result = in_process("embed", "m.diabolo", "empty.csv", "-o", "codes.csv")
    assert result.returncode == 2
    assert "NaN throughout: rows 9" in result.stderr


def test_help_names_the_estimators_defaults():
    text = " ".join(in_process("fit", "--help", COLUMNS="80").stdout.replace("│", " ").split())
    defaults = {field.name: field.default for field in fields(Autoencoder)}
    for name in ("n_components", "batch_size", "patience", "validation_fraction", "activation", "optimizer"):
        assert re.search(rf"--{name.replace('_', '-')} .*?\(default: (\S+)\)", text)[1] == str(defaults[name])
    assert f"(default: {','.join(map(str, defaults['encoder']))})" in text


def test_every_autoencoder_has_a_name():
    public = {
        name
        for name in diabolo.__all__
        if isinstance(getattr(diabolo, name), type) and issubclass(getattr(diabolo, name), Autoencoder)
    }
    assert set(MODELS.values()) == public


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("0.5", 0.5), ("true", True), ("null", None), ("a", "a"), ("[1, 2]", (1, 2))],
)
def test_values_of_set(text, value):
    assert _parsed([f"beta={text}"], {"beta", "epochs"}) == {"beta": value}


# -- the record, and info --------------------------------------------------------------------------------


def test_the_record_of_a_fit(here):
    text = (here / "model.diabolo.json").read_text()
    record = json.loads(text)
    assert record["command"] == "fit"
    assert record["options"] == {
        "data": "measurements.csv",
        "out": "model.diabolo",
        "model": "autoencoder",
        "id": ["sample"],
        "label": "species",
        "encoder": "8",
        "epochs": 3,
        "seed": 0,
    }
    for file in (record["inputs"]["data"], record["output"]):
        content = Path(file["file"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["bytes"] == len(content)
    assert (record["rows"], record["columns"], record["epochs"]) == (150, FEATURES, 3)
    assert record["carried"] == ["sample", "species"]
    assert record["versions"]["diabolo"] == diabolo.__version__
    X = iris()[FEATURES].to_numpy()
    pca = PCA(2).fit(X)
    by_pca = ((X - pca.inverse_transform(pca.transform(X))) ** 2).mean()
    assert record["mean_squared_error"]["pca"] == pytest.approx(by_pca, rel=1e-6)
    assert record["mean_squared_error"]["model"] == pytest.approx(-by_hand().score(iris()[FEATURES]))


def test_equal_runs_leave_equal_files_with_nothing_of_the_machine(here):
    arguments = ("fit", here / "measurements.csv", "--label", "species", "--id", "sample", *FAST)
    (here / "sub").mkdir()
    for folder in (here, here / "sub"):
        succeed(*arguments, "-o", folder / "again.diabolo")
    for name in ("again.diabolo", "again.diabolo.json"):
        assert (here / name).read_bytes() == (here / "sub" / name).read_bytes()
    text = (here / "again.diabolo.json").read_text()
    assert str(here) not in text
    assert os.path.expanduser("~") not in text


@pytest.mark.parametrize("scale", ["auto", "standard", "none"])
def test_the_error_of_pca_has_the_units_of_the_models(here, scale):
    succeed("fit", "images.npz:X", *FAST, "--scale", scale, "-o", "m.diabolo")
    error = json.loads(Path("m.diabolo.json").read_text())["mean_squared_error"]
    with np.load("images.npz") as arrays:
        X = arrays["X"].reshape(40, -1) / (255 if scale == "auto" else 1)
    pca = PCA(2).fit(X)
    assert error["pca"] == pytest.approx(
        ((X - pca.inverse_transform(pca.transform(X))) ** 2).mean(), rel=1e-4
    )


def test_pca_is_left_out_where_it_can_not_be(here):
    Path("f.csv").write_text("a,b\n1,2\n3,4\n5,7\n")
    result = succeed("fit", "f.csv", *FAST, "--n-components", "3", "-o", "m.diabolo")
    assert json.loads(Path("m.diabolo.json").read_text())["mean_squared_error"]["pca"] is None
    assert "PCA" not in result.stderr


def test_info(here):
    text = succeed("info", "model.diabolo").stdout
    for line in (
        r"^model +Autoencoder, code of 2, 118 weights$",
        r"^encoder +4 -> 8 -> 2$",
        r"^columns +sepal length, sepal width,",
        r"^training +3 epochs$",
        r"^fitted on +measurements.csv, 150 rows$",
        r"^set apart +sample, species$",
    ):
        assert re.search(line, text, flags=re.M), line
    assert "of PCA with 2 components" in " ".join(text.split())


def test_info_as_json(here):
    document = json.loads(succeed("info", "model.diabolo", "--json").stdout)
    model = diabolo.load("model.diabolo")
    assert document["columns"] == FEATURES
    assert document["encoder"] == ["4", "8", "2"]
    assert document["weights"] == model.model_.count_params()
    assert document["history"] == {name: column[-1] for name, column in model.history_.items()}
    assert document["fit"] == json.loads(Path("model.diabolo.json").read_text())


@pytest.mark.parametrize("record", [None, "not json {", "[]", '{"output": {"sha256": "0"}}'])
def test_info_without_the_record_of_this_very_model(here, record):
    os.unlink("model.diabolo.json")
    if record is not None:
        Path("model.diabolo.json").write_text(record)
    assert json.loads(succeed("info", "model.diabolo", "--json").stdout)["fit"] is None
    assert "fitted on" not in succeed("info", "model.diabolo").stdout


@pytest.mark.parametrize("width", [40, 50, 80])
def test_lines_of_info_fit_the_terminal(here, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    assert max(map(len, succeed("info", "model.diabolo").stdout.splitlines())) < width


@pytest.mark.parametrize("width", ["40", "50", "80"])
@pytest.mark.parametrize("command", ["fit", "embed", "reconstruct"])
def test_help_keeps_names_of_options_whole(command, width):
    text = in_process(command, "--help", COLUMNS=width).stdout
    assert {"--out", "--separator", "--no-header"} <= set(re.findall(r"--[a-z-]+", text))
    assert "…" not in text


# -- what is refused -------------------------------------------------------------------------------------

OUT = ("-o", "out.diabolo")
APART = ("--id", "sample", "--label", "species")
REFUSED = {
    "text": (
        ("fit", "measurements.csv", *OUT),
        "columns must hold numbers, but line 2 has 'setosa' in column 'species'",
    ),
    "text, with what to do": (
        ("fit", "measurements.csv", "--id", "sample", *OUT),
        "line 2 has 'setosa' in column 'species'. To leave columns out, say --drop 'species'; to carry",
    ),
    "text in Parquet": (
        ("fit", "measurements.parquet", "--label", "species", *OUT),
        "'sample' holds",
    ),
    "an index": (("fit", "index.csv", *APART, *OUT), "column 1 has no name and may number the rows"),
    "no such column": (
        ("fit", "measurements.csv", "--label", "Species", *OUT),
        "no column 'Species' in measurements.csv. It has 'sample', 'sepal length'",
    ),
    "learned from and not": (
        ("fit", "measurements.csv", "--columns", "species", "--label", "species", *OUT),
        "Name it once",
    ),
    "nothing left": (
        ("fit", "measurements.csv", *APART, "--drop", ",".join(FEATURES), *OUT),
        "no column is left",
    ),
    "names in an array": (("fit", "table.npy", "--drop", "a", *OUT), "--drop and --columns have no effect"),
    "a label in an npy": (
        ("embed", "model.diabolo", "table.npy", "--label", "y", "-o", "c.csv"),
        "It has none",
    ),
    "several arrays": (("fit", "images.npz", *OUT), "holds several arrays (X, y, few)"),
    "a label of other length": (
        ("embed", "model.diabolo", "images.npz:X", "--label", "few", "-o", "c.csv"),
        "one value for each of the 40 rows",
    ),
    "no such file": (("fit", "no.csv", *OUT), "Can't read no.csv: No such file"),
    "no such model": (("embed", "no.diabolo", "measurements.csv", "-o", "c.csv"), "Can't read no.diabolo"),
    "no model": (("info", "measurements.csv"), "not a diabolo model file"),
    "another ending": (("fit", "model.diabolo", *OUT), "must end in one of .csv"),
    "another ending out": (
        ("embed", "model.diabolo", "measurements.csv", "-o", "c.xlsx"),
        "must end in one of",
    ),
    "no folder": (("fit", "measurements.csv", *APART, "-o", "no/m.diabolo"), "there is no folder no"),
    "a folder": (("fit", "measurements.csv", *APART, "-o", "."), "it is a folder"),
    "over the data": (
        ("embed", "model.diabolo", "measurements.csv", "-o", "measurements.csv"),
        "file to read",
    ),
    "over the model": (("fit", "german.csv", *APART, "-o", "german.csv"), "it is a file to read from"),
    "missing columns": (
        ("embed", "model.diabolo", "few.csv", "-o", "c.csv"),
        "these are missing: 'sepal length', 'sepal width'. The file has 'petal length'",
    ),
    "validation misses columns": (
        ("fit", "measurements.csv", *APART, "--validation", "few.csv", *OUT),
        "few.csv: the columns that the model is fitted on are needed",
    ),
    "a label that was learned from": (
        ("embed", "model.diabolo", "measurements.csv", "--label", "petal width", "-o", "c.csv"),
        "the model was fitted on column 'petal width'",
    ),
    "other width": (("embed", "model.diabolo", "images.npz:X", "-o", "c.csv"), "rows of 4 numbers"),
    "a name made twice": (
        ("embed", "model.diabolo", "twice.csv", "-o", "c.csv"),
        "'autoencoder0' would stand",
    ),
    "carried into npy": (
        ("embed", "model.diabolo", "measurements.csv", "--id", "sample", "-o", "c.npy"),
        "an npy file holds one array",
    ),
    "csv options elsewhere": (("fit", "table.npy", "--separator", ";", *OUT), "have no effect"),
    "widths": (("fit", "table.npy", "--encoder", "10,x", *OUT), "--encoder takes the widths of layers"),
    "filters": (("fit", "table.npy", "--encoder", "conv:x", *OUT), "--encoder takes the widths of layers"),
    "filters of a table": (("fit", "table.npy", "--encoder", "conv:8", *OUT), "Convolutional needs images"),
    "a network of another kind": (
        ("fit", "table.npy", "--encoder", "lstm:8", *OUT),
        "conv:32,64; got 'lstm:8'",
    ),
    "a width of 0": (("fit", "table.npy", "--encoder", "0", *OUT), "at least 1; got 0"),
    "a range": (("fit", "table.npy", "--epochs", "0", *OUT), "'epochs' parameter"),
    "a scale": (("fit", "table.npy", "--scale", "big", *OUT), "'scale' parameter"),
    "no effect": (("fit", "table.npy", "--patience", "3", *OUT), "has no effect without early_stopping"),
    "a setting": (("fit", "table.npy", "--set", "a", *OUT), "--set takes name=value"),
    "an unknown setting": (("fit", "table.npy", "--set", "a=1", *OUT), "'a' is none of this model's"),
    "a setting with an option": (("fit", "table.npy", "--set", "epochs=1", *OUT), "Say --epochs"),
    "a setting of the program's": (("fit", "table.npy", "--set", "verbose=1", *OUT), "none of this model's"),
    "no number": (("fit", "table.npy", "--epochs", "x", *OUT), "Invalid value for '--epochs'"),
    "no such model name": (("fit", "table.npy", "--model", "x", *OUT), "Invalid value for '--model'"),
    "no such option": (("fit", "table.npy", "--depth", "3", *OUT), "--depth"),
    "no output": (("fit", "table.npy"), "Missing option '--out' / '-o'. See"),
    "no argument": (("embed",), "Missing argument"),
    "infinite": (("fit", "infinite.csv", *OUT), "must hold finite numbers"),
    "divergence": (
        ("fit", "measurements.csv", *APART, "--optimizer", "sgd", "--learning-rate", "1e30", "-q", *OUT),
        "must stay finite",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_one_line_and_status_2(here, case):
    arguments, says = REFUSED[case]
    iris()[["petal length", "petal width"]].to_csv("few.csv", index=False)
    iris().assign(autoencoder0=1).to_csv("twice.csv", index=False)
    Path("infinite.csv").write_text("a,b\n1,2\ninf,3\n")
    before = sorted(os.listdir())
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    line = result.stderr.splitlines()[-1]
    assert line.startswith("diabolo: ")
    assert says in line
    assert len([each for each in result.stderr.splitlines() if each.startswith("diabolo: ")]) == 1
    assert str(here) not in line
    assert sorted(os.listdir()) == before


def test_a_failed_run_leaves_the_old_result(here):
    before = Path("model.diabolo").read_bytes()
    assert run("fit", "measurements.csv", "-o", "model.diabolo").exit_code == 2
    assert Path("model.diabolo").read_bytes() == before


def test_quiet_says_nothing(here):
    assert succeed("fit", "table.npy", *FAST, "-q", *OUT).output == ""
    assert succeed("embed", "out.diabolo", "table.npy", "-q", "-o", "c.npy").output == ""


def test_interrupt_keeps_the_model_of_the_last_whole_epoch(here):
    command = [*COMMAND, "fit", "table.npy", "--epochs", "1000000", *OUT]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=BY_ITSELF, stdout=pipe, stderr=pipe, text=True) as process:
        line = ""
        while not line.startswith("epoch 2/"):
            line = process.stderr.readline()
            assert process.poll() is None, line
        process.send_signal(signal.SIGINT)
        try:
            stdout, stderr = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert stdout == ""
    epochs = diabolo.load("out.diabolo").n_iter_
    assert f"The model of epoch {epochs}, the last whole one, is saved as out.diabolo." in stderr
    assert "Traceback" not in stderr
    record = json.loads(Path("out.diabolo.json").read_text())
    assert record["interrupted"] is True
    assert record["epochs"] == epochs
    assert "ended by    an interrupt" in succeed("info", "out.diabolo").stdout


# -- the documents ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_each_command_runs_by_itself_as_its_help_says(here):
    """Real processes, in the order of a day's work."""
    for command in COMMANDS[1:]:
        text = " ".join(command_of(command).help.split())
        example = re.search(r"Example: diabolo (.*)", text)[1]
        result = in_process(*shlex.split(example), *(("--id", "sample") if command == "fit" else ()))
        assert result.returncode == 0, result.stderr
        assert (result.stdout == "") == (command != "info")


def test_the_page_documents_every_command_and_its_commands_run(here):
    page = (ROOT / "docs" / "command-line.md").read_text()
    for command in COMMANDS:
        assert f"`diabolo {command}`" in page
    blocks = re.findall(r"^```sh\n(.*?)^```", page, flags=re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("diabolo ")]
    assert len(lines) >= 4
    for line in lines:
        succeed(*shlex.split(line)[1:])
    heads = re.findall(r"^```csv\n(.*?)\n", page, flags=re.M)
    assert heads == [Path(name).read_text().splitlines()[0] for name in ("measurements.csv", "codes.csv")]


def test_the_messages_of_the_page_are_those_that_are_said():
    page = (ROOT / "docs" / "command-line.md").read_text()
    table = page.split("| message | what to do |")[1].split("\n\n")[0]
    messages = re.findall(r"^\| `(.*?)` \|", table, flags=re.M)
    sources = "".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    code = re.sub(r'"\s*\n\s*f?"', "", sources)
    assert len(messages) >= 8
    for message in messages:
        words = re.split(r"'[^']*'|0x\w+|\b\d+\b|utf-8", message)
        assert any(part.strip() and part.strip() in code for part in words), message


def command_of(name):
    return typer.main.get_command(app).commands[name]


def test_every_command_is_known_here_and_has_an_example():
    assert set(typer.main.get_command(app).commands) == set(COMMANDS)
    for command in COMMANDS:
        assert f"Example: diabolo {command} " in command_of(command).help


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_leaves_the_heavy_libraries_alone(command):
    code = (
        "import sys; from diabolo.cli import app\n"
        f"try: app([*{command!r}, '--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('keras', 'jax', 'sklearn', 'numpy', 'pandas', 'pyarrow') if m in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], env=BY_ITSELF, capture_output=True, text=True, check=True
    ).stdout
    assert out.splitlines()[-1] == "[]"
