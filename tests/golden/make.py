"""Writes this folder's model files: one for each backend and version of the format, with what it answers.

Once a version of the format is released its files stay as they are, for they say what that version was. Run
this only for a new version, once on each backend:

    KERAS_BACKEND=jax python tests/golden/make.py
"""

from pathlib import Path

import diabolo  # before Keras, for the backend

import keras  # isort: skip
import numpy as np
import pandas as pd

from diabolo.storage.model_file import FORMAT_VERSION


def main() -> None:
    """Fit a tiny model on a table with names and gaps, and write it, its rows and its answers."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(40, 2)) @ rng.normal(size=(2, 4)) * [1, 10, 100, 0.1] + [0, 5, -300, 1]
    X[rng.random(X.shape) < 0.1] = np.nan
    frame = pd.DataFrame(X, columns=["a", "b", "ü", "a b"])
    schedule = keras.optimizers.schedules.CosineDecay(0.01, 50)
    ae = diabolo.Autoencoder(
        2,
        encoder=diabolo.Dense((6, 5), "gelu"),
        decoder=[7],
        activation="tanh",
        scale="standard",
        missing="indicator",
        optimizer=keras.optimizers.AdamW(schedule, clipnorm=1.0),
        batch_size=16,
        epochs=5,
        random_state=3,
    )
    ae.fit(frame, validation_data=frame[:10]).partial_fit(frame)
    path = Path(__file__).with_name(f"v{FORMAT_VERSION}-{keras.backend.backend()}.diabolo")
    ae.save(path)
    np.savez(
        path.with_suffix(".npz"),
        X=X,
        codes=ae.transform(frame),
        reconstructions=ae.reconstruct(frame),
        mse=ae.history_["mse"],
    )


if __name__ == "__main__":
    main()
