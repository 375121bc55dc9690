"""Objections, complaints and opinions: put by an enterprise, answered by whom they are for.

- An objection goes to the agency, within its time, and is decided by somebody who was not there.
  What is upheld makes a new version of the result; the old one stays, superseded.
- A complaint of one of the eight forbidden acts goes to the supervision of the region. The agency
  it is about never sees it, nor does anybody who belongs to that agency.
- An opinion (政务服务体验官) goes to the agency, is adopted or not, and is answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from server.documents.kinds import DocumentKind
from server.models import (
    Agency,
    Document,
    Enterprise,
    Notice,
    Officer,
    TaskOfficer,
    Ticket,
    TicketKind,
    TicketState,
    TraceEvent,
    Visit,
)
from server.refusals import OwnCase
from server.services import (
    audit,
    deadlines,
    documents,
    portal_files,
    portal_visits,
    revisions,
    typed_words,
)
from server.services.portal_visits import ENTERPRISE
from server.services.scoping import one, require_role, supervised
from server.work import Work
from shared import rfc3339
from shared.content import problems
from shared.errors import BadInput, Conflict, Expired, NotFound
from shared.localtime import local_day
from shared.regions import significant
from shared.roles import Role

LONGEST = 4000
MOST_LISTED = 200
FORBIDDEN_ACTS = ("1", "2", "3", "4", "5", "6", "7", "8")
"""八个不得 (国办发〔2024〕54号), by their numbers; what they say is in the vocabulary of pages."""
OUTCOMES: Mapping[TicketKind, tuple[str, ...]] = {
    TicketKind.OBJECTION: ("upheld", "rejected"),
    TicketKind.COMPLAINT: ("substantiated", "unsubstantiated"),
    TicketKind.EXPERIENCE: ("adopted", "not_adopted"),
}
READERS = (Role.HEAD, Role.SUPERVISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an enterprise says. `points` are the problems an objection is to."""

    kind: TicketKind
    text: str
    visit_id: str | None = None
    agency_id: str | None = None
    category: str = ""
    points: Sequence[str] = ()
    files: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLine:
    ticket: Ticket
    agency: str
    enterprise: str
    overdue: bool
    objected: tuple[str, ...] = ()


def put(work: Work, draft: Draft) -> Ticket:
    """Put it to whom it is for. Raises `BadInput`, `Expired`, `Conflict`, `NotFound`."""
    require_role(work.who, *ENTERPRISE)
    typed_words.require(text=(draft.text, LONGEST))
    if draft.visit_id is not None:
        portal_visits.one_line(work, draft.visit_id)
    agency = _agency(work, draft)
    row = Ticket(
        id=work.ids(),
        kind=draft.kind,
        uscc=one(work.who.uscc),
        contact_id=work.who.id,
        agency_id=agency.id,
        visit_id=draft.visit_id,
        category=_category(draft),
        points=[],
        text=draft.text.strip(),
        files=portal_files.keep(work, draft.files),
        created_at=work.now,
        due_on=_due(work, agency, draft.kind),
    )
    if draft.kind is TicketKind.OBJECTION:
        _object(work, row, draft)
    work.session.add(row)
    audit.write(work, "ticket.put", "ticket", row.id, kind=str(draft.kind))
    return row


def own(work: Work) -> tuple[TicketLine, ...]:
    """Everything of the enterprise that asks, the newest first."""
    require_role(work.who, *ENTERPRISE)
    return _lines(work, Ticket.uscc == work.who.uscc)


def own_one(work: Work, ticket_id: str) -> TicketLine:
    """One of them, with the problems an objection is to; `NotFound` for another enterprise's."""
    require_role(work.who, *ENTERPRISE)
    return _one(work, Ticket.uscc == work.who.uscc, Ticket.id == ticket_id)


def listed(work: Work, *, answered: bool = False) -> tuple[TicketLine, ...]:
    """What is for who asks, those due first first."""
    require_role(work.who, *READERS)
    state = TicketState.ANSWERED if answered else TicketState.OPEN
    return _lines(work, _for(work), Ticket.state == state)


