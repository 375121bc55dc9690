"""The steps of a clean visit on a tablet, for tests that are about something else."""

from collections.abc import Callable
from typing import Any

from fieldapp.flow.inspection import InspectionFlow
from fieldapp.ports.camera import Photo
from fieldapp.session import Session
from shared.events.kinds import EventKind
from tests.world import FORM, LI, POINTS, TASK, USCC, WANG

STROKES = [[[0, 0, 0], [500, 500, 120]]]
PHOTO = b"\xff\xd8 a photo of the kitchen " + bytes(range(256)) * 1200

Step = Callable[[InspectionFlow], Any]


def begin(session: Session) -> InspectionFlow:
    return session.open_visit([TASK], officer_id=WANG)


def scan(flow: InspectionFlow, **other: Any) -> Any:
    payload = {"method": "enterprise_code", "uscc": USCC, "premise_id": "premise-1", **other}
    return flow.take(EventKind.SCANNED_IN, officer_id=WANG, payload=payload)


def show(flow: InspectionFlow, officer_id: str) -> Any:
    known = flow.references().officers[officer_id]
    payload = {
        "officer_id": officer_id,
        "certificate_no": known.certificate_no,
        "valid_to": known.valid_to,
        "status_checked_at": known.checked_at,
    }
    return flow.take(EventKind.CREDENTIALS_SHOWN, officer_id=officer_id, payload=payload)


def serve(flow: InspectionFlow) -> Any:
    payload = {
        "content_hash": flow.notice().hash,
        "outcome": "signed",
        "name": "周老板",
        "capacity": "店长",
        "strokes": STROKES,
    }
    return flow.take(EventKind.NOTICE_SERVED, officer_id=WANG, payload=payload)


def answer(
    flow: InspectionFlow, point: str, given: str = "conform", *, officer_id: str = LI, **other: Any
) -> Any:
    payload = {"form_id": FORM, "form_version": 2, "point_id": point, "answer": given, **other}
    return flow.take(EventKind.POINT_ANSWERED, officer_id=officer_id, payload=payload)


def photograph(flow: InspectionFlow, data: bytes = PHOTO) -> Any:
    return flow.add_photo(Photo(data=data), officer_id=LI, point_id=POINTS[0], caption="后厨")


def read_out(flow: InspectionFlow) -> Any:
    payload = {"content_hash": flow.record("无异议").hash, "statement": "无异议"}
    return flow.take(EventKind.RECORD_READ, officer_id=WANG, payload=payload)


def sign(flow: InspectionFlow) -> Any:
    record = flow.state().record
    assert record is not None
    payload = {
        "content_hash": record.content_hash,
        "name": "周老板",
        "capacity": "店长",
        "strokes": STROKES,
    }
    return flow.take(EventKind.SIGNED, officer_id=WANG, payload=payload)


def tell(flow: InspectionFlow) -> Any:
    content = flow.result()
    payload = {
        "conclusion": content.data["conclusion"],
        "content_hash": content.hash,
        "given": "on_the_spot",
    }
    return flow.take(EventKind.RESULT_GIVEN, officer_id=WANG, payload=payload)


def leave(flow: InspectionFlow) -> Any:
    return flow.take(EventKind.LEFT, officer_id=WANG, payload={"distance_m": 12.5})


def seal(flow: InspectionFlow) -> Any:
    return flow.take(EventKind.SEALED, officer_id=WANG)


STEPS: tuple[Step, ...] = (
    scan,
    lambda flow: show(flow, WANG),
    lambda flow: show(flow, LI),
    serve,
    photograph,
    *(lambda flow, point=point: answer(flow, point) for point in POINTS),
    read_out,
    sign,
    tell,
    leave,
    seal,
)
"""Everything from the scan to the seal, in order."""


def finish(flow: InspectionFlow) -> InspectionFlow:
    """Do every step that is left."""
    for step in STEPS[len(flow.events()) - 1 :]:
        step(flow)
    return flow
