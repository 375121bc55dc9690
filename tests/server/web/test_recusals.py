"""回避 at the console: officers declare their own, the agency anybody's, supervision sees (R09)."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from server.models import Enterprise, Officer, Recusal
from server.principal import SYSTEM
from server.services import views_recusals
from server.services.listing import Filter
from server.work import Parts, open_work
from shared.roles import Role
from tests.server.conftest import NOW
from tests.server.counting import counted
from tests.server.factories import County, add, person, principal
from tests.server.web.browsing import signed_in

DESK = "/console/recusals/"


def declared(county: County, **changes: str) -> dict[str, str]:
    told = {"officer_id": county.officers[0], "enterprise": county.usccs[0], "ground": "亲属任职"}
    return {**told, **changes}


def test_the_planner_enters_one_and_the_head_ends_it(
    app: Flask, parts: Parts, county: County
) -> None:
    planner = signed_in(app, parts, county.planner)
    assert "还没有回避" in planner.get(DESK).text
    last = (NOW.date() + timedelta(days=90)).isoformat()
    page = planner.post(DESK, **declared(county, until=last))
    assert "回避已登记" in page.text
    assert "解除这条回避" not in page.text
    with open_work(parts, SYSTEM) as work:
        row = work.session.scalars(select(Recusal)).one()
        assert (row.until, row.declared_by) == (date.fromisoformat(last), county.planner)
    head = signed_in(app, parts, county.head)
    head.get(DESK)
    assert "记录保留" in head.post(f"{DESK}{row.id}/end", reason="不再任职").text
    assert "不再任职" in head.get(f"{DESK}?status=over").text
    assert "没有符合条件的" in head.get(f"{DESK}?status=in_force").text
    assert head.post(f"{DESK}{row.id}/end", reason="再一次").status == 409


def test_an_officer_declares_of_nobody_else_and_sees_only_that(
    app: Flask, parts: Parts, county: County
) -> None:
    with open_work(parts, SYSTEM) as work:
        work.session.get_one(Officer, county.officers[0]).person_id = county.officer_person
    officer = signed_in(app, parts, county.officer_person)
    officer.get(DESK)
    assert "回避已登记" in officer.post(DESK, **declared(county)).text
    assert officer.post(DESK, **declared(county, officer_id=county.officers[1])).status == 404
    planner = signed_in(app, parts, county.planner)
    planner.get(DESK)
    planner.post(DESK, **declared(county, officer_id=county.officers[1], ground="曾经任职"))
    page = officer.get(DESK)
    assert ("亲属任职" in page.text, "曾经任职" in page.text) == (True, False)


def test_an_enterprise_that_several_are_called_like_is_asked_for_again(
    app: Flask, parts: Parts, county: County
) -> None:
    twins = [
        Enterprise(uscc=f"{n:018}", name=f"双胞胎饭店{n}", region="370104", as_of=NOW)
        for n in (1, 2)
    ]
    add(parts, twins)
    planner = signed_in(app, parts, county.planner)
    planner.get(DESK)
    several = planner.post(DESK, **declared(county, enterprise="双胞胎"))
    nobody = planner.post(DESK, **declared(county, enterprise="没有这家"))
    past = planner.post(DESK, **declared(county, until="2020-01-01"))
    assert [each.status for each in (several, nobody, past)] == [422, 422, 422]
    assert twins[1].uscc in several.text
    assert "没有这样的企业" in nobody.text
    assert "回避已登记" in planner.post(DESK, **declared(county, enterprise="双胞胎饭店2")).text


def test_supervision_sees_its_region_and_a_page_is_a_fixed_number_of_queries(
    parts: Parts, county: County
) -> None:
    add(parts, [person("watch", Role.SUPERVISION, agency=county.agency)])
    here = principal("watch", Role.SUPERVISION, agency=county.agency, region="370100")
    there = principal("watch", Role.SUPERVISION, agency=county.agency, region="370200")
    asked = []
    for n in (1, 60):
        rows = [
            Recusal(
                id=f"r{n}-{each}",
                officer_id=county.officers[each % 2],
                uscc=county.usccs[0],
                ground="亲属任职",
                declared_by=county.head,
                declared_at=NOW - timedelta(minutes=each),
            )
            for each in range(n)
        ]
        add(parts, rows)
        with open_work(parts, here) as work, counted(parts.engine) as statements:
            page = views_recusals.lines(work, Filter())
        asked.append(sum(said.startswith("SELECT") for said in statements))
    assert len(set(asked)) == 1
    assert len(page.lines) == 50
    with open_work(parts, here) as work:
        more = views_recusals.lines(work, Filter(before=page.next_before or ""))
        assert len(more.lines) == 11
    with open_work(parts, there) as work:
        assert views_recusals.lines(work, Filter()).lines == ()
