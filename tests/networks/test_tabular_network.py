"""Networks that read tables: sizes, vectors of categories, and what they refuse."""

import keras
import numpy as np
import pytest

from diabolo import Autoencoder, Dense, ParameterError, Tabular
from diabolo.data.layout import BOOLEAN, NUMBER, Layout
from diabolo.networks.base import weight_shapes
from diabolo.networks.table_reader import embedding_width

SEED = np.random.SeedSequence(0)
LAYOUT = Layout((3, NUMBER, BOOLEAN, 130, NUMBER))
X = np.array([[1, 0.5, -1, 130, 2], [3, 0, 1, 1, -2], [0, 0, 0, 0, 0]], np.float32)


def encoder(planes=1, layout=LAYOUT, seed=SEED):
    return Tabular((7,)).of_table(layout).build_encoder((len(layout.kinds),), 4, planes=planes, seed=seed)


@pytest.mark.parametrize("planes", [1, 2])
@pytest.mark.parametrize("layout", [LAYOUT, Layout((NUMBER, NUMBER)), Layout((2, 1)), Layout((BOOLEAN,))])
def test_shapes_are_known_without_building(planes, layout):
    steps = Tabular((7,)).of_table(layout).encoder_steps((len(layout.kinds),), 4, planes=planes)
    model = encoder(planes, layout)
    assert sorted(weight_shapes(steps)) == sorted(tuple(v.shape) for v in model.variables)
    assert model.input_shape == (None, planes * len(layout.kinds))


def test_a_category_is_a_row_of_its_matrix_and_the_unknown_one_is_zero():
    reader = encoder().get_layer("encoder_reader")
    out = keras.ops.convert_to_numpy(reader(X))
    of_first, of_second = (embedding.kernel.numpy() for embedding in reader.embeddings)
    np.testing.assert_array_equal(out[:, :3], X[:, [1, 4, 2]])
    np.testing.assert_allclose(out[:2, 3:5], of_first[[0, 2]], rtol=1e-6)
    np.testing.assert_allclose(out[:2, 5:], of_second[[129, 0]], rtol=1e-6)
    np.testing.assert_array_equal(out[2], 0)


def test_marks_of_gaps_pass_beside():
    marks = np.eye(3, 5, dtype=np.float32)
    out = encoder(2).get_layer("encoder_reader")(np.hstack([X, marks]))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(out)[:, -5:], marks)


@pytest.mark.parametrize(("levels", "width"), [(1, 1), (2, 1), (3, 2), (99, 50), (1000, 50)])
def test_width_of_a_vector(levels, width):
    assert embedding_width(levels) == width


def test_weights_come_from_the_seed_or_are_zero():
    one, same, other = (encoder(seed=np.random.SeedSequence(s)).get_weights() for s in (1, 1, 2))
    for a, b, c in zip(one, same, other, strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.ndim == 1 or not np.array_equal(a, c)
    assert all((each == 0).all() for each in encoder(seed=None).get_weights())


def test_a_saved_keras_model_opens(tmp_path):
    model = encoder()
    model.save(tmp_path / "encoder.keras")
    again = keras.saving.load_model(tmp_path / "encoder.keras")
    np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-5)


def test_the_mirror_is_dense():
    assert Tabular((64, 32), "gelu").mirrored() == Dense((32, 64), "gelu")
    assert repr(Tabular((8,))) == "Tabular(widths=(8,))"


def test_what_is_refused():
    for odd in ({"widths": (0,)}, {"activation": "rlu"}, {"unseen": "ignore"}):
        with pytest.raises(ParameterError):
            Tabular(**odd)
    with pytest.raises(ParameterError, match="Tabular needs a table"):
        Autoencoder(encoder=Tabular()).fit(np.zeros((5, 2, 2)))
    with pytest.raises(ParameterError, match="no effect in a decoder"):
        Autoencoder(encoder=(4,), decoder=Tabular()).fit(np.zeros((5, 2)))
    with pytest.raises(ParameterError, match="scale='standard' has no effect beside Tabular"):
        Autoencoder(encoder=Tabular(), scale="standard").fit(np.zeros((5, 2)))
