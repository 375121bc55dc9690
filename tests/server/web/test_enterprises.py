from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.models import AuditEntry, Enterprise, Premise, Task
from server.principal import SYSTEM
from server.services import views_enterprises
from server.work import Parts, open_work
from shared.roles import Role
from tests.server.factories import County, principal
from tests.server.planning import Desk
from tests.server.web.browsing import signed_in

NEW = {
    "uscc": "93370600MA3BHAAB62",
    "name": "鸿运火锅店",
    "address": "人民路 8 号",
    "region": "370104",
    "lat": "36.65",
    "lon": "117.0",
}


def test_an_enterprise_is_registered_with_its_place_and_then_found(
    app: Flask, parts: Parts, county: County
) -> None:
    platform = signed_in(app, parts, county.platform_admin)
    assert "企业已登记" in platform.post("/console/enterprises/new", **NEW).text
    planner = signed_in(app, parts, county.planner)
    assert "鸿运火锅店" in planner.get("/console/enterprises/?text=hyhg").text
    page = planner.get(f"/console/enterprises/{NEW['uscc']}")
    assert "今年还没有检查" in page.text
    assert 'name="grade"' not in page.source
    with open_work(parts, SYSTEM) as work:
        place = work.session.query(Premise).filter_by(uscc=NEW["uscc"]).one()
        assert (place.address, place.lat, place.radius_m) == ("人民路 8 号", 36.65, 300)
        told = {"key": "extinguishers", "name": "灭火器", "value": "12 具", "source": "消防登记"}
        work.session.get_one(Enterprise, NEW["uscc"]).facts = [
            {**told, "as_of": "2026-03-01", "answer": "conform"}
        ]
    known = planner.get(f"/console/enterprises/{NEW['uscc']}").text
    assert "灭火器 12 具 消防登记 2026-03-01 符合" in known
    assert "共享数据" not in page.text, "nothing is said where nothing is known"


def test_what_is_wrong_is_said_beside_each_field_and_nothing_typed_is_lost(
    app: Flask, parts: Parts, county: County
) -> None:
    platform = signed_in(app, parts, county.platform_admin)
    wrong = {**NEW, "uscc": "93370600MA3BHAAB63", "region": "37", "lat": "950"}
    page = platform.post("/console/enterprises/new", **wrong)
    assert page.status == 422
    assert "请填 6 位或 12 位行政区划代码" in page.text
    assert "请填 -90 到 90 之间的数" in page.text
    assert 'value="鸿运火锅店"' in page.source
    page = platform.post("/console/enterprises/new", **{**NEW, "uscc": wrong["uscc"]})
    assert page.status == 422
    assert 'id="uscc-problem"' in page.source
    with open_work(parts, SYSTEM) as work:
        assert work.session.query(Enterprise).count() == 3


def test_the_register_is_put_right_and_a_place_moved(
    app: Flask, parts: Parts, county: County
) -> None:
    platform = signed_in(app, parts, county.platform_admin)
    address = f"/console/enterprises/{county.usccs[0]}"
    changed = {"name": "改名的店", "address": "新路 1 号", "region": "370104", "status": "closed"}
    assert "改名的店" in platform.post(address, **changed).text
    place = {"premise_id": county.premises[0], "address": "新路 2 号", "region": "370104"}
    platform.post(f"{address}/premises", **place, lat="36.7", lon="117.1", radius_m="150")
    with open_work(parts, SYSTEM) as work:
        moved = work.session.get_one(Premise, county.premises[0])
        assert (moved.address, moved.radius_m) == ("新路 2 号", 150)
        assert work.session.get_one(Enterprise, county.usccs[0]).status == "closed"


def test_a_closed_place_is_planned_no_more_its_tasks_are_flagged_and_it_can_be_undone(
    app: Flask, client: FlaskClient, parts: Parts, clock: SetClock, county: County
) -> None:
    Desk(client, parts, clock, county).filed()
    with open_work(parts, SYSTEM) as work:
        task, place, uscc = work.session.execute(
            select(Task.id, Task.premise_id, Task.uscc).limit(1)
        ).one()
    head = principal("head", Role.HEAD, agency=county.agency, region="370104")

    def offered() -> list[str]:
        with open_work(parts, head) as work:
            return [each.premise.id for each in views_enterprises.places(work, uscc, 9)]

    assert place in offered()
    platform = signed_in(app, parts, county.platform_admin)
    address = f"/console/enterprises/{uscc}"
    assert platform.post(f"{address}/premises/{place}/close", reason=" ").status == 422
    closed = platform.post(f"{address}/premises/{place}/close", reason="搬走了")
    assert "还有 1 个未开始的任务指向这里" in closed.text
    assert platform.post(f"{address}/premises/{place}/close", reason="再关").status == 409
    assert place not in offered()
    planner = signed_in(app, parts, county.planner)
    assert "场所已关闭" in planner.get("/console/tasks/").text
    assert "请变更计划改去别处" in planner.get(f"/console/tasks/{task}").text
    platform.post(f"{address}/premises/{place}/reopen")
    assert place in offered()
    assert "场所已关闭" not in planner.get("/console/tasks/").text
    with open_work(parts, SYSTEM) as work:
        wanted = AuditEntry.action.startswith("premise.")
        acts = work.session.scalars(
            select(AuditEntry.action).where(wanted).order_by(AuditEntry.seq)
        )
        assert list(acts) == ["premise.closed", "premise.reopened"]


def test_what_an_enterprise_was_before_a_change_stays_in_the_audit_log(
    app: Flask, parts: Parts, county: County
) -> None:
    with open_work(parts, SYSTEM) as work:
        was = work.session.get_one(Enterprise, county.usccs[0]).name
    platform = signed_in(app, parts, county.platform_admin)
    told = {"address": "新路 1 号", "region": "370104"}
    for name, status in (("改错的店", "closed"), (was, "operating")):
        platform.post(f"/console/enterprises/{county.usccs[0]}", name=name, status=status, **told)
    with open_work(parts, SYSTEM) as work:
        wanted = AuditEntry.action == "enterprise.noted"
        rows = list(work.session.scalars(select(AuditEntry).where(wanted).order_by(AuditEntry.seq)))
        assert "status operating" in rows[0].facts["was"]
        assert "status closed" in rows[1].facts["was"]
        assert "name" in rows[1].facts["changed"]
        assert work.session.get_one(Enterprise, county.usccs[0]).status == "operating"
