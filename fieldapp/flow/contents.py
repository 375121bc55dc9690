"""What the enterprise is shown and signs: built by shared/, with the hash a signature binds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.content import notice, record, result
from shared.content.hashing import content_hash
from shared.flow.state import VisitState
from shared.reference import References


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The data that is drawn, and the hash that goes into the act."""

    data: Mapping[str, Any]
    hash: str


def notice_of(state: VisitState, refs: References, device_id: str) -> Content:
    return _hashed(notice.build(state, refs, device_id=device_id))


def record_of(
    state: VisitState, refs: References, device_id: str, statement: str | None
) -> Content:
    return _hashed(record.build(state, refs, device_id=device_id, statement=statement))


def result_of(state: VisitState, refs: References, device_id: str) -> Content:
    return _hashed(result.build(state, refs, device_id=device_id))


def _hashed(data: Mapping[str, Any]) -> Content:
    return Content(data=data, hash=content_hash(data))
