"""``Autoencoder`` as its users meet it."""

import copy
import pickle

import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from diabolo import Autoencoder, DataError, Dense, ParameterError
from diabolo.estimators import fitting

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, size=(40, 4, 5), dtype=np.uint8)


def small(**parameters):
    return Autoencoder(**{"encoder": (8,), "epochs": 3, "random_state": 0, **parameters})


def test_the_articles_network(mnist):
    X_train = mnist[0]
    ae = Autoencoder(2, epochs=1, random_state=0).fit(X_train[:100])
    assert ae.model_.count_params() == 170_536
    assert [layer.units for layer in ae.encoder_.layers[1:]] == [100, 50, 25, 2]
    assert [layer.units for layer in ae.decoder_.layers[1:]] == [25, 50, 100, 784]
    assert ae.n_features_in_ == 784
    assert ae.transform(X_train[:3]).shape == (3, 2)
    assert ae.reconstruct(X_train[:3]).shape == ae.inverse_transform(np.zeros((3, 2))).shape == (3, 28, 28)


def test_the_loss_is_the_mean_over_pixels_in_zero_to_one(mnist):
    X_test = mnist[2][:300]
    ae = small().fit(X_test)
    expected = np.mean((X_test / 255 - ae.reconstruct(X_test)) ** 2)
    assert ae.evaluate(X_test)["loss"] == pytest.approx(expected, rel=1e-5)
    assert ae.score(X_test) == pytest.approx(-expected, rel=1e-5)


def test_keras_models_are_the_way_that_rows_take(table):
    ae = small(scale="standard").fit(table)
    x = ((table - table.mean(0)) / table.std(0)).astype("float32")
    np.testing.assert_allclose(ae.encoder_.predict(x, verbose=0), ae.transform(table), rtol=1e-4, atol=1e-5)
    x_hat = ae.model_.predict(x, verbose=0) * table.std(0) + table.mean(0)
    np.testing.assert_allclose(x_hat, ae.reconstruct(table), rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(ae.inverse_transform(ae.transform(table)), ae.reconstruct(table), rtol=1e-5)


def test_flat_and_shaped_rows_of_one_size_are_interchangeable():
    ae = small().fit(IMAGES)
    np.testing.assert_array_equal(ae.transform(IMAGES), ae.transform(IMAGES.reshape(40, 20)))
    assert ae.reconstruct(IMAGES.reshape(40, 20)).shape == (40, 4, 5)


def test_uint8_and_float_images_have_the_same_code():
    by_uint8, by_float = small().fit(IMAGES), small().fit(IMAGES / 255)
    np.testing.assert_array_equal(by_uint8.transform(IMAGES), by_uint8.transform(IMAGES / 255))
    np.testing.assert_array_equal(by_uint8.transform(IMAGES), by_float.transform(IMAGES))


@pytest.mark.parametrize("scale", ["auto", "standard", "minmax", None])
def test_errors_are_in_the_units_of_x_whatever_the_scale(table, scale):
    X = table / 100
    ae = small(scale=scale).fit(X)
    squared = (X - ae.reconstruct(X)) ** 2
    np.testing.assert_allclose(ae.reconstruction_error(X), squared.mean(1), rtol=2e-3, atol=1e-6)
    per_feature = ae.reconstruction_error(X, per_feature=True)
    np.testing.assert_allclose(per_feature.mean(1), ae.reconstruction_error(X), rtol=1e-4)
    np.testing.assert_array_equal(ae.score_samples(X), -ae.reconstruction_error(X))
    assert ae.score(X) == pytest.approx(-ae.reconstruction_error(X).mean(), rel=1e-5)


def test_errors_per_feature_have_the_shape_of_rows():
    assert small().fit(IMAGES).reconstruction_error(IMAGES, per_feature=True).shape == IMAGES.shape


def test_a_weighted_score_is_that_of_repeated_rows(table):
    ae = small().fit(table)
    weight = RNG.integers(0, 4, size=70)
    expected = ae.score(np.repeat(table, weight, axis=0))
    assert ae.score(table, sample_weight=weight) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("seed", [0, 2])
@pytest.mark.parametrize("load", [load_iris, load_wine, load_breast_cancer])
def test_raw_tables_are_given_back_better_than_by_pca(load, seed):
    X = load().data
    pca = PCA(2).fit(X)
    by_pca = np.mean((X - pca.inverse_transform(pca.transform(X))) ** 2)
    assert -Autoencoder(2, random_state=seed).fit(X).score(X) < by_pca


def test_auto_epochs_make_two_thousand_steps(table):
    assert Autoencoder(1, encoder=(4,)).fit(table).n_iter_ == 1000  # two steps an epoch
    many = np.tile(table, (100, 1))
    assert Autoencoder(1, encoder=(4,)).fit(many).n_iter_ == 30


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "lion"])
def test_auto_epochs_end_with_the_learning_rate_falling(table, optimizer, monkeypatch):
    monkeypatch.setattr(fitting, "_LEAST_STEPS", 30)
    options = {"encoder": (4,), "optimizer": optimizer, "learning_rate": 0.01, "random_state": 0}
    ours = Autoencoder(1, batch_size=70, warm_start=True, **options)  # one step an epoch
    falling = keras.callbacks.LearningRateScheduler(lambda epoch: 0.01 * min(1, (30 - epoch % 30) / 6))
    kerass = Autoencoder(1, batch_size=70, warm_start=True, epochs=30, callbacks=[falling], **options)
    constant = Autoencoder(1, batch_size=70, warm_start=True, epochs=30, **options)
    for n_iter in (30, 60):  # going on, the rate is whole again
        codes, expected, others = (ae.fit(table).transform(table) for ae in (ours, kerass, constant))
        assert ours.n_iter_ == n_iter
        np.testing.assert_allclose(codes, expected, rtol=1e-4, atol=1e-5)
        assert np.abs(codes - others).max() > 1e-3
    assert float(ours._fitted.optimizer.learning_rate) == pytest.approx(0.01)


