"""Tables of mixed columns through estimators: frames in, frames out."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.impute import SimpleImputer

import diabolo
from diabolo import (
    Autoencoder,
    DataError,
    DataTypeError,
    DenoisingAutoencoder,
    ParameterError,
    Tabular,
    VariationalAutoencoder,
    corruption,
)

pytestmark = pytest.mark.thorough

pd = pytest.importorskip("pandas")

N = 150


def mixed():
    """Columns that all follow from two numbers a row, with gaps; of every kind."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, N))
    X = pd.DataFrame(
        {
            "float": 10 * a + rng.normal(size=N),
            "int": pd.array((5 * b).round().astype(int), dtype="Int64"),
            "bool": pd.array(a > 0, dtype="boolean"),
            "text": np.where(a + b > 1, "x", np.where(a < b, "y", "z")),
            "category": pd.Categorical(np.where(b > 0, "p", "q"), categories=["q", "unused", "p"]),
            "ordered": pd.cut(a, [-9, -1, 0, 1, 9], labels=["a", "b", "c", "d"]),
            "date": pd.Timestamp("2020-01-01", tz="Europe/Berlin") + pd.to_timedelta(100 * b, unit="D"),
        },
        index=np.arange(N) + 1000,
    )
    for column in X:
        X.loc[rng.random(N) < 0.15, column] = None
    return X[X.notna().any(axis=1)]


X = mixed()
HIDING = corruption.Mixture([corruption.SwapNoise(0.3), corruption.Masking(0.5)])


@pytest.fixture(scope="module")
def fitted():
    encoder = Tabular((32,))
    return DenoisingAutoencoder(3, encoder=encoder, noise=HIDING, epochs=120, random_state=0).fit(X)


def test_frames_come_back_as_they_were(fitted):
    for frame in (
        fitted.reconstruct(X),
        fitted.inverse_transform(fitted.transform(X)),
        fitted.fit_sampler(X, random_state=0).sample(50, random_state=0),
    ):
        assert frame.columns.equals(X.columns)
        assert frame.dtypes.equals(X.dtypes)
        assert not frame.isna().any(axis=None)
        assert "unused" not in frame["category"].unique()
        assert frame["float"].between(X["float"].min(), X["float"].max()).all()
    assert fitted.reconstruct(X).index.equals(X.index)
    assert fitted.n_features_in_ == 7
    assert fitted.feature_names_in_.tolist() == list(X.columns)


def test_it_learns_every_column(fitted):
    """Each is given back better than by its commonest value or its mean; gaps too, which it never saw."""
    errors = fitted.reconstruction_error(X, per_feature=True)
    assert np.isnan(errors).tolist() == X.isna().to_numpy().tolist()
    wrong = np.nanmean(errors, axis=0)
    for place in (2, 3, 4):
        commonest = 1 - X.iloc[:, place].value_counts(normalize=True).iloc[0]
        assert wrong[place] < 0.5 * commonest, X.columns[place]
    assert wrong[0] < 0.3 * X["float"].var()
    assert fitted.score(X) > -0.5
    filled = X.fillna(fitted.reconstruct(X))
    assert filled.dtypes.equals(X.dtypes)
    assert not filled.isna().any(axis=None)


def test_errors_by_column_are_those_of_the_frames(fitted):
    errors, back = fitted.reconstruction_error(X, per_feature=True), fitted.reconstruct(X)
    np.testing.assert_allclose(errors[:, 0], np.square(X["float"] - back["float"]), rtol=1e-4, atol=1e-6)
    differs = (X["text"] != back["text"]).where(X["text"].notna())
    np.testing.assert_array_equal(errors[:, 3], differs.astype(float))


def test_what_lies_between_two_rows(fitted):
    rows = diabolo.interpolate(fitted, X[:1], X[1:2], steps=5)
    assert rows.dtypes.equals(X.dtypes)
    pd.testing.assert_frame_equal(rows[:1], fitted.reconstruct(X[:1]).reset_index(drop=True))


@pytest.mark.slow
def test_its_pictures(fitted):
    assert diabolo.HistoryDisplay.from_estimator(fitted).axes_[0].get_lines()
    diabolo.LatentSpaceDisplay.from_estimator(fitted, X)
    shown = diabolo.ReconstructionDisplay.from_estimator(fitted, X, n_samples=3)
    np.testing.assert_allclose(shown.errors, fitted.reconstruction_error(X[:3]), rtol=1e-5)
    assert len(shown.axes_) == 3


def test_figures_and_their_names(fitted):
    terms = fitted.evaluate(X)
    assert list(fitted.history_) == ["loss", "reconstruction", "unexplained"] == list(terms)
    assert terms["unexplained"] == pytest.approx(terms["reconstruction"], rel=1e-6)
    assert fitted.score(X) == -terms["unexplained"]
    np.testing.assert_allclose(fitted.reconstruction_error(X).mean(), terms["unexplained"], rtol=1e-5)


def test_unseen_categories(fitted):
    new, with_gap = X[:5].copy(), X[:5].copy()
    new["text"], with_gap["text"] = "new", None
    np.testing.assert_array_equal(fitted.transform(new), fitted.transform(with_gap))
    assert set(fitted.reconstruct(new)["text"]) <= {"x", "y", "z"}


@pytest.mark.slow
def test_unseen_categories_where_they_are_errors():
    only = pd.DataFrame({"a": ["x", "y"] * 5, "b": np.arange(10.0)})
    strict = Autoencoder(1, encoder=Tabular((4,), unseen="error"), epochs=1, random_state=0).fit(only)
    with pytest.raises(DataError, match="'a' must hold categories .*row 1 is 'z'"):
        strict.transform(only.assign(a=["x", *["z"] * 9]))
    with pytest.raises(DataError, match="validation_data must be .*row 0 is 'z'"):
        strict.fit(only, validation_data=only.assign(a="z"))


