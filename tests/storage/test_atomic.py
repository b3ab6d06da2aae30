import errno
import os

import pytest

from diabolo import OutputError
from diabolo.storage.atomic import write_atomically


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "file"
    for content in (b"one", b"two"):
        write_atomically(path, lambda file, content=content: file.write(content))
        assert path.read_bytes() == content
    assert os.listdir(tmp_path) == ["file"]
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask


def full_disk(file):
    file.write(b"half")
    raise OSError(errno.ENOSPC, "No space left on device")


def interrupted(file):
    file.write(b"half")
    raise KeyboardInterrupt


@pytest.mark.parametrize(("write", "error"), [(full_disk, OutputError), (interrupted, KeyboardInterrupt)])
def test_what_fails_halfway_leaves_the_old_file_and_nothing_else(tmp_path, write, error):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(error):
        write_atomically(path, write)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_folder_or_a_device_is_not_replaced(tmp_path):
    for path in (tmp_path, os.devnull):
        with pytest.raises(OutputError, match="folder or a device"):
            write_atomically(path, lambda file: file.write(b""))
