"""The parameters of an estimator that tell it from others of its kind."""

from typing import Any

# They say how a fit was watched or kept, not what came out of it.
_OF_THE_RUN = ("verbose", "callbacks", "checkpoint")


def changed_parameters(estimator: Any) -> dict[str, Any]:
    """Those that are not at their defaults, as plain values; without folders, callbacks and verbosity."""
    defaults = type(estimator)().get_params(deep=False)
    given = estimator.get_params(deep=False)
    changed = {name: value for name, value in given.items() if repr(value) != repr(defaults[name])}
    return {name: _plain(value) for name, value in changed.items() if name not in _OF_THE_RUN}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else repr(value)
