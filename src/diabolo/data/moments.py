"""Mean and variance of each column, in the model's units."""

import numpy as np
from sklearn.preprocessing import StandardScaler

from diabolo.data.domain import blocks
from diabolo.data.rows import Rows


def moments(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Weighted mean and variance of each column, gaps left out: (n_features,), (n_features,), float64"""
    scaler = StandardScaler()
    for start, x in blocks(rows):
        scaler.partial_fit(x.astype(np.float64), sample_weight=rows.weights[start : start + len(x)])
    return scaler.mean_, scaler.var_
