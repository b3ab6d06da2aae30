"""Numbers and lists in words."""

from collections.abc import Sequence

_LONGEST_NAME = 40
_SHOWN = 10


def counted(number: int, what: str) -> str:
    """``1 row``, ``1,234 rows``"""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def figure(number: float, digits: int = 4) -> str:
    """``0.03853``, ``0.03600``, ``12,346``, ``0``; an exponent only where it can't be read without"""
    if number == 0:
        return "0"
    return f"{number:,.0f}" if 10**digits <= abs(number) < 1e9 else f"{number:#.{digits}g}".rstrip(".")


def percent(share: float) -> str:
    """``31%``, ``3.1%``; two digits are enough for a sentence"""
    value = 100 * share
    return f"{value:.0f}%" if abs(value) >= 9.95 else f"{value:.2g}%"


def listed(names: Sequence[str], n_all: int | None = None) -> str:
    """The first few names, and how many there are"""
    n_all = len(names) if n_all is None else n_all
    shown = ", ".join(shortened(name) for name in names[:_SHOWN])
    return shown if n_all <= min(len(names), _SHOWN) else f"{shown}, ... ({n_all:,} in all)"


def shortened(name: str) -> str:
    """A long name without its middle"""
    return name if len(name) <= _LONGEST_NAME else f"{name[:25]}…{name[-12:]}"


def sizes(shape: Sequence[int]) -> str:
    """``28x28``, with the sign"""
    return "\N{MULTIPLICATION SIGN}".join(map(str, shape))
