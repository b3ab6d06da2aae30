"""A name for rows that their contents give: equal for equal rows, wherever and however they lie."""

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import sparse

_BYTES_A_PIECE = 2**20


def fingerprint(X: Any) -> str:
    """SHA-256 over the dtype, the shape and the numbers of rows.

    Rows are read a piece at a time: a memory-mapped array is never held whole. Order in memory and byte
    order don't count; the dtype does, and so does the order of rows.

    Parameters
    ----------
    X : ndarray or scipy sparse matrix or array, of shape (n_samples, n_features)
        Of a sparse one the entries that are not zero count. It is another thing than the same rows as an
        ndarray, and has another fingerprint.

    Returns
    -------
    digest : str
        64 hexadecimal digits.

    Examples
    --------
    >>> import numpy as np
    >>> from diabolo.data.fingerprint import fingerprint
    >>> X = np.arange(6.0).reshape(3, 2)
    >>> fingerprint(X) == fingerprint(np.asfortranarray(X)) == fingerprint(X.astype(">f8"))
    True
    >>> fingerprint(X) == fingerprint(X.astype(np.float32))
    False
    """
    kind = "sparse" if sparse.issparse(X) else "dense"
    head = f"{kind} {X.dtype.newbyteorder('<').str} {X.shape}\n".encode()
    if kind == "dense":
        digest = hashlib.sha256(head)
        for piece in _pieces(X, X.dtype.itemsize * X.shape[1]):
            digest.update(_little_endian(piece))
        return digest.hexdigest()
    streams = [hashlib.sha256() for _ in ("entries a row", "columns", "values")]
    for piece in _pieces(X.tocsr(), 16 * max(1, X.nnz // max(1, X.shape[0]))):
        piece = piece.copy()
        piece.sum_duplicates()
        piece.eliminate_zeros()
        parts = np.diff(piece.indptr).astype(np.int64), piece.indices.astype(np.int64), piece.data
        for stream, part in zip(streams, parts, strict=True):
            stream.update(_little_endian(part))
    return hashlib.sha256(head + b"".join(stream.digest() for stream in streams)).hexdigest()


def _pieces(X: Any, bytes_a_row: int) -> Iterator[Any]:
    n_rows = max(1, _BYTES_A_PIECE // max(1, bytes_a_row))
    for start in range(0, X.shape[0], n_rows):
        yield X[start : start + n_rows]


def _little_endian(piece: np.ndarray) -> memoryview:
    """The bytes of the numbers in C order."""
    return np.ascontiguousarray(piece, piece.dtype.newbyteorder("<")).reshape(-1).view(np.uint8).data
