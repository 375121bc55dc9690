"""The real tablet over the real server, in one process: what one side says the other understands.

Nothing of either is replaced but the wire between them and their clocks.
"""

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from fieldapp.ports.camera import Photo
from fieldapp.ports.fake import fake_ports
from fieldapp.ports.fake.clock import BEIJING, FakeClock
from fieldapp.ports.fake.location import FakeLocation
from fieldapp.ports.fake.network import HandlerTransport, LossyTransport, SwitchedTransport
from fieldapp.ports.network import Request, Response
from fieldapp.session import Session
from fieldapp.store.files import KEYS
from fieldapp.store.outbox import OutboxState
from fieldapp.sync.cycle import CycleReport
from fieldapp.tablet import Condition, Tablet
from server import assembly, founding
from server.app import create_app
from server.clock import SetClock
from server.config import Settings
from server.models import Device, EvidenceFile, Visit
from server.principal import SYSTEM
from server.secrets import RECOVERY_PRIVATE
from server.services import devices, enrolment
from server.work import Parts, open_work
from shared import base64url, crypto
from shared.roles import Role
from tests.fieldapp import visiting
from tests.fieldapp.conftest import AT_THE_GATE, CHEAP, OTHER_PIN, PIN
from tests.server import sync_world
from tests.server.factories import principal
from tests.world import LI, NOON, TASK, WANG, ZHAO

URL = "http://127.0.0.1:8000"
EVENTS = len(visiting.STEPS) + 1


def picture() -> bytes:
    out = io.BytesIO()
    noise = bytes(number * 31 % 251 for number in range(900 * 700 * 3))
    Image.frombytes("RGB", (900, 700), noise).save(out, "JPEG", quality=95)
    return out.getvalue()


PICTURE = picture()


@dataclass
class Both:
    """A server and a tablet, and the wire between them."""

    parts: Parts
    client: FlaskClient
    server_clock: SetClock
    clock: FakeClock
    network: SwitchedTransport
    tablet: Tablet
    folder: Path

    @property
    def session(self) -> Session:
        found = self.tablet.session()
        assert found is not None
        return found

    def code(self, officer_id: str, device_id: str | None = None) -> str:
        with open_work(self.parts, SYSTEM) as work:
            return enrolment.issue(work, officer_id, device_id).text

    def enrol(self) -> None:
        self.tablet.enrol(self.code(WANG), pin=PIN, tablet_name="历下一号")
        self.session.add_officer(self.code(LI), pin=OTHER_PIN)

    def sync(self) -> CycleReport:
        return self.session.cycle().run()

    def wait(self, *, seconds: float) -> None:
        self.clock.advance(seconds=seconds)
        self.server_clock.move(timedelta(seconds=seconds))

    def counts(self) -> dict[OutboxState, int]:
        return {state: n for state, n in self.session.sync_state().counts.items() if n}


def over(client: FlaskClient) -> HandlerTransport:
    """Requests of the tablet as requests to the app."""

    def handle(request: Request) -> Response:
        address = urlsplit(request.url)
        reply = client.open(
            f"{address.path}?{address.query}" if address.query else address.path,
            method=request.method,
            headers=dict(request.headers),
            data=request.body,
            base_url=URL,
        )
        return Response(
            status=reply.status_code,
            headers={name.lower(): value for name, value in reply.headers.items()},
            body=reply.get_data(),
        )

    return HandlerTransport(handle)


def settings(folder: Path) -> Settings:
    return Settings.from_env(
        {
            "MINGCHA_DATA_DIR": str(folder),
            "MINGCHA_PUBLIC_URL": URL,
            "MINGCHA_RATE_LIMITS": "off",
        }
    )


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's data folder with the small county in it, copied for each test."""
    folder = tmp_path_factory.mktemp("planted") / "server"
    parts = assembly.set_up(settings(folder), clock=SetClock(NOON))
    founding.found(parts)
    sync_world.plant(parts)
    parts.engine.dispose()
    return folder


@pytest.fixture
def both(planted: Path, tmp_path: Path) -> Iterator[Both]:
    shutil.copytree(planted, tmp_path / "server")
    server_clock = SetClock(NOON)
    parts = assembly.assemble(settings(tmp_path / "server"), clock=server_clock)
    client = create_app(parts).test_client()
    clock = FakeClock(NOON.astimezone(BEIJING))
    network = SwitchedTransport(over(client))
    folder = tmp_path / "tablet"
    ports = fake_ports(clock=clock, transport=network, location=FakeLocation(AT_THE_GATE))
    tablet = Tablet(folder, ports, params=CHEAP)
    yield Both(
        parts=parts,
        client=client,
        server_clock=server_clock,
        clock=clock,
        network=network,
        tablet=tablet,
        folder=folder,
    )
    tablet.lock()
    parts.engine.dispose()


@pytest.fixture
def ready(both: Both) -> Both:
    """Enrolled with two officers and pulled."""
    both.enrol()
    report = both.sync()
    assert report.problem is None
    return both


def whole_visit(both: Both) -> str:
    """A visit made with the network off."""
    both.network.on = False
    flow = both.session.open_visit([TASK], officer_id=WANG)
    for step in visiting.STEPS:
        both.wait(seconds=20)
        if step is visiting.photograph:
            flow.add_photo(Photo(data=PICTURE), officer_id=LI, point_id="p1", caption="后厨")
        else:
            step(flow)
    both.network.on = True
    return flow.visit_id


