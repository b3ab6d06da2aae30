"""Layers pretrained one by one, and the deep networks made of them."""

import copy
import pickle

import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV

import diabolo
from diabolo import (
    Autoencoder,
    ContractiveAutoencoder,
    DataError,
    DenoisingAutoencoder,
    Dense,
    ParameterError,
    SparseAutoencoder,
    StackedAutoencoder,
    StackedAutoencoderClassifier,
    TrainingInterrupted,
    VariationalAutoencoder,
)
from diabolo.corruption import Masking
from diabolo.estimators.fitting import Given, start
from diabolo.estimators.pretraining import Stacked

pytestmark = pytest.mark.thorough

DIGITS, Y = load_digits(return_X_y=True)
X = DIGITS[:300] / 16
Y = Y[:300]
SMALL = {"encoder": (20, 12), "pretraining_epochs": 2, "epochs": 2, "random_state": 0}


def stack(**parameters):
    return StackedAutoencoder(6, **SMALL | parameters)


def classifier(**parameters):
    return StackedAutoencoderClassifier(6, **SMALL | parameters)


def pretrained(estimator, X=X):
    """The estimator as it stands when pretraining is over, and its layers."""
    layers = []
    original = Stacked._pretrain

    def watched(self, *arguments):
        for layer in original(self, *arguments):
            layers.append(layer)
            yield layer

    given = Given(X, (X.shape[1],), np.ones(len(X), np.float32))
    fitted = start(estimator, given)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stacked, "_pretrain", watched)
        estimator._initialise(fitted, given.to_rows(fitted))
    estimator._fitted, estimator.n_features_in_ = fitted, X.shape[1]
    return estimator, layers


LAYERS = {
    "default": (None, "relu"),
    "denoising": (DenoisingAutoencoder(noise=0.1), "relu"),
    "contractive": (ContractiveAutoencoder(contraction=1e-3), "tanh"),
    "sparse": (SparseAutoencoder(kind="kl"), "sigmoid"),
    "cross-entropy": (Autoencoder(likelihood="bernoulli"), "sigmoid"),
}


@pytest.mark.parametrize(("layer", "activation"), LAYERS.values(), ids=LAYERS)
def test_the_deep_network_is_the_chain_of_its_layers(layer, activation):
    estimator = stack(layer=layer, activation=activation, code_activation=activation)
    deep, layers = pretrained(estimator)
    assert [each.n_components for each in layers] == [20, 12, 6]
    codes, rows = X, None
    for each in layers:
        each.n_features_in_ = codes.shape[1]
        codes = each.transform(codes)
    np.testing.assert_allclose(deep.transform(X), codes, rtol=1e-5, atol=1e-6)
    rows = codes
    for each in reversed(layers):  # each gives back the codes of the layer below, activation included
        rows = each.inverse_transform(rows)
    np.testing.assert_allclose(deep.reconstruct(X), rows, rtol=1e-4, atol=1e-5)


def test_pretraining_lowers_the_loss_at_the_start():
    """By far: it is the point of it."""
    random = stack(pretraining_epochs=0, epochs=1, learning_rate=1e-9).fit(X)
    begun = stack(pretraining_epochs=100, epochs=1, learning_rate=1e-9).fit(X)
    assert begun.history_["loss"][0] < 0.7 * random.history_["loss"][0]
    assert [len(history["loss"]) for history in begun.layer_histories_] == [100] * 3
    assert all(history["loss"][-1] < history["loss"][0] for history in begun.layer_histories_)
    assert random.layer_histories_ == []


def test_without_pretraining_it_is_the_autoencoder():
    plain = Autoencoder(6, encoder=(20, 12), epochs=2, random_state=0).fit(X)
    np.testing.assert_array_equal(stack(pretraining_epochs=0).fit(X).transform(X), plain.transform(X))


