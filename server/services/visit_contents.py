"""What a visit's events say was signed, as its folding built it, compared with what was signed.

Of the lead tablet's own chain, by the references that tablet named: that is all it knew when it
showed the content. What the server knows besides is for judging, not for printing. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.documents.kinds import DocumentKind
from server.services.visit_fold import Folded
from shared.events.envelope import Event
from shared.events.kinds import EventKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A content with the event that bound it; `holds` while the hash there is that of `content`."""

    kind: DocumentKind
    content: dict[str, Any]
    hash: str
    event: Event
    holds: bool


KIND: Mapping[EventKind, DocumentKind] = {
    EventKind.NOTICE_SERVED: DocumentKind.NOTICE,
    EventKind.RECORD_READ: DocumentKind.RECORD,
    EventKind.RESULT_GIVEN: DocumentKind.RESULT,
}
"""What document an act signs."""


def of_visit(folded: Folded) -> dict[DocumentKind, Signed]:
    """The newest content of each kind: a record that was read again counts as it was read last."""
    found = {}
    for event in folded.material.chains[folded.lead]:
        if event.kind in KIND:
            kind, built = KIND[event.kind], folded.signed[event.id]
            found[kind] = Signed(
                kind=kind,
                content=built.content,
                hash=built.hash,
                event=event,
                holds=built.hash == event.payload["content_hash"],
            )
    return found
