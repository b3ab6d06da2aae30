"""The pure step against arithmetic done by hand in NumPy."""

import copy
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
from sklearn.base import clone

from diabolo import Autoencoder, Dense
from diabolo.estimators import network
from diabolo.objectives.likelihoods import MeanSquaredError
from diabolo.objectives.passes import Objective
from diabolo.objectives.reconstruction import Reconstruction
from diabolo.training import program as program_module
from diabolo.training.program import Batch, Constants, Player, TrainState, initial_state, program_for
from diabolo.training.road import Road, values_of

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 3)).astype(np.float32)
UNIT = np.ones(3, np.float32)
ONES = np.ones(6, np.float32)
MSE = Objective((Reconstruction(MeanSquaredError()),))


def linear_road(seed=0):
    encoder, decoder = np.random.SeedSequence(seed).spawn(2)
    return Road(
        Dense(()).build_encoder((3,), 2, seed=encoder),
        Dense(()).build_decoder(2, (3,), seed=decoder),
    )


def sgd(learning_rate=0.1):
    return keras.optimizers.SGD(learning_rate)


def start(optimizer=None, road=None):
    road, optimizer = road or linear_road(), optimizer or sgd()
    optimizer.build(road.trainable)
    return program_for(road, MSE, optimizer), initial_state(road, optimizer)


def steps(program, state, batches, full_weight=6.0):
    n, x, weight = len(batches), np.stack([x for x, _ in batches]), np.stack([w for _, w in batches])
    chunk = Batch(x, weight, np.zeros((n, 2), np.int32), np.zeros(n, np.float32))
    return program.train(state, chunk, len(batches), Constants(UNIT, np.float32(full_weight)))


def host(tensors):
    return [np.array(keras.ops.convert_to_numpy(tensor)) for tensor in tensors]


def gradients(weights, x, w, full_weight=6.0):
    """Of the weighted mean squared error of (x W + b) V + c, by hand."""
    W, b, V, c = weights
    code = x @ W + b
    d_hat = 2 / x.shape[1] * (code @ V + c - x) * (w / full_weight)[:, None]
    d_code = d_hat @ V.T
    return [x.T @ d_code, d_code.sum(0), code.T @ d_hat, d_hat.sum(0)]


def descended(weights, x, w, rate=0.1):
    return [v - rate * g for v, g in zip(weights, gradients(weights, x, w), strict=True)]


def assert_equal_weights(state, expected, rtol=1e-5):
    for ours, theirs in zip(host(state.weights.trainable), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-6)


def test_two_steps_of_gradient_descent_by_hand():
    program, state = start()
    weights = host(state.weights.trainable)
    other = RNG.normal(size=(6, 3)).astype(np.float32)
    after, _ = steps(program, state, [(X, ONES), (other, ONES)])
    assert_equal_weights(after, descended(descended(weights, X, ONES), other, ONES))


def test_sums_are_those_of_the_weights_before_the_step():
    program, state = start()
    W, b, V, c = host(state.weights.trainable)
    w = np.array([1, 2, 0, 1, 0.5, 1], np.float32)
    _, sums = steps(program, state, [(X, w)])
    errors = np.mean(((X @ W + b) @ V + c - X) ** 2, axis=1)
    np.testing.assert_allclose(program.to_host(sums)[0], [w @ errors] * 2, rtol=1e-5)


def test_weighted_rows_are_repeated_rows():
    program, state = start()
    w = np.array([1, 2, 1, 3, 1, 1], np.float32)
    weighted, _ = steps(program, state, [(X, w)], full_weight=w.sum())
    repeated = np.repeat(X, w.astype(int), axis=0)
    again, _ = steps(program, state, [(repeated, np.ones(9, np.float32))], full_weight=9)
    assert_equal_weights(weighted, host(again.weights.trainable))


def test_rows_of_a_partial_batch_count_as_in_a_full_one():
    program, state = start()
    padded = np.concatenate([X[:4], np.full((2, 3), 99, np.float32)])
    w = np.array([1, 1, 1, 1, 0, 0], np.float32)
    after, _ = steps(program, state, [(padded, w)])
    assert_equal_weights(after, descended(host(state.weights.trainable), X[:4], np.ones(4)))