def test_auto_epochs_leave_an_optimizer_objects_rate_to_it(table):
    by_auto = Autoencoder(1, encoder=(4,), optimizer=keras.optimizers.Adam(0.01), random_state=0).fit(table)
    fixed = clone(by_auto).set_params(epochs=1000).fit(table)
    np.testing.assert_array_equal(by_auto.transform(table), fixed.transform(table))


def test_scikit_learns_tools(table):
    frame = pd.DataFrame(table, columns=list("abcde"))
    pipeline = make_pipeline(StandardScaler(), small().set_output(transform="pandas"))
    codes = pipeline.fit_transform(frame)
    assert codes.columns.tolist() == ["autoencoder0", "autoencoder1"]
    assert pipeline.inverse_transform(codes.to_numpy()).shape == table.shape
    search = GridSearchCV(small(), {"n_components": [1, 2]}, cv=2).fit(frame)
    assert search.best_estimator_.feature_names_in_.tolist() == list("abcde")
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda ae: pickle.loads(pickle.dumps(ae))])
def test_copies_of_a_fitted_estimator_are_whole(table, copied):
    ae = small(optimizer=keras.optimizers.Adam(0.01, clipnorm=1.0), warm_start=True).fit(table)
    twin = copied(ae)
    np.testing.assert_array_equal(twin.transform(table), ae.transform(table))
    for estimator in (ae, twin):
        estimator.fit(table)
    np.testing.assert_array_equal(twin.transform(table), ae.transform(table))
    assert twin.n_iter_ == 6


def test_objects_passed_in_are_never_changed(table):
    optimizer = keras.optimizers.Adam(0.01)
    spec = Dense((8,), "tanh")
    small(optimizer=optimizer, encoder=spec).fit(table)
    assert not optimizer.built
    assert spec == Dense((8,), "tanh")


