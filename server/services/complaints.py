"""Complaints other systems hand over, the 12345 hotline above all, and what they are told of them.

- Each is taken once, by the sender's own number; what it names and we do not know is kept as it was
  told, to be matched by a person. Nothing is refused for being vague.
- One about an inspection, by a forbidden act, a number it is given or a number in its text, is for
  supervision alone. The agency it is about never sees it, nor what was answered.
- The sender is told how far it has come, never that anybody is about to be inspected.

What people do with them: complaint_desk.py.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, literal, select

from server.database import insert_if_absent
from server.models import (
    Agency,
    Complaint,
    ComplaintState,
    Desk,
    Document,
    Enterprise,
    Notice,
    Plan,
    PlanStatus,
    Premise,
    Task,
    Visit,
)
from server.services import audit, deadlines, field_encryption
from server.services.field_encryption import Field
from server.services.scoping import in_reach, one, require_role
from server.services.tickets import FORBIDDEN_ACTS
from server.work import Work
from shared import crypto, rfc3339
from shared.canonical import canonical
from shared.errors import BadInput, Conflict, NotFound
from shared.localtime import local_day
from shared.roles import Role

UNDONE = (ComplaintState.OPEN, ComplaintState.PLANNED)
AT_ONCE = 50
MOST_NUMBERS = 5
NUMBER = re.compile(r"([\u4e00-\u9fff]{2,16})[〔\[【(（](\d{4})[〕\]】)）](\d{1,6})号(-\d{1,4})?")
"""A number of ours in a text: what precedes it may belong to the sentence as well."""


class Course(StrEnum):
    """How far a complaint has come, as its sender may know."""

    TO_MATCH = "to_match"  # nobody knows yet which enterprise it is about
    OPEN = "open"
    IN_HAND = "in_hand"  # an inspection is prepared or under way: when, nobody is told
    RESULT_TOLD = "result_told"
    ANSWERED = "answered"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A complaint as another system tells it."""

    no: str
    received_at: datetime
    text: str
    uscc: str = ""
    premise_id: str = ""
    enterprise_name: str = ""
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    agency_id: str = ""
    act: str = ""
    inspection_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """That an inspection followed and its enterprise was told. `number` is the document's."""

    number: str
    told_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A complaint as its sender, or a list, shows it. `plan` is for people alone.

    `withheld`: it is about the very agency whose system sent it, which is not told the answer.
    """

    complaint: Complaint
    agency: str
    enterprise: str
    course: Course
    overdue: bool
    result: Result | None
    plan: Plan | None = None

    @property
    def withheld(self) -> bool:
        row = self.complaint
        return row.desk == Desk.SUPERVISION and row.agency_id == row.home_id


def take(work: Work, sent: Sent) -> Line:
    """Take a complaint, once for each number. `Conflict` for another complaint of that number."""
    require_role(work.who, Role.CLIENT)
    digest = _digest(work, sent)
    known = _by_number(work, sent.no)
    if known is None:
        _require_sound(work, sent)
        _keep(work, sent, digest)
        known = one(_by_number(work, sent.no))
    if known.digest != digest:
        raise Conflict("Another complaint has this number.", no=sent.no)
    return told(work, [known])[0]


def read(work: Work, complaint_id: str) -> Line:
    """A complaint of the system that asks; `NotFound` for another's."""
    require_role(work.who, Role.CLIENT)
    row = one(work.session.get(Complaint, complaint_id))
    if (row.home_id, row.sender) != (work.who.agency_id, work.who.name):
        raise NotFound("No such complaint.")
    return told(work, [row])[0]


def page(work: Work, *, no: str, before: str) -> list[Line]:
    """Those of the system that asks, the newest first; `before` is the id of the last one seen."""
    require_role(work.who, Role.CLIENT)
    query = select(Complaint).where(*_own(work))
    if no:
        query = query.where(Complaint.no == no)
    if before:
        query = query.where(Complaint.id < before)  # ids are uuid7: they grow with time
    return told(
        work, work.session.scalars(query.order_by(Complaint.id.desc()).limit(AT_ONCE)).all()
    )


