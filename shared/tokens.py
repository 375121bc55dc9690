"""What a camera sees: `base64url(canonical JSON) "." base64url(signature)`, one type per purpose.

`typ` is signed, so no token serves as another, and there is one spelling of each token, so a
revoked one does not come back as a second. Nothing here opens a link or keeps a list.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate, validates_schema

from shared import base64url, crypto
from shared.canonical import canonical, parse_object
from shared.errors import BadInput, KeyRevoked, Untrusted
from shared.quick_reading import reader
from shared.validation import load

VERSION = 1
MAX_CHARACTERS = 4096
CLOCK_SKEW = timedelta(minutes=2)

Lookup = Callable[[str, datetime], str]
"""From (kid, when the token says it was signed) to a base64url public key, or `Untrusted`.

`KeySet.public` is one; for tokens signed by officers and tablets the caller knows their keys.
"""


class TokenType(StrEnum):
    ENTERPRISE = "enterprise"
    OFFICER = "officer"
    JOIN = "join"
    ANSWER = "answer"
    CLOSING = "closing"
    DOCUMENT = "document"


LONGEST_LIFE: Mapping[TokenType, timedelta] = {
    TokenType.OFFICER: timedelta(minutes=5),
    TokenType.JOIN: timedelta(minutes=10),
    TokenType.ANSWER: timedelta(minutes=10),
    TokenType.CLOSING: timedelta(minutes=10),
}
"""Types that expire. One that gives itself longer than this is unreadable, whoever signed it."""

LETTERS: Mapping[TokenType, str] = {
    TokenType.ENTERPRISE: "e",
    TokenType.OFFICER: "o",
    TokenType.DOCUMENT: "d",
}
"""The letter after `/q/` in the address of the types any phone may open."""


class TokenRefused(Untrusted):
    """Any token that is not what it must be; the subclasses say why."""

    code = "token_refused"


class TokenUnreadable(TokenRefused):
    """Not a token, or claims that do not fit its type."""

    code = "token_unreadable"


class TokenForged(TokenRefused):
    """Signed by no key we trust."""

    code = "token_forged"


class TokenWrongType(TokenRefused):
    """A code for something else."""

    code = "token_wrong_type"


class TokenExpired(TokenRefused):
    """The code has run out; the next one is on the screen."""

    code = "token_expired"


class TokenTooEarly(TokenRefused):
    """Made for later than now: someone stored codes up, or a clock is wrong."""

    code = "token_too_early"


class TokenRevoked(TokenRefused):
    """The code, or its key, was called back."""

    code = "token_revoked"


_WORD = validate.Length(1, 200)
_HEX64 = validate.Regexp(r"\A[0-9a-f]{64}\Z", error="Not a hash.")
_UUID16 = validate.Regexp(r"\A[A-Za-z0-9_-]{21}[AQgw]\Z", error="Not 16 bytes.")
_SECONDS = validate.Range(min=0, max=253_402_300_799)  # the last second of the year 9999


class _Claims(Schema):
    class Meta:
        unknown = EXCLUDE

    iat = fields.Integer(required=True, strict=True, validate=_SECONDS)


class _Expiring(_Claims):
    exp = fields.Integer(required=True, strict=True, validate=_SECONDS)
    unsure = fields.Boolean(truthy={True}, falsy={False})


class _Enterprise(_Claims):
    uscc = fields.String(required=True, validate=validate.Length(equal=18))
    premise = fields.String(required=True, validate=_WORD)
    nonce = fields.String(required=True, validate=_WORD)


class _Officer(_Expiring):
    """Kept short for a glossy screen: the `kid` alone names the officer's key on that tablet."""

    task = fields.String(validate=_WORD)
    t = fields.String(validate=_UUID16)
    officer = fields.String(validate=_WORD)
    device = fields.String(validate=_WORD)

    @validates_schema
    def _one_task(self, data: Mapping[str, Any], **_: object) -> None:
        if ("task" in data) == ("t" in data):
            raise ValidationError("One of task and t.", "task")


class _BetweenTablets(_Expiring):
    visit = fields.String(required=True, validate=_WORD)
    device = fields.String(required=True, validate=_WORD)
    head = fields.String(required=True, validate=_HEX64)
    seq = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    uscc = fields.String(validate=validate.Length(equal=18))
    cert = fields.Dict(keys=fields.String(), values=fields.String(validate=_WORD))


class _Document(_Claims):
    doc = fields.String(required=True, validate=_WORD)
    hash = fields.String(required=True, validate=_HEX64)


SCHEMAS: Mapping[TokenType, Schema] = {
    TokenType.ENTERPRISE: _Enterprise(),
    TokenType.OFFICER: _Officer(),
    TokenType.JOIN: _BetweenTablets(),
    TokenType.ANSWER: _BetweenTablets(),
    TokenType.CLOSING: _BetweenTablets(),
    TokenType.DOCUMENT: _Document(),
}
_QUICK = {typ: reader(type(schema)(unknown=RAISE)) for typ, schema in SCHEMAS.items()}
"""For claims with nothing besides, as a token is made of; what is read has more."""


def make(typ: TokenType | str, claims: Mapping[str, Any], key: crypto.Signer, kid: str) -> str:
    """A token of `typ`; `BadInput` if its claims (times as Unix seconds) do not fit the type."""
    typ = TokenType(typ)
    _check_claims(typ, claims)
    header = {"v": VERSION, "suite": crypto.SUITE, "kid": kid, "typ": str(typ)}
    body = canonical({**claims, **header})
    return f"{base64url.encode(body)}.{base64url.encode(key.sign(body))}"


