"""What supervision decides at the desk: each decision audited, and a fact where the record is.

A decision about a visit, or about what was set apart or held of one, is a fact of that visit's
ledger and replayed by the projection; one about a tablet's numbers is a `GapRuling`.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from server.models import Device, Hold, Quarantine, Task, Visit
from server.services import (
    audit,
    dead_letters,
    desk_facts,
    gaps,
    holds,
    quarantine,
    rulings,
    visit_facts,
)
from server.services.desk import TWO_STORIES, Line, Matter
from server.services.gaps import GapDecision
from server.services.quarantine import ADMISSIBLE
from server.services.scoping import one, require_agency, require_role
from server.services.visit_rules import GAP, HOLD, RETARGET, Retarget
from server.work import Work
from shared.errors import BadInput, Conflict, NotFound
from shared.roles import Role

LONGEST_REASON = 2000


class Decision(StrEnum):
    RATIFY = "ratify"
    REJECT = "reject"
    ASK_AGAIN = "ask_again"


def open_to(line: Line) -> tuple[Decision, ...]:
    """What may be decided about a matter, in the order it is offered."""
    match line.matter:
        case Matter.VISIT:
            return (Decision.RATIFY, Decision.REJECT, Decision.ASK_AGAIN)
        case Matter.FORK | Matter.QUARANTINE:
            return _of_quarantined(line.thing)
        case Matter.HOLD | Matter.GAP:
            return (Decision.RATIFY, Decision.REJECT, Decision.ASK_AGAIN)
        case Matter.RETARGET:
            return (Decision.RATIFY, Decision.REJECT)
        case Matter.DEAD_LETTER:
            return (Decision.REJECT, Decision.ASK_AGAIN)
        case Matter.LATE_APPROVAL:
            return (Decision.ASK_AGAIN,)


def rule(work: Work, matter: Matter, id_: str, decision: Decision, reason: str) -> None:
    """Decide; `Conflict` for what that kind of matter does not know."""
    require_role(work.who, Role.SUPERVISION)
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise BadInput("A reason is needed.", errors={"/reason": "Missing or too long."})
    do = _DO.get((matter, decision))
    if do is None:
        raise Conflict("Not a decision for this.", matter=matter, decision=decision)
    do(work, id_, reason.strip())


def _of_quarantined(row: Quarantine) -> tuple[Decision, ...]:
    may_ratify = row.code in ADMISSIBLE and row.code not in TWO_STORIES
    first = (Decision.RATIFY,) if may_ratify else ()
    again = (Decision.ASK_AGAIN,) if row.event_id is not None else ()
    return (*first, Decision.REJECT, *again)


def _visit(decision: rulings.Decision) -> Callable[[Work, str, str], Any]:
    return lambda work, id_, reason: rulings.rule(work, id_, decision, reason)


def _quarantined(decision: quarantine.Decision) -> Callable[[Work, str, str], Any]:
    return lambda work, id_, reason: quarantine.rule(work, id_, decision, reason)


def _gap(decision: GapDecision) -> Callable[[Work, str, str], Any]:
    return lambda work, id_, reason: gaps.rule(work, id_, decision, reason)


def _reject_gap(work: Work, device_id: str, reason: str) -> None:
    """Nobody can say what was lost: the visits on either side of it are irregular."""
    spans = gaps.rule(work, device_id, GapDecision.REJECT, reason)
    visit_ids = gaps.visits_beside(work, device_id, spans)
    visit_facts.lock(work, visit_ids)
    told = {**_told(GAP, device_id, "reject", reason), "spans": spans}
    for visit_id in visit_ids:
        desk_facts.note(work, visit_id, None, told)


def _take_in_held(work: Work, event_id: str, reason: str) -> None:
    """Take in what waits of a chain as it is, flagged, without the rest of the five days."""
    row = _held(work, event_id)
    desk_facts.note(work, row.visit_id, row.device_id, _told(HOLD, event_id, "ratify", reason))
    holds.take_in_now(work, row.visit_id, row.device_id)
    audit.write(work, "hold.ruled", "event", event_id, decision="ratify", reason=reason)


def _set_held_apart(work: Work, event_id: str, reason: str) -> None:
    """Do not take in what waits of a chain, now or later: the visit is irregular without it."""
    row = _held(work, event_id)
    holds.set_apart_now(work, row.visit_id, row.device_id, reason)
    told = {**_told(HOLD, event_id, "reject", reason), "device_id": row.device_id}
    desk_facts.note(work, row.visit_id, row.device_id, told)
    audit.write(work, "hold.ruled", "event", event_id, decision="reject", reason=reason)


def _ask_for_missing(work: Work, event_id: str, reason: str) -> None:
    row = _held(work, event_id)
    rulings.ask_for_visit(work, row.visit_id, row.device_id)
    desk_facts.note(work, row.visit_id, row.device_id, _told(HOLD, event_id, "ask_again", reason))
    holds.note_asked(work, row.visit_id, row.device_id)
    audit.write(work, "hold.ruled", "event", event_id, decision="ask_again", reason=reason)


def _retarget(decision: Decision) -> Callable[[Work, str, str], Any]:
    """Whether the visit may be made at the other enterprise. Only an amended plan sends anybody."""

    def decide(work: Work, visit_id: str, reason: str) -> None:
        visit_facts.lock(work, [visit_id])
        visit = one(work.session.get(Visit, visit_id, populate_existing=True))
        require_agency(work, visit.agency_id)
        if visit.retarget != Retarget.OPEN:
            raise NotFound("It waits no more.")
        desk_facts.note(work, visit_id, None, _told(RETARGET, visit_id, decision, reason))
        audit.write(work, "retarget.ruled", "visit", visit_id, decision=decision)

    return decide


def _urge(work: Work, task_id: str, reason: str) -> None:
    """Remind the head of an approval that is overdue; the visit stays irregular until then."""
    task = one(work.session.get(Task, task_id))
    require_agency(work, task.agency_id)
    if task.post_approval_due is None or task.approved_by:
        raise Conflict("Nothing is to be approved afterwards.")
    if task.visit_id is not None:
        told = _told("late_approval", task_id, "ask_again", reason)
        desk_facts.note(work, task.visit_id, None, told)
    audit.write(work, "approval.urged", "task", task_id, reason=reason)


def _letter(decision: Decision, do: Callable[[Work, str, str], Any]) -> Callable[..., Any]:
    """What is decided of a letter about a visit's result is a fact of that visit as well."""

    def decide(work: Work, message_id: str, reason: str) -> None:
        visit_id = dead_letters.visit_of(work, message_id)
        if visit_id is not None:
            told = _told(Matter.DEAD_LETTER, message_id, decision, reason)
            desk_facts.note(work, visit_id, None, told)
        do(work, message_id, reason)

    return decide


