"""Drawing from a model, by its prior or by a distribution fitted on its codes; and what lies between rows."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

import diabolo
from diabolo import (
    Autoencoder,
    DataError,
    ModelFileError,
    ParameterError,
    SparseAutoencoder,
    VariationalAutoencoder,
    interpolate,
    samplers,
)
from diabolo.storage.model_file import describe, restore

RNG = np.random.default_rng(0)
TABLE = RNG.normal(size=(80, 2)) @ RNG.normal(size=(2, 4)) * [1, 10, 100, 0.1] + [0, 5, -300, 1]
IMAGES = RNG.integers(0, 256, size=(40, 4, 5), dtype=np.uint8)
MIXTURE = samplers.GaussianMixture(2)
FLOW = samplers.MaskedAutoregressiveFlow(1, [4], n_parts=2, steps=5)


def small(cls=Autoencoder, n_components=2, **parameters):
    return cls(n_components, encoder=(8,), epochs=2, random_state=0, **parameters)


@pytest.fixture(scope="module")
def of_table():
    return small().fit(TABLE)


@pytest.fixture
def ae(of_table):
    """A copy: to draw from a model must not change another test's."""
    return copy.deepcopy(of_table)


# -- where draws come from -------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.parametrize("X", [TABLE, IMAGES], ids=["table", "images"])
@pytest.mark.parametrize("cls", [Autoencoder, SparseAutoencoder])
@pytest.mark.parametrize("n_components", [1, 3])
def test_draws_are_decoded_codes_of_the_sampler(cls, n_components, X):
    ae = small(cls, n_components).fit(X).fit_sampler(X, MIXTURE, random_state=0)
    rows = ae.sample(7, random_state=3)
    assert rows.shape == (7, *X.shape[1:])
    np.testing.assert_array_equal(rows, ae.sample(7, source="sampler", random_state=3))
    np.testing.assert_array_equal(rows, ae.inverse_transform(ae.sampler_.sample(7, random_state=3)))
    assert not np.array_equal(rows, ae.sample(7, random_state=4))


def test_the_sampler_is_fitted_on_the_codes(ae):
    codes = ae.transform(TABLE)
    ae.fit_sampler(TABLE, samplers.GaussianMixture(1, reg=0))
    np.testing.assert_allclose(ae.sampler_.learned_["center"], codes.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(ae.sampler_.learned_["scale"], codes.std(axis=0), rtol=1e-5)


def test_the_codes_of_a_distribution_are_drawn():
    """Their variance is that of the means and, beside it, the mean variance."""
    vae = small(VariationalAutoencoder).fit(TABLE)
    many = np.repeat(TABLE, 200, axis=0)
    mean, std = vae.transform(many, return_std=True)
    vae.fit_sampler(many, samplers.GaussianMixture(1), random_state=0)
    expected = np.sqrt(mean.var(axis=0) + np.square(std).mean(axis=0))
    np.testing.assert_allclose(vae.sampler_.learned_["scale"], expected, rtol=0.03)
    assert (expected > 1.1 * mean.std(axis=0)).any()


def test_a_model_with_a_prior_uses_it_unless_told():
    vae = small(VariationalAutoencoder).fit(TABLE)
    of_prior = vae.sample(5, random_state=0)
    vae.fit_sampler(TABLE, MIXTURE, random_state=0)
    for source in (None, "prior"):
        np.testing.assert_array_equal(vae.sample(5, source=source, random_state=0), of_prior)
    of_sampler = vae.sample(5, source="sampler", random_state=0)
    np.testing.assert_array_equal(of_sampler, vae.inverse_transform(vae.sampler_.sample(5, random_state=0)))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, "Autoencoder has no prior to draw codes from, and no sampler was fitted .* Call fit_sampler"),
        ("prior", "source='prior' needs a model that has one, and Autoencoder has none. Fit .* fit_sampler"),
        ("sampler", "source='sampler' needs one fitted .* Call fit_sampler"),
        ("codes", "source must be 'prior', 'sampler' or None; got 'codes'"),
    ],
)
def test_a_source_that_is_not_there(ae, source, message):
    with pytest.raises(ParameterError, match=message):
        ae.sample(source=source)
    if source in ("prior", "codes"):
        with pytest.raises(ParameterError, match=message):
            ae.fit_sampler(TABLE, MIXTURE).sample(source=source)


