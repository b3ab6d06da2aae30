"""What one does on the explorer's page of images, against what Python makes of the same."""

import numpy as np
import pandas as pd
import pytest
from driving import Map, decoded_code, shades, what
from scipy.spatial.distance import cdist

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.jax]


@pytest.fixture
def page(open_page, images_file):
    return open_page(images_file)


@pytest.fixture
def codes(on_mnist, mnist_rows):
    return on_mnist.transform(mnist_rows[0])


def in_grey(on_mnist, code):
    return 255 * np.clip(on_mnist.inverse_transform(np.reshape(code, (1, -1)))[0], 0, 1)


def find(page, row):
    page.fill("[data-part=search-number]", str(row))
    page.click("text=Find")


@pytest.mark.parametrize("to", [(0.3, 0.4), (0.6, 0.55), (0.9, 0.1)])
def test_dragging_decodes_what_python_decodes(page, on_mnist, to):
    Map(page).drag((0.5, 0.5), to)
    page.wait_for_timeout(300)
    code = decoded_code(page)
    drawn = shades(page.locator("[data-part=decoded-image]"))
    np.testing.assert_allclose(drawn, in_grey(on_mnist, code), atol=1)


def test_the_place_dragged_to_is_the_code(page, codes):
    Map(page).drag((0.2, 0.2), Map(page).of_code(codes, codes[7]))
    page.wait_for_timeout(300)
    # A pixel is less than a 300th of the extent.
    np.testing.assert_allclose(decoded_code(page), codes[7], atol=np.ptp(codes, axis=0).max() / 300)


def test_the_density_is_the_distance_to_the_tenth_nearest(page, codes):
    far = Map(page)
    for place in ((0.45, 0.5), (0.985, 0.985)):
        far.drag((0.5, 0.5), place)
        page.wait_for_timeout(300)
        distance = np.sort(cdist(decoded_code(page)[None], codes)[0])[9]
        words = page.locator("[data-part=density-words]").inner_text()
        assert words.startswith("10th nearest row at a distance of ")
        assert float(words.split("of ")[1].split(":")[0]) == pytest.approx(distance, rel=1e-3)
        own = np.sort(cdist(codes, codes), axis=1)[:, 9]
        empty = distance > np.quantile(own, 0.99)
        assert page.locator("[data-part=warning]").is_visible() == empty
    assert empty  # the corner


def test_hover_shows_the_original(page, codes, mnist_rows):
    row = int(np.argmax(codes[:, 0]))  # alone at the edge
    page.mouse.move(*Map(page).place(*Map(page).of_code(codes, codes[row])))
    tip = page.locator("[data-part=tip]")
    tip.wait_for()
    assert f"row {row}, label {mnist_rows[1][row]}" in tip.inner_text()
    np.testing.assert_array_equal(shades(tip.locator("canvas")), mnist_rows[0][row])
    page.mouse.move(*Map(page).place(0.99, 0.01))
    tip.wait_for(state="hidden")


def test_a_click_pins_a_row_and_another_takes_it_away(page, on_mnist, mnist_rows, codes):
    row = int(np.argmax(codes[:, 0]))
    place = Map(page).place(*Map(page).of_code(codes, codes[row]))
    page.mouse.click(*place)
    pinned = page.locator("[data-part=pinned] section")
    pinned.locator("canvas").nth(2).wait_for()
    error = on_mnist.reconstruction_error(mnist_rows[0][row : row + 1])[0]
    words = pinned.inner_text()
    assert f"row {row}, label {mnist_rows[1][row]}" in words
    assert float(words.split("error ")[1].split()[0]) == pytest.approx(error, rel=1e-3)
    original, back, difference = (shades(pinned.locator("canvas").nth(i)) for i in range(3))
    np.testing.assert_array_equal(original, mnist_rows[0][row])
    np.testing.assert_allclose(back, in_grey(on_mnist, codes[row]), atol=1)
    np.testing.assert_allclose(difference, np.abs(original - back))
    assert what(page).inner_text() == f"The code of row {row} itself."
    page.mouse.click(*place)
    pinned.wait_for(state="detached")


def test_the_way_from_a_to_b(page, on_mnist, codes):
    find(page, 3)
    find(page, 8)
    strip = page.locator("[data-part=strip] canvas")
    strip.nth(8).wait_for()
    assert strip.count() == 9
    for step in (0, 3, 8):
        t = step / 8
        np.testing.assert_allclose(
            shades(strip.nth(step)), in_grey(on_mnist, (1 - t) * codes[3] + t * codes[8]), atol=1
        )


