"""Rows of a NumPy file: npy, one array, or npz, several with names."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from diabolo.data.source import Part
from diabolo.errors import DataError


class ArraySource:
    """An array in an npy file, or one of those in an npz file. Nothing is ever unpickled.

    Parameters
    ----------
    path : Path
    array : str, optional
        The name of an array in an npz file; may be left out where there is only one.

    Raises
    ------
    DataError
        If the file is damaged, the array is not named and there are several, or there is none of that name.
    """

    columns = None

    def __init__(self, path: Path, array: str | None = None):
        self.path = path
        path.open("rb").close()  # so that a missing file is told of now
        self._names = _names(path) if path.suffix.lower() == ".npz" else ()
        self._chosen = _chosen(path, self._names, array) if self._names else None

    @property
    def beside(self) -> tuple[str, ...]:
        """Names that can be carried: the other arrays."""
        return tuple(name for name in self._names if name != self._chosen)

    def read(self, numbers: Sequence[str] | None, carried: Sequence[str] = ()) -> Part:
        """Read the array, mapped into memory if it lies in an npy file, and others beside it.

        Parameters
        ----------
        numbers : None
            An array is read whole.
        carried : sequence of str
            Names of arrays of one value a row.

        Raises
        ------
        DataError
            If the array does not hold numbers in two or more dimensions, or another has not one value a row.
        """
        X = self._load(self._chosen)
        if X.ndim < 2 or not len(X):
            raise DataError(
                f"{self._spelled(self._chosen)}: an array of two or more dimensions is needed, rows first, "
                f"with at least one row; got the shape {X.shape}."
            )
        if X.dtype.kind not in "buif":
            raise DataError(f"{self._spelled(self._chosen)}: numbers are needed; got the type {X.dtype}.")
        beside = {name: self._load(name) for name in self._names if name in carried}
        for name, column in beside.items():
            if column.shape != (len(X),):
                raise DataError(
                    f"{self._spelled(name)}: one value for each of the {len(X)} rows is needed; got shape "
                    f"{column.shape}."
                )
        return Part(X, beside)

    def _load(self, name: str | None) -> np.ndarray:
        try:
            if name is None:
                return np.load(self.path, mmap_mode="r", allow_pickle=False)
            with np.load(self.path, allow_pickle=False) as archive:
                return archive[name]
        except (ValueError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(f"{self._spelled(name)}: {_fault(error)}") from error

    def _spelled(self, name: str | None) -> str:
        return self.path.name if name is None else f"{self.path.name}:{name}"


def _names(path: Path) -> tuple[str, ...]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return tuple(archive.files)
    except (ValueError, EOFError, zipfile.BadZipFile, AttributeError, TypeError) as error:
        raise DataError(f"{path.name}: {_fault(error)}") from error


def _chosen(path: Path, names: Sequence[str], array: str | None) -> str:
    if array is None and len(names) == 1:
        return names[0]
    held = ", ".join(names)
    if array is None:
        raise DataError(
            f"{path.name}: the file holds several arrays ({held}). Say which, such as {path.name}:{names[0]}."
        )
    if array not in names:
        raise DataError(f"{path.name}: there is no array {array!r} in the file, which holds {held}.")
    return array


def _fault(error: Exception) -> str:
    if "pickle" in str(error):
        return "Python objects, or no array, stand where numbers must be. Save numbers with numpy.save."
    return f"not an array file of NumPy, or a damaged one ({error})."
