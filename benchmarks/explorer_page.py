"""The explorer's page in headless Chromium without a graphics card, and its server under load."""

import argparse
import http.client
import os
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright
from results import Goal, add_out_option, goal_table, installed_versions, write_section

from diabolo import Autoencoder, explore, load_mnist
from diabolo.explorer.explore import Explorer

CHROMIUM = "/usr/bin/chromium"
WINDOW = {"width": 1400, "height": 950}
MOVES, SECONDS, REQUESTS = 400, 4, 10_000

WHAT_IS_MEASURED = """\
Chromium {version}, headless, without a graphics card, a window of 1400 x 950. Ready: from opening until the
decoder runs, the median of {rounds}. Decodes: {moves} moves of a drag over MNIST's 10,000 test images, as the
page times them. Frames: {seconds} seconds in which each frame zooms, or moves the map. Served: one million
rows of five columns; then {requests:,} rows asked for one by one over one connection, with the memory of the
server's process after the first tenth and at the end."""

# A frame a step; drawing is asked for before the frame, so that what is counted was drawn.
FRAMES = """async ({kind, seconds}) => {
  const map = document.querySelectorAll("[data-part=map] > canvas")[1];
  const box = map.getBoundingClientRect();
  const [clientX, clientY] = [box.left + box.width / 2, box.top + box.height / 2];
  const started = performance.now();
  let frames = 0;
  const pointer = (type, dx) => map.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, button: type === "pointermove" ? -1 : 2, buttons: 2, clientX: clientX + dx, clientY }));
  map.setPointerCapture = () => {};
  if (kind === "pan") pointer("pointerdown", 0);
  while (performance.now() - started < 1000 * seconds) {
    const deltaY = frames % 60 < 30 ? -20 : 20;
    const wheel = new WheelEvent("wheel", { deltaY, clientX, clientY, cancelable: true });
    if (kind === "zoom") map.dispatchEvent(wheel);
    else pointer("pointermove", 100 * Math.sin(frames / 10));
    await new Promise(requestAnimationFrame);
    frames++;
  }
  if (kind === "pan") pointer("pointerup", 0);
  return (1000 * frames) / (performance.now() - started);
}"""


def opened(browser: Browser, url: str) -> tuple[Page, float]:
    """A page, and the seconds until it was ready."""
    page = browser.new_context(viewport=WINDOW).new_page()
    started = time.perf_counter()
    page.goto(url)
    page.wait_for_selector("html[data-state=ready]", state="attached", timeout=120_000)
    return page, time.perf_counter() - started


def of_images(browser: Browser, folder: Path, rounds: int) -> list[Goal]:
    """MNIST's test images in one file."""
    data = load_mnist()
    ae = Autoencoder(2, epochs=3, random_state=0).fit(data.X_train[:20_000])
    path = folder / "mnist.html"
    started = time.perf_counter()
    explore(ae, data.X_test, data.y_test).save(path)
    made = time.perf_counter() - started
    ready = []
    for _ in range(rounds):
        page, seconds = opened(browser, path.as_uri())
        ready.append(seconds)
        if len(ready) < rounds:
            page.context.close()
    decodes = decode_milliseconds(page)
    page.context.close()
    return [
        Goal("MNIST: size of the file", path.stat().st_size / 1e6, 12, " MB", at_least=False),
        Goal("MNIST: made", made, 15, " s", at_least=False),
        Goal("MNIST: ready", statistics.median(ready), 3, " s", at_least=False),
        Goal("MNIST: a decode, median", statistics.median(decodes), 2, " ms", at_least=False),
        Goal("MNIST: a decode, 95 of 100", float(np.quantile(decodes, 0.95)), 16.7, " ms", at_least=False),
    ]


def decode_milliseconds(page: Page) -> list[float]:
    """Of each move of a drag."""
    box = page.locator("[data-part=map] > canvas").nth(1).bounding_box()
    assert box is not None
    milliseconds = []
    page.mouse.move(box["x"] + 100, box["y"] + 200)
    page.mouse.down()
    for move in range(MOVES):
        page.mouse.move(box["x"] + 100 + move, box["y"] + 200 + move / 4)
        milliseconds.append(float(page.locator("[data-part=milliseconds]").inner_text().split()[0]))
    page.mouse.up()
    return milliseconds


def table_explorer(n_rows: int) -> Explorer:
    """Many rows of five columns."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, 2)) @ rng.normal(size=(2, 5))
    ae = Autoencoder(2, encoder=(16,), epochs=2, random_state=0).fit(X[:10_000])
    return explore(ae, X, rng.integers(0, 10, n_rows))


def of_many_points(browser: Browser, folder: Path) -> list[Goal]:
    """100,000 points, zoomed and moved."""
    path = folder / "points.html"
    table_explorer(100_000).save(path)
    page, _ = opened(browser, path.as_uri())
    frames = {kind: page.evaluate(FRAMES, {"kind": kind, "seconds": SECONDS}) for kind in ("zoom", "pan")}
    page.context.close()
    return [Goal(f"100,000 points: {kind}", rate, 20, " frames/s") for kind, rate in frames.items()]


def of_the_server(browser: Browser) -> list[Goal]:
    """A million rows, served, and a soak."""
    explorer = table_explorer(1_000_000)
    _ = explorer.contents.about  # codes, errors, density: made once, before anybody asks
    with explorer.serve() as server:
        page, seconds = opened(browser, server.url)
        page.context.close()
        growth, rate = soak(server.url)
    return [
        Goal("served, 1,000,000 rows: ready", seconds, 5, " s", at_least=False),
        Goal(f"served: growth in {REQUESTS:,} requests", growth, 2, " MB", at_least=False),
        Goal("served: requests", rate, 100, "/s"),
    ]


def soak(url: str) -> tuple[float, float]:
    """Megabytes that the process grew by after the first tenth of the requests, and requests a second."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    started = time.perf_counter()
    before = 0.0
    for request in range(REQUESTS):
        connection.request("GET", f"{address.path}rows/{97 * request % 1_000_000}")
        answer = connection.getresponse()
        if answer.status != 200 or len(answer.read()) != 20:
            raise SystemExit(f"request {request} was answered with status {answer.status}")
        if request == REQUESTS // 10:
            before = resident_megabytes()
    return resident_megabytes() - before, REQUESTS / (time.perf_counter() - started)


def resident_megabytes() -> float:
    """Memory of this process, in which the server runs."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Measure and write the section ``explorer_page``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="openings of MNIST's page; default: 5")
    add_out_option(parser)
    options = parser.parse_args()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        measured = of_images(browser, Path(folder), options.rounds)
        measured += of_many_points(browser, Path(folder))
        measured += of_the_server(browser)
        words = {"rounds": options.rounds, "moves": MOVES, "seconds": SECONDS, "requests": REQUESTS}
        paragraph = WHAT_IS_MEASURED.format(version=browser.version, **words)
        browser.close()
    write_section(
        options.out,
        "explorer_page",
        "The explorer's page",
        ["python", "benchmarks/explorer_page.py", f"--rounds={options.rounds}"],
        installed_versions(),
        paragraph,
        goal_table(measured),
    )


if __name__ == "__main__":
    main()
