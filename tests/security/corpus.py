"""Files that mean harm, made from a good one: each kind by its name, and mutations without end.

Sealed ones have the right frame and checksums around wrong contents, so that they get past the outer checks.
"""

import copy
import io
import json
import marshal
import os
import pickle
import random
import struct
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from diabolo.storage.archive import ARRAYS, DOCUMENT, _write

GOOD = Path(__file__).parents[1] / "golden" / "v1-jax.diabolo"
_ZEROS = 2**28


class Hostile(NamedTuple):
    """One file."""

    kind: str
    content: bytes
    sealed: bool  # if it loads, it may be another model than the good one


class Parts(NamedTuple):
    """What a good file holds."""

    document: dict[str, Any]
    header: dict[str, Any]  # of the arrays
    numbers: bytes


def parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        arrays = archive.read(ARRAYS.decode())
        document = json.loads(archive.read(DOCUMENT.decode()))
    end = 8 + struct.unpack_from("<Q", arrays)[0]
    return Parts(document, json.loads(arrays[8:end]), arrays[end:])


def sealed(text: bytes, arrays: bytes) -> bytes:
    """A file with these contents whose frame and checksums are right."""
    file = io.BytesIO()
    _write(file, [(DOCUMENT, [text]), (ARRAYS, [arrays])])
    return file.getvalue()


def tensors(header: Any, numbers: bytes, length: int | None = None) -> bytes:
    """Safetensors with this header, which may claim another length."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + numbers


# -- by name ---------------------------------------------------------------------------------------------


def named(content: bytes, canary: str) -> Iterator[Hostile]:
    """Every kind of harm that has a name. Whoever runs one finds a file at ``canary``."""
    parts = parts_of(content)
    for kind, hostile in _foreign(canary):
        yield Hostile(kind, hostile, False)
    for kind, hostile in _zips(content, parts):
        yield Hostile(kind, hostile, False)
    text, arrays = json.dumps(parts.document).encode(), tensors(parts.header, parts.numbers)
    for kind, other in _texts(text):
        yield Hostile(f"JSON: {kind}", sealed(other, arrays), True)
    for kind, change in _documents(canary):
        document = copy.deepcopy(parts.document)
        change(document)
        yield Hostile(f"document: {kind}", sealed(json.dumps(document).encode(), arrays), True)
    for kind, other in _tensors(parts):
        yield Hostile(f"arrays: {kind}", sealed(text, other), True)


class Payload:
    """Touches the canary when it is unpickled."""

    def __init__(self, canary: str):
        self.canary = canary

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (self.canary,)


def marshalled(canary: str) -> str:
    """Code that touches the canary, as Keras stores a Lambda layer's function."""
    return b64encode(marshal.dumps(compile(f"__import__('os').mkdir({canary!r})", "x", "exec"))).decode()


def lambda_layer(canary: str) -> dict[str, Any]:
    """Keras's configuration of a Lambda layer."""
    function = {"class_name": "__lambda__", "config": {"code": marshalled(canary), "defaults": None}}
    config = {"name": "lambda", "function": function, "arguments": {}}
    return {"module": "keras.layers", "class_name": "Lambda", "config": config, "registered_name": None}


def _foreign(canary: str) -> Iterator[tuple[str, bytes]]:
    for protocol in (0, 2, 5):
        yield f"pickle, protocol {protocol}", pickle.dumps(Payload(canary), protocol)
    objects = io.BytesIO()
    np.save(objects, np.array([Payload(canary)], dtype=object), allow_pickle=True)
    yield "npy of pickled objects", objects.getvalue()
    for name in ("data.pkl", "archive/data.pkl", "model.json"):
        yield f"zip with a pickle as {name}", _zip([(name, pickle.dumps(Payload(canary)))])
    keras_model = json.dumps({"module": "keras", "class_name": "Sequential", "config": {
        "name": "m", "layers": [lambda_layer(canary)]}, "registered_name": None}).encode()  # fmt: skip
    yield "Keras model with a Lambda layer", _zip([("config.json", keras_model), ("metadata.json", b"{}")])
    yield "code", f"__import__('os').mkdir({canary!r})\n".encode()
    yield "nothing", b""
    yield "zeros", bytes(100_000)
    yield "end of an empty zip", b"PK\5\6" + bytes(18)


