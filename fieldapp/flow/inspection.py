"""One visit: what may be done now, why not, and doing it.

An act is drafted, judged by the shared flow engine, sealed into the chain and appended, with its
evidence, in one transaction: it has happened, or it has not. After a crash the visit stands where
its last event left it. No screen is known here, and nothing is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldapp.errors import OtherVisit, StepRefused, VisitStopped
from fieldapp.flow import contents, pairing, scanning, showing
from fieldapp.flow.contents import Content
from fieldapp.flow.desk import Desk
from fieldapp.flow.drafting import Act, Place, draft, seal_payload
from fieldapp.flow.evidencing import EvidenceDraft, check_size, payload_of
from fieldapp.flow.history import History, Standing
from fieldapp.flow.scanning import CodeReading, Surroundings
from fieldapp.ports.camera import Photo
from fieldapp.store.evidence import Evidence, Upload
from fieldapp.store.outbox import Outcome
from fieldapp.store.reference import Version
from shared import chain
from shared.crypto import SigningKey
from shared.events.envelope import Event, read_event
from shared.events.kinds import OFFICER_SIGNED, EventKind
from shared.flow import engine
from shared.flow.ask import Ask, Refusal
from shared.flow.state import VisitState
from shared.reference import References, Task
from shared.tablet_codes import TabletHead
from shared.tokens import TokenType


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An event the server did not simply take."""

    event_id: str
    kind: EventKind
    outcome: Outcome


