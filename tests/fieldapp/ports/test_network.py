"""The HTTP adapter over real sockets, against servers that behave as badly as servers do."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from fieldapp.errors import BadReply, HalfReply, NetworkFault, Offline, TimedOut
from fieldapp.ports.desktop import network
from fieldapp.ports.desktop.network import RequestsTransport
from fieldapp.ports.network import Request


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer(self)

        do_POST = do_PATCH = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/x"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def speaking(raw: bytes) -> Iterator[str]:
    """A server that says exactly these bytes and hangs up."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(raw)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/x"
    finally:
        thread.join()
        listening.close()


def send(url: str, method: str = "GET", **other):
    transport = RequestsTransport()
    try:
        return transport.send(Request(method=method, url=url, **other))
    finally:
        transport.close()


def say(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)


def test_an_answer_comes_back_whole_with_lower_case_names() -> None:
    with serving(lambda h: say(h, 207, b"hello", X_Request_Id="r1")) as url:
        response = send(url)
    assert (response.status, response.body) == (207, b"hello")
    assert response.headers["x-request-id"] == "r1"


def test_what_is_sent_arrives_byte_for_byte() -> None:
    body = bytes(range(256)) * 100
    heard = []

    def hear(handler: BaseHTTPRequestHandler) -> None:
        heard.append(handler.rfile.read(int(handler.headers["Content-Length"])))
        heard.append(handler.headers["Upload-Offset"])
        say(handler, 204)

    with serving(hear) as url:
        assert send(url, "PATCH", body=body, headers={"Upload-Offset": "7"}).status == 204
    assert heard == [body, "7"]


def test_gzip_is_asked_for_and_undone() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        assert "gzip" in handler.headers["Accept-Encoding"]
        say(handler, 200, gzip.compress(b"x" * 10_000), Content_Encoding="gzip")

    with serving(answer) as url:
        assert send(url).body == b"x" * 10_000


def test_a_redirect_is_not_followed() -> None:
    with serving(lambda h: say(h, 302, Location="http://127.0.0.1:1/portal")) as url:
        assert send(url).status == 302


def test_head_has_no_body() -> None:
    with serving(lambda h: say(h, 200, Upload_Offset="42")) as url:
        response = send(url, "HEAD")
    assert (response.headers["upload-offset"], response.body) == ("42", b"")


def test_nobody_there_is_offline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Offline):
        send(f"http://127.0.0.1:{port}/")


def test_a_name_that_does_not_resolve_is_offline() -> None:
    with pytest.raises(Offline):
        send("http://no-such-host.invalid/")


def test_silence_is_a_time_out() -> None:
    done = threading.Event()

    def wait(handler: BaseHTTPRequestHandler) -> None:
        done.wait(5)
        handler.close_connection = True

    with serving(wait) as url:
        with pytest.raises(TimedOut):
            send(url, timeout_s=0.1)
        done.set()


def test_silence_in_the_middle_is_a_time_out() -> None:
    def stall(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.5)
        handler.close_connection = True

    with serving(stall) as url, pytest.raises(TimedOut):
        send(url, timeout_s=0.1)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf",
    ],
)
def test_half_a_body_is_no_answer(raw: bytes) -> None:
    with speaking(raw) as url, pytest.raises(HalfReply):
        send(url)


@pytest.mark.parametrize("raw", [b"", b"SSH-2.0-OpenSSH\r\n", b"\x00\x01\x02"])
def test_what_is_not_http_is_no_answer(raw: bytes) -> None:
    with speaking(raw) as url, pytest.raises(NetworkFault):
        send(url)


def test_an_answer_larger_than_allowed_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MAX_REPLY", 1000)
    bomb = gzip.compress(bytes(1_000_000))
    with (
        serving(lambda h: say(h, 200, bomb, Content_Encoding="gzip")) as url,
        pytest.raises(BadReply),
    ):
        send(url)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(BadReply):
        send("not an address")
