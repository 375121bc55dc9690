"""Networks that fail in the ways networks fail. The inner transport is always a real one."""

from collections.abc import Callable

from fieldapp.errors import HalfReply, Offline
from fieldapp.ports.network import Request, Response, Transport


class NoNetwork:
    """A basement."""

    def send(self, request: Request) -> Response:
        raise Offline("No connection.", url=request.url)


class HandlerTransport:
    """Hands every request to a function: a server in the same process, such as a Flask client."""

    def __init__(self, handle: Callable[[Request], Response]) -> None:
        self._handle = handle

    def send(self, request: Request) -> Response:
        return self._handle(request)


class LossyTransport:
    """Delivers, then loses the answer, as a lift shaft does; `left` times, then no more."""

    def __init__(self, inner: Transport, *, left: int = 1) -> None:
        self._inner = inner
        self.left = left

    def send(self, request: Request) -> Response:
        response = self._inner.send(request)
        if self.left > 0:
            self.left -= 1
            raise HalfReply("The answer was lost.")
        return response


class SwitchedTransport:
    """A network somebody can switch off, before the server hears anything."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.on = True

    def send(self, request: Request) -> Response:
        if not self.on:
            raise Offline("No connection.")
        return self._inner.send(request)


class PortalTransport:
    """A hotel's sign-in page instead of any answer, with status 200."""

    PAGE = b"<!doctype html><html><title>Welcome to our Wi-Fi</title></html>"

    def send(self, request: Request) -> Response:
        return Response(
            status=200,
            headers={"content-type": "text/html", "x-asked": request.url},
            body=self.PAGE,
        )
