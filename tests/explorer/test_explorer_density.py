"""How near the data is, against distances taken one by one."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from diabolo.explorer.density import density_of

pytestmark = pytest.mark.jax


@pytest.mark.parametrize("width", [1, 2, 30])
def test_quantiles_are_those_of_the_distance_to_the_tenth_nearest(width):
    codes = np.random.default_rng(0).normal(size=(300, width)).astype(np.float32)
    density = density_of(codes)
    assert density.neighbours == 10
    tenth = np.sort(cdist(codes, codes), axis=1)[:, 9]
    np.testing.assert_allclose(density.quantiles, np.quantile(tenth, np.linspace(0, 1, 101)), rtol=1e-5)


def test_of_fewer_rows_the_farthest_counts():
    density = density_of(np.array([[0.0], [1.0], [5.0]], np.float32))
    assert density.neighbours == 3
    assert (density.quantiles[0], density.quantiles[-1]) == (4, 5)


def test_of_many_rows_some_are_asked_about_all():
    codes = np.random.default_rng(0).uniform(size=(20_000, 2)).astype(np.float32)
    # With n rows a unit of area the tenth nearest, itself the first, is at about sqrt(9 / (pi n)).
    assert density_of(codes).quantiles[50] == pytest.approx(np.sqrt(9 / (np.pi * 20_000)), rel=0.05)
