"""Results as they become public, and as they cease to be, in one order that only grows (R61).

    due, told, and no objection open → published … a newer version is made → withdrawn

A night lists what came due; what is replaced after it was listed is withdrawn in the transaction
that replaces it. The new version is listed when it is due itself: until then nothing is told of
it, not even its number. Numbers of changes are given under one lock, so a reader who has seen one
has seen every smaller one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from server.database import insert_if_absent
from server.documents.kinds import DocumentKind
from server.models import (
    Agency,
    ChangeKind,
    Document,
    Enterprise,
    Notice,
    ResultChange,
    ResultHead,
)
from server.services import objections
from server.services.scoping import in_reach, require_role
from server.work import Work
from shared.localtime import local_day
from shared.roles import Role

AT_ONCE = 200
HEAD = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicResult:
    """How a drawn inspection ended; never a problem, an officer or a contact."""

    agency: str
    enterprise: str
    uscc: str
    inspected_on: str
    conclusion: str
    number: str
    published_on: date
    replaces: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`id` is the document's; `result` is None for what is withdrawn."""

    seq: int
    kind: ChangeKind
    id: str
    at: datetime
    result: PublicResult | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Changes in their order, where to go on from, and whether more are there already."""

    changes: tuple[Change, ...]
    next: int
    more: bool


def come_due(work: Work, limit: int = AT_ONCE) -> int:
    """List at most `limit` results whose day has come; returns how many were looked at.

    What was not told yet, or has an objection open, is looked at again the next night.
    """
    today = local_day(work.now)
    notices = work.session.scalars(
        select(Notice)
        .where(Notice.list_on <= today)
        .order_by(Notice.list_on, Notice.document_id)
        .limit(limit)
        .with_for_update()
    ).all()
    open_ = objections.open_among(work, [notice.visit_id for notice in notices])
    due = []
    for notice in notices:
        told = notice.sent_at is not None or notice.receipted_at is not None
        if told and notice.visit_id not in open_:
            due.append(notice)
            notice.list_on = None
        else:
            notice.list_on = today + timedelta(days=1)
    _write(work, ChangeKind.PUBLISHED, due)
    return len(notices)


def withdraw(work: Work, notice: Notice) -> None:
    """A newer version takes the place of a result: if it was listed, it no longer stands."""
    notice.list_on = None
    if work.session.scalar(select(exists().where(ResultChange.document_id == notice.document_id))):
        _write(work, ChangeKind.WITHDRAWN, [notice])


def read(work: Work, after: int, limit: int) -> Page:
    """Changes of the agencies in reach after the cursor `after`; 0 begins at the beginning.

    Of what was withdrawn since, only that is told.
    """
    require_role(work.who, Role.CLIENT)
    old = aliased(Document)
    gone = aliased(ResultChange)
    rows = work.session.execute(
        select(ResultChange, Document, Agency.name, Enterprise.name, old.id)
        .join(Document, Document.id == ResultChange.document_id)
        .join(Agency, Agency.id == ResultChange.agency_id)
        .outerjoin(Enterprise, Enterprise.uscc == Document.uscc)
        .outerjoin(old, (old.superseded_by == Document.id) & (old.kind == DocumentKind.RESULT))
        .where(
            ResultChange.seq > after,
            in_reach(work.who, ResultChange.agency_id),
            (ResultChange.kind == ChangeKind.WITHDRAWN)
            | ~exists().where(
                gone.document_id == ResultChange.document_id, gone.kind == ChangeKind.WITHDRAWN
            ),
        )
        .order_by(ResultChange.seq)
        .limit(limit + 1)
    ).all()
    changes = tuple(_told(*row) for row in rows[:limit])
    return Page(changes=changes, next=changes[-1].seq if changes else after, more=len(rows) > limit)


def _told(
    row: ResultChange, document: Document, agency: str, enterprise: str | None, old: str | None
) -> Change:
    is_public = row.kind == ChangeKind.PUBLISHED
    return Change(
        seq=row.seq,
        kind=ChangeKind(row.kind),
        id=row.document_id,
        at=row.at,
        result=PublicResult(
            agency=agency,
            enterprise=enterprise or "",
            uscc=document.uscc or "",
            inspected_on=str(document.content["inspected_on"])[:10],
            conclusion=str(document.content["conclusion_text"]),
            number=document.number or "",
            published_on=row.published_on,
            replaces=old,
        )
        if is_public
        else None,
    )


def _write(work: Work, kind: ChangeKind, notices: Sequence[Notice]) -> None:
    if not notices:
        return
    insert_if_absent(work.session, ResultHead, [{"id": HEAD, "seq": 0}])
    wanted = select(ResultHead).where(ResultHead.id == HEAD).with_for_update()
    head = work.session.scalars(wanted.execution_options(populate_existing=True)).one()
    for notice in notices:
        head.seq += 1
        work.session.add(
            ResultChange(
                seq=head.seq,
                kind=kind,
                document_id=notice.document_id,
                agency_id=notice.agency_id,
                published_on=local_day(work.now),
                at=work.now,
            )
        )
