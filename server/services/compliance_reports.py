"""Compliance reports: one signed paper of an enterprise's inspections for many certificates.

Issued by the supervision body (执法监督机关) of the enterprise's region or the nearest above it: it
tells of inspections by all agencies and so belongs to none of them. A report is a picture of a day
and never changes; a newer one over the same period takes its place. The owner may leave
inspections out; how many is signed with the rest. Which ones is kept nowhere.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from server.documents.kinds import DocumentKind
from server.documents.sheet import Party
from server.models import (
    Agency,
    AgencyStatus,
    AgencyType,
    ComplianceReport,
    Document,
    Enterprise,
)
from server.refusals import NoIssuer, UnreadResults
from server.services import audit, documents, inspection_history, listing, report_figures
from server.services.documents import Draft
from server.services.inspection_history import Entry
from server.services.listing import Page
from server.services.portal_visits import ENTERPRISE
from server.services.report_figures import Figures
from server.services.scoping import one, require_role
from server.work import Work
from shared import regions
from shared.content import compliance
from shared.content.compliance import Period
from shared.content.hashing import content_hash
from shared.errors import BadInput, NotFound, TooMany
from shared.localtime import beginning_of, local_day
from shared.roles import Role

AT_ONCE = 20
MOST_A_DAY = 20
LONGEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An inspection that may be listed or left out, as the report would tell of it."""

    visit_id: str
    told: dict[str, Any]
    unread: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a report over a period would say today. `unread` results must be opened first."""

    period: Period
    issuer: str
    choices: tuple[Choice, ...]

    @property
    def unread(self) -> int:
        return sum(choice.unread is not None for choice in self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """A report in the enterprise's list."""

    document_id: str
    number: str
    period: Period
    listed: int
    left_out: int
    made_at: datetime
    is_superseded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A report as its enterprise reads it."""

    document_id: str
    number: str
    issuer: str
    figures: Figures
    replaced_by: str
    inspections: tuple[dict[str, Any], ...]


def preview(work: Work, period: Period) -> Preview:
    """What a report would say; raises `BadInput`, `ReportTooLong`, `NoIssuer`."""
    require_role(work.who, *ENTERPRISE)
    _require_period(work, period)
    firm = one(work.session.get(Enterprise, work.who.uscc))
    issuer = _issuer(work, firm)
    entries = inspection_history.of(work, firm.uscc, period)
    told = _content(work, issuer, firm, period, entries, 0)["inspections"]
    return Preview(
        period=period,
        issuer=issuer.name,
        choices=tuple(
            Choice(visit_id=entry.visit_id, told=said, unread=entry.unread)
            for entry, said in zip(entries, told, strict=True)
        ),
    )


def make(work: Work, period: Period, leave_out: Collection[str]) -> Document:
    """Make a report without the inspections `leave_out` names; it is drawn by a job.

    What came since the enterprise looked is listed: it left out only what it named. Raises as
    `preview`, `UnreadResults` while a result of the period was not opened, and `TooMany`.
    """
    require_role(work.who, Role.ENTERPRISE_OWNER)
    _require_period(work, period)
    # Locked, so that reports of one enterprise follow one another.
    firm = one(work.session.get(Enterprise, work.who.uscc, with_for_update=True))
    _require_room(work, firm.uscc)
    issuer = _issuer(work, firm)
    entries = inspection_history.of(work, firm.uscc, period)
    if any(entry.unread for entry in entries):
        raise UnreadResults("Results are to be read first.")
    shown = [entry for entry in entries if entry.visit_id not in leave_out]
    content = _content(work, issuer, firm, period, shown, len(entries) - len(shown))
    made = documents.make(
        work,
        issuer,
        Draft(
            kind=DocumentKind.COMPLIANCE,
            subject_id=_subject(firm.uscc, period),
            visit_id=None,
            uscc=firm.uscc,
            content=content,
            content_hash=content_hash(content),
            party=Party(),
            officers=(),
        ),
        before=_before(work, firm.uscc, period),
    )
    work.session.add(
        ComplianceReport(
            id=made.id,
            uscc=firm.uscc,
            since=period.since,
            until=period.until,
            listed=len(shown),
            left_out=len(entries) - len(shown),
            made_by=work.who.id,
            made_at=work.now,
        )
    )
    audit.write(
        work,
        "compliance_report.made",
        "document",
        made.id,
        listed=len(shown),
        left_out=len(entries) - len(shown),
    )
    return made


def listed(work: Work, before: str = "") -> Page[ReportLine]:
    """Reports of the enterprise that asks, the newest first."""
    require_role(work.who, *ENTERPRISE)
    query = (
        select(ComplianceReport, Document.number, Document.superseded_by)
        .join(Document, Document.id == ComplianceReport.id)
        .where(ComplianceReport.uscc == work.who.uscc)
        .order_by(ComplianceReport.made_at.desc(), ComplianceReport.id.desc())
        .limit(AT_ONCE + 1)
    )
    last = work.session.get(ComplianceReport, before) if before else None
    if last is not None and last.uscc == work.who.uscc:
        query = query.where(listing.further(ComplianceReport.made_at, ComplianceReport.id, last))
    rows = work.session.execute(query).all()
    shown = tuple(
        ReportLine(
            document_id=row.id,
            number=number or "",
            period=Period(since=row.since, until=row.until),
            listed=row.listed,
            left_out=row.left_out,
            made_at=row.made_at,
            is_superseded=superseded_by is not None,
        )
        for row, number, superseded_by in rows[:AT_ONCE]
    )
    return Page(lines=shown, next_before=shown[-1].document_id if len(rows) > AT_ONCE else None)


def read(work: Work, document_id: str) -> ReportView:
    """One report; `NotFound` for another enterprise's."""
    document = own(work, document_id)
    newest = documents.newest(work, document)
    return ReportView(
        document_id=document.id,
        number=document.number or "",
        issuer=document.content["agency"]["name"],
        figures=report_figures.of(document),
        replaced_by="" if newest is document else newest.number or "",
        inspections=tuple(document.content["inspections"]),
    )


