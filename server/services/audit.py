"""Every change a person makes, written in the same transaction and chained by hash.

    audit.write(work, "plan.submitted", "plan", plan.id, version=plan.version)

The entries are linked last before the commit, under the lock of one row, so that there is one
order and no other lock is taken after it. Facts are ids, counts and words; what looks personal
is struck out, and no caller should give it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.database import insert_if_absent
from server.logs import PERSONAL, STRUCK
from server.models import AuditEntry, AuditHead
from server.work import Work
from shared import crypto, rfc3339
from shared.canonical import canonical

HEAD = 1
Fact = str | int | bool | None | list[str]


@dataclass(slots=True)
class _Drafts:
    """The entries of one transaction that wait to be linked."""

    waiting: list[AuditEntry] = field(default_factory=list)

    def __call__(self, work: Work) -> None:
        _link(work.session, self.waiting)


def write(work: Work, action: str, object_kind: str, object_id: str, **facts: Fact) -> None:
    """Note that who asks did `action` to an object; linked when the work finishes."""
    entry = AuditEntry(
        at=work.now,
        who_kind=str(work.who.kind),
        who_id=work.who.id,
        agency_id=work.who.agency_id,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        facts={name: _struck(fact) for name, fact in facts.items()},
        request_id=work.request_id,
    )
    drafts = cast(_Drafts, work.at_the_end("audit", _Drafts()))
    drafts.waiting.append(entry)


def verify(session: Session) -> Iterator[int]:
    """The `seq` of every entry that does not follow from the one before, or was changed.

    What was taken from the end, or the head with it, is told by the last that is left.
    """
    prev, due = "", 1
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq)):
        if entry.seq != due or entry.prev != prev or entry.hash != _hash(entry):
            yield entry.seq
        prev, due = entry.hash, entry.seq + 1
    head = session.get(AuditHead, HEAD)
    if (head.hash, head.seq) != (prev, due - 1) if head else bool(prev):
        yield head.seq if head else due - 1


def _link(session: Session, entries: list[AuditEntry]) -> None:
    insert_if_absent(session, AuditHead, [{"id": HEAD, "seq": 0, "hash": ""}])
    head = session.scalars(select(AuditHead).where(AuditHead.id == HEAD).with_for_update()).one()
    for entry in entries:
        entry.seq, entry.prev = head.seq + 1, head.hash
        entry.hash = _hash(entry)
        head.seq, head.hash = entry.seq, entry.hash
    session.add_all(entries)


def _hash(entry: AuditEntry) -> str:
    return crypto.sha256_hex(
        canonical(
            {
                "seq": entry.seq,
                "at": _moment(entry.at),
                "who_kind": entry.who_kind,
                "who_id": entry.who_id,
                "agency_id": entry.agency_id,
                "action": entry.action,
                "object_kind": entry.object_kind,
                "object_id": entry.object_id,
                "facts": entry.facts,
                "request_id": entry.request_id,
                "prev": entry.prev,
            }
        )
    )


def _moment(at: datetime) -> str:
    return rfc3339.write(at)


def _struck(fact: Fact) -> Any:
    if isinstance(fact, list):
        return [_struck(one) for one in fact]
    return PERSONAL.sub(STRUCK, fact) if isinstance(fact, str) else fact