@pytest.mark.parametrize("make", [stack, classifier])
def test_the_seed_gives_the_bits(make):
    one, same, other = (make(random_state=seed).fit(X, Y).transform(X) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_rows_set_aside_take_no_part_in_pretraining():
    """Rows of other values in the places set aside leave the layers as they were."""
    estimator = stack(early_stopping=True, epochs=1, scale=None)
    first = estimator.fit(X)
    kept = np.flatnonzero(np.random.default_rng(first._fitted.seed).permutation(len(X)) >= 0)
    aside = np.random.default_rng(first._fitted.seed).permutation(kept)[:30]
    changed = X.copy()
    changed[aside] = 0.5
    second = stack(early_stopping=True, epochs=1, scale=None).fit(changed)
    for ours, theirs in zip(first.layer_histories_, second.layer_histories_, strict=True):
        np.testing.assert_array_equal(ours["loss"], theirs["loss"])


@pytest.mark.parametrize("make", [stack, classifier])
def test_rows_of_weight_zero_are_as_if_absent(make):
    weights = (np.arange(len(X)) % 3 > 0).astype(float)
    kept = make().fit(X, Y, sample_weight=weights)
    alone = make().fit(X[weights > 0], Y[weights > 0])
    np.testing.assert_array_equal(kept.transform(X), alone.transform(X))


@pytest.mark.parametrize("make", [stack, classifier])
@pytest.mark.parametrize("missing", [None, "indicator"])
def test_gaps(make, missing):
    gappy = X.copy()
    gappy[np.random.default_rng(0).random(X.shape) < 0.2] = np.nan
    gappy[5] = np.nan  # left out
    estimator = make(missing=missing).fit(gappy, Y, validation_data=None)
    assert np.isfinite(estimator.transform(np.delete(gappy, 5, axis=0))).all()
    assert all(np.isfinite(column).all() for column in estimator.history_.values())


def test_images_in_their_own_units():
    images = (X.reshape(-1, 8, 8) * 255).astype(np.uint8)
    estimator = stack().fit(images)
    assert estimator.reconstruct(images).shape == images.shape
    floats = stack().fit(images / 255)
    np.testing.assert_allclose(
        estimator.transform(images), floats.transform(images / 255), rtol=1e-4, atol=1e-5
    )


def test_warm_start_pretrains_once():
    estimator = stack(warm_start=True).fit(X)
    layers = estimator.layer_histories_
    estimator.fit(X)
    assert estimator.n_iter_ == 4
    assert estimator.layer_histories_ is layers
    with pytest.raises(ParameterError, match="layer was"):
        estimator.set_params(layer=ContractiveAutoencoder()).fit(X)


REFUSED = {
    "a set width": ({"layer": Autoencoder(5)}, "n_components=5 has no effect in layer=Autoencoder"),
    "set epochs": ({"layer": Autoencoder(epochs=5)}, "epochs=5 has no effect .* own pretraining_epochs"),
    "a set seed": ({"layer": Autoencoder(random_state=1)}, "random_state=1 has no effect"),
    "no pretraining": ({"layer": Autoencoder(), "pretraining_epochs": 0}, "layer=.* has no effect with"),
    "another decoder": ({"decoder": (12,)}, "the decoder must be the encoder's mirror"),
    "no point": ({"layer": VariationalAutoencoder()}, "must give out Point.* gives out Gaussian"),
    "other units": ({"layer": SparseAutoencoder(kind="topk")}, "must give out Point.* gives out TopK"),
    "another link": (
        {"layer": Autoencoder(likelihood="bernoulli")},
        "not the mean of the layer's likelihood",
    ),
    "nested": ({"layer": SparseAutoencoder(kind="l1", sparsity=0.1)}, "sparsity=0.1 has no effect"),
}


@pytest.mark.parametrize(("parameters", "says"), REFUSED.values(), ids=REFUSED)
def test_what_contradicts_itself_is_refused(parameters, says):
    with pytest.raises(ParameterError, match=says):
        stack(**parameters).fit(X)


def test_values_within_the_layer_are_validated():
    with pytest.raises(ValueError, match="'contraction' parameter of ContractiveAutoencoder must be"):
        stack(layer=ContractiveAutoencoder(contraction=-1.0)).fit(X)


@pytest.mark.slow
def test_the_layers_parameters_can_be_searched():
    search = GridSearchCV(
        stack(layer=DenoisingAutoencoder(), epochs=1), {"layer__noise": [0.1, Masking(0.5)]}, cv=2
    ).fit(X)
    assert search.best_estimator_.layer.noise == search.best_params_["layer__noise"]
    assert len(set(search.cv_results_["mean_test_score"])) == 2


class Interrupting(keras.callbacks.Callback):
    """Ctrl-C at the end of an epoch, where it is not switched off."""

    armed = True

    def on_epoch_end(self, epoch, logs=None):
        if Interrupting.armed and epoch == 1:
            raise KeyboardInterrupt

    def get_state(self):
        return {}

    def set_state(self, state):
        pass


@pytest.mark.parametrize("make", [stack, classifier])
@pytest.mark.parametrize("where", ["layer", "whole"])
def test_a_broken_off_training_ends_at_the_same_bits(make, where, tmp_path, monkeypatch):
    callbacks = [Interrupting()]
    parameters = {"pretraining_epochs": 3, "epochs": 3}
    parameters |= (
        {"layer": Autoencoder(callbacks=callbacks)} if where == "layer" else {"callbacks": callbacks}
    )
    monkeypatch.setattr(Interrupting, "armed", False)
    never = make(**parameters).fit(X, Y)
    monkeypatch.setattr(Interrupting, "armed", True)
    says = "Pretraining of layer 1 of 3 broke off" if where == "layer" else "Training was interrupted"
    with pytest.raises(TrainingInterrupted, match=says):
        make(**parameters, checkpoint=tmp_path).fit(X, Y)
    monkeypatch.setattr(Interrupting, "armed", False)
    went_on = make(**parameters, checkpoint=tmp_path).fit(X, Y)
    np.testing.assert_array_equal(went_on.transform(X), never.transform(X))
    for ours, theirs in zip(went_on.layer_histories_, never.layer_histories_, strict=True):
        np.testing.assert_array_equal(ours["loss"], theirs["loss"])


@pytest.mark.parametrize("kept", ["file", "pickle", "copy"])
@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (stack(layer=DenoisingAutoencoder(noise=Masking(0.1), optimizer="sgd")), Y),
        (classifier(layer=ContractiveAutoencoder()), Y),
        (classifier(head=(5,)), Y.astype(str)),
        (classifier(), Y.astype(str).astype(object)),
        (classifier(), Y > 4),
        (classifier(), Y.astype(np.uint8)),
        (classifier(), Y.astype(float)),
    ],
    ids=["stack", "whole", "str", "object", "bool", "uint8", "float"],
)
def test_what_is_kept_is_the_same(estimator, y, kept, tmp_path):
    estimator = estimator.fit(X, y)
    if kept == "file":
        estimator.save(tmp_path / "model.diabolo")
        twin = diabolo.load(tmp_path / "model.diabolo")
    else:
        twin = pickle.loads(pickle.dumps(estimator)) if kept == "pickle" else copy.deepcopy(estimator)
    assert repr(twin) == repr(estimator)
    np.testing.assert_array_equal(twin.transform(X), estimator.transform(X))
    for ours, theirs in zip(twin.layer_histories_, estimator.layer_histories_, strict=True):
        assert ours.keys() == theirs.keys()
        np.testing.assert_array_equal(ours["loss"], theirs["loss"])
    if hasattr(estimator, "classes_"):
        assert twin.classes_.dtype.kind == estimator.classes_.dtype.kind
        np.testing.assert_array_equal(twin.classes_, estimator.classes_)
        np.testing.assert_array_equal(twin.predict(X), estimator.predict(X))
    twin.set_params(warm_start=True).fit(X, y)
    assert twin.n_iter_ == 4


