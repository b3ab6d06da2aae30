"""Which of Keras's backends runs: the user's choice, else JAX.

Importing Keras writes ``keras.json`` with ``"backend": "tensorflow"`` into the user's folder even where
TensorFlow is absent. So that entry is no choice; the variable ``KERAS_BACKEND`` is, and so is another
backend in that file.
"""

import json
import os
import sys
from pathlib import Path

DEFAULT_BACKEND = "jax"


def choose_backend() -> None:
    """Set ``KERAS_BACKEND`` to JAX where the user chose none and Keras is not imported yet."""
    if "keras" in sys.modules or os.environ.get("KERAS_BACKEND"):
        return
    if _backend_in_keras_json() in (None, "tensorflow"):
        os.environ["KERAS_BACKEND"] = DEFAULT_BACKEND


def _backend_in_keras_json() -> str | None:
    folder = os.environ.get("KERAS_HOME") or "~/.keras"
    try:
        config = json.loads(Path(folder, "keras.json").expanduser().read_text(encoding="utf-8"))
    except (OSError, ValueError, RuntimeError):  # absent, unreadable, or no home folder
        return None
    backend = config.get("backend") if isinstance(config, dict) else None
    return backend if isinstance(backend, str) else None
