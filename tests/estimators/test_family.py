"""What holds of every variant: its parts add up, its noise is repeated, it goes on to the same bits."""

import keras
import numpy as np
import pytest

from diabolo import (
    Autoencoder,
    ContractiveAutoencoder,
    DenoisingAutoencoder,
    SparseAutoencoder,
    VariationalAutoencoder,
    load,
    penalties,
)
from diabolo.corruption import (
    GaussianNoise,
    Masking,
    Mixture,
    PoissonNoise,
    SaltAndPepper,
    SpeckleNoise,
    SwapNoise,
)
from diabolo.objectives.schedules import Linear
from diabolo.storage import checkpoints
from diabolo.training import batches
from diabolo.training.loop import FitLoop

pytestmark = pytest.mark.thorough

X = np.random.default_rng(0).random((150, 6))  # within [0, 1]: a likelihood of any kind takes it
SMALL = {"encoder": (8,), "epochs": 3, "random_state": 0}
RISING = Linear(0.1, 1.0, 2)

VARIANTS = {
    "plain": Autoencoder(2, **SMALL),
    "sigmoid": Autoencoder(2, code_activation="sigmoid", **SMALL),
    "every penalty": Autoencoder(
        2,
        code_activation="sigmoid",
        penalties=(penalties.WeightDecay(1e-3), penalties.Contraction(RISING), penalties.KLSparsity(0.1)),
        **SMALL,
    ),
    "laplace": Autoencoder(2, likelihood="laplace", **SMALL),
    "l1": SparseAutoencoder(9, sparsity_weight=RISING, **SMALL),
    "kl": SparseAutoencoder(9, kind="kl", sparsity=0.2, sparsity_weight=0.3, **SMALL),
    "top-k": SparseAutoencoder(9, kind="topk", sparsity=2, **SMALL),
    "denoising": DenoisingAutoencoder(2, noise=0.1, **SMALL),
    "contractive": ContractiveAutoencoder(2, contraction=0.1, **SMALL),
    "contractive, wide": ContractiveAutoencoder(40, contraction=0.1, **SMALL),
    "elbo": VariationalAutoencoder(2, beta=4.0, warmup=2, **SMALL),
    "capacity": VariationalAutoencoder(2, capacity=RISING, likelihood="bernoulli", **SMALL),
    "iwae": VariationalAutoencoder(2, bound="iwae", samples=3, likelihood="gaussian_diagonal", **SMALL),
    "vamp": VariationalAutoencoder(2, prior="vamp", n_pseudo_inputs=20, corruption=SwapNoise(), **SMALL),
}
QUICK = {"every penalty", "top-k", "iwae"}  # each is a program to compile


def each(names, quick=QUICK):
    return [pytest.param(name, marks=() if name in quick else pytest.mark.slow) for name in names]


NOISY = each(["kl", "top-k", "denoising", "contractive, wide", "elbo", "iwae", "vamp"])


def variant(name, **parameters):
    made = VARIANTS[name]
    return type(made)(**made.get_params() | parameters)


@pytest.fixture(scope="module", params=each(VARIANTS))
def fitted(request):
    return variant(request.param).fit(X, validation_data=X[:40])


