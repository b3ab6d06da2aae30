"""Makes environments of backends and peers that diabolo's own does not have: ``python benchmarks/peers.py``.

They lie beside this file, in folders that git ignores. Those of backends hold the project in editable form.
"""

import argparse
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable
from pathlib import Path

_HERE = Path(__file__).parent
_PROJECT = _HERE.parent

_THE_PROJECT = ["--editable", str(_PROJECT)]

# What pip is given, one call a line. torch comes alone and first: beside other packages pip may choose a
# build of it that brings the libraries of a graphics card.
PEERS = {
    "tensorflow": [["tensorflow-cpu==2.21.*"], _THE_PROJECT],
    "torch": [["torch==2.13.0"], _THE_PROJECT],
    "pythae": [["torch==2.13.0"], ["pythae==0.1.2"]],
}
BACKENDS = ("jax", "tensorflow", "torch")
_NAMES = ("jax", *PEERS)


def default_python(backend: str) -> Path:
    """The Python of a backend's or peer's environment: this one for JAX, which diabolo brings with it."""
    if backend not in PEERS:
        return Path(sys.executable)
    return _HERE / f".venv-{backend}" / "bin" / "python"


def make(backend: str) -> None:
    """A new environment for a backend, in the place of an old one; nothing is left where that fails."""
    python = default_python(backend)
    folder = python.parent.parent
    try:
        venv.create(folder, clear=True, with_pip=True)
        for requirements in PEERS[backend]:
            subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=True)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def add_python_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--python BACKEND=PATH``, read by ``pythons``."""
    parser.add_argument(
        "--python",
        metavar="BACKEND=PATH",
        type=_backend_and_python,
        action="append",
        default=[],
        help=f"use this Python for one of {', '.join(_NAMES)}; but for pythae, it must have diabolo",
    )


def pythons(given: Iterable[tuple[str, Path]], needed: Iterable[str] = BACKENDS) -> dict[str, Path]:
    """Backend or peer -> Python: those given, else the defaults.

    Raises
    ------
    SystemExit
        If a Python is not there.
    """
    found = {backend: default_python(backend) for backend in needed} | dict(given)
    for backend, python in found.items():
        if not python.is_file():
            raise SystemExit(
                f"No Python for {backend} at {python}. "
                "Run 'python benchmarks/peers.py', or name one by --python BACKEND=PATH."
            )
    return found


def _backend_and_python(option: str) -> tuple[str, Path]:
    backend, _, path = option.partition("=")
    if backend not in _NAMES or not path:
        raise argparse.ArgumentTypeError(f"{option!r} is not BACKEND=PATH, BACKEND one of {_NAMES}")
    return backend, Path(path)


def main() -> None:
    """Make the environments that are not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--again", action="store_true", help="also those that are there, anew")
    again = parser.parse_args().again
    for backend in PEERS:
        if again or not default_python(backend).is_file():
            print(f"making an environment with {backend}", flush=True)
            make(backend)


if __name__ == "__main__":
    main()
