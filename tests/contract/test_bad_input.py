"""Every row of docs/bad-input.md."""

import datetime
import decimal
import pathlib
import re

import keras
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.utils._param_validation import InvalidParameterError

import diabolo
from diabolo import (
    Autoencoder,
    Convolutional,
    Dense,
    KerasNetwork,
    NextFrameAutoencoder,
    Recurrent,
    SequenceAutoencoder,
    Tabular,
    corruption,
    likelihoods,
    penalties,
    schedules,
)
from diabolo.utils import all_estimators

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "bad-input.md"
CELLS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text().splitlines()
    if line.startswith("| ") and "`" in line
]
REFUSED = [cells for cells in CELLS if len(cells) == 4]
TAKEN = [cells for cells in CELLS if len(cells) == 2]

X = np.random.default_rng(0).normal(size=(20, 3))


def small(**parameters):
    return Autoencoder(2, encoder=(4,), epochs=1, random_state=0, **parameters)


MIXED = pd.DataFrame(
    {
        "size": X[:, 0],
        "count": np.arange(20),
        "kind": ["x", "y"] * 10,
        "day": pd.date_range("2020", periods=20),
    }
)


def on_mixed(unseen="gap"):
    return Autoencoder(2, encoder=Tabular((4,), unseen=unseen), epochs=1, random_state=0)


def with_value(table, row, column, value):
    table = table.copy()
    table.loc[row, column] = value
    return table


def with_pixel(images, place, value):
    images = images.copy()
    images[place] = value
    return images


def with_row(rows, row, value):
    rows = rows.copy()
    rows[row] = value
    return rows


def same_codes(given, like=X):
    return np.array_equal(small().fit_transform(given), small().fit_transform(like))


def warns(use):
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        return len(use()) == len(X)


@pytest.fixture(scope="module")
def names():
    """What the calls of the page speak of."""
    table = pd.DataFrame(X, columns=list("abc"))
    images = np.random.default_rng(0).choice(np.array([0, 255], np.uint8), (10, 4, 5))
    sequences = np.random.default_rng(0).normal(size=(10, 4, 2))
    clips = np.random.default_rng(0).integers(0, 256, (10, 5, 6, 8), np.uint8)
    predictor = NextFrameAutoencoder(horizon=2, filters=(2,), maps=2, epochs=1, random_state=0)
    return {
        **{f.__name__: f for f in (keras, pathlib, datetime, decimal, Convolutional, Dense, KerasNetwork)},
        **{f.__name__: f for f in (Recurrent, Tabular, diabolo.load, diabolo.interpolate, diabolo.windows)},
        **dict(all_estimators()),
        "corruption": corruption,
        "likelihoods": likelihoods,
        "penalties": penalties,
        "schedules": schedules,
        **{f.__name__: f for f in (with_value, with_pixel, with_row, same_codes, warns)},
        "np": np,
        "pd": pd,
        "scipy": scipy,
        "diabolo": diabolo,
        "__file__": __file__,
        "X": X,
        "ae": small(),
        "table": table,
        "images": images,
        "sequences": sequences,
        "clips": clips,
        "on_clips": predictor.fit(clips),
        "on_sequences": SequenceAutoencoder(2, units=(3,), epochs=1, random_state=0).fit(sequences),
        "on_table": small().fit(table),
        "mixed": MIXED,
        "on_mixed": on_mixed().fit(MIXED),
        "of_mixed": on_mixed(),
        "strict": on_mixed("error").fit(MIXED),
        "on_array": small().fit(X),
        "on_images": small().fit(images),
    }


def run(call, names):
    code = call.strip("`")
    if "pl." in code:
        names = names | {"pl": pytest.importorskip("polars")}
    return eval(code, names)


def words(text):
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("call", "error", "begins"), [row[1:] for row in REFUSED], ids=[row[1].strip("`") for row in REFUSED]
)
def test_what_is_refused(names, call, error, begins):
    expected = {"InvalidParameterError": InvalidParameterError} | vars(diabolo.errors)
    with pytest.raises((ValueError, diabolo.OutputError)) as caught:
        run(call, names)
    assert type(caught.value) is expected[error.strip("`")]
    assert words(str(caught.value)).startswith(words(begins))
    assert "Error" not in words(str(caught.value))  # nothing leaks from within


@pytest.mark.parametrize("holds", [row[1] for row in TAKEN], ids=[row[0] for row in TAKEN])
def test_what_is_taken(names, holds):
    assert run(holds, names)


def test_the_page_is_read_whole():
    rows = re.findall(r"^\| (?!what came)", PAGE.read_text(), flags=re.M)
    assert len(rows) == len(REFUSED) + len(TAKEN)
    assert len(REFUSED) > 60
    assert len(TAKEN) > 10


def test_errors_leave_the_estimator_unfitted():
    ae = small()
    for bad in (None, "x", [[1, 2], [3]], X.astype(complex)):
        with pytest.raises(diabolo.DataError):
            ae.fit(bad)
        assert not ae.__sklearn_is_fitted__()
