"""Loads hostile files one after the other and says of each, in a line of JSON, what came of it.

Runs in a process of its own (watch.py), which may hang, crash or run out of memory.
"""

import argparse
import json
import os
import pickle
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from corpus import GOOD, Hostile, cuts, mutation, named

import diabolo
from diabolo.storage.model_file import describe

MOST_MEMORY = 500 * 2**20
MUST_NOT_HAPPEN = (
    "compile", "ctypes.dlopen", "exec", "import", "marshal.loads", "os.", "pickle.find_class", "pty.",
    "shutil.", "socket.", "subprocess.", "tempfile.", "urllib.", "webbrowser.",
)  # fmt: skip


def main() -> None:
    """Make the files asked for, load each, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", choices=("named", "cuts", "mutations"))
    parser.add_argument("canary")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--stop", type=int)
    options = parser.parse_args()
    content = GOOD.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(Path(folder, "model.diabolo"), content)
        print(json.dumps("ready"), flush=True)
        for index, hostile in _files(content, options):
            print(json.dumps({"index": index, "kind": hostile.kind, **judge(hostile)}), flush=True)


def _files(content: bytes, options: argparse.Namespace) -> Iterator[tuple[int, Hostile]]:
    if options.corpus == "mutations":
        for index in range(options.start, options.stop):
            yield index, mutation(content, options.seed, index)
    else:
        files = named(content, options.canary) if options.corpus == "named" else cuts(content)
        yield from islice(enumerate(files), options.start, options.stop)


class Judge:
    """Loads files under a limit of memory, with an ear for what must not happen meanwhile."""

    def __init__(self, path: Path, good: bytes):
        self.path = path
        self.heard: list[str] = []
        self.listening = False
        path.write_bytes(good)
        self.good = describe(diabolo.load(path))
        for content in (good, good[:100], b""):  # whatever is imported late is imported now
            path.write_bytes(content)
            self._load()
        sys.addaudithook(self._hear)
        self._check_ear()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_memory("VmSize") + MOST_MEMORY, most))

    def _check_ear(self) -> None:
        self.listening = True
        pickle.loads(pickle.dumps(np.ndarray))
        os.listdir(self.path.parent)
        self.listening = False
        if [event.split()[0] for event in self.heard] != ["pickle.find_class", "os.listdir"]:
            raise SystemExit(f"deaf: {self.heard}")

    def __call__(self, hostile: Hostile) -> dict[str, Any]:
        self.heard = []
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
        before = _memory("VmRSS")
        self.path.write_bytes(hostile.content)
        started = time.perf_counter()
        outcome, said = self._load()
        seconds = time.perf_counter() - started
        if (
            outcome == "equal"
            or (outcome == "another model" and hostile.sealed)
            or outcome == "ModelFileError"
        ):
            outcome = f"touched {self.heard[0]}" if self.heard else outcome
        return {
            "outcome": outcome,
            "said": said[:300],
            "seconds": seconds,
            "mebibytes": (_memory("VmHWM") - before) / 2**20,
        }

    def _load(self) -> tuple[str, str]:
        self.listening = True
        try:
            loaded = diabolo.load(self.path)
        except BaseException as error:
            return type(error).__name__, str(error)
        finally:
            self.listening = False
        try:
            loaded.encoder_(np.ones((1, loaded.encoder_.input_shape[1]), np.float32))
            return ("equal" if _equal(describe(loaded), self.good) else "another model"), ""
        except Exception as error:
            return f"loads, but {type(error).__name__}", str(error)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.listening:
            return
        opened = event == "open" and arguments[0] != str(self.path) and arguments[0] != self.path
        if opened or event.startswith(MUST_NOT_HAPPEN):
            self.heard.append(f"{event} {arguments!r}"[:200])


def _equal(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    arrays, others = one[1], other[1]
    same = arrays.keys() == others.keys() and all(
        np.array_equal(arrays[name], others[name], equal_nan=True) for name in arrays
    )
    return same and one[0] == other[0]


def _memory(what: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * 1024
    raise KeyError(what)


if __name__ == "__main__":
    main()
