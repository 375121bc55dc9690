from datetime import date

from flask import Flask

from server.models import Certificate
from server.principal import SYSTEM
from server.work import Parts, open_work
from tests.server.factories import PASSWORD, County
from tests.server.web.browsing import browser, signed_in


def ending(parts: Parts, officer_id: str, day: date) -> None:
    with open_work(parts, SYSTEM) as work:
        row = work.session.query(Certificate).filter_by(officer_id=officer_id).one()
        row.valid_to = day


def test_certificates_that_end_soon_come_first_and_can_be_shown_alone(
    app: Flask, parts: Parts, county: County
) -> None:
    ending(parts, county.officers[0], date(2026, 8, 1))
    admin = signed_in(app, parts, county.admin)
    assert "1 证件将到期" in admin.get("/console/").text
    alone = admin.get("/console/officers/?show=expiring").text
    assert "执法员officer-a" in alone
    assert "还有 31 天" in alone
    assert "执法员officer-b" not in alone
    everybody = admin.get("/console/officers/").text
    assert everybody.index("officer-a") < everybody.index("officer-b")
    assert "协管" in everybody


def test_an_ended_certificate_is_said_to_have_ended(
    app: Flask, parts: Parts, county: County
) -> None:
    ending(parts, county.officers[1], date(2026, 6, 30))
    assert "已过期" in signed_in(app, parts, county.head).get("/console/officers/").text


def test_officers_of_another_agency_are_not_shown(app: Flask, parts: Parts, county: County) -> None:
    assert "officer-x" not in signed_in(app, parts, county.admin).get("/console/officers/").text


def test_the_log_names_who_did_what_in_words(app: Flask, parts: Parts, county: County) -> None:
    person = browser(app)
    person.get("/console/login")
    person.post("/console/login", username=county.planner, password=PASSWORD)
    admin = signed_in(app, parts, county.admin)
    text = admin.get("/console/audit/").text
    assert f"登录 某{county.planner}" in text
    assert "没有符合条件的日志" in admin.get("/console/audit/?text=plan.").text
    assert "没有符合条件" not in admin.get("/console/audit/?text=person.signed").text


def test_the_log_of_another_agency_is_not_shown(app: Flask, parts: Parts, county: County) -> None:
    person = browser(app)
    person.get("/console/login")
    person.post("/console/login", username=county.planner, password=PASSWORD)
    assert "还没有日志" in signed_in(app, parts, county.other_admin).get("/console/audit/").text
