"""One HTTP exchange. It carries bytes and never reads them; redirects are not followed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

DEFAULT_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    timeout_s: float = DEFAULT_TIMEOUT_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """`headers` have lower-case names; `body` is whole and already un-gzipped."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Transport(Protocol):
    def send(self, request: Request) -> Response:
        """Send once, without retry.

        Raises `Offline` (no connection), `TimedOut`, `HalfReply` (fewer bytes than announced) or
        `BadReply` (larger than `MAX_REPLY`, or not HTTP). After any of them the server may or may
        not have acted.
        """
        ...


MAX_REPLY = 32 * 1024 * 1024
"""The largest body taken, in bytes after un-gzipping."""