@pytest.mark.parametrize("name", ["mixture", "flow"])
def test_samplers_by_name(ae, name, monkeypatch):
    monkeypatch.setitem(samplers.NAMED, "flow", lambda: copy.copy(FLOW))  # the default takes its time
    assert ae.fit_sampler(TABLE, name, random_state=0) is ae
    assert isinstance(ae.sampler_, type(FLOW) if name == "flow" else samplers.GaussianMixture)
    assert ae.sample(3, random_state=0).shape == (3, 4)


def test_objects_stay_as_they_are(ae):
    given = samplers.GaussianMixture(2)
    ae.fit_sampler(TABLE, given)
    assert not hasattr(given, "learned_")
    assert ae.sampler_ == given


@pytest.mark.parametrize("sampler", [MIXTURE, FLOW], ids=["mixture", "flow"])
def test_a_seed_decides(ae, sampler):
    first, again, other = (
        ae.fit_sampler(TABLE, sampler, random_state=seed).sample(4, random_state=0) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert sampler is MIXTURE or not np.array_equal(first, other)


def test_what_can_not_be_fitted(ae):
    with pytest.raises(ParameterError, match="sampler must be 'mixture' or 'flow'"):
        ae.fit_sampler(TABLE, "normal")
    with pytest.raises(DataError, match="needs as many different codes, and these are 4"):
        ae.fit_sampler(TABLE[:4])
    assert ae.sampler_ is None


# -- how long it lasts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "train",
    [
        lambda ae: ae.fit(TABLE),
        lambda ae: ae.partial_fit(TABLE),
        lambda ae: ae.set_params(warm_start=True, epochs=1).fit(TABLE),
    ],
)
def test_training_drops_it(ae, train):
    train(ae.fit_sampler(TABLE, MIXTURE))
    assert ae.sampler_ is None
    with pytest.raises(ParameterError, match="again after each fit"):
        ae.sample()


def test_checkpoints_hold_none(ae, tmp_path):
    ae.fit_sampler(TABLE, MIXTURE).set_params(warm_start=True, epochs=1, checkpoint=tmp_path).fit(TABLE)
    (path,) = tmp_path.glob("*/checkpoint.diabolo")
    assert diabolo.load(path).sampler_ is None


@pytest.mark.parametrize("sampler", [MIXTURE, FLOW], ids=["mixture", "flow"])
@pytest.mark.parametrize("cls", [Autoencoder, VariationalAutoencoder])
def test_it_is_saved_and_copied(cls, sampler, tmp_path):
    ae = small(cls).fit(TABLE).fit_sampler(TABLE, sampler, random_state=0)
    ae.save(tmp_path / "a.diabolo")
    loaded = diabolo.load(tmp_path / "a.diabolo")
    loaded.save(tmp_path / "b.diabolo")
    assert (tmp_path / "a.diabolo").read_bytes() == (tmp_path / "b.diabolo").read_bytes()
    expected = ae.sample(5, source="sampler", random_state=0)
    for other in (loaded, copy.deepcopy(ae), pickle.loads(pickle.dumps(ae))):
        assert other.sampler_ == sampler
        np.testing.assert_array_equal(other.sample(5, source="sampler", random_state=0), expected)


def test_files_without_one_load(ae):
    document, arrays = describe(ae)
    assert document.pop("sampler") is None
    assert restore(document, arrays).sampler_ is None


MANY_BLOCKS = {"n_blocks": 10**9, "widths": [8], "n_parts": 2, "steps": 5, "learning_rate": 0.1}
MANY_PARTS = {"n_components": 10**15, "reg": 0}