def _held(work: Work, event_id: str) -> Hold:
    """An event that waits still; its tablet is locked, as a push of that tablet does first."""
    row = one(work.session.get(Hold, event_id))
    tablet = work.session.get_one(Device, row.device_id, with_for_update=True)
    require_agency(work, tablet.agency_id)
    work.session.refresh(row)
    if row.released_at is not None or row.expired_at is not None:
        raise NotFound("It waits no more.")
    return row


def _told(matter: str, ref: str, decision: str, reason: str) -> dict[str, str]:
    return {"matter": matter, "ref": ref, "decision": decision, "reason": reason}


_DO: Mapping[tuple[Matter, Decision], Callable[[Work, str, str], Any]] = {
    (Matter.VISIT, Decision.RATIFY): _visit(rulings.Decision.RATIFY),
    (Matter.VISIT, Decision.REJECT): _visit(rulings.Decision.REJECT),
    (Matter.VISIT, Decision.ASK_AGAIN): _visit(rulings.Decision.ASK_AGAIN),
    (Matter.FORK, Decision.REJECT): _quarantined(quarantine.Decision.DISMISS),
    (Matter.FORK, Decision.ASK_AGAIN): _quarantined(quarantine.Decision.RESEND),
    (Matter.QUARANTINE, Decision.RATIFY): _quarantined(quarantine.Decision.ADMIT),
    (Matter.QUARANTINE, Decision.REJECT): _quarantined(quarantine.Decision.DISMISS),
    (Matter.QUARANTINE, Decision.ASK_AGAIN): _quarantined(quarantine.Decision.RESEND),
    (Matter.HOLD, Decision.RATIFY): _take_in_held,
    (Matter.HOLD, Decision.REJECT): _set_held_apart,
    (Matter.HOLD, Decision.ASK_AGAIN): _ask_for_missing,
    (Matter.GAP, Decision.RATIFY): _gap(GapDecision.ACCEPT),
    (Matter.GAP, Decision.REJECT): _reject_gap,
    (Matter.GAP, Decision.ASK_AGAIN): _gap(GapDecision.ASK_AGAIN),
    (Matter.RETARGET, Decision.RATIFY): _retarget(Decision.RATIFY),
    (Matter.RETARGET, Decision.REJECT): _retarget(Decision.REJECT),
    (Matter.LATE_APPROVAL, Decision.ASK_AGAIN): _urge,
    (Matter.DEAD_LETTER, Decision.REJECT): _letter(Decision.REJECT, dead_letters.give_up),
    (Matter.DEAD_LETTER, Decision.ASK_AGAIN): _letter(Decision.ASK_AGAIN, dead_letters.try_again),
}
