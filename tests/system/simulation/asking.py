"""The server's WSGI interface as a tablet's transport, without a socket."""

import io
import sys
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask

from fieldapp.ports.network import Request, Response

_PLAIN = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Asking:
    """Every request is answered at once, in this very thread."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def send(self, request: Request) -> Response:
        heard: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            heard.append((status, headers))
            return None

        answer = self._app.wsgi_app(_environ(request), start_response)
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, headers = heard[0]
        return Response(
            status=int(status[:3]),
            headers={name.lower(): value for name, value in headers},
            body=b"" if request.method == "HEAD" else body,
        )


def _environ(request: Request) -> dict[str, Any]:
    address = urlsplit(request.url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(address.path).decode("latin-1"),
        "QUERY_STRING": address.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": address.netloc,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": address.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        lower = name.lower()
        environ[_PLAIN.get(lower, "HTTP_" + lower.upper().replace("-", "_"))] = value
    return environ
