"""A tablet of the small county of `tests.world`, enrolled with two officers, over fake ports."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fieldapp import before_kivy

# Before any module of the app: whichever reads Kivy first must find the window's size.
before_kivy.prepare()

from fieldapp.flow.inspection import InspectionFlow  # noqa: E402
from fieldapp.ports.bundle import Ports  # noqa: E402
from fieldapp.ports.fake import fake_ports  # noqa: E402
from fieldapp.ports.fake.clock import BEIJING, FakeClock  # noqa: E402
from fieldapp.ports.fake.location import FakeLocation  # noqa: E402
from fieldapp.ports.fake.network import SwitchedTransport  # noqa: E402
from fieldapp.session import Session  # noqa: E402
from fieldapp.tablet import Tablet  # noqa: E402
from shared.crypto import PinParams  # noqa: E402
from shared.events.envelope import Fix  # noqa: E402
from tests.fieldapp.simulator import Simulator  # noqa: E402
from tests.fieldapp.visiting import begin  # noqa: E402
from tests.world import LI, NOON, WANG  # noqa: E402

CHEAP = PinParams(memory_kib=64, iterations=1, lanes=1)
PIN, OTHER_PIN = "271828", "314159"
AT_THE_GATE = Fix(
    lat=36.6684, lon=117.0208, acc_m=9.0, crs="WGS84", provider="gps", age_ms=400, mock=False
)


@dataclass
class Field:
    """Everything a test of a tablet wants to hold."""

    folder: Path
    ports: Ports
    clock: FakeClock
    network: SwitchedTransport
    platform: Simulator
    tablet: Tablet

    @property
    def session(self) -> Session:
        found = self.tablet.session()
        assert found is not None
        return found

    @property
    def held(self) -> Any:
        return self.session.desk.held

    def sync(self) -> Any:
        return self.session.cycle().run()

    def reopen(self) -> Session:
        """The program ends and starts again; both officers unlock."""
        self.tablet.lock()
        self.tablet.unlock(WANG, PIN)
        return self.tablet.unlock(LI, OTHER_PIN)

    def visit(self) -> InspectionFlow:
        return begin(self.session)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON.astimezone(BEIJING))


@pytest.fixture
def fresh(tmp_path: Path, clock: FakeClock) -> Iterator[Field]:
    """A tablet that belongs to nobody yet."""
    platform = Simulator(clock=clock)
    network = SwitchedTransport(platform)
    ports = fake_ports(clock=clock, transport=network, location=FakeLocation(AT_THE_GATE))
    folder = tmp_path / "data"
    tablet = Tablet(folder, ports, params=CHEAP)
    yield Field(
        folder=folder,
        ports=ports,
        clock=clock,
        network=network,
        platform=platform,
        tablet=tablet,
    )
    tablet.lock()


@pytest.fixture
def field(fresh: Field) -> Field:
    """A tablet with two officers unlocked and the county's reference data."""
    fresh.tablet.enrol(fresh.platform.enrolment(WANG), pin=PIN, tablet_name="历下一号")
    fresh.session.add_officer(fresh.platform.enrolment(LI), pin=OTHER_PIN)
    report = fresh.sync()
    assert report.problem is None
    return fresh