def own(work: Work, document_id: str) -> Document:
    """A report of the enterprise that asks; `NotFound` for any other document."""
    require_role(work.who, *ENTERPRISE)
    document = one(work.session.get(Document, document_id))
    if document.kind != DocumentKind.COMPLIANCE or document.uscc != work.who.uscc:
        raise NotFound("No such report.")
    return document


def last_year(day: date) -> Period:
    """The period that is asked for most: a year up to `day`, which is in it."""
    return Period(since=day - timedelta(days=364), until=day)


def _require_period(work: Work, period: Period) -> None:
    if period.until > local_day(work.now):
        raise BadInput("Not over yet.", errors={"/until": "Not a later day than today."})
    if not timedelta(0) <= period.until - period.since <= LONGEST:
        raise BadInput("Not a period.", errors={"/since": "Up to five years before the last day."})


def _require_room(work: Work, uscc: str) -> None:
    today = work.session.scalar(
        select(func.count()).where(
            ComplianceReport.uscc == uscc,
            ComplianceReport.made_at >= beginning_of(local_day(work.now)),
        )
    )
    if (today or 0) >= MOST_A_DAY:
        raise TooMany("Enough for one day.", retry_after=int(timedelta(hours=12).total_seconds()))


def _issuer(work: Work, firm: Enterprise) -> Agency:
    """The supervision body of the enterprise's region, or the nearest above it."""
    around = [firm.region]
    while (above := regions.parent(around[-1])) is not None:
        around.append(above)
    digits = [regions.significant(code) for code in around]
    known = {code.ljust(width, "0") for code in digits for width in (6, 12)}
    found = work.session.scalars(
        select(Agency)
        .where(
            Agency.region.in_(known),
            Agency.type == AgencyType.SUPERVISION,
            Agency.status == AgencyStatus.CONFIRMED,
        )
        .order_by(Agency.id)
    ).all()
    if not found:
        raise NoIssuer("No supervision body of this region.", region=firm.region)
    return max(found, key=lambda agency: len(regions.significant(agency.region)))


def _content(
    work: Work,
    issuer: Agency,
    firm: Enterprise,
    period: Period,
    shown: Collection[Entry],
    left_out: int,
) -> dict[str, Any]:
    return compliance.build(
        agency={
            "id": issuer.id,
            "name": issuer.name,
            "phone": issuer.phone,
            "supervision_phone": issuer.supervision_phone,
        },
        enterprise={
            "uscc": firm.uscc,
            "name": firm.name,
            "legal_rep": firm.legal_rep,
            "address": firm.address,
        },
        period=period,
        as_of=work.now,
        listed=[entry.inspected for entry in shown],
        left_out=left_out,
    )


def _subject(uscc: str, period: Period) -> str:
    """What versions of a report are about: the same enterprise over the same period."""
    return f"{uscc}:{period.since.isoformat()}:{period.until.isoformat()}"


def _before(work: Work, uscc: str, period: Period) -> Document | None:
    """The report whose place a new one over this period takes."""
    return work.session.scalars(
        select(Document).where(
            Document.subject_id == _subject(uscc, period),
            *documents.in_force(DocumentKind.COMPLIANCE),
        )
    ).one_or_none()
