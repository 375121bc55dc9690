"""Time stamps on sealed visits: asked for after the commit, kept as facts of the visit.

A stamp covers the heads of all chains of a visit, and with them every event before. Should one
more event arrive later, another stamp is due. The authority is asked outside any transaction.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from server.database import insert_if_absent
from server.job_names import JobName
from server.models import ChainHead, ServerFact, StampDue
from server.services import visit_facts
from server.services.visit_facts import FactKind
from server.work import Work
from shared import base64url
from shared.canonical import canonical
from shared.case_file import stamped_statement

AGAIN = timedelta(minutes=10)


def expect(work: Work, visit_id: str) -> None:
    """Note that a complete visit wants a stamp, if this server has an authority."""
    if work.settings.timestamp_url is None or work.settings.timestamp_roots is None:
        return
    row = {"visit_id": visit_id, "since": work.now, "next_try_at": work.now}
    insert_if_absent(work.session, StampDue, [row])
    work.after_commit(JobName.STAMP_VISIT, visit=visit_id)


def due(work: Work, by: datetime, most: int) -> list[str]:
    """Visits that wait for a stamp, those that waited longest first."""
    query = select(StampDue.visit_id).where(StampDue.next_try_at <= by)
    return list(work.session.scalars(query.order_by(StampDue.next_try_at).limit(most)))


def statement(work: Work, visit_id: str) -> bytes | None:
    """What is to be stamped now; None if nothing is due. Puts the next try off."""
    row = work.session.get(StampDue, visit_id)
    if row is None:
        return None
    stated = _statement(work, visit_id)
    if stated in (told for told, _ in of_visit(work, visit_id)):
        _settle(work, visit_id)  # the visit was folded again, and nothing had come
        return None
    row.next_try_at = work.now + AGAIN
    return stated


def keep(work: Work, visit_id: str, stated: bytes, response: bytes, at: datetime) -> None:
    """Write a stamp down as a fact of the visit, unless its chains have grown meanwhile."""
    visit_facts.lock(work, [visit_id])
    row = work.session.get(StampDue, visit_id)
    if row is None or _statement(work, visit_id) != stated:
        return
    payload = {
        "statement": stated.decode("utf-8"),
        "response": base64url.encode(response),
        "stamped_at": at.isoformat(),
    }
    known = visit_facts.of_visits(work, [visit_id])[visit_id]
    visit_facts.append(work, known, visit_id, FactKind.TIME_STAMPED, payload)
    _settle(work, visit_id)


def of_visit(work: Work, visit_id: str) -> list[tuple[bytes, bytes]]:
    """(statement, response) of every stamp of a visit, in their order."""
    rows = work.session.scalars(
        select(ServerFact)
        .where(ServerFact.visit_id == visit_id, ServerFact.kind == FactKind.TIME_STAMPED)
        .order_by(ServerFact.seq)
    )
    return [_told(row.payload) for row in rows]


def _settle(work: Work, visit_id: str) -> None:
    work.session.execute(delete(StampDue).where(StampDue.visit_id == visit_id))


def _told(payload: dict[str, Any]) -> tuple[bytes, bytes]:
    return payload["statement"].encode("utf-8"), base64url.decode(payload["response"])


def _statement(work: Work, visit_id: str) -> bytes:
    rows = work.session.scalars(select(ChainHead).where(ChainHead.visit_id == visit_id))
    heads = {row.device_id: {"seq": row.seq, "hash": row.hash} for row in rows}
    return canonical(stamped_statement(visit_id, heads))
