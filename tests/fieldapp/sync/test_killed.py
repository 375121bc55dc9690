"""A tablet whose program is killed at any point of a visit loses nothing that was done.

A process of its own works on a real folder and says each finished step; it is killed with SIGKILL
at random moments. Whatever it had said must be there, in a whole chain, and the next program goes
on from the last step. The processes are forked from one that has imported everything, so that two
hundred of them take minutes and not an hour.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldapp.ports.fake import fake_ports
from fieldapp.ports.fake.clock import BEIJING, FakeClock
from fieldapp.ports.fake.location import FakeLocation
from fieldapp.tablet import Tablet
from shared import chain
from shared.flow.stage import Stage
from tests.fieldapp import visiting
from tests.fieldapp.conftest import AT_THE_GATE, CHEAP, OTHER_PIN, PIN, Field
from tests.world import LI, NOON, TASK, WANG

ROOT = Path(__file__).parents[3]
KILLED = -signal.SIGKILL
NURSERY = """
from tests.fieldapp.sync.test_killed import bear, live
bear(live)
"""


def open_tablet(folder: Path) -> Tablet:
    clock = FakeClock(NOON.astimezone(BEIJING))
    ports = fake_ports(clock=clock, location=FakeLocation(AT_THE_GATE))
    seeded = type(ports.randomness)(f"{folder}-{os.getpid()}")
    tablet = Tablet(folder, type(ports)(**_with(ports, randomness=seeded)), params=CHEAP)
    tablet.unlock(WANG, PIN)
    tablet.unlock(LI, OTHER_PIN)
    return tablet


def _with(ports, **instead):
    return {name: getattr(ports, name) for name in ports.__slots__} | instead


def work(tablet: Tablet, *, visits: int) -> None:
    """The child's whole life: finish the open visit or a new one, saying each step that is done."""
    session = tablet.session()
    assert session is not None
    for _ in range(visits):
        lines = [line for line in session.visits() if line.last_kind != "sealed"]
        flow = (
            session.inspection(lines[0].visit_id)
            if lines
            else session.open_visit([TASK], officer_id=WANG)
        )
        say(flow)
        for step in visiting.STEPS[len(flow.events()) - 1 :]:
            step(flow)
            say(flow)


def say(flow) -> None:
    last = flow.events()[-1]
    os.write(1, f"{flow.visit_id} {last.seq} {last.hash}\n".encode())


def live(folder: Path, visits: int) -> None:
    work(open_tablet(folder), visits=visits)


def bear(live: Callable[[Path, int], None]) -> None:
    """The nursery's whole life: fork a child for each line of stdin, say how it ended."""
    for line in sys.stdin:
        folder, visits = line.rsplit(maxsplit=1)
        pid = os.fork()
        if pid == 0:
            os.write(1, f"born {os.getpid()}\n".encode())
            live(Path(folder), int(visits))
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.write(1, f"ended {status}\n".encode())


class Nursery:
    """Runs field programs, each in a process of its own, and kills them.

    `program` is what the nursery runs: it calls `bear` with what each child lives.
    """

    def __init__(self, program: str = NURSERY) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def run(
        self,
        folder: Path,
        *,
        visits: int = 1,
        kill_after_lines: int | None = None,
        after_s: float = 0.0,
    ) -> list[list[str]]:
        """Return (visit, seq, hash) of each step a program said; None lets it finish."""
        into, out = self._process.stdin, self._process.stdout
        assert into is not None
        assert out is not None
        into.write(f"{folder} {visits}\n".encode())
        into.flush()
        said: list[list[str]] = []
        pid = 0
        for line in out:
            words = line.decode().split()
            if words[0] == "born":
                pid = int(words[1])
            elif words[0] == "ended":
                assert int(words[1]) == (0 if kill_after_lines is None else KILLED)
                return said
            else:
                said.append(words)
                if len(said) == kill_after_lines:
                    time.sleep(after_s)
                    os.kill(pid, signal.SIGKILL)
        raise AssertionError("the nursery is gone")

    def close(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    found = Nursery()
    yield found
    found.close()


def whole(folder: Path) -> dict:
    """Every chain on disk by its visit; any fault of one fails the test."""
    tablet = open_tablet(folder)
    session = tablet.session()
    assert session is not None
    chains = {}
    for line in session.visits():
        flow = session.inspection(line.visit_id)
        chains[line.visit_id] = [event.raw for event in flow.events()]
        assert chain.verify_chain(chains[line.visit_id], session.identity.key.public) == ()
        for upload in flow.evidence():
            assert session.desk.held.evidence.intact(upload.evidence)
    tablet.lock()
    return chains


def assert_kept(said: list, held: dict) -> None:
    """Every step that was said done is there; at most the one in flight more."""
    for visit, seq, hash_ in said:
        assert held[visit][int(seq) - 1]["hash"] == hash_, "a step that was said done is gone"
    visit, seq, _ = said[-1]
    assert len(held[visit]) >= int(seq)


def kill_often(
    field: Field, nursery: Nursery, *, times: int, chance: random.Random, after_s: float = 0.03
) -> None:
    """Kill that many programs in turn, at most `after_s` after a step was said to be done.

    After each, everything it said is there and whole, and the next one goes on from there.
    """
    field.tablet.lock()
    done: dict[str, int] = {}
    for _ in range(times):
        said = nursery.run(
            field.folder,
            visits=1000,
            kill_after_lines=chance.randint(1, len(visiting.STEPS)),
            after_s=chance.random() * after_s,
        )
        held = whole(field.folder)
        assert_kept(said, held)
        visit, seq, _hash = said[0]
        assert int(seq) == done.get(visit, 1), "it went on where the last program had been"
        done = {visit: len(chain_) for visit, chain_ in held.items()}


def assert_delivered_whole(field: Field) -> None:
    field.tablet.unlock(WANG, PIN)
    assert field.sync().problem is None
    held = {line.visit_id: line.events for line in field.session.visits()}
    assert {visit: len(events) for visit, events in field.platform.chains.items()} == held
    numbers = [event["device_seq"] for events in field.platform.chains.values() for event in events]
    assert sorted(numbers) == list(range(1, len(numbers) + 1)), (
        "no number is skipped or given twice"
    )


def test_killed_at_ten_points_it_resumes_at_the_last_step_that_was_done(
    field: Field, nursery: Nursery
) -> None:
    kill_often(field, nursery, times=10, chance=random.Random(2026))
    nursery.run(field.folder)
    raw = whole(field.folder)
    assert_delivered_whole(field)
    for line in field.session.visits():
        state = field.session.inspection(line.visit_id).state()
        assert state.stage("tablet-1") is Stage.SEALED
        assert field.platform.chains[line.visit_id] == [dict(each) for each in raw[line.visit_id]]


@pytest.mark.torture
def test_killed_at_two_hundred_random_points(field: Field, nursery: Nursery, seed: int) -> None:
    kill_often(field, nursery, times=200, chance=random.Random(seed))
    assert_delivered_whole(field)
