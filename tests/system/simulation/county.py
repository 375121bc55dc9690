"""A small county with enrolled tablets, made once per process and copied for every seed.

It is the same bytes of meaning in every process: keys, ids and chance come from fixed seeds. The
app, its engine and the compiled statements are shared by all runs; only the files are put back.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from flask import Flask

from fieldapp.ports.fake import fake_ports
from fieldapp.ports.fake.clock import BEIJING, FakeClock
from fieldapp.ports.fake.location import FakeLocation
from fieldapp.ports.fake.randomness import SeededRandomness
from fieldapp.tablet import Tablet
from server import assembly, founding, secrets
from server.app import create_app
from server.clock import SetClock
from server.config import Settings
from server.models import Agency, Base, Certificate, Officer, OfficerKind, Person, Task, TaskOfficer
from server.principal import SYSTEM
from server.services import (
    catalogue_publishing,
    contacts,
    enrolment,
    task_publishing,
)
from server.services.contacts import ContactDraft
from server.work import Parts, open_work
from shared.roles import Role
from tests.fieldapp.conftest import AT_THE_GATE, CHEAP, OTHER_PIN, PIN
from tests.server import sync_world
from tests.server.factories import add, person
from tests.system.simulation.asking import Asking
from tests.system.simulation.crashing import Fuse, fuse_engine
from tests.system.simulation.quickly import quickly
from tests.world import LI, NOON, USCC, WANG, ZHAO

URL = "http://127.0.0.1:8000"
TASKS_EACH = 4
QIAN, SUN, WU = "officer-qian", "officer-sun", "officer-wu"
FEW, CROWD = 3, 8
"""Tablets of an ordinary run at most, and of one in a crowded county."""
PEOPLE = (
    *((WANG, LI), (ZHAO, QIAN), (SUN, WU)),
    *((f"officer-{number}-a", f"officer-{number}-b") for number in range(FEW, CROWD)),
)
"""The two officers of each tablet."""
SPARE = 2
"""Tasks that are filed but not yet published: a plan may bring them during the run."""


class Numbered:
    """Ids that count up as uuid7s do, and bytes that only look like chance."""

    def __init__(self) -> None:
        self.begin("county")

    def begin(self, seed: str) -> None:
        self._source = SeededRandomness(seed)
        self._count = 0

    def id(self) -> str:
        self._count += 1
        high, low = divmod(self._count, 1 << 16)
        return f"019d{high:04x}-{low:04x}-7000-8000-{self._source.take(6).hex()}"

    def take(self, count: int) -> bytes:
        return self._source.take(count)


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """What every run begins with. `root` is a folder in memory where there is one."""

    tablets: int
    root: Path
    parts: Parts
    app: Flask
    clock: SetClock
    numbered: Numbered
    fuse: Fuse
    asking: Asking

    @property
    def server(self) -> Path:
        return self.root / "server"

    def pad(self, number: int) -> Path:
        return self.root / f"tablet-{number}"

    def put_back(self, number_of_pads: int) -> None:
        """The files as they were on the first day."""
        self.parts.engine.dispose()
        for folder in (self.server, *(self.pad(number) for number in range(self.tablets))):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.root / "kept" / "server", self.server)
        for number in range(number_of_pads):
            shutil.copytree(self.root / "kept" / f"tablet-{number}", self.pad(number))
        self.clock.moment = NOON


def task_id(pad: int, number: int) -> str:
    return f"task-{pad}-{number}"


@cache
def county(tablets: int = FEW) -> County:
    """The county of this process with so many tablets."""
    with quickly():  # SQLCipher never lets go of locking memory once it was told to
        return _made(tablets)


def _made(tablets: int) -> County:
    root = Path(tempfile.mkdtemp(prefix="mingcha-simulation-", dir=_memory()))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    clock, numbered = SetClock(NOON), Numbered()
    settings = Settings.from_env(
        {
            "MINGCHA_DATA_DIR": str(root / "server"),
            "MINGCHA_PUBLIC_URL": URL,
            "MINGCHA_RATE_LIMITS": "off",
        }
    )
    settings.data_dir.mkdir()
    secrets.ensure(settings.secrets_dir, numbered.take, NOON)
    parts = replace(assembly.assemble(settings, clock=clock), ids=numbered.id, chance=numbered.take)
    founding.found(parts)
    _plant(parts, PEOPLE[:tablets])
    app = create_app(parts)
    made = County(
        tablets=tablets,
        root=root,
        parts=parts,
        app=app,
        clock=clock,
        numbered=numbered,
        fuse=Fuse(),
        asking=Asking(app),
    )
    for number in range(tablets):
        _enrol(made, number)
    fuse_engine(parts.engine, made.fuse)
    _keep(made)
    return made


def _memory() -> str | None:
    shared = Path("/dev/shm")
    return str(shared) if os.access(shared, os.W_OK) else None


def _plant(parts: Parts, people: Sequence[tuple[str, str]]) -> None:
    everybody = [officer for pair in people for officer in pair]
    tasks = [
        sync_world.task_row(
            task_id(pad, number),
            officer_ids=list(pair),
            window_to=date(2027, 3, 31),
            status="issued",
        )
        for pad, pair in enumerate(people)
        for number in range(TASKS_EACH + SPARE)
    ]
    known = [task for task in tasks if int(task.id[-1]) < TASKS_EACH]
    sync_world.plant(parts)
    add(parts, [*_officers(everybody), *tasks, *_named(tasks), _head()])
    with open_work(parts, SYSTEM) as work:
        catalogue_publishing.publish_catalogue(work, work.session.get_one(Agency, sync_world.HOME))
        task_publishing.publish_tasks(work, [work.session.get_one(Task, t.id) for t in known])
        draft = ContactDraft(name="林小满", capacity="店长", phone="+86 13800000001")
        row = contacts.add(work, USCC, draft)
        work.session.flush()
        contacts.confirm(work, row.id, "paper")


def _officers(ids: list[str]) -> list[Base]:
    rows: list[Base] = []
    for number, id_ in enumerate(ids):
        if id_ in (WANG, LI, ZHAO):
            continue
        rows.append(
            Officer(
                id=id_,
                agency_id=sync_world.HOME,
                name=f"第{number}人",
                unit="三大队",
                kind=OfficerKind.OFFICER,
            )
        )
        rows.append(
            Certificate(
                id=f"certificate-{id_}",
                officer_id=id_,
                number=f"1501020{number:04d}",
                unit="三大队",
                valid_from=date(2024, 1, 1),
                valid_to=date(2029, 12, 31),
                checked_at=NOON - timedelta(hours=4),
            )
        )
    return rows


def _named(tasks: list[Task]) -> list[Base]:
    return [
        TaskOfficer(task_id=task.id, officer_id=officer)
        for task in tasks
        for officer in task.officer_ids
    ]


def _head() -> Person:
    return person("head", Role.HEAD, agency=sync_world.HOME)


def _enrol(county_: County, number: int) -> None:
    """A tablet with its two officers, that has pulled once."""
    ports = fake_ports(
        clock=FakeClock(NOON.astimezone(BEIJING)),
        transport=county_.asking,
        location=FakeLocation(AT_THE_GATE),
        randomness=SeededRandomness(f"enrolling/{number}"),
    )
    tablet = Tablet(county_.pad(number), ports, params=CHEAP)
    first, second = PEOPLE[number]
    session = tablet.enrol(_code(county_, first), pin=PIN, tablet_name=f"{number}号")
    session.add_officer(_code(county_, second, session.identity.device_id), pin=OTHER_PIN)
    report = session.cycle().run()
    if report.problem is not None:
        raise report.problem
    tablet.lock()


def _code(county_: County, officer_id: str, device_id: str | None = None) -> str:
    with open_work(county_.parts, SYSTEM) as work:
        return enrolment.issue(work, officer_id, device_id).text


def _keep(county_: County) -> None:
    """Put everything made so far aside, logs folded into the files."""
    with county_.parts.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    county_.parts.engine.dispose()
    kept = county_.root / "kept"
    kept.mkdir()
    shutil.move(county_.server, kept / "server")
    for number in range(county_.tablets):
        shutil.move(county_.pad(number), kept / f"tablet-{number}")