def told(work: Work, rows: Sequence[Complaint]) -> list[Line]:
    """Each with how far it has come; in a number of queries that does not grow with them."""
    agencies = _names(work, {row.agency_id for row in rows})
    plans = _plans(work, {row.plan_id for row in rows})
    results = _results(work, [row for row in rows if row.plan_id])
    firms = dict(
        work.session.execute(
            select(Enterprise.uscc, Enterprise.name).where(
                Enterprise.uscc.in_({row.uscc for row in rows if row.uscc})
            )
        ).all()
    )
    today = local_day(work.now)
    return [
        Line(
            complaint=row,
            agency=agencies.get(row.agency_id or "", ""),
            enterprise=firms.get(row.uscc or "", ""),
            course=_course(row, plans.get(row.plan_id or ""), results.get(row.id)),
            overdue=row.state in UNDONE and row.due_on < today,
            result=results.get(row.id),
            plan=plans.get(row.plan_id or ""),
        )
        for row in rows
    ]


def _keep(work: Work, sent: Sent, digest: str) -> None:
    """Write it down, unless somebody else did so at this very moment."""
    home = work.session.get_one(Agency, work.who.agency_id)
    concerns, agency_id = _about_an_inspection(work, sent)
    if agency_id is None and not (concerns and work.who.region):
        # A system of one agency speaks of that agency; one of a region is asked for its own desk.
        agency_id = sent.agency_id or home.id
    elif agency_id is None:
        agency_id = sent.agency_id or None
    agency = work.session.get_one(Agency, agency_id or home.id)
    uscc, premise_id = _found(work, sent)
    id_ = work.ids()
    within = "complaint_answer_workdays" if concerns else "hotline_answer_workdays"
    row = {
        "id": id_,
        "client_id": work.who.id,
        "home_id": home.id,
        "sender": work.who.name,
        "no": sent.no,
        "digest": digest,
        "received_at": sent.received_at,
        "taken_at": work.now,
        "changed_at": work.now,
        "text": sent.text,
        "told_uscc": sent.uscc,
        "told_premise": sent.premise_id,
        "told_name": sent.enterprise_name,
        "told_address": sent.address,
        "contact_name_sealed": _sealed(work, sent.contact_name, Field.COMPLAINT_NAME, id_),
        "contact_phone_sealed": _sealed(work, sent.contact_phone, Field.COMPLAINT_PHONE, id_),
        "act": sent.act,
        "inspection_no": sent.inspection_no,
        "desk": str(Desk.SUPERVISION if concerns else Desk.AGENCY),
        "agency_id": agency_id,
        "uscc": uscc,
        "premise_id": premise_id,
        "state": str(ComplaintState.OPEN),
        "due_on": deadlines.within(work, agency, within, since=local_day(work.now)),
    }
    insert_if_absent(work.session, Complaint, [row])
    desk = "supervision" if concerns else "agency"
    audit.write(work, "complaint.taken", "complaint", id_, desk=desk)


def _require_sound(work: Work, sent: Sent) -> None:
    wrong = {}
    if sent.act and sent.act not in FORBIDDEN_ACTS:
        wrong["/act"] = "1 to 8"
    if sent.received_at > work.now:
        wrong["/received_at"] = "Not yet."
    within = select(Agency.id).where(Agency.id == sent.agency_id, in_reach(work.who, Agency.id))
    if sent.agency_id and work.session.scalar(within) is None:
        wrong["/agency_id"] = "Not within reach of this system."
    if wrong:
        raise BadInput("Not a complaint.", errors=wrong)


def _about_an_inspection(work: Work, sent: Sent) -> tuple[bool, str | None]:
    """Whether it is about an inspection, and of whom where a number of ours says so."""
    mentioned = [*NUMBER.finditer(sent.inspection_no), *NUMBER.finditer(sent.text)]
    for found in mentioned[:MOST_NUMBERS]:
        agency_id = _whose(work, found)
        if agency_id is not None:
            return True, agency_id
    return bool(sent.act or sent.inspection_no), None


