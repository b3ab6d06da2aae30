"""The page's scripts, each made of modules, as texts that can stand within one file."""

import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=async |class |const |function )", re.MULTILINE)


@cache
def page_script() -> str:
    """The page's own modules in one: each after those it imports, in one scope."""
    folder = files(__package__) / "page"
    return "\n".join(_without_links(text) for text in _in_order(folder, "main", {}).values())


def _in_order(folder: Traversable, name: str, found: dict[str, str]) -> dict[str, str]:
    """Modules by name, those that others import first."""
    text = (folder / f"{name}.js").read_text(encoding="utf-8")
    for imported in _IMPORT.findall(text):
        if imported not in found:
            _in_order(folder, imported, found)
    found[name] = text
    return found


def _without_links(text: str) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", text))


@cache
def runtime_script() -> str:
    """ONNX Runtime as a script that leaves a global name, ``onnxruntime``."""
    text = (files(__package__) / "vendor" / "ort.wasm.bundle.min.mjs").read_text(encoding="utf-8")
    text, exports = re.split(r"export\{(?=[^{}]*\};\n//# sourceMappingURL)", text)
    names = re.findall(r"(\w+) as (\w+)", exports.partition("}")[0])
    # A file's origin is "null" in Firefox, which makes no URL; where the page is says the same here.
    text = text.replace("location.origin", "location.href")
    return f"{text}globalThis.onnxruntime={{{','.join(f'{public}:{name}' for name, public in names)}}};"


def runtime_wasm() -> bytes:
    """ONNX Runtime's WebAssembly, gzipped."""
    return (files(__package__) / "vendor" / "ort-wasm-simd-threaded.wasm.gz").read_bytes()
