"""Renew what the explorer's page has of ONNX Runtime: the runtime from npm, its notices from PyPI.

    python scripts/renew_onnxruntime_web.py 1.30.0

Needs npm and pip. Writes src/diabolo/explorer/vendor: files as they were published, the WebAssembly gzipped,
and ``vendored.json`` with version, licence and hashes. Run tests/explorer and tests/browser then.
"""

import argparse
import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "src" / "diabolo" / "explorer" / "vendor"
SCRIPT, WASM = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"
NOTICES = ("LICENSE", "ThirdPartyNotices.txt")


def main() -> None:
    """Fetch, unpack, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("version", help="of onnxruntime-web, as on npm")
    version = parser.parse_args().version
    with tempfile.TemporaryDirectory() as folder:
        package, integrity = _from_npm(f"onnxruntime-web@{version}", Path(folder))
        notices = _notices(f"onnxruntime=={version}", Path(folder))
    files = {
        SCRIPT: package[f"package/dist/{SCRIPT}"],
        f"{WASM}.gz": gzip.compress(package[f"package/dist/{WASM}"], 9, mtime=0),
        **notices,
    }
    VENDOR.mkdir(exist_ok=True)
    for name, content in files.items():
        (VENDOR / name).write_bytes(content)
    about = {
        "package": "onnxruntime-web",
        "version": version,
        "licence": json.loads(package["package/package.json"])["license"],
        "integrity": integrity,
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    (VENDOR / "vendored.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def _from_npm(name: str, folder: Path) -> tuple[dict[str, bytes], str]:
    """The files of a package by their paths, and npm's hash of the whole."""
    command = ["npm", "pack", name, "--json", "--pack-destination", str(folder)]
    packed = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)[0]
    wanted = {f"package/{path}" for path in ("package.json", f"dist/{SCRIPT}", f"dist/{WASM}")}
    with tarfile.open(folder / packed["filename"]) as archive:
        files = {path: archive.extractfile(path).read() for path in wanted}  # type: ignore[union-attr]
    return files, packed["integrity"]


def _notices(requirement: str, folder: Path) -> dict[str, bytes]:
    """The licences of the runtime and of what is compiled into it, which the package on npm leaves out."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--quiet",
        "-d",
        str(folder),
        requirement,
    ]
    subprocess.run(command, check=True)
    (wheel,) = folder.glob("onnxruntime-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(f"onnxruntime/{name}") for name in NOTICES}


if __name__ == "__main__":
    main()
