"""What is written is read, by this reader and by others, and what was touched anywhere is refused."""

import os
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
import safetensors.numpy

from diabolo import ModelFileError, OutputError
from diabolo.storage.archive import read_archive, write_archive
from diabolo.storage.plain_json import MOST_BYTES, MOST_DEPTH, from_json, to_json
from diabolo.storage.tensors import pack, read_header

pytestmark = pytest.mark.jax

DOCUMENT = {
    "name": 'brackets in strings "[{\\" don\'t nest',
    "ü": [1, -2.5e-300, True, None, {"a": []}],
    "": {},
}
DTYPES = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]
RNG = np.random.default_rng(0)
ARRAYS = {
    **{dtype: RNG.integers(0, 100, (3, 4)).astype(dtype) for dtype in DTYPES},
    "scalar": np.float32(3.5).reshape(()),
    "empty": np.zeros((0, 5), np.int64),
    "fortran": np.asfortranarray(RNG.normal(size=(4, 3))),
    "every second": RNG.normal(size=(6, 4))[::2, ::2],
    "big-endian": np.arange(5, dtype=">u4"),
    "special": np.array([np.nan, np.inf, -0.0, 5e-324]),
}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "model.diabolo"
    write_archive(path, DOCUMENT, ARRAYS)
    return path


def assert_equal_arrays(read, written):
    assert read.keys() == written.keys()
    for name, array in written.items():
        assert read[name].dtype == array.dtype.newbyteorder("=")
        np.testing.assert_array_equal(read[name], array, err_msg=name, strict=array.dtype.isnative)


def test_what_is_read_is_what_was_written(path):
    document, arrays = read_archive(path)
    assert document == DOCUMENT
    assert_equal_arrays(arrays, ARRAYS)
    assert all(array.flags.writeable and array.flags.c_contiguous for array in arrays.values())


def test_zipfile_and_safetensors_read_it(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert [entry.filename for entry in archive.infolist()] == ["model.json", "arrays.safetensors"]
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert from_json(archive.read("model.json")) == DOCUMENT
        assert_equal_arrays(safetensors.numpy.load(archive.read("arrays.safetensors")), ARRAYS)


def test_what_safetensors_writes_can_be_read():
    native = {
        name: np.ascontiguousarray(a).reshape(a.shape) for name, a in ARRAYS.items() if a.dtype.isnative
    }
    content = safetensors.numpy.save(native, metadata={"made": "elsewhere"})
    claims, header = read_header(reader(content), len(content))
    numbers = content[len(header) :]
    read = {c.name: np.frombuffer(numbers[c.begin : c.end], c.dtype).reshape(c.shape) for c in claims}
    assert_equal_arrays(read, native)


def test_equal_contents_make_equal_files_in_whatever_order(path):
    again = path.with_name("again")
    write_archive(again, DOCUMENT, dict(reversed(ARRAYS.items())))
    assert again.read_bytes() == path.read_bytes()
    assert os.listdir(path.parent) in (["again", path.name], [path.name, "again"])


def test_numbers_lie_at_multiples_of_their_size():
    text = pack(ARRAYS)[0]
    assert len(text) % 8 == 0
    for claim in read_header(reader(text), len(text) + sum(a.nbytes for a in ARRAYS.values()))[0]:
        assert claim.begin % claim.dtype.itemsize == 0


def test_every_flipped_bit_and_every_cut_is_caught(tmp_path):
    path, damaged = tmp_path / "whole", tmp_path / "damaged"
    write_archive(path, {"a": 1}, {"x": np.arange(3.0)})
    content = path.read_bytes()
    flips = [content[:i] + bytes([content[i] ^ 1 << bit]) + content[i + 1 :]
             for i in range(len(content)) for bit in range(8)]  # fmt: skip
    cuts = [content[:i] for i in range(len(content))]
    for other in (*flips, *cuts, content + b"\0", content * 2, b"\0" + content):
        damaged.write_bytes(other)
        with pytest.raises(ModelFileError, match="damaged: "):
            read_archive(damaged)


@pytest.mark.parametrize(
    ("document", "arrays", "says"),
    [
        ({"x": float("nan")}, {}, "finite"),
        ({"x": object()}, {}, "only plain"),
        ({"x": "\ud800"}, {}, "only plain"),
        ({"x": "a" * MOST_BYTES}, {}, "at most 8,388,608 bytes"),
        ({}, {"x": np.array(["a"])}, "dtypes float64.*'x' has <U1"),
        ({}, {"x": np.array([None])}, "'x' has object"),
        ({}, {"x": np.array([1j])}, "'x' has complex128"),
    ],
)
def test_what_cannot_be_held(tmp_path, document, arrays, says):
    with pytest.raises(ModelFileError, match=says):
        write_archive(tmp_path / "file", document, arrays)
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError, match="Can't write .*nowhere.*No such file"):
        write_archive(tmp_path / "nowhere" / "file", {}, {})