def test_training_leaves_the_state_it_was_given():
    program, state = start(keras.optimizers.Adam(0.1))
    before = host([*state.trainable[0], *state.optimizer[0]])
    steps(program, state, [(X, ONES)] * 3)
    for ours, theirs in zip(host([*state.trainable[0], *state.optimizer[0]]), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", ["Adam", "AdamW", "SGD", "RMSprop", "Nadam", "Adamax", "Lion"])
def test_every_optimizer_steps_as_keras_steps(name):
    ours, theirs = (getattr(keras.optimizers, name)(0.01) for _ in range(2))
    program, state = start(ours)
    road = linear_road()
    theirs.build(road.trainable)
    for _ in range(3):
        weights = host(road.weights.trainable)
        theirs.apply([keras.ops.convert_to_tensor(g.astype("float32")) for g in gradients(weights, X, ONES)])
    after, _ = steps(program, state, [(X, ONES)] * 3)
    assert_equal_weights(after, host(road.weights.trainable), rtol=1e-4)


def test_two_players_take_turns():
    """The first moves the encoder; the second then moves the decoder, and sees the moved encoder."""
    road = linear_road()
    players = []
    for model, rate, name in ((road.encoder, 0.1, "first"), (road.decoder, 0.3, "second")):
        optimizer = sgd(rate)
        optimizer.build(model.trainable_variables)
        players.append(Player(MSE._replace(name=name), model.trainable_variables, optimizer))
    program = program_module._program_class()(road, tuple(players))
    state = TrainState(
        tuple(values_of(player.variables) for player in players),
        tuple(values_of(player.optimizer.variables) for player in players),
        [],
    )
    W, b, V, c = weights = host([*state.trainable[0], *state.trainable[1]])
    assert program.names == ("first", "reconstruction", "second", "reconstruction")
    after, _ = steps(program, state, [(X, ONES)])
    W, b = descended(weights, X, ONES, 0.1)[:2]
    V, c = descended([W, b, V, c], X, ONES, 0.3)[2:]
    for ours, theirs in zip(host([*after.trainable[0], *after.trainable[1]]), [W, b, V, c], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.fixture(scope="module")
def compiled():
    """One entry for each program that JAX compiles from here on."""
    import jax

    events = []

    def note(event, *_, **__):
        if event == "/jax/core/compile/backend_compile_duration":
            events.append(event)

    jax.monitoring.register_event_duration_secs_listener(note)  # to stay: old versions can't take it back
    return events


@pytest.mark.jax
@pytest.mark.parametrize("name", ["adam", "sgd"])
def test_a_new_make_compiles_its_steps_alone(table, compiled, name):
    """No program a shape to make weights and the optimizer's state, or to copy them."""
    Autoencoder(2, encoder=(30,), optimizer=name, epochs=2, random_state=0).fit(table)  # what all makes share
    compiled.clear()
    ae = Autoencoder(2, encoder=(31, 17), optimizer=name, epochs=2, random_state=0).fit(table)
    assert len(compiled) == 1
    ae.transform(table)
    assert len(compiled) == 2


def test_equal_makes_share_one_program(table, monkeypatch):
    monkeypatch.setattr(program_module, "_PROGRAMS", type(program_module._PROGRAMS)())
    ae = Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(table)
    clone(ae).fit(table)
    Autoencoder(2, encoder=(8,), epochs=3, learning_rate=0.01, random_state=1).fit(table[:50])
    assert len(program_module._PROGRAMS) == 1
    if keras.backend.backend() == "jax":
        (program,) = program_module._PROGRAMS.values()
        assert program._train._cache_size() == 1
    Autoencoder(2, encoder=(9,), epochs=2, random_state=0).fit(table)
    assert len(program_module._PROGRAMS) == 2


def test_programs_hold_nothing_of_an_estimators(table):
    ae = Autoencoder(2, encoder=(8,), epochs=2, random_state=0).fit(table)
    before = ae.transform(table)
    clone(ae).set_params(random_state=5).fit(table)
    np.testing.assert_array_equal(ae.transform(table), before)
    ae.encoder_.set_weights([0 * w for w in ae.encoder_.get_weights()])
    np.testing.assert_array_equal(ae.transform(table), 0)  # the user's change counts


def test_programs_draw_no_weights(monkeypatch):
    monkeypatch.setattr(program_module, "_PROGRAMS", type(program_module._PROGRAMS)())
    program, state = start()
    assert not any(np.any(values) for values in host(program.road.weights.trainable))
    assert any(np.any(values) for values in host(state.weights.trainable))


def test_the_shelf_of_programs_is_bounded(monkeypatch):
    monkeypatch.setattr(program_module, "_PROGRAMS", type(program_module._PROGRAMS)())
    monkeypatch.setattr(program_module, "_MOST_PROGRAMS", 2)
    for n in (1, 2, 3):
        Autoencoder(1, encoder=(n,), epochs=1).fit(X)
    assert len(program_module._PROGRAMS) == 2


@pytest.mark.slow
def test_fits_in_threads_share_the_shelf(monkeypatch):
    monkeypatch.setattr(program_module, "_PROGRAMS", type(program_module._PROGRAMS)())
    monkeypatch.setattr(program_module, "_MOST_PROGRAMS", 1)

    def codes(n):
        return Autoencoder(1, encoder=(n,), epochs=1, random_state=0).fit(X).transform(X)

    alone = [codes(n) for n in (1, 2)]
    with ThreadPoolExecutor(4) as threads:
        for ours, expected in zip(threads.map(codes, [1, 2] * 4), alone * 4, strict=True):
            np.testing.assert_array_equal(ours, expected)


def test_using_a_model_looks_for_its_program_once(monkeypatch):
    ae = Autoencoder(1, encoder=(3,), epochs=1, random_state=0).fit(X)
    codes = ae.transform(X)
    copied = copy.deepcopy(ae)
    calls = []
    monkeypatch.setattr(network, "program_for", lambda *make: calls.append(make) or program_for(*make))
    for estimator, looked_up in ((ae, 0), (copied, 1), (copied, 1)):
        np.testing.assert_array_equal(estimator.transform(X), codes)
        assert len(calls) == looked_up
