"""The units in which a model sees its rows, and the way back to the user's units.

A scaling takes rows of X to float32 numbers of the model's units and undoes it. Its ``unit`` says how
many units of X one unit of the model is, per column: an error in the model's units times ``unit`` is an
error in X's.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from diabolo.data.pieces import Matrix, largest, pieces, smallest
from diabolo.errors import DataError

SCALES = ("auto", "standard", "minmax")

# Clearly not numbers meant to lie in [0, 1], noise and outliers allowed for.
_FAR_OUTSIDE_UNIT_INTERVAL = 5.0


@dataclass(frozen=True)
class Scaling:
    """Rows as they are (``scale=None``)."""

    n_features: int
    kind: ClassVar[str] = "none"

    @property
    def unit(self) -> np.ndarray:
        """Units of X per unit of the model: (n_features,) float32."""
        return np.ones(self.n_features, np.float32)

    def check(self, X: Matrix) -> None:
        """Raise ``DataError`` where rows follow a clearly other convention than those of ``fit``."""

    def apply(self, X: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """(n, n_features) in X's units -> the same in the model's, float32, in ``out`` if given."""
        out = _float32_like(X) if out is None else out
        out[...] = X
        return out

    def undo(self, x: np.ndarray) -> np.ndarray:
        """(n, n_features) in the model's units -> the same in X's."""
        return x

    def divisor(self, dtype: np.dtype) -> np.float32 | None:
        """The number by which ``apply`` divides whole numbers of this dtype, if that is all it does."""
        return None

    def last(self, n: int) -> "Scaling":
        """That of the last n columns."""
        return replace(self, n_features=n)


@dataclass(frozen=True)
class UnitInterval(Scaling):
    """A table already within [0, 1], used as it is."""

    kind: ClassVar[str] = "unit_interval"

    def check(self, X: Matrix) -> None:
        whole_numbers = X.dtype.kind in "iu" and largest(X) > 1
        # A single row far outside may be the very outlier that is looked for.
        if whole_numbers or (X.shape[0] > 1 and _far_outside_unit_interval(X)):
            raise DataError(
                "This model was fitted on numbers within [0, 1], and most rows of this X lie far outside "
                f"(dtype {X.dtype}, up to {largest(X):g}). Bring X into the units used at fit, for instance "
                "X / 255; or fit with scale='standard', which takes any range."
            )


@dataclass(frozen=True)
class Pixels(Scaling):
    """Images by dtype, as scikit-image has them: uint8 is 0..255, float is 0..1; inside always 0..1."""

    kind: ClassVar[str] = "pixels"

    def check(self, X: Matrix) -> None:
        self._white(X.dtype)
        if X.dtype.kind == "f" and _far_outside_unit_interval(X):
            reach = max(-smallest(X), largest(X))
            raise DataError(
                f"Images of dtype {X.dtype} must lie within 0..1, and these reach {reach:g}. "
                "Pass them as uint8 (0..255), or divide them by their largest possible value."
            )

    def check_fit(self, X: Matrix) -> None:
        """The stricter examination of the rows that define the convention."""
        self._white(X.dtype)
        low, high = smallest(X), largest(X)
        if X.dtype.kind == "f" and not (low >= -1e-6 and high <= 1 + 1e-6):
            raise DataError(
                f"Images of dtype {X.dtype} must lie within 0..1, and these run from {low:g} to {high:g}. "
                "Pass them as uint8 (0..255), divide them by their largest possible value, or choose "
                "scale='minmax', 'standard' or None. If the rows are no images, flatten them: "
                "X.reshape(len(X), -1)."
            )
        if X.dtype.kind == "u" and high == 1:
            raise DataError(
                f"{X.dtype} images mean 0..{self._white(X.dtype):g}, but the largest value here is 1. "
                "Pass binary images as bool or float: X.astype(bool)."
            )

    def apply(self, X: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        white = self._white(X.dtype)
        if white == 1:
            return super().apply(X, out)
        return np.divide(X, np.float32(white), out=_float32_like(X) if out is None else out)

    def divisor(self, dtype: np.dtype) -> np.float32 | None:
        return np.float32(self._white(dtype)) if dtype.kind in "ub" else None

    @staticmethod
    def _white(dtype: np.dtype) -> float:
        """The value of white in this dtype."""
        if dtype.kind in "fb":
            return 1.0
        if dtype in (np.uint8, np.uint16):
            return float(np.iinfo(dtype).max)
        raise DataError(
            f"Images must be uint8 (0..255), uint16 (0..65535), bool or float (0..1); got {dtype}. "
            "Convert them, for instance X.astype('uint8')."
        )


@dataclass(frozen=True, eq=False)
class Affine(Scaling):
    """Each column centred and divided: (X - center) / scale."""

    center: np.ndarray  # (n_features,) float64
    scale: np.ndarray  # (n_features,) float64, above 0
    kind: ClassVar[str] = "affine"

    @property
    def unit(self) -> np.ndarray:
        return self.scale.astype(np.float32)

    def apply(self, X: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        # In float64: a column like a time stamp has no digits left in float32 before it is centred.
        centred = X - self.center
        centred /= self.scale
        return super().apply(centred, out)

    def undo(self, x: np.ndarray) -> np.ndarray:
        return x * self.scale + self.center

    def last(self, n: int) -> "Affine":
        return Affine(n, self.center[-n:], self.scale[-n:])


KINDS: dict[str, type[Scaling]] = {cls.kind: cls for cls in (Scaling, UnitInterval, Pixels, Affine)}


def fit_scaling(
    X: Matrix,
    scale: str | None,
    *,
    images: bool,
    steps: int = 1,
    sample_weight: np.ndarray | None = None,
) -> Scaling:
    """Choose the scaling of ``X`` (n, n_features) and learn its constants.

    Parameters
    ----------
    X : ndarray or CSR of shape (n_samples, n_features)
        Gaps, NaN, have no part in it.
    scale : {"auto", "standard", "minmax"} or None
        ``"auto"`` takes images by their dtype, other rows within [0, 1] as they are, and centres all others
        per feature and divides them by one common number, which keeps the geometry that PCA sees.
    images : bool
        Whether the rows are images.
    steps : int, default=1
        How many steps of time a row has, one after the other: the constants of a feature are those of all
        steps together.
    sample_weight : ndarray of shape (n_samples,), optional

    Raises
    ------
    DataError
        If images follow no known convention.
    """
    n_features = X.shape[1]
    if scale is None:
        return Scaling(n_features)
    if scale == "auto" and images:
        pixels = Pixels(n_features)
        pixels.check_fit(X)
        return pixels
    if scale == "auto" and smallest(X) >= 0 and largest(X) <= 1:
        return UnitInterval(n_features)
    if scale == "minmax":
        ranges = MinMaxScaler()
        for _, piece in pieces(X):
            ranges.partial_fit(_by_step(piece, steps))
        width = np.where(ranges.data_range_ > 0, ranges.data_range_, 1.0)
        return _at_every_step(ranges.data_min_, width, steps)
    moments = StandardScaler()
    for where, piece in pieces(X):
        weight = None if sample_weight is None else np.repeat(sample_weight[where], steps)
        moments.partial_fit(_by_step(piece, steps), sample_weight=weight)
    if scale == "standard":
        return _at_every_step(moments.mean_, moments.scale_, steps)
    common = float(np.sqrt(moments.var_.mean())) or 1.0
    return _at_every_step(moments.mean_, np.full(len(moments.mean_), common), steps)


def _by_step(piece: np.ndarray, steps: int) -> np.ndarray:
    """(n, steps * features) -> (n * steps, features), float64"""
    return piece.astype(np.float64).reshape(len(piece) * steps, -1)


def _at_every_step(center: np.ndarray, scale: np.ndarray, steps: int) -> Affine:
    """The constants of each feature, for each step of a row."""
    return Affine(steps * len(center), np.tile(center, steps), np.tile(scale, steps))


def _float32_like(X: np.ndarray) -> np.ndarray:
    return np.empty(X.shape, np.float32)


def _far_outside_unit_interval(X: Matrix) -> bool:
    """Whether the typical row holds a value that can't be meant as one within [0, 1]."""
    by_row = [np.fmax.reduce(np.abs(piece), axis=1) for _, piece in pieces(X)]
    return bool(np.nanmedian(np.concatenate(by_row)) > _FAR_OUTSIDE_UNIT_INTERVAL)
