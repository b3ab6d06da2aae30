import keras
import numpy as np
from sklearn.metrics import mean_squared_error

from diabolo.objectives.likelihoods import MeanSquaredError, MeanSquaredErrorOfX
from diabolo.objectives.passes import Objective, Pass

RNG = np.random.default_rng(0)
X, X_HAT = RNG.normal(size=(2, 6, 5)).astype(np.float32)
UNIT = np.array([1, 2, 3, 4, 5], np.float32)
PASS = Pass(X, X[:, :2], X_HAT, UNIT)


def rows_of(term):
    return keras.ops.convert_to_numpy(term(PASS))


def test_mse_is_the_mean_over_features():
    np.testing.assert_allclose(rows_of(MeanSquaredError()), np.mean((X - X_HAT) ** 2, axis=1), rtol=1e-6)
    np.testing.assert_allclose(rows_of(MeanSquaredError()).mean(), mean_squared_error(X, X_HAT), rtol=1e-6)


def test_mse_of_x_is_in_the_units_of_x():
    expected = np.mean((UNIT * X - UNIT * X_HAT) ** 2, axis=1)
    np.testing.assert_allclose(rows_of(MeanSquaredErrorOfX()), expected, rtol=1e-6)


def test_parts_add_up_to_the_loss():
    objective = Objective((MeanSquaredError(), MeanSquaredErrorOfX("second")), (MeanSquaredErrorOfX(),))
    assert objective.names == ("loss", "reconstruction", "second", "mse")
    loss, columns = (keras.ops.convert_to_numpy(part) for part in objective(PASS))
    np.testing.assert_array_equal(columns[0], loss)
    _, first, second, metric = columns
    np.testing.assert_allclose(loss, first + second, rtol=1e-6)
    np.testing.assert_allclose(metric, second)


def test_means_cover_what_was_observed():
    observed = (RNG.random(X.shape) < 0.6).astype(np.float32)
    observed[:, 0] = 1
    pass_ = PASS._replace(observed=observed)
    for term, unit in ((MeanSquaredError(), 1), (MeanSquaredErrorOfX(), UNIT)):
        expected = np.ma.masked_array(np.square(unit * (X - X_HAT)), observed == 0).mean(axis=1)
        np.testing.assert_allclose(keras.ops.convert_to_numpy(term(pass_)), expected, rtol=1e-6)
