"""The tables that estimators take: shapes, dtypes, memory, frames."""

import numpy as np
import pandas as pd
import pytest

RNG = np.random.default_rng(0)
X = RNG.normal(size=(70, 5))  # a batch of 64 and a partial one


def transformed(make, X, like=None, **parameters):
    """Codes of the rows of the table that was fitted, or scores where there are no codes."""
    estimator = make(**parameters).fit(X)
    use = estimator.transform if hasattr(estimator, "transform") else estimator.score_samples
    return np.asarray(use(X if like is None else like))


@pytest.mark.parametrize(
    "given",  # five columns or one, so that they share what is compiled
    [
        np.ones((1, 5)),
        np.arange(9.0)[:, None],
        np.ones((1, 1)),
        np.zeros((4, 5)),
        RNG.normal(size=(300, 5)),
        np.full((6, 5), 1e17),
        1.7e9 + np.arange(30.0)[:, None],
    ],
    ids=["a row", "a column", "a number", "zeros", "a long one", "large", "time stamps"],
)
def test_odd_tables(make, given):
    if given.shape[1] == 1 and "horizon" in make().get_params():
        pytest.skip("predicts a column from those before it")
    codes = transformed(make, given)
    assert codes.shape[0] == len(given)
    assert np.isfinite(codes).all()


def test_more_components_than_columns(make):
    if "n_components" in make().get_params():
        assert transformed(make, X, n_components=7).shape == (70, 7)


def strided(X):
    wide = np.zeros((140, 10), X.dtype)
    wide[::-2, ::2] = X
    return wide[::-2, ::2]


def read_only(X):
    X = X.copy()
    X.flags.writeable = False
    return X


@pytest.mark.parametrize(
    "kept",
    [
        np.asfortranarray,
        strided,
        read_only,
        np.ndarray.tolist,
        lambda X: list(map(tuple, X)),
        lambda X: X.astype(object),
        lambda X: X.astype(">f8"),
        lambda X: pd.DataFrame(X),
        lambda X: pd.DataFrame(X).astype("Float64"),
        lambda X: np.ma.masked_array(X),
    ],
    ids=[
        "Fortran",
        "strides",
        "read-only",
        "lists",
        "tuples",
        "objects",
        "big-endian",
        "frame",
        "nullable",
        "unmasked",
    ],
)
def test_the_way_rows_are_kept_does_not_matter(make, kept):
    np.testing.assert_array_equal(transformed(make, kept(X)), transformed(make, X))


def test_memory_maps(make, tmp_path):
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    np.testing.assert_array_equal(transformed(make, mapped), transformed(make, X))


@pytest.mark.parametrize(
    "dtype",
    [
        "float16",
        "float32",
        "longdouble",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint64",
        "bool",
    ],
)
def test_numbers_mean_the_same_in_every_dtype(make, dtype):
    whole = RNG.integers(0, 2 if dtype == "bool" else 100, (70, 5))
    codes = transformed(make, whole.astype(dtype))
    np.testing.assert_allclose(codes, transformed(make, whole.astype(float)), rtol=1e-4, atol=1e-5)


def test_frames_of_columns_of_many_dtypes(make):
    frame = pd.DataFrame(
        {
            "whole": np.arange(20),
            "float32": np.linspace(0, 1, 20, dtype="float32"),
            "truth": [True, False] * 10,
            "nullable": pd.array(range(20), dtype="Int64"),
            "category": pd.Categorical([1, 2, 3, 4] * 5),
        }
    )
    np.testing.assert_allclose(transformed(make, frame), transformed(make, frame.to_numpy(float)), rtol=1e-5)


def test_polars_frames(make):
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(X, schema=list("abcde"))
    np.testing.assert_array_equal(transformed(make, frame), transformed(make, X))
    assert make().fit(frame).feature_names_in_.tolist() == list("abcde")


def test_pyarrow_columns(make):
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame(X).convert_dtypes(dtype_backend="pyarrow")
    np.testing.assert_array_equal(transformed(make, frame), transformed(make, X))


def test_large_rows_keep_their_place(make):
    """A table longer than a block, in pieces and in another order."""
    many = np.concatenate([X] * 8)
    codes = transformed(make, X, many)
    np.testing.assert_array_equal(codes, np.concatenate([transformed(make, X)] * 8))
    np.testing.assert_array_equal(transformed(make, X, many[::-1]), codes[::-1])
    np.testing.assert_array_equal(transformed(make, X, many[3:4]), codes[3:4])
