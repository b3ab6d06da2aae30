"""The demo, on few digits and few epochs."""

import csv
import re

import numpy as np
import pytest

import diabolo
from diabolo.data.mnist import MNIST
from diabolo.demo import run as run_module
from diabolo.demo.run import run


@pytest.fixture(scope="module", autouse=True)
def few(mnist):
    """The demo's digits."""
    data = MNIST(mnist[0][:2000], mnist[1][:2000], mnist[2][:500], mnist[3][:500])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "load_mnist", lambda: data)
        yield data


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "demo"


@pytest.fixture(scope="module")
def result(few, folder):
    return run(folder, epochs=2, seed=3)


def test_the_folder_holds_all_of_it(result, few, folder):
    names = {path.name for path in folder.iterdir()}
    pictures = {
        "samples.png",
        "history.png",
        "reconstructions.png",
        "latent_space.png",
        "latent_space_pca.png",
    }
    pages = {"index.html", "report.html", "explorer.html"}
    assert names == pictures | pages | {"history.csv", "model.diabolo", ".diabolo-files"}
    loaded = diabolo.load(folder / "model.diabolo")
    np.testing.assert_array_equal(loaded.transform(few.X_test), result.autoencoder.transform(few.X_test))
    with (folder / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[-1]["val_loss"]) == result.validation_loss


def test_the_table_compares_with_the_article_and_pca(result, few):
    (first, *clusters) = result.table()
    ours = np.mean((few.X_test / 255 - result.autoencoder.reconstruct(few.X_test)) ** 2)
    assert first[1:] == ("0.0371", f"{ours:.4f}", f"{result.pca.mse:.5f}")
    assert [row[0].split(":")[0] for row in clusters] == ["k-means"] * 3 + ["DBSCAN"] * 3


def test_the_page_shows_everything_and_asks_nothing_of_a_network(result, folder):
    page = (folder / "index.html").read_text()
    for _, _, ours, _ in result.table():
        assert ours in page
    shown = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert all((folder / name).exists() for name in shown)
    assert "//" not in page.replace("<!doctype", "")


def test_running_again_replaces_the_folder(result, folder):
    before = (folder / "history.csv").read_text()
    run(folder, epochs=2, seed=3)
    assert (folder / "history.csv").read_text() == before


def test_an_interrupt_after_training_keeps_the_model(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "_draw", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "demo", epochs=1, seed=0)
    assert diabolo.load(tmp_path / "demo" / "model.diabolo").n_iter_ == 1


@pytest.mark.thorough
def test_without_onnx_there_is_no_explorer_and_the_cover_names_none(tmp_path, monkeypatch):
    monkeypatch.setattr(run_module, "find_spec", lambda _: None)
    result = run(tmp_path / "demo", epochs=1, seed=0)
    assert result.pages == (run_module.REPORT,)
    assert not (tmp_path / "demo" / "explorer.html").exists()
    assert "explorer" not in (tmp_path / "demo" / "index.html").read_text()
