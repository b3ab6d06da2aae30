"""Weights that change, against tables by hand."""

import keras
import numpy as np
import pytest

from diabolo import ParameterError, penalties
from diabolo.objectives.schedules import Constant, Cyclic, Linear, check_weight, value_at, warm_up

TABLE = [
    (Constant(3.0), {0: 3, 0.5: 3, 100: 3}, 3, 0),
    (Linear(0.0, 4.0, 8), {0: 0, 1: 0.5, 4: 2, 6.5: 3.25, 8: 4, 9: 4, 1000: 4}, 4, 8),
    (Linear(5.0, 1.0, 2), {0: 5, 0.5: 4, 2: 1, 3: 1}, 1, 2),
    (warm_up(2.0, 10), {0: 0, 2.5: 0.5, 10: 2, 50: 2}, 2, 10),
    (Cyclic(6.0, 4), {0: 0, 1: 3, 2: 6, 3.9: 6, 4: 0, 5: 3, 7: 6, 8: 0}, 6, 4),
    (Cyclic(6.0, 4, rise=1.0), {0: 0, 1: 1.5, 2: 3, 3: 4.5, 4: 0}, 6, 4),
    (Cyclic(6.0, 2, rise=0.25), {0: 0, 0.25: 3, 0.5: 6, 1.9: 6}, 6, 2),
]


@pytest.mark.parametrize(("schedule", "weights", "final", "length"), TABLE, ids=lambda v: repr(v)[:40])
def test_weights(schedule, weights, final, length):
    for epoch, expected in weights.items():
        at = keras.ops.convert_to_tensor(np.float32(epoch))
        assert float(value_at(schedule, at)) == pytest.approx(expected, abs=1e-5), epoch
    assert value_at(schedule, None) == schedule.final == final
    assert schedule.length == length
    assert schedule.lowest == min(weights.values())


def test_a_number_is_a_weight_that_stays():
    assert value_at(2.5, None) == value_at(2.5, keras.ops.ones(())) == 2.5


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Linear(0, 1, 0), "epochs of a Linear schedule must be a number above 0; got 0"),
        (lambda: Linear(0, 1, "2"), "epochs of a Linear schedule must be a number above 0; got '2'"),
        (lambda: Linear("a", 1, 2), "begin of a Linear schedule must be a number; got 'a'"),
        (lambda: Linear(0, None, 2), "end of a Linear schedule must be a number; got None"),
        (lambda: Constant("1"), "value of a Constant schedule must be a number; got '1'"),
        (lambda: Cyclic(np.nan, 1), "value of a Cyclic schedule must be a number; got nan"),
        (lambda: Cyclic(1, -1), "period of a Cyclic schedule must be a number above 0; got -1"),
        (lambda: Cyclic(1, 2, 0), "rise of a Cyclic schedule must be a number above 0; got 0"),
        (lambda: Cyclic(1, 2, 1.5), "rise of a Cyclic schedule is a part of the cycle, at most 1; got 1.5"),
        (lambda: check_weight(-1, "weight"), "weight must be a number of at least 0, or a schedule"),
        (lambda: check_weight(np.inf, "weight"), "weight must be .* got inf"),
        (lambda: check_weight(True, "weight"), "weight must be .* got True"),
        (lambda: check_weight(Linear(-1, 2, 3), "weight"), r"got Linear\(begin=-1"),
        (lambda: check_weight(Cyclic(-1, 2), "weight"), r"got Cyclic\(value=-1"),
        (lambda: penalties.L1Sparsity(-1), "weight of L1Sparsity must be a number of at least 0"),
        (lambda: penalties.KLSparsity(1, 0), "rho of KLSparsity must be between 0 and 1; got 0"),
        (lambda: penalties.KLSparsity(1, 1.0), "rho of KLSparsity must be between 0 and 1; got 1.0"),
    ],
)
def test_weights_that_mean_nothing(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
