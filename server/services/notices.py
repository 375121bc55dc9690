"""Notices: that an enterprise is told of a document, and how far that has come (R60).

    queued → sent → opened → receipted
       └→ undelivered (no contact, or every channel given up) → sent …

Looking at a page changes nothing; `open_` is an act of its own. A notice never goes back, except
out of `undelivered`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select

from server.documents.kinds import TITLES, DocumentKind
from server.models import (
    Agency,
    Document,
    Notice,
    NoticeLink,
    NoticeReceipt,
    NoticeState,
    OutboxMessage,
    OutboxState,
)
from server.notify.letter import Purpose
from server.services import audit, notified_tasks, service_proofs
from server.services.scoping import in_reach, one, require_role
from server.work import Work
from shared.errors import NotFound
from shared.localtime import local_day
from shared.roles import Role
from shared.text import Text

READERS = (Role.HEAD, Role.AGENCY_ADMIN, Role.PLANNER, Role.SUPERVISION, Role.ASSESSOR, Role.SYSTEM)
LIVE = (OutboxState.WAITING, OutboxState.SENDING, OutboxState.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """A notice as a list shows it."""

    notice_id: str
    document_id: str
    title: Text
    number: str
    agency_name: str
    issued_on: date
    due_on: date
    state: NoticeState
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A document as its enterprise reads it. `content` is what was signed, as JSON.

    `enclosed` goes with it: whoever signs for the document signs for that too.
    """

    line: NoticeLine
    content: Mapping[str, Any]
    content_hash: str
    particulars: Mapping[str, Any]
    opened_at: datetime | None
    receipt: NoticeReceipt | None
    enclosed: tuple[Document, ...] = ()


def make(work: Work, document: Document, *, due_on: date) -> Notice:
    """The notice of a document just made."""
    notice = Notice(
        id=work.ids(),
        document_id=document.id,
        visit_id=one(document.visit_id),
        agency_id=document.agency_id,
        uscc=one(document.uscc),
        state=NoticeState.QUEUED,
        due_on=due_on,
        created_at=work.now,
    )
    work.session.add(notice)
    return notice


def of_document(work: Work, document_id: str, *, lock: bool = False) -> Notice:
    """The notice of a document; `NotFound` if it has none."""
    wanted = select(Notice).where(Notice.document_id == document_id)
    found = work.session.scalars(
        wanted.with_for_update().execution_options(populate_existing=True) if lock else wanted
    )
    return one(found.one_or_none())


def sent(work: Work, document_id: str) -> None:
    """A channel took a message of this notice over."""
    notice = of_document(work, document_id)
    if notice.sent_at is None:
        notice.sent_at = work.now
        notified_tasks.notified(work, notice.visit_id)
    if notice.state in (NoticeState.QUEUED, NoticeState.UNDELIVERED):
        notice.state, notice.why = NoticeState.SENT, ""


def gave_up(work: Work, document_id: str, why: str) -> None:
    """A message is dead: the notice is undelivered unless another is under way or was taken."""
    work.session.flush()
    live = exists().where(
        OutboxMessage.document_id == document_id,
        OutboxMessage.purpose == Purpose.RESULT_NOTICE,
        OutboxMessage.state.in_(LIVE),
    )
    if not work.session.scalar(select(live)):
        undelivered(of_document(work, document_id), why)


def undelivered(notice: Notice, why: str) -> None:
    """Put a notice on the desk, unless it came through all the same."""
    if notice.state == NoticeState.QUEUED:
        notice.state, notice.why = NoticeState.UNDELIVERED, why


def open_(work: Work, document_id: str) -> None:
    """The enterprise opens the content: an explicit act, counted once."""
    require_role(work.who, Role.ENTERPRISE_OWNER, Role.ENTERPRISE_USER)
    notice = _own(work, document_id)
    if notice.opened_at is not None:
        return
    notice.opened_at = work.now
    if notice.state != NoticeState.RECEIPTED:
        notice.state, notice.why = NoticeState.OPENED, ""
    link = link_of(work, document_id)
    if link is not None:
        link.opened_at = link.opened_at or work.now
    audit.write(work, "notice.opened", "notice", notice.id)


