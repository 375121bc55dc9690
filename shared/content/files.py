"""Content of the list of recordings (音像记录清单, D12; R46): every file, whose it is, its hash."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.content import parts, words
from shared.events.payloads import HANDED_OVER
from shared.flow.state import Evidence, VisitState
from shared.localtime import local_second
from shared.reference import Officer, References

Taken = Mapping[str, Officer]
"""Event id → the officer who took the file."""

PICTURES = "image/"


def build(
    state: VisitState, refs: References, *, device_id: str, taken_by: Taken, retention: str
) -> dict[str, Any]:
    """Return the list as JSON, of the files of all tablets of a sealed visit.

    `retention` is the class they are kept in (`words.RETENTION`). A picture is of one moment, a
    recording of the tablet's own says when it began; else only is known when a file was added.
    """
    listed = in_order(state)
    return {
        **parts.head(state, refs, device_id, "recordings"),
        "inspected": parts.inspected(state),
        "officers": parts.officers(state, refs, device_id),
        "evidence": [_file(one, taken_by.get(one.event_id)) for one in listed],
        "bytes": sum(one.size for one in listed),
        "retention": {"class": retention, "text": words.RETENTION[retention]},
        "made_of": parts.made_of(state),
    }


def in_order(state: VisitState) -> list[Evidence]:
    """Files as documents number them: the leading tablet's as its record lists them, then others'.

    Numbers of the record are therefore the same in every paper of the visit.
    """
    return sorted(state.evidence, key=lambda one: (one.device_id != state.lead, one.device_id))


def particulars(one: Evidence) -> dict[str, Any]:
    """How long it is and whose it was, where it is more than a photo taken on the spot.

    Of a photo nothing is added: what lists only photos is the same bytes as ever.
    """
    more: dict[str, Any] = {}
    if one.duration_ms is not None:
        more["duration_ms"] = one.duration_ms
    if one.pages is not None:
        more["pages"] = one.pages
    if one.handed_over:
        more["origin"] = HANDED_OVER
    return more


def _file(one: Evidence, officer: Officer | None) -> dict[str, Any]:
    begun, ended = _span(one)
    return {
        "id": one.evidence_id,
        "sha256": one.sha256,
        "type": one.media_type,
        "size": one.size,
        "caption": one.caption or "",
        "device_id": one.device_id,
        "officer": officer.name if officer else "",
        "certificate_no": (officer.certificate_no or "") if officer else "",
        "from": local_second(begun) if begun else "",
        "to": local_second(ended),
        **particulars(one),
    }


def _span(one: Evidence) -> tuple[datetime | None, datetime]:
    """From when to when it was made; of what was handed over only when that was is known."""
    if one.begun_at is not None:
        lasted = timedelta(milliseconds=one.duration_ms or 0)
        return one.begun_at, (one.begun_at + lasted if lasted else one.at)
    moment = one.media_type.startswith(PICTURES) and not one.handed_over
    return (one.at if moment else None), one.at
