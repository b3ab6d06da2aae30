"""Parameters that contradict each other, or have no effect where they stand."""

import math
from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from sklearn.base import BaseEstimator

from diabolo.errors import ParameterError
from diabolo.estimators.tables import reads_tables
from diabolo.networks.base import Specification
from diabolo.networks.keras_network import KerasNetwork, network_key
from diabolo.objectives.schedules import Schedule
from diabolo.training.optimizers import optimizer_key

if TYPE_CHECKING:
    from diabolo.estimators.network import Network


def check_options(estimator: "Network", *, validates_on_own_rows: bool) -> None:
    """Raise ``ParameterError`` for an option that was set and has no effect where it stands.

    Parameters
    ----------
    estimator : Network
    validates_on_own_rows : bool
        Whether ``fit`` got ``validation_data``.
    """
    defaults = {option.name: option.default for option in fields(estimator)}
    for name, why in _without_effect(estimator, validates_on_own_rows).items():
        given = getattr(estimator, name)
        if why and given != defaults[name]:
            raise ParameterError(
                f"{name}={given!r} has no effect {why}. Leave it at its default, {defaults[name]!r}."
            )


def _without_effect(estimator: "Network", validates_on_own_rows: bool) -> dict[str, str | None]:
    """Option -> why it has no effect, or None."""
    stops_early = None if estimator.early_stopping else "without early_stopping=True"
    after_code = getattr(estimator, estimator._after_code)
    both_specified = isinstance(estimator.encoder, Specification | keras.layers.Layer) and (
        isinstance(after_code, Specification | keras.layers.Layer | None) or len(after_code) == 0
    )
    of_table = "beside Tabular, which scales each column by its own kind" if reads_tables(estimator) else None
    return {
        "patience": stops_early,
        "validation_fraction": stops_early or ("beside validation_data" if validates_on_own_rows else None),
        "scale": of_table,
        "activation": "beside specified networks, which have their own" if both_specified else None,
    } | estimator._without_effect()


def check_schedules(estimator: "Network", epochs: int) -> None:
    """Raise ``ParameterError`` for a weight that has not arrived when training ends."""
    for term in estimator._terms():
        for name, weight in vars(term).items() if hasattr(term, "__dict__") else ():
            if isinstance(weight, Schedule) and weight.length > epochs:
                raise ParameterError(
                    f"A schedule must have arrived when training ends, but the {name} of {term.name!r}, "
                    f"{weight}, takes {weight.length:g} epochs, and training ends after {epochs}. Set epochs "
                    f"to {math.ceil(weight.length)} or more, or shorten the schedule."
                )


def fixed_parameters(estimator: "Network") -> dict[str, str]:
    """What training that goes on can't change, in words that are equal for equal values."""
    fixed = {name: repr(_plain(getattr(estimator, name))) for name in estimator._fixed}
    if isinstance(estimator.optimizer, keras.optimizers.Optimizer):
        fixed["optimizer"] = optimizer_key(estimator.optimizer)
    return fixed


def _plain(value: Any) -> Any:
    """Equal values as one: NumPy's numbers as Python's, lists as tuples, objects as what they are made of."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, keras.optimizers.Optimizer):
        return optimizer_key(value)
    if isinstance(value, keras.layers.Layer):
        return network_key(value)
    if isinstance(value, KerasNetwork):
        return network_key(value.network), value.keep_weights
    if isinstance(value, BaseEstimator):
        return type(value).__name__, {n: _plain(v) for n, v in value.get_params(deep=False).items()}
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value


def check_unchanged(estimator: "Network", made_with: dict[str, str]) -> None:
    """Raise ``ParameterError`` if a fixed parameter is not what it was at the first fit."""
    for name, now in fixed_parameters(estimator).items():
        if now != made_with[name]:
            raise ParameterError(
                f"Training that goes on keeps its networks, scaling and optimizer, but {name} was "
                f"{made_with[name]} and is now {now}. Set it back, or fit a clone."
            )


def check_terms(terms: Sequence[Any]) -> None:
    """Raise ``ParameterError`` where a term is none, or two have one name and so one column."""
    for term in terms:
        if not (callable(term) and isinstance(getattr(term, "name", None), str)):
            raise ParameterError(
                "Each penalty must be a term of the loss, such as diabolo.penalties.WeightDecay(1e-4): "
                f"callable, with a name and a unit; got {term!r}."
            )
    names = [term.name for term in terms]
    twice = next((name for name in names if names.count(name) > 1 or name in ("loss", "mse")), None)
    if twice is not None:
        raise ParameterError(
            f"Each term of the loss needs a name of its own, for its column of the history; {twice!r} is "
            "taken. Add up the weights of equal penalties, or rename your own."
        )
