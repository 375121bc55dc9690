"""Requests to one server: addresses, bearer, compression. It keeps no state of the protocol."""

import gzip
from collections.abc import Callable, Mapping
from typing import Any

from fieldapp.ports.network import Request, Response, Transport
from fieldapp.sync import replies
from fieldapp.sync.replies import Reply
from shared.errors import DomainError

API = "/api/v1"
COMPRESS_FROM = 1024
"""Bodies shorter than this, in bytes, are not worth compressing."""

Heed = Callable[[Mapping[str, Any]], None]


class ServerClient:
    """`heed` is shown the body of every JSON answer, refusals too: an order may be in any."""

    def __init__(self, transport: Transport, server: str, *, heed: Heed | None = None) -> None:
        self._transport = transport
        self._server = server.rstrip("/")
        self._heed = heed
        self._token = ""

    @property
    def server(self) -> str:
        return self._server

    def use_token(self, token: str) -> None:
        self._token = token

    def get(self, path: str, *, headers: Mapping[str, str] | None = None) -> Reply:
        return self._understood(self.send("GET", path, headers=headers))

    def post(self, path: str, body: object, *, idempotency_key: str = "") -> Reply:
        """POST JSON; with a key the server may answer a repeated request as it did the first."""
        raw = replies.as_body(body)
        headers = {"Content-Type": "application/json"}
        if idempotency_key:
            headers["Idempotency-Key"] = f'"{idempotency_key}"'
        return self.post_raw(path, raw, headers)

    def post_raw(self, path: str, raw: bytes, headers: Mapping[str, str]) -> Reply:
        """POST bytes that are JSON already, compressed when that pays."""
        if len(raw) >= COMPRESS_FROM:
            raw, headers = gzip.compress(raw, mtime=0), {**headers, "Content-Encoding": "gzip"}
        return self._understood(self.send("POST", path, headers=headers, body=raw))

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Response:
        """One exchange as it is; `path` may be a whole URL of the same server."""
        url = path if "://" in path else f"{self._server}{API}{path}"
        sent = {"Accept": "application/json", **(headers or {})}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        return self._transport.send(Request(method=method, url=url, headers=sent, body=body))

    def understood(self, response: Response) -> Reply:
        """As `replies.understand`, with the body shown to `heed` first."""
        return self._understood(response)

    def _understood(self, response: Response) -> Reply:
        try:
            reply = replies.understand(response)
        except DomainError as error:
            self._show(replies.problem_of(error))
            raise
        self._show(reply.body)
        return reply

    def _show(self, body: Mapping[str, Any]) -> None:
        if self._heed is not None and body:
            self._heed(body)
