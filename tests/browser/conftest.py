"""Real pages in the system's Chromium: headless, without a network."""

from pathlib import Path

import pytest

from diabolo import Autoencoder, explore, load_mnist

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="session")
def chromium():
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """``open_page(place)``: a page, ready; it must not have asked for anything else, nor complained."""
    contexts, said, asked, wanted = [], [], [], []

    def open_page(place, *, wait="ready", offline=True, script=None, **options):
        url = place.as_uri() if isinstance(place, Path) else place
        context = chromium.new_context(offline=offline, accept_downloads=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        wanted.append(url)
        if script is not None:
            page.add_init_script(script)
        page.goto(url)
        if wait:
            page.wait_for_selector(f"html[data-state={wait}]", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
    assert all(any(url.startswith(place) for place in wanted) for url in asked), asked
    assert all(url in wanted for url in asked if url.startswith("file:")), asked


@pytest.fixture(scope="session")
def mnist_rows():
    """600 test images and their digits."""
    data = load_mnist()
    return data.X_test[:600], data.y_test[:600]


@pytest.fixture(scope="session")
def on_mnist(mnist_rows):
    return Autoencoder(2, epochs=20, random_state=0).fit(mnist_rows[0])


@pytest.fixture(scope="session")
def images_file(on_mnist, mnist_rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("images") / "explorer.html"
    explore(on_mnist, *mnist_rows).save(path)
    return path
