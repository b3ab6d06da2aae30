"""Tables of mixed columns as numbers between which distances mean something."""

import numpy as np

from diabolo.data.layout import Layout


def with_indicators(x: np.ndarray, layout: Layout) -> np.ndarray:
    """Each category as a column a level, 1 where it is met, after all other columns.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_columns)
        Of the columns of a layout, without gaps; level 0 is met nowhere.
    layout : Layout

    Returns
    -------
    wide : ndarray of shape (n_rows, n_others + sum of levels)
    """
    levels = [np.arange(1, n_levels + 1) for n_levels in layout.levels]
    indicators = [x[:, [place]] == each for place, each in zip(layout.categories, levels, strict=True)]
    return np.concatenate([x[:, _others(layout)], *indicators], axis=1)


def without_indicators(wide: np.ndarray, layout: Layout) -> np.ndarray:
    """The way back: truth values by their sign, categories by their largest column.

    Parameters
    ----------
    wide : ndarray of shape (n_rows, n_others + sum of levels)
    layout : Layout

    Returns
    -------
    x : ndarray of shape (n_rows, n_columns)
    """
    others = _others(layout)
    x = np.empty((len(wide), len(layout.kinds)))
    x[:, others] = wide[:, : len(others)]
    x[:, layout.booleans] = np.where(x[:, layout.booleans] > 0, 1, -1)
    start = len(others)
    for place, n_levels in zip(layout.categories, layout.levels, strict=True):
        x[:, place] = wide[:, start : start + n_levels].argmax(axis=1) + 1
        start += n_levels
    return x


def _others(layout: Layout) -> list[int]:
    return [place for place, kind in enumerate(layout.kinds) if kind <= 0]
