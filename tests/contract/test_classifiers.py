"""What the other files ask of estimators that need no labels, asked of those that do."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import is_classifier
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from diabolo import DataError

CLASSIFIERS_TOO = True

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (40, 5, 6), dtype=np.uint8)
WORDS = np.array(["a", "b"])[(IMAGES.mean((1, 2)) > 127).astype(int)]
METHODS = ("transform", "predict", "predict_proba", "predict_log_proba")


@pytest.fixture
def new(make):
    if not is_classifier(make()):
        pytest.skip("needs no labels, and is examined in the other files")
    return make


@pytest.fixture
def outputs():
    return lambda fitted, X: {method: getattr(fitted, method)(X) for method in METHODS}


def assert_same(ours, theirs):
    for method in METHODS:
        np.testing.assert_array_equal(ours[method], theirs[method], err_msg=method)


def test_a_row_does_not_depend_on_its_company_or_shape(new, outputs):
    fitted = new().fit(IMAGES, WORDS)
    whole = outputs(fitted, IMAGES)
    assert_same(outputs(fitted, IMAGES[::-1]), {method: output[::-1] for method, output in whole.items()})
    assert_same(outputs(fitted, IMAGES[3:4]), {method: output[3:4] for method, output in whole.items()})
    assert_same(outputs(fitted, IMAGES.reshape(40, -1)), whole)
    assert_same(outputs(new().fit(IMAGES, WORDS), IMAGES), whole)


@pytest.mark.parametrize("kept", [np.asfortranarray, np.ndarray.tolist, pd.DataFrame])
def test_the_way_rows_are_kept_does_not_matter(new, outputs, kept):
    X = RNG.normal(size=(40, 5))
    assert_same(outputs(new().fit(kept(X), WORDS), kept(X)), outputs(new().fit(X, WORDS), X))


def test_wrong_shapes_are_refused(new):
    fitted = new().fit(IMAGES, WORDS)
    for method in METHODS:
        for wrong in (IMAGES[:, :-1], IMAGES[0], IMAGES[:0], IMAGES * 1j):
            with pytest.raises(DataError):
                getattr(fitted, method)(wrong)


def test_inside_scikit_learns_tools(new):
    X = IMAGES.reshape(40, -1) / 255
    pipeline = make_pipeline(StandardScaler(), new())
    assert cross_val_score(pipeline, X, WORDS, cv=2).shape == (2,)
    search = GridSearchCV(new(), {"n_components": [1, 3]}, cv=2, scoring="neg_log_loss").fit(X, WORDS)
    assert search.best_estimator_.transform(X).shape == (40, search.best_params_["n_components"])
