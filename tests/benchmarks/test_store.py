"""A county's worth of data on one tablet: 10,000 tasks, 300,000 points to check.

The cold start is a process of its own on a desktop's ports, unlocked by a PIN at its full price:
everything from the start of the interpreter to the drawn list counts, by the clock. Where it goes
is told in processor time. They are a desktop's figures: no tablet was measured.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import pytest

from fieldapp.ports.bundle import Ports
from fieldapp.ports.desktop.keystore import NoKeyStore
from fieldapp.ports.fake import fake_ports
from fieldapp.ports.fake.clock import BEIJING, FakeClock
from fieldapp.store.reference import Change
from fieldapp.store.search import Shelf
from fieldapp.tablet import Tablet
from shared.crypto import PinParams
from tests.fieldapp.conftest import PIN
from tests.fieldapp.simulator import Simulator
from tests.search.corpus import queries
from tests.world import NOON, WANG, objects

pytestmark = pytest.mark.bench
ROOT = Path(__file__).parents[2]
TASKS, FORMS, POINTS_A_FORM, PAGE = 10_000, 7_500, 40, 500
COLD_START_S, SEARCH_S, FRAME_S = 1.5, 0.050, 0.050
WORDS = ("食品", "消防", "燃气", "卫生", "劳动", "排污", "特种", "娱乐", "道路", "农药")
COMMON = (
    *("有限公司", "检查表", "公示", "y", "x", "1", "泉河县", "泉河县人民路", "人民路食品店"),
    *("设施完好有效记录在显著位置公示", "食品 消防 燃气 卫生 劳动 排污 特种 娱乐"),
    *("1店", "1号", "人民路 1号", "泉河县鸿运食品有限公司1号店", "县", "店", "2", "表1", "2026"),
)
"""What stands in thousands of documents."""
NAMES = ("鸿运", "永盛", "恒泰", "瑞丰", "金源", "同顺", "嘉和", "明德", "远航", "天和", "聚贤")

COLD = """
import os, sys, time
from pathlib import Path
from fieldapp import before_kivy
before_kivy.prepare()
from kivy.base import EventLoop, runTouchApp
from fieldapp.app import FieldApp
from fieldapp.ports.desktop import desktop_ports
folder, officer, pin, started = Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])
app = FieldApp(folder, desktop_ports(folder), sync_every_s=None)
imported = time.process_time()
app._run_prepare()
runTouchApp(embedded=True)
for drawing in ("on_draw", "on_flip"):
    setattr(EventLoop.window, drawing, lambda *_: None)  # a graphics card's work, not counted
EventLoop.idle()
window = time.process_time()
app.duty.tablet.unlock(officer, pin)
unlocked = time.process_time()
app.duty.begin_work(officer)
EventLoop.idle()
drawn, clock = time.process_time(), time.perf_counter() - started
rows = app.shell.ids.screens.current_screen.ids.tasks
frames = []
for step in range(60):
    rows.scroll_y = 1 - step / 60
    start = time.process_time()
    EventLoop.idle()
    frames.append(time.process_time() - start)
count = len(rows.data)
widgets = len(rows.children[0].children)
import json
took = {
    "import": imported,
    "window": window - imported,
    "unlock": unlocked - window,
    "list": drawn - unlocked,
    "processor": drawn,
    "clock": clock,
}
print(json.dumps({**took, "rows": count, "widgets": widgets, "frames": frames}))
sys.stdout.flush()
os._exit(0)
"""


@dataclass
class Office:
    folder: Path
    tablet: Tablet
    filling_s: float


def ports_for() -> Ports:
    """A tablet of the test's, with the key store that a desktop has: none."""
    clock = FakeClock(NOON.astimezone(BEIJING))
    ports = fake_ports(clock=clock, transport=Simulator(clock=clock))
    return replace(ports, keystore=NoKeyStore())


