"""Content of the list of recordings (音像记录清单, D12; R46): every file, whose it is, its hash."""

from collections.abc import Mapping
from typing import Any

from shared.content import parts, words
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

    `retention` is the class they are kept in (`words.RETENTION`). A picture is of one moment; of
    a recording only its end is known, when it was added.
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


def _file(one: Evidence, officer: Officer | None) -> dict[str, Any]:
    at = local_second(one.at)
    return {
        "id": one.evidence_id,
        "sha256": one.sha256,
        "type": one.media_type,
        "size": one.size,
        "caption": one.caption or "",
        "device_id": one.device_id,
        "officer": officer.name if officer else "",
        "certificate_no": (officer.certificate_no or "") if officer else "",
        "from": at if one.media_type.startswith(PICTURES) else "",
        "to": at,
    }
