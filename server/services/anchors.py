"""Making, keeping and proving the daily anchors (shared/anchors.py).

A day is closed once. What was receipted or noted since the anchor before goes under the next one;
the work of a night grows with the day, never with the history.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.models import AnchorLeaf, AuditEntry, DailyAnchor, GivenReceipt, Retention
from server.services import audit
from server.work import Work
from shared import merkle
from shared.anchors import Anchor, anchor, audit_leaf, digest, proof, receipt_leaf
from shared.errors import NotFound
from shared.localtime import local_day

RECEIPT, AUDIT = "receipt", "audit"
STRAGGLERS = timedelta(hours=1)
"""A transaction that began before an anchor may commit after it; none runs longer."""
MOST = 400


def close_day(work: Work) -> dict[str, Any] | None:
    """Anchor what came since the last anchor; None if yesterday has its anchor already."""
    day = (local_day(work.now) - timedelta(days=1)).isoformat()
    last = _newest(work)
    if last is not None and last.day >= day:
        return None
    leaves = [*_entries(work, last.audit_seq if last else 0)]
    newest_entry = int(leaves[-1][1]) if leaves else (last.audit_seq if last else 0)
    leaves += _receipts(work, last.made_at if last else None)
    made = anchor(
        Anchor(
            day=day,
            size=len(leaves),
            root=merkle.root([hash_ for _, _, hash_ in leaves]).hex(),
            prev=digest(last.signed_object) if last else "",
            made_at=work.now,
        ),
        key=work.secrets.signing_key(),
        kid=work.secrets.signing_kid,
    )
    work.session.add(
        DailyAnchor(day=day, signed_object=made, audit_seq=newest_entry, made_at=work.now)
    )
    work.session.add_all(
        AnchorLeaf(
            day=day,
            no=number,
            kind=kind,
            ref=ref,
            hash=hash_.hex(),
            retention_class=str(Retention.TRUST),
        )
        for number, (kind, ref, hash_) in enumerate(leaves)
    )
    return made


def published(work: Work, before: str | None, limit: int = MOST) -> list[dict[str, Any]]:
    """Signed anchors, the newest day first, perhaps only those before a day."""
    query = select(DailyAnchor.signed_object).order_by(DailyAnchor.day.desc()).limit(limit)
    if before is not None:
        query = query.where(DailyAnchor.day < before)
    return list(work.session.scalars(query))


def prove(work: Work, leaf: str) -> dict[str, Any]:
    """The proof of a leaf hash (hex); `NotFound` if it is under no anchor, or not yet."""
    found = work.session.execute(
        select(AnchorLeaf.day, AnchorLeaf.no, DailyAnchor.signed_object)
        .join(DailyAnchor, DailyAnchor.day == AnchorLeaf.day)
        .where(AnchorLeaf.hash == leaf)
    ).one_or_none()
    if found is None:
        raise NotFound("Under no anchor yet.")
    day, number, signed_object = found
    return proof(_leaves(work, day), number, signed_object)


def proofs_of(work: Work, receipts: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Proofs of those receipts that are anchored."""
    found = []
    for receipt in receipts:
        try:
            found.append(prove(work, receipt_leaf(receipt).hex()))
        except NotFound:
            continue
    return found


def verify(work: Work) -> Iterator[str]:
    """What does not hold of the anchors and of what lies under them, in words of one line."""
    prev = ""
    for row in work.session.scalars(select(DailyAnchor).order_by(DailyAnchor.day)):
        told = row.signed_object
        leaves = _leaves(work, row.day)
        if told["prev"] != prev:
            yield f"{row.day}: does not follow the anchor before"
        if (told["size"], told["root"]) != (len(leaves), merkle.root(leaves).hex()):
            yield f"{row.day}: its leaves do not lead to its root"
        yield from _changed_entries(work, row.day)
        prev = digest(told)
    yield from (f"audit entry {seq} does not hold" for seq in audit.verify(work.session))


def _changed_entries(work: Work, day: str) -> Iterator[str]:
    rows = work.session.execute(
        select(AnchorLeaf.ref, AnchorLeaf.hash).where(
            AnchorLeaf.day == day, AnchorLeaf.kind == AUDIT
        )
    )
    told = {int(ref): hash_ for ref, hash_ in rows}
    entries = select(AuditEntry.seq, AuditEntry.hash).where(
        AuditEntry.seq.between(min(told, default=0), max(told, default=-1))
    )
    there = {seq: audit_leaf(seq, hash_).hex() for seq, hash_ in work.session.execute(entries)}
    for seq in sorted(told):
        if there.get(seq) != told[seq]:
            yield f"{day}: audit entry {seq} is not the one that was anchored"


def _entries(work: Work, after: int) -> Iterator[tuple[str, str, bytes]]:
    rows = work.session.execute(
        select(AuditEntry.seq, AuditEntry.hash)
        .where(AuditEntry.seq > after)
        .order_by(AuditEntry.seq)
    )
    for seq, hash_ in rows:
        yield AUDIT, str(seq), audit_leaf(seq, hash_)


def _receipts(work: Work, since: datetime | None) -> list[tuple[str, str, bytes]]:
    """Receipts given since then that are under no anchor."""
    query = select(GivenReceipt.content).execution_options(yield_per=500)
    if since is not None:
        query = query.where(GivenReceipt.given_at >= since - STRAGGLERS)
    found = {receipt_leaf(row) for row in work.session.scalars(query)}
    wanted = sorted(each.hex() for each in found)
    known: set[str] = set()
    for at in range(0, len(wanted), 500):
        part = wanted[at : at + 500]
        known |= set(work.session.scalars(select(AnchorLeaf.hash).where(AnchorLeaf.hash.in_(part))))
    return [(RECEIPT, "", bytes.fromhex(each)) for each in wanted if each not in known]


def _leaves(work: Work, day: str) -> list[bytes]:
    rows = select(AnchorLeaf.hash).where(AnchorLeaf.day == day).order_by(AnchorLeaf.no)
    return [bytes.fromhex(each) for each in work.session.scalars(rows)]


def _newest(work: Work) -> DailyAnchor | None:
    return work.session.scalar(select(DailyAnchor).order_by(DailyAnchor.day.desc()).limit(1))
