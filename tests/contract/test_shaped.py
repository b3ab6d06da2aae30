"""The ideas of scikit-learn's examination on rows of two and more dimensions, where it has none."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

import diabolo
from diabolo import DataError

RNG = np.random.default_rng(0)
SHAPED = {  # of one size, so that they share what is compiled
    "images": RNG.integers(0, 256, (20, 5, 6), dtype=np.uint8),
    "colour images": RNG.random((20, 5, 2, 3), dtype=np.float32),
    "sequences": RNG.random((20, 10, 3)),
}
METHODS = (
    "transform",
    "reconstruct",
    "score_samples",
    "reconstruction_error",
    "decision_function",
    "predict",
)


@pytest.fixture(name="X", params=SHAPED)
def shaped_rows(request):
    return SHAPED[request.param].copy()


@pytest.fixture
def fitted(make, X):
    return make().fit(X)


def outputs(estimator, X):
    """What each method that takes rows gives back."""
    given = {method: getattr(estimator, method)(X) for method in METHODS if hasattr(estimator, method)}
    assert given
    assert all(np.isfinite(output).all() for output in given.values())
    return given


def assert_same(ours, expected):
    assert ours.keys() == expected.keys()
    for method in expected:
        np.testing.assert_array_equal(ours[method], expected[method], err_msg=method)


def test_fit_again_gives_the_same(make, X, fitted):
    before = outputs(fitted, X)
    assert_same(outputs(fitted.fit(X), X), before)
    assert_same(outputs(make().fit(X), X), before)


def test_x_and_the_parameters_stay_as_they_were(make, X):
    given = X.copy()
    estimator = make()
    parameters = estimator.get_params()
    outputs(estimator.fit(X), X)
    np.testing.assert_array_equal(X, given)
    assert estimator.get_params() == parameters
    copied = clone(estimator)
    assert copied.get_params() == parameters
    assert not copied.__sklearn_is_fitted__()


def test_a_row_does_not_depend_on_its_company(fitted, X):
    whole = outputs(fitted, X)
    assert_same(outputs(fitted, X[::-1]), {method: output[::-1] for method, output in whole.items()})
    many = np.concatenate([X] * 30)  # more than a block of rows
    assert_same(
        outputs(fitted, many), {method: np.concatenate([output] * 30) for method, output in whole.items()}
    )
    for row in range(len(X)):
        alone = outputs(fitted, X[row : row + 1])
        assert_same(alone, {method: output[row : row + 1] for method, output in whole.items()})


def test_flat_rows_of_the_same_size_are_the_same_rows(fitted, X):
    assert fitted.n_features_in_ == X[0].size
    assert_same(outputs(fitted, X.reshape(len(X), -1)), outputs(fitted, X))


def test_shapes(fitted, X):
    given = outputs(fitted, X)
    if hasattr(fitted, "inverse_transform"):
        assert given["transform"].shape == (len(X), 2)
        assert fitted.inverse_transform(given["transform"]).shape == X.shape
        assert list(fitted.get_feature_names_out()) == [
            f"{type(fitted).__name__.lower()}{i}" for i in range(2)
        ]
    if hasattr(fitted, "reconstruct"):
        assert given["reconstruct"].shape == X.shape
        assert fitted.reconstruction_error(X, per_feature=True).shape == X.shape


@pytest.mark.parametrize("copied", ["pickle", "file"])
def test_copies_give_the_same(fitted, X, copied, tmp_path):
    if copied == "pickle":
        twin = pickle.loads(pickle.dumps(fitted))
    else:
        fitted.save(tmp_path / "model.diabolo")
        twin = diabolo.load(tmp_path / "model.diabolo")
    assert_same(outputs(twin, X), outputs(fitted, X))


def fortran(X, folder):
    return np.asfortranarray(X)


def memory_mapped(X, folder):
    np.save(folder / "X.npy", X)
    return np.load(folder / "X.npy", mmap_mode="r")


def read_only(X, folder):
    X.flags.writeable = False
    return X


def strided(X, folder):
    wide = np.zeros((2 * len(X), *X.shape[1:]), X.dtype)
    wide[::-2] = X
    return wide[::-2]


@pytest.mark.parametrize(
    "kept",
    [fortran, read_only, memory_mapped, strided],
    ids=["Fortran order", "read-only", "memory map", "strides"],
)
def test_the_way_rows_are_kept_does_not_matter(make, fitted, X, kept, tmp_path):
    given = kept(X.copy(), tmp_path)
    assert_same(outputs(fitted, given), outputs(fitted, X))
    assert_same(outputs(make().fit(given), X), outputs(fitted, X))


def test_nested_lists_are_rows(make):
    X = SHAPED["sequences"]
    assert_same(outputs(make().fit(X.tolist()), X.tolist()), outputs(make().fit(X), X))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float16, np.float32, np.float64, bool, ">f4"])
def test_dtypes(make, dtype):
    if "sequence_shape" in make().get_params():
        pytest.skip("takes shaped rows as sequences, whose numbers are no pixels")
    black_and_white = RNG.integers(0, 2, (20, 5, 6))
    white = np.iinfo(dtype).max if np.dtype(dtype).kind == "u" else 1
    X = (black_and_white * white).astype(dtype)
    expected = outputs(make().fit(black_and_white.astype(np.float64)), black_and_white.astype(np.float64))
    assert_same(outputs(make().fit(X), X), expected)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda X: np.swapaxes(X, 1, 2),
        lambda X: X[:, None],
        lambda X: X[:, :-1],
        lambda X: X[0],
        lambda X: X.reshape(len(X), -1)[:, :-1],
        lambda X: X[:0],
        lambda X: X * 1j,
    ],
    ids=["turned", "one dimension more", "cut", "one alone", "flat and cut", "none", "complex"],
)
def test_wrong_shapes_are_refused(fitted, X, wrong):
    of_the_past = {"predict", "transform"} if "horizon" in fitted.get_params() else set()
    for method in METHODS:
        is_the_past = method in of_the_past and wrong(X).shape == X[:, :-1].shape
        if hasattr(fitted, method) and not is_the_past:
            with pytest.raises(DataError):
                getattr(fitted, method)(wrong(X))


def test_partial_fit_on_pieces(make, X):
    estimator = make()
    if not hasattr(estimator, "partial_fit"):
        pytest.skip("has no partial_fit")
    for piece in np.split(X, 4):
        estimator.partial_fit(piece)
    assert estimator.n_iter_ == 4
    outputs(estimator, X)
