"""Weights of terms that change while training goes on."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from numbers import Real
from typing import Any

from keras import ops

from diabolo.errors import ParameterError

__all__ = ["Constant", "Cyclic", "Linear", "Schedule", "warm_up"]

Tensor = Any  # of whichever backend Keras runs on


class Schedule(ABC):
    """A weight as a function of the epochs trained. Subclasses are frozen dataclasses.

    Where no training goes on, as in ``evaluate`` and on validation rows, the weight is ``final``: so that the
    losses of all epochs compare.
    """

    @abstractmethod
    def at(self, epoch: Tensor) -> Tensor:
        """The weight after so many epochs, which need not be whole."""

    @property
    @abstractmethod
    def final(self) -> float:
        """The weight that training arrives at."""

    @property
    @abstractmethod
    def lowest(self) -> float:
        """The smallest weight on the way."""

    @property
    def length(self) -> float:
        """Epochs until the weight has arrived."""
        return 0


@dataclass(frozen=True)
class Constant(Schedule):
    """weight(t) = value"""

    value: float

    def __post_init__(self) -> None:
        _check_number(self.value, "value", self)

    def at(self, epoch: Tensor) -> Tensor:
        return self.value

    @property
    def final(self) -> float:
        return self.value

    @property
    def lowest(self) -> float:
        return self.value


@dataclass(frozen=True)
class Linear(Schedule):
    """weight(t) = begin + (end - begin) * min(t / epochs, 1)

    As ``capacity``, this is the schedule of Burgess et al. (2018), "Understanding disentangling in beta-VAE".

    Parameters
    ----------
    begin, end : float
    epochs : float
        Above 0.
    """

    begin: float
    end: float
    epochs: float

    def __post_init__(self) -> None:
        _check_number(self.begin, "begin", self)
        _check_number(self.end, "end", self)
        _check_span(self.epochs, "epochs", self)

    def at(self, epoch: Tensor) -> Tensor:
        return self.begin + (self.end - self.begin) * ops.minimum(epoch / self.epochs, 1.0)

    @property
    def final(self) -> float:
        return self.end

    @property
    def lowest(self) -> float:
        return min(self.begin, self.end)

    @property
    def length(self) -> float:
        return self.epochs


@dataclass(frozen=True)
class Cyclic(Schedule):
    """Again and again from 0 to value: weight(t) = value * min(phase / rise, 1)

    with phase = (t mod period) / period. Fu et al. (2019), "Cyclical annealing schedule".

    Parameters
    ----------
    value : float
    period : float
        Epochs of one cycle, above 0.
    rise : float, default=0.5
        Part of the cycle in which the weight rises, above 0 and at most 1.
    """

    value: float
    period: float
    rise: float = 0.5

    def __post_init__(self) -> None:
        _check_number(self.value, "value", self)
        _check_span(self.period, "period", self)
        _check_span(self.rise, "rise", self)
        if self.rise > 1:
            raise ParameterError(
                f"rise of a Cyclic schedule is a part of the cycle, at most 1; got {self.rise!r}."
            )

    def at(self, epoch: Tensor) -> Tensor:
        phase = ops.mod(epoch, self.period) / self.period
        return self.value * ops.minimum(phase / self.rise, 1.0)

    @property
    def final(self) -> float:
        return self.value

    @property
    def lowest(self) -> float:
        return min(self.value, 0.0)

    @property
    def length(self) -> float:
        return self.period


def warm_up(value: float, epochs: float) -> Linear:
    """A weight that rises from nothing: value * min(t / epochs, 1)

    Sønderby et al. (2016), "Ladder variational autoencoders".
    """
    return Linear(0.0, value, epochs)


def value_at(weight: "float | Schedule", epoch: Tensor | None) -> Tensor:
    """A weight, which may be a schedule, after so many epochs; ``None`` where no training goes on."""
    if not isinstance(weight, Schedule):
        return weight
    return weight.final if epoch is None else weight.at(epoch)


def check_weight(weight: "float | Schedule", name: str) -> None:
    """Raise ``ParameterError`` where a weight is no number of at least 0 and no schedule of such."""
    lowest = weight.lowest if isinstance(weight, Schedule) else weight
    if not isinstance(lowest, Real) or isinstance(lowest, bool) or not 0 <= lowest < math.inf:
        raise ParameterError(f"{name} must be a number of at least 0, or a schedule of such; got {weight!r}.")


def _check_number(value: float, name: str, of: Schedule) -> None:
    if not isinstance(value, Real) or isinstance(value, bool) or not math.isfinite(value):
        raise ParameterError(f"{name} of a {type(of).__name__} schedule must be a number; got {value!r}.")


def _check_span(value: float, name: str, of: Schedule) -> None:
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 < value < math.inf:
        raise ParameterError(
            f"{name} of a {type(of).__name__} schedule must be a number above 0; got {value!r}."
        )