def _whose(work: Work, found: re.Match[str]) -> str | None:
    """Whose inspection a number stands for: a task's, a plan's or a document's."""
    before, year, number, place = found.groups()
    spelled = [f"{before[n:]}〔{year}〕{number}号" for n in range(len(before) - 1)]
    with_place = [f"{each}{place}" for each in spelled] if place else []
    named = select(Agency.id).where(literal(before).contains(Agency.region_abbr + Agency.abbr))
    for query in (
        select(Task.agency_id).where(Task.no.in_([*spelled, *with_place])),
        select(Plan.agency_id).where(Plan.no.in_(spelled)),
        select(Document.agency_id).where(
            Document.agency_id.in_(named), Document.number.in_(spelled)
        ),
    ):
        agency_id = work.session.scalars(query.limit(1)).first()
        if agency_id is not None:
            return agency_id
    return None


def _found(work: Work, sent: Sent) -> tuple[str | None, str | None]:
    """The enterprise, and its premise, if what was told says so without a doubt."""
    code = sent.uscc.strip().upper()
    premise = work.session.get(Premise, sent.premise_id) if sent.premise_id else None
    if premise is not None:
        return (premise.uscc, premise.id) if code in ("", premise.uscc) else (None, None)
    if not code and sent.enterprise_name.strip():
        named = work.session.scalars(
            select(Enterprise.uscc).where(Enterprise.name == sent.enterprise_name.strip()).limit(2)
        ).all()
        code = named[0] if len(named) == 1 else ""
    if not code or work.session.get(Enterprise, code) is None:
        return None, None
    places = work.session.scalars(select(Premise).where(Premise.uscc == code)).all()
    at = [place for place in places if place.address == sent.address.strip()] or places
    return code, at[0].id if len(at) == 1 else None


def _course(row: Complaint, plan: Plan | None, result: Result | None) -> Course:
    match ComplaintState(row.state):
        case ComplaintState.ANSWERED:
            return Course.ANSWERED
        case ComplaintState.RETURNED:
            return Course.RETURNED
        case ComplaintState.PLANNED if plan is not None and plan.status != PlanStatus.CANCELLED:
            return Course.RESULT_TOLD if result else Course.IN_HAND
        case _:
            is_known = row.uscc is not None or row.desk == Desk.SUPERVISION
            return Course.OPEN if is_known else Course.TO_MATCH


def _results(work: Work, rows: Sequence[Complaint]) -> Mapping[str, Result]:
    """The results told of inspections made for these complaints, by the complaint's id."""
    if not rows:
        return {}
    found = work.session.execute(
        select(Complaint.id, Document.number, Notice.created_at)
        .join(Task, (Task.plan_id == Complaint.plan_id) & (Task.uscc == Complaint.uscc))
        .join(Visit, Visit.id == Task.visit_id)
        .join(Notice, Notice.visit_id == Visit.id)
        .join(Document, Document.id == Notice.document_id)
        .where(
            Complaint.id.in_([row.id for row in rows]),
            Notice.superseded_at.is_(None),
        )
        .order_by(Notice.created_at)
    )
    return {id_: Result(number=number or "", told_on=local_day(at)) for id_, number, at in found}


def _plans(work: Work, ids: Iterable[str | None]) -> Mapping[str, Plan]:
    wanted = {id_ for id_ in ids if id_}
    if not wanted:
        return {}
    return {plan.id: plan for plan in work.session.scalars(select(Plan).where(Plan.id.in_(wanted)))}


def _names(work: Work, ids: Collection[str | None]) -> dict[str, str]:
    wanted = {id_ for id_ in ids if id_}
    rows = work.session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(wanted)))
    return dict(rows.all())


def _own(work: Work) -> tuple[ColumnElement[bool], ...]:
    return (Complaint.home_id == work.who.agency_id, Complaint.sender == work.who.name)


def _by_number(work: Work, no: str) -> Complaint | None:
    query = select(Complaint).where(*_own(work), Complaint.no == no)
    return work.session.scalars(query).one_or_none()


def _digest(work: Work, sent: Sent) -> str:
    told_ = {**asdict(sent), "received_at": rfc3339.write(sent.received_at)}
    whole = crypto.sha256_hex(canonical(told_))
    return field_encryption.blind_index(work, whole, Field.COMPLAINT)


def _sealed(work: Work, plain: str, field: Field, owner: str) -> str | None:
    return field_encryption.seal(work, plain, field, owner=owner) if plain else None
