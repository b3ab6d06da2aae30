"""The page as one file."""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from markupsafe import Markup

from diabolo.explorer.bundle import page_script, runtime_script, runtime_wasm
from diabolo.explorer.contents import Contents
from diabolo.pages.rendering import render, versions


class Block(NamedTuple):
    """An array within the page."""

    name: str
    type: str  # as NumPy calls it
    text: Markup  # gzipped, in base64


def page(contents: Contents) -> str:
    """The page that holds everything: it asks nothing of any network."""
    blocks = [Block("wasm", "uint8", _text(runtime_wasm())), *_blocks(contents)]
    return _filled(contents, blocks, connect="'none'")


def _blocks(contents: Contents) -> Iterator[Block]:
    for name, array in {**contents.arrays, "rows": contents.rows.block()}.items():
        yield Block(name, array.dtype.name, _text(packed(array)))


def _filled(contents: Contents, blocks: list[Block], connect: str) -> str:
    scripts = [runtime_script(), page_script()]
    return render(
        __package__,
        "page/explorer.html.jinja",
        title=contents.title,
        n=len(contents.codes),
        versions=versions(),
        runtime=runtime_version(),
        policy=_policy(scripts, connect),
        meta=_json(contents.about),
        blocks=blocks,
        scripts=[Markup(script) for script in scripts],
    )


def packed(array: np.ndarray) -> bytes:
    """Bytes of an array, little-endian, gzipped."""
    return gzip.compress(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes(), 6, mtime=0)


def _text(gzipped: bytes) -> Markup:
    return Markup(base64.b64encode(gzipped).decode("ascii"))


def _json(value: Any) -> Markup:
    """JSON that can't end the element that it stands in, whatever names it holds."""
    return Markup(json.dumps(value, allow_nan=False).replace("<", "\\u003c"))


def _policy(scripts: list[str], connect: str) -> str:
    """Of what the browser may do: these very scripts, WebAssembly, and nothing else."""
    hashes = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{each}'" for each in hashes)
    return (
        f"default-src 'none'; script-src {allowed} 'wasm-unsafe-eval'; connect-src {connect}; "
        "base-uri 'none'; form-action 'none'"
    )


def runtime_version() -> str:
    """Of ONNX Runtime in the page."""
    about: dict[str, Any] = json.loads((files(__package__) / "vendor" / "vendored.json").read_text("utf-8"))
    return str(about["version"])