def test_a_tablet_is_enrolled_with_two_officers(both: Both) -> None:
    both.enrol()
    assert [officer.officer_id for officer in both.session.officers()] == [WANG, LI]
    with open_work(both.parts, SYSTEM) as work:
        device = work.session.get_one(Device, both.session.identity.device_id)
        assert device.name == "历下一号"
        assert device.public_key == both.session.identity.key.public


def test_what_the_server_keeps_opens_the_store_when_every_pin_is_lost(ready: Both) -> None:
    visit_id = whole_visit(ready)
    ready.tablet.lock()
    with open_work(ready.parts, SYSTEM) as work:
        sealed = work.session.scalars(select(Device)).one().sealed_store_key
    secrets = ready.parts.settings.data_dir / "secrets"
    recovery = base64url.decode((secrets / RECOVERY_PRIVATE).read_text().strip())
    store_key = crypto.open_sealed(recovery, sealed)
    session = ready.tablet.recover(store_key, officer_id=WANG, label="王**", pin="161803")
    assert len(session.inspection(visit_id).events()) == EVENTS


def test_what_is_pulled_is_what_a_visit_needs(ready: Both) -> None:
    refs = ready.session.references()
    assert TASK in refs.tasks
    assert refs.forms_of(refs.tasks[TASK])
    assert refs.officers[WANG].certificate_no == "15010100001"
    assert ready.session.why_not_open([TASK], officer_id=WANG) == ()
    assert ready.sync().changes == 0


def test_a_visit_made_offline_is_applied_with_nothing_to_say_against_it(ready: Both) -> None:
    visit_id = whole_visit(ready)
    report = ready.sync()
    assert report.problem is None
    assert ready.counts() == {OutboxState.APPLIED: EVENTS}
    problems = ready.session.inspection(visit_id).problems()
    assert [(p.kind, p.outcome) for p in problems] == []
    with open_work(ready.parts, SYSTEM) as work:
        visit = work.session.get_one(Visit, visit_id)
        assert visit.irregularities == []


def test_its_file_arrives_whole(ready: Both) -> None:
    visit_id = whole_visit(ready)
    assert ready.sync().files == 1
    with open_work(ready.parts, SYSTEM) as work:
        (file,) = work.session.scalars(
            select(EvidenceFile).where(EvidenceFile.visit_id == visit_id)
        )
        assert (file.state, file.size) == ("bytes_complete", len(PICTURE))
        assert file.sha256 == crypto.sha256_hex(PICTURE)


@pytest.mark.parametrize("lost", [1, 2, 3, 4, 5])
def test_lost_answers_change_nothing(ready: Both, lost: int) -> None:
    whole_visit(ready)
    ready.network._inner = LossyTransport(ready.network._inner, left=lost)
    rounds = [ready.sync() for _ in range(lost + 1)]
    assert rounds[-1].problem is None
    assert ready.counts() == {OutboxState.APPLIED: EVENTS}
    assert ready.session.sync_state().files_left == 0


def test_a_lost_answer_to_enrolment_is_given_again(both: Both) -> None:
    both.network._inner = LossyTransport(both.network._inner, left=2)
    code = both.code(WANG)
    for _ in range(2):
        with pytest.raises(Exception, match="lost"):
            both.tablet.enrol(code, pin=PIN, tablet_name="一号")
    both.tablet.enrol(code, pin=PIN, tablet_name="一号")
    assert both.sync().problem is None


def test_a_further_officers_things_come_with_the_next_pull(ready: Both) -> None:
    ready.session.add_officer(ready.code(ZHAO), pin="161803")
    assert ready.sync().problem is None
    assert ZHAO in ready.session.references().officers


def test_a_tablet_with_a_wrong_clock_goes_on(ready: Both) -> None:
    ready.clock.set_wall(ready.clock.read().wall - timedelta(days=3))
    ready.clock.reboot()
    ready.tablet.lock()
    ready.tablet.unlock(WANG, PIN)
    ready.tablet.unlock(LI, OTHER_PIN)
    assert ready.sync().problem is None
    visit_id = whole_visit(ready)
    assert ready.sync().problem is None
    assert ready.session.inspection(visit_id).problems() == ()


def test_a_retired_tablet_hands_in_everything_and_wipes(ready: Both) -> None:
    whole_visit(ready)
    admin = principal("admin", Role.AGENCY_ADMIN, agency=sync_world.HOME)
    with open_work(ready.parts, admin) as work:
        devices.retire(work, ready.session.identity.device_id, "换新")
    report = ready.sync()
    assert report.wiped
    assert ready.tablet.condition() is Condition.NEW
    assert not (ready.folder / KEYS).exists()


def test_a_lost_tablet_wipes_at_its_next_contact(ready: Both) -> None:
    device_id = ready.session.identity.device_id
    one = principal("admin", Role.AGENCY_ADMIN, agency=sync_world.HOME)
    two = principal("admin2", Role.AGENCY_ADMIN, agency=sync_world.HOME)
    with open_work(ready.parts, one) as work:
        order = devices.propose_lost(work, device_id, "遗失")
    with open_work(ready.parts, two) as work:
        devices.confirm_lost(work, device_id, order.id)
    assert ready.sync().wiped
    assert list(ready.folder.iterdir()) == []
