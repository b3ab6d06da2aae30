"""The flow's parts against automatic derivatives, and its masks against what they must let through."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy.stats import norm

from diabolo import TrainingInterrupted, samplers
from diabolo.samplers.flow_parts import Affine, Mixture, bounded
from diabolo.samplers.flow_road import FlowRoad, FlowShape
from diabolo.samplers.made import Made

pytestmark = pytest.mark.thorough

RNG = np.random.default_rng(0)
WIDTHS = [(1, (4,)), (2, (8,)), (3, (5, 7)), (6, (4, 4)), (6, (32, 32, 32))]


def learned_by_chance(start):
    """Values far from the start, so that nothing is nearly the identity."""
    chance = {name: 0.7 * RNG.standard_normal(value.shape) for name, value in start.items()}
    return {name: tensor(value) for name, value in chance.items()}


def made_of(n_inputs, widths, n_outputs, reverse):
    made = Made("part", n_inputs, widths, n_outputs, reverse)
    return made, learned_by_chance(made.start(RNG))


def jacobians(function, x):
    """Of a function of rows, at each row by itself: (batch, n_components, n_components)"""
    import jax

    return np.asarray(jax.jit(jax.vmap(jax.jacfwd(lambda row: function(row[None])[0])))(x), np.float64)


def tensor(array):
    return ops.convert_to_tensor(np.asarray(array, np.float32))


def numbers(tensor):
    return np.asarray(ops.convert_to_numpy(tensor))


@pytest.mark.parametrize(("n_inputs", "widths"), WIDTHS)
@pytest.mark.parametrize("reverse", [False, True])
def test_outputs_depend_on_the_inputs_before_alone(n_inputs, widths, reverse):
    made, learned = made_of(n_inputs, widths, 2, reverse)
    x = RNG.normal(size=(1, n_inputs)).astype(np.float32)
    before = numbers(made(learned, tensor(x)))[0]
    assert before.shape == (2, n_inputs)
    rank = np.argsort(made.order)
    for j in range(n_inputs):
        moved = x + np.eye(n_inputs, dtype=np.float32)[j]
        changed = (numbers(made(learned, tensor(moved)))[0] != before).any(axis=0)
        assert not changed[rank <= rank[j]].any()
        if max(widths) >= n_inputs:
            assert changed[rank > rank[j]].all()


@pytest.mark.jax
@pytest.mark.parametrize("n_components", [1, 2, 5])
@pytest.mark.parametrize("reverse", [False, True])
def test_the_volume_is_the_determinant_of_the_jacobian(n_components, reverse):
    made, learned = made_of(n_components, (8,), 2, reverse)
    x = RNG.normal(size=(4, n_components)).astype(np.float32)
    _, log_det = np.linalg.slogdet(jacobians(lambda row: Affine(made).forward(learned, row)[0], x))
    np.testing.assert_allclose(Affine(made).forward(learned, x)[1], log_det, rtol=1e-4, atol=1e-5)


@pytest.mark.jax
def test_the_density_of_a_whole_flow_is_that_of_a_change_of_variables():
    """log p(z) = log p(u) + log |det du/dz|, with p(u) summed by scipy and the determinant by JAX."""
    shape = FlowShape(3, 3, (8,), 4)
    learned = learned_by_chance(shape.start(RNG))
    road = FlowRoad.of(shape, learned)

    def to_u(z):
        for block in shape.blocks:
            z, _ = block.forward(learned, z)
        return z

    z = RNG.normal(size=(5, 3)).astype(np.float32)
    u = np.asarray(to_u(z))
    _, volume = np.linalg.slogdet(jacobians(to_u, z))
    weight, mean, log_scale = np.split(numbers(shape.base.made(learned, u)).astype(np.float64), 3, axis=1)
    weight = np.exp(weight) / np.exp(weight).sum(axis=1, keepdims=True)
    density = (weight * norm.pdf(u[:, None], mean, np.exp(3 * np.tanh(log_scale / 3)))).sum(axis=1)
    expected = np.log(density).sum(axis=1) + volume
    found = road.forward(z, None, None, None).log_prob
    np.testing.assert_allclose(numbers(found), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(("n_components", "widths"), WIDTHS)
@pytest.mark.parametrize("reverse", [False, True])
def test_a_block_and_back(n_components, widths, reverse):
    made, learned = made_of(n_components, widths, 2, reverse)
    x = RNG.normal(size=(6, n_components)).astype(np.float32)
    u, _ = Affine(made).forward(learned, tensor(x))
    np.testing.assert_allclose(numbers(Affine(made).inverse(learned, u)), x, rtol=1e-3, atol=1e-3)


def test_uniform_numbers_choose_the_part():
    """A mixture without inputs: its biases are its weights, means and scales."""
    mixture = Mixture(Made("part", 1, (4,), 9, False), 3)
    learned = {name: tensor(np.zeros(shape)) for name, shape in mixture.made.shapes().items()}
    learned["part.bias1"] = tensor([*np.log([0.2, 0.5, 0.3]), -10, 0, 10, 0, 0, 0])
    uniform = [[0.1], [0.19], [0.21], [0.69], [0.71], [0.999]]
    draws = numbers(mixture.from_noise(learned, tensor(np.full((6, 1), 0.5)), tensor(uniform)))
    np.testing.assert_allclose(draws[:, 0], [-9.5, -9.5, 0.5, 0.5, 10.5, 10.5], atol=1e-5)


def test_scales_are_bounded_smoothly():
    a = tensor([-1e6, -1, 0, 1e-3, 1, 1e6])
    np.testing.assert_allclose(numbers(bounded(a))[[0, 2, 3, 5]], [-3, 0, 1e-3, 3], rtol=1e-5)


def test_a_flow_starts_near_what_its_codes_are():
    """Standardised codes: a mixture side by side from -2 to 2 is neither narrow nor far off."""
    shape = FlowShape(2, 5, (64, 64), 10)
    road = FlowRoad.of(shape, shape.start(np.random.default_rng(0)))
    z = RNG.normal(size=(2000, 2)).astype(np.float32)
    log_prob = numbers(road.forward(tensor(z), None, None, None).log_prob)
    assert np.log(2 * np.pi) + 1 <= -log_prob.mean() < np.log(2 * np.pi) + 1.5


def test_training_stops_where_codes_held_out_get_no_likelier(monkeypatch):
    few = RNG.normal(size=(60, 3))
    seen, watch = [], samplers.flow._Best.epoch_end

    def epoch_end(self, epoch, logs, state):
        seen.append(logs["val_loss"])
        return watch(self, epoch, logs, state)

    monkeypatch.setattr(samplers.flow._Best, "epoch_end", epoch_end)
    monkeypatch.setattr(samplers.flow, "_PATIENCE", 50)
    flow = samplers.MaskedAutoregressiveFlow(2, (64,), learning_rate=1e-2).fit(few, random_state=0)
    assert len(seen) < 2000
    assert len(seen) - np.argmin(seen) == 51  # of one step an epoch
    held_out = np.random.default_rng(np.random.RandomState(0).randint(2**31 - 1)).permutation(60)[-6:]
    volume = np.log(flow.learned_["scale"]).sum()
    assert -flow.log_prob(few[held_out]).mean() - volume == pytest.approx(min(seen), rel=1e-4)


def test_an_interrupt_leaves_no_sampler(monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(samplers.flow._Best, "epoch_end", interrupt)
    flow = samplers.MaskedAutoregressiveFlow(1, (4,), steps=10)
    with pytest.raises(TrainingInterrupted, match="was interrupted"):
        flow.fit(RNG.normal(size=(50, 2)))
    assert not hasattr(flow, "learned_")


def test_equal_makes_share_a_program():
    first, second = (
        samplers.MaskedAutoregressiveFlow(1, (4,), steps=5, learning_rate=rate).fit(RNG.normal(size=(50, 2)))
        for rate in (1e-2, 1e-3)
    )
    assert first._program is second._program
    other = samplers.MaskedAutoregressiveFlow(1, (5,), steps=5).fit(RNG.normal(size=(50, 2)))
    assert other._program is not first._program


def test_variables_of_a_flow_are_its_own():
    shape = FlowShape(2, 1, (4,), 2)
    road = FlowRoad.of(shape, shape.start(RNG))
    other = road.copy()
    other.assign(road.weights._replace(trainable=[ops.zeros_like(v) for v in road.weights.trainable]))
    assert any(numbers(value).any() for value in road.weights.trainable)
    assert all(isinstance(variable, keras.Variable) for variable in other.variables)
