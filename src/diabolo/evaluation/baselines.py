"""What every autoencoder is compared with: PCA with as many components, and rows like a row."""

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from diabolo.data.scaling import fit_scaling

_ROWS_A_PIECE = 500  # of neighbours averaged at once


@dataclass(frozen=True)
class PCABaseline:
    """What PCA makes of rows that it was not fitted on.

    Parameters
    ----------
    codes : ndarray of shape (n_rows, n_components)
    mse : float
        Mean squared error per feature, in the squared units of X (images in 0..1).
    """

    codes: np.ndarray
    mse: float

    @classmethod
    def fitted(cls, X: np.ndarray, rows: np.ndarray, n_components: int) -> "PCABaseline":
        """Fit PCA to ``X`` and apply it to ``rows``.

        Parameters
        ----------
        X, rows : ndarray of shape (n, n_features) or (n, *image_shape)
            Images are taken by their dtype, as ``Autoencoder`` takes them.
        n_components : int
        """
        X, rows = (_as_table(array) for array in (X, rows))
        pca = PCA(n_components, svd_solver="covariance_eigh").fit(X)
        codes = pca.transform(rows)
        return cls(codes, float(np.mean(np.square(rows - pca.inverse_transform(codes)), dtype=np.float64)))


def _as_table(X: np.ndarray) -> np.ndarray:
    flat = X.reshape(len(X), -1)
    return fit_scaling(flat, "auto", images=True).apply(flat) if X.ndim > 2 else flat


def mean_of_neighbours(X: np.ndarray, rows: np.ndarray, n_neighbors: int) -> np.ndarray:
    """For each row the mean of those rows of X that are most like it, itself left out.

    What can be said of a row without any model, from others of its kind.

    Parameters
    ----------
    X : ndarray of shape (n, n_features)
        A row that is equal to the one asked about counts as itself.
    rows : ndarray of shape (n_rows, n_features)
    n_neighbors : int
        Below n.

    Returns
    -------
    means : ndarray of shape (n_rows, n_features)
    """
    distances, nearest = NearestNeighbors(n_neighbors=n_neighbors + 1).fit(X).kneighbors(rows)
    is_itself = distances[:, :1] <= 1e-6 * np.linalg.norm(rows, axis=1, keepdims=True)
    others = np.where(is_itself, nearest[:, 1:], nearest[:, :-1])
    pieces = np.array_split(others, -(-len(rows) // _ROWS_A_PIECE))
    return np.concatenate([X[piece].mean(axis=1) for piece in pieces])
