"""The report in a real browser without a network: by mouse, by keyboard, and on a phone."""

import pandas as pd
import pytest
from sklearn.datasets import load_iris

import diabolo
from diabolo import Autoencoder

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.jax]
HOSTILE = "<script>document.title = 'taken'</script>"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A report whose columns and classes are called as nobody should call them."""
    X, y = load_iris(return_X_y=True, as_frame=True)
    X = X.set_axis(["b", "a", HOSTILE, "'><img src=x onerror=\"document.title='taken'\">"], axis=1)
    kinds = pd.Series([HOSTILE, "plain", "other"], name=HOSTILE)[y].reset_index(drop=True)
    ae = Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(X)
    path = tmp_path_factory.mktemp("page") / "report.html"
    diabolo.report(ae, X, kinds, commands=[HOSTILE]).save(path)
    return path


@pytest.fixture(params=[(1400, 900, "light"), (400, 800, "dark")], ids=["desk", "phone"])
def page(chromium, file, request):
    """The opened page; whatever it asked for or complained of is an error."""
    width, height, scheme = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, offline=True
    )
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda each: asked.append(each.url))
    page.on("console", lambda each: said.append(each.text))
    page.on("pageerror", lambda each: said.append(str(each)))
    page.goto(file.as_uri())
    yield page
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert said == []
    context.close()


def test_the_page_is_as_wide_as_the_window(page):
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
    outside = page.evaluate(
        """[...document.images].filter(i => i.src && i.getBoundingClientRect().right > innerWidth).length"""
    )
    assert outside == 0


def test_names_that_mean_harm_are_inert(page):
    assert "Autoencoder" in page.title()
    assert page.get_by_text(HOSTILE).count() >= 1
    assert page.locator("script").count() == 1


def test_a_table_sorts_by_click_and_by_key(page):
    table = page.locator("#quality table")

    def errors():
        return [float(text) for text in table.locator("tbody td:nth-child(2)").all_inner_texts()]

    before, heading = errors(), table.locator("th", has_text="Error")
    assert before != sorted(before)
    heading.get_by_role("button").click()
    assert errors() == sorted(before, reverse=True)
    assert heading.get_attribute("aria-sort") == "descending"
    page.keyboard.press("Enter")  # the button has the focus
    assert errors() == sorted(before)
    assert heading.get_attribute("aria-sort") == "ascending"
    table.locator("th", has_text="Given back by").get_by_role("button").press("Space")
    names = table.locator("tbody th").all_inner_texts()
    assert names == sorted(names, reverse=True, key=str.lower)
    assert heading.get_attribute("aria-sort") is None


def test_a_picture_enlarges_and_goes_back(page):
    enlarged, opener = page.locator("dialog img"), page.locator("#map button.enlarge")
    assert not enlarged.is_visible()
    opener.focus()
    page.keyboard.press("Enter")
    enlarged.wait_for(state="visible")
    assert enlarged.get_attribute("src") == page.locator("#map figure img").get_attribute("src")
    assert enlarged.bounding_box()["width"] > page.locator("#map figure img").bounding_box()["width"]
    page.keyboard.press("Escape")
    enlarged.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className") == "enlarge"
    opener.click()
    page.get_by_role("button", name="Close").click()
    enlarged.wait_for(state="hidden")


def test_sections_are_reached_by_their_links(page):
    page.get_by_role("navigation").get_by_role("link", name="Components").click()
    assert page.url.endswith("#components")
    assert page.locator("#components h2").bounding_box()["y"] < page.viewport_size["height"]
