"""Penalties against their formulas in NumPy, and their gradients against finite differences."""

import keras
import numpy as np
import pytest
from scipy import stats

from diabolo import Dense, penalties
from diabolo.latents.gaussian import Gaussian
from diabolo.latents.point import Point
from diabolo.latents.topk import TopK
from diabolo.objectives import penalties as module
from diabolo.objectives.likelihoods import MeanSquaredError
from diabolo.objectives.passes import Objective
from diabolo.objectives.penalties import Contraction, KLSparsity, L1Sparsity, Revival, WeightDecay
from diabolo.objectives.reconstruction import Reconstruction
from diabolo.objectives.schedules import Linear
from diabolo.training.program import Batch, Constants, initial_state, program_for

pytestmark = pytest.mark.thorough

RNG = np.random.default_rng(0)
X = RNG.normal(size=(9, 6)).astype(np.float32)
UNIT = np.ones(6, np.float32)


def host(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor), np.float64)


def tensor(x):
    return keras.ops.convert_to_tensor(np.array(x, np.float32))


@pytest.fixture
def passed(noise_of):
    """``passed(road, x, epoch=, weight=, key=, fill=)``: one forward pass."""

    def passed(road, x=X, *, epoch=None, weight=None, key=(1, 2), fill=None):
        weight = None if epoch is None else tensor(np.ones(len(x)) if weight is None else weight)
        epoch, fill = (None if v is None else tensor(v) for v in (epoch, fill))
        return road.forward(tensor(x), tensor(UNIT), fill, noise_of(*key), weight=weight, epoch=epoch)

    return passed


@pytest.fixture(scope="module")
def program_of():
    def program_of(road, *terms):
        optimizer = keras.optimizers.SGD(1.0)
        optimizer.build(road.trainable)
        return program_for(road, Objective(terms), optimizer), initial_state(road, optimizer)

    return program_of


# -- weights -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", penalties.__all__)
def test_every_penalty_is_weighted(name, road_of, passed):
    if name == "Penalty":
        return
    schedule = Linear(2.0, 10.0, 4)
    kind = getattr(penalties, name)
    road = road_of(latent=TopK(2) if name == "Revival" else Point("sigmoid"), remembering=[kind(1.0)])
    raw = host(kind(1.0)(passed(road, epoch=0.0)))
    assert raw.shape == (9,)
    np.testing.assert_allclose(host(kind(0.25)(passed(road, epoch=0.0))), raw / 4, rtol=1e-5)
    for epoch, weight in {0: 2, 1: 4, 4: 10, 7: 10}.items():
        np.testing.assert_allclose(host(kind(schedule)(passed(road, epoch=epoch))), weight * raw, rtol=1e-4)
    evaluated = host(kind(1.0)(passed(road)))
    np.testing.assert_allclose(host(kind(schedule)(passed(road))), 10 * evaluated, rtol=1e-5)


# -- sparsity ------------------------------------------------------------------------------------------------


def test_l1_is_the_sum_of_absolute_codes(road_of, passed):
    pass_ = passed(road_of())
    np.testing.assert_allclose(host(L1Sparsity(2.0)(pass_)), 2 * np.abs(host(pass_.code)).sum(1), rtol=1e-5)


def bernoulli_kl(rho, mean):
    """By scipy's entropy of the two outcomes."""
    return stats.entropy([np.full_like(mean, rho), np.full_like(mean, 1 - rho)], [mean, 1 - mean]).sum()


@pytest.mark.parametrize("rho", [0.05, 0.5])
def test_kl_of_the_weighted_mean_of_the_batch(rho, road_of, passed):
    kl = KLSparsity(1.0, rho)
    road = road_of(latent=Point("sigmoid"), remembering=[kl])
    weight = np.array([1, 2, 0.5, 0, 1, 3, 1, 0, 0], np.float32)
    pass_ = passed(road, epoch=0.0, weight=weight)
    mean = np.average(host(pass_.code), axis=0, weights=weight)
    np.testing.assert_allclose(host(kl(pass_)), np.full(9, bernoulli_kl(rho, mean)), rtol=1e-4)


