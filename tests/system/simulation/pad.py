"""One tablet of the simulation: the real program over a real store, and the person who uses it.

`sealed` is the truth the server and the store are held to: every event that was on this tablet's
disk when its act came back, or that was found there when the program began again.
"""

import hashlib
import json
import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from greenlet import greenlet

from fieldapp.errors import LeaseOver, StepRefused, TabletRetired, VisitStopped
from fieldapp.flow.inspection import InspectionFlow
from fieldapp.ports.camera import Photo
from fieldapp.ports.fake import fake_ports
from fieldapp.ports.fake.clock import FakeClock
from fieldapp.ports.fake.location import FakeLocation
from fieldapp.ports.fake.randomness import SeededRandomness
from fieldapp.ports.network import Transport
from fieldapp.session import Session
from fieldapp.sync import checking
from fieldapp.sync.cycle import CycleReport
from fieldapp.tablet import Condition, Tablet
from shared.errors import NotFound
from shared.events.kinds import EventKind
from shared.tokens import TokenType
from tests.fieldapp.conftest import AT_THE_GATE, CHEAP, OTHER_PIN, PIN
from tests.system import acting
from tests.system.acting import ACTS, CLOSED, COUNTING, FULL, MEMBER, SEEN, Kind
from tests.system.simulation.county import PEOPLE
from tests.system.simulation.crashing import Crash, Fuse, FusedConnection
from tests.world import POINTS

