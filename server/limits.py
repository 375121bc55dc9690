"""How often one address may ask for what can be guessed, and one tablet for anything.

A tablet is counted by itself, not by its address: a whole agency may sit behind one. What is over
the limit is answered 429 with `Retry-After`, which tablets wait for (fieldapp/sync/backoff.py).
"""

import time
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from math import ceil
from typing import Any, TypeVar, cast

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse

from server import edge
from server.config import Settings
from shared.errors import TooMany

View = TypeVar("View", bound=Callable[..., Any])

SIGN_IN = "30 per minute"
ENROL = "20 per minute"
LINK = "60 per minute; 600 per hour"
CODE = "10 per minute; 60 per hour"
ASK_CODE = "5 per minute; 30 per hour; 100 per day"
UNKNOWN_LINK = "20 per minute; 100 per hour"

SYNC = "300 per minute"
PIECES = "1200 per minute"

MUST_WAIT = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


class OfMarkedViews(Limiter):
    """flask-limiter's own, which knows no limits but those of marked views.

    Those are counted when the view is called. What it would do before every request, look whether
    the application or its blueprint has any, is left out: a tablet asks all day long.
    """

    def _check_request_limit(
        self,
        callable_name: str | None = None,
        in_middleware: bool = True,  # noqa: FBT001, FBT002 -- as it is there
    ) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


limiter = OfMarkedViews(get_remote_address, strategy="moving-window", headers_enabled=True)


def each_caller(rate: str) -> Callable[[View], View]:
    """Let everybody who signed in ask so often for a view, each view counted by itself.

    Raises `TooMany`. One word with Redis, where the limiter has two and a walk of its own through
    all limits there are: tablets ask all day long.
    """
    item = parse(rate)

    def mark(view: View) -> View:
        @wraps(view)
        def counted(*args: Any, **named: Any) -> Any:
            if limiter.enabled:
                _count(item)
            return view(*args, **named)

        return cast(View, counted)

    return mark


def _count(item: RateLimitItem) -> None:
    """Count this request; `edge` has recognised who asks before."""
    who = edge.who()
    named = (f"{who.kind}:{who.id}", f"{request.endpoint}:{request.method}")
    if limiter.limiter.hit(item, *named):
        return
    until = limiter.limiter.get_window_stats(item, *named).reset_time
    wait = until - time.time()  # noqa: TID251 -- the clock that the limiter counts by
    raise TooMany("Too many requests.", retry_after=max(ceil(wait), 1))


def was_unknown(reply: Response) -> bool:
    """Whether an address named nothing: what is opened as it was sent is never counted."""
    return reply.status_code == HTTPStatus.NOT_FOUND


def register(app: Flask, settings: Settings) -> None:
    """Count in Redis when there is one, so that several processes count together."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_ENABLED"] = settings.rate_limits == "on"
    app.after_request(_only_who_must_wait_is_told_to)  # runs after the limiter's own
    limiter.init_app(app)


def _only_who_must_wait_is_told_to(reply: Response) -> Response:
    """The limiter puts `Retry-After` on every reply: a 200 would stop obedient clients."""
    if reply.status_code not in MUST_WAIT:
        reply.headers.pop("Retry-After", None)
    return reply
