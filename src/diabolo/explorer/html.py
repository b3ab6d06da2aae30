"""The page as one file."""

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
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
    text: Markup  # gzipped, in base64


def page(contents: Contents) -> str:
    """The page that holds everything: it asks nothing of any network."""
    arrays = {**contents.arrays, "rows": contents.rows.block()}
    blocks = [Block(name, _text(packed(array))) for name, array in arrays.items()]
    return _filled(contents, arrays, [Block("wasm", _text(runtime_wasm())), *blocks])


def served_page(contents: Contents) -> str:
    """The page that asks the server it came from for its arrays."""
    return _filled(contents, contents.arrays, [])


def _filled(contents: Contents, arrays: Mapping[str, np.ndarray], blocks: list[Block]) -> str:
    scripts = [runtime_script(), page_script()]
    types = {name: array.dtype.name for name, array in arrays.items()} | {"wasm": "uint8"}
    return render(
        __package__,
        "page/explorer.html.jinja",
        title=contents.title,
        n=len(contents.codes),
        versions=versions(),
        runtime=runtime_version(),
        policy=_policy(scripts, connect="'none'" if blocks else "'self'"),
        meta=_json(contents.about | {"arrays": types, "served": not blocks}),
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