def read(
    token: str,
    typ: TokenType | str,
    lookup: Lookup,
    at: datetime,
    *,
    revoked: Collection[str] = (),
) -> dict[str, Any]:
    """The claims of a token that is whole, signed, of `typ`, in its time and not revoked.

    Args:
        token: As scanned, without its address.
        typ: What it must be.
        lookup: Where its key is found.
        at: Now, by server-corrected time.
        revoked: The `nonce` or `doc` of codes called back.

    Raises:
        TokenUnreadable, TokenForged, TokenRevoked, TokenWrongType, TokenExpired, TokenTooEarly.
            A token whose `unsure` claim is true was made on a tablet that does not know the
            server's time: its times are not judged, and a page must say so.
    """
    body, signature, claims = _take_apart(token)
    _check_signature(body, signature, claims, lookup)
    if claims["typ"] != typ:
        raise TokenWrongType("A code for something else.", typ=claims["typ"])
    try:
        _check_claims(TokenType(typ), claims)
    except BadInput as error:
        raise TokenUnreadable("The claims do not fit.", claims=sorted(error.errors)) from error
    _check_time(claims, at)
    if not {str(claims.get("nonce")), str(claims.get("doc"))}.isdisjoint(revoked):
        raise TokenRevoked("The code was called back.")
    return _with_task(claims)


def task_claim(task_id: str) -> dict[str, str]:
    """The claim that names a task: a UUID as its 16 bytes, any other id as it stands."""
    try:
        whole = UUID(task_id)
    except ValueError:
        return {"task": task_id}
    return {"t": base64url.encode(whole.bytes)} if str(whole) == task_id else {"task": task_id}


def unverified(token: str) -> dict[str, Any]:
    """What a token claims, to look its key up by and for nothing else. Raises `TokenUnreadable`."""
    return _take_apart(token)[2]


def type_of(token: str) -> TokenType | None:
    """What a text claims to be, with nothing verified; None if it is no token at all."""
    try:
        return TokenType(_take_apart(token)[2]["typ"])
    except (TokenUnreadable, ValueError):
        return None


def url(host: str, letter: str, token: str) -> str:
    """The address printed as a QR code. `host` may carry its scheme; without one it is https."""
    base = host if "://" in host else f"https://{host}"
    return f"{base.rstrip('/')}/q/{letter}/{token}"


_URL = re.compile(
    r"https?://[^/?#\s]+(?:/[\w.~-]+)*?/q/([eod])/([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)/?", re.ASCII
)


def from_url(text: str) -> tuple[str, str] | None:
    """(letter, token) of an address that `url` made, on whatever host; None for other texts."""
    if len(text) > 2 * MAX_CHARACTERS:
        return None
    found = _URL.fullmatch(text)
    return (found[1], found[2]) if found else None


def _take_apart(token: str) -> tuple[bytes, bytes, dict[str, Any]]:
    if len(token) > MAX_CHARACTERS:
        raise TokenUnreadable("Too long.")
    head, _, tail = token.partition(".")
    try:
        body, signature = base64url.decode(head), base64url.decode(tail)
        claims = parse_object(body, max_bytes=MAX_CHARACTERS)
        spelled = canonical(claims)
    except BadInput as error:
        raise TokenUnreadable("Not a token.") from error
    names = (claims.get("kid"), claims.get("typ"))
    if spelled != body or claims.get("v") != VERSION or not all(isinstance(n, str) for n in names):
        raise TokenUnreadable("Not a token of this version.")
    return body, signature, claims


def _with_task(claims: dict[str, Any]) -> dict[str, Any]:
    """`task` is always the whole id, however the token spelled it."""
    if "t" in claims:
        claims["task"] = str(UUID(bytes=base64url.decode(claims["t"])))
    return claims


def _check_signature(
    body: bytes, signature: bytes, claims: Mapping[str, Any], lookup: Lookup
) -> None:
    issued = _issued(claims)
    try:
        suite = crypto.get(claims.get("suite"))
        public = lookup(claims["kid"], issued)
    except KeyRevoked as error:
        raise TokenRevoked("Its key is revoked.", kid=claims["kid"]) from error
    except Untrusted as error:
        raise TokenForged("Signed by no key we trust.", kid=claims["kid"]) from error
    if not suite.verify(public, signature, body):
        raise TokenForged("The signature does not hold.", kid=claims["kid"])


def _check_claims(typ: TokenType, claims: Mapping[str, Any]) -> None:
    found = _QUICK[typ](claims)
    if found is None:
        found = load(SCHEMAS[typ], claims, "The claims of a token do not fit its type.")
    life = LONGEST_LIFE.get(typ)
    if life is not None and not 0 < found["exp"] - found["iat"] <= life.total_seconds():
        raise BadInput("It would live too long.", errors={"/exp": "Too long after iat."})


def _check_time(claims: Mapping[str, Any], at: datetime) -> None:
    if "exp" not in claims or claims.get("unsure") is True:
        return
    if at.timestamp() >= claims["exp"]:
        raise TokenExpired("The code has expired.", exp=claims["exp"])
    if _issued(claims) > at + CLOCK_SKEW:
        raise TokenTooEarly("The code is made for later.", iat=claims["iat"])


def _issued(claims: Mapping[str, Any]) -> datetime:
    issued = claims.get("iat")
    if not isinstance(issued, int) or not 0 <= issued <= (_SECONDS.max or 0):
        raise TokenUnreadable("It does not say when it was made.")
    return datetime.fromtimestamp(issued, UTC)
