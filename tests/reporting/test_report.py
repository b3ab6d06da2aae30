"""Whole pages: what stands in them, what must not, and what is refused."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError

import diabolo
from diabolo import Autoencoder, DataError, NextFrameAutoencoder, OutputError, ParameterError

pytestmark = pytest.mark.jax
SLOW = ("table with gaps", "colour images", "images of two channels", "variational", "sequences")
KINDS = ("table", "images", "mixed table", *(pytest.param(kind, marks=pytest.mark.slow) for kind in SLOW))
VOID = {"meta", "img", "rect", "polygon", "br"}
HOSTILE = "<script>alert(1)</script>"


class Page(HTMLParser):
    """Elements of a page that is well formed: every one is closed where it should be."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag):
        return [attributes for each, attributes in self.elements if each == tag]


def text_of(page):
    """Words of a page, without markup."""
    body = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture(scope="module")
def page(of_iris, iris):
    """A report of flowers that the model has not seen."""
    X, y = iris
    return diabolo.report(of_iris, X[1::2], y[1::2], X_train=X[::2], commands=["diabolo fit a && b"])


@pytest.mark.thorough
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_rows_has_a_page(make, kind):
    estimator, X = make(kind)
    report = diabolo.report(estimator, X)
    page = Page(report.page)
    assert len(page.all("img")) >= 5
    assert report.errors["model"] > 0
    sections = {section["id"] for section in page.all("section")}
    assert {link["href"].removeprefix("#") for link in page.all("a")} == sections
    assert ("columns" in sections) == (kind in ("table", "table with gaps", "variational", "mixed table"))


def test_the_page_asks_for_nothing(page):
    elements = Page(page.page).elements
    for tag, attributes in elements:
        assert tag not in ("link", "iframe", "object", "embed", "base")
        assert attributes.get("src", "data:").startswith("data:")
        assert attributes.get("href", "#").startswith("#")
        assert not {"style", "onclick", "srcset"} & set(attributes)
    assert "url(" not in page.page
    assert "default-src 'none'" in page.page


def test_figures_are_those_of_the_api(page, of_iris, iris):
    X = iris[0][1::2]
    assert page.errors["model"] == pytest.approx(-of_iris.score(X), rel=1e-5)
    assert f"is {page.errors['model']:#.4g} (squared units of X)" in text_of(page.page)
    worst = np.argsort(-of_iris.reconstruction_error(X))[:3]
    assert f"Rows {worst[0]}, {worst[1]}, {worst[2]} (counted from 0)." in text_of(page.page)


def test_it_tells_what_the_data_are_and_where_all_comes_from(page, of_iris):
    words = text_of(page.page)
    assert "The data are 75 rows of 4 columns in 3 classes (setosa, versicolor, virginica)." in words
    assert "PCA and the mean were fitted on 75 training rows." in words
    assert "learning_rate=0.02" in words
    assert of_iris._learned().fits[0].sha256 in words
    assert "diabolo fit a && b" in words


@pytest.mark.slow
def test_equal_reports_are_equal_to_the_byte(page, of_iris, iris):
    X, y = iris
    again = diabolo.report(of_iris, X[1::2], y[1::2], X_train=X[::2], commands=["diabolo fit a && b"])
    assert again.page == page.page


def test_every_picture_says_what_it_shows(page):
    pictures = [image for image in Page(page.page).all("img") if "src" in image]
    assert all(len(image["alt"]) > 20 for image in pictures)
    assert any(image["src"].startswith("data:image/svg+xml") for image in pictures)


@pytest.mark.slow
def test_sections_stay_the_same_where_the_user_has_a_dark_style(page, of_iris, iris):
    import matplotlib.pyplot as plt

    X, y = iris
    with plt.style.context("dark_background"):
        dark = diabolo.report(of_iris, X[1::2], y[1::2], X_train=X[::2], commands=["diabolo fit a && b"])
    assert len(dark.page) == pytest.approx(len(page.page), rel=0.05)
    assert not plt.get_fignums()


def test_a_page_is_written_whole(page, tmp_path):
    page.save(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page.page
    with pytest.raises(OutputError, match="Choose a folder that exists"):
        page.save(tmp_path / "none" / "report.html")


def test_a_notebook_shows_the_page_in_a_frame(page):
    (frame,) = Page(page._repr_html_()).all("iframe")
    assert frame["srcdoc"] == page.page
    assert repr(page).startswith("<Report: errors of model ")


# -- names that mean harm --------------------------------------------------------------------------------


def test_names_stay_text(iris, tmp_path):
    X = iris[0].set_axis([HOSTILE, '"><img src=x onerror=alert(1)>', "$x^2$", "d"], axis=1)
    y = pd.Series([HOSTILE, "a & b"] * 75, name=f"</title>{HOSTILE}")
    file = tmp_path / "<script>alert(1)<script>.csv"
    file.write_text("1")
    estimator = Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(X)
    page = diabolo.report(estimator, X, y, files={HOSTILE: file}, commands=[HOSTILE]).page
    parsed = Page(page)
    assert len(parsed.all("script")) == 1
    assert all("onerror" not in image for image in parsed.all("img"))
    assert text_of(page).count("alert(1)") >= 4
    assert str(tmp_path) not in page


# -- labels ----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("y", "says", "says_not"),
    [
        (["a"] * 75, "in 1 class (a).", "Label accuracy"),
        (np.arange(75) % 30, "with a number as label", "Label accuracy"),
        (np.linspace(0, 1, 75), "with a number as label", "Label accuracy"),
        ([f"class {i % 25}" for i in range(75)], "in 25 classes (class 0, class 1, class 10,", "nothing"),
        (np.arange(75) % 2 == 0, "in 2 classes (False, True).", "nothing"),
        (None, "The data are 75 rows of 4 columns.", "Label accuracy"),
    ],
)
def test_labels(of_iris, iris, y, says, says_not):
    words = text_of(diabolo.report(of_iris, iris[0][1::2], y).page)
    assert says in words
    assert says_not not in words


