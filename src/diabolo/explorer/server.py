"""The explorer's page from a server on this machine, for rows that are too many for one file."""

import secrets
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

import numpy as np

from diabolo.errors import OutputError
from diabolo.explorer.bundle import runtime_wasm
from diabolo.explorer.contents import Contents
from diabolo.explorer.html import served_page

_HOST = "127.0.0.1"
_LONGEST_PATH = 200  # characters
_IDLE = 30  # seconds until a silent connection is closed
_ALWAYS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",  # the address holds the token
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Answer(NamedTuple):
    """What a path stands for."""

    body: bytes
    type: str = "application/octet-stream"
    encoding: str | None = None


class Server:
    """Serves one explorer to whoever knows its address, on this machine alone.

    Parameters
    ----------
    contents : Contents
    port : int
        0 takes any that is free.

    Raises
    ------
    OutputError
        If the port can't be had.

    Attributes
    ----------
    url : str
        With a token drawn anew for each server, without which nothing is answered.
    """

    def __init__(self, contents: Contents, port: int = 0):
        self._paths = _Paths(contents)
        try:
            self._http = _HTTPServer((_HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            raise OutputError(
                f"Can't serve on port {port} of {_HOST}: {error}. Choose another port, or 0."
            ) from error
        self._http.paths, self._http.token = self._paths, secrets.token_urlsafe(24)
        self.url = f"http://{_HOST}:{self._http.server_port}/{self._http.token}/"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Go on serving until Ctrl-C, or until ``close`` is called."""
        while self._thread.is_alive():
            self._thread.join(0.5)  # a wait without end could not be interrupted everywhere

    def close(self) -> None:
        """Stop serving."""
        self._http.closed = True
        self._http.shutdown()
        self._http.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()


class _Paths:
    """What there is to ask for: the page, whole arrays, and single rows and columns."""

    def __init__(self, contents: Contents):
        self._rows = contents.rows
        self._n_rows = len(contents.codes)
        self._whole = {
            "": Answer(served_page(contents).encode(), "text/html; charset=utf-8"),
            "arrays/wasm": Answer(runtime_wasm(), encoding="gzip"),
            **{f"arrays/{name}": Answer(_bytes(array)) for name, array in contents.arrays.items()},
        }

    def find(self, path: str) -> Answer | None:
        """What a path below the token stands for; ``None`` if nothing."""
        if path in self._whole:
            return self._whole[path]
        kind, _, number = path.partition("/")
        if not (number.isascii() and number.isdigit()):
            return None
        if kind == "rows" and int(number) < self._n_rows:
            return Answer(_bytes(self._rows.block(slice(int(number), int(number) + 1))))
        if kind == "columns" and int(number) < len(self._rows.about.get("columns", ())):
            return Answer(_bytes(self._rows.column(int(number))))
        return None


def _bytes(array: np.ndarray) -> bytes:
    return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


class _HTTPServer(ThreadingHTTPServer):
    daemon_threads = True
    paths: _Paths
    token: str
    closed = False  # connections that are open then must not go on getting answers

    def handle_error(self, *of: Any) -> None:
        """A browser that closes its connection is no error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "diabolo", ""
    timeout = _IDLE
    wbufsize = -1  # headers and body in one packet: else the second waits for the first to be acknowledged
    server: _HTTPServer

    def do_GET(self) -> None:
        """Answer, or say that there is nothing."""
        refused = self._refused()
        if refused is not None:
            self.close_connection = True
            self.send_error(refused)
            return
        _, token, path = self.path.split("/", 2)
        known = secrets.compare_digest(token.encode(), self.server.token.encode())
        answer = self.server.paths.find(path) if known else None
        if answer is None:
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            self._send(answer)

    def _refused(self) -> HTTPStatus | None:
        """Why a request is not looked at."""
        if self.server.closed:
            return HTTPStatus.SERVICE_UNAVAILABLE
        if len(self.path) > _LONGEST_PATH:
            return HTTPStatus.REQUEST_URI_TOO_LONG
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        # A page elsewhere can make a browser ask here by a name of its own that leads to this address.
        port = self.server.server_port
        if self.headers.get_all("Host", []) not in ([f"{_HOST}:{port}"], [f"localhost:{port}"]):
            return HTTPStatus.MISDIRECTED_REQUEST
        return None if self.path.count("/") >= 2 else HTTPStatus.NOT_FOUND

    def _send(self, answer: Answer) -> None:
        self.send_response(HTTPStatus.OK)
        headers = {"Content-Type": answer.type, "Content-Length": str(len(answer.body)), **_ALWAYS}
        if answer.encoding:
            headers["Content-Encoding"] = answer.encoding
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the address must not stand in logs."""
