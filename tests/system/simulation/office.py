"""The server's side of the simulation: the real app, its jobs, its backups, and people at desks.

Whatever it is asked may end in `Crash`, when a fuse was lit; then `restart` is all that helps. The
disk keeps what was committed.
"""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select

from fieldapp.ports.network import Request, Response
from server.backup import rules
from server.database import Aim
from server.job_names import JobName
from server.jobs import registry, sweeping
from server.models import (
    Agency,
    Certificate,
    ChangeLog,
    Device,
    DeviceStatus,
    Document,
    Enterprise,
    OutboxMessage,
    OutboxState,
    Quarantine,
    Task,
    Visit,
)
from server.notify.letter import Letter
from server.principal import SYSTEM, Principal
from server.services import (
    catalogue_publishing,
    dead_letters,
    devices,
    quarantine,
    rulings,
    scope_moves,
    task_publishing,
    tasks,
)
from server.work import Work, open_work
from shared.errors import DomainError
from shared.localtime import local_day
from shared.roles import Role
from tests.server import sync_world
from tests.server.factories import principal
from tests.system.simulation.county import TASKS_EACH, County

T = TypeVar("T")
JOBS = frozenset({JobName.SEND_MESSAGE, JobName.EXPIRE_HOLD, JobName.TELL_RESULT})
"""The others draw, stamp and import: they need programs and parties that are not simulated."""
HOME = {"agency": sync_world.HOME, "region": sync_world.REGION}
HEAD = principal("head", Role.HEAD, **HOME)
ADMIN = principal("admin", Role.AGENCY_ADMIN, **HOME)
ADMIN_2 = principal("admin2", Role.AGENCY_ADMIN, **HOME)
SUPERVISION = principal("super", Role.SUPERVISION, **HOME)
DAMAGED = frozenset({"bad_signature", "hash_mismatch", "officer_signature_bad"})


class Gateway:
    """Takes short messages as a provider does: the same id again is the same message."""

    def __init__(self) -> None:
        self.taken: dict[str, str] = {}

    def send(self, letter: Letter) -> None:
        self.taken[letter.message_id] = letter.body.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    folder: Path
    at: datetime
    no: int


