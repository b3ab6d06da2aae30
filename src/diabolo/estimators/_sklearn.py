"""The private parts of scikit-learn that estimators need, imported in this one place."""

from typing import Any

from sklearn.base import _fit_context as fit_context
from sklearn.utils._param_validation import Interval, StrOptions

__all__ = ["Interval", "StrOptions", "fit_context", "output_container"]


def output_container(estimator: Any) -> str | None:
    """What ``set_output(transform=...)`` was last told; None where it was not called."""
    return getattr(estimator, "_sklearn_output_config", {}).get("transform")
