"""What the numbers of rows are."""

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from diabolo import Autoencoder, Convolutional, DataError, SequenceAutoencoder, Tabular, windows
from diabolo.plots.row_kinds import Columns, Images, Steps
from diabolo.plots.rows import compare, kind_of, kind_of_data

pytestmark = pytest.mark.jax

RNG = np.random.default_rng(0)
FLAT = RNG.uniform(size=(20, 16))
SERIES = windows(RNG.normal(size=(30, 2)), length=5)


def fitted(X, **parameters):
    return Autoencoder(2, epochs=1, random_state=0, **{"encoder": (4,)} | parameters).fit(X)


@pytest.mark.parametrize(
    ("model", "X", "image_shape", "expected"),
    [
        (fitted(FLAT), FLAT, None, Columns),
        (fitted(FLAT), FLAT, (4, 4), Images((4, 4))),
        (fitted(FLAT.reshape(20, 4, 4)), FLAT, None, Images((4, 4))),
        (fitted(FLAT, encoder=Convolutional((2,), image_shape=(4, 4, 1))), FLAT, None, Images((4, 4, 1))),
        (PCA(2).fit(FLAT), FLAT, None, Columns),
        (SequenceAutoencoder(2, units=(3,), epochs=1).fit(SERIES), SERIES, None, Steps),
        (SequenceAutoencoder(2, units=(3,), epochs=1).fit(FLAT), FLAT, None, Steps),
    ],
)
def test_as_the_model_takes_them(model, X, image_shape, expected):
    kind = kind_of(model, X, image_shape)
    assert isinstance(kind, expected) if isinstance(expected, type) else kind == expected


def test_without_a_model_by_dimensions_and_dtypes():
    assert kind_of_data(FLAT.reshape(20, 4, 4)) == Images((4, 4))
    assert kind_of_data(pd.DataFrame(FLAT)).table is None
    mixed = kind_of_data(pd.DataFrame({"a": ["x", "y"], "b": [1, 2]}))
    assert mixed.table.layout.kinds == (2, 0)
    assert mixed.names == ("a", "b")


def test_z_scores_where_units_differ_too_much_for_one_axis():
    equal, unequal = RNG.normal(size=(50, 3)), RNG.normal(5, size=(50, 3)) * [1, 1, 1000]
    assert Columns.of(equal).centers_and_spreads is None
    gappy = unequal.copy()
    gappy[3, 0] = np.nan
    columns = Columns.of(gappy)
    centers, spreads = columns.centers_and_spreads
    np.testing.assert_allclose(centers, np.nanmean(gappy, axis=0))
    np.testing.assert_allclose(spreads, np.nanstd(gappy, axis=0))
    np.testing.assert_allclose(columns.heights(gappy), (gappy - centers) / spreads)


def test_values_are_written_as_they_stand_in_the_table():
    frame = pd.DataFrame(
        {
            "kind": ["a", "b"],
            "new": [True, False],
            "when": pd.to_datetime(["2026-01-01", "2026-01-02"]),
            "size": [1.23456, np.nan],
        }
    )
    columns = kind_of_data(frame)
    numbers = columns.numbers(frame)
    written = [[columns.text(j, row[j]) for j in range(4)] for row in numbers]
    assert written == [["a", "True", "2026-01-01", "1.23"], ["b", "False", "2026-01-02", "gap"]]
    assert [columns.is_word(j) for j in range(4)] == [True, True, False, False]


@pytest.mark.parametrize("dtype", [np.uint8, float])
def test_rows_and_reconstructions_have_one_unit(dtype):
    images = RNG.integers(0, 256, (20, 4, 4)).astype(np.uint8)
    X = images if dtype is np.uint8 else images / 255
    model = fitted(images)
    originals, reconstructions = compare(model, kind_of(model, X), X)
    np.testing.assert_allclose(originals, images / 255)
    np.testing.assert_allclose(reconstructions, model.reconstruct(X))


def test_mixed_rows_become_numbers():
    frame = pd.DataFrame({"kind": ["a", "b", "c"] * 4, "size": range(12)})
    model = fitted(frame, encoder=Tabular((4,)))
    originals, reconstructions = compare(model, kind_of(model, frame), frame)
    assert originals[:, 0].tolist() == [1, 2, 3] * 4
    made = model.reconstruct(frame)
    assert reconstructions[:, 0].tolist() == [" abc".index(kind) for kind in made["kind"]]


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.array([["a"]]), "Rows to draw must be numbers"),
        (np.zeros((0, 3)), "at least one row"),
    ],
)
def test_what_can_not_be_drawn(X, message):
    with pytest.raises(DataError, match=message):
        kind_of_data(X)
