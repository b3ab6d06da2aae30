"""Half the values of real tables hidden, and filled: by an autoencoder, scikit-learn, mean and mode.

The penguins come with a package that nothing else here needs: ``pip install palmerpenguins``.
"""

import argparse
import platform
import warnings
from collections.abc import Callable, Iterator
from importlib.metadata import version

import numpy as np
import pandas as pd
from results import Goal, add_out_option, goal_table, number, table, write_section
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, SimpleImputer

from diabolo import Tabular, VariationalAutoencoder

SEEDS = range(3)
HIDDEN = 0.5

WHAT_IS_MEASURED = """\
Each table is complete, its numbers standardised with the population's standard deviation. After
`numpy.random.seed(1234)`, the places `choice(n*p, floor(.5*n*p), replace=False)` are set to NaN. The figures
are the mean squared error of the hidden numbers, 1 for the column's true mean, and the share of hidden
categories that are filled rightly. The autoencoder is the same for all tables, chosen by its errors on others
(iris, 500 digits, two tables drawn from factors); its figures are means over seeds 0 to 2. A row of which
nothing was left is filled by mean and mode. `IterativeImputer` has its default regression; on the penguins it
gets the numbers alone, or categories as one-hot columns, too. The penguins are those of `palmerpenguins`,
rows with gaps left out."""


def penguins() -> pd.DataFrame:
    """Of palmerpenguins, complete rows: three categories, four measures and the year."""
    from palmerpenguins import load_penguins

    return load_penguins().dropna().reset_index(drop=True)


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "breast cancer": lambda: datasets.load_breast_cancer(as_frame=True).data,
    "wine": lambda: datasets.load_wine(as_frame=True).data,
    "diabetes": lambda: datasets.load_diabetes(as_frame=True).data,
    "penguins": penguins,
}


def autoencoder(seed: int) -> VariationalAutoencoder:
    """The same for every table."""
    return VariationalAutoencoder(8, encoder=Tabular((128,)), random_state=seed)


def standardised(X: pd.DataFrame) -> pd.DataFrame:
    """Numbers to mean 0 and the population's variance 1."""
    X = X.copy()
    for name in X.select_dtypes("number"):
        X[name] = (X[name] - X[name].mean()) / X[name].std(ddof=0)
    return X


def hidden_places(X: pd.DataFrame) -> np.ndarray:
    """Which values are hidden, by the mask that is commonly used: (n, p) bool"""
    n, p = X.shape
    np.random.seed(1234)  # noqa: NPY002
    places = np.random.choice(n * p, np.floor(HIDDEN * n * p).astype(int), replace=False)  # noqa: NPY002
    hidden = np.zeros(n * p, dtype=bool)
    hidden[places] = True
    return hidden.reshape(n, p)


# -- fillers: from a table with gaps to one without -----------------------------------------------------


def by_mean_and_mode(gappy: pd.DataFrame) -> pd.DataFrame:
    """Each column by itself."""
    numbers = gappy.select_dtypes("number").columns
    others = [name for name in gappy if name not in numbers]
    filled = gappy.copy()
    filled[numbers] = SimpleImputer().fit_transform(gappy[numbers])
    for name in others:
        filled[name] = gappy[name].fillna(gappy[name].mode()[0])
    return filled


def by_regression(gappy: pd.DataFrame, *, with_categories: bool) -> pd.DataFrame:
    """scikit-learn's IterativeImputer on the numbers, and on one-hot columns of the categories or not."""
    numbers = list(gappy.select_dtypes("number").columns)
    others = [name for name in gappy if name not in numbers] if with_categories else []
    # Without the first level: columns that sum to 1 would predict one another, and stay at their means.
    one_hot = [one_hot_but_first(gappy[name]) for name in others]
    table = np.hstack([gappy[numbers], *one_hot])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # as it often ends, whatever max_iter is
        table = IterativeImputer(random_state=0, max_iter=30).fit_transform(table)
    filled, at = by_mean_and_mode(gappy), len(numbers)
    filled[numbers] = table[:, :at]
    for name, columns in zip(others, one_hot, strict=True):
        shares = table[:, at : at + columns.shape[1]]
        largest = np.column_stack([1 - shares.sum(axis=1), shares]).argmax(axis=1)
        levels = np.unique(gappy[name].dropna())
        filled[name] = gappy[name].fillna(pd.Series(levels[largest], gappy.index))
        at += columns.shape[1]
    return filled


