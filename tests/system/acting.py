"""What two officers do at a visit, one function for each kind of event, on a real tablet.

Whoever holds the tablet says who they are and what was done before; see `Actor`.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from PIL import Image

from fieldapp.flow.inspection import InspectionFlow
from shared.events.kinds import EventKind
from tests.world import FORM, POINTS, USCC

STROKES = [[[0, 0, 0], [500, 500, 120]]]
Kind = EventKind
COUNTING = frozenset({Kind.MEMBER_JOINED, Kind.MEMBER_DONE, Kind.MEMBER_OPEN})
FULL = (
    Kind.SCANNED_IN,
    Kind.CREDENTIALS_SHOWN,
    Kind.CREDENTIALS_SHOWN,
    Kind.NOTICE_SERVED,
    *[Kind.POINT_ANSWERED] * len(POINTS),
    Kind.RECORD_READ,
    Kind.SIGNED,
    Kind.RESULT_GIVEN,
    Kind.LEFT,
    Kind.SEALED,
)
SEEN = (*FULL[:4], Kind.EVIDENCE_ADDED, *FULL[4:])
CLOSED = (Kind.UNABLE, Kind.RESULT_GIVEN, Kind.LEFT, Kind.SEALED)
MEMBER = (
    Kind.CREDENTIALS_SHOWN,
    Kind.CREDENTIALS_SHOWN,
    *[Kind.POINT_ANSWERED] * len(POINTS),
    Kind.LEFT,
    Kind.SEALED,
)


class Actor(Protocol):
    """Two officers with a tablet."""

    people: Sequence[str]

    def kinds(self, visit_id: str) -> list[EventKind]:
        """What was done in a visit so far, in order."""
        ...

    def photo(self, flow: InspectionFlow) -> None:
        """Take a picture at this visit."""
        ...


def picture(colour: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), tuple(colour.to_bytes(3, "big"))).save(out, "JPEG")
    return out.getvalue()


def _photograph(actor: Actor, flow: InspectionFlow) -> None:
    actor.photo(flow)


def _scan(actor: Actor, flow: InspectionFlow) -> None:
    payload = {"method": "enterprise_code", "uscc": USCC, "premise_id": "premise-1"}
    flow.take(Kind.SCANNED_IN, officer_id=actor.people[0], payload=payload)


def _show(actor: Actor, flow: InspectionFlow) -> None:
    shown = actor.kinds(flow.visit_id).count(Kind.CREDENTIALS_SHOWN)
    officer_id = actor.people[shown % 2]
    known = flow.references().officers[officer_id]
    payload = {
        "officer_id": officer_id,
        "certificate_no": known.certificate_no,
        "valid_to": known.valid_to,
        "status_checked_at": known.checked_at,
    }
    flow.take(Kind.CREDENTIALS_SHOWN, officer_id=officer_id, payload=payload)


def _serve(actor: Actor, flow: InspectionFlow) -> None:
    payload = {"content_hash": flow.notice().hash, "outcome": "signed", **_signature()}
    flow.take(Kind.NOTICE_SERVED, officer_id=actor.people[0], payload=payload)


def _answer(actor: Actor, flow: InspectionFlow) -> None:
    done = actor.kinds(flow.visit_id).count(Kind.POINT_ANSWERED)
    payload = {
        "form_id": FORM,
        "form_version": 2,
        "point_id": POINTS[done % len(POINTS)],
        "answer": "conform",
    }
    flow.take(Kind.POINT_ANSWERED, officer_id=actor.people[1], payload=payload)


def _read_out(actor: Actor, flow: InspectionFlow) -> None:
    payload = {"content_hash": flow.record("无异议").hash, "statement": "无异议"}
    flow.take(Kind.RECORD_READ, officer_id=actor.people[0], payload=payload)


def _sign(actor: Actor, flow: InspectionFlow) -> None:
    record = flow.state().record
    assert record is not None
    payload = {"content_hash": record.content_hash, **_signature()}
    flow.take(Kind.SIGNED, officer_id=actor.people[0], payload=payload)


def _unable(actor: Actor, flow: InspectionFlow) -> None:
    payload = {
        "reason": "refused_entry",
        "explanation": "拒绝入内",
        "officer_ids": list(actor.people),
        "witness": "邻居",
    }
    flow.take(Kind.UNABLE, officer_id=actor.people[0], payload=payload)


def _tell(actor: Actor, flow: InspectionFlow) -> None:
    content = flow.result()
    payload = {
        "conclusion": content.data["conclusion"],
        "content_hash": content.hash,
        "given": "on_the_spot" if flow.state().unable is None else "later",
    }
    flow.take(Kind.RESULT_GIVEN, officer_id=actor.people[0], payload=payload)


def _leave(actor: Actor, flow: InspectionFlow) -> None:
    flow.take(Kind.LEFT, officer_id=actor.people[0], payload={"distance_m": 12.5})


def _seal(actor: Actor, flow: InspectionFlow) -> None:
    flow.take(Kind.SEALED, officer_id=actor.people[0])


def _signature() -> dict[str, Any]:
    return {"name": "周老板", "capacity": "店长", "strokes": STROKES}


ACTS: Mapping[EventKind, Callable[[Any, InspectionFlow], object]] = {
    Kind.SCANNED_IN: _scan,
    Kind.CREDENTIALS_SHOWN: _show,
    Kind.NOTICE_SERVED: _serve,
    Kind.EVIDENCE_ADDED: _photograph,
    Kind.POINT_ANSWERED: _answer,
    Kind.RECORD_READ: _read_out,
    Kind.SIGNED: _sign,
    Kind.UNABLE: _unable,
    Kind.RESULT_GIVEN: _tell,
    Kind.LEFT: _leave,
    Kind.SEALED: _seal,
}