@pytest.mark.parametrize(
    ("sampler", "message"),
    [
        (3, "must be a distribution of codes; got 3"),
        ({"dense": {"widths": [2], "activation": "relu"}}, "must be a distribution of codes"),
        ({"sampler/GaussianMixture": {"n_components": 3, "reg": 0}}, "the sampler needs shapes"),
        ({"sampler/GaussianMixture": MANY_PARTS}, "the sampler needs shapes"),
        ({"sampler/GaussianMixture": {}}, "GaussianMixture must have n_components, reg"),
        ({"sampler/MaskedAutoregressiveFlow": MANY_BLOCKS}, "at most 100 blocks"),
        ({"sampler/Sampler": {}}, "unknown kind of value"),
    ],
)
def test_files_whose_sampler_is_none_are_refused(ae, sampler, message):
    document, arrays = describe(ae.fit_sampler(TABLE, MIXTURE, random_state=0))
    with pytest.raises(ModelFileError, match=message):
        restore(document | {"sampler": sampler}, arrays)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("means", lambda means: means[:1], "the sampler needs shapes"),
        ("scale", lambda scale: scale[:1], "the sampler needs shapes"),
        ("scale", lambda scale: 0 * scale, "Scales of codes must be above 0"),
        ("means", lambda means: means.astype(np.float32), "must be float64"),
        ("means", lambda means: np.nan * means, "must be finite numbers"),
        ("weights", lambda weights: 2 * weights, "add up to 1"),
        ("factors", lambda factors: -factors, "above 0 on the diagonal"),
    ],
)
def test_files_whose_sampler_has_other_numbers_are_refused(ae, name, change, message):
    document, arrays = describe(ae.fit_sampler(TABLE, MIXTURE, random_state=0))
    with pytest.raises(ModelFileError, match=message):
        restore(document, arrays | {f"sampler/{name}": change(arrays[f"sampler/{name}"])})


# -- between rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shaped", [lambda row: row, lambda row: row[None], lambda row: row.ravel()])
@pytest.mark.parametrize("X", [TABLE, IMAGES], ids=["table", "images"])
def test_ends_are_reconstructions_and_steps_are_even(X, shaped):
    ae = small().fit(X)
    rows = interpolate(ae, shaped(X[0]), shaped(X[1]), steps=5)
    assert rows.shape == (5, *X.shape[1:])
    np.testing.assert_allclose(rows[[0, -1]], ae.reconstruct(X[:2]), rtol=1e-5)
    start, end = ae.transform(X[:2])
    codes = [start + (end - start) * i / 4 for i in range(5)]
    np.testing.assert_allclose(rows, ae.inverse_transform(codes), rtol=1e-4, atol=1e-5)


def test_the_way_of_a_linear_model_is_straight():
    """PCA's decoder is linear, so its rows lie on the line, too."""
    pca = PCA(2).fit(TABLE)
    first, last = pca.inverse_transform(pca.transform(TABLE[:2]))
    expected = np.linspace(first, last, 10)
    np.testing.assert_allclose(interpolate(pca, TABLE[0], TABLE[1]), expected, rtol=1e-9)


def test_rows_of_frames():
    frame = pd.DataFrame(TABLE, columns=list("abcd"))
    ae = small().fit(frame).set_output(transform="pandas")
    expected = interpolate(ae, frame.iloc[[0]], frame.iloc[[1]], steps=3)
    np.testing.assert_array_equal(interpolate(ae, frame.iloc[0], frame.iloc[1], steps=3), expected)


@pytest.mark.parametrize(
    ("a", "b", "steps", "error", "message"),
    [
        (TABLE[:2], TABLE[1], 3, DataError, r"a must be one row of 4 features; got shape \(2, 4\)"),
        (TABLE[0], TABLE[1, :3], 3, DataError, r"b must be one row of 4 features; got shape \(3,\)"),
        (TABLE[0], 1.0, 3, DataError, r"b must be one row of 4 features; got shape \(\)"),
        (TABLE[0], TABLE[1], 1, ParameterError, "steps must be a whole number of at least 2"),
        (TABLE[0], TABLE[1], 2.5, ParameterError, "got 2.5"),
        (["a", "b", "c", "d"], TABLE[1], 3, DataError, "numbers only"),
    ],
)
def test_what_can_not_be_interpolated(ae, a, b, steps, error, message):
    with pytest.raises(error, match=message):
        interpolate(ae, a, b, steps)
