"""Putting right what was found: told problem by problem, looked at again, more time asked for.

    reported → fixed | partly | not_fixed → reported again …

The problems are those of the result in force; one taken from it by an objection is gone here too.
A second look is not a new inspection (R63).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from server.documents.kinds import DocumentKind
from server.models import (
    Agency,
    Document,
    Enterprise,
    Extension,
    Rectification,
)
from server.services import (
    audit,
    documents,
    portal_files,
    portal_visits,
    rectification_deadlines,
    rectification_reports,
    typed_words,
)
from server.services.portal_visits import ENTERPRISE
from server.services.rectification_deadlines import due_on
from server.services.scoping import (
    in_reach,
    one,
    require_agency,
    require_own_agency,
    require_role,
)
from server.work import Work
from shared.content import problems
from shared.content.report import PutRight
from shared.errors import BadInput, Conflict, NotFound
from shared.localtime import local_day
from shared.roles import Role

LONGEST = 2000
MOST_DAYS_MORE = 90
AT_ONCE = 100
CHECKERS = (Role.OFFICER, Role.HEAD)
READERS = (*CHECKERS, Role.PLANNER, Role.SUPERVISION)


class Outcome(StrEnum):
    FIXED = "fixed"
    PARTLY = "partly"
    NOT_FIXED = "not_fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A problem to put right, and what was said of it; `report` is None before the first word."""

    key: str
    problem: Mapping[str, Any]
    report: Rectification | None

    @property
    def is_fixed(self) -> bool:
        return self.report is not None and self.report.outcome == Outcome.FIXED


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """All there is to put right after one visit. `due_on` is with the time that was given."""

    visit_id: str
    agency_id: str
    number: str
    items: tuple[Item, ...]
    due_on: date | None
    extension: Extension | None
    overdue: bool

    @property
    def is_done(self) -> bool:
        return all(item.is_fixed for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """A visit with something for the agency to look at."""

    visit_id: str
    enterprise: str
    agency: str
    due_on: date | None
    waiting: int


def own(work: Work, visit_id: str) -> Course | None:
    """What the enterprise that asks has to put right after a visit; None for nothing."""
    require_role(work.who, *ENTERPRISE)
    portal_visits.one_line(work, visit_id)
    return _course(work, _result(work, visit_id))


def report(
    work: Work,
    visit_id: str,
    key: str,
    measure: str,
    files: Sequence[bytes] = (),
    *,
    completed_on: date | None = None,
) -> Rectification:
    """Tell what was done about one problem and when, today if not said, with photos.

    What was found fixed stays so. With the last of them the enterprise's report is made (D10).
    """
    course = one(own(work, visit_id))
    item = _item(course, key)
    if item.is_fixed:
        raise Conflict("It was found to be put right.")
    typed_words.require(measure=(measure, LONGEST))
    if completed_on is not None and completed_on > local_day(work.now):
        raise BadInput("Not done yet.", errors={"/completed_on": "Not a later day than today."})
    kept = portal_files.keep(work, files)
    row = item.report or Rectification(visit_id=visit_id, point=key, outcome=None)
    row.agency_id = course.agency_id
    row.measure, row.files, row.reported_at = measure.strip(), kept, work.now
    row.completed_on = completed_on or local_day(work.now)
    row.outcome = row.checked_by = row.checked_at = None
    work.session.add(row)
    audit.write(work, "rectification.reported", "visit", visit_id, point=key)
    work.session.flush()
    _report_all(work, one(own(work, visit_id)))
    return row


def _report_all(work: Work, course: Course) -> None:
    """Make the enterprise's report anew once every problem was told of."""
    done = [
        PutRight(
            problem=item.problem,
            measure=item.report.measure,
            completed_on=item.report.completed_on,
            evidence=[file["key"].rpartition("/")[2] for file in item.report.files],
        )
        for item in course.items
        if item.report is not None
    ]
    if len(done) == len(course.items):
        result = _result(work, course.visit_id)
        rectification_reports.make(work, result, done, course.due_on)


def ask_for_time(work: Work, visit_id: str, until: date, why: str) -> Extension:
    """Ask for more time, before the deadline is over; once unless it was refused."""
    course = own(work, visit_id)
    if course is None or course.due_on is None or course.is_done:
        raise Conflict("There is nothing to put right.")
    if course.overdue:
        raise Conflict("The deadline is over.")
    if not 0 < (until - course.due_on).days <= MOST_DAYS_MORE:
        raise BadInput("Not a later day.", errors={"/until": f"Up to {MOST_DAYS_MORE} days more."})
    if course.extension is not None and course.extension.granted is not False:
        raise Conflict("More time was asked for.")
    typed_words.require(why=(why, LONGEST))
    row = course.extension or Extension(visit_id=visit_id)
    row.agency_id = course.agency_id
    row.until, row.why, row.asked_at = until, why.strip(), work.now
    row.granted = row.answered_by = row.answered_at = None
    work.session.add(row)
    audit.write(work, "rectification.time_asked", "visit", visit_id)
    return row


def waiting(work: Work) -> tuple[WaitingLine, ...]:
    """Visits in reach with a report to look at or more time asked for, the oldest first."""
    require_role(work.who, *READERS)
    reports = work.session.scalars(
        select(Rectification)
        .where(Rectification.outcome.is_(None), in_reach(work.who, Rectification.agency_id))
        .order_by(Rectification.reported_at)
        .limit(AT_ONCE)
    )
    asked = work.session.scalars(
        select(Extension)
        .where(Extension.granted.is_(None), in_reach(work.who, Extension.agency_id))
        .order_by(Extension.asked_at)
        .limit(AT_ONCE)
    )
    counted: dict[str, int] = {}
    for row in (*reports, *asked):
        counted[row.visit_id] = counted.get(row.visit_id, 0) + 1
    return _waiting(work, counted)


def read(work: Work, visit_id: str) -> tuple[WaitingLine, Course]:
    """What a visit of an agency in reach has to put right; `NotFound`."""
    require_role(work.who, *READERS)
    document = _result(work, visit_id)
    require_agency(work, document.agency_id)
    course = one(_course(work, document))
    count = sum(item.report is not None and item.report.outcome is None for item in course.items)
    (line,) = _waiting(work, {visit_id: count})
    return line, course


def check(work: Work, visit_id: str, key: str, outcome: str, note: str) -> None:
    """Say of one problem whether it was put right 已改 / 部分 / 未改."""
    item = _item(_of_own_agency(work, visit_id), key)
    if item.report is None or item.report.outcome is not None:
        raise Conflict("There is nothing new to look at.")
    if outcome not in set(Outcome):
        raise BadInput("Not an outcome.", errors={"/outcome": ", ".join(Outcome)})
    if outcome != Outcome.FIXED:
        typed_words.require(note=(note, LONGEST))
    item.report.outcome, item.report.check_note = outcome, note.strip()[:LONGEST]
    item.report.checked_by, item.report.checked_at = work.who.id, work.now
    audit.write(work, "rectification.checked", "visit", visit_id, point=key, outcome=outcome)
    if outcome == Outcome.FIXED and _of_own_agency(work, visit_id).is_done:
        rectification_deadlines.end(work, visit_id)


def give_time(work: Work, visit_id: str, *, granted: bool) -> None:
    """Give the time that was asked for, or not. For the head."""
    require_role(work.who, Role.HEAD)
    row = _of_own_agency(work, visit_id).extension
    if row is None or row.granted is not None:
        raise Conflict("Nobody asks for more time.")
    row.granted, row.answered_by, row.answered_at = granted, work.who.id, work.now
    audit.write(work, "rectification.time_answered", "visit", visit_id, granted=granted)
    if granted:
        rectification_deadlines.follow(work, _result(work, visit_id))


def file(work: Work, visit_id: str, key: str, n: int) -> tuple[bytes, str]:
    """A file of a report, for whoever may read it."""
    is_own = work.who.is_any(ENTERPRISE)
    item = _item(one(own(work, visit_id)) if is_own else read(work, visit_id)[1], key)
    return portal_files.read(work, item.report.files if item.report else (), n)


def _of_own_agency(work: Work, visit_id: str) -> Course:
    require_role(work.who, *CHECKERS)
    document = _result(work, visit_id)
    require_own_agency(work, document.agency_id)
    return one(_course(work, document))


def _item(course: Course, key: str) -> Item:
    return one(next((item for item in course.items if item.key == key), None))


def _course(work: Work, document: Document) -> Course | None:
    """What a result leaves to be put right; None for nothing."""
    to_do = problems.to_rectify(document.content)
    if not to_do:
        return None
    visit_id = one(document.visit_id)
    reports = {
        row.point: row
        for row in work.session.scalars(
            select(Rectification).where(Rectification.visit_id == visit_id)
        )
    }
    extension = work.session.get(Extension, visit_id)
    items = tuple(
        Item(key=key, problem=problem, report=reports.get(key)) for key, problem in to_do.items()
    )
    due = due_on(document, extension)
    return Course(
        visit_id=visit_id,
        agency_id=document.agency_id,
        number=document.number or "",
        items=items,
        due_on=due,
        extension=extension,
        overdue=due is not None
        and due < local_day(work.now)
        and not all(item.is_fixed for item in items),
    )


def _waiting(work: Work, counted: Mapping[str, int]) -> tuple[WaitingLine, ...]:
    """A line for each visit of `counted`, in its order; as many queries however many there are."""
    rows = work.session.execute(
        select(Document, Agency.name, Enterprise.name)
        .join(Agency, Agency.id == Document.agency_id)
        .outerjoin(Enterprise, Enterprise.uscc == Document.uscc)
        .where(Document.visit_id.in_(counted), *documents.in_force(DocumentKind.RESULT))
    )
    results = {document.visit_id: (document, agency, firm) for document, agency, firm in rows}
    extensions = {
        row.visit_id: row
        for row in work.session.scalars(select(Extension).where(Extension.visit_id.in_(counted)))
    }
    lines = []
    for visit_id, count in counted.items():
        document, agency, firm = one(results.get(visit_id))
        lines.append(
            WaitingLine(
                visit_id=visit_id,
                enterprise=firm or "",
                agency=agency,
                due_on=due_on(document, extensions.get(visit_id)),
                waiting=count,
            )
        )
    return tuple(lines)


def _result(work: Work, visit_id: str) -> Document:
    """The result in force; `NotFound` for a visit without, or another enterprise's."""
    document = one(documents.result_in_force(work, visit_id))
    if work.who.is_any(ENTERPRISE) and document.uscc != work.who.uscc:
        raise NotFound("No such visit.")
    return document