@pytest.mark.parametrize(
    ("y", "says"),
    [
        (["a"] * 74, "must be one a row, of shape (75,); got shape (74,)"),
        ([np.nan] * 75, "with none missing"),
        ([None, "a", "b"] * 25, "with none missing"),
        ([["a"]] * 75, "must be one a row"),
    ],
)
def test_labels_that_are_refused(of_iris, iris, y, says):
    with pytest.raises(DataError, match=re.escape(says)):
        diabolo.report(of_iris, iris[0][1::2], y)


def test_ids_are_no_labels(iris, of_iris):
    X = pd.concat([iris[0]] * 2)
    with pytest.raises(DataError, match="at most 100 kinds"):
        diabolo.report(of_iris, X, [f"flower {i}" for i in range(300)])


# -- sizes -----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("n_components", [1, 3, 64])
def test_codes_of_every_width(n_components):
    X = np.random.default_rng(0).normal(size=(90, 70))
    ae = Autoencoder(n_components, encoder=(), epochs=2, random_state=0).fit(X)
    words = text_of(diabolo.report(ae, X).page)
    assert f"through a code of {n_components} number" in words
    assert f"code {n_components} " in words


@pytest.mark.slow
def test_a_wide_table():
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(40, 300))).add_prefix("sensor ")
    ae = Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(X)
    page = diabolo.report(ae, X).page
    assert all(f">sensor {i}</th>" in page for i in range(300))
    assert len(page) < 2e6


@pytest.mark.slow
@pytest.mark.parametrize(
    "form", [np.ndarray.tolist, scipy.sparse.csr_array, np.float32], ids=["lists", "sparse", "float32"]
)
def test_rows_in_other_forms(form, iris):
    X = iris[0].to_numpy()
    ae = Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(X)
    expected = diabolo.report(ae, X, max_rows=40).errors
    assert diabolo.report(ae, form(X), max_rows=40).errors == pytest.approx(expected, rel=0.01)


@pytest.mark.slow
def test_of_many_rows_some_are_looked_at(of_iris, iris):
    X, y = iris
    report = diabolo.report(of_iris, X, y, max_rows=40, random_state=3)
    words = text_of(report.page)
    assert "150 rows of 4 columns" in words
    assert "This page looks at 40 of them, drawn by chance." in words
    chosen = np.sort(np.random.default_rng(3).choice(150, 40, replace=False))
    assert report.errors["model"] == pytest.approx(-of_iris.score(X.iloc[chosen]), rel=1e-5)
    worst = chosen[np.argmax(of_iris.reconstruction_error(X.iloc[chosen]))]
    assert f"Rows {worst}, " in words  # numbers are those of all rows


@pytest.mark.slow
def test_flat_rows_that_are_images(images):
    flat = images.reshape(60, 30) / 255
    ae = Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(flat)
    assert "60 rows of 30 columns" in text_of(diabolo.report(ae, flat).page)
    assert "60 images of 6\N{MULTIPLICATION SIGN}5 pixels" in text_of(
        diabolo.report(ae, flat, image_shape=(6, 5)).page
    )


# -- what is refused -------------------------------------------------------------------------------------


def test_what_is_no_autoencoder(iris):
    with pytest.raises(ParameterError, match="got PCA. Pass the autoencoder itself"):
        diabolo.report(PCA(2).fit(iris[0]), iris[0])
    with pytest.raises(ParameterError, match="see FramesDisplay"):
        diabolo.report(NextFrameAutoencoder(), iris[0])
    with pytest.raises(NotFittedError):
        diabolo.report(Autoencoder(), iris[0])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"max_rows": 9}, "max_rows must be a whole number of at least 10; got 9"),
        ({"max_rows": 1e3}, "max_rows must be a whole number"),
        ({"image_shape": (3, 2)}, "image_shape must be"),
    ],
)
def test_options_that_are_refused(of_iris, iris, options, says):
    with pytest.raises(ValueError, match=says):
        diabolo.report(of_iris, iris[0], **options)


def test_too_few_rows(of_iris, iris):
    with pytest.raises(DataError, match="at least 10 rows to look at; got 9"):
        diabolo.report(of_iris, iris[0][:9])
    with pytest.raises(DataError, match="at least 10 rows to look at; got 3"):
        diabolo.report(of_iris, iris[0], X_train=iris[0][:3])
    with pytest.raises(DataError, match="X must be rows"):
        diabolo.report(of_iris, "iris.csv")


@pytest.mark.parametrize("kind", ["images", "mixed table"])
def test_an_image_shape_without_effect(make, kind):
    with pytest.raises(ParameterError, match=r"image_shape=\(5, 6\) has no effect"):
        diabolo.report(*make(kind), image_shape=(5, 6))


def test_a_missing_file_is_an_error_before_any_work(of_iris, iris):
    with pytest.raises(FileNotFoundError):
        diabolo.report(of_iris, iris[0], files={"Model": Path("none.diabolo")})
