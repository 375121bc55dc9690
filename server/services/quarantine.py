"""What could not be read or trusted: seen by people, asked for again, taken in after all, or kept.

Nothing here is ever dropped. Taking in what a retired or lost tablet signed is supervision's
decision (domain case 8); what is forged or broken cannot be taken in by anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from server.models import Agency, Device, Quarantine
from server.services import audit, desk_facts, holds, intake, publishing
from server.services.ledger import ADMITTED, AGAIN, DISMISSED, OPEN
from server.services.push_sorting import Status
from server.services.scoping import in_reach, one, require_agency, require_role
from server.work import Work
from shared.canonical import parse
from shared.errors import BadInput, Conflict
from shared.roles import Role

LONGEST_REASON = 2000
ADMISSIBLE = frozenset({"device_retired", "device_lost", "newer_app", "officer_key_unknown"})


class Decision(StrEnum):
    RESEND = "resend"
    ADMIT = "admit"
    DISMISS = "dismiss"


class NotAdmissible(Conflict):
    """It does not hold, so nobody can let it in."""

    code = "not_admissible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    visit_id: str | None = None
    device_id: str | None = None
    state: str = OPEN
    after: str = ""
    limit: int = 50


def search(work: Work, wanted: Wanted) -> list[Quarantine]:
    """What lies in the quarantine of tablets in reach of who asks, in the order of ids."""
    query = (
        select(Quarantine)
        .join(Device, Device.id == Quarantine.device_id)
        .where(
            in_reach(work.who, Device.agency_id),
            Quarantine.state == wanted.state,
            Quarantine.id > wanted.after,
        )
    )
    if wanted.visit_id is not None:
        query = query.where(Quarantine.visit_id == wanted.visit_id)
    if wanted.device_id is not None:
        query = query.where(Quarantine.device_id == wanted.device_id)
    return list(work.session.scalars(query.order_by(Quarantine.id).limit(wanted.limit)))


def rule(work: Work, quarantine_id: str, decision: Decision, reason: str) -> Quarantine:
    """Decide on one row as supervision of its region."""
    require_role(work.who, Role.SUPERVISION)
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise BadInput("A reason is needed.", errors={"/reason": "Missing or too long."})
    row = one(work.session.get(Quarantine, quarantine_id, with_for_update=True))
    device = work.session.get_one(Device, row.device_id)
    require_agency(work, device.agency_id)
    if row.state == ADMITTED:
        raise Conflict("It was taken in.", state=row.state)
    _DO[decision](work, row, device)
    row.ruled_by, row.ruled_at, row.ruling = work.who.id, work.now, reason
    if row.visit_id is not None:
        told = {"matter": "quarantine", "ref": row.id, "decision": str(decision), "reason": reason}
        desk_facts.note(work, row.visit_id, row.device_id, told)
    audit.write(work, "quarantine.ruled", "quarantine", row.id, decision=str(decision))
    return row


def _resend(work: Work, row: Quarantine, device: Device) -> None:
    """Ask the tablet for it again: told by its next pull."""
    if row.event_id is None:
        raise NotAdmissible("It has no name to ask for it by.")
    if row.code == holds.REJECTED:
        raise NotAdmissible("Whatever comes, the ledger knows its answer.", code=row.code)
    row.state = AGAIN
    told = {"id": row.event_id, "visit_id": row.visit_id, "asked_at": work.now.isoformat()}
    publishing.publish(work, "resend", row.event_id, told, {publishing.device_scope(device.id)})


def _admit(work: Work, row: Quarantine, device: Device) -> None:
    """Take it in as if its tablet were in use; what its chain says is asked all the same."""
    if row.code not in ADMISSIBLE:
        raise NotAdmissible("It does not hold.", code=row.code)
    region = work.session.get_one(Agency, device.agency_id).region
    row.state = AGAIN
    work.session.flush()
    reply = intake.admit(work, [parse(row.raw)], device_id=device.id, region=region)
    _require_taken(reply.results)


def _dismiss(_work: Work, row: Quarantine, _device: Device) -> None:
    row.state = DISMISSED


def _require_taken(answers: Sequence[intake.Answer]) -> None:
    untaken = [a.code for a in answers if a.status in (Status.QUARANTINED, Status.CONFLICT)]
    if untaken:
        raise NotAdmissible("It does not hold.", code=untaken[0])


_DO = {Decision.RESEND: _resend, Decision.ADMIT: _admit, Decision.DISMISS: _dismiss}
