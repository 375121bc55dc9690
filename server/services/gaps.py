"""Numbers that a tablet counted and that never came: noted, asked for, or ruled on.

A gap may be an event that is on its way, or one that somebody took out: a person decides. What
was decided is a fact (`GapRuling`); whether a gap still waits follows from these and the numbers.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from server.models import Device, GapRuling, TraceEvent
from server.services import audit, device_counts, publishing
from server.services.device_counts import Span
from server.services.scoping import require_agency
from server.work import Work
from shared.errors import Conflict

RESEND = "resend"


class GapDecision(StrEnum):
    """`ACCEPT`: lost, and it is known why; `REJECT`: lost, and nobody can say why."""

    ACCEPT = "accept"
    REJECT = "reject"
    ASK_AGAIN = "ask_again"


FINAL = (GapDecision.ACCEPT, GapDecision.REJECT)


def note(work: Work, tablet: Device, seqs: Iterable[int]) -> None:
    """Count what came of a tablet, whose row is locked."""
    before = [list(span) for span in tablet.missing_seqs]
    tablet.last_device_seq, tablet.missing_seqs = device_counts.note(
        tablet.last_device_seq, tablet.missing_seqs, seqs
    )
    if tablet.missing_seqs == before:
        return
    if device_counts.beyond(tablet.missing_seqs, before):
        tablet.gap_asked_at = None  # more is missing than what was asked for
    _settle(work, tablet)


def open_spans(work: Work, tablet: Device) -> list[Span]:
    """What is missing and was not ruled to be lost."""
    if not tablet.missing_seqs:
        return []
    ruled = work.session.scalars(
        select(GapRuling.spans).where(
            GapRuling.device_id == tablet.id, GapRuling.decision.in_(FINAL)
        )
    )
    return device_counts.beyond(tablet.missing_seqs, (s for spans in ruled for s in spans))


def rule(work: Work, device_id: str, decision: GapDecision, reason: str) -> list[Span]:
    """Rule on what is missing, which is returned; the caller looks who may."""
    tablet = work.session.get_one(Device, device_id, with_for_update=True)
    require_agency(work, tablet.agency_id)
    spans = open_spans(work, tablet)
    if not spans:
        raise Conflict("Nothing is missing.")
    work.session.add(
        GapRuling(
            id=work.ids(),
            device_id=device_id,
            decision=decision,
            spans=spans,
            reason=reason,
            by_id=work.who.id,
            at=work.now,
        )
    )
    work.session.flush()
    if decision is GapDecision.ASK_AGAIN:
        tablet.gap_asked_at = work.now
        for first, last in spans:
            _ask(work, tablet.id, first, last)
    _settle(work, tablet)
    audit.write(work, "gap.ruled", "device", device_id, decision=str(decision), spans=str(spans))
    return spans


def visits_beside(work: Work, device_id: str, spans: Iterable[Span]) -> list[str]:
    """The visits of the tablet's last event before each span and its first one after it."""
    of_tablet = select(TraceEvent.visit_id).where(TraceEvent.device_id == device_id).limit(1)
    found: set[str] = set()
    for first, last in spans:
        before = of_tablet.where(TraceEvent.device_seq < first)
        after = of_tablet.where(TraceEvent.device_seq > last)
        found.update(work.session.scalars(before.order_by(TraceEvent.device_seq.desc())))
        found.update(work.session.scalars(after.order_by(TraceEvent.device_seq)))
    return sorted(found)


def differences(work: Work) -> list[tuple[str, Any, Any]]:
    """Tablets whose gap does not follow from the facts: (id, stored, folded). None, ever."""
    rows = work.session.scalars(
        select(Device).where(Device.gap_since.is_not(None) | (Device.last_device_seq > 0))
    )
    told = ((row, bool(open_spans(work, row))) for row in rows)
    return [
        (row.id, row.gap_since is not None, waits)
        for row, waits in told
        if waits != (row.gap_since is not None)
    ]


def _ask(work: Work, device_id: str, first: int, last: int) -> None:
    told = {"device_seqs": [first, last], "asked_at": work.now.isoformat()}
    scope = {publishing.device_scope(device_id)}
    publishing.publish(work, RESEND, f"seq:{device_id}:{first}-{last}", told, scope)


def _settle(work: Work, tablet: Device) -> None:
    if not open_spans(work, tablet):
        tablet.gap_since, tablet.gap_asked_at = None, None
    elif tablet.gap_since is None:
        tablet.gap_since = work.now