@dataclass(eq=False)
class Office:
    """`numbers` are the document numbers ever given, with the content that has each."""

    county: County
    chance: random.Random
    backups: list[Backup] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    restores: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    gateway: Gateway = field(default_factory=Gateway)

    def __post_init__(self) -> None:
        self.fuse = self.county.fuse
        self.parts = self.county.parts

    # -- what goes through the interface

    def answer(self, request: Request) -> Response:
        reply = self.county.asking.send(request)
        self.statuses[reply.status] += 1
        if reply.status == 500:
            raise AssertionError(f"the server failed: {request.method} {request.url}")
        return reply

    def restart(self) -> None:
        """The process begins again; SQLite undoes what was not committed."""
        self.fuse.put_out()
        self.parts.engine.dispose()

    # -- time passes

    def now(self) -> datetime:
        return self.county.clock.now()

    def jobs(self) -> list[str]:
        """Everything that is due, as the sweeper finds it; what was done."""
        done = []
        for name, ids in sweeping.overdue(self.parts, timedelta(0), JOBS):
            registry.run(self.parts, name, ids)
            done.append(str(name))
        return done

    def nightly(self) -> None:
        while self._work(lambda work: scope_moves.move(work, local_day(work.now))):
            pass
        self._check_certificates()

    # -- people at desks

    def change_plan(self) -> str:
        """One change that tablets must hear of, whatever is possible now."""
        return self.chance.choice((self._cancel, self._bring, self.rename))()

    def _cancel(self) -> str:
        def do(work: Work) -> str:
            open_ones = work.session.scalars(
                select(Task.id).where(Task.status == "issued").order_by(Task.id)
            ).all()
            if not open_ones:
                return "nothing to cancel"
            task = self.chance.choice(open_ones)
            tasks.cancel(work, task, "计划调整")
            return f"cancelled {task}"

        return self._work(do, HEAD)

    def _bring(self) -> str:
        """A task that was filed is published, or moves to another window."""

        def do(work: Work) -> str:
            rows = work.session.scalars(
                select(Task).where(Task.status == "issued").order_by(Task.id)
            ).all()
            spare = [row for row in rows if int(row.id[-1]) >= TASKS_EACH]
            if not spare:
                return "nothing to bring"
            task = self.chance.choice(spare)
            task.window_to = date(2027, 3, 1) + timedelta(days=self.chance.randrange(30))
            task_publishing.publish_tasks(work, [task])
            return f"brought {task.id}"

        return self._work(do)

    def rename(self) -> str:
        """An enterprise has another name: everybody with a task there hears of it."""

        def do(work: Work) -> str:
            row = work.session.scalars(select(Enterprise).order_by(Enterprise.uscc)).first()
            assert row is not None
            row.name = f"济南泉城食品有限公司{self.chance.randrange(1000)}"
            known = work.session.scalars(
                select(Task).where(Task.status != "cancelled").order_by(Task.id)
            ).all()
            told = [task for task in known if int(task.id[-1]) < TASKS_EACH]
            task_publishing.publish_tasks(work, told)
            return "renamed"

        return self._work(do)

    def _check_certificates(self) -> None:
        """Without it no visit can begin after a few days: tablets hear that all are in force."""

        def do(work: Work) -> None:
            for row in work.session.scalars(select(Certificate)):
                row.checked_at = work.now
            agency = work.session.get_one(Agency, sync_world.HOME)
            catalogue_publishing.publish_catalogue(work, agency)

        self._work(do)

    def rule(self, *, finally_: bool = False) -> list[str]:
        """Supervision looks at the quarantine and at irregular visits."""
        return [*self._rule_on_quarantine(finally_=finally_), *self._rule_on_visits()]

    def _rule_on_quarantine(self, *, finally_: bool) -> list[str]:
        looked_at = ("open", "dismissed") if finally_ else ("open",)

        def find(work: Work) -> list[tuple[str, str, str | None, str]]:
            rows = work.session.execute(
                select(Quarantine.id, Quarantine.code, Quarantine.event_id, Device.status)
                .join(Device, Device.id == Quarantine.device_id)
                .where(Quarantine.state.in_(looked_at))
                .order_by(Quarantine.id)
            )
            return [(id_, code, event_id, status) for id_, code, event_id, status in rows]

        done = []
        for id_, code, event_id, status in self._look(find):
            repairable = code in DAMAGED and event_id and status != DeviceStatus.LOST
            if repairable and (finally_ or self.chance.random() < 0.5):
                done.append(self._decide(id_, quarantine.Decision.RESEND))
            elif repairable and self.chance.random() < 0.3:
                done.append(self._decide(id_, quarantine.Decision.DISMISS))
            elif code.startswith("device_") and self.chance.random() < 0.5:
                done.append(self._decide(id_, quarantine.Decision.ADMIT))
        return done

    def _decide(self, id_: str, decision: quarantine.Decision) -> str:
        try:
            self._work(lambda work: quarantine.rule(work, id_, decision, "看过"), SUPERVISION)
        except DomainError as refused:
            return f"{decision} {refused.code}"
        return str(decision)

    def _rule_on_visits(self) -> list[str]:
        def find(work: Work) -> list[str]:
            irregular = (Visit.irregular, Visit.complete, Visit.ruling.is_(None))
            return list(work.session.scalars(select(Visit.id).where(*irregular).order_by(Visit.id)))

        done = []
        for visit_id in self._look(find):
            decision = self.chance.choice((rulings.Decision.RATIFY, rulings.Decision.REJECT))
            try:
                self._work(partial(_ruled, visit_id, decision), SUPERVISION)
            except DomainError as refused:
                done.append(f"ruling {refused.code}")
            else:
                done.append(f"ruling {decision}")
        return done

    def revive_letters(self) -> int:
        """What a restored server was not sure of is sent by a person's decision."""

        def find(work: Work) -> list[str]:
            dead = OutboxMessage.state == OutboxState.DEAD
            rows = select(OutboxMessage.id).where(dead).order_by(OutboxMessage.id)
            return list(work.session.scalars(rows))

        letters = self._look(find)
        for letter in letters:
            self._work(partial(_tried_again, letter), ADMIN)
        return len(letters)

    def standing(self, device_id: str) -> str:
        return self._look(lambda work: work.session.get_one(Device, device_id).status)

    def retire(self, device_id: str) -> None:
        self._work(lambda work: devices.retire(work, device_id, "换新"), ADMIN)

    def lose(self, device_id: str) -> None:
        order = self._work(lambda work: devices.propose_lost(work, device_id, "遗失").id, ADMIN)
        self._work(lambda work: devices.confirm_lost(work, device_id, order), ADMIN_2)

    def log_head(self) -> int:
        """How far the change log goes: somebody has something to hear when it moves."""
        head = self._look(lambda work: work.session.scalar(select(func.max(ChangeLog.seq))))
        return head or 0

    # -- backups

    def back_up(self) -> None:
        """The files as they are: what `mingcha backup` keeps, without its packing."""
        self.parts.engine.dispose()
        folder = self.county.root / f"backup-{len(self.backups)}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.county.server, folder)
        self.backups.append(Backup(folder=folder, at=self.now(), no=len(self.backups)))

    def restore(self, backup: Backup) -> None:
        """The newest files are gone; the backup's take their place, by the product's own rules.

        Who restores a backup once more must skip more numbers than the time before, says
        docs/backup.md.
        """
        self.note_numbers()
        self.restart()
        shutil.rmtree(self.county.server)
        shutil.copytree(backup.folder, self.county.server)
        self.restores += 1
        self._work(
            lambda work: rules.apply(work, reason="drill", skip_numbers=1000 * self.restores)
        )

    def note_numbers(self) -> None:
        """Numbers given so far; the same number for another content is a fault."""

        def find(work: Work) -> list[tuple[str, str]]:
            rows = work.session.execute(select(Document.number, Document.content_hash))
            return [(number, hash_) for number, hash_ in rows if number]

        for number, hash_ in self._look(find):
            if self.numbers.setdefault(number, hash_) != hash_:
                raise AssertionError(f"the number {number} was given twice")

    def _look(self, do: Callable[[Work], T]) -> T:
        """See something without a commit: looking must not burn a fuse."""
        with open_work(self.parts, SYSTEM, aim=Aim.READ) as work:
            return do(work)

    def _work(self, do: Callable[[Work], T], who: Principal = SYSTEM) -> T:
        with open_work(self.parts, who) as work:
            return do(work)


def _ruled(visit_id: str, decision: rulings.Decision, work: Work) -> None:
    rulings.rule(work, visit_id, decision, "看过")


def _tried_again(letter: str, work: Work) -> None:
    dead_letters.try_again(work, letter)
