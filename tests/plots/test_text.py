"""Text in pictures: short, and within its place."""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest

from diabolo.plots.style import SMALL
from diabolo.plots.text import error_text, label_text, number_text, write_boxed

pytestmark = pytest.mark.jax


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (3, "3"),
        (np.uint8(3), "3"),
        (3.0, "3"),
        (np.float32(2.5), "2.5"),
        (True, "True"),
        (np.str_("setosa"), "setosa"),
        ("od280/od315_of_diluted_wines", "od280/od315_of…ted_wines"),
        ("$5 or $6", r"\$5 or \$6"),
    ],
)
def test_label_text(label, text):
    assert label_text(label) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0.012345, "0.0123"), (1234.5, "1234"), (12.345, "12.3"), (0, "0")]
)
def test_number_text(number, text):
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("error", "text"), [(0.1299, "0.130"), (0.5, "0.500"), (123.4, "123"), (1234.5, "1234"), (0.0, "0")]
)
def test_error_text_keeps_zeros(error, text):
    assert error_text(error) == text


def test_boxed_text_never_leaves_its_box():
    figure, ax = plt.subplots(figsize=(3, 3))
    ax.set(xlim=(0, 4), ylim=(0, 4))
    texts = write_boxed(ax, [(0.5, 1), (1.5, 1)], ["short", "rather a long label"], (1, 0.5), "bottom")
    for inches in (3, 20, 1.5):  # resized at will
        figure.set_size_inches(inches, inches)
        figure.canvas.draw()
        unit = ax.get_window_extent().width / 4
        boxes = [text.get_window_extent() for text in texts]
        assert all(box.width <= unit and box.height <= 0.5 * unit for box in boxes)
        assert len({text.get_fontsize() for text in texts}) == 1
        assert (texts[0].get_fontsize() == SMALL) == (inches == 20)


def test_nothing_warns_where_text_is_empty():
    _, ax = plt.subplots()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_boxed(ax, [(0, 0), (1, 0)], ["", " "], (1, 1), "top")
        ax.figure.canvas.draw()
