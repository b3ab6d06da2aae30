"""``diabolo explore``."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from typer.testing import CliRunner

from diabolo import Autoencoder
from diabolo.cli import app

pytestmark = pytest.mark.jax


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explore")
    data = load_iris(as_frame=True)
    Autoencoder(2, encoder=(8,), epochs=1, random_state=0).fit(data.data).save(folder / "model.diabolo")
    frame = data.data.assign(species=data.target_names[data.target], petals=np.linspace(0, 1, 150))
    frame.loc[7, ["species", "petals"]] = [None, np.nan]
    frame.to_csv(folder / "iris.csv", index=False)
    np.save(folder / "rows.npy", data.data.to_numpy())
    return folder


def run_in(folder, *arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(app, ["explore", "model.diabolo", *arguments])


def meta_of(path):
    return json.loads(re.search(r'id="meta">(.*?)</script>', path.read_text())[1])


def test_a_page_and_the_record_of_it(folder):
    result = run_in(folder, "iris.csv", "--label", "species", "-o", "explorer.html")
    assert result.exit_code == 0, result.output
    assert "explorer.html: 150 rows, 5." in result.output
    about = meta_of(folder / "explorer.html")
    assert about["rows"]["columns"][0] == "sepal length (cm)"
    assert about["labels"] == {"name": "species", "names": ["setosa", "versicolor", "virginica"]}
    record = json.loads((folder / "explorer.html.json").read_text())
    assert record["rows"] == 150
    assert set(record["inputs"]) == {"model", "data"}


def test_a_quantity_and_fewer_rows(folder):
    result = run_in(folder, "iris.csv", "--label", "petals", "--max-rows", "50", "-o", "few.html")
    assert result.exit_code == 0, result.output
    about = meta_of(folder / "few.html")
    assert (about["n"], about["labels"]) == (50, {"name": "petals", "names": None})


def test_rows_of_an_array_as_images(folder):
    result = run_in(folder, "rows.npy", "--image-shape", "2,2", "-o", "images.html")
    assert result.exit_code == 0, result.output
    assert meta_of(folder / "images.html")["rows"]["shape"] == [2, 2, 1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["iris.csv"], "either where the page goes, -o explorer.html, or --serve; got neither"),
        (["iris.csv", "-o", "x.html", "--serve"], "got both"),
        (["iris.csv", "-o", "x.html", "--port", "80"], "--port 80 has no effect without --serve"),
        (["iris.csv", "-o", "x.csv"], "must end in .html"),
        (["iris.csv", "-o", "x.html", "--image-shape", "a"], "--image-shape must be HEIGHT,WIDTH"),
        (["iris.csv", "-o", "x.html", "--label", "kind"], "no column 'kind'"),
        (["iris.csv", "-o", "missing/x.html"], "Can't write"),
    ],
)
def test_what_must_be_mended_is_one_line(folder, arguments, message):
    result = run_in(folder, *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert not list(folder.glob("x.*"))


@pytest.mark.thorough
def test_serve_until_interrupted(folder):
    command = [sys.executable, "-m", "diabolo", "explore", "model.diabolo", "iris.csv", "--serve"]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, env=os.environ)
    lines = iter(process.stderr.readline, "")
    url = next(re.search(r"http://127\.0\.0\.1:\d+/\S+/", line)[0] for line in lines if "http://" in line)
    with urllib.request.urlopen(f"{url}rows/3") as answer:
        row = np.frombuffer(answer.read(), "<f4")
    first = pd.read_csv(folder / "iris.csv").iloc[3, :4].to_numpy(np.float32)
    np.testing.assert_array_equal(row, first)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    process.stderr.close()
