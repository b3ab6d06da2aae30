"""The private parts of scikit-learn that estimators need, imported in this one place."""

from collections.abc import Iterable
from typing import Any

from sklearn.base import _fit_context as fit_context
from sklearn.utils._param_validation import Interval, InvalidParameterError
from sklearn.utils._param_validation import StrOptions as _StrOptions

__all__ = ["Interval", "InvalidParameterError", "StrOptions", "fit_context", "output_container"]


class StrOptions(_StrOptions):
    """One of these strings; errors list them in the order given, where a set has none."""

    def __init__(self, options: Iterable[str]):
        listed = tuple(options)
        super().__init__(set(listed))
        self.options = listed


def output_container(estimator: Any) -> str | None:
    """What ``set_output(transform=...)`` was last told; None where it was not called."""
    return getattr(estimator, "_sklearn_output_config", {}).get("transform")
