import numpy as np
import pytest
from scipy.sparse import csr_array

from diabolo.data import pieces as room
from diabolo.data.pieces import dense, largest, pieces, smallest

X = np.random.default_rng(0).normal(size=(11, 3))
X[4, 1] = np.nan


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(room, "_NUMBERS_A_PIECE", 8)


@pytest.mark.parametrize("rows", [X, csr_array(X), np.asfortranarray(X)], ids=["array", "sparse", "fortran"])
def test_pieces_make_up_the_whole(rows):
    found = list(pieces(rows))
    assert [where for where, _ in found] == [slice(i, min(i + 2, 11)) for i in range(0, 11, 2)]
    np.testing.assert_array_equal(np.concatenate([piece for _, piece in found]), X)
    assert smallest(rows) == np.nanmin(X)
    assert largest(rows) == np.nanmax(X)
    np.testing.assert_array_equal(dense(rows), X)


def test_pieces_of_arrays_are_views():
    assert all(np.shares_memory(piece, X) for _, piece in pieces(X))


def test_wide_rows_come_one_at_a_time():
    assert len(list(pieces(np.zeros((3, 100))))) == 3


def test_zeros_that_a_sparse_matrix_leaves_out_count():
    assert smallest(csr_array([[0, 2.0], [3, 0]])) == 0
