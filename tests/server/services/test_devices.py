import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import AuditEntry, Device, DeviceOrder, Revocation
from server.services import devices
from server.services.devices import AlreadyOutOfUse, OwnProposal
from server.work import Parts, open_work
from shared.errors import BadInput, NotAllowed, NotFound
from shared.roles import Role
from tests.server.factories import principal
from tests.server.sync_world import pad, push

ADMIN = principal("admin", Role.AGENCY_ADMIN, agency="agency-1", region="370102")
SECOND = principal("admin2", Role.AGENCY_ADMIN, agency="agency-1", region="370102")
OTHER = principal("other-admin", Role.AGENCY_ADMIN, agency="agency-2", region="370202")
SUPER = principal("super", Role.SUPERVISION, agency="agency-1", region="370100")


def propose(parts: Parts, who: object = ADMIN) -> DeviceOrder:
    with open_work(parts, who) as work:  # type: ignore[arg-type]
        return devices.propose_lost(work, "tablet-1", "遗失")


def confirm(parts: Parts, order: DeviceOrder, who: object) -> DeviceOrder:
    with open_work(parts, who) as work:  # type: ignore[arg-type]
        return devices.confirm_lost(work, "tablet-1", order.id)


def status(parts: Parts) -> str:
    with Session(parts.engine) as session:
        return session.get_one(Device, "tablet-1").status


def test_losing_a_tablet_takes_two_administrators(planted: Parts) -> None:
    order = propose(planted)
    assert status(planted) == "active"
    with pytest.raises(OwnProposal):
        confirm(planted, order, ADMIN)

    confirmed = confirm(planted, order, SECOND)

    assert status(planted) == "lost"
    assert (confirmed.proposed_by, confirmed.confirmed_by) == ("admin", "admin2")
    assert confirm(planted, order, SECOND).order == confirmed.order
    with Session(planted.engine) as session:
        acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
        assert acts[-2:] == ["device.lost_proposed", "device.lost"]
        assert session.scalars(select(Revocation.ref)).all() == ["tablet-1"]


def test_what_would_be_lost_is_listed(planted: Parts) -> None:
    open_visit, gone = pad(planted, visit=1), pad(planted, visit=2, counted_before=9)
    open_visit.open()
    gone.open()
    push(planted, [*open_visit.events, *gone.events])

    with open_work(planted, ADMIN) as work:
        found = devices.unsynced(work, devices.find(work, "tablet-1"))

    assert set(found.visits) == {open_visit.visit_id, gone.visit_id}
    assert found.missing == ([2, 9],)


def test_proposed_twice_is_proposed_once(planted: Parts) -> None:
    assert propose(planted).id == propose(planted, SECOND).id


def test_a_retired_tablet_is_not_retired_again_but_may_be_lost(planted: Parts) -> None:
    with open_work(planted, ADMIN) as work:
        devices.retire(work, "tablet-1", "换新")
    with pytest.raises(AlreadyOutOfUse), open_work(planted, ADMIN) as work:
        devices.retire(work, "tablet-1", "换新")

    confirm(planted, propose(planted), SECOND)

    with open_work(planted, ADMIN) as work:
        order = devices.wipe_order(work, work.session.get_one(Device, "tablet-1"))
    assert order is not None
    assert order["form"] == "lost"


def test_a_tablet_in_use_has_no_order(planted: Parts) -> None:
    propose(planted)

    with open_work(planted, ADMIN) as work:
        assert devices.wipe_order(work, work.session.get_one(Device, "tablet-1")) is None


def test_a_reason_is_needed(planted: Parts) -> None:
    with pytest.raises(BadInput), open_work(planted, ADMIN) as work:
        devices.retire(work, "tablet-1", " ")


def test_a_foreign_administrator_finds_no_tablet(planted: Parts) -> None:
    with pytest.raises(NotFound), open_work(planted, OTHER) as work:
        devices.retire(work, "tablet-1", "x")
    with open_work(planted, OTHER) as work:
        assert devices.of_agency(work) == []


def test_supervision_sees_and_does_not_touch(planted: Parts) -> None:
    with open_work(planted, SUPER) as work:
        assert [row.id for row in devices.of_agency(work)] == ["tablet-1"]
    with pytest.raises(NotAllowed), open_work(planted, SUPER) as work:
        devices.retire(work, "tablet-1", "x")