# -- the classifier --------------------------------------------------------------------------------------


def test_the_loss_is_scikit_learns_log_loss():
    fitted = classifier().fit(X[:200], Y[:200], validation_data=(X[200:], Y[200:]))
    expected = log_loss(Y[200:], fitted.predict_proba(X[200:]), labels=fitted.classes_)
    assert fitted.history_["val_loss"][-1] == pytest.approx(expected, rel=1e-5)
    assert fitted.history_["val_accuracy"][-1] == pytest.approx(fitted.score(X[200:], Y[200:]), rel=1e-6)
    terms = fitted.evaluate(X[200:], Y[200:])
    assert terms["cross_entropy"] == pytest.approx(expected, rel=1e-5)
    assert list(terms) == ["loss", "cross_entropy", "accuracy"]


def test_softmax_regression_is_scikit_learns():
    """Without hidden layers the loss is convex: both end at its minimum."""
    rows, y = X[:, 20:26], Y % 3
    ours = StackedAutoencoderClassifier(
        10,
        encoder=(),
        code_activation="linear",
        pretraining_epochs=0,
        epochs=400,
        learning_rate=0.02,
        batch_size=300,
        random_state=0,
    ).fit(rows, y)
    theirs = LogisticRegression(C=1e6, tol=1e-8, max_iter=5000).fit(rows, y)
    losses = [log_loss(y, each.predict_proba(rows)) for each in (ours, theirs)]
    assert 0.999 < losses[0] / losses[1] < 1.01
    assert losses[1] < 1  # below that of guessing, log 3


