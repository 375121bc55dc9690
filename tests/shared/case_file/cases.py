"""A whole case of the tests' small county: one visit, its certificates, contents and receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from shared import certificates, receipts
from shared.canonical import canonical
from shared.case_file import CaseContents, CaseDocument, build
from shared.certificates import DeviceCertificate, OfficerCertificate
from shared.content import notice, record, result
from shared.events.envelope import Event
from tests.vectors import keys
from tests.world import LI, POINTS, WANG, Tablet, key

PHOTO = b"the bytes of a photo"
EXPORTED = datetime(2026, 12, 1, tzinfo=UTC)
SIGNED_BY: Mapping[str, Any] = {"key": keys.PLATFORM, "kid": keys.PLATFORM_KID}


def device_certificate(device_id: str = "tablet-1", **other: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "device_id": device_id,
        "agency_id": "agency-1",
        "public_key": key(device_id).public,
        "valid_from": keys.START,
        "valid_to": keys.END,
    }
    certificate = DeviceCertificate(**{**facts, **other})
    return certificates.device_certificate(certificate, issued_at=keys.START, **SIGNED_BY)


def officer_certificate(officer_id: str, device_id: str = "tablet-1") -> dict[str, Any]:
    certificate = OfficerCertificate(
        officer_id=officer_id,
        device_id=device_id,
        agency_id="agency-1",
        name=officer_id,
        certificate_no="15010100001",
        unit="执法二大队",
        public_key=key(officer_id).public,
        valid_from=keys.START,
        valid_to=keys.END,
    )
    return certificates.officer_certificate(certificate, issued_at=keys.START, **SIGNED_BY)


def receipt(events: list[Event], **other: Any) -> dict[str, Any]:
    last = events[-1]
    facts: dict[str, Any] = {
        "device_id": last.device_id,
        "heads": {last.visit_id: receipts.Head(seq=last.seq, hash=last.hash)},
        "device_seq": last.device_seq,
        "epoch": "1",
        "received_at": last.at.corrected + timedelta(hours=5),
    }
    return receipts.receipt(receipts.Receipt(**{**facts, **other}), **SIGNED_BY)


@dataclass
class Case:
    """Walks one visit, keeping the contents that were signed on the way."""

    tablet: Tablet = field(default_factory=Tablet)
    documents: list[CaseDocument] = field(default_factory=list)

    def walk(self) -> "Case":
        tablet = self.tablet
        tablet.open()
        tablet.scan()
        tablet.show(WANG)
        tablet.show(LI)
        self._keep("notice", notice.build(tablet.state, tablet.refs, device_id=tablet.device_id))
        tablet.serve()
        for point in POINTS:
            tablet.answer(point)
        tablet.photo("photo", sha256=sha256_of(PHOTO), size=len(PHOTO))
        built = record.build(tablet.state, tablet.refs, device_id=tablet.device_id, statement=None)
        self._keep("record", built)
        tablet.read_out()
        tablet.sign()
        self._keep("result", result.build(tablet.state, tablet.refs, device_id=tablet.device_id))
        tablet.tell()
        tablet.leave()
        tablet.seal()
        return self

    def _keep(self, kind: str, content: Mapping[str, Any]) -> None:
        document = CaseDocument(
            id=f"d-{kind}", kind=kind, content=canonical(content), pdf=b"%PDF " + kind.encode()
        )
        self.documents.append(document)

    def contents(self, **other: Any) -> CaseContents:
        tablet = self.tablet
        facts: dict[str, Any] = {
            "visit_id": tablet.visit_id,
            "as_of": EXPORTED,
            "chains": {(tablet.visit_id, tablet.device_id): lines(tablet)},
            "key_set": keys.key_set_object(),
            "certificates": [
                device_certificate(),
                officer_certificate(WANG),
                officer_certificate(LI),
            ],
            "evidence": {sha256_of(PHOTO): PHOTO},
            "documents": self.documents,
            "receipts": [receipt(tablet.events)],
        }
        return CaseContents(**{**facts, **other})

    def file(self, **other: Any) -> dict[str, bytes]:
        return build(self.contents(**other), **SIGNED_BY)


def lines(tablet: Tablet) -> list[bytes]:
    return [canonical(dict(event.raw)) for event in tablet.events]


def sha256_of(data: bytes) -> str:
    return keys.crypto.sha256_hex(data)
