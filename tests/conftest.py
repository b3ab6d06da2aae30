"""Shared fixtures. Tests run on whichever backend KERAS_BACKEND names, JAX by default."""

import gc
import importlib
import os
import signal

os.environ.setdefault("MPLBACKEND", "Agg")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So a shell starts what it runs in the background; processes started here would never be interrupted.
    signal.signal(signal.SIGINT, signal.default_int_handler)

import matplotlib.pyplot as plt
import numpy as np
import pytest

import diabolo


def pytest_collection_finish() -> None:
    """Modules stay as long as the process: no collection of garbage need look at them."""
    gc.freeze()


@pytest.fixture(scope="session")
def mnist() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    return diabolo.load_mnist()


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def table() -> np.ndarray:
    """70 rows, so that a batch of 64 leaves a partial one; columns of very different units."""
    rng = np.random.default_rng(0)
    latent = rng.normal(size=(70, 2))
    return latent @ rng.normal(size=(2, 5)) * [1, 10, 100, 0.1, 1] + [0, 5, -300, 1, 1e4]


@pytest.fixture(scope="session")
def noise_of():
    """``noise_of(a, b)``: the random numbers that follow from a key, as the backend's program draws them."""
    import keras

    backend = importlib.import_module(f"diabolo.training.on_{keras.backend.backend()}")
    return lambda *key: backend.BackendProgram.noise(None, np.array(key, np.int32))


@pytest.fixture(scope="session")
def road_of():
    """``road_of(encoder, latent, ...)``: a small network of 6 features, with weights drawn."""
    from diabolo import Dense, likelihoods
    from diabolo.estimators.fitted import Architecture
    from diabolo.latents.point import Point

    def road_of(
        encoder=Dense(()),  # noqa: B008
        latent=Point(),  # noqa: B008
        likelihood=likelihoods.MeanSquaredError(),  # noqa: B008
        *,
        remembering=(),
        n_components=3,
        indicator=False,
    ):
        parts = [part for part in (latent, *remembering) if hasattr(part, "memory")]
        memory = {name: value for part in parts for name, value in part.memory(n_components).items()}
        shapes = {name: value.shape for name, value in memory.items()}
        networks = encoder, encoder.mirrored(), indicator, latent, likelihood, shapes
        road = Architecture((6,), n_components, *networks).build(np.random.SeedSequence(0))
        rng = np.random.default_rng(0)
        for variable in [*road.encoder.trainable_variables, *road.learned.values()]:
            variable.assign(variable.numpy() + 0.3 * rng.normal(size=variable.shape))  # biases, too
        for name, value in memory.items():
            road.memory[name].assign(value)
        return road

    return road_of