@pytest.mark.slow
def test_it_tells_digits_as_well_as_logistic_regression():
    rows, y = load_digits(return_X_y=True)
    rows = rows / 16
    ours = StackedAutoencoderClassifier(pretraining_epochs=5, epochs=30, random_state=0).fit(
        rows[:1000], y[:1000]
    )
    theirs = LogisticRegression(max_iter=1000).fit(rows[:1000], y[:1000])
    assert ours.score(rows[1000:], y[1000:]) >= theirs.score(rows[1000:], y[1000:])


def test_weights_of_rows_are_repeats_of_rows():
    weights = np.random.default_rng(0).integers(1, 4, len(X))
    ours = classifier(batch_size=1024, pretraining_epochs=0).fit(X, Y, sample_weight=weights)
    repeated = (np.repeat(rows, weights, axis=0) for rows in (X, Y))
    theirs = classifier(batch_size=1024, pretraining_epochs=0).fit(*repeated)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-3, atol=1e-5)


def test_early_stopping_goes_by_the_labels():
    fitted = classifier(early_stopping=True, patience=1, epochs=50, learning_rate=0.05).fit(X, Y)
    assert fitted.n_iter_ < 50
    assert "val_accuracy" in fitted.history_


def test_frames_and_words():
    frame = pd.DataFrame(X, columns=[f"pixel {i}" for i in range(64)])
    words = pd.Series(np.array(["zero", "one", "two"])[Y % 3], dtype="category")
    fitted = classifier(epochs=30).fit(frame, words)
    assert fitted.classes_.tolist() == ["one", "two", "zero"]
    assert (fitted.predict(frame) == words).mean() == fitted.score(frame, words) > 0.6
    assert fitted.set_output(transform="pandas").transform(frame).shape == (300, 6)


def test_the_keras_models_are_the_method():
    fitted = classifier().fit(X, Y)
    probabilities = np.asarray(keras.ops.convert_to_numpy(fitted.model_(X.astype("float32"))))
    np.testing.assert_allclose(probabilities, fitted.predict_proba(X), rtol=1e-4, atol=1e-6)
    heads = np.asarray(keras.ops.convert_to_numpy(fitted.head_(fitted.transform(X))))
    np.testing.assert_allclose(heads, probabilities, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(np.exp(fitted.predict_log_proba(X)), fitted.predict_proba(X), rtol=1e-5)


BAD_LABELS = {
    "none": (lambda: classifier().fit(X, None), "requires y to be passed"),
    "too few": (lambda: classifier().fit(X, Y[:-1]), "got 299 labels for 300 rows"),
    "one class": (lambda: classifier().fit(X, np.zeros(300)), "at least two classes"),
    "NaN": (lambda: classifier().fit(X, np.where(Y == 1, np.nan, Y)), "y must be one label a row.*NaN"),
    "numbers": (lambda: classifier().fit(X, X[:, 2]), "y must be one label a row.*Unknown label type"),
    "rows": (lambda: classifier().fit(X, X), "y must be one label a row"),
    "rows alone": (lambda: classifier().fit(X, Y, validation_data=X), "must be rows and their labels"),
    "a stranger": (
        lambda: classifier().fit(X, Y, validation_data=(X, Y + 1)),
        "one of the classes .* got 10",
    ),
    "warm": (lambda: classifier(warm_start=True).fit(X, Y).fit(X, Y + 1), "one of the classes .* got 10"),
}


@pytest.mark.parametrize(("fit", "says"), BAD_LABELS.values(), ids=BAD_LABELS)
def test_labels_that_are_refused(fit, says):
    with pytest.raises(DataError, match=says):
        fit()


@pytest.mark.slow
def test_a_network_given_whole():
    fitted = classifier(encoder=Dense((9,), "tanh"), head=Dense((5,), "gelu")).fit(X, Y)
    assert [tuple(w.shape) for w in fitted.model_.weights] == [
        *[(64, 9), (9,), (9, 6), (6,)],
        *[(6, 5), (5,), (5, 10), (10,)],
    ]
    assert len(fitted.layer_histories_) == 2
