"""Links by which an enterprise shows a compliance report to others, until they end.

The secret is shown to the owner once and kept as a hash alone; a link that does not hold looks the
same whatever is wrong with it. Looking changes nothing: a preview of a messenger opens no report.
Opening is an act, counted, and told to the enterprise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from server.documents.kinds import DocumentKind
from server.models import Document, ReportLink
from server.services import (
    audit,
    bearer,
    compliance_reports,
    documents,
    report_figures,
    secret_links,
)
from server.services.documents import Pdf
from server.services.report_figures import Figures
from server.services.scoping import one, require_role
from server.work import Work
from shared import base64url
from shared.errors import BadInput, Conflict, NotFound
from shared.roles import Role

DAYS = (7, 30, 90)
MOST_LIVE = 20
LONGEST_LABEL = 60
SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """A link as its enterprise sees it. `is_live`: it still opens the report."""

    id: str
    label: str
    created_at: datetime
    expires_at: datetime
    is_revoked: bool
    is_live: bool
    openings: int
    downloads: int
    last_opened_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What a link shows before it is opened: that there is a report, and nothing of it."""

    number: str
    issuer: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The report's first page, as whoever holds the link reads it."""

    cover: Cover
    figures: Figures
    replaced_by: str


def issue(work: Work, document_id: str, *, days: int, label: str) -> str:
    """The address of a new link. Raises `BadInput`, or `Conflict` with too many that are live."""
    require_role(work.who, Role.ENTERPRISE_OWNER)
    document = compliance_reports.own(work, document_id)
    if days not in DAYS:
        raise BadInput("Not a span.", errors={"/days": ", ".join(map(str, DAYS))})
    if len(label.strip()) > LONGEST_LABEL:
        raise BadInput("Too long.", errors={"/label": f"Up to {LONGEST_LABEL} characters."})
    live = work.session.scalar(
        select(func.count()).where(
            ReportLink.document_id == document.id,
            ReportLink.revoked_at.is_(None),
            ReportLink.expires_at > work.now,
        )
    )
    if (live or 0) >= MOST_LIVE:
        raise Conflict("Enough links of one report.", most=MOST_LIVE)
    secret = base64url.encode(work.chance(secret_links.SECRET_BYTES))
    link = ReportLink(
        id=work.ids(),
        secret_hash=bearer.hash_of(secret),
        document_id=document.id,
        label=label.strip(),
        made_by=work.who.id,
        created_at=work.now,
        expires_at=work.now + timedelta(days=days),
    )
    work.session.add(link)
    audit.write(
        work, "compliance_report.shared", "report_link", link.id, document=document.id, days=days
    )
    return f"{work.settings.public_url}/r/{secret}"


def revoke(work: Work, document_id: str, link_id: str) -> None:
    """End a link at once; safe to repeat. `NotFound` for another enterprise's."""
    require_role(work.who, Role.ENTERPRISE_OWNER)
    document = compliance_reports.own(work, document_id)
    link = one(work.session.get(ReportLink, link_id, with_for_update=True))
    if link.document_id != document.id:
        raise NotFound("No such link.")
    link.revoked_at = link.revoked_at or work.now
    audit.write(work, "compliance_report.link_revoked", "report_link", link.id)


def of_report(work: Work, document_id: str) -> Sequence[LinkLine]:
    """The links of a report of the enterprise that asks, the newest first, no more than `SHOWN`."""
    document = compliance_reports.own(work, document_id)
    rows = work.session.scalars(
        select(ReportLink)
        .where(ReportLink.document_id == document.id)
        .order_by(
            or_(ReportLink.revoked_at.is_not(None), ReportLink.expires_at <= work.now),
            ReportLink.created_at.desc(),
            ReportLink.id.desc(),
        )
        .limit(SHOWN)
    )
    return [
        LinkLine(
            id=row.id,
            label=row.label,
            created_at=row.created_at,
            expires_at=row.expires_at,
            is_revoked=row.revoked_at is not None,
            is_live=row.revoked_at is None and row.expires_at > work.now,
            openings=row.openings,
            downloads=row.downloads,
            last_opened_at=row.last_opened_at,
        )
        for row in rows
    ]


def cover(work: Work, secret: str) -> Cover:
    """What the link shows to whoever looks. Changes nothing; raises `NotFound` or `Expired`."""
    return _cover(*_behind(work, secret))


def open_(work: Work, secret: str) -> Opened:
    """Open it, which is counted."""
    link, document = _behind(work, secret, lock=True)
    link.openings += 1
    link.last_opened_at = work.now
    audit.write(work, "compliance_report.opened", "report_link", link.id)
    newest = documents.newest(work, document)
    return Opened(
        cover=_cover(link, document),
        figures=report_figures.of(document),
        replaced_by="" if newest is document else newest.number or "",
    )


def download(work: Work, secret: str) -> Pdf:
    """The paper itself, which is counted too. `work` must be one that commits."""
    link, document = _behind(work, secret, lock=True)
    link.downloads += 1
    link.last_opened_at = work.now
    audit.write(work, "compliance_report.downloaded", "report_link", link.id)
    return documents.file_of(work, document)


def _behind(work: Work, secret: str, *, lock: bool = False) -> tuple[ReportLink, Document]:
    link = secret_links.find(work, ReportLink, secret, lock=lock)
    document = work.session.get_one(Document, link.document_id)
    if document.kind != DocumentKind.COMPLIANCE:
        raise NotFound("No such report.")
    return link, document


def _cover(link: ReportLink, document: Document) -> Cover:
    return Cover(
        number=document.number or "",
        issuer=document.content["agency"]["name"],
        expires_at=link.expires_at,
    )
