from flask import Flask
from flask.testing import FlaskClient

from server.clock import SetClock
from server.services import views_queue
from server.services.views_queue import Waiting
from server.work import Parts, open_work
from shared.roles import Role
from tests.server.counting import counted
from tests.server.factories import County, principal
from tests.server.planning import Desk
from tests.server.web.browsing import signed_in


def test_a_head_sees_how_many_plans_wait_and_gets_to_them_in_one_step(
    app: Flask, client: FlaskClient, parts: Parts, clock: SetClock, county: County
) -> None:
    desk = Desk(client, parts, clock, county)
    plan = desk.submitted()
    head = signed_in(app, parts, county.head)
    page = head.get("/console/")
    assert "1 待审批" in page.text
    assert 'href="/console/plans/?status=submitted"' in page.source
    assert plan["title"] in head.get("/console/plans/?status=submitted").text


def test_all_that_waits_for_somebody_is_counted_by_one_question(
    parts: Parts, county: County
) -> None:
    who = principal(county.head, *set(Role) - {Role.SUPERVISION}, agency=county.agency)
    with open_work(parts, who) as work, counted(parts.engine) as asked:
        found = views_queue.piles(work)
    assert len([each for each in asked if each.startswith("SELECT")]) == 1
    assert {Waiting.TO_APPROVE, Waiting.LATE_RECTIFICATIONS, Waiting.TO_CONFIRM} <= set(found)


def test_a_plan_of_ones_own_does_not_wait_for_oneself(
    app: Flask, client: FlaskClient, parts: Parts, clock: SetClock, county: County
) -> None:
    county_of_two = Desk(client, parts, clock, county)
    county_of_two.planner = Desk(client, parts, clock, county).planner
    county_of_two.submitted()
    other = signed_in(app, parts, county.second_planner)
    assert "1 待审批" in other.get("/console/").text


def test_everybody_sees_only_the_piles_of_their_roles(
    app: Flask, parts: Parts, county: County
) -> None:
    admin = signed_in(app, parts, county.admin).get("/console/").text
    assert "证件将到期" in admin
    assert "待审批" not in admin
    assert "待裁定" in signed_in(app, parts, county.supervisor).get("/console/").text


def test_the_menu_leads_nowhere_a_role_may_not_go(app: Flask, parts: Parts, county: County) -> None:
    for who in (county.planner, county.head, county.admin, county.supervisor, county.assessor):
        person = signed_in(app, parts, who)
        menu = person.get("/console/").source
        for path in ("plans", "tasks", "visits", "delivery", "devices", "officers", "people"):
            if f'href="/console/{path}/"' in menu:
                assert person.get(f"/console/{path}/").status == 200, (who, path)


def test_with_nothing_to_do_it_says_so(app: Flask, parts: Parts, county: County) -> None:
    assert "现在没有等您处理的事" in signed_in(app, parts, county.head).get("/console/").text


def test_the_trends_are_drawn_for_those_who_know_of_visits_and_leave_as_data(
    app: Flask, parts: Parts, county: County
) -> None:
    head = signed_in(app, parts, county.head)
    page = head.get("/console/")
    assert "每周入企检查 本周 0 次 近 12 周共 0 次" in page.text
    assert page.source.count('role="img"') == 3
    assert "style=" not in page.source
    data = head.get("/console/trends.csv")
    assert data.source.removeprefix("\ufeff").splitlines()[0].startswith("monday,visits,irregular")
    assert len(data.source.splitlines()) == 13
    platform = signed_in(app, parts, county.platform_admin)
    assert "每周入企检查" not in platform.get("/console/").text
