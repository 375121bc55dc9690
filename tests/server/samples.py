"""One of everything the home agency has, for the walk over all addresses (test_access.py)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from server.models import (
    Contact,
    Device,
    DeviceOrder,
    DeviceToken,
    Document,
    Enrolment,
    EvidenceFile,
    OutboxMessage,
    PortalSession,
    Quarantine,
    Upload,
    Visit,
)
from server.services import bearer as bearers
from server.services.bearer import Bearer
from server.work import Parts
from tests.server.factories import County, add
from tests.server.planning import Desk

EARLIER = datetime(2026, 6, 1, tzinfo=UTC)
HASH = "0" * 64


def add_samples(parts: Parts, county: County) -> None:
    """Add the rows that the ids below name, all of the home agency."""
    add(
        parts,
        [
            device(county),
            visit(county),
            document(county),
            message(county),
            evidence(county),
            upload(county),
            lost(county),
            enrolment(county),
            quarantined(),
            contact(county, 0),
            contact(county, 1),
        ],
    )


def device_token(parts: Parts, device_id: str = "device") -> str:
    """A bearer token of a tablet, as if it had proved itself."""
    secret, kept = bearers.make(Bearer.DEVICE, parts.chance)
    now = parts.clock.now()
    life = now + timedelta(minutes=30)
    add(
        parts,
        [DeviceToken(token_hash=kept, device_id=device_id, issued_at=now, expires_at=life)],
    )
    return secret


def portal_secret(parts: Parts, county: County, firm: int) -> str:
    """The cookie secret of a contact of the county's enterprise number `firm`."""
    secret, kept = bearers.make(Bearer.PORTAL, parts.chance)
    now = parts.clock.now()
    row = PortalSession(
        id=parts.ids(),
        token_hash=kept,
        uscc=county.usccs[firm],
        contact_id=f"contact-{firm}",
        created_at=now,
        expires_at=now + timedelta(hours=1),
    )
    add(parts, [row])
    return secret


def a_task(desk: Desk) -> str:
    desk.filed()
    tasks = desk.client.get("/api/v1/tasks", headers=desk.head).json["tasks"]
    return str(tasks[0]["id"])


def device(county: County) -> Device:
    return Device(
        id="device",
        agency_id=county.agency,
        name="平板一",
        public_key="A" * 43,
        certificate={},
        sealed_store_key="x",
        enrolled_at=EARLIER,
        lease_until=datetime(2027, 1, 1, tzinfo=UTC),
    )


def visit(county: County) -> Visit:
    return Visit(
        id="visit",
        agency_id=county.agency,
        region="370104",
        task_ids=[],
        lead_device_id="device",
        uscc=county.usccs[0],
        premise_id=county.premises[0],
        stage="sealed",
        received_at=EARLIER,
        irregularities=[],
        flags=[],
        time_confidence="high",
        state={},
        changed_at=EARLIER,
    )


def document(county: County) -> Document:
    return Document(
        id="document",
        kind="result",
        subject_id="visit",
        agency_id=county.agency,
        visit_id="visit",
        uscc=county.usccs[0],
        content={},
        content_hash=HASH,
        particulars={},
        made_at=EARLIER,
    )


def message(county: County) -> OutboxMessage:
    return OutboxMessage(
        id="message",
        purpose="result_notice",
        agency_id=county.agency,
        channel="email",
        address_sealed="x",
        body_sealed="x",
        created_at=EARLIER,
    )


def evidence(county: County) -> EvidenceFile:
    return EvidenceFile(
        id="evidence",
        visit_id="visit",
        device_id="device",
        sha256=HASH,
        size=1,
        media_type="image/jpeg",
        noted_at=EARLIER,
    )


def upload(county: County) -> Upload:
    return Upload(
        id="upload",
        evidence_id="evidence",
        visit_id="visit",
        device_id="device",
        length=1,
        sha256=HASH,
        media_type="image/jpeg",
        kept_as="x",
        created_at=EARLIER,
        expires_at=datetime(2027, 1, 1, tzinfo=UTC),
    )


def lost(county: County) -> DeviceOrder:
    return DeviceOrder(
        id="order",
        device_id="device",
        form="lost",
        reason="丢失",
        proposed_by=county.admin,
        proposed_at=EARLIER,
    )


def enrolment(county: County) -> Enrolment:
    return Enrolment(
        id="enrolment",
        agency_id=county.agency,
        officer_id=county.officers[0],
        code_hash=HASH,
        issued_by=county.admin,
        issued_at=EARLIER,
        expires_at=EARLIER,
    )


def quarantined() -> Quarantine:
    return Quarantine(
        id="quarantine",
        event_id="event",
        visit_id="visit",
        device_id="device",
        code="bad_signature",
        raw=b"{}",
        raw_hash=HASH,
        received_at=EARLIER,
    )


def contact(county: County, firm: int) -> Contact:
    return Contact(id=f"contact-{firm}", uscc=county.usccs[firm], name="李四", confirmed_at=EARLIER)


SAMPLES: Mapping[str, Callable[[Desk], str]] = {
    "plan_id": lambda desk: desk.submitted()["id"],
    "task_id": a_task,
    "finding_id": lambda _desk: "finding",
    "person_id": lambda desk: desk.county.planner,
    "officer_id": lambda desk: desk.county.officers[0],
    "device_id": lambda _desk: "device",
    "order_id": lambda _desk: "order",
    "enrolment_id": lambda _desk: "enrolment",
    "visit_id": lambda _desk: "visit",
    "document_id": lambda _desk: "document",
    "message_id": lambda _desk: "message",
    "evidence_id": lambda _desk: "evidence",
    "upload_id": lambda _desk: "upload",
    "quarantine_id": lambda _desk: "quarantine",
    "sha256": lambda _desk: HASH,
}
"""Path argument → an id of the home agency's."""
