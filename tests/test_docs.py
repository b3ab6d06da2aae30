"""What the documents say runs."""

import doctest
import importlib
import importlib.util
import inspect
import pkgutil
import re
from pathlib import Path

import numpy as np
import pytest

import diabolo

ROOT = Path(__file__).parents[1]


def python_blocks(document):
    return re.findall(r"^```python\n(.*?)^```", (ROOT / document).read_text(), flags=re.M | re.S)


@pytest.mark.slow
@pytest.mark.jax
@pytest.mark.parametrize("block", python_blocks("README.md"))
def test_readme_runs(block, tmp_path, monkeypatch, mnist):
    monkeypatch.chdir(tmp_path)
    few = type(mnist)(mnist.X_train[:500], mnist.y_train[:500], mnist.X_test[:500], mnist.y_test[:500])
    monkeypatch.setattr(diabolo, "load_mnist", lambda: few, raising=False)
    exec(block, {})


@pytest.mark.jax
@pytest.mark.parametrize("block", python_blocks("docs/file-format.md"))
def test_the_file_formats_example_runs(block, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(block, {"__name__": "__main__"})
    assert (tmp_path / "mine.diabolo").exists()


@pytest.mark.jax
@pytest.mark.parametrize("block", python_blocks("docs/export.md"))
def test_the_exports_example_runs(block, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(block, {})
    assert (tmp_path / "wine.onnx").exists()


@pytest.mark.slow
@pytest.mark.jax
def test_the_explorers_examples_run(tmp_path, monkeypatch, mnist):
    monkeypatch.chdir(tmp_path)
    few = type(mnist)(mnist.X_train[:500], mnist.y_train[:500], mnist.X_test[:500], mnist.y_test[:500])
    monkeypatch.setattr(diabolo, "load_mnist", lambda: few, raising=False)
    names = {}
    *blocks, notebook = python_blocks("docs/explorer.md")
    for block in blocks:
        exec(block, names)
    assert (tmp_path / "explorer.html").exists()
    if importlib.util.find_spec("anywidget"):
        exec(notebook, names)
        assert names["widget"].pinned == []


@pytest.fixture(scope="module")
def of_contributing():
    """What CONTRIBUTING.md defines."""
    setting = (
        "from dataclasses import dataclass\nfrom numbers import Real\nfrom typing import ClassVar\n"
        "from keras import ops\nfrom diabolo import Autoencoder\n"
        "from diabolo.estimators._sklearn import Interval\nfrom diabolo.noise import Tensor\n"
        "from diabolo.objectives.passes import Pass\nfrom diabolo.objectives.penalties import Penalty\n"
        "from diabolo.objectives.schedules import Schedule\n"
    )
    names = {"__name__": "variant"}
    exec(setting + "\n".join(python_blocks("CONTRIBUTING.md")), names)
    return names


def test_contributings_penalty_works(of_contributing, table):
    assert len(python_blocks("CONTRIBUTING.md")[0].splitlines()) < 25
    penalty = of_contributing["CodeSize"]
    ae = diabolo.Autoencoder(2, encoder=(8,), penalties=(penalty(0.5),), epochs=3, random_state=0).fit(table)
    terms = ae.evaluate(table)
    assert terms["code_size"] == pytest.approx(0.5 * np.square(ae.transform(table)).sum(1).mean(), rel=1e-5)
    assert terms["loss"] == pytest.approx(terms["reconstruction"] + terms["code_size"], rel=1e-6)
    rising = penalty(diabolo.schedules.Linear(0, 0.5, 2))
    still = {"optimizer": "sgd", "learning_rate": 1e-12, "batch_size": 128}
    ae = diabolo.Autoencoder(2, encoder=(8,), penalties=(rising,), epochs=4, random_state=0, **still)
    weights = ae.fit(table).history_["code_size"]
    np.testing.assert_allclose(weights / weights[-1], [0, 0.5, 1, 1], rtol=1e-4)


def test_contributings_variant_works(of_contributing, table):
    variant = of_contributing["SmallCodeAutoencoder"]
    ae = variant(2, encoder=(8,), shrinkage=0.5, epochs=3, random_state=0).fit(table)
    terms = ae.evaluate(table)
    assert terms["code_size"] == pytest.approx(0.5 * np.square(ae.transform(table)).sum(1).mean(), rel=1e-5)
    assert "code_size" in ae.history_


MODULES = [module.name for module in pkgutil.walk_packages(diabolo.__path__, "diabolo.")]
# Those of a backend or an extra that the tests don't install; they have no examples.
ELSEWHERE = r"on_(torch|tensorflow)|__main__|explorer\.widget"


@pytest.mark.slow
@pytest.mark.jax
@pytest.mark.parametrize("name", [n for n in MODULES if not re.search(ELSEWHERE, n)])
def test_examples_in_docstrings(name):
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    assert doctest.testmod(importlib.import_module(name), optionflags=options).failed == 0


# Called by estimators, described in a line, those of networks by the class that says what each offers.
NETWORKS = {"sequence", "of_table", "encoder_steps", "decoder_steps", "build_encoder", "build_decoder"}
INTERNAL = {"check", "halvings", "doublings", "sides", *NETWORKS}


def test_every_public_class_and_method_is_documented():
    for name in diabolo.__all__:
        public = getattr(diabolo, name)
        for attribute in vars(public) if isinstance(public, type) else ():
            member = getattr(public, attribute)
            if callable(member) and not attribute.startswith("_"):
                documentation = inspect.getdoc(member)
                assert documentation, f"{name}.{attribute}"
                taken = set(inspect.signature(member).parameters) - {"self", "cls"}
                described = re.findall(r"^(\w[\w, ]*) :", documentation, flags=re.M)
                missing = taken - set(", ".join(described).split(", "))
                assert not missing or attribute in INTERNAL, f"{name}.{attribute} says nothing of {missing}"


@pytest.mark.slow
@pytest.mark.jax
def test_the_article_example(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code = (ROOT / "examples" / "the_article.py").read_text()
    exec(compile(code, "the_article.py", "exec"), {"__name__": "__main__"})
    assert float(re.search(r"validation loss (\S+)", capsys.readouterr().out)[1]) < 0.0385
    assert len(list((tmp_path / "article").glob("*.png"))) == 5


@pytest.mark.slow
@pytest.mark.jax
def test_the_gallery_has_every_display(tmp_path, monkeypatch, mnist):
    monkeypatch.chdir(tmp_path)
    few = type(mnist)(mnist.X_train[:200], mnist.y_train[:200], mnist.X_test[:100], mnist.y_test[:100])
    monkeypatch.setattr(diabolo, "load_mnist", lambda: few, raising=False)
    code = (ROOT / "examples" / "gallery.py").read_text()
    exec(compile(code, "gallery.py", "exec"), {"__name__": "__main__"})
    assert len(list((tmp_path / "gallery").glob("*.png"))) == 25
    displays = {name for name in diabolo.__all__ if name.endswith("Display")}
    assert set(re.findall(r"db\.(\w+Display)", code)) == displays - {"FramesDisplay"}
