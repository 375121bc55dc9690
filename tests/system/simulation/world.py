"""One run: what happens next is drawn from the seed, then everybody comes to rest and is counted.

    outcome = run(4711)
    outcome.faults     # what was found wrong; empty when all is well
    outcome.trace      # every decision and what came of it, in order

Which kinds of event a run is about is drawn first (*swarm testing*): a run that does everything a
little finds less than one that does some things often and others never.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from hashlib import sha256
from unittest import mock

from greenlet import getcurrent

from fieldapp.errors import UntrustedReceipt
from fieldapp.ports.fake.clock import BEIJING, FakeClock
from fieldapp.ports.network import Response
from fieldapp.store.outbox import OutboxState
from fieldapp.sync import pulling, pushing
from fieldapp.sync.cycle import CycleReport
from server.jobs import sending
from server.models import DeviceStatus
from shared.errors import DomainError
from shared.events.kinds import EventKind
from shared.tokens import TokenType
from tests.system.simulation import air
from tests.system.simulation.air import Air, Fate, Packet, Wire
from tests.system.simulation.county import CROWD, FEW, county
from tests.system.simulation.crashing import Crash
from tests.system.simulation.office import Backup, Office
from tests.system.simulation.pad import Pad
from tests.system.simulation.quickly import quickly
from tests.world import NOON

MINUTE, HOUR, DAY = 60, 3600, 86400
SPANS = (5, 5, 20, 2 * MINUTE, 40 * MINUTE, 5 * HOUR, 26 * HOUR, 3 * DAY)
LONG_SPANS = (6 * DAY, 9 * DAY, 33 * DAY)
OLDEST_BACKUP = timedelta(days=20)
"""Older than this, and tablets may have trimmed what it lacks (`retain_days` is 30)."""
MOST_ROUNDS = 14
EVERY = 5
"""Every fifth run is one of disasters: what needs several things to happen in one order."""
EVERY_NEGLECTED = 10
"""Every tenth is one of neglect: nobody looks at the quarantine for weeks, workers die of jobs."""
EVERY_CROWDED = 50
"""Every fiftieth has many tablets, and as much more happens in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run found. `told` counts what happened in it, for a person who reads it."""

    seed: int
    faults: tuple[str, ...]
    trace: tuple[str, ...]
    digest: str
    lost: tuple[str, ...] = ()
    told: dict[str, int] = field(default_factory=dict)


class World:
    """`lost` are the events that went with a tablet: each is named at the end."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.disasters = seed % EVERY == EVERY - 1
        self.neglect = seed % EVERY_NEGLECTED == 7
        self.trace: list[str] = []
        self.crowded = seed % EVERY_CROWDED == 13
        self.county = county(CROWD if self.crowded else FEW)
        pads = CROWD if self.crowded else self.chance.choice((1, 2, 2, 3))
        self.county.put_back(pads)
        self.county.numbered.begin(f"run/{seed}")
        self.county.fuse.put_out()
        self.office = Office(self.county, self.chance)
        self.hub = getcurrent()
        self.air = Air()
        self.pads = [self._pad(number) for number in range(pads)]
        self.excused: dict[str, str] = {}
        self.joint: dict[str, dict[str, Pad]] = {}
        self.resting = False
        self.weights = self._weights()
        self.fates = self._fates()

    def _pad(self, number: int) -> Pad:
        name = f"pad{number}"
        return Pad(
            number=number,
            folder=self.county.pad(number),
            chance=self.chance,
            transport=Wire(name, self.air, self.hub, self.office.answer),
            clock=FakeClock(NOON.astimezone(BEIJING)),
            true_time=self.office.now,
        )

    def _weights(self) -> dict[Callable[[], str | None], float]:
        """How often each kind of event happens in this run; some not at all."""
        usual: dict[Callable[[], str | None], float] = {
            self._step: 30,
            self._sync: 9,
            self._deliver: 40,
            self._stray: 3,
            self._pass_time: 6,
            self._jobs: 3,
        }
        rare: dict[Callable[[], str | None], float] = {
            self._kill_pad: 1.5,
            self._light_pad: 4,
            self._light_server: 5,
            self._set_clock: 1.5,
            self._reboot: 1,
            self._change_plan: 3,
            self._supervise: 2.5,
            self._nightly: 1,
            self._back_up: 3,
            self._restore: 4,
            self._retire: 0.8,
            self._lose: 0.5,
            self._join: 3,
            self._long_time: 1.2,
        }
        moods = {event: self.chance.choice((0, 0, 0.5, 1, 3)) for event in rare}
        found = usual | {event: rare[event] * moods[event] for event in rare if moods[event]}
        if self.disasters:
            found |= {self._disaster: 2.5, self._long_time: 2.5}
        if self.neglect:
            found |= {self._kill_worker: 3, self._end_in_a_pull: 3, self._long_time: 2.5}
            found.pop(self._supervise, None)
        return found

    def _fates(self) -> dict[Fate, float]:
        trouble = {
            Fate.ANSWER_LOST: 3.0,
            Fate.ANSWER_CUT: 2.0,
            Fate.LATE: 2.0,
            Fate.REPEATED: 2.0,
            Fate.LOST: 2.0,
            Fate.CUT: 1.0,
            Fate.DAMAGED: 2.0,
            Fate.PORTAL: 0.5,
            Fate.LYING_PROXY: 1.0,
        }
        moods = {fate: self.chance.choice((0, 0, 0.3, 1, 2)) for fate in trouble}
        if self.neglect:
            moods[Fate.DAMAGED] = 2
        return {Fate.ANSWERED: 14.0} | {f: w * moods[f] for f, w in trouble.items() if moods[f]}

    # -- the run

    def play(self, events: int) -> None:
        """Let so many things happen."""
        for _ in range(events):
            kinds = list(self.weights)
            (event,) = self.chance.choices(kinds, [self.weights[kind] for kind in kinds])
            try:
                said = event()
            except Crash:
                said = "the server ends"
                self.office.restart()
            if said is not None:
                self.say(event.__name__.strip("_"), said)

    def say(self, what: str, came: str) -> None:
        self.trace.append(f"{what}: {came}")

    def _awake(self) -> list[Pad]:
        return [pad for pad in self.pads if not pad.wiped]

    def _any_pad(self) -> Pad | None:
        awake = self._awake()
        return self.chance.choice(awake) if awake else None

    # -- at a tablet

    def _step(self) -> str | None:
        pad = self._any_pad()
        if pad is None:
            return None
        said = [self._at(pad, pad.step)]
        for _ in range(self.chance.choice((0, 0, 1, 2, 5))):
            if pad.wiped or said[-1].startswith(("refused", "no task", "the program")):
                break
            said.append(self._at(pad, pad.step))
        return f"{pad.name} {', '.join(said)}"

    def _at(self, pad: Pad, do: Callable[[], str]) -> str:
        """Do something at a tablet whose program may end in the middle of it."""
        try:
            return do()
        except Crash:
            pad.restart()
            return "the program ends"

    def _sync(self) -> str | None:
        idle = [pad for pad in self._awake() if pad.sync is None]
        if not idle:
            return None
        pad = self.chance.choice(idle)
        pad.begin_sync(self.hub)
        assert pad.sync is not None
        self._resume(pad, None)
        return pad.name

    def _resume(self, pad: Pad, outcome: Response | Exception | None) -> None:
        """Let a sync go on until it sends again, or ends, or its program does."""
        running = pad.sync
        assert running is not None
        try:
            came = running.switch() if outcome is None else running.switch(outcome)
        except Crash:
            pad.restart()
            self.say("sync", f"{pad.name} the program ends")
            return
        if isinstance(came, CycleReport):
            pad.ended(came)
            if came.wiped:
                pad.lost = self.office.standing(pad.device_id) == DeviceStatus.LOST
            problem = came.problem.code if came.problem else "-"
            if problem == UntrustedReceipt.code and not pad.lied_to:
                raise AssertionError(f"{pad.name} does not believe the server's own answer")
            reason = str(came.problem.facts.get("reason", "")) if came.problem else ""
            self.say(
                "sync",
                f"{pad.name} ends: {problem} {reason} answered {came.answered}"
                f" changes {came.changes} files {came.files} wiped {came.wiped}",
            )
        pad.note()

    def _kill_pad(self) -> str | None:
        pad = self._any_pad()
        if pad is None:
            return None
        self._forget_waiting(pad)
        pad.restart()
        return pad.name

    def _forget_waiting(self, pad: Pad) -> None:
        """Nobody waits for what a program that is gone has sent; it is under way all the same."""
        mine = [packet for packet in self.air.waiting if packet.pad == pad.name]
        for packet in mine:
            self.air.waiting.remove(packet)
            packet.waiter = None
            self.air.stray.append(packet)

    def _light_pad(self) -> str | None:
        pad = self._any_pad()
        if pad is None:
            return None
        pad.fuse.light(self.chance, within=15 if self.disasters else 6)
        return pad.name

    def _light_server(self) -> str:
        self.office.fuse.light(self.chance, within=4)
        return ""

    def _set_clock(self) -> str | None:
        pad = self._any_pad()
        if pad is None:
            return None
        hours = self.chance.choice((-9000, -30, -2, 1, 25, 400))
        wall = pad.clock.read().wall + timedelta(hours=hours)
        pad.clock.set_wall(wall)
        return f"{pad.name} by {hours} h"

    def _reboot(self) -> str | None:
        pad = self._any_pad()
        if pad is None:
            return None
        self._forget_waiting(pad)
        pad.reboot()
        return pad.name

    # -- in the air

    def _deliver(self) -> str | None:
        if not self.air.waiting:
            return None
        packet = self.air.waiting.pop(self.chance.randrange(len(self.air.waiting)))
        kinds = list(self.fates)
        if air.PUSH in packet.request.url and len(kinds) > 1 and self.chance.random() < 0.25:
            kinds.remove(Fate.ANSWERED)  # what carries the evidence is what must survive
        (fate,) = self.chance.choices(kinds, [self.fates[kind] for kind in kinds])
        return f"{packet.name} {fate} {self._befall(packet, fate)}".rstrip()

    def _befall(self, packet: Packet, fate: Fate) -> str:
        """Let a request have its fate, and its tablet notice; what the server said."""
        pad = self.pads[int(packet.pad[3:])]
        said, outcome = self._travel(packet, fate)
        if packet.waiter is not None and packet.waiter is pad.sync:
            self._resume(pad, outcome)
        return said

    def _travel(self, packet: Packet, fate: Fate) -> tuple[str, Response | Exception]:
        if fate is Fate.LOST:
            return "", air.nothing(fate)
        if fate is Fate.LATE:
            self.air.stray.append(air.copy_of(packet))
            return "", air.nothing(fate)
        if fate is Fate.PORTAL:
            return "", air.portal()
        if fate is Fate.LYING_PROXY:
            self.pads[int(packet.pad[3:])].lied_to = True
            return "", air.lie(packet.request)
        if fate is Fate.REPEATED:
            self.air.stray.append(air.copy_of(packet))
        request = packet.request
        if fate is Fate.CUT:
            request = air.cut(request, self.chance)
        elif fate is Fate.DAMAGED:
            request = air.damaged(request, self.chance) or request
        answer = self._ask(packet, request)
        if answer is None or fate is Fate.ANSWER_LOST:
            said = "no answer" if answer is None else str(answer.status)
            return said, air.nothing(Fate.ANSWER_LOST)
        said = str(answer.status)
        if fate is Fate.ANSWER_CUT:
            return said, air.cut_answer(answer, self.chance)
        return said, answer

    def _ask(self, packet: Packet, request: object = None) -> Response | None:
        """The server's answer, or None when it ended over the question."""
        asked = packet.request if request is None else request
        try:
            answer = self.office.answer(asked)  # type: ignore[arg-type]
        except Crash:
            self.office.restart()
            return None
        if answer.status == 200 and packet.name.endswith("/device-token"):
            self.pads[int(packet.pad[3:])].heard_at = self.office.now()
        return answer

    def _stray(self) -> str | None:
        if not self.air.stray:
            return None
        packet = self.air.stray.pop(self.chance.randrange(len(self.air.stray)))
        answer = self._ask(packet)
        return f"{packet.name} {'no answer' if answer is None else answer.status}"

    # -- time

    def _pass_time(self) -> str:
        return self._pass(self.chance.choice(SPANS))

    def _long_time(self) -> str:
        """Holds run out, and leases."""
        said = self._pass(self.chance.choice(LONG_SPANS))
        if self.disasters or self.neglect:
            self._hand_in()
        return said

    def _pass(self, seconds: float) -> str:
        self.county.clock.move(timedelta(seconds=seconds))
        for pad in self.pads:
            pad.clock.advance(seconds=seconds)
        if seconds > DAY and self.chance.random() < 0.6:
            self.office.nightly()
        return f"{seconds} s"

    # -- at the office

    def _jobs(self) -> str | None:
        return " ".join(self.office.jobs()) or None

    def _nightly(self) -> str:
        self.office.nightly()
        return ""

    def _change_plan(self) -> str:
        return self.office.change_plan()

    def _supervise(self) -> str | None:
        return ", ".join(self.office.rule()) or None

    def _back_up(self) -> str:
        self.office.back_up()
        return ""

    def _restore(self) -> str | None:
        if self.office.restores >= 2 or not self.office.backups:
            return None
        backup = self.chance.choice(self.office.backups)
        if self.office.now() - backup.at > OLDEST_BACKUP:
            return None
        self.restored(backup)
        return f"backup {backup.no}"

    def _disaster(self) -> str | None:
        """A backup, everybody hands in, the backup is put back; the office works on at once.

        Nobody may notice by the log's head alone: it is past every tablet's place again.
        """
        if self.office.restores >= 2:
            return None
        self.office.fuse.put_out()
        self.office.back_up()
        self._hand_in()
        self.restored(self.office.backups[-1])
        for _ in range(self.chance.randrange(4)):
            self.office.change_plan()
        self.office.nightly()
        return f"backup {self.office.backups[-1].no}"

    def _hand_in(self) -> None:
        """Whole syncs with nothing in their way, and the jobs before and after."""
        self.office.jobs()
        self._everybody_syncs()
        self.office.jobs()

    def _everybody_syncs(self) -> None:
        """All who are at no sync do one, in any order."""
        idle = [pad for pad in self._awake() if pad.sync is None]
        for pad in self.chance.sample(idle, len(idle)):
            self._round(pad)

    def _kill_worker(self) -> str:
        """Everybody hands in, and a worker ends over the jobs that makes, at any of its commits."""
        self.office.fuse.put_out()
        self._everybody_syncs()
        self.office.fuse.light(self.chance, within=8)
        done = self.office.jobs()
        self.office.fuse.put_out()
        return " ".join(done)

    def _end_in_a_pull(self) -> str | None:
        """The plan changes, and a program ends in the middle of hearing of it."""
        idle = [pad for pad in self._awake() if pad.sync is None]
        if not idle:
            return None
        self.office.fuse.put_out()
        pad, said = self.chance.choice(idle), self.office.change_plan()
        pad.fuse.light(self.chance, within=10)
        self._round(pad)
        pad.fuse.put_out()
        return f"{pad.name} {said}"

    def restored(self, backup: Backup) -> None:
        """What only a wiped tablet and the newest files had is gone with them: said, not hidden."""
        self.office.restore(backup)
        for pad in self.pads:
            if pad.wiped:
                for event in pad.sealed:
                    self.excused.setdefault(event, "wiped, then an older backup was put back")

    def _retire(self) -> str | None:
        return self._out_of_use(self.office.retire)

    def _lose(self) -> str | None:
        return self._out_of_use(self.office.lose)

    def _out_of_use(self, do: Callable[[str], None]) -> str | None:
        pad = self._any_pad()
        if pad is None or len(self._awake()) == 1:
            return None
        try:
            do(pad.device_id)
        except DomainError as refused:
            return f"{pad.name} {refused.code}"
        return pad.name

    # -- two tablets

    def _join(self) -> str | None:
        """A member joins a visit under way, or one is counted out of it."""
        return self._count_out() or self._count_in()

    def _count_in(self) -> str | None:
        leads = [pad for pad in self._awake() if self._may_lead(pad)]
        free = [pad for pad in self._awake() if not pad.doing and pad not in leads]
        if not leads or not free:
            return None
        lead, member = self.chance.choice(leads), self.chance.choice(free)
        visit_id = lead.doing

        def meet() -> str:
            answer = member.join(lead.invite())
            self.joint.setdefault(visit_id, {})[member.device_id] = member
            lead.count_in(answer)
            return f"{member.name} joins {lead.name}"

        return self._between(lead, member, meet)

    def _may_lead(self, pad: Pad) -> bool:
        if not pad.doing or pad.plans.get(pad.doing) == "member":
            return False
        kinds = pad.kinds(pad.doing)
        return EventKind.LEFT not in kinds and kinds[0] is EventKind.VISIT_OPENED

    def _between(self, lead: Pad, member: Pad, do: Callable[[], str]) -> str:
        try:
            return do()
        except DomainError as refused:
            return f"refused {refused.code}"
        except Crash:
            for pad in (lead, member):
                self._forget_waiting(pad)
                pad.restart()
            return "the program ends"

    def _count_out(self) -> str | None:
        for visit_id, members in sorted(self.joint.items()):
            lead = next((p for p in self._awake() if p.doing == visit_id), None)
            if lead is None or lead.plans.get(visit_id) == "member":
                continue
            for device_id, member in sorted(members.items()):
                if self._is_waited_for(lead, visit_id, device_id):
                    return self._between(lead, member, partial(self._out, lead, member, visit_id))
        return None

    def _is_waited_for(self, lead: Pad, visit_id: str, device_id: str) -> bool:
        members = lead.flow(visit_id).state().members
        return members.get(device_id) is EventKind.MEMBER_JOINED

    def _out(self, lead: Pad, member: Pad, visit_id: str) -> str:
        kinds = [] if member.wiped else member.kinds(visit_id)
        if kinds:  # what it has sent it lets go of after a while, and then can show no code of it
            if kinds[-1] is EventKind.SEALED:
                code = member.flow(visit_id).tablet_code(TokenType.CLOSING)
                lead.count_out(visit_id, code)
                return f"{member.name} is done"
            if self.chance.random() < 0.6:
                return "not yet"
        lead.leave_open(visit_id, member.device_id)
        return f"{member.name} is left open"

    # -- rest

    def rest(self) -> None:
        """The weather clears up: everything is delivered, everybody syncs until nothing changes."""
        self.resting = True
        for fuse in (self.office.fuse, *(pad.fuse for pad in self.pads)):
            fuse.put_out()
        self.fates = {Fate.ANSWERED: 1.0}
        while self.air.stray or self.air.waiting:
            for event in (self._stray, self._deliver):
                said = event()
                if said:
                    self.say("rest", said)
        restless = set(self._awake())
        for number in range(MOST_ROUNDS):
            head = self.office.log_head()
            self._pass(6 * DAY if number == 1 else 61 * MINUTE)
            moved = {pad.name: self._round(pad) for pad in self._awake() if pad in restless}
            if self.disasters and number == 1:
                self.office.rename()  # on a day of which everybody has been told already
            done = [*self.office.rule(finally_=True), *self.office.jobs()]
            done += ["letter"] * self.office.revive_letters()
            self.say("rest", f"round {number}: {moved} {done}")
            if done or self.office.log_head() != head:
                restless = set(self._awake())
            else:
                restless = {pad for pad in self._awake() if moved.get(pad.name)}
            if not restless and number >= 2:
                return
        self.say("rest", "never")

    def _round(self, pad: Pad) -> int:
        """A whole sync with nothing in its way; how much it moved."""
        pad.begin_sync(self.hub)
        before = len(self.trace)
        self._resume(pad, None)
        while pad.sync is not None:
            packet = next(one for one in self.air.waiting if one.waiter is pad.sync)
            self.air.waiting.remove(packet)
            self._befall(packet, Fate.ANSWERED)
        if pad.wiped:
            return 1
        ended = self.trace[before:]
        counts = pad.session.desk.held.outbox.counts()
        open_ = sum(counts[state] for state in (OutboxState.WAITING, OutboxState.SENT))
        return int("answered 0 changes 0" not in " ".join(ended)) + open_


