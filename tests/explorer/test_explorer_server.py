"""The server: what it gives to whom."""

import http.client
import socket
from urllib.parse import urlsplit

import numpy as np
import pytest

from diabolo import OutputError, explore

pytestmark = pytest.mark.jax


@pytest.fixture(scope="module")
def served(on_iris, iris):
    with explore(on_iris, *iris).serve() as server:
        yield server


def ask(server, path, method="GET", host=None, **headers):
    """Status, headers and body of an answer; ``path`` stands below the token, or begins with a slash."""
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    connection.putrequest(method, path if path.startswith("/") else address.path + path, skip_host=True)
    connection.putheader("Host", host or address.netloc)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    result = answer.status, answer.headers, answer.read()
    connection.close()
    return result


def test_arrays_rows_and_columns(served, on_iris, iris):
    X = iris[0].to_numpy(np.float32)
    codes = np.frombuffer(ask(served, "arrays/codes")[2], "<f4").reshape(-1, 3)
    np.testing.assert_array_equal(codes, on_iris.transform(iris[0]))
    np.testing.assert_array_equal(np.frombuffer(ask(served, "rows/149")[2], "<f4"), X[149])
    np.testing.assert_array_equal(np.frombuffer(ask(served, "columns/2")[2], "<f4"), X[:, 2])


def test_an_image_at_a_time(on_digits, digits):
    with explore(on_digits, digits[0]).serve() as server:
        assert ask(server, "rows/7")[2] == digits[0][7].tobytes()
        assert ask(server, "columns/0")[0] == 404


def test_the_page_may_ask_its_server_alone(served):
    status, headers, page = ask(served, "")
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"connect-src &#39;self&#39;" in page
    assert b'<script type="text/plain"' not in page
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        *("rows/150", "rows/-1", "rows/1.5", "rows/", "rows/%D9%A3", "columns/4", "arrays/other", "arrays/"),
        *("../", "rows/../arrays/codes", "%2e%2e/etc/passwd", "arrays/../../etc/passwd", "etc/passwd"),
        *("/", "/wrong/", "/wrong/arrays/codes", "//arrays/codes", "/etc/passwd"),
    ],
)
def test_there_is_nothing_else(served, path):
    status, _, body = ask(served, path)
    assert status == 404
    assert b"root:" not in body


def test_another_host_is_refused(served):
    port = urlsplit(served.url).port
    assert ask(served, "", host=f"localhost:{port}")[0] == 200
    for host in (f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}", "localhost"):
        assert ask(served, "", host=host)[0] == 421


def test_bodies_long_paths_and_other_methods_are_refused(served):
    assert ask(served, "", Content_Length="5")[0] == 413
    assert ask(served, "", Transfer_Encoding="chunked")[0] == 413
    assert ask(served, "x" * 300)[0] == 414
    assert ask(served, "x" * 70_000)[0] == 414
    assert ask(served, "", method="POST")[0] == 501
    assert ask(served, "", method="OPTIONS")[0] == 501


def test_only_this_machine_can_connect(served):
    assert urlsplit(served.url).hostname == "127.0.0.1"
    assert served._http.socket.getsockname()[0] == "127.0.0.1"


def test_every_server_has_a_token_of_its_own(on_iris, iris):
    explorer = explore(on_iris, iris[0])
    with explorer.serve() as one, explorer.serve() as other:
        tokens = {urlsplit(server.url).path for server in (one, other)}
    assert len(tokens) == 2
    assert all(len(token) > 30 for token in tokens)


def test_a_taken_port_is_said(on_iris, iris):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OutputError, match=f"Can't serve on port {port}.*Choose another port"):
            explore(on_iris, iris[0]).serve(port)


def test_close_ends_it(on_iris, iris):
    server = explore(on_iris, iris[0]).serve()
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    connection.request("GET", address.path + "rows/3")
    assert len(connection.getresponse().read()) == 16
    server.close()
    server.wait()
    connection.request("GET", address.path + "rows/3")
    assert connection.getresponse().status == 503
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        ask(server, "")
