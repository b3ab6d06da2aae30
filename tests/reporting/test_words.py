"""Numbers as people read them."""

import pytest

from diabolo.reporting.words import figure

pytestmark = pytest.mark.jax


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (0.0385312, 4, "0.03853"),
        (0.036001, 4, "0.03600"),  # as many digits as the number beside it
        (1.0, 3, "1.00"),
        (-9800.2, 4, "-9800"),
        (12345.6, 4, "12,346"),
        (0.0, 4, "0"),
        (3e-7, 4, "3.000e-07"),
        (2.5e12, 3, "2.50e+12"),
    ],
)
def test_figures_keep_their_digits(number, digits, text):
    assert figure(number, digits) == text