def test_kl_is_finite_where_units_are_always_on_or_off(road_of, passed):
    kl = KLSparsity(1.0)
    road = road_of(latent=Point("sigmoid"), remembering=[kl])
    kernel, bias = road.encoder.get_weights()
    road.encoder.set_weights([kernel, bias + np.array([500, -500, 0], np.float32)])
    assert np.isfinite(host(kl(passed(road, epoch=0.0)))).all()


def test_kl_remembers_the_mean_of_its_steps(road_of, passed):
    """Evaluation sees what training saw, from the first step on, and no row depends on its company."""
    kl = KLSparsity(1.0, 0.2)
    road = road_of(latent=Point("sigmoid"), remembering=[kl])
    means = []
    for step in range(5):
        x = X + step
        pass_ = passed(road, x, epoch=0.0)
        means.append(host(pass_.code).mean(axis=0))
        kl(pass_)
        of_steps = np.average(means, axis=0, weights=0.99 ** np.arange(len(means))[::-1])
        evaluated = host(kl(passed(road)))
        np.testing.assert_allclose(evaluated, np.full(9, bernoulli_kl(0.2, of_steps)), rtol=1e-3)
    np.testing.assert_array_equal(host(kl(passed(road, X[:1]))), evaluated[:1])  # evaluation changes nothing


# -- dead units ----------------------------------------------------------------------------------------------


def test_revival_pulls_the_dead_up_to_what_is_kept(road_of, passed):
    revival = Revival(2.0, patience=3)
    road = road_of(latent=TopK(2), n_components=5)
    road.memory["silent_steps"].assign(np.array([0, 3, 2, 10, 1], np.float32))
    before = host(road.encode(tensor(X)))
    smallest = np.sort(before, axis=1)[:, -2:-1]
    expected = 2 * np.maximum(smallest - before[:, [1, 3]], 0).sum(axis=1)
    assert expected.any()
    np.testing.assert_allclose(host(revival(passed(road))), expected, rtol=1e-4, atol=1e-6)


def test_revival_moves_dead_units_alone(road_of, program_of):
    road = road_of(latent=TopK(2), n_components=5)
    silent = np.array([0, 500, 0, 500, 0], np.float32)
    road.memory["silent_steps"].assign(silent)
    kernel, bias = road.encoder.get_weights()
    road.encoder.set_weights([kernel, bias - silent])  # they are kept nowhere
    moved = gradient(program_of, road, Revival(1.0))
    assert (np.abs(moved[:, silent > 0]).sum(axis=0) > 0).all()
    np.testing.assert_allclose(moved[:, silent == 0], 0, atol=1e-6)


# -- weight decay --------------------------------------------------------------------------------------------


def test_weight_decay_counts_kernels_and_no_bias(road_of, passed):
    road = road_of(Dense((4, 5)))
    kernels = [w for w in (*road.encoder.get_weights(), *road.decoder.get_weights()) if w.ndim == 2]
    assert len(kernels) == 6
    expected = np.full(9, 0.5 * sum(np.square(kernel, dtype=np.float64).sum() for kernel in kernels))
    np.testing.assert_allclose(host(WeightDecay(0.5)(passed(road))), expected, rtol=1e-5)


# -- contraction ---------------------------------------------------------------------------------------------

GAPPY = np.where(RNG.random(X.shape) < 0.3, np.nan, X)
FILL = np.full(6, 0.7, np.float32)
ENCODERS = {
    "linear": (Dense(()), Point()),
    "one layer": (Dense(()), Point("sigmoid")),
    "deep": (Dense((7, 5), "tanh"), Point("softplus")),
    "gaussian": (Dense((7,), "gelu"), Gaussian()),
    "top-k": (Dense((7,), "elu"), TopK(2)),
}


def numerical(road, x, observed=None, step=1e-2):
    """The squared norm of the Jacobian by central differences of codes: (batch,)

    NaN where a top-k code keeps other units within the step: there the differences are those of a jump.
    """
    after, before = (
        np.array([host(road.code(tensor(x + shift), observed)) for shift in shifts])
        for shifts in (step * np.eye(6, dtype=np.float32), -step * np.eye(6, dtype=np.float32))
    )
    kept = np.concatenate([after, before]) != 0
    norms = np.square((after - before) / (2 * step)).sum(axis=(0, 2))
    return np.where((kept == kept[0]).all(axis=(0, 2)), norms, np.nan)


