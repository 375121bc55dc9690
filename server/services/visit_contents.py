"""What was signed in a visit, built again from its events and compared with what was signed.

Built from the lead tablet's own chain, by the references that tablet named: that is all it knew
when it showed the content. What the server knows besides is for judging, not for printing. Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.documents.kinds import DocumentKind
from server.services.visit_fold import Folded
from shared.content import notice, record, result
from shared.content.hashing import content_hash
from shared.events.envelope import Event
from shared.events.kinds import EventKind
from shared.flow.state import VisitState
from shared.reference import References


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A content with the event that bound it; `holds` while the hash there is that of `content`."""

    kind: DocumentKind
    content: dict[str, Any]
    hash: str
    event: Event
    holds: bool


Build = Callable[[VisitState, References, Event], dict[str, Any]]

BUILD: Mapping[EventKind, tuple[DocumentKind, Build]] = {
    EventKind.NOTICE_SERVED: (
        DocumentKind.NOTICE,
        lambda state, refs, event: notice.build(state, refs, device_id=event.device_id),
    ),
    EventKind.RECORD_READ: (
        DocumentKind.RECORD,
        lambda state, refs, event: record.build(
            state, refs, device_id=event.device_id, statement=event.payload["statement"]
        ),
    ),
    EventKind.RESULT_GIVEN: (
        DocumentKind.RESULT,
        lambda state, refs, event: result.build(state, refs, device_id=event.device_id),
    ),
}


def of_visit(folded: Folded) -> dict[DocumentKind, Signed]:
    """The newest content of each kind: a record that was read again counts as it was read last."""
    lead = folded.lead
    refs, found = folded.material.named(lead), {}
    for event in folded.material.chains[lead]:
        if event.kind in BUILD:
            kind, build = BUILD[event.kind]
            content = build(folded.signing[event.id], refs, event)
            digest = content_hash(content)
            found[kind] = Signed(
                kind=kind,
                content=content,
                hash=digest,
                event=event,
                holds=digest == event.payload["content_hash"],
            )
    return found
