"""What is signed in a visit, built and hashed once for whoever judges it and whoever prints it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.content import notice, record, result
from shared.content.hashing import content_hash
from shared.events.kinds import EventKind
from shared.flow.state import VisitState
from shared.reference import References

Payload = Mapping[str, Any]
Build = Callable[[VisitState, References, str, Payload], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A content as the events say it, with its hash."""

    content: dict[str, Any]
    hash: str


BUILD: Mapping[EventKind, Build] = {
    EventKind.NOTICE_SERVED: lambda state, refs, device, _: notice.build(
        state, refs, device_id=device
    ),
    EventKind.RECORD_READ: lambda state, refs, device, payload: record.build(
        state, refs, device_id=device, statement=payload["statement"]
    ),
    EventKind.RESULT_GIVEN: lambda state, refs, device, _: result.build(
        state, refs, device_id=device
    ),
}
"""Acts that sign a content."""


def built(
    kind: EventKind, state: VisitState, refs: References, device_id: str, payload: Payload
) -> Built:
    """What an act of one of these kinds signs, by the state just before it."""
    content = BUILD[kind](state, refs, device_id, payload)
    return Built(content=content, hash=content_hash(content))
