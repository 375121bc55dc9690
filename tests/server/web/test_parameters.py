"""Thresholds on their desk: seen where they concern, tried over a year, recorded by one role."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import Parameter, TaskStatus
from server.services import what_if
from server.work import Parts
from tests.server.factories import County, add, bearer, sign_in
from tests.server.services.test_plan_facts import task, visit
from tests.server.web.browsing import Browser, signed_in

CAP = "/console/parameters/yearly_cap"
WRONG = (
    {"value": "zwei"},
    {"value": "-1"},
    {"value": '{"a": 1}'},
    {"value": "2.5"},
    {"valid_from": "2026-06-30"},
    {"basis": ""},
    {"agency_id": "nobody"},
    {"region": "abc"},
)
DAYS = (date(2025, 2, 3), date(2025, 5, 6), date(2025, 8, 7))


@pytest.fixture
def lastyear(parts: Parts, county: County) -> Parts:
    """Three inspections of one enterprise by one agency."""
    for n, day in enumerate(DAYS):
        seen = visit(f"v{n}", county, day, "rectify")
        seen.opened_at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
        made = {"counts": True, "status": TaskStatus.CLOSED, "visit_id": f"v{n}"}
        add(parts, [*task(county, f"t{n}", window_from=day, window_to=day, **made), seen])
    return parts


@pytest.fixture
def platform(app: Flask, parts: Parts, county: County) -> Browser:
    browser = signed_in(app, parts, county.platform_admin)
    browser.get(CAP)
    return browser


def rows(parts: Parts) -> list[Parameter]:
    with Session(parts.engine) as session:
        found = select(Parameter).where(Parameter.key == "yearly_cap")
        return list(session.scalars(found.order_by(Parameter.recorded_at, Parameter.id)))


def new(**changes: Any) -> dict[str, Any]:
    return {"value": "1", "valid_from": "2026-08-01", "basis": "鲁检〔2026〕1号", **changes}


def test_a_new_value_supersedes_and_the_old_row_stays(platform: Browser, parts: Parts) -> None:
    (old,) = rows(parts)
    page = platform.post(CAP, **new())
    assert "已记录" in page.text
    assert "待生效" in page.text
    kept, made = rows(parts)
    assert (kept.id, kept.value, kept.valid_to) == (old.id, old.value, None)
    assert (made.value, made.valid_from, made.basis) == (1, date(2026, 8, 1), "鲁检〔2026〕1号")


def test_what_cannot_be_meant_is_not_recorded(platform: Browser, parts: Parts) -> None:
    for wrong in WRONG:
        assert platform.post(CAP, **new(**wrong)).status == 422, wrong
    assert len(rows(parts)) == 1


def test_a_value_of_another_kind_is_not_recorded_for_what_no_rule_reads(
    platform: Browser, parts: Parts
) -> None:
    assert platform.post("/console/parameters/geofence_m", **new(value="weit")).status == 422
    assert platform.post("/console/parameters/geofence_m", **new(value="true")).status == 422
    assert platform.post("/console/parameters/app_least", **new(value="1.2")).status == 200


def test_only_the_platform_puts_a_value_in_force(app: Flask, parts: Parts, county: County) -> None:
    for who in (county.planner, county.head, county.admin, county.supervisor):
        person = signed_in(app, parts, who)
        page = person.get(CAP)
        assert page.status == 200
        assert "记录新值" not in page.text
        assert person.post(CAP, **new()).status == 403
    assert len(rows(parts)) == 1


def test_an_agency_sees_what_concerns_it(app: Flask, parts: Parts, county: County) -> None:
    kept = {"key": "yearly_cap", "valid_from": date(2026, 1, 1), "recorded_by": "x"}
    at = datetime(2026, 1, 1, tzinfo=UTC)
    add(
        parts,
        [
            Parameter(id="own", value=71, agency_id=county.agency, recorded_at=at, **kept),
            Parameter(id="their", value=72, agency_id=county.other_agency, recorded_at=at, **kept),
        ],
    )
    text = signed_in(app, parts, county.planner).get(CAP).text
    assert "71" in text
    assert "72" not in text


def test_the_head_sees_which_visits_it_would_have_stopped(
    app: Flask, lastyear: Parts, county: County
) -> None:
    head = signed_in(app, lastyear, county.head)
    page = head.get(f"{CAP}?value=1&year=2025").text
    assert "2025 年：3 次入企检查，会拦下 2 次" in page
    assert "t1" in page
    assert "阻断 R26-01" in page
    assert len(rows(lastyear)) == 1, "nothing is stored"


def test_the_platform_sees_numbers_and_no_case(platform: Browser, lastyear: Parts) -> None:
    page = platform.get(f"{CAP}?value=1&year=2025").text
    assert "会拦下 2 次" in page
    assert "91370100MA37XJ385W" not in page


def test_a_planner_tries_nothing(app: Flask, lastyear: Parts, county: County) -> None:
    planner = signed_in(app, lastyear, county.planner)
    assert "试算" not in planner.get(CAP).text
    assert planner.get(f"{CAP}?value=1&year=2025").status == 403


def test_more_visits_than_a_request_looks_at_are_refused(
    app: Flask, lastyear: Parts, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(what_if, "MOST_VISITS", 2)
    page = signed_in(app, lastyear, county.head).get(f"{CAP}?value=1&year=2025")
    assert page.status == 422


def test_it_is_asked_over_the_interface_too(
    client: FlaskClient, lastyear: Parts, county: County
) -> None:
    headers = bearer(sign_in(lastyear, county.head))
    path = "/api/v1/parameters/what-if?key=yearly_cap&value=1&year=2025"
    told = client.get(path, headers=headers).json
    assert (told["visits"], told["stopped"]) == (3, 2)
    assert [line["task_no"] for line in told["lines"]] == ["t1", "t2"]
    foreign = bearer(sign_in(lastyear, county.other_head))
    other = client.get(path, headers=foreign).json
    assert (other["visits"], other["lines"]) == (0, [])
