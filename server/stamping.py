"""Time stamps of RFC 3161: asking an authority for one, and checking what it said.

Knows bytes, certificates and one address; no database. What is stamped is the SHA-256 of a
statement; what is kept is the authority's whole response, as `openssl ts -verify` takes it too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from server.config import Settings
from shared.errors import Unavailable, Untrusted

QUERY = "application/timestamp-query"
PATIENCE_S = 20.0
LONGEST = 64 * 1024
RETRY_AFTER_S = 60


class StampRefused(Untrusted):
    """A time stamp that is not of these bytes, or not of an authority that is trusted."""

    code = "stamp_bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Where stamps are asked for, and the roots its certificate must lead to."""

    url: str
    roots: Sequence[x509.Certificate]


def authority_of(settings: Settings) -> Authority | None:
    """The authority of this server; None unless both its address and its roots are told."""
    if settings.timestamp_url is None or settings.timestamp_roots is None:
        return None
    return Authority(url=settings.timestamp_url, roots=read_roots(settings.timestamp_roots))


def read_roots(path: Path) -> list[x509.Certificate]:
    """The certificates of a PEM file."""
    return x509.load_pem_x509_certificates(path.read_bytes())


def ask(authority: Authority, statement: bytes) -> bytes:
    """A checked response for `statement`; `Unavailable` or `StampRefused`."""
    request = (
        TimestampRequestBuilder()
        .data(statement)
        .hash_algorithm(HashAlgorithm.SHA256)
        .nonce(nonce=True)
        .cert_request(cert_request=True)
        .build()
    )
    try:
        reply = httpx.post(
            authority.url,
            content=request.as_bytes(),
            headers={"Content-Type": QUERY},
            timeout=PATIENCE_S,
        )
        reply.raise_for_status()
    except httpx.HTTPError as error:
        raise Unavailable(
            "The time-stamping authority does not answer.", retry_after=RETRY_AFTER_S
        ) from error
    _verify(reply.content, statement, authority.roots, nonce=request.nonce)
    return reply.content


def check(response: bytes, statement: bytes, roots: Sequence[x509.Certificate]) -> datetime:
    """When the authority says that `statement` was there; `StampRefused` if it does not hold."""
    return _verify(response, statement, roots, nonce=None)


def _verify(
    response: bytes, statement: bytes, roots: Sequence[x509.Certificate], *, nonce: int | None
) -> datetime:
    if len(response) > LONGEST:
        raise StampRefused("Too long for a time stamp.")
    try:
        found = decode_timestamp_response(response)
        VerifierBuilder(roots=list(roots), nonce=nonce).build().verify_message(found, statement)
        moment: datetime = found.tst_info.gen_time
    except (VerificationError, ValueError) as error:
        raise StampRefused("The time stamp does not hold.", reason=str(error)[:200]) from error
    return moment
