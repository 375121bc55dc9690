"""The case file of a visit: its events, evidence, contents, certificates and receipts, signed.

Every signature in it is checked before it is handed out; what does not hold is told, and the file
is handed out all the same: it is for others to judge.

The same case gives the same bytes whenever it is exported: its time is that of the newest thing
in it, and when it was handed out is told by the audit log.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from server import stamping
from server.config import Settings
from server.documents.kinds import DRAWN_WHEN_WANTED
from server.models import (
    ChainHead,
    Device,
    DeviceOfficer,
    Document,
    EvidenceFile,
    EvidenceState,
    GivenReceipt,
    ServerFact,
    TraceEvent,
)
from server.services import (
    anchors,
    audit,
    documents,
    platform_keys,
    stamps,
    visit_contents,
    visit_material,
    visits,
)
from server.services.visit_facts import FactKind
from server.storage.objects import object_store
from server.work import Work
from shared import case_file, keyset, rfc3339
from shared.canonical import canonical
from shared.case_file import CaseContents, CaseDocument, Report
from shared.content import signing
from shared.errors import NotFound
from shared.flow import engine
from shared.flow.state import VisitState
from shared.keyset import KeySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The archive, and what checking it said."""

    archive: bytes
    report: Report


def of_visit(work: Work, visit_id: str) -> Exported:
    """The case file of a visit that who asks may know; `NotFound`."""
    visits.find(work, visit_id)
    key_set = platform_keys.key_set(work)
    evidence, absent = _evidence(work, visit_id)
    receipts = _receipts(work, visit_id)
    proofs = anchors.proofs_of(work, receipts)
    anchored = [rfc3339.read(proof["anchor"]["made_at"]) for proof in proofs]
    contents = CaseContents(
        visit_id=visit_id,
        as_of=max([_as_of(work, visit_id, keyset.read(key_set)), *anchored]),
        chains=_chains(work, visit_id),
        key_set=key_set,
        certificates=list(_certificates(work, visit_id)),
        evidence=evidence,
        absent=absent,
        documents=_documents(work, visit_id),
        receipts=receipts,
        stamps=stamps.of_visit(work, visit_id),
        anchors=proofs,
    )
    entries = case_file.build(
        contents, key=work.secrets.signing_key(), kid=work.secrets.signing_kid
    )
    report = case_file.verify(
        entries, keyset.read(key_set), stamp_holds=_stamp_holds(work.settings)
    )
    audit.write(work, "case.exported", "visit", visit_id, faults=len(report.faults))
    return Exported(archive=case_file.to_zip(entries), report=report)


def _stamp_holds(settings: Settings) -> Callable[[bytes, bytes], object] | None:
    if settings.timestamp_roots is None:
        return None
    roots = stamping.read_roots(settings.timestamp_roots)
    return lambda response, statement: stamping.check(response, statement, roots)


def _as_of(work: Work, visit_id: str, key_set: KeySet) -> datetime:
    """When the newest thing in the file came about, or the key that signs it came into force."""
    moments = [
        select(func.max(TraceEvent.received_at)).where(TraceEvent.visit_id == visit_id),
        select(func.max(ChainHead.changed_at)).where(ChainHead.visit_id == visit_id),
        select(func.max(EvidenceFile.completed_at)).where(EvidenceFile.visit_id == visit_id),
        select(func.max(ServerFact.at)).where(
            ServerFact.visit_id == visit_id, ServerFact.kind == FactKind.TIME_STAMPED
        ),
        select(func.max(Document.made_at)).where(Document.visit_id == visit_id),
    ]
    found = [work.session.scalar(moment) for moment in moments]
    signer = [key.valid_from for key in key_set.keys if key.kid == work.secrets.signing_kid]
    return max(key_set.issued_at, *signer, *(moment for moment in found if moment is not None))


def _tablets(visit_id: str) -> Select[Any]:
    return select(TraceEvent.device_id).where(TraceEvent.visit_id == visit_id)


def _chains(work: Work, visit_id: str) -> dict[tuple[str, str], list[bytes]]:
    found: dict[tuple[str, str], list[bytes]] = {}
    rows = work.session.execute(
        select(TraceEvent.device_id, TraceEvent.canonical)
        .where(TraceEvent.visit_id == visit_id)
        .order_by(TraceEvent.device_id, TraceEvent.seq)
    )
    for device_id, as_it_came in rows:
        found.setdefault((visit_id, device_id), []).append(as_it_came)
    return found


def _certificates(work: Work, visit_id: str) -> Iterator[Mapping[str, object]]:
    """Of the tablets, and of the officers who acted on them."""
    acted = select(TraceEvent.device_id, TraceEvent.officer_id).where(
        TraceEvent.visit_id == visit_id
    )
    yield from work.session.scalars(
        select(Device.certificate).where(Device.id.in_(_tablets(visit_id)))
    )
    yield from work.session.scalars(
        select(DeviceOfficer.certificate).where(
            tuple_(DeviceOfficer.device_id, DeviceOfficer.officer_id).in_(acted)
        )
    )


def _evidence(work: Work, visit_id: str) -> tuple[dict[str, bytes], dict[str, str]]:
    store = object_store(work.settings)
    here: dict[str, bytes] = {}
    absent: dict[str, str] = {}
    files = work.session.scalars(select(EvidenceFile).where(EvidenceFile.visit_id == visit_id))
    for file in files:
        if file.state != EvidenceState.BYTES_COMPLETE or file.storage_key is None:
            absent[file.sha256] = str(file.state)
            continue
        try:
            here[file.sha256] = store.get(file.storage_key)
        except NotFound:
            absent[file.sha256] = "damaged"
    return here, {sha256: why for sha256, why in absent.items() if sha256 not in here}


def _documents(work: Work, visit_id: str) -> list[CaseDocument]:
    """Every content, with its printed form where it became a document."""
    rows = work.session.scalars(select(Document).where(Document.visit_id == visit_id)).all()
    issued = [
        CaseDocument(
            id=row.id,
            kind=row.kind,
            content=canonical(row.content),
            pdf=_drawing(work, row),
        )
        for row in rows
    ]
    printed = {row.content_hash for row in rows}
    others = {each.id: each for each in _signed(work, visit_id) if each.id not in printed}
    return [*issued, *others.values()]


def _drawing(work: Work, row: Document) -> bytes | None:
    """As it was stored; what waits until somebody wants it is wanted now."""
    if row.pdf_key:
        return object_store(work.settings).get(row.pdf_key)
    return documents.draw(work, row) if row.kind in DRAWN_WHEN_WANTED else None


def _signed(work: Work, visit_id: str) -> Iterator[CaseDocument]:
    """What stood on the tablets' screens at each signing, built again from the events."""
    material = visit_material.load(work, [visit_id]).get(visit_id)
    if material is None:
        return
    for device_id, chain in material.chains.items():
        refs, state = material.named(device_id), VisitState()
        for event in chain:
            if event.kind in visit_contents.KIND:
                built = signing.built(event.kind, state, refs, device_id, event.payload)
                if built.hash == event.payload["content_hash"]:
                    yield CaseDocument(
                        id=built.hash,
                        kind=str(visit_contents.KIND[event.kind]),
                        content=canonical(built.content),
                    )
            state = engine.apply(state, event, refs)


def _receipts(work: Work, visit_id: str) -> list[Mapping[str, object]]:
    named = select(ChainHead.receipt_id).where(ChainHead.visit_id == visit_id)
    rows = select(GivenReceipt.content).where(GivenReceipt.id.in_(named)).order_by(GivenReceipt.id)
    return list(work.session.scalars(rows))