def test_what_is_no_such_frame_is_refused(fitted):
    with pytest.raises(DataTypeError, match="must be a pandas DataFrame; got ndarray"):
        fitted.transform(np.ones((3, 7)))
    with pytest.raises(DataError, match="missing are 'text'"):
        fitted.transform(X.drop(columns="text"))
    with pytest.raises(DataError, match="'float' must hold numbers"):
        fitted.reconstruct(X.assign(float="1"))
    with pytest.raises(DataError, match=r"NaN in every row of a weight above zero: columns 'float'"):
        clone(fitted).fit(X.assign(float=np.nan))
    with pytest.raises(ParameterError, match=r"takes SwapNoise, .*got GaussianNoise"):
        clone(fitted).set_params(noise=0.3).fit(X)


def test_what_failed_leaves_the_model_as_it_was(fitted, tmp_path):
    again = pickle.loads(pickle.dumps(fitted))
    with pytest.raises(ParameterError, match="got GaussianNoise"):
        again.set_params(noise=0.3).fit(X.assign(text="one level now"))
    again.set_params(encoder=(8,), noise=corruption.Masking(0.1))  # for the next fit alone
    pd.testing.assert_frame_equal(again.reconstruct(X), fitted.reconstruct(X))
    again.set_params(encoder=Tabular((32,)), noise=HIDING).save(tmp_path / "table.diabolo")


def test_copies_and_files_are_the_same_model(fitted, tmp_path):
    fitted.save(tmp_path / "table.diabolo")
    for again in (diabolo.load(tmp_path / "table.diabolo"), pickle.loads(pickle.dumps(fitted))):
        pd.testing.assert_frame_equal(again.reconstruct(X), fitted.reconstruct(X))
        assert again.score(X) == fitted.score(X)
        assert again.feature_names_in_.tolist() == list(X.columns)


@pytest.mark.slow
def test_training_goes_on_after_loading(fitted, tmp_path):
    fitted.save(tmp_path / "table.diabolo")
    again = diabolo.load(tmp_path / "table.diabolo").partial_fit(X)
    assert again.n_iter_ == fitted.n_iter_ + 1
    assert again.score(X) > fitted.score(X) - 0.05


@pytest.mark.slow
@pytest.mark.parametrize("likelihood", ["gaussian", "laplace"])
def test_variational_tables(likelihood, tmp_path):
    """A density: it grows by log 10 where X's unit of a column shrinks to a tenth."""
    vae = VariationalAutoencoder(2, encoder=Tabular((32,)), likelihood=likelihood, missing="indicator")
    vae.set_params(random_state=0, epochs=150).fit(X)
    assert vae.sample(20, observation_noise=True, random_state=0).dtypes.equals(X.dtypes)
    assert vae.score(X) <= vae.log_likelihood(X, samples=200).mean()
    assert vae.history_["unexplained"][-1] < 0.9
    smaller = clone(vae).fit(X.assign(float=X["float"] / 10))
    share = X["float"].notna().mean()
    assert smaller.score(X.assign(float=X["float"] / 10)) == pytest.approx(
        vae.score(X) + share * np.log(10), abs=0.05
    )
    vae.save(tmp_path / "vae.diabolo")
    assert diabolo.load(tmp_path / "vae.diabolo").score(X) == vae.score(X)


@pytest.mark.slow
def test_an_outlier_does_not_spoil_the_others():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(rng.normal(size=(200, 2)) @ rng.normal(size=(2, 5)))
    wild = rows.copy()
    wild.loc[3, 2] = 1e9
    makes = {"encoder": Tabular((16,)), "epochs": 100, "random_state": 0}
    clean, with_wild = (Autoencoder(2, **makes).fit(each).reconstruct(rows) for each in (rows, wild))
    others = [0, 1, 3, 4]
    spread = rows[others].var()
    assert (np.square(clean - rows)[others].mean() / spread).mean() < 0.2
    assert (np.square(with_wild - rows)[others].mean() / spread).mean() < 0.3


@pytest.mark.slow
def test_arrays_are_tables_of_numbers():
    rows = X[["float"]].assign(twice=2 * X["float"]).dropna().to_numpy()
    model = Autoencoder(1, encoder=Tabular((8,)), epochs=300, random_state=0).fit(rows)
    assert isinstance(model.reconstruct(rows), np.ndarray)
    assert model.score(rows) > -0.1


@pytest.mark.slow
def test_gaps_are_filled_better_than_by_mean_and_mode(fitted):
    """Known values that are hidden at random, in rows that were fitted."""
    rng = np.random.default_rng(1)
    hidden = X.notna() & (rng.random(X.shape) < 0.2)
    hidden[hidden.all(axis=1)] = False
    holey = X.where(~hidden)
    holey = holey[holey.notna().any(axis=1)].astype(X.dtypes)
    model = clone(fitted).fit(holey)
    filled, at = model.reconstruct(holey), hidden.loc[holey.index]
    for name in ("text", "category", "bool"):
        right = (filled[name] == X.loc[holey.index, name])[at[name]].mean()
        mode = (holey[name].mode()[0] == X.loc[holey.index, name])[at[name]].mean()
        assert right > mode, name
    truth = X.loc[holey.index, "float"][at["float"]]
    by_mean = SimpleImputer().fit(holey[["float"]]).statistics_[0]
    assert np.square(filled["float"][at["float"]] - truth).mean() < np.square(by_mean - truth).mean()
