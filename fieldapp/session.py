"""One open store with everything a view-model may ask of it. Made and closed by `Tablet` alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fieldapp import founding, looks, preferences
from fieldapp.flow import opening, pairing, preflight
from fieldapp.flow.desk import Desk
from fieldapp.flow.inspection import InspectionFlow
from fieldapp.flow.keys import UnlockedKeys
from fieldapp.flow.preflight import Preflight
from fieldapp.founding import Grant, Wrapper
from fieldapp.looks import Look
from fieldapp.ports.bundle import Ports
from fieldapp.ports.keystore import Protection
from fieldapp.preferences import Preferences
from fieldapp.store import pins
from fieldapp.store.holdings import Holdings
from fieldapp.store.identity import Identity
from fieldapp.store.journal import VisitLine
from fieldapp.store.officers import TabletOfficer
from fieldapp.store.opening import Store
from fieldapp.store.task_list import TaskBrief
from fieldapp.sync import enrolling, standing, tokens
from fieldapp.sync.client import ServerClient
from fieldapp.sync.cycle import SyncCycle
from fieldapp.sync.enrolling import Attempt
from fieldapp.sync.standing import SyncState
from shared.flow import duties
from shared.flow.ask import Refusal
from shared.keyset import KeySet
from shared.reference import Enterprise, Officer, Premise, References, Task
from shared.tablet_codes import TabletHead
from shared.tokens import TokenType


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task as a list shows it; `visit` is this tablet's newest visit for it."""

    task: Task
    enterprise: Enterprise | None
    premise: Premise | None
    visit: VisitLine | None