class InspectionFlow:
    """Made by `fieldapp.flow.opening`, which also opens new visits."""

    def __init__(
        self,
        desk: Desk,
        visit_id: str,
        references: References,
        *,
        task_ids: tuple[str, ...] = (),
        versions: tuple[Version, ...] = (),
    ) -> None:
        self._desk = desk
        self._references = references
        self._versions = versions
        self.visit_id = visit_id
        self._history = History(
            desk.held.journal,
            visit_id,
            references,
            begun=Standing(
                device_id=desk.held.identities.get().device_id,
                task_ids=task_ids,
                state=VisitState(),
            ),
        )

    def state(self) -> VisitState:
        """What the visit's events add up to."""
        return self._history.now().state

    def references(self) -> References:
        """Reference data at the versions the visit was opened on."""
        return self._references

    def open_kinds(self, officer_id: str = "") -> tuple[EventKind, ...]:
        """The acts a screen may offer now, in the order of the flow."""
        return tuple(kind for kind in EventKind if not self.why_locked(kind, officer_id))

    def why_locked(self, kind: EventKind, officer_id: str = "") -> tuple[Refusal, ...]:
        """Why this act may not be made now; empty when it may."""
        last = self._history.now()
        ask = Ask(
            kind=kind,
            at=self._desk.held.timekeeper.now(),
            device_id=last.device_id,
            officer_id=officer_id,
            task_ids=last.task_ids,
        )
        return engine.why_locked(last.state, ask, self._references)

    def take(
        self,
        kind: EventKind,
        *,
        officer_id: str,
        payload: Mapping[str, Any] | None = None,
        evidence: EvidenceDraft | None = None,
    ) -> Event:
        """Make one act; it is on disk when this returns.

        Args:
            kind: Which act.
            officer_id: Who makes it; must be an officer of this tablet.
            payload: As `shared.events.payloads` wants it; times and days may be Python's own.
                `sealed` needs none, `evidence_added` only `point_id` and `caption`.
            evidence: The file of an `evidence_added`.

        Raises:
            StepRefused: The flow says no; it carries the refusals.
            OfficerLocked: The act needs this officer's own key.
            NotEnrolled: Not an officer of this tablet.
            VisitStopped: The server holds something else under an id of this visit.
            BadInput: The payload cannot be read, or the file is empty or too large.
            NoSpace, LocalFault: Nothing was stored.
        """
        self._desk.held.officers.get(officer_id)
        key = self._desk.keys.get(officer_id) if kind in OFFICER_SIGNED else None
        if evidence is not None:
            check_size(evidence, free_bytes=self._desk.ports.device.free_bytes())
        with self._desk.held.store.transaction() as tx:
            if self._desk.held.outbox.stopped(self.visit_id):
                raise VisitStopped("The server holds another event of this visit.")
            last = self._history.now()
            place = self._next_place(last, self._desk.held.journal.next_device_seq(tx))
            said = self._completed(kind, payload or {}, evidence, last.state, place)
            act = Act(kind=kind, officer_id=officer_id, payload=said)
            event = self._sealed(act, place, key, last.state)
            refusals = engine.check(last.state, event, self._references)
            if refusals:
                raise StepRefused(refusals)
            self._desk.held.journal.append(tx, event)
            if evidence is not None:
                self._desk.held.evidence.add(tx, _evidence_of(event), evidence.data)
                if evidence.recording_id:
                    self._desk.held.recordings.drop(tx, evidence.recording_id)
            self._desk.held.reference.freeze(tx, self.visit_id, self._versions)
            self._desk.held.timekeeper.note(tx)
        self._versions = ()
        return event

    def refusals(
        self, kind: EventKind, *, officer_id: str, payload: Mapping[str, Any]
    ) -> tuple[Refusal, ...]:
        """Everything the flow would say to this very act; nothing is signed or stored.

        Raises `BadInput` for a payload that cannot be read.
        """
        last = self._history.now()
        place = self._next_place(last, device_seq=last.seq + 1)
        said = self._completed(kind, payload, None, last.state, place)
        # Only the shape of the officer's signature is looked at, so the tablet's may stand in.
        stand_in = self._desk.held.identities.get().key if kind in OFFICER_SIGNED else None
        act = Act(kind=kind, officer_id=officer_id, payload=said)
        event = self._sealed(act, place, stand_in, last.state)
        return engine.check(last.state, event, self._references)

    def add_photo(
        self,
        photo: Photo,
        *,
        officer_id: str,
        point_id: str | None = None,
        caption: str | None = None,
    ) -> Event:
        """Bind a photo to the visit, or to one point of its form."""
        return self.take(
            EventKind.EVIDENCE_ADDED,
            officer_id=officer_id,
            payload={"point_id": point_id, "caption": caption},
            evidence=EvidenceDraft(data=photo.data, media_type=photo.media_type),
        )

    def read_code(self, text: str) -> CodeReading:
        """What a scanned text is for this visit, with the payload it would give."""
        held = self._desk.held
        now_known = held.reference.references()
        return scanning.read_code(
            text,
            Surroundings(
                references=self._references,
                tasks=self._tasks(),
                keys=held.identities.key_set(),
                revoked={name for of, name in now_known.revoked if of == "code"},
                fix=self._desk.ports.location.fix(),
                now=held.timekeeper.now(),
            ),
        )

    def officer_code(self, officer_id: str) -> str:
        """The address of an officer's 亮证码, good for five minutes. Raises `OfficerLocked`."""
        held, last = self._desk.held, self._history.now()
        return showing.officer_url(
            server=held.identities.get().server,
            task_id=next(iter(last.task_ids), self.visit_id),
            key=self._desk.keys.get(officer_id),
            now=held.timekeeper.now(),
            time_known=held.timekeeper.moment().server_offset_ms is not None,
        )

    def tablet_code(self, typ: TokenType) -> str:
        """The code another tablet of this joint visit scans, good for ten minutes.

        An answer quotes the first event of this tablet's chain, the others its newest.
        """
        last = self._history.now()
        first = typ is TokenType.ANSWER
        head = self._desk.held.journal.hash_at(self.visit_id, 1) if first else last.head
        uscc = next((task.uscc for task in self._tasks()), "")
        place = TabletHead(
            visit_id=self.visit_id,
            device_id=last.device_id,
            agency_id="",
            seq=1 if first else last.seq,
            head=head or "",
            uscc=uscc,
        )
        return pairing.code(self._desk, typ, place)

    def read_tablet_code(self, text: str, typ: TokenType) -> TabletHead:
        """What another tablet of this visit quotes. Raises `TokenRefused` or `JoinRefused`."""
        found = pairing.read(self._desk, text, typ)
        if found.visit_id != self.visit_id:
            raise OtherVisit("A tablet in another visit.", visit=found.visit_id)
        return found

    def notice(self) -> Content:
        """The notice as it would be served now."""
        last = self._history.now()
        return contents.notice_of(last.state, self._references, last.device_id)

    def record(self, statement: str | None = None) -> Content:
        """The record as it would be read out now, with what the enterprise says to it."""
        last = self._history.now()
        return contents.record_of(last.state, self._references, last.device_id, statement)

    def result(self) -> Content:
        """The result as it would be given now."""
        last = self._history.now()
        return contents.result_of(last.state, self._references, last.device_id)

    def events(self) -> tuple[Event, ...]:
        return self._desk.held.journal.events(self.visit_id)

    def evidence(self) -> tuple[Upload, ...]:
        return self._desk.held.evidence.of_visit(self.visit_id)

    def problems(self) -> tuple[Problem, ...]:
        """Events with an outcome a person must look at."""
        outcomes = self._desk.held.outbox.of_visit(self.visit_id)
        return tuple(
            Problem(event_id=event.id, kind=event.kind, outcome=outcomes[event.id])
            for event in self.events()
            if not outcomes[event.id].plain
        )

    def _tasks(self) -> tuple[Task, ...]:
        known = self._references.tasks
        return tuple(known[id_] for id_ in self._history.now().task_ids if id_ in known)

    def _next_place(self, last: Standing, device_seq: int) -> Place:
        return Place(
            visit_id=self.visit_id,
            task_ids=last.task_ids,
            device_id=last.device_id,
            device_seq=device_seq,
            seq=last.seq + 1,
            prev=last.head,
        )

    def _completed(
        self,
        kind: EventKind,
        payload: Mapping[str, Any],
        evidence: EvidenceDraft | None,
        state: VisitState,
        place: Place,
    ) -> Mapping[str, Any]:
        if kind is EventKind.SEALED:
            return {**seal_payload(state, place), **payload}
        if evidence is not None:
            return {**payload_of(evidence, self._desk.ports.randomness.uuid7()), **payload}
        return payload

    def _sealed(self, act: Act, place: Place, key: SigningKey | None, state: VisitState) -> Event:
        # Where nobody enters, where the officers sit is nobody's business.
        offsite = state.offsite or act.kind is EventKind.OFFSITE_OPENED
        unsealed = draft(
            act,
            place,
            event_id=self._desk.ports.randomness.uuid7(),
            at=self._desk.held.timekeeper.moment(),
            loc=None if offsite else self._desk.ports.location.fix(),
        )
        return read_event(chain.seal(unsealed, self._desk.held.identities.get().key, key))


def _evidence_of(event: Event) -> Evidence:
    return Evidence(
        id=event.payload["evidence_id"],
        event_id=event.id,
        visit_id=event.visit_id,
        sha256=event.payload["sha256"],
        size=event.payload["size"],
        media_type=event.payload["media_type"],
    )
