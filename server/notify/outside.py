"""Calling an address that somebody else wrote down: never a machine of our own network.

The name is resolved when the call is made, every address it stands for is looked at, and the
connection goes to one of those very addresses, so that nothing can be answered otherwise in
between. Redirects are not followed and proxies of the environment not used. A private address is
called only if the operator listed its network, and only such a one without TLS.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore

from server.config import Network
from server.notify.channels import NeverTaken, NotTaken

CONNECT_S = 5.0
WHOLE_S = 20.0  # less than a worker's claim on a message
MOST_READ = 4096
LONGEST_URL = 500

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(NeverTaken):
    """An address that is not called: private and not listed, or no address at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the other side said; `body` is cut."""

    status: int
    body: bytes


def readable(url: str, listed: Collection[Network]) -> bool:
    """Whether `url` may be written down at all: https, or http where a network is listed."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return (
        len(url) <= LONGEST_URL
        and url.isascii()
        and url.isprintable()
        and " " not in url
        and (parts.scheme == "https" or (parts.scheme == "http" and bool(listed)))
        and bool(parts.hostname)
        and parts.username is None
        and port != 0
    )


def post(url: str, body: bytes, headers: Mapping[str, str], listed: Collection[Network]) -> Answer:
    """Send `body` there; raises `NotTaken` when nobody answers, `Unreachable` for a private one."""
    if not readable(url, listed):
        raise Unreachable("Not an address to call.", why="address")
    plain = urlsplit(url).scheme == "http"
    backend = _Watched(listed, only_listed=plain, until=time.monotonic() + WHOLE_S)
    limits = {"connect": CONNECT_S, "read": WHOLE_S, "write": WHOLE_S, "pool": CONNECT_S}
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=ssl.create_default_context(), network_backend=backend, max_connections=1
            ) as pool,
            pool.stream(
                "POST",
                url,
                headers=list(headers.items()),
                content=body,
                extensions={"timeout": limits},
            ) as reply,
        ):
            return Answer(status=reply.status, body=_some(reply.iter_stream()))
    except (
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
        OSError,
    ) as broken:
        raise NotTaken("Nobody answered.", why=type(broken).__name__) from None


def checked(host: str, port: int, listed: Collection[Network], *, only_listed: bool) -> str:
    """The address to connect to for `host`; `Unreachable` if any it stands for may not be called.

    `OSError` where the name is not known.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    for address in addresses:
        if not (_is_listed(address, listed) or (not only_listed and is_public(address))):
            raise Unreachable("A private address.", why="private_address")
    return str(addresses[0])


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet, and carries no other kind within it."""
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and all(is_public(inner) for inner in _carried(address))
    )


def _carried(address: Address) -> Iterable[ipaddress.IPv4Address]:
    """IPv4 addresses an IPv6 address is translated to on the way."""
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    inner = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
    return tuple(each for each in inner if each is not None)


def _is_listed(address: Address, listed: Collection[Network]) -> bool:
    return any(address in network for network in listed)


def _some(stream: Iterable[bytes]) -> bytes:
    read = b""
    for piece in stream:
        read += piece
        if len(read) >= MOST_READ:
            break
    return read[:MOST_READ]


class _Watched(httpcore.SyncBackend):
    """Connects to addresses that were looked at, and ends with the time that is left."""

    def __init__(self, listed: Collection[Network], *, only_listed: bool, until: float) -> None:
        self._listed, self._only_listed, self._until = listed, only_listed, until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = checked(host, port, self._listed, only_listed=self._only_listed)
        stream = super().connect_tcp(address, port, timeout, local_address, socket_options)
        return _Ending(stream, self._until)


class _Ending(httpcore.NetworkStream):
    """A connection that answers no longer than until a moment, however slowly it drips."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _Ending(inner, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("It took too long.")
        return left if timeout is None else min(timeout, left)