def read(work: Work, ticket_id: str) -> TicketLine:
    """One of them; `NotFound` for anybody it is not for."""
    require_role(work.who, *READERS)
    return _one(work, _for(work), Ticket.id == ticket_id)


def answer(work: Work, ticket_id: str, outcome: str, text: str) -> Ticket:
    """Decide it and say why. Raises `OwnCase` for an officer who was at the visit."""
    row = read(work, ticket_id).ticket
    kind = TicketKind(row.kind)
    if (kind is TicketKind.COMPLAINT) != (Role.SUPERVISION in _acting(work, row)):
        raise NotFound("Not for you to decide.")
    if row.state != TicketState.OPEN:
        raise Conflict("It was answered.")
    if outcome not in OUTCOMES[kind]:
        raise BadInput("Not an outcome.", errors={"/outcome": ", ".join(OUTCOMES[kind])})
    typed_words.require(answer=(text, LONGEST))
    if row.visit_id is not None and kind is TicketKind.OBJECTION:
        _require_not_there(work, row.visit_id)
    row.state, row.outcome, row.answer = TicketState.ANSWERED, outcome, text.strip()
    row.answered_by, row.answered_at = work.who.id, work.now
    if outcome == "upheld":
        row.new_document_id = _revised(work, row).id
    audit.write(work, "ticket.answered", "ticket", row.id, outcome=outcome)
    return row


def may_answer(work: Work, row: Ticket) -> bool:
    """Whether it is for who asks to decide, rather than to know of."""
    is_complaint = row.kind == TicketKind.COMPLAINT
    return row.state == TicketState.OPEN and is_complaint == (
        Role.SUPERVISION in _acting(work, row)
    )


def agencies(work: Work) -> list[tuple[str, str]]:
    """The agencies a complaint may be about: those of the enterprise's region and above it."""
    require_role(work.who, *ENTERPRISE)
    firm = work.session.get_one(Enterprise, work.who.uscc)
    part = significant(firm.region)
    above = [part[:length].ljust(6, "0") for length in (2, 4, 6) if length <= len(part)]
    rows = work.session.execute(
        select(Agency.id, Agency.name)
        .where(or_(Agency.region.in_(above), Agency.region == firm.region))
        .order_by(Agency.name)
        .limit(MOST_LISTED)
    )
    return [(id_, name) for id_, name in rows]


def objection_until(work: Work, visit_id: str) -> date | None:
    """The last day for an objection to a visit's result; None where there is no result."""
    document = _result(work, visit_id)
    return None if document is None else deadlines.to_object(work, document)


def _object(work: Work, row: Ticket, draft: Draft) -> None:
    """An objection is to the result as it stands, to problems it names, in its time, once."""
    document = _result(work, one(draft.visit_id))
    until = objection_until(work, one(draft.visit_id))
    if document is None or until is None:
        raise Conflict("There is no result to object to.")
    if local_day(work.now) > until:
        raise Expired("The time for an objection is over.", until=until.isoformat())
    again = select(Ticket.id).where(
        Ticket.document_id == document.id, Ticket.kind == TicketKind.OBJECTION
    )
    if work.session.scalars(again.limit(1)).first() is not None:
        raise Conflict("There is an objection to this result already.")
    known = {problems.key_of(problem) for problem in document.content["problems"]}
    row.points = [point for point in dict.fromkeys(draft.points) if point in known]
    if not row.points:
        raise BadInput("To which problem?", errors={"/points": "At least one."})
    row.document_id = document.id


def _revised(work: Work, row: Ticket) -> Document:
    """The result without the problems that were objected to, as a new version."""
    document = work.session.get_one(Document, one(row.document_id))
    if document.superseded_by is not None:
        raise Conflict("There is a newer version of this result.")
    review = {
        "objection": row.id,
        "of_number": document.number,
        "of_content_hash": document.content_hash,
        "withdrawn": sorted(row.points),
        "reason": row.answer,
        "decided_at": rfc3339.write(work.now),
    }
    content = problems.without(document.content, row.points, review)
    return revisions.make(work, document, content)


