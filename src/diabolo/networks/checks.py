"""What must hold of the numbers in a specification."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np

from diabolo.errors import ParameterError


def whole_numbers(given: Any, name: str, singular: str, *, example: tuple[int, ...]) -> tuple[int, ...]:
    """A sequence of positive whole numbers, as a tuple of Python's.

    Raises
    ------
    ParameterError
        If it is none.
    """
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray):
        raise ParameterError(f"{name} must be whole numbers, such as {example}; got {given!r}.")
    for number in given:
        if not is_whole(number):
            raise ParameterError(f"Each {singular} must be a whole number of at least 1; got {number!r}.")
    return tuple(int(number) for number in given)


def is_whole(number: Any) -> bool:
    """Whether it is a whole number of at least 1."""
    return isinstance(number, Integral) and not isinstance(number, bool) and int(number) >= 1


def check_choice(name: str, given: Any, choices: Sequence[Any]) -> None:
    """Raise ``ParameterError`` where what was given is none of the choices."""
    if given not in choices:
        known = ", ".join(map(repr, choices))
        raise ParameterError(f"{name} must be one of {known}; got {given!r}.")
