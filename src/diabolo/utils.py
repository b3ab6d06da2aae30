"""What tools built on diabolo may ask of the whole package."""

from sklearn.base import BaseEstimator

import diabolo


def all_estimators() -> list[tuple[str, type[BaseEstimator]]]:
    """Every public estimator of the package, for tests and tools that treat them all alike.

    Like ``sklearn.utils.discovery.all_estimators``, for diabolo.

    Returns
    -------
    estimators : list of (str, type)
        Names and classes, sorted by name.

    Examples
    --------
    >>> import diabolo
    >>> dict(diabolo.utils.all_estimators())["Autoencoder"]
    <class 'diabolo.estimators.base.Autoencoder'>
    """
    public = ((name, getattr(diabolo, name)) for name in sorted(diabolo.__all__))
    return [
        (name, each) for name, each in public if isinstance(each, type) and issubclass(each, BaseEstimator)
    ]