def receipted(work: Work, document_id: str) -> None:
    """A receipt was signed."""
    notice = of_document(work, document_id)
    notice.state, notice.why, notice.receipted_at = NoticeState.RECEIPTED, "", work.now


def supersede(work: Work, document_id: str) -> None:
    """A newer version takes a document's place: what waits is called back, links lead nowhere."""
    of_document(work, document_id, lock=True).superseded_at = work.now
    for link in work.session.scalars(
        select(NoticeLink).where(NoticeLink.document_id == document_id)
    ):
        link.revoked_at = link.revoked_at or work.now
    for message in work.session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.document_id == document_id,
            OutboxMessage.state.in_((OutboxState.WAITING, OutboxState.SENDING)),
        )
    ):
        message.state, message.dead_why = OutboxState.FAILED, "superseded"
        message.next_try_at = message.claimed_until = None


def of_enterprise(work: Work, *, limit: int = 100) -> tuple[NoticeLine, ...]:
    """Notices of the enterprise that asks, newest first."""
    require_role(work.who, Role.ENTERPRISE_OWNER, Role.ENTERPRISE_USER)
    return _lines(work, Notice.uscc == work.who.uscc, Notice.superseded_at.is_(None), limit=limit)


def undelivered_ones(work: Work, *, limit: int = 100) -> tuple[NoticeLine, ...]:
    """Notices that reached nobody, within reach of who asks: a desk, not a log."""
    require_role(work.who, *READERS)
    return _lines(
        work,
        Notice.state == NoticeState.UNDELIVERED,
        Notice.superseded_at.is_(None),
        in_reach(work.who, Notice.agency_id),
        limit=limit,
    )


def line(work: Work, document_id: str) -> NoticeLine:
    """A notice within reach of who asks; `NotFound`."""
    where = (Notice.document_id == document_id, in_reach(work.who, Notice.agency_id))
    return one(next(iter(_lines(work, *where, limit=1)), None))


def read(work: Work, document_id: str) -> NoticeView:
    """A document for its own enterprise. Reading is not opening: see `open_`."""
    require_role(work.who, Role.ENTERPRISE_OWNER, Role.ENTERPRISE_USER)
    notice = _own(work, document_id)
    (line,) = _lines(work, Notice.id == notice.id, limit=1)
    document = work.session.get_one(Document, document_id)
    receipt = work.session.scalars(
        select(NoticeReceipt).where(NoticeReceipt.document_id == document_id)
    ).one_or_none()
    return NoticeView(
        line=line,
        content=document.content,
        content_hash=document.content_hash,
        particulars=document.particulars,
        opened_at=notice.opened_at,
        receipt=receipt,
        enclosed=service_proofs.enclosed(work, document),
    )


def _own(work: Work, document_id: str) -> Notice:
    notice = of_document(work, document_id)
    if notice.uscc != work.who.uscc:
        raise NotFound("No such notice.")
    return notice


def link_of(work: Work, document_id: str) -> NoticeLink | None:
    """The link by which the contact that asks was told of a document."""
    return work.session.scalars(
        select(NoticeLink).where(
            NoticeLink.document_id == document_id, NoticeLink.contact_id == work.who.id
        )
    ).first()


def _lines(work: Work, *where: Any, limit: int) -> tuple[NoticeLine, ...]:
    rows = work.session.execute(
        select(Notice, Document.kind, Document.number, Document.issued_at, Agency.name)
        .join(Document, Document.id == Notice.document_id)
        .join(Agency, Agency.id == Notice.agency_id)
        .where(*where)
        .order_by(Notice.created_at.desc(), Notice.id.desc())
        .limit(limit)
    )
    return tuple(
        NoticeLine(
            notice_id=notice.id,
            document_id=notice.document_id,
            title=TITLES[DocumentKind(kind)],
            number=number or "",
            agency_name=agency_name,
            issued_on=local_day(issued_at or notice.created_at),
            due_on=notice.due_on,
            state=NoticeState(notice.state),
            why=notice.why,
        )
        for notice, kind, number, issued_at, agency_name in rows
    )
