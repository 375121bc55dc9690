"""回避: officers who may not go to an enterprise (R09). Plans that send them are blocked."""

from server.models import Enterprise, Officer, Recusal
from server.services import audit
from server.services.scoping import one, require_role
from server.work import Work
from shared.errors import BadInput, NotFound, OutOfOrder
from shared.roles import Role


def declare(work: Work, *, officer_id: str, uscc: str, ground: str) -> Recusal:
    """Keep an officer away from an enterprise.

    Officers declare it of themselves; head and administrator of anybody in their agency.
    """
    officer = _ours(work, officer_id)
    one(work.session.get(Enterprise, uscc))
    if not ground.strip():
        raise BadInput("A recusal has a ground.", errors={"/ground": "Required."})
    row = Recusal(
        id=work.ids(),
        officer_id=officer.id,
        uscc=uscc,
        ground=ground.strip(),
        declared_by=work.who.id,
        declared_at=work.now,
    )
    work.session.add(row)
    audit.write(work, "recusal.declared", "officer", officer.id, recusal=row.id)
    return row


def end(work: Work, recusal_id: str, reason: str) -> Recusal:
    """Let it end; only head or administrator, never the officer alone. It stays on record."""
    require_role(work.who, Role.HEAD, Role.AGENCY_ADMIN)
    row = one(work.session.get(Recusal, recusal_id, with_for_update=True))
    officer = _ours(work, row.officer_id)
    if row.ended_at is not None:
        raise OutOfOrder("It has ended.", ended_at=row.ended_at)
    row.ended_at = work.now
    audit.write(work, "recusal.ended", "officer", officer.id, recusal=row.id, reason=reason)
    return row


def _ours(work: Work, officer_id: str) -> Officer:
    require_role(work.who, Role.OFFICER, Role.HEAD, Role.AGENCY_ADMIN)
    officer = one(work.session.get(Officer, officer_id))
    is_self = officer.person_id is not None and officer.person_id == work.who.id
    manages = work.who.is_any((Role.HEAD, Role.AGENCY_ADMIN))
    if officer.agency_id != work.who.agency_id or not (is_self or manages):
        raise NotFound("No such officer.")
    return officer
