"""What pulls dead units of a top-k code back."""

from types import SimpleNamespace

import keras
import numpy as np
from keras import ops

from diabolo.latents.topk import TopK
from diabolo.objectives.passes import Pass
from diabolo.objectives.penalties import Revival

K, PATIENCE, WEIGHT = 3, 10, 0.5


def test_dead_units_are_pulled_to_the_smallest_that_is_kept():
    before = np.random.default_rng(0).normal(size=(5, 8)).astype(np.float32)
    before[0, :4] = before[0].max()  # ties across the edge of what is kept
    silent = np.array([0, 9, 10, 11, 0, 500, 0, 0], np.float32)

    smallest_kept = np.sort(before, axis=1)[:, -K]
    dead = silent >= PATIENCE
    expected = WEIGHT * np.maximum(smallest_kept[:, None] - before[:, dead], 0).sum(axis=1)

    memory = {"silent_steps": keras.Variable(silent, trainable=False)}
    road = SimpleNamespace(latent=TopK(K), memory=memory)
    unused = np.zeros((5, 8), np.float32)
    pass_ = Pass(unused, unused, unused, unused[0], output=ops.convert_to_tensor(before), road=road)
    got = ops.convert_to_numpy(Revival(WEIGHT, PATIENCE)(pass_))

    assert dead.any()
    assert expected.max() > 0
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-7)
