"""The explorer's page of tables, of codes of several widths, and of names that mean harm."""

import numpy as np
import pandas as pd
import pytest
from driving import Map, decoded_code, what
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA

from diabolo import Autoencoder, Tabular, explore

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.jax]
HOSTILE = ("<script>alert(1)</script>", "</script><img src=x onerror=alert(2)>", '"quoted", name')


@pytest.fixture(scope="module")
def iris():
    data = load_iris(as_frame=True)
    return data.data, pd.Series(data.target_names[data.target], name="species")


@pytest.fixture(scope="module")
def on_iris(iris):
    return Autoencoder(3, encoder=(16,), epochs=30, random_state=0).fit(iris[0])


@pytest.fixture
def page(open_page, on_iris, iris, tmp_path):
    explore(on_iris, *iris).save(tmp_path / "explorer.html")
    return open_page(tmp_path / "explorer.html")


def find(page, row):
    page.fill("[data-part=search-number]", str(row))
    page.click("text=Find")
    page.wait_for_timeout(300)


def mean_of(codes):
    """To rounding, which is as large as that of the codes: their mean may be close to zero."""
    return pytest.approx(codes.mean(dtype=float), abs=1e-5 * float(np.abs(codes).mean()))


def cells(page):
    """The table of what is decoded: a list a line, head first."""
    lines = page.locator("[data-part=decoded-table] tr")
    return [line.locator("th, td").all_inner_texts() for line in lines.all()]


def test_the_decoded_row_stands_in_named_columns_beside_the_pinned_one(page, on_iris, iris):
    find(page, 70)
    Map(page).drag((0.5, 0.5), (0.4, 0.6))
    page.wait_for_timeout(300)
    head, *lines = cells(page)
    assert head == ["column", "here", "A", "A back"]
    assert [line[0] for line in lines] == list(iris[0].columns)
    here, original, back = np.array([line[1:] for line in lines], float).T
    np.testing.assert_allclose(here, on_iris.inverse_transform(decoded_code(page)[None])[0], rtol=1e-3)
    np.testing.assert_allclose(original, iris[0].iloc[70], rtol=1e-3)
    np.testing.assert_allclose(back, on_iris.reconstruct(iris[0].iloc[70:71])[0], rtol=1e-3)


def test_dragging_leaves_the_other_components_at_those_of_the_pinned_row(page, on_iris, iris):
    codes = on_iris.transform(iris[0])
    Map(page).drag((0.5, 0.5), (0.3, 0.3))
    page.wait_for_timeout(300)
    assert decoded_code(page)[2] == mean_of(codes[:, 2])
    assert what(page).inner_text() == "The mean of all codes, moved along code 1 and code 2."
    find(page, 70)
    Map(page).drag((0.5, 0.5), (0.3, 0.3))
    page.wait_for_timeout(300)
    assert decoded_code(page)[2] == codes[70, 2]
    assert what(page).inner_text() == "The code of row 70, moved along code 1 and code 2."


def test_in_the_principal_plane_dragging_keeps_what_stands_at_right_angles(page, on_iris, iris):
    codes = on_iris.transform(iris[0])
    page.select_option("[data-part=plane-kind]", "principal")
    find(page, 70)
    Map(page).drag((0.5, 0.5), (0.3, 0.3))
    page.wait_for_timeout(300)
    normal = PCA(3).fit(codes.astype(float)).components_[2]
    moved = decoded_code(page) - codes[70]
    assert np.linalg.norm(moved) > 0.1
    assert moved @ normal == pytest.approx(0, abs=1e-4)


def test_a_slider_sets_one_component(page, on_iris, iris):
    codes = on_iris.transform(iris[0])
    find(page, 70)
    page.click("summary:has-text('Components')")
    page.locator("[data-part=slider-list] input").nth(2).fill(str(float(codes[:, 2].max())))
    page.wait_for_timeout(300)
    expected = [*codes[70, :2], codes[:, 2].max()]
    np.testing.assert_allclose(decoded_code(page), expected, rtol=1e-5)
    assert "1 of 3 components by slider" in what(page).inner_text()
    assert what(page).inner_text().startswith("The code of row 70, moved along")
    page.click("text=Unpin")
    page.wait_for_timeout(300)
    assert what(page).inner_text() == "The mean of all codes, moved along code 1 and code 2."
    assert decoded_code(page)[2] == mean_of(codes[:, 2])


def test_the_file_of_selected_rows_has_every_column(page, iris, on_iris, tmp_path):
    page.click("text=Select rows in view")
    with page.expect_download() as download:
        page.click("text=Download as CSV")
    download.value.save_as(tmp_path / "rows.csv")
    table = pd.read_csv(tmp_path / "rows.csv")
    np.testing.assert_array_equal(table["species"], iris[1])
    np.testing.assert_allclose(table[iris[0].columns], iris[0], rtol=1e-6)


