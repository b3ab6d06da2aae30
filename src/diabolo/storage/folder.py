"""Folders that appear under their name only when all their files are there."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from diabolo.errors import OutputError

_LIST = ".diabolo-files"  # in each folder made here: the names of its files, one a line


@contextlib.contextmanager
def new_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Fill a folder under a temporary name; it takes its final name when the block ends well.

    A folder made this way before is replaced, as long as it holds nothing else by now.

    Parameters
    ----------
    path : str or path-like
        The final name.

    Yields
    ------
    folder : Path
        Where to write, beside the final name.

    Raises
    ------
    OutputError
        If the name is taken by something not made here, or can't be written; before the block where
        that can be known.
    """
    target = Path(path)
    _check_replaceable(target)
    staging: Path | None = None
    try:
        target.absolute().parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.absolute().parent))
        yield staging
        names = sorted(entry.name for entry in staging.iterdir())
        (staging / _LIST).write_text("\n".join(names) + "\n", encoding="utf-8")
        staging.chmod(0o755)
        _check_replaceable(target)
        _replace(target, staging)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(
            f"Can't write the folder {target}: {error.strerror or error}. Choose another place, on a disk "
            "with room."
        ) from error
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)


def _check_replaceable(target: Path) -> None:
    if not target.exists() and not target.is_symlink():
        return
    if target.is_symlink() or not target.is_dir():
        raise OutputError(f"{target} exists and is not a folder. Choose another name.")
    found = {entry.name for entry in target.iterdir()}
    if found and _LIST not in found:
        raise OutputError(f"The folder {target} was not made by diabolo. Choose another name, or empty it.")
    made = {_LIST, *(target / _LIST).read_text(encoding="utf-8").split("\n")} if found else set()
    if found - made:
        others = ", ".join(sorted(found - made)[:3])
        raise OutputError(
            f"The folder {target} holds files that diabolo did not make ({others}). Move them away, or "
            "choose another name."
        )


def _replace(target: Path, staging: Path) -> None:
    """Rename ``staging`` to ``target``; what was there goes only once the new folder is in its place."""
    if not target.exists():
        staging.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.absolute().parent))
    target.rename(old)
    staging.rename(target)
    shutil.rmtree(old)
