"""Letting a tablet and its officers in, with a one-time code from an administrator (protocol §1).

Keys are made here and their private halves never leave the tablet. The server is believed only
through the key set whose fingerprint the code carries; what it certifies is checked against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit

from fieldapp.errors import BadReply, EnrolmentInsecure
from fieldapp.ports.network import Transport
from fieldapp.ports.randomness import Randomness
from fieldapp.sync.client import ServerClient
from fieldapp.sync.replies import Reply, expect
from fieldapp.version import APP_VERSION
from shared import base64url, crypto, keyset, rfc3339
from shared.certificates import (
    DeviceCertificate,
    OfficerCertificate,
    read_device_certificate,
    read_officer_certificate,
)
from shared.crypto import SEED_BYTES, SigningKey
from shared.enrolment import Enrolment, decode, proof_bytes
from shared.errors import BadInput, Untrusted

STORE_KEY_BYTES = 32
SEAL_NONCE_BYTES = 12
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One enrolment with the keys made for it. Repeating it after a lost answer sends the same."""

    enrolment: Enrolment
    officer_key: SigningKey = field(repr=False)
    device_key: SigningKey = field(repr=False)
    store_key: bytes = field(repr=False, default=b"")
    ephemeral_seed: bytes = field(repr=False, default=b"")
    seal_nonce: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What the server granted, verified."""

    key_set: keyset.KeySet
    device: DeviceCertificate
    device_certificate: Mapping[str, Any]
    officer: OfficerCertificate
    officer_certificate: Mapping[str, Any]
    sealed_store_key: str
    body: Mapping[str, Any]

    @property
    def epoch(self) -> str:
        return str(self.body.get("epoch", ""))


def read_code(text: str) -> Enrolment:
    """The scanned code. Raises `BadInput`, or `EnrolmentInsecure` for a server without TLS."""
    enrolment = decode(text)
    address = urlsplit(enrolment.server)
    if address.scheme != "https" and address.hostname not in HERE:
        raise EnrolmentInsecure("Only a server on this machine may go without TLS.")
    return enrolment


def new_attempt(enrolment: Enrolment, randomness: Randomness) -> Attempt:
    """Fresh keys for a new tablet and its first officer."""
    return Attempt(
        enrolment=enrolment,
        officer_key=SigningKey.from_seed(randomness.take(SEED_BYTES)),
        device_key=SigningKey.from_seed(randomness.take(SEED_BYTES)),
        store_key=randomness.take(STORE_KEY_BYTES),
        ephemeral_seed=randomness.take(SEED_BYTES),
        seal_nonce=randomness.take(SEAL_NONCE_BYTES),
    )


def enrol_tablet(
    transport: Transport,
    attempt: Attempt,
    *,
    tablet_name: str,
    model: str,
    now: datetime,
    certificate: Mapping[str, Any] | None = None,
) -> Enrolled:
    """Enrol a tablet with its first officer.

    Args:
        transport: The way to the server.
        attempt: The code and the keys.
        tablet_name: As the administrator will see it.
        model: Of the machine.
        now: The wall clock, used only where the server does not tell its time.
        certificate: The one this tablet has, when a restored server no longer knows it: its
            events say the id in it, so it must get that id again.

    Raises what the client raises, `Untrusted` when the server is not the code's, `BadReply`.
    """
    client = ServerClient(transport, attempt.enrolment.server)
    first = keyset.trust_first(
        dict(client.get("/key-set").body), attempt.enrolment.key_set_fingerprint
    )
    sealed = crypto.seal_to(
        first.recovery, attempt.store_key, attempt.ephemeral_seed, attempt.seal_nonce
    )
    device: dict[str, Any] = {
        "name": tablet_name,
        "model": model,
        **_proven(attempt.enrolment, attempt.device_key),
    }
    if certificate is not None:
        device["certificate"] = dict(certificate)
    reply = client.post(
        "/devices/enrol",
        {
            "enrolment_id": attempt.enrolment.enrolment_id,
            "code": attempt.enrolment.code,
            "device": device,
            "officer": _proven(attempt.enrolment, attempt.officer_key),
            "sealed_store_key": sealed,
            "app_version": APP_VERSION,
        },
        idempotency_key=attempt.enrolment.enrolment_id,
    )
    return _verified(reply, attempt, first, sealed, now)


def enrol_officer(
    client: ServerClient,
    attempt: Attempt,
    trusted: keyset.KeySet,
    *,
    device_id: str,
    now: datetime,
) -> tuple[OfficerCertificate, Mapping[str, Any]]:
    """Enrol one more officer on this tablet; `client` carries the tablet's token.

    Returns the certificate as read and as signed. Raises as `enrol_tablet`.
    """
    reply = client.post(
        f"/devices/{quote(device_id, safe='')}/officers",
        {
            "enrolment_id": attempt.enrolment.enrolment_id,
            "code": attempt.enrolment.code,
            "officer": _proven(attempt.enrolment, attempt.officer_key),
            "app_version": APP_VERSION,
        },
        idempotency_key=attempt.enrolment.enrolment_id,
    )
    raw = expect(reply.body, "officer_certificate", dict)
    officer = read_officer_certificate(raw, trusted, _server_time(reply, now))
    _refuse_foreign(officer, attempt.officer_key, device_id)
    return officer, raw


def _verified(
    reply: Reply, attempt: Attempt, first: keyset.KeySet, sealed: str, now: datetime
) -> Enrolled:
    at = _server_time(reply, now)
    keys = keyset.accept(expect(reply.body, "key_set", dict), first, at)
    raw_device = expect(reply.body, "device_certificate", dict)
    raw_officer = expect(reply.body, "officer_certificate", dict)
    device = read_device_certificate(raw_device, keys, at)
    officer = read_officer_certificate(raw_officer, keys, at)
    named = expect(reply.body, "device_id", str)
    _refuse_foreign(device, attempt.device_key, named)
    _refuse_foreign(officer, attempt.officer_key, named)
    return Enrolled(
        key_set=keys,
        device=device,
        device_certificate=raw_device,
        officer=officer,
        officer_certificate=raw_officer,
        sealed_store_key=sealed,
        body=reply.body,
    )


def _refuse_foreign(
    certificate: DeviceCertificate | OfficerCertificate, key: SigningKey, device_id: str
) -> None:
    if certificate.public_key != key.public or certificate.device_id != device_id:
        raise Untrusted("A certificate for another key or tablet.")


def _server_time(reply: Reply, now: datetime) -> datetime:
    """A new tablet's clock may be anything; the certificates are judged by the server's.

    Said in the body, else in the `Date` that every HTTP answer carries, else unknown.
    """
    try:
        if "server_time" in reply.body:
            return rfc3339.read(reply.body["server_time"])
        if "date" in reply.headers:
            return parsedate_to_datetime(reply.headers["date"])
    except (BadInput, ValueError) as error:
        raise BadReply("A time in the answer cannot be read.") from error
    return now


def _proven(enrolment: Enrolment, key: SigningKey) -> dict[str, str]:
    proof = key.sign(proof_bytes(enrolment.enrolment_id, enrolment.code, key.public))
    return {"public_key": key.public, "proof": base64url.encode(proof)}
