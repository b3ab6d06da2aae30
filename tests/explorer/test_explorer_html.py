"""The page as a file: what it holds, and what it allows."""

import base64
import gzip
import hashlib
import html
import json
import re
from importlib.resources import files

import numpy as np
import onnxruntime
import pandas as pd
import pytest

from diabolo import Autoencoder, DataError, explore
from diabolo.explorer import size
from diabolo.explorer.bundle import page_script, runtime_script
from diabolo.plots.style import PALETTE

pytestmark = pytest.mark.jax
HOSTILE = ("<script>alert(1)</script>", "</script><img src=x onerror=alert(2)>", "\"&'")


def meta_of(page):
    return json.loads(re.search(r'<script type="application/json" id="meta">(.*?)</script>', page)[1])


def array_of(page, name):
    block = re.search(rf'data-array="{name}">([^<]*)</script>', page)[1]
    return np.frombuffer(gzip.decompress(base64.b64decode(block)), meta_of(page)["arrays"][name])


def test_the_page_holds_what_the_model_makes_of_images(on_digits, digits):
    X, y = digits
    page = explore(on_digits, X, y).html()
    np.testing.assert_array_equal(array_of(page, "codes").reshape(-1, 2), on_digits.transform(X))
    np.testing.assert_array_equal(array_of(page, "errors"), on_digits.reconstruction_error(X))
    np.testing.assert_array_equal(array_of(page, "rows").reshape(X.shape), X)
    np.testing.assert_array_equal(array_of(page, "labels"), y)
    np.testing.assert_array_equal(array_of(page, "numbers"), np.arange(60))
    about = meta_of(page)
    assert (about["n"], about["components"]) == (60, ["code 1", "code 2"])
    assert about["rows"] == {"kind": "images", "shape": [8, 8, 1], "size": 64, "black": 0, "white": 1}
    assert about["labels"] == {"name": "label", "names": [str(digit) for digit in range(10)]}
    assert about["palette"] == list(PALETTE)


def test_the_page_holds_the_decoder(on_digits, digits):
    model = array_of(explore(on_digits, digits[0]).html(), "decoder").tobytes()
    session = onnxruntime.InferenceSession(model)
    codes = np.array([[0.5, -1], [2, 3]], np.float32)
    (rows,) = session.run(None, {session.get_inputs()[0].name: codes})
    np.testing.assert_allclose(rows, on_digits.inverse_transform(codes), atol=1e-5)


def test_the_page_holds_a_table_column_by_column(on_iris, iris):
    X, y = iris
    page = explore(on_iris, X, y).html()
    np.testing.assert_array_equal(array_of(page, "rows").reshape(4, -1).T, X.to_numpy(np.float32))
    about = meta_of(page)
    assert about["rows"]["columns"] == list(X.columns)
    assert about["labels"]["name"] == "species"


def test_the_principal_plane_is_that_of_pca(on_iris, iris):
    from sklearn.decomposition import PCA

    plane = meta_of(explore(on_iris, iris[0]).html())["principal"]
    pca = PCA(2).fit(on_iris.transform(iris[0]).astype(float))
    np.testing.assert_allclose(plane["origin"], pca.mean_, rtol=1e-5)
    np.testing.assert_allclose(plane["shares"], pca.explained_variance_ratio_, rtol=1e-5)
    np.testing.assert_allclose(np.abs(np.sum(plane["directions"] * pca.components_, axis=1)), 1, rtol=1e-5)


def test_the_policy_names_the_scripts_and_allows_no_request(on_iris, iris):
    page = explore(on_iris, iris[0]).html()
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])
    assert "default-src 'none'" in policy
    assert "connect-src 'none'" in policy
    assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
    scripts = re.findall(r'<script type="module">(.*?)</script>', page, flags=re.DOTALL)
    hashes = {base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts}
    assert len(hashes) == 2
    assert set(re.findall(r"'sha256-([^']*)'", policy)) == hashes


def test_hostile_names_stay_data():
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(20, 3)), columns=list(HOSTILE))
    y = pd.Series(np.resize(HOSTILE, 20), name=HOSTILE[0])
    page = explore(Autoencoder(2, encoder=(4,), epochs=1).fit(X), X, y).html()
    assert "alert(" not in re.sub(r"\\u003c[^<]*", "", page)  # only where < is written as six characters
    about = meta_of(page)
    assert about["rows"]["columns"] == list(HOSTILE)
    assert set(about["labels"]["names"]) == set(HOSTILE)


def test_a_page_that_would_be_too_large_is_refused_with_its_size(on_digits, monkeypatch):
    X = np.random.default_rng(0).integers(0, 256, (3000, 8, 8), dtype=np.uint8)
    explorer = explore(on_digits, X)
    actual = len(explorer.html())
    monkeypatch.setattr(size, "LARGEST", actual - 150_000)
    with pytest.raises(DataError, match=r"one of these 3,000 rows would be about \S+ MB.*--serve") as refused:
        explorer.html()
    told = float(re.search(r"about (\S+) MB", str(refused.value))[1])
    assert told == pytest.approx(actual / 1e6, abs=0.06)
    fewer = int(re.search(r"max_rows=(\d+)", str(refused.value))[1])
    assert len(explore(on_digits, X, max_rows=fewer).html()) < size.LARGEST


def test_a_disk_that_fails_leaves_nothing(on_digits, digits, tmp_path):
    from diabolo import OutputError

    with pytest.raises(OutputError, match="Choose a folder that exists"):
        explore(on_digits, digits[0]).save(tmp_path / "missing" / "page.html")
    assert not list(tmp_path.iterdir())


# -- scripts -------------------------------------------------------------------------------------------------


def test_modules_become_one_script_in_one_scope():
    script = page_script()
    assert not re.search(r"^(import|export)\b", script, flags=re.MULTILINE)
    names = re.findall(r"^(?:async )?(?:function|class|const) (\w+)", script, flags=re.MULTILINE)
    names += re.findall(r"^let (\w+)", script, flags=re.MULTILINE)
    assert sorted(names) == sorted(set(names))
    folder = files("diabolo.explorer") / "page"
    for module in folder.iterdir():
        if module.name.endswith(".js"):
            assert module.read_text("utf-8").splitlines()[-1] in script, module.name


def test_no_script_ends_its_element():
    assert "</script" not in page_script() + runtime_script()


def test_the_runtime_leaves_a_global_name():
    script = runtime_script()
    assert not re.search(r"\bexport\{", script)
    (names,) = re.findall(r"globalThis\.onnxruntime=\{(.*?)\};", script)
    assert {"InferenceSession", "Tensor", "env"} <= {pair.split(":")[0] for pair in names.split(",")}


def test_what_is_kept_of_others_is_what_was_published():
    vendor = files("diabolo.explorer") / "vendor"
    about = json.loads((vendor / "vendored.json").read_text("utf-8"))
    for name, digest in about["sha256"].items():
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == digest, name
    assert about["licence"] == "MIT"
    assert gzip.decompress((vendor / "ort-wasm-simd-threaded.wasm.gz").read_bytes())[:4] == b"\0asm"
