"""What people do with complaints other systems handed over.

An agency's planners find the enterprise, draft an inspection of it, answer, hand on or return it; a
draft goes the way of every plan, so that the head approves each (R24). One about an inspection is
supervision's: whoever belongs to the agency it is about sees nothing of it.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from server.models import Agency, Complaint, ComplaintState, Desk, Plan, PlanStatus, Premise
from server.services import (
    audit,
    calendars,
    complaint_news,
    complaints,
    deadlines,
    field_encryption,
    plans,
    typed_words,
)
from server.services.complaints import UNDONE, Line
from server.services.field_encryption import Field
from server.services.plan_drafts import PlanDraft, TargetDraft
from server.services.scoping import in_reach, one, require_role, supervised
from server.work import Work
from shared.errors import BadInput, Conflict, NotFound
from shared.localtime import local_day
from shared.plans.model import KIND_OF, Trigger, VisitType
from shared.regions import significant
from shared.roles import Role

READERS = (Role.PLANNER, Role.HEAD, Role.SUPERVISION)
AGENCYS = (Role.PLANNER, Role.HEAD)
LONGEST = 2000
LONGEST_TITLE = 200
OUTCOMES = ("substantiated", "unsubstantiated")
MOST_LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who complained, as far as they said so."""

    name: str
    phone: str


def waiting(work: Work) -> ColumnElement[bool]:
    """Those that who asks is to do something about."""
    return Complaint.state.in_(UNDONE) & _for(work)


def listed(work: Work, *, done: bool = False) -> list[Line]:
    """What is for who asks, those due first first; or what is over, the newest first."""
    require_role(work.who, *READERS)
    query = select(Complaint).where(_for(work))
    if done:
        query = query.where(Complaint.state.not_in(UNDONE)).order_by(Complaint.due_on.desc())
    else:
        query = query.where(Complaint.state.in_(UNDONE)).order_by(Complaint.due_on)
    rows = work.session.scalars(query.order_by(Complaint.id).limit(MOST_LISTED)).all()
    return complaints.told(work, rows)


def read(work: Work, complaint_id: str) -> Line:
    """One of them; `NotFound` for anybody it is not for."""
    return complaints.told(work, [_row(work, complaint_id)])[0]


def agencies(work: Work) -> list[tuple[str, str]]:
    """The agencies of the region: to hand a complaint on to, or to say whom it is about."""
    require_role(work.who, *READERS)
    if not work.who.region:
        return []
    rows = work.session.execute(
        select(Agency.id, Agency.name)
        .where(
            Agency.region.startswith(significant(work.who.region)), Agency.id != work.who.agency_id
        )
        .order_by(Agency.name)
        .limit(MOST_LISTED)
    )
    return [(id_, name) for id_, name in rows]


def match(work: Work, complaint_id: str, premise_id: str) -> Complaint:
    """Say which enterprise, at which place, it is about."""
    row = _undone(work, complaint_id)
    _require_unplanned(work, row)
    premise = work.session.get(Premise, premise_id)
    if premise is None:
        raise BadInput("Which place?", errors={"/premise_id": "?"})
    row.uscc, row.premise_id = premise.uscc, premise.id
    audit.write(work, "complaint.matched", "complaint", row.id, uscc=premise.uscc)
    complaint_news.changed(work, row)
    return row


def plan(work: Work, complaint_id: str) -> Plan:
    """Draft an inspection caused by it: a case, with the complaint's number as its source.

    Items and officers are for the planner, the approval for the head. What the complaint says is
    not copied: a plan is read by more people than a complaint is.
    """
    require_role(work.who, Role.PLANNER)
    row = _undone(work, complaint_id)
    _require_unplanned(work, row)
    if row.desk != Desk.AGENCY:
        raise NotFound("It is supervision's.")
    if row.uscc is None or row.premise_id is None:
        raise BadInput("Which enterprise?", errors={"/premise_id": "?"})
    agency = work.session.get_one(Agency, work.who.agency_id)
    today = local_day(work.now)
    begin = calendars.load(work).add_workdays(today, 1)[0]
    end = deadlines.within(work, agency, "hotline_visit_workdays", since=today)
    trigger = Trigger.COMPLAINT_12345
    made = plans.create(
        work,
        PlanDraft(
            title=f"12345投诉举报核查 {row.no}"[:LONGEST_TITLE],
            kind=KIND_OF[trigger],
            trigger=trigger,
            visit_type=VisitType.INSPECTION,
            year=begin.year,
            window_from=begin,
            window_to=max(begin, end),
            item_ids=(),
            targets=(
                TargetDraft(
                    uscc=row.uscc,
                    premise_id=row.premise_id,
                    officer_ids=(),
                    assistant_count=0,
                    source_no=row.no,
                    source_on=local_day(row.received_at),
                ),
            ),
        ),
    )
    row.plan_id, row.state = made.id, ComplaintState.PLANNED
    audit.write(work, "complaint.planned", "complaint", row.id, plan=made.id)
    complaint_news.changed(work, row)
    return made


