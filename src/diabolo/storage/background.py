"""Writing while work goes on."""

import threading
from collections.abc import Callable


class BackgroundWriter:
    """Runs jobs in a thread, one at a time; of those that wait, only the newest.

    An error of a job is raised by the next call.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: Callable[[], None] | None = None
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    def submit(self, job: Callable[[], None]) -> None:
        """Run the job soon, in place of one that waits."""
        with self._lock:
            self._raise()
            self._next = job
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="diabolo-writer")
                self._thread.start()

    def wait(self) -> None:
        """Until nothing is left to do."""
        thread = self._thread
        if thread is not None:
            thread.join()
        self._raise()

    def _work(self) -> None:
        while True:
            with self._lock:
                job, self._next = self._next, None
                if job is None:
                    self._thread = None
                    return
            try:
                job()
            except BaseException as error:  # to be raised where training can act on it
                self._error = error

    def _raise(self) -> None:
        if self._error is not None:
            error, self._error = self._error, None
            raise error
