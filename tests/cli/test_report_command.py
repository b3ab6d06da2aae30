"""``diabolo report``, against the Python API."""

import hashlib
import json
import re
import shlex

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from typer.testing import CliRunner

import diabolo
from diabolo.cli import app

pytestmark = [pytest.mark.jax, pytest.mark.thorough]
FEATURES = ["sepal length", "sepal width", "petal length", "petal width"]


def run(line):
    return CliRunner().invoke(app, shlex.split(line))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a table, half of it learned from, and the model."""
    folder = tmp_path_factory.mktemp("made")
    data = load_iris()
    frame = pd.DataFrame(data.data, columns=FEATURES)
    frame["species"] = data.target_names[data.target]
    frame[::2].to_csv(folder / "train.csv", index=False)
    frame[1::2].to_csv(folder / "test.csv", index=False)
    fit = f"fit {folder}/train.csv --label species --epochs 3 --encoder 8 -q -o {folder}/model.diabolo"
    assert run(fit).exit_code == 0
    return folder


@pytest.fixture
def here(made, tmp_path, monkeypatch):
    """A new folder with links to what was made, as the working directory."""
    for path in made.iterdir():
        (tmp_path / path.name).hardlink_to(path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_is_that_of_the_api(here):
    result = run("report model.diabolo test.csv --label species --train train.csv -o report.html")
    assert result.exit_code == 0, result.output
    rows, training = pd.read_csv("test.csv"), pd.read_csv("train.csv")
    expected = diabolo.report(
        diabolo.load("model.diabolo"), rows[FEATURES], rows["species"], X_train=training[FEATURES]
    )
    record = json.loads((here / "report.html.json").read_text())
    assert record["errors"] == pytest.approx(expected.errors)
    assert [finding["text"] for finding in record["findings"]] == [each.text for each in expected.findings]
    for finding in expected.findings:
        assert f"{finding.kind}: {finding.text}" in result.stderr
    page = (here / "report.html").read_text()
    assert sorted(re.findall("setosa|versicolor|virginica", page))
    for file in ("model.diabolo", "test.csv", "train.csv"):
        assert hashlib.sha256((here / file).read_bytes()).hexdigest() in page
    assert str(here) not in page


def test_the_commands_that_made_it_make_it_again(here):
    assert run(f"report {here}/model.diabolo test.csv --label species -o report.html -q").exit_code == 0
    page = (here / "report.html").read_text()
    (commands,) = re.findall(r"<pre[^>]*>(.*?)</pre>", page, flags=re.S)
    fit, report = (shlex.split(line) for line in commands.splitlines())
    assert fit[:3] == ["diabolo", "fit", "train.csv"]
    for each in (fit, report):
        assert run(shlex.join(each[1:])).exit_code == 0
    assert (here / "report.html").read_text() == page


def test_labels_that_are_empty_are_a_class_of_their_own(here):
    frame = pd.read_csv("test.csv")
    frame.loc[::3, "species"] = None
    frame.to_csv("some.csv", index=False)
    assert run("report model.diabolo some.csv --label species -o some.html -q").exit_code == 0
    assert "in 4 classes ((none), setosa, versicolor, virginica)" in (here / "some.html").read_text()


@pytest.mark.slow
def test_arrays_and_their_labels(here):
    images = np.random.default_rng(0).integers(0, 256, (40, 4, 5), dtype=np.uint8)
    np.savez("images.npz", X=images, y=np.arange(40) % 3)
    assert run("fit images.npz:X --epochs 2 --encoder 8 -q -o images.diabolo").exit_code == 0
    result = run("report images.diabolo images.npz:X --label y --max-rows 20 -o images.html")
    assert result.exit_code == 0, result.output
    page = (here / "images.html").read_text()
    assert "40 images of 4\N{MULTIPLICATION SIGN}5 pixels in 3 classes (0, 1, 2)" in page
    assert "This page looks at 20 of them" in page


def test_rows_that_are_flat_images(here):
    assert run("report model.diabolo test.csv --image-shape 2,2 -o images.html -q").exit_code == 0
    page = (here / "images.html").read_text()
    assert "75 images of 2\N{MULTIPLICATION SIGN}2 pixels" in page


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("model.diabolo test.csv -o report.pdf", "the name of a page must end in .html"),
        ("model.diabolo test.csv -o none/report.html", "there is no folder none"),
        ("model.diabolo test.csv --label kind -o report.html", "There is no column 'kind' in test.csv"),
        ("model.diabolo none.csv -o report.html", "none.csv"),
        ("none.diabolo test.csv -o report.html", "none.diabolo"),
        ("model.diabolo test.csv --image-shape 2x2 -o report.html", "--image-shape must be HEIGHT,WIDTH"),
        ("model.diabolo test.csv --image-shape 2,3 -o report.html", "image_shape must be"),
        ("model.diabolo test.csv --max-rows 5 -o report.html", "Invalid value for '--max-rows'"),
        ("test.csv model.diabolo -o report.html", "model.diabolo: the name of a file of rows must end in"),
        ("model.diabolo test.csv --train short.csv -o report.html", "these are missing: 'petal width'"),
    ],
)
def test_bad_input_is_one_line_and_status_2(here, arguments, says):
    (here / "short.csv").write_text("sepal length,sepal width,petal length\n1,2,3\n")
    result = run(f"report {arguments}")
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
    assert len(result.stderr.strip().splitlines()) == 1
    assert not list(here.glob("report.*"))
