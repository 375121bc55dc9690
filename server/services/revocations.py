"""What is no longer trusted (a key, a code, a certificate, a tablet), told to every tablet."""

from enum import StrEnum

from sqlalchemy import select

from server.models import Revocation
from server.services.publishing import EVERYBODY, publish
from server.work import Work
from shared import rfc3339


class Revoked(StrEnum):
    """What can be revoked; `ref` is a key id, a code's nonce, a number, a tablet's id."""

    KEY = "key"
    CODE = "code"
    CERTIFICATE = "certificate"
    DEVICE = "device"


def record(work: Work, of: Revoked, ref: str, reason: str) -> Revocation:
    """Revoke from now on. Safe to repeat: the first moment and reason stand."""
    found = work.session.scalars(
        select(Revocation).where(Revocation.of == of, Revocation.ref == ref)
    ).one_or_none()
    if found is not None:
        return found
    row = Revocation(
        id=work.ids(),
        of=of,
        ref=ref,
        since=work.now,
        reason=reason,
        recorded_by=work.who.id,
        recorded_at=work.now,
    )
    work.session.add(row)
    data = {"id": row.id, "of": str(of), "ref": ref, "since": rfc3339.write(work.now)}
    publish(work, "revocation", row.id, data, {EVERYBODY})
    return row