def _require_not_there(work: Work, visit_id: str) -> None:
    """Whoever was at the visit, or was sent there, does not decide of it."""
    visit = work.session.get_one(Visit, visit_id)
    acted = select(TraceEvent.officer_id).where(TraceEvent.visit_id == visit.id).distinct()
    sent = select(TaskOfficer.officer_id).where(TaskOfficer.task_id.in_(visit.task_ids))
    there = {*work.session.scalars(acted), *work.session.scalars(sent)}
    mine = work.session.scalars(select(Officer.id).where(Officer.person_id == work.who.id))
    if there.intersection(mine):
        raise OwnCase("Decided by somebody who was not there.")


def _acting(work: Work, row: Ticket) -> frozenset[Role]:
    """The roles in which who asks meets this ticket: of its agency, or above it."""
    if row.agency_id == work.who.agency_id:
        return work.who.roles - {Role.SUPERVISION}
    return work.who.roles & {Role.SUPERVISION}


def _for(work: Work) -> ColumnElement[bool]:
    """Complaints for supervision; the others for the head of the agency, and for supervision."""
    above = supervised(work.who, Ticket.agency_id)
    if Role.HEAD not in work.who.roles or work.who.agency_id is None:
        return above
    ours = (Ticket.agency_id == work.who.agency_id) & (Ticket.kind != TicketKind.COMPLAINT)
    return or_(above, ours)


def _lines(work: Work, *where: ColumnElement[bool]) -> tuple[TicketLine, ...]:
    rows = work.session.execute(
        select(Ticket, Agency.name, Enterprise.name)
        .join(Agency, Agency.id == Ticket.agency_id)
        .join(Enterprise, Enterprise.uscc == Ticket.uscc)
        .where(*where)
        .order_by(Ticket.due_on.desc(), Ticket.id.desc())
        .limit(MOST_LISTED)
    )
    today = local_day(work.now)
    return tuple(
        TicketLine(
            ticket=row,
            agency=agency,
            enterprise=firm,
            overdue=row.state == TicketState.OPEN and row.due_on < today,
        )
        for row, agency, firm in rows
    )


def _one(work: Work, *where: ColumnElement[bool]) -> TicketLine:
    line = one(next(iter(_lines(work, *where)), None))
    if line.ticket.document_id is None:
        return line
    listed = work.session.get_one(Document, line.ticket.document_id).content["problems"]
    objected = [p["title"] for p in listed if problems.key_of(p) in line.ticket.points]
    return replace(line, objected=tuple(objected))


def _agency(work: Work, draft: Draft) -> Agency:
    if draft.visit_id is not None:
        visit = work.session.get_one(Visit, draft.visit_id)
        return work.session.get_one(Agency, visit.agency_id)
    if draft.kind is TicketKind.OBJECTION:
        raise BadInput("To which result?", errors={"/visit_id": "?"})
    if draft.agency_id not in {id_ for id_, _ in agencies(work)}:
        raise BadInput("Which agency?", errors={"/agency_id": "?"})
    return work.session.get_one(Agency, draft.agency_id)


def _category(draft: Draft) -> str:
    if draft.kind is not TicketKind.COMPLAINT:
        return ""
    if draft.category not in FORBIDDEN_ACTS:
        raise BadInput("Which of the eight acts?", errors={"/category": "1 to 8"})
    return draft.category


def _due(work: Work, agency: Agency, kind: TicketKind) -> date:
    return deadlines.within(work, agency, f"{kind}_answer_workdays", since=local_day(work.now))


def _result(work: Work, visit_id: str) -> Document | None:
    """The result in force that this enterprise was told."""
    return work.session.scalars(
        select(Document)
        .join(Notice, Notice.document_id == Document.id)
        .where(
            Document.visit_id == visit_id,
            Document.uscc == work.who.uscc,
            *documents.in_force(DocumentKind.RESULT),
        )
    ).one_or_none()
