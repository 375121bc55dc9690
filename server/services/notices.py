"""Notices: that an enterprise is told of a document, and how far that has come (R60).

    queued → sent → delivered → opened → receipted
       │       │        └──────────┴→ refused (the enterprise will not sign; it still may)
       │       └→ returned (what was taken over came back, and no channel is left) → sent …
       └→ undelivered (no contact, or every channel given up) → sent …

Delivered is what a gateway reported, or the code that only the addressee could enter. Looking at a
page changes nothing; `open_` is an act of its own. A notice never goes back, except out of
`undelivered` and `returned`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

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
from server.services import (
    audit,
    complaint_news,
    deadlines,
    notified_tasks,
    result_changes,
    service_proofs,
    typed_words,
    webhooks,
)
from server.services.scoping import in_reach, one, require_role
from server.services.webhooks import Told
from server.work import Work
from shared.errors import Conflict, NotFound
from shared.localtime import local_day
from shared.roles import Role
from shared.text import Text

READERS = (Role.HEAD, Role.AGENCY_ADMIN, Role.PLANNER, Role.SUPERVISION, Role.ASSESSOR, Role.SYSTEM)
LIVE = (OutboxState.WAITING, OutboxState.SENDING, OutboxState.SENT)
NOWHERE = (NoticeState.UNDELIVERED, NoticeState.RETURNED)
SETTLED = (NoticeState.RECEIPTED, NoticeState.REFUSED)
LONGEST_WHY = 60


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


def make(
    work: Work,
    document: Document,
    *,
    due_on: date,
    publish_on: date | None = None,
    task_ids: Collection[str] | None = None,
) -> Notice:
    """The notice of a document just made; `publish_on` where its result is for everybody (R61).

    `task_ids` are those of its visit, if they are at hand.
    """
    notice = Notice(
        id=work.ids(),
        document_id=document.id,
        visit_id=one(document.visit_id),
        agency_id=document.agency_id,
        uscc=one(document.uscc),
        state=NoticeState.QUEUED,
        due_on=due_on,
        publish_on=publish_on,
        list_on=publish_on,
        created_at=work.now,
    )
    work.session.add(notice)
    with work.session.no_autoflush:  # it is written once, as it stands when it was announced
        _tell_systems(work, Told.NOTICE_ISSUED, document)
        complaint_news.result_told(work, notice.visit_id, task_ids)
    return notice


def public_from(work: Work, document: Document) -> date:
    """The day after the enterprise's time to object to this result."""
    return deadlines.to_object(work, document) + timedelta(days=1)


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
    if notice.state in (NoticeState.QUEUED, *NOWHERE):
        notice.state, notice.why = NoticeState.SENT, ""


def delivered(work: Work, document_id: str) -> None:
    """It is in the addressee's hands: a gateway said so, or the code sent there was entered."""
    notice = of_document(work, document_id, lock=True)
    notice.delivered_at = notice.delivered_at or work.now
    if notice.state in (NoticeState.QUEUED, NoticeState.SENT, *NOWHERE):
        notice.state, notice.why = NoticeState.DELIVERED, ""


def held_to_escalate(work: Work, notice_id: str) -> Notice | None:
    """A notice for which the next channel is due, locked; None where it is not, or no more."""
    return work.session.scalars(
        select(Notice)
        .where(Notice.id == notice_id, *_unanswered(work))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def to_escalate(work: Work, limit: int) -> list[str]:
    """Notices for which the next channel is due, the oldest first."""
    rows = (
        select(Notice.id)
        .where(*_unanswered(work))
        .order_by(Notice.escalate_on, Notice.id)
        .limit(limit)
    )
    return list(work.session.scalars(rows))


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
        notice.state, notice.why = NoticeState.UNDELIVERED, why[:LONGEST_WHY]
    elif notice.state == NoticeState.SENT:
        notice.state, notice.why = NoticeState.RETURNED, why[:LONGEST_WHY]


def open_(work: Work, document_id: str) -> None:
    """The enterprise opens the content: an explicit act, counted once."""
    require_role(work.who, Role.ENTERPRISE_OWNER, Role.ENTERPRISE_USER)
    notice = _own(work, document_id)
    if notice.opened_at is not None:
        return
    notice.opened_at = work.now
    if notice.state not in SETTLED:
        notice.state, notice.why = NoticeState.OPENED, ""
    link = link_of(work, document_id)
    if link is not None:
        link.opened_at = link.opened_at or work.now
    audit.write(work, "notice.opened", "notice", notice.id)


def receipted(work: Work, document_id: str) -> None:
    """A receipt was signed."""
    document = work.session.get_one(Document, document_id)
    receipted_at_once(work, of_document(work, document_id), document)


def receipted_at_once(work: Work, notice: Notice, document: Document) -> None:
    """The same for a notice at hand: its enterprise signed when it was told."""
    notice.state, notice.why, notice.receipted_at = NoticeState.RECEIPTED, "", work.now
    notice.escalate_on = notice.unanswered_at = None
    _tell_systems(work, Told.NOTICE_RECEIPTED, document)


def refuse(work: Work, document_id: str, why: str) -> None:
    """The enterprise will not sign for it, and says why; it may still sign. Nobody is reminded."""
    require_role(work.who, Role.ENTERPRISE_OWNER, Role.ENTERPRISE_USER)
    notice = _own(work, document_id)
    typed_words.require(why=(why, LONGEST_WHY))
    if notice.opened_at is None:
        raise Conflict("It was not opened yet.", state=notice.state)
    if notice.state in SETTLED:
        raise Conflict("It was signed for, or refused before.", state=notice.state)
    notice.state, notice.why, notice.refused_at = NoticeState.REFUSED, why.strip(), work.now
    notice.escalate_on = None
    audit.write(work, "notice.refused", "notice", notice.id)


def supersede(work: Work, document_id: str) -> None:
    """A newer version takes a document's place: what waits is called back, links lead nowhere."""
    notice = of_document(work, document_id, lock=True)
    notice.superseded_at = work.now
    result_changes.withdraw(work, notice)
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
        Notice.state.in_(NOWHERE),
        Notice.superseded_at.is_(None),
        in_reach(work.who, Notice.agency_id),
        limit=limit,
    )


def unsigned_ones(work: Work, *, limit: int = 100) -> tuple[NoticeLine, ...]:
    """Notices to be served by hand: refused, or unsigned although every way was tried."""
    require_role(work.who, *READERS)
    return _lines(
        work,
        or_(
            Notice.state == NoticeState.REFUSED,
            and_(Notice.unanswered_at.is_not(None), Notice.state.not_in((*NOWHERE, *SETTLED))),
        ),
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


def _unanswered(work: Work) -> tuple[ColumnElement[bool], ...]:
    """Nobody signed by the day the next channel was due."""
    return (
        Notice.escalate_on < local_day(work.now),
        Notice.superseded_at.is_(None),
        Notice.state.not_in(SETTLED),
    )


def _tell_systems(work: Work, what: Told, document: Document) -> None:
    agency = work.session.get_one(Agency, document.agency_id)
    webhooks.tell(work, what, agency, document.id, document.number or "")


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
