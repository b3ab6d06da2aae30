import errno
import os

import pytest

from diabolo import OutputError
from diabolo.storage.folder import new_folder


def fill(path, text="new"):
    with new_folder(path) as folder:
        (folder / "page.html").write_text(text)


def test_a_folder_appears_whole_and_is_replaced_whole(tmp_path):
    fill(tmp_path / "a" / "out", "one")
    with new_folder(tmp_path / "a" / "out") as folder:
        (folder / "other.html").write_text("two")
        assert (tmp_path / "a" / "out" / "page.html").read_text() == "one"
    assert sorted(os.listdir(tmp_path / "a" / "out")) == [".diabolo-files", "other.html"]
    assert os.listdir(tmp_path / "a") == ["out"]


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "out").mkdir()
    fill(tmp_path / "out")


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_what_fails_halfway_leaves_the_old_folder_and_nothing_else(tmp_path, error):
    fill(tmp_path / "out", "old")
    with pytest.raises((OutputError, KeyboardInterrupt)), new_folder(tmp_path / "out") as folder:
        (folder / "page.html").write_text("half")
        raise error
    assert (tmp_path / "out" / "page.html").read_text() == "old"
    assert os.listdir(tmp_path) == ["out"]


def make_file(path):
    path.write_text("mine")


def make_foreign_folder(path):
    path.mkdir()
    (path / "thesis.tex").write_text("mine")


def make_own_folder_with_a_guest(path):
    fill(path)
    (path / "notes.txt").write_text("mine")


def make_link(path):
    fill(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (make_file, "is not a folder"),
        (make_foreign_folder, "was not made by diabolo"),
        (make_own_folder_with_a_guest, r"did not make \(notes.txt\)"),
        (make_link, "is not a folder"),
    ],
)
def test_what_was_not_made_here_is_not_replaced(tmp_path, make, says):
    make(tmp_path / "out")
    entered = False
    with pytest.raises(OutputError, match=says), new_folder(tmp_path / "out"):
        entered = True
    assert not entered


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="Can't write the folder"), new_folder(tmp_path / "file" / "out"):
        pass
