"""A visit's events read back from the very bytes that were signed, as a timeline.

Reads only. Hashes, links and every tablet signature are checked again for each look, so that the
line "the chain is whole" is never a stored opinion.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.models import (
    Device,
    EvidenceFile,
    EvidenceState,
    Form,
    Officer,
    TraceEvent,
    Visit,
)
from server.services import views_doubts
from server.services.views_doubts import Doubt
from server.work import Work
from shared import chain
from shared.canonical import parse_object
from shared.errors import DomainError
from shared.events.envelope import Event, Fix, read_event
from shared.events.kinds import EventKind
from shared.events.payloads import HANDED_OVER
from shared.files import PICTURES, SOUNDS, words
from shared.flow.merge import order
from shared.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCheck:
    """One tablet's chain: how long, and every fault there is. `faults` empty means whole."""

    device: str
    events: int
    faults: tuple[chain.Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A file of the visit, as far as it has arrived."""

    id: str
    sha256: str
    size: int
    caption: str
    arrived: bool
    is_photo: bool
    is_sound: bool
    what: Text
    handed_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    no: str
    title: str
    answer: str
    severity: str | None
    note: str
    known: str
    """What was known of it already and confirmed, or found otherwise where `is_contradicted`."""
    is_contradicted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the timeline: one event, or a run of answers told as one."""

    id: str
    kind: EventKind
    at: datetime
    suspect: bool
    officer: str
    device: str
    payload: Mapping[str, Any]
    seq: int
    hash: str
    both_signed: bool
    shot: Shot | None
    answers: tuple[Answered, ...]
    irregularities: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPoint:
    """A WGS-84 fix; `kind` is the event it was taken at."""

    kind: EventKind
    lat: float
    lon: float
    acc_m: float
    mock: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A visit as its chains tell it. `officers` are those who showed a credential, by name."""

    checks: tuple[ChainCheck, ...]
    entries: tuple[Entry, ...]
    points: tuple[MapPoint, ...]
    doubts: tuple[Doubt, ...]
    officers: tuple[str, ...]
    distance_m: float | None

    @property
    def whole(self) -> bool:
        """Whether every chain verifies from its first event to its last."""
        return bool(self.checks) and not any(check.faults for check in self.checks)

    @property
    def events(self) -> int:
        """How many events there are, of all tablets."""
        return sum(check.events for check in self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    officers: Mapping[str, str]
    devices: Mapping[str, Device]
    points: Mapping[tuple[str, int, str], Mapping[str, Any]]
    shots: Mapping[str, Shot]

    def officer(self, id_: str) -> str:
        return self.officers.get(id_, id_)

    def device(self, id_: str) -> str:
        return self.devices[id_].name if id_ in self.devices else id_


def read(work: Work, visit: Visit) -> Story:
    """The story of a visit that who asks may know."""
    raw = _raw_chains(work, visit.id)
    events = _in_order(raw)
    names = _names(work, visit.id, raw, events)
    return Story(
        checks=tuple(_check(device_id, found, names) for device_id, found in raw.items()),
        entries=tuple(_entries(events, names, visit)),
        points=tuple(_points(events)),
        doubts=views_doubts.read(work, events),
        officers=_officers_shown(events, names),
        distance_m=_distance(events),
    )


def _raw_chains(work: Work, visit_id: str) -> dict[str, list[dict[str, Any]]]:
    rows = work.session.execute(
        select(TraceEvent.device_id, TraceEvent.canonical)
        .where(TraceEvent.visit_id == visit_id)
        .order_by(TraceEvent.device_id, TraceEvent.seq)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for device_id, raw in rows:
        found.setdefault(device_id, []).append(parse_object(raw))
    return found


def _in_order(raw: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Event, ...]:
    return order({device: tuple(_readable(found)) for device, found in raw.items()})


def _readable(raw: Iterable[Mapping[str, Any]]) -> Iterable[Event]:
    for event in raw:
        try:
            yield read_event(event)
        except DomainError:  # of a newer app: its chain is still checked, its words not known here
            continue


def _names(work: Work, visit_id: str, raw: Mapping[str, Any], events: Sequence[Event]) -> _Names:
    officers = work.session.execute(
        select(Officer.id, Officer.name).where(Officer.id.in_({e.officer_id for e in events}))
    )
    devices = work.session.scalars(select(Device).where(Device.id.in_(raw)))
    return _Names(
        officers=dict(officers.all()),
        devices={device.id: device for device in devices},
        points=_form_points(work, events),
        shots=_shots(work, visit_id, events),
    )


def _form_points(
    work: Work, events: Sequence[Event]
) -> dict[tuple[str, int, str], Mapping[str, Any]]:
    used = {
        (e.payload["form_id"], e.payload["form_version"])
        for e in events
        if e.kind is EventKind.POINT_ANSWERED
    }
    forms = work.session.scalars(select(Form).where(Form.id.in_({form for form, _ in used})))
    return {
        (form.id, form.version, str(point["id"])): point
        for form in forms
        if (form.id, form.version) in used
        for point in form.points
    }


def _shots(work: Work, visit_id: str, events: Sequence[Event]) -> dict[str, Shot]:
    files = {
        file.sha256: file
        for file in work.session.scalars(
            select(EvidenceFile).where(EvidenceFile.visit_id == visit_id)
        )
    }
    found = {}
    for event in events:
        if event.kind is not EventKind.EVIDENCE_ADDED:
            continue
        file = files.get(event.payload["sha256"])
        found[event.id] = Shot(
            id=file.id if file else "",
            sha256=event.payload["sha256"],
            size=event.payload["size"],
            caption=event.payload["caption"] or "",
            arrived=file is not None and file.state == EvidenceState.BYTES_COMPLETE,
            is_photo=event.payload["media_type"] in PICTURES,
            is_sound=event.payload["media_type"] in SOUNDS,
            what=words.what(
                event.payload["media_type"],
                duration_ms=event.payload["duration_ms"],
                pages=event.payload["pages"],
            ),
            handed_over=event.payload["origin"] == HANDED_OVER,
        )
    return found


def _check(device_id: str, raw: Sequence[Mapping[str, Any]], names: _Names) -> ChainCheck:
    device = names.devices.get(device_id)
    public = device.public_key if device else ""
    try:
        faults = chain.verify_chain(raw, public)
    except DomainError:  # a key that is no key: nothing it signed holds
        faults = (chain.Fault(index=0, event_id="", code="bad_signature"),)
    return ChainCheck(device=names.device(device_id), events=len(raw), faults=faults)


def _officers_shown(events: Sequence[Event], names: _Names) -> tuple[str, ...]:
    shown = (e.payload["officer_id"] for e in events if e.kind is EventKind.CREDENTIALS_SHOWN)
    return tuple(names.officer(id_) for id_ in dict.fromkeys(shown))


def _entries(events: Sequence[Event], names: _Names, visit: Visit) -> Iterable[Entry]:
    run: list[Event] = []
    for event in events:
        if run and not _goes_with(run[-1], event, visit):
            yield _entry(run, names, visit)
            run = []
        run.append(event)
    if run:
        yield _entry(run, names, visit)


def _goes_with(before: Event, event: Event, visit: Visit) -> bool:
    """Answers one after another are told as one, unless something is wrong with one."""
    both = before.kind is event.kind is EventKind.POINT_ANSWERED
    return both and before.officer_id == event.officer_id and not _wrong(event, visit)


def _entry(run: Sequence[Event], names: _Names, visit: Visit) -> Entry:
    event = run[0]
    answered = event.kind is EventKind.POINT_ANSWERED
    return Entry(
        id=event.id,
        kind=event.kind,
        at=event.at.corrected,
        suspect=event.at.suspect,
        officer=names.officer(event.officer_id),
        device=names.device(event.device_id),
        payload=event.payload,
        seq=event.seq,
        hash=event.hash,
        both_signed=event.officer_sig is not None,
        shot=names.shots.get(event.id),
        answers=tuple(_answered(one, names) for one in run) if answered else (),
        irregularities=_wrong(event, visit),
    )


def _wrong(event: Event, visit: Visit) -> tuple[Mapping[str, Any], ...]:
    return tuple(found for found in visit.irregularities if found.get("event_id") == event.id)


def _answered(event: Event, names: _Names) -> Answered:
    said = event.payload
    point = names.points.get((said["form_id"], said["form_version"], said["point_id"]), {})
    return Answered(
        no=str(point.get("no", "")),
        title=str(point.get("title", said["point_id"])),
        answer=said["answer"],
        severity=said["severity"],
        note=said["note"] or "",
        known=said["fact"] or "",
        is_contradicted=bool(said["fact"]) and said["source"] == "observed",
    )


def _points(events: Sequence[Event]) -> Iterable[MapPoint]:
    for event in events:
        wanted = event.kind in (EventKind.SCANNED_IN, EventKind.LEFT, EventKind.UNABLE)
        if wanted and isinstance(event.loc, Fix):
            yield MapPoint(
                kind=event.kind,
                lat=event.loc.lat,
                lon=event.loc.lon,
                acc_m=event.loc.acc_m,
                mock=event.loc.mock,
            )


def _distance(events: Sequence[Event]) -> float | None:
    scans = (e.payload["distance_m"] for e in events if e.kind is EventKind.SCANNED_IN)
    return next((float(found) for found in scans if found is not None), None)