def one_hot_but_first(column: pd.Series) -> pd.DataFrame:
    """A column for each category but the first, NaN in gaps."""
    return pd.get_dummies(column, dtype=float, drop_first=True).where(column.notna())


def by_autoencoder(gappy: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Fit to the rows that are to be filled."""
    some = gappy[gappy.notna().any(axis=1)]
    return gappy.fillna(autoencoder(seed).fit(some).reconstruct(some)).fillna(by_mean_and_mode(gappy))


# -- figures --------------------------------------------------------------------------------------------


def figures(X: pd.DataFrame, filled: pd.DataFrame, hidden: np.ndarray) -> tuple[float, float]:
    """Mean squared error of hidden numbers, and the share of hidden categories filled rightly (or NaN)."""
    is_number = np.array([pd.api.types.is_numeric_dtype(X[name]) for name in X])
    truth, found = X.to_numpy(object), filled.to_numpy(object)
    numbers, others = hidden & is_number, hidden & ~is_number
    errors = np.square((truth[numbers] - found[numbers]).astype(float))
    return float(errors.mean()), float(np.mean(truth[others] == found[others])) if others.any() else np.nan


def compared(X: pd.DataFrame) -> Iterator[tuple[str, tuple[float, float]]]:
    """Name of a filler -> its figures."""
    X = standardised(X)
    hidden = hidden_places(X)
    gappy = X.mask(hidden)
    yield "mean and mode", figures(X, by_mean_and_mode(gappy), hidden)
    yield "IterativeImputer, numbers", figures(X, by_regression(gappy, with_categories=False), hidden)
    if len(X.select_dtypes("number").columns) < X.shape[1]:
        yield "IterativeImputer, one-hot", figures(X, by_regression(gappy, with_categories=True), hidden)
    runs = [figures(X, by_autoencoder(gappy, seed), hidden) for seed in SEEDS]
    yield "autoencoder", tuple(np.mean(runs, axis=0))
    yield "autoencoder, worst seed", (max(run[0] for run in runs), min(run[1] for run in runs))


def goals(name: str, found: dict[str, tuple[float, float]]) -> Iterator[Goal]:
    """What the autoencoder is to reach on a table."""
    (error, right), (by_mean, by_mode) = found["autoencoder"], found["mean and mode"]
    rivals = [figure[0] for filler, figure in found.items() if filler.startswith("Iterative")]
    by_regression = min(rivals)
    yield Goal(f"{name}: error over the mean's", error / by_mean, 1.0, at_least=False)
    yield Goal(f"{name}: error over IterativeImputer's", error / by_regression, 1.0, at_least=False)
    if not np.isnan(right):
        yield Goal(f"{name}: right categories over those of the mode", right / by_mode, 1.0)


def main() -> None:
    """Fill, and write the section ``imputing``."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_out_option(parser)
    options = parser.parse_args()
    found = {name: dict(compared(load())) for name, load in TABLES.items()}
    rows = [
        (name, filler, number(error), "" if np.isnan(right) else f"{right:.1%}")
        for name, fillers in found.items()
        for filler, (error, right) in fillers.items()
    ]
    write_section(
        options.out,
        "imputing",
        "Filling gaps of tables",
        ["python", "benchmarks/imputing.py"],
        {"Python": platform.python_version()}
        | {p: version(p) for p in ("diabolo", "keras", "jax", "scikit-learn", "pandas", "palmerpenguins")},
        WHAT_IS_MEASURED,
        table(("table", "filled by", "squared error", "categories right"), rows),
        goal_table([goal for name in found for goal in goals(name, found[name])]),
    )


if __name__ == "__main__":
    main()
