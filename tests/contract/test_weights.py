"""What stands in for scikit-learn's weight equivalence, which minibatches in float32 can't meet."""

import copy

import keras
import numpy as np
import pytest

from diabolo.training.program import Batch, Constants, initial_state

RNG = np.random.default_rng(0)
X = RNG.random((12, 5))
WEIGHTS = RNG.integers(0, 4, 12).astype(np.float32)


class Silence:
    """Noise that is nowhere: rows and their repetitions would draw different ones."""

    def __init__(self, key):
        pass

    def normal(self, shape):
        return keras.ops.zeros(shape)

    def uniform(self, shape):
        return keras.ops.full(shape, 0.999)


def gradient(estimator, x, weight, full_weight):
    """Of the loss that the first player minimises, by its variables, at the fitted values."""
    fitted = estimator._fitted
    program, state = copy.copy(estimator._program), initial_state(fitted.road, fitted.optimizer)
    program.noise = Silence
    key, epoch = np.zeros(2, np.int32), np.float32(0)
    batch = Batch(*map(keras.ops.convert_to_tensor, (x, weight, key, epoch)))
    constants = Constants(
        keras.ops.convert_to_tensor(fitted.scaling.unit), keras.ops.convert_to_tensor(np.float32(full_weight))
    )
    (loss, _), gradients = program.value_and_grad(program.loss)(
        state.trainable[0], 0, state, batch, constants
    )
    return [np.asarray(keras.ops.convert_to_numpy(value)) for value in (loss, *gradients)]


@pytest.mark.jax
@pytest.mark.parametrize("full_weight", [WEIGHTS.sum(), 64.0])
def test_the_gradient_of_weighted_rows_is_that_of_repeated_rows(make, full_weight):
    estimator = make().fit(X)
    if not hasattr(estimator, "_program"):
        pytest.skip("is built on an estimator that is examined by itself")
    x = estimator._fitted.scaling.apply(X)
    repeated = np.repeat(x, WEIGHTS.astype(int), axis=0)
    weighted = gradient(estimator, x, WEIGHTS, full_weight)
    expected = gradient(estimator, repeated, np.ones(len(repeated), np.float32), full_weight)
    for ours, theirs in zip(weighted, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * np.abs(theirs).max())
    assert any(np.abs(theirs).max() > 1e-3 for theirs in expected)


def test_rows_of_weight_zero_are_as_if_absent(make):
    weight = (WEIGHTS > 1).astype(float)
    kept = make().fit(X, sample_weight=weight)
    alone = make().fit(X[weight > 0])
    np.testing.assert_array_equal(kept.score_samples(X), alone.score_samples(X))


def test_equal_weights_are_no_weights(make):
    weighted, plain = make().fit(X, sample_weight=np.full(12, 4.0)), make().fit(X)
    np.testing.assert_allclose(weighted.score_samples(X), plain.score_samples(X), rtol=1e-5)


@pytest.mark.parametrize(
    "weight", [None, 2.0, WEIGHTS, WEIGHTS.tolist()], ids=["none", "number", "array", "list"]
)
def test_weighted_scores_are_weighted_means(make, weight):
    estimator = make().fit(X)
    if not hasattr(estimator, "score"):
        pytest.skip("has no score")
    weights = np.broadcast_to(1.0 if weight is None else weight, 12)
    expected = np.average(estimator.score_samples(X), weights=weights)
    assert estimator.score(X, sample_weight=weight) == pytest.approx(expected, rel=1e-6)
