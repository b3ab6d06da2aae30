"""Files that appear under their name only when they are whole."""

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from diabolo.errors import OutputError


def write_atomically(path: str | os.PathLike[str], write: Callable[[BinaryIO], object]) -> None:
    """Call ``write`` on a temporary file beside ``path``, flush it to disk, and rename it.

    Raises
    ------
    OutputError
        If the folder is missing or not writable, or the disk is full; nothing is left behind.
    """
    target = Path(path)
    # Made by open, not by tempfile: then the process's mask for new files holds, in any thread.
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        if target.exists() and not target.is_file():
            raise OSError("it is a folder or a device, not a file")
        with open(temporary, "xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        raise OutputError(
            f"Can't write {target}: {error.strerror or error}. Choose a folder that exists and is writable, "
            "on a disk with room."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
