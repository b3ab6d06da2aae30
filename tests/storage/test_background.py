import threading

import pytest

from diabolo.storage.background import BackgroundWriter


def test_the_newest_of_those_that_wait_is_run():
    writer, done, begun, go = BackgroundWriter(), [], threading.Event(), threading.Event()
    writer.submit(lambda: (begun.set(), go.wait(10), done.append(0)))
    assert begun.wait(10)
    for i in range(1, 4):
        writer.submit(lambda i=i: done.append(i))
    go.set()
    writer.wait()
    assert done == [0, 3]
    writer.submit(lambda: done.append(4))
    writer.wait()
    assert done[-1] == 4


def test_errors_come_out_once():
    writer = BackgroundWriter()
    writer.submit(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        writer.wait()
    writer.wait()