def test_colours_and_background_by_a_column(page, iris):
    name = iris[0].columns[2]
    page.select_option("[data-part=colour]", label=name)
    bar = page.locator("[data-part=bar]")
    ends = [float(bar.locator(f".{end}").inner_text()) for end in ("low", "high")]
    np.testing.assert_allclose(ends, np.quantile(iris[0][name], [0.02, 0.98]), atol=0.1)
    assert page.locator("[data-part=background] option").all_inner_texts()[3] == f"decoded {name}"
    page.select_option("[data-part=background]", label=f"decoded {name}")
    key = page.locator("[data-part=background-key]")
    key.locator(".low").wait_for()
    assert key.inner_text().startswith(f"Background, decoded {name}: ")
    # What is decoded all over the map spans what the rows have, more or less.
    spans = [float(key.locator(f".{end}").inner_text()) for end in ("low", "high")]
    assert np.ptp(spans) == pytest.approx(np.ptp(iris[0][name]), rel=1)


@pytest.mark.parametrize("n_components", [1, 64])
def test_codes_of_one_and_of_many_components(open_page, iris, tmp_path, n_components):
    ae = Autoencoder(n_components, encoder=(16,), epochs=3, random_state=0).fit(iris[0])
    explore(ae, iris[0]).save(tmp_path / "explorer.html")
    page = open_page(tmp_path / "explorer.html")
    Map(page).drag((0.5, 0.5), (0.4, 0.6))
    page.wait_for_timeout(300)
    code = decoded_code(page)
    assert code.shape == (n_components,)
    here = [float(line[1]) for line in cells(page)[1:]]
    np.testing.assert_allclose(here, ae.inverse_transform(code[None])[0], rtol=1e-3)
    assert page.locator("[data-part=slider-list] input").count() == (64 if n_components == 64 else 0)


def test_mixed_columns_are_decoded_as_python_does(open_page, tmp_path):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"size": rng.normal(10, 2, 80), "kind": np.resize(["x", "y", "z"], 80)})
    X = X.assign(open=X["size"] > 10, count=np.arange(80), day=pd.date_range("2024", periods=80))
    ae = Autoencoder(2, encoder=Tabular((16,)), epochs=30, random_state=0).fit(X)
    explore(ae, X).save(tmp_path / "explorer.html")
    page = open_page(tmp_path / "explorer.html")
    for row in (3, 60):
        find(page, row)
        back, original = ae.reconstruct(X.iloc[[row]]).iloc[0], X.iloc[row]
        lines = {line[0]: line[1:] for line in cells(page)[1:]}
        column = 1 if row == 3 else 3  # A, A back, B, B back, after what is decoded
        for name in ("kind", "open", "count"):
            assert lines[name][0] == str(back[name])
            assert lines[name][column] == str(original[name])
        assert float(lines["size"][0]) == pytest.approx(back["size"], rel=1e-3)
        assert lines["day"][0] == str(back["day"].date())
        assert lines["day"][column] == str(original["day"].date())


def test_hostile_names_are_inert(open_page, tmp_path):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(60, 3)), columns=list(HOSTILE))
    y = pd.Series(np.resize(HOSTILE, 60), name="<b>label</b>")
    ae = Autoencoder(2, encoder=(4,), epochs=1, random_state=0).fit(X)
    explore(ae, X, y).save(tmp_path / "explorer.html")
    page = open_page(tmp_path / "explorer.html")  # dialogs, requests and errors would be noticed in the end
    find(page, 3)
    find(page, 4)
    page.select_option("[data-part=colour]", label=HOSTILE[0])
    page.select_option("[data-part=colour]", label="<b>label</b>")
    page.mouse.move(*Map(page).place(0.5, 0.5))
    page.wait_for_timeout(300)
    assert [line[0] for line in cells(page)[1:]] == list(HOSTILE)
    assert page.locator("main img, main b, main script").count() == 0
    legend = page.locator("[data-part=legend] li").all_inner_texts()
    assert sorted(each.rsplit(" ", 1)[0].strip() for each in legend) == sorted(HOSTILE)
    page.click("text=Show all")
    page.click("text=Select rows in view")
    with page.expect_download() as download:
        page.click("text=Download as CSV")
    download.value.save_as(tmp_path / "rows.csv")
    table = pd.read_csv(tmp_path / "rows.csv")
    assert list(table.columns[-3:]) == list(HOSTILE)
    np.testing.assert_array_equal(table["<b>label</b>"], y)


def test_more_classes_than_colours_and_rows_without_a_label(open_page, iris, on_iris, tmp_path):
    y = np.array([f"class {i % 27}" for i in range(150)], object)
    y[:5] = None
    explore(on_iris, iris[0], y).save(tmp_path / "explorer.html")
    page = open_page(tmp_path / "explorer.html")
    legend = [each.strip() for each in page.locator("[data-part=legend] li").all_inner_texts()]
    assert len(legend) == 21
    assert legend[-2].startswith("8 rarer classes")
    assert legend[-1].split() == ["no", "label", "5"]
    assert sum(int(each.split()[-1]) for each in legend) == 150