PLANS = {"full": FULL, "seen": SEEN, "closed": CLOSED, "member": MEMBER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An event as it was on the tablet's disk; `at` is the true time it was first seen there."""

    id: str
    visit_id: str
    seq: int
    device_seq: int
    kind: str
    hash: str
    raw: bytes
    at: datetime


@dataclass(eq=False)
class Pad:
    """`lost` says that it wiped itself at once: what it still had went with it."""

    number: int
    folder: Path
    chance: random.Random
    transport: Transport
    clock: FakeClock
    true_time: Any
    fuse: Fuse = field(default_factory=Fuse)
    plans: dict[str, str] = field(default_factory=dict)
    sealed: dict[str, Sealed] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    sync: greenlet | None = None
    doing: str = ""
    wiped: bool = False
    lost: bool = False
    lied_to: bool = False
    mended: bool = False
    """A digest found something amiss that no pull had told: it was put right, but it was wrong."""
    heard_at: datetime | None = None
    boots: int = 1
    _flow: InspectionFlow | None = None

    def __post_init__(self) -> None:
        self.name = f"pad{self.number}"
        self.people = PEOPLE[self.number]
        self.ports = fake_ports(
            clock=self.clock,
            transport=self.transport,
            location=FakeLocation(AT_THE_GATE),
            randomness=SeededRandomness(f"{self.name}/{self.chance.random()}"),
        )
        self.session = self._start()
        self.device_id = self.session.identity.device_id
        self.last_seq = 0

    # -- the program

    def _start(self) -> Session:
        self.tablet = Tablet(self.folder, self.ports, params=CHEAP)
        session = self.tablet.unlock(self.people[0], PIN)
        session.unlock_officer(self.people[1], OTHER_PIN)
        self._flow = None
        store = session.desk.held.store
        store._connection = FusedConnection(store._connection, self.fuse)
        return session

    def restart(self) -> None:
        """The program ends wherever it is, and begins again."""
        self.fuse.put_out()
        self.session.desk.held.store._connection.end()
        self.stop_sync()
        self.tablet.lock()
        if Tablet(self.folder, self.ports).condition() is Condition.NEW:
            self.wiped = True
            return
        self.session = self._start()
        self.note()

    def stop_sync(self) -> None:
        """Whatever the round does on its way out, it can write nothing any more."""
        running, self.sync = self.sync, None
        if running is not None and not running.dead:
            with suppress(Crash):
                running.throw()

    def reboot(self) -> None:
        self.boots += 1
        self.clock.reboot(boot_id=f"boot-{self.boots}")
        self.heard_at = None
        self.restart()

    def begin_sync(self, hub: greenlet) -> None:
        """A round begins; it stands still at its first request."""
        self.lied_to = False
        self.sync = greenlet(self.session.cycle().run, parent=hub)

    def ended(self, report: CycleReport) -> None:
        self.sync = None
        if report.wiped:
            self.wiped = True
            return
        told = self.session.desk.held.facts.get(checking.CHECKED)
        self.mended = self.mended or bool(told and told["mended"])

    # -- what is true

    def note(self) -> list[Sealed]:
        """See what is newly on the disk."""
        if self.wiped:
            return []
        rows = self.session.desk.held.store.rows(
            "SELECT id, visit_id, seq, device_seq, kind, hash, raw FROM event"
            " WHERE device_seq > ? ORDER BY device_seq",
            (self.last_seq,),
        )
        new = [
            Sealed(
                id=id_,
                visit_id=visit,
                seq=seq,
                device_seq=device_seq,
                kind=kind,
                hash=hash_,
                raw=bytes(raw),
                at=self.true_time(),
            )
            for id_, visit, seq, device_seq, kind, hash_, raw in rows
        ]
        for event in new:
            self.sealed[event.id] = event
            self.last_seq = max(self.last_seq, event.device_seq)
        return new

    def kinds(self, visit_id: str) -> list[EventKind]:
        """What was done in a visit so far, in order."""
        rows = self.session.desk.held.store.rows(
            "SELECT kind FROM event WHERE visit_id = ? ORDER BY seq", (visit_id,)
        )
        return [EventKind(kind) for (kind,) in rows]

    def flow(self, visit_id: str) -> InspectionFlow:
        """The visit as a screen holds it: opened once and kept while the program runs."""
        if self._flow is None or self._flow.visit_id != visit_id:
            self._flow = self.session.inspection(visit_id)
        return self._flow

    def _used(self) -> set[str]:
        rows = self.session.desk.held.store.rows("SELECT raw FROM event WHERE seq = 1")
        return {task for (raw,) in rows for task in json.loads(raw)["task_ids"]}

    # -- the person

    def step(self) -> str:
        """The next thing the officers do; what came of it, in a word or two."""
        try:
            said = self._step()
        except (StepRefused, LeaseOver, TabletRetired, VisitStopped) as refused:
            codes = [r.code for r in getattr(refused, "refusals", ())]
            self._give_up(codes)
            return f"refused {refused.code} {' '.join(codes)}".rstrip()
        self.note()
        return said

    def _step(self) -> str:
        if not self.doing:
            return self._begin()
        due = self._due()
        if due is None:
            self.doing = ""
            return "done"
        ACTS[due](self, self.flow(self.doing))
        if due is Kind.SEALED:
            self.doing = ""
        return str(due)

    def _due(self) -> EventKind | None:
        """What comes next in this visit by its plan; None when there is nothing more to do."""
        plan = PLANS[self.plans.setdefault(self.doing, "closed")]
        kinds = self.kinds(self.doing)
        if kinds[-1] is Kind.SEALED:
            return None
        done = [kind for kind in kinds[1:] if kind not in COUNTING]
        if plan is CLOSED and Kind.UNABLE in done:
            done = done[done.index(Kind.UNABLE) :]
        elif plan is CLOSED:
            done = []
        return plan[len(done)] if len(done) < len(plan) else None

    def _begin(self) -> str:
        task = self._free_task()
        if task is None:
            return "no task"
        late = self.lease_is_over()
        flow = self.session.open_visit([task], officer_id=self.people[0])
        if late:
            raise AssertionError(f"{self.name} opened a visit although its lease was over")
        self.doing, self._flow = flow.visit_id, flow
        self.plans[self.doing] = self.chance.choice(("full", "seen", "closed", "closed"))
        return f"opened {task} {self.plans[self.doing]}"

    def _free_task(self) -> str | None:
        tasks, used = self.session.references().tasks, self._used()
        free = (task for task in sorted(tasks) if task not in used)
        return next((t for t in free if set(tasks[t].officer_ids) & set(self.people)), None)

    def lease_is_over(self) -> bool:
        """Whether the lease is over by the true time, as far as the tablet can know that."""
        if self.heard_at is None:
            return False
        return bool(self.true_time() > self.heard_at + timedelta(days=7, minutes=1))

    def _give_up(self, codes: list[str]) -> None:
        """Where the flow allows no more, the officers break off; where not even that, they go."""
        if self.doing and self.plans.get(self.doing) not in ("closed", "member"):
            self.plans[self.doing] = "closed"
        elif "members_open" not in codes:
            self.doing = ""

    # -- two tablets

    def invite(self) -> str:
        return self.flow(self.doing).tablet_code(TokenType.JOIN)

    def join(self, code: str) -> str:
        """Join another tablet's visit for a task of one's own; the answer for the lead."""
        task = self._free_task()
        if task is None:
            raise NotFound("No task to join with.")
        head = self.session.read_join(code)
        flow = self.session.join_visit(head, [task], officer_id=self.people[0])
        self.doing = flow.visit_id
        self.plans[self.doing], self._flow = "member", flow
        self.note()
        return flow.tablet_code(TokenType.ANSWER)

    def count_in(self, code: str) -> None:
        flow = self.flow(self.doing)
        other = flow.read_tablet_code(code, TokenType.ANSWER)
        payload = {"member": other.quote, "agency_id": other.agency_id}
        flow.take(Kind.MEMBER_JOINED, officer_id=self.people[0], payload=payload)
        self.note()

    def count_out(self, visit_id: str, code: str) -> None:
        flow = self.flow(visit_id)
        other = flow.read_tablet_code(code, TokenType.CLOSING)
        flow.take(Kind.MEMBER_DONE, officer_id=self.people[0], payload={"member": other.quote})
        self.note()

    def leave_open(self, visit_id: str, device_id: str) -> None:
        flow = self.flow(visit_id)
        payload = {"device_id": device_id, "reason": "成员单位先行离开"}
        flow.take(Kind.MEMBER_OPEN, officer_id=self.people[0], payload=payload)
        self.note()

    def photo(self, flow: InspectionFlow) -> None:
        data = acting.picture(self.chance.randrange(2**24))
        event = flow.add_photo(
            Photo(data=data), officer_id=self.people[1], point_id=POINTS[0], caption="后厨"
        )
        self.files[event.payload["evidence_id"]] = hashlib.sha256(data).hexdigest()
