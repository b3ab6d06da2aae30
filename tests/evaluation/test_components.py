"""What components of a code are good for."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.decomposition import PCA

from diabolo import DataError, VariationalAutoencoder
from diabolo.evaluation.components import (
    active_units,
    code_variances,
    explained_variance,
    kl_by_component,
)

RNG = np.random.default_rng(0)


def test_active_units_by_the_limit_of_burda():
    means = RNG.normal(size=(4000, 4)) * [1, 0.11, 0.09, 0] + 5
    np.testing.assert_allclose(code_variances(means), np.var(means, axis=0))
    assert active_units(means).tolist() == [True, True, False, False]
    assert active_units(1000 * means).tolist() == [True, True, True, False]
    assert active_units(1000 * means, relative=True).tolist() == [True, True, False, False]
    assert active_units(np.ones((3, 2)), relative=True).tolist() == [False, False]


def test_kl_is_the_expected_log_ratio():
    means, stds = RNG.normal(size=(3, 2)), RNG.uniform(0.2, 2, size=(3, 2))
    expected = np.array(
        [
            [
                norm(m, s).expect(lambda z, m=m, s=s: norm(m, s).logpdf(z) - norm.logpdf(z))
                for m, s in zip(*row, strict=True)
            ]
            for row in zip(means, stds, strict=True)
        ]
    )
    np.testing.assert_allclose(kl_by_component(means, stds), expected.mean(axis=0), atol=1e-6)


def test_kl_of_components_adds_up_to_the_term_of_the_bound(table):
    vae = VariationalAutoencoder(3, encoder=(8,), epochs=5, random_state=0).fit(table)
    kl = kl_by_component(*vae.transform(table, return_std=True))
    assert kl.sum() == pytest.approx(vae.evaluate(table)["kl"], rel=1e-4)


def test_explained_variance_of_pca_is_its_own():
    X = RNG.normal(size=(60, 6)) @ RNG.normal(size=(6, 6))
    pca = PCA(4).fit(X)
    shuffled = [2, 0, 3, 1]

    def decode(codes):
        return pca.inverse_transform(codes[:, np.argsort(shuffled)])

    explained = explained_variance(X, pca.transform(X)[:, shuffled], decode)
    expected = np.cumsum(pca.explained_variance_ratio_)
    np.testing.assert_allclose(explained.pca, expected)
    np.testing.assert_allclose(explained.model, expected)
    assert np.array(shuffled)[explained.order].tolist() == [0, 1, 2, 3]


def test_what_was_not_observed_does_not_count():
    X = RNG.normal(size=(40, 2)) @ RNG.normal(size=(2, 5)) + 3
    codes = PCA(2).fit_transform(X)
    whole = PCA(2).fit(X)
    gappy = X.copy()
    gappy[RNG.random(X.shape) < 0.2] = np.nan
    explained = explained_variance(gappy, codes, whole.inverse_transform)
    assert explained.model[-1] == pytest.approx(1)
    assert 0 < explained.pca[0] < explained.pca[1] < 1


def test_more_components_than_features():
    X = RNG.normal(size=(20, 3))
    explained = explained_variance(X, RNG.normal(size=(20, 8)), lambda codes: np.zeros((len(codes), 3)))
    assert explained.pca[2:] == pytest.approx(np.ones(6))
    assert explained.model.shape == (8,)


def test_rows_that_do_not_vary():
    with pytest.raises(DataError, match="all rows of this X are equal"):
        explained_variance(np.ones((5, 2)), np.ones((5, 1)), np.zeros_like)