class Session:
    def __init__(
        self,
        store: Store,
        ports: Ports,
        *,
        wrapper: Wrapper,
        unlock: Callable[[str, str], "Session"],
        destroy: Callable[[], None],
    ) -> None:
        self.desk = Desk(held=Holdings.of(store, ports.clock), ports=ports, keys=UnlockedKeys())
        self._wrapper = wrapper
        self._unlock = unlock
        self._cycle = SyncCycle(self.desk.held, ports, wipe=destroy)
        self._attempt: Attempt | None = None

    @property
    def identity(self) -> Identity:
        return self.desk.held.identities.get()

    @property
    def key_protection(self) -> Protection:
        """`NONE` must be said on the screen."""
        return self.desk.ports.keystore.protection

    def key_set(self) -> KeySet:
        """The platform's keys this tablet trusts."""
        return self.desk.held.identities.key_set()

    def officers(self) -> tuple[TabletOfficer, ...]:
        return self.desk.held.officers.all()

    def is_unlocked(self, officer_id: str) -> bool:
        """Whether this officer's own key is at hand."""
        return self.desk.keys.holds(officer_id)

    def unlock_officer(self, officer_id: str, pin: str) -> None:
        """Unlock one more officer's own key. Raises as `Tablet.unlock`."""
        self._unlock(officer_id, pin)

    def forget_officer(self, officer_id: str) -> None:
        """Lock one officer's own key again; the store stays open."""
        self.desk.keys.forget(officer_id)

    def add_officer(self, code_text: str, *, pin: str) -> TabletOfficer:
        """Enrol one more officer on this tablet, and unlock the new key. Raises as `enrol`."""
        pins.refuse_weak(pin)
        held, attempt = self.desk.held, self._attempt_of(code_text)
        client = ServerClient(self.desk.ports.transport, self.identity.server)
        tokens.fetch(client, held, self.desk.ports.randomness)
        officer, signed = enrolling.enrol_officer(
            client,
            attempt,
            held.identities.key_set(),
            device_id=self.identity.device_id,
            now=held.timekeeper.now(),
        )
        founding.add_officer(held, attempt.officer_key, signed, self._wrapper, pin=pin)
        self.desk.keys.put(officer.officer_id, attempt.officer_key)
        self._attempt = None
        return held.officers.get(officer.officer_id)

    def enrol_again(self, code_text: str, *, pin: str) -> None:
        """Take a new identity from a restored server that no longer knows this tablet.

        The tablet keeps its key, its store and everything in it, and offers all of it again.
        """
        pins.refuse_weak(pin)
        identity = self.identity
        attempt = replace(
            self._attempt_of(code_text),
            device_key=identity.key,
            store_key=self._wrapper.store_key,
        )
        enrolled = enrolling.enrol_tablet(
            self.desk.ports.transport,
            attempt,
            tablet_name=identity.tablet_name,
            model=self.desk.ports.device.model(),
            now=self.desk.ports.clock.read().wall,
            certificate=identity.certificate,
        )
        grant = Grant(attempt=attempt, enrolled=enrolled, tablet_name=identity.tablet_name)
        founding.renew(self.desk.held, grant, self._wrapper, pin=pin)
        self.desk.keys.put(enrolled.officer.officer_id, attempt.officer_key)
        self._attempt = None

    def references(self) -> References:
        """What the tablet knows now; a visit has its own, frozen when it was opened."""
        return self.desk.held.reference.references()

    def tasks(self) -> tuple[TaskLine, ...]:
        """The tasks on this tablet, the next due first, each read whole; see `task_briefs`."""
        return tuple(self.task(brief.id) for brief in self.task_briefs())

    def task_briefs(self) -> tuple[TaskBrief, ...]:
        """The tasks as a list shows them, the next due first."""
        return self.desk.held.task_list.all()

    def task_order(self) -> tuple[str, ...]:
        """Ids of the tasks, the next due first: what a long list needs before it is seen."""
        return self.desk.held.task_list.order()

    def task_brief(self, task_id: str) -> TaskBrief | None:
        """One task as a list shows it; None when it is not on this tablet."""
        return self.desk.held.task_list.brief(task_id)

    def task(self, task_id: str) -> TaskLine:
        """One task, whole. Raises `KeyError` when it is not on this tablet."""
        refs = self.references()
        task = refs.tasks[task_id]
        visits = (visit for visit in self.visits() if task_id in visit.task_ids)
        return TaskLine(
            task=task,
            enterprise=refs.enterprises.get(task.uscc),
            premise=refs.premises.get(task.premise_id),
            visit=next(visits, None),
        )

    def emergencies(self) -> tuple[TaskLine, ...]:
        """Emergency visits that have no filed task yet, the newest first."""
        return tuple(
            self.emergency_line(visit.visit_id) for visit in self.visits() if not visit.task_ids
        )

    def emergency_line(self, visit_id: str) -> TaskLine:
        """An emergency visit as a list shows it: its task is what it says of itself (R41)."""
        flow = self.inspection(visit_id)
        (task,) = duties.all_of(flow.state(), flow.references(), self.identity.device_id)
        here = tuple(officer.officer_id for officer in self.officers())
        known = flow.references()
        return TaskLine(
            task=replace(task, officer_ids=here),
            enterprise=known.enterprises.get(task.uscc),
            premise=known.premises.get(task.premise_id),
            visit=next(each for each in self.visits() if each.visit_id == visit_id),
        )

    def visits(self) -> tuple[VisitLine, ...]:
        """The visits on this tablet, the newest first."""
        return self.desk.held.journal.visits()

    def refuse_new_visit(self) -> None:
        """Raise `LeaseOver` or `TabletRetired` when no new visit may begin."""
        opening.refuse_new(self.desk)

    def why_not_open(self, task_ids: Sequence[str], *, officer_id: str) -> tuple[Refusal, ...]:
        """What the flow would say to opening a visit now; empty when nothing stands against it."""
        return opening.why_not_open(self.desk, task_ids, officer_id=officer_id)

    def preflight(self) -> Preflight:
        officers = tuple(officer.officer_id for officer in self.officers())
        return preflight.look(self.desk, self.references(), officers)

    def open_visit(self, task_ids: Sequence[str], *, officer_id: str) -> InspectionFlow:
        return opening.open_visit(self.desk, task_ids, officer_id=officer_id)

    def open_emergency(
        self, payload: Mapping[str, Any], *, officer_id: str, task_ids: Sequence[str] = ()
    ) -> InspectionFlow:
        return opening.open_emergency(
            self.desk, officer_id=officer_id, payload=payload, task_ids=task_ids
        )

    def read_join(self, text: str) -> TabletHead:
        """The visit a lead's join code invites to. Raises `TokenRefused`, `OwnCode`."""
        return pairing.read(self.desk, text, TokenType.JOIN)

    def join_visit(
        self, lead: TabletHead, task_ids: Sequence[str], *, officer_id: str
    ) -> InspectionFlow:
        return opening.join_visit(self.desk, lead, task_ids, officer_id=officer_id)

    def inspection(self, visit_id: str) -> InspectionFlow:
        return opening.resume(self.desk, visit_id)

    def portrait(self, officer: Officer) -> bytes | None:
        """The photograph on an officer's certificate, a JPEG; None where this tablet has none."""
        return self.desk.held.portraits.of(officer)

    def evidence_bytes(self, evidence_id: str) -> bytes:
        """A stored file, for showing it."""
        return self.desk.held.evidence.whole(evidence_id)

    def sync_interval_s(self) -> int:
        """Seconds between rounds that nobody asked for, as the server wants it."""
        return self.desk.held.identities.sync_interval_s()

    def preferences(self) -> Preferences:
        """What was chosen on this tablet."""
        return preferences.kept(self.desk.held.store)

    def keep_preferences(self, chosen: Preferences) -> None:
        preferences.keep(self.desk.held.store, chosen)

    def image_pixels(self) -> int:
        """How large a photo may be: as the server wants it, or smaller where that was chosen."""
        most, chosen = self.desk.held.identities.image_pixels(), self.preferences().image_pixels
        return min(most, chosen) if chosen > 0 else most

    def sync_state(self) -> SyncState:
        return standing.sync_state(self.desk.held)

    def retry_refused_files(self) -> None:
        """Let the next round offer again what the server has refused three times."""
        with self.desk.held.store.transaction() as tx:
            self.desk.held.evidence.offer_refused_again(tx)

    def cycle(self) -> SyncCycle:
        """The one cycle of this session; run it in a thread of its own."""
        return self._cycle

    def look(self, officer_id: str) -> Look | None:
        """How this officer likes the screens; None for one who never chose."""
        return looks.kept(self.desk.held.store, officer_id)

    def keep_look(self, officer_id: str, look: Look) -> None:
        looks.keep(self.desk.held.store, officer_id, look)

    def close(self) -> None:
        """Forget every key and close the store."""
        self.desk.keys.forget_all()
        self.desk.held.store.close()

    def _attempt_of(self, code_text: str) -> Attempt:
        enrolment = enrolling.read_code(code_text)
        if self._attempt is None or self._attempt.enrolment != enrolment:
            self._attempt = enrolling.new_attempt(enrolment, self.desk.ports.randomness)
        return self._attempt