def test_what_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(ModelFileError, match="it is no file"):
            read_archive(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        read_archive(tmp_path / "nothing")


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "can't be read"),
        (b"\xff", "can't be read"),
        (b"[1,]", "can't be read"),
        (b"9" * 5000, "can't be read"),
        (b"NaN", "NaN where a number"),
        (b"[-Infinity]", "-Infinity where a number"),
        (b"[1e999]", "can't be read"),
        (b'"\\ud800"', "can't be read"),
        (b'{"a": 1, "a": 1}', "key twice"),
        (b'[{"b": {"a": 1, "\\u0061": 1}}]', "key twice"),
        (nested(MOST_DEPTH + 1), "65 deep"),
        (nested(100_000), "100000 deep"),
        (b'{"a":' * 100_000, "100000 deep"),
        (b"[" + b"1," * 500_000 + b"1]", "at most 500,000 values and keys; it holds 500,001"),
        (b'"' + b'\\"' * 4_000_000 + b"\\", "can't be read"),  # linear, not quadratic
        (b" " * (MOST_BYTES + 1), "at most 8,388,608 bytes"),
    ],
)
def test_json_with_a_surprise(text, says):
    with pytest.raises(ModelFileError, match=says):
        from_json(text)


def test_json_without_surprises():
    for value in (DOCUMENT, [], 0, "[" * 100, "\\", '"[\\"[', 2**70, from_json(nested(MOST_DEPTH))):
        assert from_json(to_json(value)) == value


def entry(dtype="F32", shape=(2,), offsets=(0, 8), **others):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets), **others}


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ([], "must be an object"),
        ({}, "must have 8 bytes; they claim 0"),
        ({"x": 1}, "'x' must have a dtype"),
        ({"x": entry(dtype="BOOL")}, "'x' must have a dtype"),
        ({"x": entry(dtype=["F32"])}, "'x' must have a dtype"),
        ({"x": entry(extra=1)}, "'x' must have a dtype"),
        ({"x": entry(shape=[2.0])}, "'x' must have a dtype"),
        ({"x": entry(shape=[True, 2])}, "'x' must have a dtype"),
        ({"x": entry(shape=[-2])}, "'x' must have a dtype"),
        ({"x": entry(shape=[1] * 33)}, "'x' must have a dtype"),
        ({"x": entry(shape=[0, 2**41], offsets=[0, 0])}, "'x' must have a dtype"),
        ({"x": entry(offsets=[0])}, "'x' must have a dtype"),
        ({"x": entry(offsets=[0, -8])}, "'x' must have a dtype"),
        ({"x": entry(shape=[3])}, "can't fill bytes 0 to 8"),
        ({"x": entry(shape=[2**30], offsets=[0, 2**32])}, "must have 8 bytes; they claim 4294967296"),
        ({"x": entry(offsets=[8, 16])}, "can't fill bytes 8 to 16"),
        ({"x": entry(), "y": entry()}, "can't fill bytes 0 to 8 after an array that ends at 8"),
        ({"x": entry(shape=[1], offsets=[0, 4])}, "must have 8 bytes; they claim 4"),
    ],
)
def test_a_header_that_lies(header, says):
    text = to_json(header)
    content = len(text).to_bytes(8, "little") + text + bytes(8)
    with pytest.raises(ModelFileError, match=says):
        read_header(reader(content), len(content))


@pytest.mark.parametrize("length", [100, 2**40, 2**64 - 1])
def test_a_header_that_lies_about_its_own_length(length):
    content = length.to_bytes(8, "little") + b"{}"
    with pytest.raises(ModelFileError, match=r"at most 2 bytes; it claims"):
        read_header(reader(content), len(content))
    with pytest.raises(ModelFileError, match="no header"):
        read_header(reader(b"short"), 5)


def reader(content: bytes) -> Callable[[int], bytes]:
    left = memoryview(content)

    def read(n: int) -> bytes:
        nonlocal left
        piece, left = left[:n], left[n:]
        return bytes(piece)

    return read
