"""Estimators inside scikit-learn's own tools."""

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.decomposition import PCA
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score, cross_validate
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from diabolo import Autoencoder

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 5))
FRAME = pd.DataFrame(X, columns=list("abcde"), index=[f"row {i}" for i in range(60)])
Y = RNG.integers(0, 2, 60)
WEIGHTS = RNG.integers(0, 3, 60).astype(float)
CV = KFold(3)


@pytest.fixture
def transformer(make):
    estimator = make()
    if not hasattr(estimator, "transform"):
        pytest.skip("gives no codes")
    return estimator


@pytest.fixture
def scorer(make):
    estimator = make()
    if not hasattr(estimator, "score"):
        pytest.skip("has no score")
    return estimator


def test_pipeline(make, transformer):
    pipeline = make_pipeline(StandardScaler(), transformer)
    codes = pipeline.fit_transform(X)
    scaler = StandardScaler().fit(X)
    alone = make().fit(scaler.transform(X))
    np.testing.assert_array_equal(codes, alone.transform(scaler.transform(X)))
    if hasattr(transformer, "inverse_transform"):
        expected = scaler.inverse_transform(alone.inverse_transform(codes))
        np.testing.assert_array_equal(pipeline.inverse_transform(codes), expected)
    assert list(pipeline.get_feature_names_out()) == list(alone.get_feature_names_out())


def test_pipeline_before_a_classifier(transformer):
    pipeline = make_pipeline(transformer, LogisticRegression()).fit(FRAME, Y)
    assert pipeline.predict(FRAME).shape == (60,)


def test_column_transformer_and_selector(make, transformer):
    table = FRAME.assign(kind=["x", "y"] * 30)
    columns = ColumnTransformer(
        [
            ("code", transformer, make_column_selector(dtype_include=np.number)),
            ("kind", OneHotEncoder(sparse_output=False), ["kind"]),
        ]
    )
    both = columns.fit_transform(table)
    np.testing.assert_array_equal(both[:, :2], make().fit(FRAME).transform(FRAME))
    names = columns.get_feature_names_out().tolist()
    assert names == [f"code__{name}" for name in make().fit(FRAME).get_feature_names_out()] + [
        "kind__kind_x",
        "kind__kind_y",
    ]


def test_feature_union(make, transformer):
    union = FeatureUnion([("code", transformer), ("pca", PCA(2))])
    expected = np.hstack([make().fit(X).transform(X), PCA(2).fit_transform(X)])
    np.testing.assert_array_equal(union.fit_transform(X), expected)


def test_pandas_out(make, transformer):
    codes = transformer.set_output(transform="pandas").fit_transform(FRAME)
    assert isinstance(codes, pd.DataFrame)
    assert codes.index.equals(FRAME.index)
    assert codes.columns.tolist() == transformer.get_feature_names_out().tolist()
    np.testing.assert_array_equal(codes, make().fit(FRAME).transform(FRAME))
    if hasattr(transformer, "inverse_transform"):
        assert transformer.inverse_transform(codes).shape == X.shape


def test_polars_out(make, transformer):
    pl = pytest.importorskip("polars")
    codes = transformer.set_output(transform="polars").fit_transform(pl.DataFrame(X, schema=list("abcde")))
    assert codes.columns == transformer.get_feature_names_out().tolist()
    np.testing.assert_array_equal(codes.to_numpy(), make().fit(X).transform(X))
    if hasattr(transformer, "inverse_transform"):
        assert transformer.inverse_transform(codes).shape == X.shape


def test_pipeline_of_frames(transformer):
    codes = make_pipeline(StandardScaler(), transformer).set_output(transform="pandas").fit_transform(FRAME)
    assert codes.index.equals(FRAME.index)


def test_cross_val_score(make, scorer):
    scores = cross_val_score(scorer, X, cv=CV)
    expected = [make().fit(X[train]).score(X[test]) for train, test in CV.split(X)]
    np.testing.assert_array_equal(scores, expected)


