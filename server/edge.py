"""Where Flask ends: the only module that knows the running app and request.

It finds who is asking, opens units of work and reads bodies; it never decides who may do what
(access.py) and never does anything itself (services).
"""

import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Protocol

from flask import current_app, g, has_request_context, request, session
from sqlalchemy.orm import Session

from server.database import Aim, aimed
from server.principal import PUBLIC, Principal
from server.refusals import NotSignedIn, TooLarge, WrongMediaType
from server.services import identity, principals
from server.services.bearer import Bearer
from server.services.identity import SecondFactor
from server.work import Parts, Work, open_work
from shared.canonical import parse
from shared.text import Language

EXTENSION = "mingcha"
SESSION_SECRET = "secret"  # noqa: S105 -- the name of a place in the cookie, not a secret
PORTAL_SECRET = "portal_secret"  # noqa: S105 -- likewise
SESSION_LANGUAGE = "lang"
REQUEST_ID_BYTES = 12
API = "/api/"


class Recognise(Protocol):
    """As `principals.recognise`: who holds a secret; raises `NotSignedIn`."""

    def __call__(
        self, session: Session, secret: str, now: datetime, *, taken: Collection[Bearer]
    ) -> Principal: ...


def parts() -> Parts:
    """What the running server is made of."""
    found: Parts = current_app.extensions[EXTENSION]
    return found


def who() -> Principal:
    """Who is asking; `PUBLIC` when nobody signed in."""
    found: Principal = g.get("principal", PUBLIC)
    return found


def request_id() -> str:
    """This request's id: in every reply, audit entry and log line it caused."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        g.request_id = parts().chance(REQUEST_ID_BYTES).hex()
    return str(g.request_id)


@contextmanager
def working(as_who: Principal | None = None) -> Iterator[Work]:
    """A unit of work of who is asking, that commits when the block ends well."""
    with open_work(parts(), as_who or who(), request_id=request_id()) as work:
        yield work


class _ThrownAway(Exception):
    """Ends a unit of work that was only tried."""


@contextmanager
def trying() -> Iterator[Work]:
    """A unit of work whose changes are thrown away: to see what would come of them."""
    with suppress(_ThrownAway), open_work(parts(), who(), request_id=request_id()) as work:
        yield work
        raise _ThrownAway


@contextmanager
def reading() -> Iterator[Work]:
    """The same for looking only: nothing is committed and no writer is kept waiting."""
    with open_work(parts(), who(), aim=Aim.READ, request_id=request_id()) as work:
        yield work


def find_principal(recognise: Recognise | None = None) -> Principal:
    """Who this request's bearer token or session belongs to, found by `recognise` if it is given.

    Returns `PUBLIC` without any; raises `NotSignedIn` for one that does not hold. The interface
    takes bearer tokens only, pages cookies only: so no page of another site can call the interface.
    """
    secret, taken = _shown_secret()
    if secret is None:
        return PUBLIC
    with Session(aimed(parts().engine, Aim.READ)) as reader:
        return (recognise or principals.recognise)(reader, secret, parts().clock.now(), taken=taken)


def remember_principal(principal: Principal) -> None:
    """Answer `who()` with `principal` for the rest of this request."""
    g.principal = principal


def sign_in_page_session(secret: str, *, place: str = SESSION_SECRET) -> None:
    """Put a session's secret into a new cookie, so that one planted before is worth nothing."""
    language = session.get(SESSION_LANGUAGE)
    session.clear()
    session[place] = secret
    if language:
        session[SESSION_LANGUAGE] = language


def sign_out_page_session() -> None:
    """Forget the cookie's secret; ending the session itself is identity's work."""
    session.pop(SESSION_SECRET, None)
    session.pop(PORTAL_SECRET, None)


def choose_language(language: Language) -> None:
    """Remember which language this browser wants."""
    session[SESSION_LANGUAGE] = str(language)


def language() -> Language:
    """The language of this request: chosen, else the browser's, else Chinese."""
    if not has_request_context():
        return Language.ZH
    chosen = session.get(SESSION_LANGUAGE) if not is_api() else None
    if chosen in set(Language):
        return Language(chosen)
    best = request.accept_languages.best_match([str(Language.ZH), str(Language.EN)])
    return Language(best) if best else Language.ZH


def is_api() -> bool:
    """Whether this request is for the interface rather than for a page."""
    return request.path.startswith(API)


def bytes_of_body() -> bytes:
    """The body as it came, asked for at once: in parts, each would copy all that is still to come.

    What comes without a length, or breaks off, is read to its end.
    """
    data: bytes = request.stream.read(request.content_length or 0)
    return data + request.get_data(cache=False)


def json_body() -> Any:
    """The strictly parsed body of this request; None when there is none.

    Raises `BadJson`, `WrongMediaType` or `TooLarge`; a packed body is unpacked no further than
    its limit.
    """
    raw = request.get_data(cache=True)
    if not raw:
        return None
    if not request.is_json:
        raise WrongMediaType("A body of application/json is expected.", got=request.mimetype)
    limit = parts().settings.max_json_bytes
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding == "gzip":
        raw = _unpacked(raw, limit)
    elif encoding != "identity":
        raise WrongMediaType("Only gzip bodies are unpacked.", got=encoding)
    if len(raw) > limit:
        raise TooLarge("The body is too large.", limit=limit)
    return parse(raw, max_bytes=limit)


def _unpacked(raw: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        data = unpacker.decompress(raw, limit + 1)
    except zlib.error as broken:
        raise WrongMediaType("The body is not gzip.", got="gzip") from broken
    if len(data) > limit or unpacker.unconsumed_tail:
        raise TooLarge("The body unpacks to too much.", limit=limit)
    if not unpacker.eof:
        raise WrongMediaType("The gzip body ends early.", got="gzip")
    return data


def _shown_secret() -> tuple[str | None, tuple[Bearer, ...]]:
    """What this request shows, and what kinds of secret are taken where it goes."""
    if not is_api():
        for_firms = _is_for_enterprises()
        found = session.get(PORTAL_SECRET if for_firms else SESSION_SECRET)
        taken = Bearer.PORTAL if for_firms else Bearer.WEB
        return (str(found) if found else None), (taken,)
    shown = request.headers.get("Authorization")
    if shown is None:
        return None, ()
    scheme, _, secret = shown.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NotSignedIn("Only bearer tokens are taken.")
    return secret.strip(), (Bearer.PERSON, Bearer.DEVICE, Bearer.SYSTEM)


def _is_for_enterprises() -> bool:
    return request.path.startswith(("/portal", "/n/"))


def prove_second_factor(code: str | None) -> SecondFactor:
    """Use up a time code of who is asking, in a unit of work of its own.

    A wrong try must stay counted although what it was for is refused with `SecondFactorNeeded`.
    """
    with working() as work:
        proof = identity.use_second_factor(work, code)
    return proof.accepted()
