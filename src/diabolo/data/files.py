"""Tables and arrays in files: CSV, Parquet, npy and npz."""

import os
import re
from pathlib import Path

from diabolo.data.array_file import ArraySource
from diabolo.data.csv_file import CsvSource
from diabolo.data.csv_format import CsvFormat, ending_of
from diabolo.data.parquet_file import ParquetSource
from diabolo.data.source import Source
from diabolo.errors import DataError, ParameterError

CSV_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
ENDINGS = (*CSV_ENDINGS, ".parquet", ".npy", ".npz")

_ARRAY_IN_FILE = re.compile(r"(.+\.npz):([^:/\\]+)", re.IGNORECASE)


def open_source(name: str | os.PathLike[str], said: CsvFormat | None = None) -> Source:
    """Open a file of rows; the ending of its name tells the format.

    Parameters
    ----------
    name : str or path-like
        A path; for an array in an npz file ``path.npz:array``.
    said : CsvFormat, optional
        How a CSV file is written, where that can't be found from its first lines.

    Returns
    -------
    source : Source
        Knows the names of the columns; ``read`` reads them.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    DataError
        If it can't be read, or two of its columns have one name.
    ParameterError
        If ``said`` is given for a file that is no CSV.
    MissingDependencyError
        If reading it needs the extra ``tables``.

    Examples
    --------
    >>> import tempfile, os, numpy as np
    >>> from diabolo.data.files import open_source
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "rows.npz")
    ...     np.savez(path, X=np.ones((3, 4)), y=np.arange(3))
    ...     part = open_source(path + ":X").read(None, ["y"])
    >>> part.X.shape, part.carried["y"].tolist()
    ((3, 4), [0, 1, 2])
    """
    in_file = _ARRAY_IN_FILE.fullmatch(os.fspath(name))
    path = Path(in_file[1] if in_file else name)
    ending = ending_of(path)
    if ending not in ENDINGS:
        raise DataError(
            f"{path.name}: the name of a file of rows must end in one of {', '.join(ENDINGS)}. "
            "Save a spreadsheet as CSV."
        )
    if said not in (None, CsvFormat()) and ending not in CSV_ENDINGS:
        raise ParameterError(
            f"{path.name} is no CSV file, so separator, decimal sign, header and encoding have no effect. "
            "Leave them out."
        )
    if path.is_dir():
        raise DataError(f"{path.name}: a file is needed, and this is a folder.")
    if ending in CSV_ENDINGS:
        return CsvSource(path, said or CsvFormat())
    if ending == ".parquet":
        return ParquetSource(path)
    return ArraySource(path, in_file[2] if in_file else None)
