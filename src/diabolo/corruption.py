"""Noise that a denoising autoencoder learns to take away: x -> x~, in the model's units.

Each is an object that holds its own level, and is drawn anew at every step of training, from the seed. Alone,
``noise.corrupt(X, random_state=0)`` corrupts an array.

Vincent et al. (2010), "Stacked denoising autoencoders".
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops
from sklearn.utils import check_random_state

from diabolo.data.domain import check_numbers_within
from diabolo.data.rows import Rows
from diabolo.data.scaling import Scaling
from diabolo.errors import ParameterError
from diabolo.noise import Noise, NumpyNoise, Tensor

__all__ = [
    "Corruption",
    "GaussianNoise",
    "Masking",
    "Mixture",
    "PoissonNoise",
    "SaltAndPepper",
    "SpeckleNoise",
    "SwapNoise",
]


class Corruption(ABC):
    """What corrupts rows. Subclasses are frozen dataclasses."""

    @abstractmethod
    def __call__(self, x: Tensor, noise: Noise, n_rows: Tensor | None = None) -> Tensor:
        """Corrupted rows.

        Parameters
        ----------
        x : (batch, n_features)
        noise : Noise
        n_rows : scalar, optional
            How many rows of the batch are rows; those after them pad it.

        Returns
        -------
        (batch, n_features)
        """

    def check(self, rows: Rows) -> None:
        """Raise ``DataError`` where rows are not of the kind that this corrupts."""

    @property
    def suits_categories(self) -> bool:
        """Whether truth values and categories of a table stay such, or become unknown, which is 0."""
        return False

    def corrupt(self, X: Any, random_state: int | np.random.RandomState | None = None) -> np.ndarray:
        """Corrupt an array.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, *row_shape)
        random_state : int, RandomState instance or None, default=None

        Returns
        -------
        ndarray of the same shape, float32

        Raises
        ------
        DataError
            If numbers are outside of what this corrupts.

        Examples
        --------
        >>> import numpy as np
        >>> from diabolo.corruption import Masking
        >>> Masking(0.5).corrupt(np.ones((2, 4)), random_state=0)
        array([[1., 1., 1., 1.],
               [0., 1., 0., 1.]], dtype=float32)
        """
        rows = np.asarray(X, np.float32)
        flat = rows.reshape(len(rows), -1)
        self.check(Rows(flat, Scaling(flat.shape[1])))
        noise = NumpyNoise(check_random_state(random_state))
        return np.asarray(ops.convert_to_numpy(self(flat, noise))).reshape(rows.shape)


@dataclass(frozen=True)
class GaussianNoise(Corruption):
    """x~ = x + scale * n with n ~ N(0, 1)

    Parameters
    ----------
    scale : float, default=0.3
        Standard deviation, in the model's units.
    clip : (float, float) or None, default=None
        Range that results are clipped to, such as (0, 1) for images.
    """

    scale: float = 0.3
    clip: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        _check_level(self, "scale", 0, None)
        _check_clip(self)

    def __call__(self, x: Tensor, noise: Noise, n_rows: Tensor | None = None) -> Tensor:
        return _clipped(x + self.scale * noise.normal(x.shape), self.clip)


@dataclass(frozen=True)
class SpeckleNoise(Corruption):
    """x~ = x + scale * x * n with n ~ N(0, 1): noise in proportion to the signal

    Parameters
    ----------
    scale : float, default=0.3
        Standard deviation, relative to each number.
    clip : (float, float) or None, default=None
        Range that results are clipped to, such as (0, 1) for images.
    """

    scale: float = 0.3
    clip: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        _check_level(self, "scale", 0, None)
        _check_clip(self)

    def __call__(self, x: Tensor, noise: Noise, n_rows: Tensor | None = None) -> Tensor:
        return _clipped(x + self.scale * x * noise.normal(x.shape), self.clip)


@dataclass(frozen=True)
class Masking(Corruption):
    """x~_j = value with probability ``fraction``, else x_j

    Parameters
    ----------
    fraction : float, default=0.3
        Of the numbers, from 0 to 1.
    value : float, default=0.0
        What they become, in the model's units: 0 is black in images, the column's mean in tables that
        ``scale`` has centred, and a gap in tables of mixed columns (``Tabular``).
    """

    fraction: float = 0.3
    value: float = 0.0

    def __post_init__(self) -> None:
        _check_level(self, "fraction", 0, 1)

    @property
    def suits_categories(self) -> bool:
        return self.value == 0

    def __call__(self, x: Tensor, noise: Noise, n_rows: Tensor | None = None) -> Tensor:
        return ops.where(noise.uniform(x.shape) < self.fraction, self.value, x)


@dataclass(frozen=True)
class SaltAndPepper(Corruption):
    """x~_j = low or high, as likely each, with probability ``fraction``, else x_j

    Parameters
    ----------
    fraction : float, default=0.3
        Of the numbers, from 0 to 1.
    low, high : float, default=0.0, 1.0
        Pepper and salt, in the model's units. Rows must lie between them.
    """

    fraction: float = 0.3
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        _check_level(self, "fraction", 0, 1)

    def check(self, rows: Rows) -> None:
        check_numbers_within(
            rows,
            (self.low, self.high),
            repr(self),
            "Give low and high that hold the data, or scale='minmax', or use Masking.",
        )

    def __call__(self, x: Tensor, noise: Noise, n_rows: Tensor | None = None) -> Tensor:
        u = noise.uniform(x.shape)
        return ops.where(u < self.fraction / 2, self.low, ops.where(u < self.fraction, self.high, x))


@dataclass(frozen=True)
class PoissonNoise(Corruption):
    """x~ = Poisson(peak * x) / peak: what a sensor counts that sees ``peak`` photons in white

    Parameters
    ----------
    peak : float, default=255.0
        Counts per unit of the model; fewer are noisier.
    clip : (float, float) or None, default=None
        Range that results are clipped to, such as (0, 1) for images.
    """

    peak: float = 255.0
    clip: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        _check_level(self, "peak", 0, None, above=True)
        _check_clip(self)

    def check(self, rows: Rows) -> None:
        check_numbers_within(rows, (0, np.inf), repr(self), "Use scale='minmax', or GaussianNoise.")

    def __call__(self, x: Tensor, noise: Noise, n_rows: Tensor | None = None) -> Tensor:
        return _clipped(noise.poisson(self.peak * x) / self.peak, self.clip)


@dataclass(frozen=True)
class SwapNoise(Corruption):
    """x~_j = the number that another row of the batch has in column j, with probability ``fraction``

    For tables: every column keeps the values and the distribution that it has.

    Parameters
    ----------
    fraction : float, default=0.15
        Of the numbers, from 0 to 1.
    """

    fraction: float = 0.15

    def __post_init__(self) -> None:
        _check_level(self, "fraction", 0, 1)

    @property
    def suits_categories(self) -> bool:
        return True

    def __call__(self, x: Tensor, noise: Noise, n_rows: Tensor | None = None) -> Tensor:
        n_rows = x.shape[0] if n_rows is None else n_rows
        row = ops.cast(ops.floor(noise.uniform(x.shape) * n_rows), "int32")  # (batch, n_features)
        swapped = ops.take_along_axis(ops.convert_to_tensor(x), ops.minimum(row, x.shape[0] - 1), axis=0)
        return ops.where(noise.uniform(x.shape) < self.fraction, swapped, x)


@dataclass(frozen=True)
class Mixture(Corruption):
    """Each row is corrupted by one of several kinds of noise, all as likely.

    Parameters
    ----------
    parts : sequence of Corruption

    Examples
    --------
    >>> from diabolo.corruption import GaussianNoise, Masking, Mixture
    >>> Mixture([GaussianNoise(0.2), Masking(0.3)])
    Mixture(parts=(GaussianNoise(scale=0.2, clip=None), Masking(fraction=0.3, value=0.0)))
    """

    parts: Sequence[Corruption]

    def __post_init__(self) -> None:
        if isinstance(self.parts, Corruption) or not len(self.parts):
            raise ParameterError(f"parts must be several kinds of noise; got {self.parts!r}.")
        for part in self.parts:
            if not isinstance(part, Corruption):
                raise ParameterError(f"Each part must be a Corruption, such as Masking(0.3); got {part!r}.")
        object.__setattr__(self, "parts", tuple(self.parts))

    def check(self, rows: Rows) -> None:
        for part in self.parts:
            part.check(rows)

    @property
    def suits_categories(self) -> bool:
        return all(part.suits_categories for part in self.parts)

    def __call__(self, x: Tensor, noise: Noise, n_rows: Tensor | None = None) -> Tensor:
        which = noise.uniform((x.shape[0], 1)) * len(self.parts)
        out = self.parts[0](x, noise, n_rows)
        for number, part in enumerate(self.parts[1:], start=1):
            out = ops.where(which < number, out, part(x, noise, n_rows))
        return out


def _check_level(of: Corruption, name: str, low: float, high: float | None, above: bool = False) -> None:
    value = getattr(of, name)
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if (
        number
        and (value > low if above else value >= low)
        and value <= (np.finfo(np.float32).max if high is None else high)
    ):
        return
    span = (
        f"a number {'above' if above else 'of at least'} {low}" if high is None else f"from {low} to {high}"
    )
    raise ParameterError(f"{name} of {type(of).__name__} must be {span}; got {value!r}.")


def _check_clip(of: Any) -> None:
    if of.clip is None:
        return
    try:
        low, high = map(float, of.clip)
        ordered = low < high
    except (TypeError, ValueError):
        ordered = False
    if not ordered:
        raise ParameterError(
            f"clip of {type(of).__name__} must be a pair of numbers (low, high) or None; got {of.clip!r}."
        )
    object.__setattr__(of, "clip", (low, high))


def _clipped(x: Tensor, clip: tuple[float, float] | None) -> Tensor:
    return x if clip is None else ops.clip(x, *clip)
