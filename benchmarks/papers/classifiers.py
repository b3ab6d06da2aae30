"""Classifiers on codes, and networks whose first layers begin as encoders."""

from collections.abc import Sequence

import keras
import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.papers.digits import LabelledDigits
from benchmarks.papers.training import cosine_adam

STRENGTHS = (0.01, 0.1, 1.0, 10.0, 100.0)  # scikit-learn's C
HELD_OUT = 1 / 6  # of the training rows, the last: 10,000 of all

Layer = tuple[np.ndarray, np.ndarray]  # kernel (n_inputs, n_units), bias (n_units,)


def regression_error(digits: LabelledDigits) -> float:
    """Test error in percent of a logistic regression, its strength chosen on held-out training rows."""
    best = STRENGTHS[int(np.argmax([held_out_accuracy(strength, digits) for strength in STRENGTHS]))]
    chosen = regression(best, digits.X_train, digits.y_train)
    return 100 * (1 - chosen.score(digits.X_test, digits.y_test))


def held_out_accuracy(strength: float, digits: LabelledDigits) -> float:
    """Of a logistic regression of this strength, on the training rows that it did not see."""
    n_kept = number_kept(digits)
    X, y = digits.X_train, digits.y_train
    return regression(strength, X[:n_kept], y[:n_kept]).score(X[n_kept:], y[n_kept:])


def regression(strength: float, X: np.ndarray, y: np.ndarray) -> LogisticRegression:
    """Multinomial, fitted."""
    return LogisticRegression(C=strength, max_iter=5000).fit(X, y)


def network_error(
    widths: Sequence[int],
    digits: LabelledDigits,
    *,
    epochs: int,
    rate: float,
    batch_size: int,
    seed: int,
    begin: Sequence[Layer] = (),
) -> float:
    """Test error in percent of a network of sigmoid layers and a softmax, trained by labels as a whole.

    The last sixth of the training rows is held out, and the weights are those of the epoch of least error on
    it. Adam's rate falls along a cosine.

    Parameters
    ----------
    widths : sequence of int
        Of the hidden layers.
    digits : LabelledDigits
    epochs, rate, batch_size, seed
        Of the training.
    begin : sequence of Layer, optional
        What the first hidden layers begin as; the others have Glorot's start.
    """
    keras.utils.set_random_seed(seed)
    hidden = [keras.layers.Dense(width, activation="sigmoid") for width in widths]
    n_features = digits.X_train.shape[1]
    network = keras.Sequential([keras.Input((n_features,)), *hidden, keras.layers.Dense(10, "softmax")])
    for layer, weights in zip(hidden, begin, strict=False):
        layer.set_weights(weights)
    n_kept = number_kept(digits)
    network.compile(
        optimizer=cosine_adam(rate, epochs, n_kept, batch_size),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    best = keras.callbacks.EarlyStopping(
        "val_accuracy", mode="max", patience=epochs, restore_best_weights=True
    )
    network.fit(
        digits.X_train[:n_kept],
        digits.y_train[:n_kept],
        validation_data=(digits.X_train[n_kept:], digits.y_train[n_kept:]),
        batch_size=batch_size,
        epochs=epochs,
        callbacks=[best],
        verbose=0,
    )
    return 100 * (1 - network.evaluate(digits.X_test, digits.y_test, verbose=0)[1])


def number_kept(digits: LabelledDigits) -> int:
    """How many training rows are left where the last are held out."""
    return len(digits.X_train) - round(HELD_OUT * len(digits.X_train))
