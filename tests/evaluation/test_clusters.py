import numpy as np
import pytest

from diabolo.evaluation.clusters import cluster_agreement

RNG = np.random.default_rng(0)
LABELS = np.repeat(np.arange(4), 100)


def test_separate_classes_are_found():
    codes = RNG.normal(size=(400, 2)) * 0.1 + np.array([[0, 0], [5, 0], [0, 5], [5, 5]])[LABELS]
    kmeans, dbscan = cluster_agreement(codes, LABELS)
    assert (kmeans.method, kmeans.n_clusters, kmeans.adjusted_rand) == ("k-means", 4, 1.0)
    assert kmeans.mutual_information == pytest.approx(1)
    assert (dbscan.method, dbscan.n_clusters) == ("DBSCAN", 4)
    assert dbscan.adjusted_rand > 0.5


def test_no_classes_at_all_agree_by_chance():
    kmeans, dbscan = cluster_agreement(RNG.normal(size=(400, 2)), LABELS)
    assert abs(kmeans.adjusted_rand) < 0.05
    assert abs(dbscan.adjusted_rand) < 0.05


def test_codes_all_alike():
    with pytest.warns(UserWarning, match="distinct clusters"):
        _, dbscan = cluster_agreement(np.zeros((400, 2)), LABELS)
    assert dbscan.n_clusters == 1
