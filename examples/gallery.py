"""Every display, of digits and of a table, as a PNG each in the folder gallery/, in a minute or two."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_wine

import diabolo as db


def fitted_on_digits() -> tuple[Any, ...]:
    """A dense model with two numbers for a code, a variational one with eight, and digits to look at."""
    X_train, _, X_test, y_test = db.load_mnist()
    common = {"encoder": (128, 32), "epochs": 10, "random_state": 0}
    plain = db.Autoencoder(2, **common).fit(X_train[:10_000], validation_data=X_test[:1000])
    variational = db.VariationalAutoencoder(8, **common).fit(X_train[:10_000], validation_data=X_test[:1000])
    return plain, variational, X_test[:2000], y_test[:2000]


def fitted_on_wines() -> tuple[Any, ...]:
    """A model of 13 measurements of wines with three numbers for a code, the wines, and their cultivars."""
    wines = load_wine(as_frame=True)
    cultivars = wines.target.map(dict(enumerate(wines.target_names))).rename("cultivar")
    model = db.Autoencoder(3, encoder=(32, 16), scale="standard", random_state=0).fit(wines.data)
    return model, wines.data, cultivars


def of_digits(plain: Any, variational: Any, X: np.ndarray, y: np.ndarray) -> Iterator[tuple[str, Callable]]:
    """Names of pictures, and what draws each."""
    yield "samples", lambda: db.SampleDisplay.from_data(X, y, random_state=0)
    yield "history", lambda: db.HistoryDisplay.from_estimator(variational)
    yield "reconstruction", lambda: db.ReconstructionDisplay.from_estimator(plain, X, y, order="class")
    yield "reconstruction_worst", lambda: db.ReconstructionDisplay.from_estimator(plain, X, y, order="worst")
    yield "latent_space", lambda: db.LatentSpaceDisplay.from_estimator(plain, X, y)
    yield "latent_space_projected", lambda: db.LatentSpaceDisplay.from_estimator(variational, X, y)
    yield "manifold", lambda: db.ManifoldDisplay.from_estimator(plain, X, n=20)
    yield "interpolation", lambda: db.InterpolationDisplay.from_estimator(plain, X[:3], X[3:6])
    yield "traversal", lambda: db.TraversalDisplay.from_estimator(variational, X)
    yield "error_map", lambda: db.ErrorMapDisplay.from_estimator(plain, X)
    limit = float(np.quantile(plain.reconstruction_error(X), 0.95))
    yield (
        "error_distribution",
        lambda: db.ErrorDistributionDisplay.from_estimator(plain, X, y, threshold=limit),
    )
    yield "components", lambda: db.ComponentsDisplay.from_estimator(variational, X)
    yield "filters", lambda: db.FilterDisplay.from_estimator(plain)


def of_wines(model: Any, X: Any, y: Any) -> Iterator[tuple[str, Callable]]:
    """The same of a table."""
    yield "samples", lambda: db.SampleDisplay.from_data(X, y, random_state=0)
    yield "history", lambda: db.HistoryDisplay.from_estimator(model)
    yield (
        "reconstruction",
        lambda: db.ReconstructionDisplay.from_estimator(model, X, y, order="worst", n_samples=3),
    )
    yield "latent_space", lambda: db.LatentSpaceDisplay.from_estimator(model, X, y)
    yield "latent_space_by_value", lambda: db.LatentSpaceDisplay.from_estimator(model, X, X["proline"])
    yield "manifold", lambda: db.ManifoldDisplay.from_estimator(model, X)
    yield "interpolation", lambda: db.InterpolationDisplay.from_estimator(model, X[:1], X[-1:])
    yield "traversal", lambda: db.TraversalDisplay.from_estimator(model, X)
    yield "error_map", lambda: db.ErrorMapDisplay.from_estimator(model, X)
    yield "error_distribution", lambda: db.ErrorDistributionDisplay.from_estimator(model, X, y)
    yield "components", lambda: db.ComponentsDisplay.from_estimator(model, X)
    yield "filters", lambda: db.FilterDisplay.from_estimator(model)


folder = Path("gallery")
folder.mkdir(exist_ok=True)
for kind, pictures in (("digits", of_digits(*fitted_on_digits())), ("wines", of_wines(*fitted_on_wines()))):
    for name, draw in pictures:
        figure = draw().figure_
        figure.savefig(folder / f"{kind}_{name}.png")
        plt.close(figure)
print(f"{len(list(folder.glob('*.png')))} pictures in {folder}/")
