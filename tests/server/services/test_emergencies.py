from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.models import AuditEntry, Officer, Task, VisitCounter
from server.principal import SYSTEM
from server.services import counters, emergencies
from server.services.emergencies import Emergency
from server.work import Parts, open_work
from tests.server.conftest import NOW
from tests.server.factories import County
from tests.server.planning import Desk


def write_down(parts: Parts, county: County) -> Task:
    emergency = Emergency(
        visit_id="visit-1",
        agency_id=county.agency,
        uscc=county.usccs[0],
        premise_id=county.premises[0],
        officer_ids=county.officers,
        item_ids=[county.item],
        forms=[{"id": county.form, "version": 1}],
        opened_at=NOW - timedelta(hours=2),
        explanation="燃气泄漏",
        oral_approver="局长",
        oral_at=NOW - timedelta(hours=3),
    )
    with open_work(parts, SYSTEM) as work:
        return emergencies.write_down(work, emergency)


def test_an_emergency_is_written_down_once_with_a_number(parts: Parts, county: County) -> None:
    first, second = write_down(parts, county), write_down(parts, county)
    assert first.id == second.id
    assert first.no == "槐荫市监急检〔2026〕0001号"
    assert first.plan_id is None
    assert first.post_approval_due == NOW + timedelta(hours=24)


def test_an_emergency_uses_up_no_cap(parts: Parts, county: County) -> None:
    task = write_down(parts, county)
    with open_work(parts, SYSTEM) as work:
        counters.visit_made(work, task)
    with open_work(parts, SYSTEM) as work:
        row = work.session.scalars(select(VisitCounter)).one()
    assert (row.done, row.exempt) == (0, 1)


@pytest.mark.parametrize(("hours", "late"), [(1, False), (30, True)])
def test_the_head_approves_afterwards_and_it_is_known_when_late(
    client: FlaskClient, parts: Parts, clock: SetClock, county: County, hours: int, late: bool
) -> None:
    task = write_down(parts, county)
    clock.move(timedelta(hours=hours))
    desk = Desk(client, parts, clock, county)
    path = f"/api/v1/tasks/{task.id}/approve"
    reply = client.post(path, json={"totp": desk.totp(), "reason": "属实"}, headers=desk.head)
    assert reply.status_code == 200, reply.json
    assert reply.json["approved_by"] == "某head"
    again = client.post(path, json={"totp": desk.totp(), "reason": "属实"}, headers=desk.head)
    assert again.json["code"] == "out_of_order"
    with open_work(parts, SYSTEM) as work:
        wanted = select(AuditEntry).where(AuditEntry.action == "emergency.approved")
        assert work.session.scalars(wanted).one().facts == {"late": late}


def test_a_head_who_went_along_does_not_approve(
    client: FlaskClient, parts: Parts, clock: SetClock, county: County
) -> None:
    task = write_down(parts, county)
    with open_work(parts, SYSTEM) as work:
        work.session.get_one(Officer, county.officers[0]).person_id = county.head
    desk = Desk(client, parts, clock, county)
    sent = {"totp": desk.totp(), "reason": "属实"}
    reply = client.post(f"/api/v1/tasks/{task.id}/approve", json=sent, headers=desk.head)
    assert reply.json["code"] == "own_plan"


def test_a_planned_task_is_not_approved_afterwards(
    client: FlaskClient, parts: Parts, clock: SetClock, county: County
) -> None:
    desk = Desk(client, parts, clock, county)
    desk.filed()
    (task,) = client.get("/api/v1/tasks", headers=desk.head).json["tasks"]
    sent = {"totp": desk.totp(), "reason": "属实"}
    reply = client.post(f"/api/v1/tasks/{task['id']}/approve", json=sent, headers=desk.head)
    assert reply.json["code"] == "out_of_order"