def test_a_lasso_selects_rows_and_gives_their_numbers(page, on_mnist, mnist_rows, codes, tmp_path):
    page.check("input[value=lasso]")
    Map(page).drag((0.2, 0.2), (0.7, 0.2), (0.7, 0.7), (0.2, 0.7))
    with page.expect_download() as download:
        page.click("text=Download as CSV")
    download.value.save_as(tmp_path / "rows.csv")
    table = pd.read_csv(tmp_path / "rows.csv")
    assert list(table.columns) == ["row", "label", "reconstruction_error", "code 1", "code 2"]
    x, y = Map(page).of_code(codes, codes)
    inside = (x > 0.2) & (x < 0.7) & (y > 0.2) & (y < 0.7)
    edge = np.min([np.abs(x - 0.2), np.abs(x - 0.7), np.abs(y - 0.2), np.abs(y - 0.7)], axis=0) < 0.005
    wrong = set(np.flatnonzero(inside)) ^ set(table["row"])
    assert wrong <= set(np.flatnonzero(edge))
    np.testing.assert_allclose(table[["code 1", "code 2"]], codes[table["row"]], rtol=1e-5)
    np.testing.assert_array_equal(table["label"], mnist_rows[1][table["row"]])
    np.testing.assert_allclose(
        table["reconstruction_error"], on_mnist.reconstruction_error(mnist_rows[0])[table["row"]], rtol=1e-5
    )
    assert f"{len(table)} of 600 rows selected" in page.locator("[data-part=selected]").inner_text()


def test_the_legend_selects_a_class(page, mnist_rows):
    page.click("[data-part=legend] li:nth-child(4) button")
    assert f"{np.sum(mnist_rows[1] == 3)} of 600" in page.locator("[data-part=selected]").inner_text()
    page.click("[data-part=clear]")
    page.locator("[data-part=selection]").wait_for(state="hidden")


def test_the_keyboard_does_it_all(page, codes):
    canvas = Map(page).canvas
    canvas.focus()
    before = decoded_code(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    page.wait_for_timeout(300)
    step = decoded_code(page) - before
    assert (step > 0).all()
    page.keyboard.press("Enter")
    page.locator("[data-part=pinned] section").wait_for()
    box = canvas.bounding_box()
    pixels = np.array([box["width"], box["height"]]) / (1.1 * np.ptp(codes, axis=0))
    nearest = np.argmin(cdist((before + step)[None] * pixels, codes * pixels))
    assert f"row {nearest}," in page.locator("[data-part=pinned]").inner_text()
    page.keyboard.press("+")
    page.keyboard.press("Control+ArrowLeft")
    page.keyboard.press("s")
    assert 0 < int(page.locator("[data-part=selected]").inner_text().split()[0]) < 600
    page.keyboard.press("Escape")
    page.locator("[data-part=selection]").wait_for(state="hidden")
    page.keyboard.press("0")
    page.keyboard.press("s")
    assert "600 of 600" in page.locator("[data-part=selected]").inner_text()


def test_everything_has_a_name_for_screen_readers(page):
    find(page, 3)
    page.wait_for_timeout(300)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, meter, canvas:not([aria-hidden])")]
          .filter((e) => e.checkVisibility() && !(e.ariaLabel || e.textContent.trim() || e.labels?.length))
          .map((e) => e.outerHTML)"""
    )
    # A menu's own options are no name.
    unlabelled = page.evaluate(
        "() => [...document.querySelectorAll('select')].filter((e) => !e.ariaLabel && !e.labels[0]).length"
    )
    assert (nameless, unlabelled) == ([], 0)
    page.wait_for_timeout(500)
    assert "The code of row 3 itself." in page.locator("[data-part=spoken]").inner_text()


def test_a_row_that_is_not_there(page):
    find(page, 600)
    assert page.locator("[data-part=search-answer]").inner_text() == "There is no row 600 here."


def test_the_background_shows_decoded_images(page, on_mnist, codes):
    canvas = page.locator("[data-part=map] > canvas").nth(0)
    corner = "c => Array.from(c.getContext('2d').getImageData(2, 2, 40, 40).data)"
    white = np.array(canvas.evaluate(corner))
    page.select_option("[data-part=background]", label="decoded images")
    page.wait_for_function(
        "() => document.querySelector('[data-part=map] > canvas').getContext('2d').getImageData(2, 2, 40, 40)"
        ".data.some((value) => value < 250)"
    )
    assert (white == 255).mean() > 0.9


def test_zoom_and_move_keep_the_point_under_the_pointer(page, codes):
    row = int(np.argmax(codes[:, 0]))
    place = Map(page).place(*Map(page).of_code(codes, codes[row]))
    page.mouse.move(*place)
    page.mouse.wheel(0, -600)
    page.wait_for_timeout(300)
    page.mouse.move(place[0] - 1, place[1])
    tip = page.locator("[data-part=tip]")
    tip.wait_for()
    assert f"row {row}," in tip.inner_text()
    page.check("input[value=move]")
    page.mouse.move(place[0] - 1, place[1])
    page.mouse.down()
    page.mouse.move(place[0] - 101, place[1] + 40, steps=3)
    page.mouse.up()
    page.mouse.move(place[0] - 100, place[1] + 40)
    tip.wait_for()
    assert f"row {row}," in tip.inner_text()


@pytest.mark.parametrize("width", [400, 1400])
def test_nothing_sticks_out(open_page, images_file, width):
    page = open_page(images_file, viewport={"width": width, "height": 800})
    find(page, 3)
    find(page, 8)
    page.locator("[data-part=strip] canvas").nth(8).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