def test_schedules_and_clipping_come_with_the_optimizer(table):
    frozen = keras.optimizers.schedules.PiecewiseConstantDecay([2], [1e-3, 0.0])
    two_steps = small(optimizer=keras.optimizers.Adam(frozen), epochs=9).fit(table)
    np.testing.assert_allclose(
        two_steps.transform(table), small(epochs=2).fit(table).transform(table), atol=0.2
    )
    one_more = small(optimizer=keras.optimizers.Adam(frozen), epochs=10).fit(table)
    np.testing.assert_array_equal(two_steps.transform(table), one_more.transform(table))


def test_the_decoder_may_differ_from_the_mirror(table):
    ae = small(encoder=(9, 8), decoder=(7,)).fit(table)
    assert [layer.units for layer in ae.decoder_.layers[1:]] == [7, 5]
    assert small(encoder=Dense((9,)), decoder=Dense((4,), "tanh")).fit(table).decoder_.count_params() == 37


@pytest.mark.parametrize(
    ("X", "components"), [(np.ones((1, 3)), 2), (np.arange(9.0)[:, None], 1), (RNG.normal(size=(5, 2)), 7)]
)
def test_one_row_one_column_more_components_than_columns(X, components):
    ae = Autoencoder(components, encoder=(4,), epochs=2).fit(X)
    assert ae.transform(X).shape == (len(X), components)
    assert ae.reconstruct(X).shape == X.shape


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_components", 0),
        ("n_components", 2.0),
        ("epochs", 0),
        ("epochs", -3),
        ("epochs", "many"),
        ("batch_size", 0),
        ("batch_size", -1),
        ("scale", "robust"),
        ("optimizer", "adamm"),
        ("learning_rate", 0.0),
        ("learning_rate", -1e-3),
        ("validation_fraction", 1.0),
        ("patience", -1),
        ("encoder", "dense"),
        ("callbacks", None),
    ],
)
def test_parameters_out_of_range(table, name, value):
    says = f"The '{name}' parameter of Autoencoder must be .* Got {value!r} instead"
    with pytest.raises(ValueError, match=says):
        small(**{name: value}).fit(table)


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"encoder": (8, 0)}, r"encoder=\(8, 0\).*at least 1; got 0"),
        ({"decoder": (8.5,)}, r"decoder=\(8.5,\)"),
        ({"activation": "rlu"}, "activation='rlu'"),
        ({"optimizer": keras.optimizers.SGD(), "learning_rate": 0.1}, "no effect beside an optimizer object"),
        ({"patience": 9}, "patience=9 has no effect without early_stopping"),
        ({"validation_fraction": 0.3}, "validation_fraction=0.3 has no effect without early_stopping"),
        ({"encoder": Dense((3,)), "activation": "tanh"}, "no effect beside specified networks"),
    ],
)
def test_parameters_that_contradict_each_other(table, parameters, says):
    with pytest.raises(ParameterError, match=says):
        small(**parameters).fit(table)


@pytest.mark.parametrize(
    ("fit", "says"),
    [
        (lambda X: small().fit(X, validation_data=X[:, :3]), "validation_data must be rows like.*3 feat"),
        (lambda X: small().fit(X, validation_data=(X, X)), "must be rows alone.*tuple of 2"),
        (lambda X: small(early_stopping=True).fit(X[:1]), "leaves none to train on"),
        (lambda _: small().fit(IMAGES).transform(IMAGES.transpose(0, 2, 1)), r"fit saw, \(4, 5\).*\(5, 4\)"),
        (lambda _: small().fit(IMAGES, validation_data=IMAGES.transpose(0, 2, 1)), r"\(5, 4\)"),
        (lambda X: small().fit(X).transform(X[:, None]), r"fit saw, \(5,\).*\(1, 5\)"),
        (lambda X: small().fit(X, sample_weight=[1, 2]), "one weight a row"),
        (lambda X: small().fit(X).inverse_transform(X), "Codes must have 2 columns.*got 5"),
    ],
)
def test_data_that_does_not_fit(table, fit, says):
    with pytest.raises(DataError, match=says):
        fit(table)


