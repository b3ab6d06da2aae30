import hashlib

import numpy as np
import pytest
from scipy import sparse

from diabolo.data.fingerprint import fingerprint

pytestmark = pytest.mark.jax

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3000, 50))  # more than one piece
X[RNG.uniform(size=X.shape) < 0.7] = 0


def test_it_is_sha256_over_a_line_of_dtype_and_shape_and_the_bytes():
    for rows in (X, X.astype(np.uint8), X[:0], X[:, :0]):
        line = f"dense {rows.dtype.str} {rows.shape}\n".encode()
        assert fingerprint(rows) == hashlib.sha256(line + rows.tobytes()).hexdigest()


def memory_mapped(rows, folder):
    np.save(folder / "rows.npy", rows)
    return np.load(folder / "rows.npy", mmap_mode="r")


@pytest.mark.parametrize(
    "other",
    [
        lambda rows, _: np.asfortranarray(rows),
        lambda rows, _: np.repeat(rows, 2, axis=1)[:, ::2],
        lambda rows, _: rows.astype(">f8"),
        memory_mapped,
    ],
)
def test_equal_rows_have_one_fingerprint(tmp_path, other):
    assert fingerprint(other(X, tmp_path)) == fingerprint(X)


def with_one_bit_flipped(rows):
    flipped = rows.copy()
    flipped.view(np.uint8)[-1, -8] ^= 1
    return flipped


@pytest.mark.parametrize(
    "other",
    [
        with_one_bit_flipped,
        lambda rows: rows.astype(np.float32),
        lambda rows: rows[::-1],
        lambda rows: rows[:-1],
        lambda rows: rows.reshape(1500, 100),
        lambda rows: rows.view(np.int64),
        sparse.csr_array,
    ],
)
def test_other_rows_have_another(other):
    assert fingerprint(other(X)) != fingerprint(X)


def unsorted_with_zeros_and_duplicates(matrix):
    """The same matrix: in each row a zero, then the halves of every entry backwards, then forwards."""
    columns, values = [], []
    for row, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        held, halves = matrix.indices[row:end], matrix.data[row:end] / 2
        columns += [0, *held[::-1], *held]
        values += [0.0, *halves[::-1], *halves]
    starts = 2 * matrix.indptr + np.arange(len(matrix.indptr))
    return sparse.csr_array((values, columns, starts), shape=matrix.shape)


def test_sparse_rows():
    matrix = sparse.csr_array(X)
    messy = unsorted_with_zeros_and_duplicates(matrix)
    assert (messy != matrix).nnz == 0
    assert messy.nnz > matrix.nnz
    nnz = messy.nnz
    for same in (sparse.csr_matrix(X), sparse.csc_array(X), messy):
        assert fingerprint(same) == fingerprint(matrix)
    assert messy.nnz == nnz  # left as it was
    for other in (matrix * 2, matrix.astype(np.float32), matrix[::-1], sparse.csr_array((3000, 50))):
        assert fingerprint(other) != fingerprint(matrix)