def _zip(entries: list[tuple[Any, bytes]], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def _link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return entry


def _zips(content: bytes, parts: Parts) -> Iterator[tuple[str, bytes]]:
    text, arrays = json.dumps(parts.document).encode(), tensors(parts.header, parts.numbers)
    good = [("model.json", text), ("arrays.safetensors", arrays)]
    yield "packed by another program", _zip(good)
    yield "deflated", _zip(good, zipfile.ZIP_DEFLATED)
    yield "bomb of zeros", _zip([good[0], ("arrays.safetensors", bytes(_ZEROS))], zipfile.ZIP_DEFLATED)
    for name in ("../model.json", "/tmp/model.json", "..\\model.json", "C:\\model.json", "model.json\0.txt"):
        yield f"name {name!r}", _zip([(name, text), good[1]])
    yield "link", _zip([(_link("model.json"), b"/etc/passwd"), good[1]])
    yield "names in another order", _zip(good[::-1])
    yield "a third entry", _zip([*good, ("../evil", b"x")])
    yield "bytes in front", b"#!/bin/sh\n" + content
    yield "bytes behind", content + b"\0"
    yield "twice", content + content
    first_end = content.index(b"PK\3\4", 4)
    directory = content.index(b"PK\1\2")
    yield "duplicate entry", content[:first_end] + content[:first_end] + content[first_end:]
    yield "no directory", content[:directory]
    for kind, at, value in (
        ("encrypted", 6, b"\1"),
        ("sizes after the content", 6, b"\10"),
        ("deflated, says the header", 8, b"\10"),
        ("64-bit size of 2**63", 44, struct.pack("<Q", 2**63)),
        ("64-bit size of 2**40", 44, struct.pack("<QQ", 2**40, 2**40)),
        ("64-bit size of all", 44, struct.pack("<QQ", len(content), len(content))),
    ):
        yield kind, content[:at] + value + content[at + len(value) :]


def _texts(text: bytes) -> Iterator[tuple[str, bytes]]:
    yield "nested 100,000 deep", b"[" * 100_000 + b"]" * 100_000
    yield "objects 100,000 deep", b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    yield "nested deep within a parameter", text.replace(b'"tanh"', b"[" * 100_000 + b"]" * 100_000)
    for number in (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 5000, b"0x10", b"1_000", b""):
        yield f"seed {number[:9].decode()}", text.replace(b'"seed": 218175338', b'"seed": ' + number)
    yield "key twice", text.replace(b'{"format"', b'{"format": "x", "format"', 1)
    yield "list", b"[1]"
    yield "string", b'"model"'
    yield "empty", b""
    yield "half a surrogate pair", text.replace(b'"a b"', b'"\\ud800"')
    yield "not UTF-8", text.replace(b'"a b"', b'"\xff\xfe"')
    yield "UTF-16", text.decode().encode("utf-16")
    yield "many lists", b"[" + b"[]," * 2_700_000 + b"[]]"
    yield "many keys", b"{" + b",".join(b'"%d":0' % i for i in range(700_000)) + b"}"
    for item in (b"0", b"0.1", b'""', b'"a"', b"null"):
        yield (
            f"many times {item.decode()}",
            b"[" + (item + b",") * ((2**23 - 8) // (len(item) + 1)) + item + b"]",
        )
    yield "many strings", b"[" + b",".join(b'"%d"' % i for i in range(800_000)) + b"]"
    yield "too long", text + b" " * 2**23
    yield "quotes that never close", b'"' + b'\\"' * 4_000_000


def _set(*keys: str, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for key in keys[:-1]:
            document = document[key]
        document[keys[-1]] = to

    return change


def _convolutional(**changed: Any) -> dict[str, Any]:
    plain = {"filters": [2], "kernel_size": 1, "pool": "stride", "norm": None, "residual": False}
    return {
        "convolutional": plain
        | {"activation": "relu", "widths": [], "spatial": False, "image_shape": [2, 2]}
        | changed
    }


def _recurrent(**changed: Any) -> dict[str, Any]:
    plain = {"units": [2], "cell": "lstm", "bidirectional": False, "feedback": False, "sequence_shape": None}
    return {"recurrent": plain | changed}


def _convolutional_recurrent(**changed: Any) -> dict[str, Any]:
    plain = {"horizon": 1, "filters": [], "maps": 2, "kernel_size": 1, "activation": "relu", "spatial": True}
    return {"convolutional_recurrent": plain | {"clip_shape": None} | changed}


def _documents(canary: str) -> Iterator[tuple[str, Callable[[dict[str, Any]], None]]]:
    run = {"class_name": "function", "module": "os", "config": "mkdir", "registered_name": "mkdir"}
    layer = lambda_layer(canary)
    for kind, value in (
        ("a Lambda layer", layer),
        ("a Lambda layer of a known kind", {"keras": layer}),
        ("a Lambda layer as network", {"dense": layer}),
        ("a module of Python", {"module": "os", "class_name": "mkdir", "config": {"path": canary}}),
        ("a module path", {"class": "os.mkdir", "config": {"path": canary}}),
    ):
        for place in (("parameters", "encoder"), ("parameters", "activation"), ("network", "encoder"),
                      ("network", "decoder")):  # fmt: skip
            yield f"{kind} as {'/'.join(place)}", _set(*place, to=value)
        yield f"{kind} as the optimizer", _set("training", "optimizer", to=value)
        yield f"{kind} as parameters/optimizer", _set("parameters", "optimizer", to={"optimizer": value})
        config = {"class": "Adam", "config": {"learning_rate": value}}
        yield f"{kind} as the learning rate", _set("training", "optimizer", to=config)
    for activation in (run, {"function": "os.mkdir"}, {"function": "exec"}, {"function": "__import__"},
                       {"function": layer}, layer, {"optimizer": run}):  # fmt: skip
        dense = {"dense": {"widths": [6, 5], "activation": activation}}
        yield f"activation {str(activation)[:60]}", _set("network", "encoder", to=dense)
        yield f"parameter's activation {str(activation)[:60]}", _set("parameters", "encoder", to=dense)
    for name in ("os.system", "__class__", "load", "Dense", "BaseEstimator", "builtins.exec", "../x", ""):
        yield f"class {name!r}", _set("class", to=name)
    for odd in (2**63, 10**400, -1, 0, 1.5, True, "4", None, [4], {}):
        for key in ("n_features", "n_components"):
            yield f"{key} {str(odd)[:20]}", _set("network", key, to=odd)
        dense = {"dense": {"widths": [odd, 5], "activation": "gelu"}}
        yield f"width {str(odd)[:20]}", _set("network", "encoder", to=dense)
        yield f"row shape {str(odd)[:20]}", _set("data", "row_shape", to=[odd])
        if odd != 0:
            yield f"seed {str(odd)[:20]}", _set("training", "seed", to=odd)
        yield f"format version {str(odd)[:20]}", _set("format_version", to=odd)
        yield f"filters {str(odd)[:20]}", _set("network", "encoder", to=_convolutional(filters=[odd, 5]))
        yield f"kernel {str(odd)[:20]}", _set("network", "encoder", to=_convolutional(kernel_size=odd))
        yield f"units {str(odd)[:20]}", _set("network", "encoder", to=_convolutional(widths=[odd, 5]))
    for sides in ([4], [2, 2], [1, 4], [4, 2**40], [2**33, 2**33], [1] * 1_000_000):
        convolutional = _convolutional(image_shape=sides)
        yield f"image shape {str(sides)[:20]}", _set("network", "encoder", to=convolutional)
        yield f"image shape {str(sides)[:20]} behind", _set("network", "decoder", to=convolutional)
        yield (
            f"sequence shape {str(sides)[:20]}",
            _set("network", "decoder", to=_recurrent(sequence_shape=sides)),
        )
    for odd in (0, 2**40, True, "eval", None):
        yield f"units {str(odd)[:20]}", _set("network", "encoder", to=_recurrent(units=[odd]))
        yield f"cell {str(odd)[:20]}", _set("network", "decoder", to=_recurrent(cell=odd, feedback=True))
    for odd in (0, 1, 2**40, -1, True, 1.5, "4", None):
        for name in ("horizon", "maps", "kernel_size", "spatial"):
            clips = _convolutional_recurrent(**{name: odd})
            yield f"{name} {str(odd)[:20]} of clips", _set("network", "encoder", to=clips)
            yield f"{name} {str(odd)[:20]} of clips behind", _set("network", "decoder", to=clips)
    for sides in ([4, 1, 1], [2, 2, 1, 1], [1, 1, 4], [2**40, 2**40, 1], [1] * 1_000_000):
        clips = _convolutional_recurrent(clip_shape=sides)
        yield f"clip shape {str(sides)[:20]}", _set("network", "encoder", to=clips)
    yield (
        "a million filters of clips",
        _set("network", "encoder", to=_convolutional_recurrent(filters=[1] * 1_000_000)),
    )
    tabular = {"tabular": {"widths": [6, 5], "activation": "gelu", "unseen": "gap"}}
    yield "a table's network without one", _set("network", "encoder", to=tabular)
    yield "a table's network behind", _set("network", "decoder", to=tabular)
    column = {"kind": "number", "name": "a", "dtype": "float64"}
    for changed in (
        {"dtype": "datetime64[ns, dateutil//etc/passwd]"},
        {"dtype": "V1000000000"},
        {"kind": run},
        {"kind": "category", "levels": [run]},
        {"name": run},
        {},
    ):
        yield f"a table of {changed}", _set("data", "table", to=[column | changed] * 4)
    yield "a table that is none", _set("data", "table", to=run)
    yield "robust scaling without a table", _set("data", "scaling", to="robust")
    yield "a million recurrent layers", _set("network", "encoder", to=_recurrent(units=[1] * 1_000_000))
    yield "a million filters", _set("network", "encoder", to=_convolutional(filters=[1] * 1_000_000))
    yield "a million widths", _set("network", "encoder", to=_convolutional(widths=[1] * 1_000_000))
    many = {"dense": {"widths": [1] * 1_000_000, "activation": "gelu"}}
    yield "a million layers", _set("network", "encoder", to=many)
    yield "a million layers as parameter", _set("parameters", "encoder", to=many)
    yield (
        "a regular expression",
        _set("training", "optimizer", to={"class": "Muon", "config": {"exclude_layers": ["(a+)+$"]}}),
    )
    yield "paths as history", _set("history", to=["../../etc/passwd"])
    yield "a change of what is none", _set("changed_since_fit", to={"function": "exec"})
    yield "callbacks", _set("parameters", "callbacks", to=[layer])
    yield "output", _set("output", to="../x")


def _tensors(parts: Parts) -> Iterator[tuple[str, bytes]]:
    header, numbers = parts.header, parts.numbers
    for length in (0, 1, 2**20, 2**31, 2**62, 2**64 - 1):
        yield f"header of length {length}", tensors(header, numbers, length)
    first = next(iter(header))
    for kind, change in (
        ("shape of 2**40", {"shape": [2**40]}),
        ("shape of 2**62 by 0", {"shape": [2**62, 0], "data_offsets": [0, 0]}),
        ("shape below zero", {"shape": [-1]}),
        ("shape that overflows", {"shape": [2**33, 2**33]}),
        ("shape of 100,000 sides", {"shape": [1] * 100_000}),
        ("shape of floats", {"shape": [1.0]}),
        ("offsets beyond the end", {"data_offsets": [0, 2**40]}),
        ("offsets backwards", {"data_offsets": [8, 0]}),
        ("offsets below zero", {"data_offsets": [-8, 0]}),
        ("overlap", {"data_offsets": [4, 12]}),
        ("unknown dtype", {"dtype": "F8_E4M3"}),
        ("dtype of objects", {"dtype": "|O"}),
        ("text for offsets", {"data_offsets": "08"}),
    ):
        yield kind, tensors({**header, first: {**header[first], **change}}, numbers)
    yield "all arrays at one place", tensors(dict.fromkeys(header, header[first]), numbers)
    yield "no arrays", tensors({}, b"")
    yield "no numbers", tensors(header, b"")
    yield "numbers behind", tensors(header, numbers + b"x")
    yield "header nested deep", tensors(b"[" * 100_000 + b"]" * 100_000, numbers)
    yield "a pickle for numbers", tensors(header, pickle.dumps(Payload("/nowhere")))
    for value in (np.nan, np.inf):
        bad = np.full(len(numbers) // 4, value, np.float32).tobytes()
        yield f"numbers all {value}", tensors(header, bad)


# -- cuts, flips, mutations ------------------------------------------------------------------------------


def cuts(content: bytes) -> Iterator[Hostile]:
    """The file cut short at every 64th byte."""
    for end in range(0, len(content), 64):
        yield Hostile("cut", content[:end], False)


def mutation(content: bytes, seed: int, index: int) -> Hostile:
    """One of endlessly many, the same for the same numbers."""
    draw = random.Random(f"{seed} {index}")
    mutate = draw.choice(_MUTATIONS)
    kind = mutate.__name__.removeprefix("_").replace("_", " ")
    return Hostile(kind, mutate(content, draw), kind.startswith("sealed"))


def _flipped_bit(content: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << draw.randrange(8)]) + content[at + 1 :]


def _changed_bytes(content: bytes, draw: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(draw.randint(1, 8)):
        changed[draw.randrange(len(changed))] = draw.choice((0, 1, 127, 128, 255, draw.randrange(256)))
    return bytes(changed)


def _moved_piece(content: bytes, draw: random.Random) -> bytes:
    """A piece taken out, put in a second time, or replaced by another."""
    start, source = draw.randrange(len(content)), draw.randrange(len(content))
    length = draw.choice((1, 4, 8, 64, 1024))
    piece = draw.choice((b"", content[source : source + length], draw.randbytes(length)))
    return content[:start] + piece + content[start + draw.choice((0, length)) :]


def _cut_anywhere(content: bytes, draw: random.Random) -> bytes:
    return content[: draw.randrange(len(content))]


def _sealed_text(content: bytes, draw: random.Random) -> bytes:
    parts = parts_of(content)
    text = json.dumps(parts.document).encode()
    mutate = draw.choice((_flipped_bit, _changed_bytes, _moved_piece, _cut_anywhere))
    return sealed(mutate(text, draw), tensors(parts.header, parts.numbers))


_VALUES = (
    None, True, False, 0, 1, -1, 2, 7, 64, 2**31, 2**63, 10**400, 0.5, -0.0, 1e308, 5e-324, "", "relu", "a",
    "..", "\0", "x" * 10_000, [], [[]], [1] * 1000, {}, {"": {}}, {"list": []}, {"function": "exec"},
    {"optimizer": {"class": "SGD", "config": {}}}, {"dense": {"widths": [], "activation": "linear"}},
)  # fmt: skip


def _mutated_tree(tree: Any, draw: random.Random) -> Any:
    """The tree with one node replaced, taken out, put in anew, or exchanged for a copy of another."""
    tree = copy.deepcopy(tree)
    places = list(_places(tree))
    holder, key = draw.choice(places)
    other_holder, other_key = draw.choice(places)
    action = draw.randrange(4)
    if action == 0:
        holder[key] = copy.deepcopy(draw.choice(_VALUES))
    elif action == 1:
        del holder[key]
    elif action == 2:
        holder[key] = copy.deepcopy(other_holder[other_key])
    elif isinstance(holder, list):
        holder.insert(key, copy.deepcopy(draw.choice(_VALUES)))
    else:
        holder[draw.choice((f"{key}x", other_key if isinstance(other_key, str) else "x"))] = holder[key]
    return tree


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield node, key
        yield from _places(value)


def _sealed_document(content: bytes, draw: random.Random) -> bytes:
    parts = parts_of(content)
    document = parts.document
    for _ in range(draw.choice((1, 1, 2, 4))):
        document = _mutated_tree(document, draw)
    return sealed(json.dumps(document).encode(), tensors(parts.header, parts.numbers))


def _sealed_header(content: bytes, draw: random.Random) -> bytes:
    parts = parts_of(content)
    if draw.random() < 0.5:
        header: Any = _mutated_tree(parts.header, draw)
    else:
        header = draw.choice((_flipped_bit, _changed_bytes, _moved_piece))(
            json.dumps(parts.header).encode(), draw
        )
    return sealed(json.dumps(parts.document).encode(), tensors(header, parts.numbers))


def _sealed_numbers(content: bytes, draw: random.Random) -> bytes:
    parts = parts_of(content)
    mutate = draw.choice((_flipped_bit, _changed_bytes, _moved_piece))
    return sealed(json.dumps(parts.document).encode(), tensors(parts.header, mutate(parts.numbers, draw)))


_MUTATIONS = (
    _flipped_bit, _changed_bytes, _moved_piece, _cut_anywhere,
    _sealed_text, _sealed_document, _sealed_document, _sealed_header, _sealed_numbers,
)  # fmt: skip