EVENTS = 50


def run(seed: int, *, events: int = EVENTS) -> Outcome:
    """One whole run of `seed`; the same every time and everywhere."""
    from tests.system.simulation import checks

    faults: list[str] = []
    with quickly(), _small_pages(seed):
        world = World(seed)
        with mock.patch.object(sending, "channel", return_value=world.office.gateway):
            try:
                world.play(events * len(world.pads) // FEW if world.crowded else events)
                world.rest()
                faults += checks.of(world)
            except Exception as broken:  # noqa: BLE001 -- whatever it is, it is what was looked for
                faults.append(f"{type(broken).__name__}: {broken}")
            finally:
                _end(world)
    text = "\n".join([*world.trace, *faults])
    return Outcome(
        seed=seed,
        faults=tuple(faults),
        trace=tuple(world.trace),
        digest=sha256(text.encode()).hexdigest(),
        lost=tuple(f"{event}: {why}" for event, why in sorted(world.excused.items())),
    )


def _end(world: World) -> None:
    for pad in world.pads:
        pad.session.desk.held.store._connection.end()
        pad.stop_sync()
        pad.tablet.lock()
    world.county.parts.engine.dispose()


@contextmanager
def _small_pages(seed: int) -> Iterator[None]:
    """Some runs pull and push in small pages, so that something can happen between two."""
    small = random.Random(f"pages {seed}")
    with ExitStack() as stack:
        if small.random() < 0.3:
            stack.enter_context(mock.patch.object(pulling, "PAGE", small.choice((3, 8))))
        if small.random() < 0.4:
            stack.enter_context(mock.patch.object(pushing, "MOST_EVENTS", small.choice((2, 4, 8))))
        yield