def answer(work: Work, complaint_id: str, text: str, outcome: str = "") -> Complaint:
    """Tell the sender what came of it; supervision also says whether it was substantiated."""
    row = _undone(work, complaint_id)
    typed_words.require(text=(text, LONGEST))
    if row.desk == Desk.SUPERVISION and outcome not in OUTCOMES:
        raise BadInput("Not an outcome.", errors={"/outcome": ", ".join(OUTCOMES)})
    row.outcome = outcome if row.desk == Desk.SUPERVISION else None
    _end(work, row, ComplaintState.ANSWERED, text)
    audit.write(work, "complaint.answered", "complaint", row.id, outcome=row.outcome or "")
    return row


def send_back(work: Work, complaint_id: str, reason: str) -> Complaint:
    """Return it to the sender, with the reason why it is nobody's here."""
    row = _undone(work, complaint_id)
    _require_unplanned(work, row)
    typed_words.require(text=(reason, LONGEST))
    _end(work, row, ComplaintState.RETURNED, reason)
    audit.write(work, "complaint.returned", "complaint", row.id)
    return row


def hand_on(work: Work, complaint_id: str, agency_id: str) -> Complaint:
    """Give it to another agency of the region; supervision says so whom it is about."""
    row = _undone(work, complaint_id)
    _require_unplanned(work, row)
    if agency_id not in {id_ for id_, _ in agencies(work)}:
        raise BadInput("Which agency?", errors={"/agency_id": "?"})
    row.agency_id = agency_id
    audit.write(work, "complaint.handed_on", "complaint", row.id, agency=agency_id)
    complaint_news.changed(work, row)
    return row


def to_supervision(work: Work, complaint_id: str) -> Complaint:
    """It turns out to be about an inspection: from now on it is supervision's alone."""
    row = _undone(work, complaint_id)
    _require_unplanned(work, row)
    if row.desk == Desk.SUPERVISION:
        raise Conflict("It is there already.")
    row.desk = Desk.SUPERVISION
    audit.write(work, "complaint.handed_up", "complaint", row.id)
    complaint_news.changed(work, row)
    return row


def person(work: Work, complaint_id: str) -> Person:
    """Who complained: each look is in the audit log."""
    row = _undone(work, complaint_id)
    audit.write(work, "complaint.person_read", "complaint", row.id)
    return Person(
        name=_opened(work, row.contact_name_sealed, Field.COMPLAINT_NAME, row.id),
        phone=_opened(work, row.contact_phone_sealed, Field.COMPLAINT_PHONE, row.id),
    )


def _for(work: Work) -> ColumnElement[bool]:
    """An agency's for its people; about an inspection for supervision, never of its own agency."""
    above = (Complaint.desk == Desk.SUPERVISION) & supervised(work.who, Complaint.agency_id)
    found = [above]
    if Role.SUPERVISION in work.who.roles:
        of_nobody = Complaint.agency_id.is_(None) & in_reach(work.who, Complaint.home_id)
        found.append((Complaint.desk == Desk.SUPERVISION) & of_nobody)
    if work.who.is_any(AGENCYS) and work.who.agency_id is not None:
        ours = Complaint.agency_id == work.who.agency_id
        found.append((Complaint.desk == Desk.AGENCY) & ours)
    return or_(*found)


def _row(work: Work, complaint_id: str, *, lock: bool = False) -> Complaint:
    require_role(work.who, *READERS)
    query = select(Complaint).where(Complaint.id == complaint_id, _for(work))
    if lock:
        query = query.with_for_update()
    return one(work.session.scalars(query).one_or_none())


def _undone(work: Work, complaint_id: str) -> Complaint:
    row = _row(work, complaint_id, lock=True)
    if row.state not in UNDONE:
        raise Conflict("It is over.", state=row.state)
    return row


def _require_unplanned(work: Work, row: Complaint) -> None:
    """`Conflict` while a plan that was drafted of it stands."""
    found = work.session.get(Plan, row.plan_id) if row.plan_id else None
    if found is not None and found.status != PlanStatus.CANCELLED:
        raise Conflict("There is a plan of it.", plan=found.id)


def _end(work: Work, row: Complaint, state: ComplaintState, text: str) -> None:
    row.state, row.answer = state, text.strip()
    row.answered_by, row.answered_at = work.who.id, work.now
    complaint_news.changed(work, row)


def _opened(work: Work, sealed: str | None, field: Field, owner: str) -> str:
    return field_encryption.open_(work, sealed, field, owner=owner) if sealed else ""
