"""A server's data with a county in it as of today, and real tablets that sync over real sockets.

    with place(tmp_path, teams=3, visits=2) as found, found.serving() as served:
        found.enrol()
        found.teams[0].visit()
        found.teams[0].bring()

Clocks are the system's: what a server process and a tablet think it is must agree.
"""

import hashlib
import json
import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fieldapp.flow.inspection import InspectionFlow
from fieldapp.ports.camera import Photo
from fieldapp.ports.desktop.clock import SystemClock
from fieldapp.ports.desktop.network import RequestsTransport
from fieldapp.ports.fake import fake_ports
from fieldapp.ports.fake.location import FakeLocation
from fieldapp.ports.fake.randomness import SeededRandomness
from fieldapp.ports.network import Request, Response
from fieldapp.session import Session
from fieldapp.store.outbox import OutboxState
from fieldapp.sync.cycle import CycleReport
from fieldapp.tablet import Tablet
from server import assembly, founding
from server.config import Settings
from server.models import (
    Agency,
    Base,
    Certificate,
    Officer,
    OfficerKind,
    Task,
    TaskOfficer,
)
from server.principal import SYSTEM
from server.services import catalogue_publishing, contacts, enrolment, task_publishing
from server.services.contacts import ContactDraft
from server.work import Parts, open_work
from shared.events.kinds import EventKind
from shared.localtime import local_day
from tests.fieldapp.conftest import AT_THE_GATE, CHEAP, OTHER_PIN, PIN
from tests.server import sync_world
from tests.server.factories import add
from tests.servers import LOOPBACK, free_port
from tests.system.acting import ACTS, FULL, SEEN, picture
from tests.system.hardship.serving import Served, serving
from tests.world import POINTS, USCC

PAIRS = 10
"""Tablets share officers when there are more: each pulls the tasks of its own pair."""
MOST_ROUNDS = 6


PATIENT_S = 60.0


def steps(*, photo: bool = True, answers: int = len(POINTS)) -> tuple[EventKind, ...]:
    """What is done at a visit once it is open."""
    plan = SEEN if photo else FULL
    at = plan.index(EventKind.POINT_ANSWERED)
    return (*plan[:at], *[EventKind.POINT_ANSWERED] * (answers - len(POINTS)), *plan[at:])


@dataclass(slots=True)
class Impatient:
    """The real transport, that gives up sooner where a line is bad on purpose."""

    inner: RequestsTransport
    timeout_s: float = PATIENT_S

    def send(self, request: Request) -> Response:
        return self.inner.send(replace(request, timeout_s=self.timeout_s))


@dataclass(eq=False)
class Team:
    """Two officers and their tablet. `files` are the hashes of the pictures they took."""

    name: str
    people: Sequence[str]
    tasks: Sequence[str]
    tablet: Tablet
    transport: Impatient
    files: dict[str, str] = field(default_factory=dict)
    problems: Counter[str] = field(default_factory=Counter)
    picture: bytes = field(default_factory=lambda: picture(0))

    @property
    def session(self) -> Session:
        found = self.tablet.session()
        assert found is not None
        return found

    @property
    def device_id(self) -> str:
        return self.session.identity.device_id

    def unlock(self) -> None:
        self.tablet.unlock(self.people[0], PIN)
        self.tablet.unlock(self.people[1], OTHER_PIN)

    def kinds(self, visit_id: str) -> list[EventKind]:
        events = self.session.inspection(visit_id).events()
        return [event.kind for event in events]

    def photo(self, flow: InspectionFlow) -> None:
        data = self.picture + len(self.files).to_bytes(2, "big")
        event = flow.add_photo(
            Photo(data=data), officer_id=self.people[1], point_id=POINTS[0], caption="后厨"
        )
        self.files[event.payload["evidence_id"]] = hashlib.sha256(data).hexdigest()

    def free_task(self) -> str:
        rows = self.session.desk.held.store.rows("SELECT raw FROM event WHERE seq = 1")
        used = {task for (raw,) in rows for task in json.loads(raw)["task_ids"]}
        return next(task for task in self.tasks if task not in used)

    def visit(self, *, photo: bool = True, answers: int = len(POINTS)) -> str:
        """A whole visit for the next task; `answers` points are answered, some more than once."""
        flow = self.session.open_visit([self.free_task()], officer_id=self.people[0])
        for kind in steps(photo=photo, answers=answers):
            ACTS[kind](self, flow)
        return flow.visit_id

    def is_done(self) -> bool:
        """Whether the server has said yes to everything this tablet holds, files too."""
        state = self.session.sync_state()
        waiting = {s for s, n in state.counts.items() if n} - {OutboxState.APPLIED}
        return not waiting and not state.files_left

    def sync(self) -> CycleReport:
        report = self.session.cycle().run()
        if report.problem is not None:
            self.problems[report.problem.code] += 1
        return report

    def try_to_bring(self, rounds: int) -> list[str]:
        """Sync until all is brought, so many times at most; what went wrong in each round."""
        problems: list[str] = []
        while len(problems) < rounds:
            report = self.sync()
            if report.problem is None and self.is_done():
                break
            problems.append(report.problem.code if report.problem else "not done")
        return problems

    def bring(self) -> None:
        """Sync until all is brought: with nothing in the way that takes a few rounds."""
        problems = self.try_to_bring(MOST_ROUNDS)
        assert len(problems) < MOST_ROUNDS, f"{self.name} did not bring everything: {problems}"


