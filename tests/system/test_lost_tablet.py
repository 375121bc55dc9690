"""Case 8 by touch: who finds a lost tablet has nothing of it, and what it signed waits apart."""

from pathlib import Path

from sqlalchemy import func, select

from fieldapp import language
from fieldapp.viewmodels.places import Place
from server.models import Device, Quarantine, TraceEvent, Visit
from server.models.device import DeviceStatus
from server.principal import SYSTEM, Principal
from server.services import devices
from server.work import Parts, open_work
from shared.roles import Role
from shared.text import Language
from tests.server import sync_world
from tests.server.factories import add, person, principal
from tests.system.onsite import on_site


def test_a_lost_tablet_is_empty_after_one_touch_and_is_believed_no_more(tmp_path: Path) -> None:
    language.use(Language.ZH)
    with on_site(tmp_path, {"task-lost": {}}) as site:
        site.begin("task-lost")
        site.scan()
        signed = site.flow.events()
        tablet = site.session.identity.device_id
        one, other = (_administrator(site.parts, name) for name in ("one", "other"))
        with open_work(site.parts, one) as work:
            order = devices.propose_lost(work, tablet, "遗失在出租车上")
        with open_work(site.parts, other) as work:
            devices.confirm_lost(work, tablet, order.id)

        site.robot.tap("top.sync")
        site.robot.tap("sync.now")
        site.robot.wait(lambda: site.place is Place.ENROL, "a tablet as it comes from the shop")
        assert site.robot.says("登记")
        assert list(site.folder.iterdir()) == []

        said = sync_world.push(site.parts, signed, device_id=tablet)
        assert sync_world.statuses(said) == ["quarantined"] * len(signed)
        with open_work(site.parts, SYSTEM) as work:
            assert work.session.get_one(Device, tablet).status == DeviceStatus.LOST
            kept = (Quarantine, TraceEvent, Visit)
            rows = [work.session.scalar(select(func.count()).select_from(one)) for one in kept]
            assert rows == [len(signed), 0, 0], "kept for a ruling, and nothing follows from it"


def _administrator(parts: Parts, name: str) -> Principal:
    add(parts, [person(name, Role.AGENCY_ADMIN, agency=sync_world.HOME)])
    return principal(name, Role.AGENCY_ADMIN, agency=sync_world.HOME)
