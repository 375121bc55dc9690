"""What each kind of event adds to the state: one small function a kind, none of which can fail.

Each says the fields that the event changes, by name; `engine` makes the new state of all of them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from shared.events.envelope import Event
from shared.events.kinds import EventKind as Kind
from shared.events.payloads import HANDED_OVER
from shared.flow.state import (
    Acknowledged,
    Answer,
    Attested,
    Correction,
    Evidence,
    OffList,
    Quote,
    Result,
    Scan,
    Shown,
    Unable,
    VisitState,
)
from shared.localtime import local_day
from shared.reference import References

News = dict[str, Any]
"""Fields of the state that are from now on otherwise."""
Fold = Callable[[VisitState, Event, References], News]
BY_REFERENCE = frozenset({Kind.CREDENTIALS_SHOWN})
"""Kinds whose fold asks the references; any other adds the same whatever is known."""


def _opened(state: VisitState, event: Event, refs: References) -> News:
    payload = event.payload
    references = _versions(payload)
    return {
        "lead": state.lead or event.device_id,
        "tasks_of": {**state.tasks_of, event.device_id: event.task_ids},
        "opened_at": state.opened_at or event.at.corrected,
        "provisional_no": state.provisional_no or payload["provisional_no"],
        "references": state.references + references,
        "emergency": payload if event.kind is Kind.EMERGENCY_OPENED else state.emergency,
        "offsite": state.offsite or event.kind is Kind.OFFSITE_OPENED,
    }


def _joined(state: VisitState, event: Event, refs: References) -> News:
    references = _versions(event.payload)
    return {
        "tasks_of": {**state.tasks_of, event.device_id: event.task_ids},
        "references": state.references + references,
        "quotes": (*state.quotes, _quote(event, event.payload["lead"])),
    }


def _versions(payload: Mapping[str, Any]) -> tuple[tuple[str, str, int], ...]:
    return tuple([(r["kind"], r["id"], r["version"]) for r in payload["references"]])


def _quote(event: Event, quoted: Mapping[str, Any]) -> Quote:
    return Quote(
        by=event.device_id, device_id=quoted["device_id"], seq=quoted["seq"], head=quoted["head"]
    )


def _member(state: VisitState, event: Event, refs: References) -> News:
    member = event.payload["member"]
    return {
        "members": {**state.members, member["device_id"]: event.kind},
        "quotes": (*state.quotes, _quote(event, member)),
    }


def _member_open(state: VisitState, event: Event, refs: References) -> News:
    return {"members": {**state.members, event.payload["device_id"]: event.kind}}


def _scanned(state: VisitState, event: Event, refs: References) -> News:
    payload = event.payload
    if state.scan is not None:
        return {}
    scan = Scan(
        event_id=event.id,
        at=event.at.corrected,
        method=payload["method"],
        uscc=payload["uscc"],
        premise_id=payload["premise_id"],
        kid=payload["kid"],
        nonce=payload["nonce"],
        distance_m=payload["distance_m"],
        outside_reason=payload["outside_reason"],
        late_reason=payload["late_reason"],
        manual_reason=payload["manual_reason"],
        loc=event.loc,
    )
    return {"scan": scan}


def _mismatch(state: VisitState, event: Event, refs: References) -> News:
    return {"mismatches": state.mismatches + 1}


def _shown(state: VisitState, event: Event, refs: References) -> News:
    at = event.at.corrected
    officer = refs.officers.get(event.officer_id)
    ids = state.tasks_of.get(event.device_id, ())
    assigned = all(event.officer_id in refs.tasks[i].officer_ids for i in ids if i in refs.tasks)
    counted = (
        event.payload["officer_id"] == event.officer_id
        and officer is not None
        and assigned
        and officer.certificate_no == event.payload["certificate_no"]
        and officer.certified_at(at, local_day(at))
    )
    shown = Shown(
        event_id=event.id,
        device_id=event.device_id,
        officer_id=event.officer_id,
        certificate_no=event.payload["certificate_no"],
        at=at,
        counted=counted,
    )
    return {"shown": (*state.shown, shown)}


def _acknowledged(event: Event, given: Mapping[str, Any], outcome: str | None) -> Acknowledged:
    return Acknowledged(
        event_id=event.id,
        at=event.at.corrected,
        content_hash=given["content_hash"],
        outcome=outcome,
        name=given.get("name"),
        capacity=given.get("capacity"),
        reason=given.get("reason"),
        witness=given.get("witness"),
        strokes=tuple(given.get("strokes", ())),
        statement=given.get("statement"),
    )


def _notice(state: VisitState, event: Event, refs: References) -> News:
    return {"notice": _acknowledged(event, event.payload, event.payload["outcome"])}


def _answered(state: VisitState, event: Event, refs: References) -> News:
    payload = event.payload
    key = (payload["form_id"], payload["form_version"], payload["point_id"])
    answer = Answer(
        event_id=event.id,
        device_id=event.device_id,
        officer_id=event.officer_id,
        at=event.at.corrected,
        answer=payload["answer"],
        severity=payload["severity"],
        note=payload["note"],
        fixed_on_spot=payload["fixed_on_spot"],
        source=payload["source"],
        fact=payload["fact"],
    )
    by_device = {**state.answers.get(key, {}), event.device_id: answer}
    return {"answers": {**state.answers, key: by_device}}


def _off_list(state: VisitState, event: Event, refs: References) -> News:
    payload = event.payload
    finding = OffList(
        event_id=event.id,
        text=payload["text"],
        basis=payload["basis"],
        severity=payload["severity"],
    )
    return {"off_list": (*state.off_list, finding)}


def _evidence(state: VisitState, event: Event, refs: References) -> News:
    payload = event.payload
    item = Evidence(
        event_id=event.id,
        device_id=event.device_id,
        evidence_id=payload["evidence_id"],
        sha256=payload["sha256"],
        size=payload["size"],
        media_type=payload["media_type"],
        point_id=payload["point_id"],
        caption=payload["caption"],
        at=event.at.corrected,
        handed_over=payload["origin"] == HANDED_OVER,
        begun_at=payload["begun_at"],
        duration_ms=payload["duration_ms"],
        pages=payload["pages"],
    )
    return {"evidence": (*state.evidence, item)}


def _corrected(state: VisitState, event: Event, refs: References) -> News:
    payload = event.payload
    correction = Correction(
        event_id=event.id, of=payload["event_id"], why=payload["why"], text=payload["text"]
    )
    return {"corrections": (*state.corrections, correction)}


def _transferred(state: VisitState, event: Event, refs: References) -> News:
    transfer = (event.payload["to"], event.payload["why"])
    return {"transfers": (*state.transfers, transfer)}


def _record(state: VisitState, event: Event, refs: References) -> News:
    return {"record": _acknowledged(event, event.payload, event.payload["outcome"])}


def _attested(state: VisitState, event: Event, refs: References) -> News:
    attested = Attested(
        event_id=event.id,
        device_id=event.device_id,
        officer_id=event.officer_id,
        at=event.at.corrected,
        content_hash=event.payload["content_hash"],
    )
    return {"attested": (*state.attested, attested)}


def _closing(state: VisitState, event: Event, refs: References) -> News:
    return {"closing": _acknowledged(event, event.payload, event.kind.value)}


def _unable(state: VisitState, event: Event, refs: References) -> News:
    payload = event.payload
    unable = Unable(
        event_id=event.id,
        at=event.at.corrected,
        reason=payload["reason"],
        explanation=payload["explanation"],
    )
    return {"unable": unable}


def _result(state: VisitState, event: Event, refs: References) -> News:
    payload, given = event.payload, event.payload["acknowledgement"]
    result = Result(
        event_id=event.id,
        at=event.at.corrected,
        conclusion=payload["conclusion"],
        content_hash=payload["content_hash"],
        given=payload["given"],
        acknowledged=_acknowledged(event, given, given["outcome"]) if given else None,
    )
    return {"result": result}


def _left(state: VisitState, event: Event, refs: References) -> News:
    return {"left_at": event.at.corrected, "left_by": event.payload["method"]}


def _sealed(state: VisitState, event: Event, refs: References) -> News:
    if event.device_id in state.sealed_at:
        return {}
    return {"sealed_at": {**state.sealed_at, event.device_id: event.at.corrected}}


FOLD: Mapping[Kind, Fold] = {
    Kind.VISIT_OPENED: _opened,
    Kind.EMERGENCY_OPENED: _opened,
    Kind.OFFSITE_OPENED: _opened,
    Kind.JOINED: _joined,
    Kind.MEMBER_JOINED: _member,
    Kind.MEMBER_DONE: _member,
    Kind.MEMBER_OPEN: _member_open,
    Kind.SCANNED_IN: _scanned,
    Kind.SCAN_MISMATCH: _mismatch,
    Kind.CREDENTIALS_SHOWN: _shown,
    Kind.NOTICE_SERVED: _notice,
    Kind.POINT_ANSWERED: _answered,
    Kind.OFF_LIST_FINDING: _off_list,
    Kind.EVIDENCE_ADDED: _evidence,
    Kind.CORRECTED: _corrected,
    Kind.TRANSFERRED: _transferred,
    Kind.RECORD_READ: _record,
    Kind.RECORD_SIGNED: _attested,
    Kind.SIGNED: _closing,
    Kind.REFUSED: _closing,
    Kind.ABSENT: _closing,
    Kind.UNABLE: _unable,
    Kind.RESULT_GIVEN: _result,
    Kind.LEFT: _left,
    Kind.SEALED: _sealed,
}
