import threading

import pytest

from diabolo.storage.background import BackgroundWriter


def test_the_newest_of_those_that_wait_is_run():
    writer, done, go = BackgroundWriter(), [], threading.Event()
    writer.submit(lambda: (go.wait(10), done.append(0)))
    for i in range(1, 4):
        writer.submit(lambda i=i: done.append(i))
    go.set()
    writer.wait()
    assert done[-1] == 3
    assert done in ([0, 3], [3])  # the first may not have begun when the others came
    writer.submit(lambda: done.append(4))
    writer.wait()
    assert done[-1] == 4


def test_errors_come_out_once():
    writer = BackgroundWriter()
    writer.submit(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        writer.wait()
    writer.wait()
