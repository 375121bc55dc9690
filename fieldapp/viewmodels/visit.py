"""The task or visit in hand, as every screen of it asks: what is done, what may be done, why not.

All answers are the flow's. Before the visit is opened there is a task and no flow yet.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fieldapp.flow import contents
from fieldapp.flow.contents import Content
from fieldapp.flow.evidencing import EvidenceDraft
from fieldapp.flow.inspection import InspectionFlow
from fieldapp.flow.scanning import measure
from fieldapp.language import _, say
from fieldapp.session import Session, TaskLine
from fieldapp.viewmodels import ways
from fieldapp.viewmodels.parts import Why
from fieldapp.viewmodels.places import (
    PLACE_OF,
    PLACES_OF,
    PLACES_OF_MEMBER,
    PLACES_OF_OFFSITE,
    Place,
)
from shared.events.envelope import Event
from shared.events.kinds import EventKind
from shared.flow import duties, engine
from shared.flow.ask import Ask, Refusal
from shared.flow.musts import Must, Progress, is_member, progress
from shared.flow.stage import Stage
from shared.flow.state import VisitState
from shared.flow.table import DUE, GUARDS
from shared.geo import Measured
from shared.location_risk import Sighting, assess
from shared.reference import Agency, Enterprise, Premise, References, Task
from shared.tablet_codes import TabletHead

NOT_OPENED = VisitState()
LEFT = frozenset({Stage.LEFT, Stage.UNABLE_LEFT, Stage.OFFSITE_TOLD, Stage.SEALED})
TOLD = LEFT | {Stage.TOLD, Stage.URGENT_TOLD, Stage.UNABLE_TOLD}
CLOSED = TOLD | {Stage.SIGNED, Stage.URGENT_SIGNED}
READ = CLOSED | {Stage.READ, Stage.URGENT_READ, Stage.OFFSITE_READ}
"""Stages at which a thing done still stands: an answer changed later takes the visit back."""


class Visit:
    def __init__(self, session: Session, line: TaskLine, officer_id: str) -> None:
        self.session = session
        self.officer_id = officer_id
        self.here: Place | None = None
        """The screen that is shown; what is lifted there needs no way to it."""
        self._line = line
        self.flow: InspectionFlow | None = (
            session.inspection(line.visit.visit_id) if line.visit else None
        )

    @property
    def task(self) -> Task:
        if not self._line.task.id and self.flow is not None:
            return self.session.emergency_line(self.flow.visit_id).task
        return self.refs.tasks.get(self._line.task.id, self._line.task)

    @property
    def task_ids(self) -> tuple[str, ...]:
        """The filed task, or none: an emergency may begin without."""
        return tuple(filter(None, (self._line.task.id,)))

    @property
    def urgent(self) -> bool:
        """Whether it was begun as an emergency, before its scan."""
        return self.state.emergency is not None

    @property
    def offsite(self) -> bool:
        """Whether nobody enters for it."""
        if self.flow is not None:
            return self.state.offsite
        return self.opening is EventKind.OFFSITE_OPENED

    @property
    def opening(self) -> EventKind:
        """The act that begins this task."""
        return duties.opened_by((self.task,))

    @property
    def enterprise(self) -> Enterprise | None:
        return self.refs.enterprises.get(self.task.uscc, self._line.enterprise)

    @property
    def premise(self) -> Premise | None:
        return self.refs.premises.get(self.task.premise_id, self._line.premise)

    @property
    def agency(self) -> Agency | None:
        return self.refs.agencies.get(self.task.agency_id)

    @property
    def refs(self) -> References:
        """Frozen with the visit; before it, what the tablet holds today."""
        return self.flow.references() if self.flow else self.session.references()

    @property
    def state(self) -> VisitState:
        return self.flow.state() if self.flow else NOT_OPENED

    @property
    def device_id(self) -> str:
        return self.session.identity.device_id

    @property
    def stage(self) -> Stage:
        return self.state.stage(self.device_id)

    @property
    def read(self) -> bool:
        """Whether the record was read out and nothing has changed it since."""
        return self.state.record is not None and self.stage in READ

    @property
    def closed(self) -> bool:
        """Whether that record was signed, refused or left unsigned."""
        return self.state.closing is not None and self.stage in CLOSED

    @property
    def told(self) -> bool:
        """Whether the result that follows from it was given."""
        return self.state.result is not None and self.stage in TOLD

    @property
    def left(self) -> bool:
        """Whether the officers have left since, or, off site, have told without having come."""
        return self.stage in LEFT or (self.member and self.state.left_at is not None)

    @property
    def member(self) -> bool:
        """Whether this tablet joined a visit that another leads."""
        return is_member(self.state, self.device_id)

    @property
    def sealed(self) -> bool:
        return self.stage is Stage.SEALED

    def now(self) -> datetime:
        """The best estimate of the server's time."""
        return self.session.desk.held.timekeeper.now()

    def away(self) -> Measured | None:
        """How far the tablet is from the premise now; None where either is unknown."""
        return measure(self.session.desk.ports.location.fix(), self.premise)

    def doubts(self) -> tuple[str, ...]:
        """What is unusual about where the tablet is now, in words; it accuses nobody."""
        fix = self.session.desk.ports.location.fix()
        if fix is None:
            return ()
        now = Sighting(visit_id=self.state.visit_id, at=self.now(), fix=fix)
        risk = assess(now, self.session.desk.held.journal.sightings())
        return tuple(say(sign.text) for sign in risk.signs)

    def known_now(self, uscc: str) -> Enterprise | None:
        """An enterprise the tablet knows today, though the visit's own data do not hold it."""
        return self.session.references().enterprises.get(uscc)

    def notice(self) -> Content:
        """The notice as it was served, or as it would be now."""
        given = self.state.notice
        state = self._before(given.event_id) if given else self.state
        return contents.notice_of(state, self.refs, self.device_id)

    def record(self, statement: str | None = None) -> Content:
        """The record as it was read out; with `statement` as it would be read now."""
        read = self.state.record
        if read is None or not self.read:
            return contents.record_of(self.state, self.refs, self.device_id, statement)
        before = self._before(read.event_id)
        return contents.record_of(before, self.refs, self.device_id, read.statement)

    def result(self) -> Content:
        """The result as it was given, or as it would be now."""
        given = self.state.result if self.told else None
        state = self._before(given.event_id) if given else self.state
        return contents.result_of(state, self.refs, self.device_id)

    def _before(self, event_id: str) -> VisitState:
        """The state just before an act: what was on the paper when it was made."""
        state = NOT_OPENED
        for event in self.flow.events() if self.flow else ():
            if event.id == event_id:
                break
            state = engine.apply(state, event, self.refs)
        return state

    def begin(self) -> None:
        """Open the visit. Raises what `Session.open_visit` raises."""
        self.flow = self.session.open_visit((self._line.task.id,), officer_id=self.officer_id)

    def join(self, lead: TabletHead) -> None:
        """Join the visit of another tablet. Raises what `Session.join_visit` raises."""
        self.flow = self.session.join_visit(lead, (self._line.task.id,), officer_id=self.officer_id)

    def why_not_join(self) -> Why:
        """Why this task could join no visit now; empty when it could."""
        return self._guarded(self._ask(EventKind.JOINED))

    def places_of(self, must: Must) -> tuple[Place, ...]:
        """The steps of a must, as this tablet has them."""
        if self.offsite:
            return PLACES_OF_OFFSITE[must]
        return (PLACES_OF_MEMBER if self.member else PLACES_OF)[must]

    def progress(self) -> Mapping[Must, Progress]:
        """Where each must stands that this task has."""
        standing = progress(self.state, self.refs, self.device_id)
        return {must: how for must, how in standing.items() if self.places_of(must)}

    def refusals(self, kind: EventKind) -> tuple[Refusal, ...]:
        if self.flow is None:
            return ()
        return self.flow.why_locked(kind, self.officer_id)

    def why(self, kind: EventKind) -> Why:
        """One line: why this act may not be made now, and where that is lifted; or empty."""
        if self.flow is None and kind is not self.opening:
            return Why(_("请先开始检查。"), ways.way_out("", self.opening, here=self.here))
        return ways.why(self.refusals(kind), here=self.here, offsite=self.offsite)

    def against(self, kind: EventKind, payload: Mapping[str, Any], *, officer_id: str = "") -> Why:
        """One line: why this very act would be refused; empty when it would not.

        `payload` as the schema of its kind loads it: times and days are Python's own.
        """
        place = self.why(kind)
        if place:
            return place
        return self._guarded(self._ask(kind, payload, officer_id=officer_id))

    def _guarded(self, ask: Ask) -> Why:
        """The same of the act's own content."""
        said = (gate(self.state, ask, self.refs) for gate in GUARDS.get(ask.kind, ()))
        refusals = (refusal for refusal in said if refusal)
        return ways.why(refusals, here=self.here, offsite=self.offsite)

    def _ask(
        self, kind: EventKind, payload: Mapping[str, Any] | None = None, *, officer_id: str = ""
    ) -> Ask:
        return Ask(
            kind=kind,
            at=self.now(),
            device_id=self.device_id,
            officer_id=officer_id or self.officer_id,
            task_ids=self.task_ids,
            payload=payload or {},
        )

    def due(self) -> Place:
        """Where the next step is made: the step due now, or the one that unlocks it."""
        if self.flow is None:
            return Place.TASK
        kind = DUE.get(self.stage)
        if kind is None:
            return Place.LEAVING
        asked = {kind}
        while lifted_by := next((r.lifted_by for r in self.refusals(kind)[:1]), None):
            if lifted_by in asked:
                break
            kind = lifted_by
            asked.add(kind)
        return PLACE_OF.get(kind, Place.TASK)

    def take(
        self,
        kind: EventKind,
        payload: Mapping[str, Any] | None = None,
        *,
        officer_id: str = "",
        evidence: EvidenceDraft | None = None,
    ) -> Event:
        """Make one act as the officer at work, or as another who has just unlocked his key."""
        if self.flow is None:
            raise RuntimeError("A step of a visit that is not open.")
        return self.flow.take(
            kind, officer_id=officer_id or self.officer_id, payload=payload, evidence=evidence
        )
