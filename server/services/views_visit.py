"""One visit as the console shows it: its chain, its documents, what was ruled. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from server.models import (
    Agency,
    Document,
    Enterprise,
    Notice,
    NoticeReceipt,
    OutboxMessage,
    Person,
    Premise,
    Quarantine,
    ServerFact,
    Task,
    Visit,
)
from server.notify.letter import Purpose
from server.services import views_chain, visits
from server.services.views_chain import Story
from server.services.visit_facts import FactKind
from server.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A document of the visit, and what became of telling it where it is told at all."""

    document: Document
    notice: Notice | None
    messages: tuple[OutboxMessage, ...]
    receipt: NoticeReceipt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    by: str
    at: datetime
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """`quarantined` counts what came for this visit and could not be trusted."""

    visit: Visit
    agency: str
    enterprise: Enterprise | None
    premise: Premise | None
    tasks: tuple[Task, ...]
    story: Story
    documents: tuple[Told, ...]
    rulings: tuple[Ruled, ...]
    quarantined: int


def one(work: Work, visit_id: str) -> VisitView:
    """One visit in reach; `NotFound` otherwise."""
    visit = visits.find(work, visit_id)
    return VisitView(
        visit=visit,
        agency=work.session.scalar(select(Agency.name).where(Agency.id == visit.agency_id)) or "",
        enterprise=work.session.get(Enterprise, visit.uscc) if visit.uscc else None,
        premise=work.session.get(Premise, visit.premise_id) if visit.premise_id else None,
        tasks=tuple(work.session.scalars(select(Task).where(Task.id.in_(visit.task_ids)))),
        story=views_chain.read(work, visit),
        documents=_documents(work, visit.id),
        rulings=_rulings(work, visit.id),
        quarantined=work.session.scalar(select(func.count()).where(Quarantine.visit_id == visit.id))
        or 0,
    )


def _documents(work: Work, visit_id: str) -> tuple[Told, ...]:
    documents = work.session.scalars(
        select(Document)
        .where(Document.visit_id == visit_id)
        .order_by(Document.superseded_by.is_not(None), Document.made_at, Document.id)
    ).all()
    ids = [document.id for document in documents]
    messages: dict[str | None, list[OutboxMessage]] = {}
    for message in work.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.document_id.in_(ids), OutboxMessage.purpose == Purpose.RESULT_NOTICE)
        .order_by(OutboxMessage.created_at)
    ):
        messages.setdefault(message.document_id, []).append(message)
    notices = {
        notice.document_id: notice
        for notice in work.session.scalars(select(Notice).where(Notice.document_id.in_(ids)))
    }
    receipts = {
        receipt.document_id: receipt
        for receipt in work.session.scalars(
            select(NoticeReceipt).where(NoticeReceipt.document_id.in_(ids))
        )
    }
    return tuple(
        Told(
            document=document,
            notice=notices.get(document.id),
            messages=tuple(messages.get(document.id, ())),
            receipt=receipts.get(document.id),
        )
        for document in documents
    )


def _rulings(work: Work, visit_id: str) -> tuple[Ruled, ...]:
    rows = work.session.execute(
        select(ServerFact, Person.name)
        .outerjoin(Person, Person.id == ServerFact.by_id)
        .where(ServerFact.visit_id == visit_id, ServerFact.kind == FactKind.RULING)
        .order_by(ServerFact.seq)
    )
    return tuple(
        Ruled(by=name or fact.by_id or "", at=fact.at, payload=fact.payload) for fact, name in rows
    )
