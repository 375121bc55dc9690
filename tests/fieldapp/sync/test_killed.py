"""A tablet whose program is killed at any point of a visit loses nothing that was done.

A child process works on a real folder and says each finished step; it is killed with SIGKILL at
chosen and at random moments. Whatever it had said must be there, in a whole chain.
"""

import os
import random
import signal
import subprocess
import sys
import time
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
CHILD = """
import sys
from pathlib import Path
from tests.fieldapp.sync.test_killed import open_tablet, work
work(open_tablet(Path(sys.argv[1])), visits=int(sys.argv[2]))
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


def run_child(
    folder: Path, *, visits: int = 1, kill_after_lines: int | None = None, after_s: float = 0.0
) -> list:
    """Run a child and return (visit, seq, hash) of each step it said; None lets it finish."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), str(visits)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    said = []
    try:
        for line in child.stdout:
            said.append(line.decode().split())
            if len(said) == kill_after_lines:
                time.sleep(after_s)
                child.send_signal(signal.SIGKILL)
        child.wait(30)
    finally:
        child.stdout.close()
        if child.poll() is None:
            child.kill()
            child.wait()
    assert child.returncode == (0 if kill_after_lines is None else -signal.SIGKILL)
    return said


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


def test_killed_at_several_points_it_resumes_at_the_last_step_that_was_done(field: Field) -> None:
    field.tablet.lock()
    chance = random.Random(2026)
    done = 1
    for lines in (1, 3, 2, 4):
        said = run_child(field.folder, kill_after_lines=lines, after_s=chance.random() * 0.005)
        held = whole(field.folder)
        assert_kept(said, held)
        assert int(said[0][1]) == done, "it went on where the last program had been"
        (raw,) = held.values()
        done = len(raw)
    run_child(field.folder)
    (raw,) = whole(field.folder).values()
    assert len(raw) == len(visiting.STEPS) + 1
    field.tablet.unlock(WANG, PIN)
    (visit,) = field.session.visits()
    state = field.session.inspection(visit.visit_id).state()
    assert state.stage("tablet-1") is Stage.SEALED
    assert field.sync().problem is None
    assert field.platform.chains[visit.visit_id] == [dict(each) for each in raw]


@pytest.mark.torture
def test_killed_at_fifty_random_moments(field: Field, seed: int) -> None:
    field.tablet.lock()
    chance = random.Random(seed)
    for _ in range(50):
        said = run_child(
            field.folder,
            visits=1000,
            kill_after_lines=chance.randint(1, 20),
            after_s=chance.random() * 0.03,
        )
        assert_kept(said, whole(field.folder))
    field.tablet.unlock(WANG, PIN)
    assert field.sync().problem is None
    held = {line.visit_id: line.events for line in field.session.visits()}
    assert {visit: len(events) for visit, events in field.platform.chains.items()} == held
    numbers = [event["device_seq"] for events in field.platform.chains.values() for event in events]
    assert sorted(numbers) == list(range(1, len(numbers) + 1)), (
        "no number is skipped or given twice"
    )
