"""Tokens by which other systems read: made once, shown once, kept as a hash, revoked at any time.

Such a system reads what an assessor of its agency (or region) may read, and of that only the
resources it was given. It changes nothing but by the few calls made for other systems, of the
resources it was given too (access.py).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from server.models import Agency, SystemClient
from server.services import audit, bearer
from server.services.bearer import Bearer
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import BadInput, Conflict
from shared.roles import Role

SCOPES = (
    *("visits", "documents", "plans", "draws", "tasks", "merges"),
    *("deliveries", "webhooks", "complaints", "results"),
)
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """`secret` is told here and never again."""

    client: SystemClient
    secret: str


def make(
    work: Work,
    *,
    name: str,
    agency_id: str,
    scopes: Collection[str],
    days: int,
    whole_region: bool = False,
) -> Made:
    """Let a system in for so many days."""
    require_role(work.who, Role.SYSTEM)
    unknown = sorted(set(scopes).difference(SCOPES))
    if unknown or not scopes or not 0 < days <= LONGEST_DAYS or not 0 < len(name.strip()) <= 80:
        raise BadInput("Not a client.", errors={"/scopes": ", ".join(unknown) or "see the limits"})
    one(work.session.get(Agency, agency_id))
    secret, kept = bearer.make(Bearer.SYSTEM, work.chance)
    row = SystemClient(
        id=work.ids(),
        name=name.strip(),
        agency_id=agency_id,
        whole_region=whole_region,
        scopes=sorted(set(scopes)),
        token_hash=kept,
        made_by=work.who.id,
        made_at=work.now,
        expires_at=work.now + timedelta(days=days),
    )
    work.session.add(row)
    audit.write(work, "client.made", "system_client", row.id, name=row.name)
    return Made(client=row, secret=secret)


def revoke(work: Work, client_id: str) -> SystemClient:
    """End it at once; `Conflict` for one that was ended before."""
    require_role(work.who, Role.SYSTEM)
    row = one(work.session.get(SystemClient, client_id, with_for_update=True))
    if row.revoked_at is not None:
        raise Conflict("Revoked before.")
    row.revoked_at = work.now
    audit.write(work, "client.revoked", "system_client", row.id, name=row.name)
    return row


def listed(work: Work) -> Sequence[SystemClient]:
    """Every client there ever was, the newest first."""
    require_role(work.who, Role.SYSTEM)
    return work.session.scalars(select(SystemClient).order_by(SystemClient.made_at.desc())).all()