def test_cross_validate_keeps_estimators(scorer):
    results = cross_validate(scorer, FRAME, cv=CV, return_estimator=True)
    assert [e.feature_names_in_.tolist() for e in results["estimator"]] == [list("abcde")] * 3


@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_grid_search(make, scorer, n_jobs):
    if "n_components" not in scorer.get_params():
        pytest.skip("has no n_components")
    if n_jobs > 1 and type(scorer) is not Autoencoder:
        pytest.skip("the processes start slowly, and one estimator stands for all")
    search = GridSearchCV(scorer, {"n_components": [1, 3]}, cv=CV, n_jobs=n_jobs).fit(FRAME)
    expected = [cross_val_score(make(n_components=n), FRAME, cv=CV).mean() for n in (1, 3)]
    np.testing.assert_allclose(search.cv_results_["mean_test_score"], expected, rtol=1e-6)
    assert search.best_params_["n_components"] == (1, 3)[int(np.argmax(expected))]
    best = make(**search.best_params_).fit(FRAME)
    assert search.score(FRAME) == pytest.approx(best.score(FRAME), rel=1e-6)


def test_grid_search_through_a_pipeline(scorer):
    pipeline = Pipeline([("scale", StandardScaler()), ("model", scorer)])
    name = "model__n_components" if "n_components" in scorer.get_params() else "model__random_state"
    search = GridSearchCV(pipeline, {name: [1, 2]}, cv=CV).fit(FRAME)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_weights_are_routed_through_a_pipeline(make, transformer):
    with config_context(enable_metadata_routing=True):
        weighted = transformer.set_fit_request(sample_weight=True)
        pipeline = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), weighted)
        codes = pipeline.fit(X, sample_weight=WEIGHTS).transform(X)
    scaled = StandardScaler().fit_transform(X)
    np.testing.assert_array_equal(codes, make().fit(scaled, sample_weight=WEIGHTS).transform(scaled))
    assert not np.array_equal(codes, make().fit(scaled).transform(scaled))


def test_weights_are_routed_through_a_search(make, scorer):
    with config_context(enable_metadata_routing=True):
        weighted = scorer.set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        search = GridSearchCV(weighted, {"random_state": [0]}, cv=CV).fit(X, sample_weight=WEIGHTS)
    expected = [
        make().fit(X[train], sample_weight=WEIGHTS[train]).score(X[test], sample_weight=WEIGHTS[test])
        for train, test in CV.split(X)
    ]
    assert search.cv_results_["mean_test_score"][0] == pytest.approx(np.mean(expected), rel=1e-6)


def test_weights_that_nobody_asked_for_are_refused(scorer):
    with config_context(enable_metadata_routing=True):
        search = GridSearchCV(scorer, {"random_state": [0]}, cv=CV)
        with pytest.raises(UnsetMetadataPassedError):
            search.fit(X, sample_weight=WEIGHTS)


def test_validation_rows_pass_the_steps_before(make, transformer):
    with config_context(enable_metadata_routing=True):
        last = transformer.set_fit_request(validation_data=True)
        pipeline = Pipeline(
            [("scale", StandardScaler()), ("model", last)], transform_input=["validation_data"]
        )
        pipeline.fit(X[:40], validation_data=X[40:])
    scaler = StandardScaler().fit(X[:40])
    alone = make().fit(scaler.transform(X[:40]), validation_data=scaler.transform(X[40:]))
    np.testing.assert_array_equal(pipeline[-1].history_["val_loss"], alone.history_["val_loss"])


def test_partial_fit_twice_is_two_epochs_of_training(make):
    estimator = make()
    if not hasattr(estimator, "partial_fit"):
        pytest.skip("has no partial_fit")
    for _ in range(2):
        estimator.partial_fit(X)
    assert estimator.n_iter_ == 2
    expected = make(epochs=2).fit(X)
    np.testing.assert_array_equal(estimator.score_samples(X), expected.score_samples(X))
