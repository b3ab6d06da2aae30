"""The explorer's page from a server, in a notebook, and in browsers that lack something."""

import json
from importlib.resources import files

import numpy as np
import pytest
from driving import Map, decoded_code, shades

from diabolo import explore

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.jax]


def test_a_served_page_decodes_too_and_asks_its_server_alone(open_page, on_mnist, mnist_rows):
    with explore(on_mnist, *mnist_rows).serve() as server:
        page = open_page(server.url, offline=False)
        Map(page).drag((0.5, 0.5), (0.4, 0.6))
        page.wait_for_timeout(300)
        drawn = shades(page.locator("[data-part=decoded-image]"))
        expected = on_mnist.inverse_transform(decoded_code(page)[None])[0]
        np.testing.assert_allclose(drawn, 255 * np.clip(expected, 0, 1), atol=1)
        page.fill("[data-part=search-number]", "17")
        page.click("text=Find")
        pinned = page.locator("[data-part=pinned] canvas")
        pinned.nth(2).wait_for()
        np.testing.assert_array_equal(shades(pinned.nth(0)), mnist_rows[0][17])


def test_a_server_that_was_stopped_is_told_of(chromium, on_mnist, mnist_rows):
    server = explore(on_mnist, *mnist_rows).serve()
    page = chromium.new_page()  # whose browser complains of it, too
    page.goto(server.url)
    page.wait_for_selector("html[data-state=ready]", state="attached")
    server.close()
    page.fill("[data-part=search-number]", "17")
    page.click("text=Find")
    trouble = page.get_by_role("alert")
    trouble.wait_for()
    assert trouble.inner_text().startswith("Something in this page failed: ")
    page.close()


@pytest.mark.parametrize("missing", ["WebAssembly", "DecompressionStream"])
def test_a_browser_that_lacks_what_it_takes_is_told_so(open_page, images_file, missing):
    page = open_page(images_file, wait=None, script=f"delete globalThis.{missing}")
    trouble = page.get_by_role("alert")
    trouble.wait_for()
    assert "needs WebAssembly and DecompressionStream" in trouble.inner_text()
    assert "Firefox 113" in trouble.inner_text()


NOTEBOOK = """<!doctype html><meta charset="utf-8"><body><script type="module">
{widget}
const values = {{ page: {page} }};
globalThis.told = [];
const model = {{
  get: (name) => values[name],
  set: (changes) => Object.assign(values, changes),
  save_changes: () => told.push({{ pinned: values.pinned, selected: values.selected }}),
}};
render({{ model, el: document.body }});
</script>"""


def test_the_widget_tells_python_what_is_pinned_and_selected(open_page, on_mnist, mnist_rows, tmp_path):
    pytest.importorskip("anywidget")
    widget = explore(on_mnist, *mnist_rows).widget()
    script = (files("diabolo.explorer") / "widget.js").read_text("utf-8")
    script = script.replace("export default { render };", "")
    page = json.dumps(widget.page).replace("<", "\\u003c")
    (tmp_path / "notebook.html").write_text(NOTEBOOK.format(widget=script, page=page))
    notebook = open_page(tmp_path / "notebook.html", wait=None)
    frame = notebook.frame_locator("iframe")
    frame.locator("html[data-state=ready]").wait_for(state="attached")
    frame.locator("[data-part=search-number]").fill("17")
    frame.locator("text=Find").click()
    frame.locator("[data-part=pinned] canvas").nth(2).wait_for()
    frame.locator("[data-part=fit]").click()
    frame.locator("text=Select rows in view").click()
    notebook.wait_for_function("told.length == 2")
    told = notebook.evaluate("told")
    assert told[0] == {"pinned": [17], "selected": []}
    assert told[1] == {"pinned": [17], "selected": list(range(600))}
    widget.set_trait("pinned", told[1]["pinned"])  # as the notebook does with what it is sent
    assert widget.pinned == [17]
