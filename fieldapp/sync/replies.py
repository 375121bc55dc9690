"""What an HTTP answer means. Only our own server's JSON is believed; everything else is weather."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fieldapp.errors import (
    BadReply,
    CaptivePortal,
    NetworkFault,
    RefusedByServer,
    ServerBroken,
    ServerBusy,
)
from fieldapp.ports.network import MAX_REPLY, Response
from shared.canonical import parse_object
from shared.errors import BadJson, DomainError

JSON_TYPES = frozenset({"application/json", "application/problem+json"})
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_SERVER_FAULTS = range(500, 600)
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer of our server: `body` is empty where it sent none (204, 304)."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Any]


def understand(response: Response) -> Reply:
    """The answer, or one of the ways it is none.

    Raises:
        ServerBusy: 429 or 503; `retry_after` in seconds, or None.
        ServerBroken: Any other 5xx.
        CaptivePortal: A page or a redirect where JSON was due.
        BadReply: Said to be JSON and is not.
        RefusedByServer: A problem+json that says no; `problem` is its whole body.
    """
    if response.status in _BUSY:
        raise ServerBusy("The server is busy.", retry_after=retry_after(response.headers))
    if response.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        return Reply(status=response.status, headers=response.headers, body={})
    if media_type(response) not in JSON_TYPES:
        raise _not_ours(response)
    body = _parse(response)
    if response.status in _SERVER_FAULTS:
        raise ServerBroken("The server failed.", status=response.status)
    if response.status >= HTTPStatus.BAD_REQUEST:
        raise refusal(response.status, body)
    return Reply(status=response.status, headers=response.headers, body=body)


def refusal(status: int, problem: Mapping[str, Any]) -> RefusedByServer:
    """The server's no, from its problem+json."""
    return RefusedByServer(
        str(problem.get("title", "Refused.")),
        status=status,
        reason=str(problem.get("code", "")),
        detail=str(problem.get("detail", "")),
        problem=problem,
    )


def media_type(response: Response) -> str:
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def retry_after(headers: Mapping[str, str]) -> int | None:
    """Seconds to wait, where the server gave them as a number."""
    text = headers.get("retry-after", "")
    return int(text) if text.isdecimal() else None


def expect(body: Mapping[str, Any], name: str, kind: type) -> Any:
    """A member of a reply that must be there; `BadReply` when it is not."""
    value = body.get(name)
    if not isinstance(value, kind):
        raise BadReply("The answer lacks a part.", part=name)
    return value


def _not_ours(response: Response) -> NetworkFault:
    if response.status in _SERVER_FAULTS:
        return ServerBroken("The server failed.", status=response.status)
    if response.status in _REDIRECTS or "html" in media_type(response):
        return CaptivePortal("Another page answered.", status=response.status)
    return BadReply("Not an answer of our server.", status=response.status)


def _parse(response: Response) -> dict[str, Any]:
    try:
        return parse_object(response.body, max_bytes=MAX_REPLY)
    except BadJson as error:
        raise BadReply("The answer is not JSON.", status=response.status) from error


def as_body(value: object) -> bytes:
    """A request's JSON bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def problem_of(error: DomainError) -> Mapping[str, Any]:
    """The problem+json inside a refusal, or nothing."""
    found = error.facts.get("problem")
    return found if isinstance(found, Mapping) else {}
