"""Rows as the page shows them: images, or lines of a table."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from diabolo.data.layout import BOOLEAN, Layout
from diabolo.data.table import Table
from diabolo.errors import ParameterError
from diabolo.estimators.base import Autoencoder
from diabolo.plots.image_grid import as_images, black_and_white


class ShownRows(ABC):
    """Rows, and how numbers that the decoder gives are shown beside them."""

    @property
    @abstractmethod
    def about(self) -> dict[str, Any]:
        """What the page must know, for JSON: ``kind``, ``size`` (numbers a row), and what the kind needs."""

    @abstractmethod
    def block(self, which: slice | np.ndarray = slice(None)) -> np.ndarray:
        """The numbers of some rows, in the order in which the page holds them."""

    def column(self, j: int) -> np.ndarray:
        """One number of each row: (n,) float32"""
        raise LookupError


@dataclass(frozen=True)
class Images(ShownRows):
    """Images as bytes.

    Parameters
    ----------
    images : ndarray of shape (n, height, width) or (n, height, width, 3 or 4)
    ends : tuple of two float
        The numbers that are black and white.
    decoded_ends : tuple of two float
        The decoded numbers that are.
    """

    images: np.ndarray
    ends: tuple[float, float]
    decoded_ends: tuple[float, float]

    @property
    def about(self) -> dict[str, Any]:
        height, width, *channels = self.images.shape[1:]
        shape = [height, width, *(channels or [1])]
        black, white = self.decoded_ends
        return {"kind": "images", "shape": shape, "size": math.prod(shape), "black": black, "white": white}

    def block(self, which: slice | np.ndarray = slice(None)) -> np.ndarray:
        """(n, height * width * channels) uint8"""
        black, white = self.ends
        shades = np.clip((self.images[which].astype(np.float32) - black) / (white - black), 0, 1)
        return np.rint(255 * shades).astype(np.uint8).reshape(len(shades), -1)


@dataclass(frozen=True)
class Lines(ShownRows):
    """Lines of a table, in the units of X.

    Parameters
    ----------
    numbers : ndarray of shape (n, n_columns)
        Of mixed columns as ``Table`` has them.
    names : list of str
    table : Table or None
        Of mixed columns.
    """

    numbers: np.ndarray
    names: list[str]
    table: Table | None = None

    @property
    def about(self) -> dict[str, Any]:
        kinds = None if self.table is None else [_kind(column) for column in self.table.columns]
        decoded = None if self.table is None else _decoded_parts(self.table.layout)
        shown = {"columns": self.names, "kinds": kinds, "decoded": decoded}
        return {"kind": "table", "size": len(self.names), **shown}

    def block(self, which: slice | np.ndarray = slice(None)) -> np.ndarray:
        """(n_columns, n) float32: a column after the other, which the page colours by and which packs well"""
        return np.ascontiguousarray(self.numbers[which].T.astype(np.float32))

    def column(self, j: int) -> np.ndarray:
        return self.numbers[:, j].astype(np.float32)


def _kind(column: Any) -> dict[str, Any]:
    """How the numbers of a mixed column are read."""
    levels = (False, True) if column.kind == BOOLEAN else getattr(column, "levels", ())
    return {"name": type(column).__name__.lower(), "levels": [str(level) for level in levels] or None}


def _decoded_parts(layout: Layout) -> list[dict[str, Any]]:
    """Where each column starts among the numbers that its table's decoder gives, and how many it has."""
    groups = {"number": layout.numbers, "boolean": layout.booleans, "category": layout.categories}
    parts, start = {}, 0
    for kind, columns in groups.items():
        for column in columns:
            size = layout.kinds[column] if kind == "category" else 1
            parts[column] = {"kind": kind, "start": start, "size": size}
            start += size
    return [parts[column] for column in range(len(layout.kinds))]


def shown_rows(estimator: Autoencoder, flat: np.ndarray, image_shape: tuple[int, ...] | None) -> ShownRows:
    """Rows that an estimator has checked, (n, n_features), as images or lines.

    Raises
    ------
    DataError
        If they can't be drawn as images.
    ParameterError
        If they are sequences or clips.
    """
    fitted = estimator._fitted
    shape = image_shape or _image_shape(estimator)
    if shape is None:
        return Lines(flat, _names(estimator), fitted.table)
    images = as_images(flat, shape)
    ends = black_and_white(images)
    decoded_as_0_to_1 = fitted.scaling.kind == "pixels"  # however X came
    return Images(images, ends, (0.0, 1.0) if decoded_as_0_to_1 else ends)


def _image_shape(estimator: Autoencoder) -> tuple[int, ...] | None:
    """The shape of rows that are images; ``None`` for a table."""
    architecture = estimator._fitted.architecture
    shape = architecture.row_shape
    if architecture.encoder.sequence(shape) is not None or len(shape) > 3:
        raise ParameterError(
            f"The explorer shows images and lines of tables, and rows of this {type(estimator).__name__} are "
            f"sequences of shape {shape}. See LatentSpaceDisplay and diabolo.interpolate for those."
        )
    return shape if len(shape) > 1 else architecture.encoder.image_shape


def _names(estimator: Autoencoder) -> list[str]:
    """Of columns; those that scikit-learn gives where there are none."""
    if estimator._fitted.table is not None:
        return [str(name) for name in estimator._fitted.table.names]
    names = getattr(estimator, "feature_names_in_", None)
    return [f"x{i}" for i in range(estimator.n_features_in_)] if names is None else [str(n) for n in names]


def check_explorable(estimator: Any) -> None:
    """Raise ``ParameterError`` unless rows can be decoded from codes of this estimator."""
    if not isinstance(estimator, Autoencoder):
        raise ParameterError(
            f"explore needs an Autoencoder or one of its variants, whose codes can be decoded; got "
            f"{type(estimator).__name__}. See LatentSpaceDisplay for the codes of any transformer."
        )


def check_limit(max_rows: Any) -> None:
    """Raise ``ParameterError`` unless ``max_rows`` is a whole number of at least 1, or None."""
    whole = isinstance(max_rows, int | np.integer) and not isinstance(max_rows, bool)
    if max_rows is not None and not (whole and max_rows >= 1):
        raise ParameterError(f"max_rows must be a whole number of at least 1, or None; got {max_rows!r}.")
