"""PCA with the same number of components, which every autoencoder is compared with."""

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA

from diabolo.data.scaling import fit_scaling


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