@pytest.mark.parametrize("gaps", [False, True], ids=["whole", "gaps"])
@pytest.mark.parametrize("indicator", [False, True], ids=["plain", "indicator"])
@pytest.mark.parametrize("name", ENCODERS)
def test_contraction_is_the_norm_of_the_jacobian(name, indicator, gaps, road_of, passed):
    encoder, latent = ENCODERS[name]
    road = road_of(encoder, latent, indicator=indicator)
    pass_ = passed(road, GAPPY if gaps else X, fill=FILL if gaps else None)
    expected = numerical(road, host(pass_.seen).astype(np.float32), pass_.observed)
    smooth = np.isfinite(expected)
    assert smooth.sum() >= (7 if name == "top-k" else 9)
    np.testing.assert_allclose(host(Contraction(1.0)(pass_))[smooth], expected[smooth], rtol=5e-3)


@pytest.mark.parametrize("activation", ["linear", "sigmoid", "tanh", "relu", "gelu"])
def test_the_closed_form_is_the_exact_products(activation, road_of, passed):
    pass_ = passed(road_of(latent=Point(activation)))
    layer = module._only_layer(pass_.road)
    assert layer is not None
    np.testing.assert_allclose(
        host(module._of_one_layer(layer, pass_)), host(module._of_any_encoder(pass_)), rtol=1e-5
    )


def test_random_products_are_right_in_the_mean(road_of, passed, monkeypatch):
    """Within five standard errors over many keys, and the same for all rows where nothing is trained."""
    road = road_of(Dense((7,), "tanh"))
    exact = host(Contraction(1.0)(passed(road)))
    monkeypatch.setattr(module, "MOST_EXACT_PRODUCTS", 0)
    many = np.tile(X, (200, 1))
    estimates = host(Contraction(1.0)(passed(road, many, epoch=0.0))).reshape(200, 9)
    error = estimates.std(axis=0) / np.sqrt(200)
    assert (error > 0).all()
    np.testing.assert_array_less(np.abs(estimates.mean(axis=0) - exact), 5 * error)
    alike = host(Contraction(1.0)(passed(road, np.tile(X[:1], (5, 1)))))
    np.testing.assert_allclose(alike, alike[0], rtol=1e-6)


def step(program_and_state, x=X):
    """Weights after one step of descent at rate 1, and the means of the columns, by the compiled program."""
    program, state = program_and_state
    batch = Batch(
        x[None], np.ones((1, len(x)), np.float32), np.zeros((1, 2), np.int32), np.zeros(1, np.float32)
    )
    after, sums = program.train(state, batch, 1, Constants(UNIT, np.float32(len(x))))
    return [host(value) for value in after.weights.trainable], program.to_host(sums)[0] / len(x)


def gradient(program_of, road, term):
    """Of a term in the first kernel. The decoder must have one, too, so a reconstruction stands beside it."""
    reconstruction = Reconstruction(MeanSquaredError())
    (alone, _), (both, _) = (step(program_of(road, reconstruction, *terms)) for terms in ((), (term,)))
    return alone[0] - both[0]


@pytest.mark.parametrize("name", ["one layer", "deep"])
@pytest.mark.parametrize("exact", [True, False], ids=["exact", "random products"])
def test_the_gradient_of_the_contraction(name, exact, road_of, program_of, monkeypatch):
    """Against central differences of the term in each number of the first kernel."""
    encoder, latent = ENCODERS[name]
    term = Contraction(1.0 if exact else 1.0 + 1e-9)  # another make, so another program
    if not exact:
        monkeypatch.setattr(module, "MOST_EXACT_PRODUCTS", 0)
    road = road_of(encoder, latent)
    weights = road.encoder.get_weights()
    slope = gradient(program_of, road, term)

    def loss(kernel):
        road.encoder.set_weights([kernel, *weights[1:]])
        _, means = step(program_of(road, Reconstruction(MeanSquaredError()), term))
        return np.float64(means[2])

    width, places = 5e-3, [(0, 0), (3, 1), (5, 2)]
    for place in places:
        shift = np.zeros_like(weights[0])
        shift[place] = width
        expected = (loss(weights[0] + shift) - loss(weights[0] - shift)) / (2 * width)
        assert slope[place] == pytest.approx(expected, rel=2e-2, abs=2e-3)
