"""The first number outside of a span, and where it stands."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from diabolo import DataError
from diabolo.data import domain
from diabolo.data.domain import check_numbers_within, first_number
from diabolo.data.rows import Rows
from diabolo.data.scaling import Scaling, fit_scaling

X = np.arange(30, dtype=np.float64).reshape(10, 3)


def rows(x, weights=None):
    return Rows(x, Scaling(3), weights)


@pytest.mark.parametrize("at_once", [1, 3, 4096])
@pytest.mark.parametrize("kind", [np.asarray, csr_array], ids=["dense", "sparse"])
def test_the_first_is_named(kind, at_once, monkeypatch):
    monkeypatch.setattr(domain, "_AT_ONCE", at_once)
    assert first_number(rows(kind(X)), lambda x: x > 16) == "that of row 5, column 2 is 17"
    assert first_number(rows(kind(X)), lambda x: x > 29) is None


def test_rows_are_counted_as_they_came():
    weights = np.where(np.arange(10) == 1, 0, 1).astype(np.float32)
    assert first_number(rows(X, weights), lambda x: x > 2) == "that of row 2, column 0 is 6"


def test_numbers_are_the_models():
    scaled = Rows(X, fit_scaling(X, "minmax", images=False))
    assert first_number(scaled, lambda x: x >= 1) == "that of row 9, column 0 is 1"


@pytest.mark.parametrize(
    ("span", "says"),
    [
        (
            (0, 28),
            r"^Mine needs numbers in \[0, 28\], but that of row 9, column 2 is 29 in .*\. Do so\.$",
        ),
        ((1, np.inf), r"^Mine needs numbers of at least 1, but that of row 0, column 0 is 0 in"),
    ],
)
def test_the_error_says_what_must_hold(span, says):
    with pytest.raises(DataError, match=says):
        check_numbers_within(rows(X), span, "Mine", "Do so.")


def test_gaps_and_rounding_pass():
    x = np.array([[0, 1, np.nan], [1 + 1e-6, -1e-6, 0.5]])
    check_numbers_within(rows(x), (0, 1), "Mine", "")
    with pytest.raises(DataError):
        check_numbers_within(rows(x + 1e-3), (0, 1), "Mine", "")
