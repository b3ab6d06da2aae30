"""What is reported of a variational autoencoder."""

import numpy as np

from benchmarks.papers.experiment import Figures, Size
from diabolo import VariationalAutoencoder


def likelihood_figures(vae: VariationalAutoencoder, X_test: np.ndarray, size: Size) -> Figures:
    """Nats a test image, and which epoch's weights they are of."""
    history = vae.history_
    return {
        "-log p(x)": -float(vae.log_likelihood(X_test, samples=size.importance_samples).mean()),
        "-bound": -vae.score(X_test),
        "best epoch": 1 + int(np.argmin(history["val_loss"])),
    }