@pytest.mark.parametrize(
    "method", ["transform", "inverse_transform", "reconstruct", "score", "evaluate", "save"]
)
def test_methods_before_fit(table, method):
    with pytest.raises(NotFittedError):
        getattr(small(), method)(table)
    with pytest.raises(AttributeError):
        _ = small().encoder_


def test_partial_fit_refuses_early_stopping(table):
    with pytest.raises(ParameterError, match="no effect in partial_fit"):
        small(early_stopping=True).partial_fit(table)


@pytest.mark.parametrize(
    "change", [{"n_components": 3}, {"encoder": (9,)}, {"scale": "minmax"}, {"optimizer": "sgd"}]
)
def test_what_goes_on_cannot_change_its_make(table, change):
    ae = small(warm_start=True).fit(table)
    with pytest.raises(ParameterError, match=f"{next(iter(change))} was .* and is now"):
        ae.set_params(**change).fit(table)


def test_what_goes_on_takes_a_new_learning_rate(table):
    ae = small(warm_start=True).fit(table)
    codes = ae.transform(table)
    ae.set_params(learning_rate=1e-12).fit(table)
    np.testing.assert_allclose(ae.transform(table), codes, rtol=1e-4, atol=1e-5)


def test_a_failed_fit_leaves_the_last_model(table):
    ae = small().fit(table)
    codes = ae.transform(table)
    with pytest.raises(DataError):
        ae.fit(np.full_like(table, np.nan))
    np.testing.assert_array_equal(ae.transform(table), codes)


def test_clone_is_unfitted_with_equal_parameters(table):
    ae = small(encoder=Dense((8,))).fit(table)
    assert clone(ae).get_params() == ae.get_params()
    assert not clone(ae).__sklearn_is_fitted__()


@pytest.mark.parametrize(
    ("likelihood", "expected"),
    [("mse", lambda mean: mean), ("bernoulli", lambda mean: np.log(mean / (1 - mean)))],
)
def test_the_output_starts_at_the_rows_means(likelihood, expected):
    X = RNG.uniform(size=(50, 4)) ** [0.2, 1, 2, 5]
    ae = small(likelihood=likelihood, epochs=1, learning_rate=1e-9).fit(X)
    np.testing.assert_allclose(ae.decoder_.get_weights()[-1], expected(X.mean(0)), rtol=1e-4, atol=1e-5)


def test_gaps_and_rows_without_weight_do_not_move_the_start():
    X = RNG.uniform(size=(50, 4))
    X[7:20, 2] = np.nan
    weights = np.r_[np.zeros(10), np.ones(40)]
    ae = small(epochs=1, learning_rate=1e-9).fit(X, sample_weight=weights)
    np.testing.assert_allclose(ae.decoder_.get_weights()[-1], np.nanmean(X[10:], 0), rtol=1e-4)


def test_rows_set_aside_do_not_move_the_start():
    """Nor does a column that training never sees leave it without a number."""
    X = RNG.uniform(size=(50, 4))
    X[1:, 3] = np.nan
    ae = small(epochs=1, learning_rate=1e-9, early_stopping=True).fit(X)
    order = np.random.default_rng(ae._fitted.seed).permutation(50)
    weights = np.ones(50)
    weights[order[:5]] = 0  # a tenth is set aside
    bias = ae.decoder_.get_weights()[-1]
    np.testing.assert_allclose(bias[:3], np.average(X[:, :3], axis=0, weights=weights), rtol=1e-4)
    assert bias[3] == pytest.approx(X[0, 3], rel=1e-4)


def test_a_decoder_of_ones_own_starts_as_it_was_made():
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4, bias_initializer="ones")])
    ae = small(decoder=decoder, epochs=1, learning_rate=1e-9).fit(RNG.uniform(size=(50, 4)))
    bias = ae.decoder_.get_weights()[-1]
    np.testing.assert_allclose(bias, 1, rtol=1e-6)
