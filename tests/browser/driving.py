"""Hands and eyes on the explorer's page."""

import numpy as np


class Map:
    """The map on a page, in fractions of its sides."""

    def __init__(self, page):
        self.page = page
        self.canvas = page.locator("[data-part=map] > canvas").nth(1)

    def place(self, x, y):
        """In pixels of the window."""
        self.canvas.scroll_into_view_if_needed()
        box = self.canvas.bounding_box()
        return float(box["x"] + x * box["width"]), float(box["y"] + y * box["height"])

    def of_code(self, codes, code):
        """Where codes stand while all are shown, x and y: 5 % of the extent are free on each side."""
        low, high = codes.min(axis=0), codes.max(axis=0)
        x, y = (0.05 / 1.1 + (code - low) / (high - low) / 1.1).T
        return x, 1 - y

    def drag(self, *places):
        """Press, move along, lift."""
        mouse = self.page.mouse
        mouse.move(*self.place(*places[0]))
        mouse.down()
        for place in places[1:]:
            mouse.move(*self.place(*place), steps=4)
        mouse.up()


def decoded_code(page):
    """The code that the page says it decodes, with all figures."""
    return np.array([float(each) for each in what(page).get_attribute("title")[6:].split(",")], np.float32)


def what(page):
    return page.locator("[data-part=what]")


def shades(locator):
    """The grey levels of a canvas: (height, width)"""
    pixels = locator.evaluate(
        "c => Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)"
    )
    height, width = locator.evaluate("c => [c.height, c.width]")
    rgba = np.array(pixels).reshape(height, width, 4)
    assert (rgba[..., 3] == 255).all()
    assert (rgba[..., 0] == rgba[..., 1]).all()
    return rgba[..., 0]