def county() -> Iterator[Change]:
    """Tasks, each with an enterprise and a premise, and the forms of the whole agency."""
    first = {each.kind: each for each in objects()}

    def like(kind: str, id_: str, **other: object) -> Change:
        data = {**first[kind].data, "id": id_, **other}
        return Change(kind=kind, id=id_, version=first[kind].version, data=data)

    for number in range(TASKS):
        uscc, premise = f"91{number:016}", f"premise of {number}"
        word, name = WORDS[number % len(WORDS)], NAMES[number % len(NAMES)]
        yield like("enterprise", uscc, name=f"泉河县{name}{word}有限公司{number}店")
        yield like("premise", premise, uscc=uscc, address=f"泉河县人民路{number}号")
        yield like(
            "task", f"task {number}", no=f"泉检〔2026〕{number}号", uscc=uscc, premise_id=premise
        )
    for number in range(FORMS):
        word = WORDS[number % len(WORDS)]
        points = [
            {
                "id": f"{number}-{at}",
                "no": str(at),
                "title": f"{word}要点{at}",
                "content": f"{WORDS[(number + at) % len(WORDS)]}设施完好有效，记录在显著位置公示",
            }
            for at in range(POINTS_A_FORM)
        ]
        yield like("form", f"form {number}", name=f"{word}检查表{number}", points=points)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("county") / "data"
    ports = ports_for()
    tablet = Tablet(folder, ports, params=PinParams())
    tablet.enrol(ports.transport.enrolment(WANG), pin=PIN, tablet_name="一号")  # type: ignore[attr-defined]
    session = tablet.session()
    assert session is not None
    assert session.cycle().run().problem is None
    held, every = session.desk.held, list(county())
    start = time.perf_counter()
    for at in range(0, len(every), PAGE):
        with held.store.transaction() as tx:
            page = every[at : at + PAGE]
            held.reference.take_page(tx, page, cursor=str(at), etag=None, last=True)
    with held.store.transaction() as tx:  # as a round ends that brought something
        held.reference.collect(tx)
    yield Office(folder=folder, tablet=tablet, filling_s=time.perf_counter() - start)
    tablet.lock()


def say(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        print(f"\n    {text}")  # noqa: T201


def test_from_the_first_line_to_the_list(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", COLD, str(office.folder), WANG, PIN, str(time.perf_counter())],
            cwd=ROOT,
            env=os.environ
            | {
                "SDL_VIDEODRIVER": "offscreen",
                "KCFG_GRAPHICS_MAXFPS": "0",
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found.append(json.loads(done.stdout.splitlines()[-1]))
    best = min(found, key=lambda each: each["clock"])
    say(
        capsys,
        f"{best['rows']} rows in {best['clock']:.2f} s by the clock,"
        f" {best['processor']:.2f} s of processor: modules {best['import']:.2f} s,"
        f" window {best['window']:.2f} s, unlock {best['unlock']:.2f} s,"
        f" list {best['list']:.2f} s; {best['widgets']} widgets,"
        f" frame while scrolling {median(best['frames']) * 1000:.0f} ms;"
        f" {office.folder.joinpath('store.db').stat().st_size / 1e6:.0f} MB,"
        f" filled in {office.filling_s:.0f} s",
    )
    assert best["rows"] == TASKS + 1
    assert best["widgets"] < 40
    assert best["clock"] <= COLD_START_S
    assert median(best["frames"]) <= FRAME_S


def test_a_search_takes_no_longer_than_a_blink(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    session = office.tablet.session()
    assert session is not None
    held = session.desk.held
    asked = [*(each.query for each in queries()[::4]), *COMMON]
    searches = {
        "library": lambda q: held.search.find(q, Shelf.LIBRARY),
        "tasks": held.task_list.find,
    }
    for name, search in searches.items():
        times = [min(took(search, query) for _ in range(3)) for query in asked]
        say(capsys, f"search of {name}: median {median(times) * 1000:.1f} ms, {len(times)} queries")
        slow = sorted(zip(times, asked, strict=True), reverse=True)[:3]
        say(capsys, ", ".join(f"{query} {seconds * 1000:.0f} ms" for seconds, query in slow))
        assert max(times) <= SEARCH_S, slow


def took(search: Callable[[str], object], query: str) -> float:
    start = time.process_time()
    search(query)
    return time.process_time() - start


def test_a_task_is_opened_without_reading_the_others(office: Office) -> None:
    session = office.tablet.session()
    assert session is not None
    start = time.perf_counter()
    line = session.task("task 77")
    assert len(session.desk.held.reference.around([line.task.id])) < 100
    assert time.perf_counter() - start <= COLD_START_S