def assert_same_ending(one, other):
    for a, b in zip(one._fitted.road.variables, other._fitted.road.variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    for name, column in one.history_.items():
        np.testing.assert_array_equal(column, other.history_[name])


def test_the_parts_add_up_to_the_loss(fitted):
    names = [term.name for term in fitted._terms()]
    assert names[0] in ("reconstruction", "importance_weighted")
    history, now = fitted.history_, fitted.evaluate(X)
    figures = [] if names[0] == "reconstruction" and fitted.likelihood == "mse" else [fitted._figure().name]
    assert list(now) == ["loss", *names, "mse", *figures]
    assert list(history) == [*now, *(f"val_{name}" for name in now)]
    for columns, prefix in ((history, ""), (history, "val_"), (now, "")):
        parts = sum(columns[prefix + name] for name in names)
        np.testing.assert_allclose(columns[prefix + "loss"], parts, rtol=1e-5, atol=1e-5)


def test_validation_is_evaluation(fitted):
    evaluated = fitted.evaluate(X[:40])
    for name, value in evaluated.items():
        assert fitted.history_[f"val_{name}"][-1] == pytest.approx(value, rel=1e-5, abs=1e-6)


def test_a_row_does_not_depend_on_its_company(fitted):
    # torch's products may show a row's place among its block in the last bit, whatever its neighbours are.
    by_place = {"rtol": 1e-5, "atol": 1e-6} if keras.backend.backend() == "torch" else {"rtol": 0}
    others = np.concatenate([X[:30][::-1], X[30:33], X[33:] ** 2])
    for method in (fitted.transform, fitted.reconstruct, fitted.score_samples):
        np.testing.assert_array_equal(method(others)[30:33], method(X)[30:33])
        np.testing.assert_allclose(method(X[30:33]), method(X)[30:33], **by_place)
        np.testing.assert_allclose(method(X[::-1]), method(X)[::-1], **by_place)


def test_the_model_file_holds_it(fitted, tmp_path):
    fitted.save(tmp_path / "m.diabolo")
    loaded = load(tmp_path / "m.diabolo")
    for method in ("transform", "reconstruct", "score_samples"):
        np.testing.assert_array_equal(getattr(loaded, method)(X), getattr(fitted, method)(X))
    assert loaded.evaluate(X) == fitted.evaluate(X)


# -- noise in training ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NOISY)
def test_the_seed_gives_the_noise(name):
    one, again = (variant(name).fit(X) for _ in range(2))
    assert_same_ending(one, again)
    other = variant(name, random_state=1).fit(X)
    assert (one.history_["loss"] != other.history_["loss"]).all()


class PowerCut(BaseException):
    """Ends a process, as far as training can tell."""


@pytest.mark.parametrize("name", NOISY)
def test_training_broken_off_sees_the_same_noise(name, tmp_path, monkeypatch):
    whole = variant(name).fit(X)
    monkeypatch.setattr(checkpoints, "_SECONDS", 0.0)
    monkeypatch.setattr(batches, "_SECONDS_A_CHUNK", 1e-9)  # a step a chunk
    finish, left = FitLoop._finish, [5]  # inside of the second epoch

    def finish_or_die(self, *arguments):
        left[0] -= 1
        if left[0] < 0:
            for watcher in self.watchers:
                if isinstance(watcher, checkpoints.Checkpoints):
                    watcher.writer.wait()
            raise PowerCut
        return finish(self, *arguments)

    with monkeypatch.context() as patch, pytest.raises(PowerCut):
        patch.setattr(FitLoop, "_finish", finish_or_die)
        variant(name, checkpoint=tmp_path).fit(X)
    assert_same_ending(variant(name, checkpoint=tmp_path).fit(X), whole)


@pytest.mark.parametrize("name", NOISY)
def test_a_warm_start_goes_on_with_the_noise(name):
    """Three epochs and three more are six, as long as no schedule ends between."""
    whole = variant(name, epochs=6).fit(X)
    halves = variant(name, warm_start=True).fit(X).fit(X)
    assert_same_ending(halves, whole)


@pytest.mark.parametrize(
    "noise",
    [
        GaussianNoise(0.2, (0, 1)),
        SpeckleNoise(0.2),
        Masking(0.3),
        SaltAndPepper(0.3),
        PoissonNoise(20.0),
        SwapNoise(0.3),
        Mixture([GaussianNoise(0.2), PoissonNoise(20.0)]),
    ],
    ids=lambda noise: type(noise).__name__,
)
def test_every_corruption_trains(noise):
    """And is seen: the reconstruction in training is worse than without."""
    noisy = DenoisingAutoencoder(2, noise=noise, **SMALL).fit(X)
    again = DenoisingAutoencoder(2, noise=noise, **SMALL).fit(X)
    plain = Autoencoder(2, **SMALL).fit(X)
    np.testing.assert_array_equal(noisy.history_["loss"], again.history_["loss"])
    assert np.isfinite(noisy.history_["loss"]).all()
    assert noisy.history_["loss"][0] != plain.history_["loss"][0]


# -- what goes on may change ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("sigmoid", {"penalties": (penalties.KLSparsity(0.1),)}),
        pytest.param("every penalty", {"penalties": ()}, marks=pytest.mark.slow),
        ("top-k", {"sparsity": 4}),
        pytest.param("kl", {"sparsity": 0.4, "sparsity_weight": 1.0}, marks=pytest.mark.slow),
        pytest.param("denoising", {"noise": Masking(0.5)}, marks=pytest.mark.slow),
        pytest.param("contractive", {"contraction": 0.0}, marks=pytest.mark.slow),
        pytest.param("elbo", {"samples": 4, "beta": 1.0}, marks=pytest.mark.slow),
        ("iwae", {"samples": 5}),
    ],
)
def test_training_that_goes_on_takes_new_terms(name, change, tmp_path):
    ae = variant(name, warm_start=True).fit(X)
    before = ae.history_["loss"]
    ae.set_params(**change).fit(X)
    np.testing.assert_array_equal(ae.history_["loss"][:3], before)
    assert np.isfinite(ae.history_["loss"]).all()
    np.testing.assert_allclose(  # the Keras model is made anew
        ae.encoder_.predict(ae._fitted.scaling.apply(X), verbose=0), ae.transform(X), rtol=1e-4, atol=1e-5
    )
    if name == "top-k":
        assert ((ae.transform(X) != 0).sum(axis=1) == 4).all()
    ae.save(tmp_path / "m.diabolo")
    np.testing.assert_array_equal(load(tmp_path / "m.diabolo").transform(X), ae.transform(X))
