"""The state of optimizers, against what Keras makes of it."""

import keras
import numpy as np
import pytest

from diabolo.training.optimizers import build_optimizer

OPTIMIZERS = {
    **{name: name for name in ("adam", "adamw", "sgd", "rmsprop", "nadam", "adamax", "lion", "adagrad")},
    "momentum": {"class_name": "sgd", "config": {"momentum": 0.9}},
    "amsgrad": {"class_name": "adam", "config": {"amsgrad": True}},
    "averages": {"class_name": "adam", "config": {"use_ema": True}},
    "accumulation": {"class_name": "adamw", "config": {"gradient_accumulation_steps": 2}},
}


@pytest.mark.parametrize("made", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_state_and_steps_are_kerass(made):
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape).astype(np.float32) for shape in ((3, 4), (4,))]
    ours, theirs = (keras.optimizers.get(made) for _ in range(2))
    states = []
    for optimizer, build in ((ours, build_optimizer), (theirs, lambda o, variables: o.build(variables))):
        variables = [keras.Variable(weight) for weight in weights]
        build(optimizer, variables)
        states.append([*map(keras.ops.convert_to_numpy, optimizer.variables)])
        for _ in range(3):
            optimizer.apply([keras.ops.convert_to_tensor(weight) for weight in weights])
        states[-1] += map(keras.ops.convert_to_numpy, variables)
    for one, other in zip(*states, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