@dataclass(eq=False)
class Place:
    """The server's data, the port its process listens at, and the tablets."""

    parts: Parts
    env: dict[str, str]
    port: int
    teams: list[Team]

    @contextmanager
    def serving(self, *, workers: int = 1, threads: int = 8) -> Iterator[Served]:
        with serving(self.env, self.port, workers=workers, threads=threads) as served:
            yield served

    def enrol(self) -> None:
        """Make every tablet the server's own, with its officers, and let it pull."""
        for team in self.teams:
            first, second = team.people
            team.tablet.enrol(self._code(first), pin=PIN, tablet_name=team.name)
            team.session.add_officer(self._code(second, team.device_id), pin=OTHER_PIN)
            report = team.sync()
            if report.problem is not None:
                raise report.problem

    def _code(self, officer_id: str, device_id: str | None = None) -> str:
        with open_work(self.parts, SYSTEM) as work:
            return enrolment.issue(work, officer_id, device_id).text


@contextmanager
def place(
    folder: Path,
    *,
    teams: int,
    visits: int,
    tablets: Path | None = None,
    database: str | None = None,
    public_port: int | None = None,
    **env: str,
) -> Iterator[Place]:
    """Found a server's data with `teams` tablets and `visits` tasks for each.

    `public_port` is where tablets ask when that is not the server's own port: a line's. `tablets`
    is their folder where they are to lie on another disk than the server's data.
    """
    port = free_port()
    told = {
        "MINGCHA_DATA_DIR": str(folder / "server"),
        "MINGCHA_PUBLIC_URL": f"http://{LOOPBACK}:{public_port or port}",
        "MINGCHA_RATE_LIMITS": "off",
        **({"MINGCHA_DATABASE_URL": database} if database else {}),
        **env,
    }
    parts = assembly.set_up(Settings.from_env(told))
    founding.found(parts)
    pairs = [(f"officer-{n}a", f"officer-{n}b") for n in range(min(teams, PAIRS))]
    tasks = {n: [f"task-{n}-{v}" for v in range(visits)] for n in range(teams)}
    _plant(parts, pairs, tasks)
    made = [
        _team(tablets or folder, f"tablet-{n}", pairs[n % PAIRS], tasks[n]) for n in range(teams)
    ]
    try:
        yield Place(parts=parts, env={**os.environ, **told}, port=port, teams=made)
    finally:
        for team in made:
            team.transport.inner.close()
            team.tablet.lock()
        parts.engine.dispose()


def noise(size: int, seed: int = 0) -> bytes:
    """A JPEG of about `size` bytes, which nothing packs smaller."""
    head = picture(seed)
    return head + random.Random(seed).randbytes(max(0, size - len(head)))


def _team(folder: Path, name: str, people: Sequence[str], tasks: Sequence[str]) -> Team:
    transport = Impatient(RequestsTransport())
    ports = fake_ports(
        clock=SystemClock(),
        transport=transport,
        location=FakeLocation(AT_THE_GATE),
        randomness=SeededRandomness(f"{folder / name}"),
    )
    tablet = Tablet(folder / name, ports, params=CHEAP)
    return Team(name=name, people=people, tasks=tasks, tablet=tablet, transport=transport)


def _plant(parts: Parts, pairs: Sequence[tuple[str, str]], tasks: dict[int, list[str]]) -> None:
    now = datetime.now(UTC)  # noqa: TID251 -- the server's process has the real clock
    sync_world.plant(parts)
    add(parts, [row for pair in pairs for id_ in pair for row in _officer(id_, now)])
    today = local_day(now)
    rows = [
        sync_world.task_row(
            id_,
            officer_ids=list(pairs[n % len(pairs)]),
            window_from=today - timedelta(days=2),
            window_to=today + timedelta(days=20),
            filed_at=now - timedelta(days=5),
        )
        for n, ids in tasks.items()
        for id_ in ids
    ]
    add(parts, rows)
    add(parts, [TaskOfficer(task_id=t.id, officer_id=o) for t in rows for o in t.officer_ids])
    with open_work(parts, SYSTEM) as work:
        catalogue_publishing.publish_catalogue(work, work.session.get_one(Agency, sync_world.HOME))
        task_publishing.publish_tasks(work, [work.session.get_one(Task, row.id) for row in rows])
        draft = ContactDraft(name="林小满", capacity="店长", phone="+86 13800000001")
        contact = contacts.add(work, USCC, draft)
        work.session.flush()
        contacts.confirm(work, contact.id, "paper")


def _officer(id_: str, now: datetime) -> list[Base]:
    today = local_day(now)
    return [
        Officer(
            id=id_,
            agency_id=sync_world.HOME,
            name=f"执法{id_[8:]}",
            unit="三大队",
            kind=OfficerKind.OFFICER,
        ),
        Certificate(
            id=f"certificate-{id_}",
            officer_id=id_,
            number=f"1501{id_[8:]}",
            unit="三大队",
            valid_from=today - timedelta(days=400),
            valid_to=today + timedelta(days=400),
            checked_at=now - timedelta(hours=4),
        ),
    ]
