from datetime import date

from flask import Flask

from server.models import Certificate, Officer
from server.principal import SYSTEM
from server.services import platform_keys
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


def test_an_officer_is_found_by_name_initials_and_number(
    app: Flask, parts: Parts, county: County
) -> None:
    with open_work(parts, SYSTEM) as work:
        first, second = county.officers
        work.session.get_one(Officer, first).name = "王建国"
        work.session.get_one(Officer, second).name = "李秀英"
        number = work.session.query(Certificate).filter_by(officer_id=second).one().number
    admin = signed_in(app, parts, county.admin)
    for text, found, other in (
        ("建国", "王建国", "李秀英"),
        ("WJG", "王建国", "李秀英"),
        (number[-8:], "李秀英", "王建国"),
    ):
        page = admin.get("/console/officers/", query_string={"text": text}).text
        assert found in page
        assert other not in page
    assert "没有符合条件的人员" in admin.get("/console/officers/?text=zzzz").text
    stranger = signed_in(app, parts, county.other_admin)
    assert "王建国" not in stranger.get("/console/officers/?text=wjg").text


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


def test_an_officer_is_registered_certified_and_the_certificate_revoked(
    app: Flask, parts: Parts, county: County
) -> None:
    with open_work(parts, SYSTEM) as work:
        platform_keys.ensure(work)
    admin = signed_in(app, parts, county.admin)
    page = admin.post(
        "/console/officers/new",
        name="孙立军",
        kind="officer",
        unit="执法二大队",
        id_number="370102199001011234",
        phone="13812345678",
    )
    assert "还要登记执法证" in page.text
    assert "370102199001011234" not in page.source
    assert "13812345678" not in page.source
    address = page.reply.request.path
    form = {"number": "15019900001", "unit": "执法二大队"}
    wrong = admin.post(
        f"{address}/certificates", **form, valid_from="2026-02-01", valid_to="2026-01-01"
    )
    assert wrong.status == 422
    assert "没有登记" in wrong.text
    right = admin.post(
        f"{address}/certificates", **form, valid_from="2026-01-01", valid_to="2030-12-31"
    )
    assert "有效" in right.text
    assert "15019900001" in admin.get("/console/officers/").text
    with open_work(parts, SYSTEM) as work:
        id_ = work.session.query(Certificate).filter_by(number="15019900001").one().id
    revoked = admin.post(f"{address}/certificates/{id_}/revoke", reason="调离执法岗位")
    assert "已吊销" in revoked.text


def test_somebody_already_registered_is_said_to_be(
    app: Flask, parts: Parts, county: County
) -> None:
    with open_work(parts, SYSTEM) as work:
        platform_keys.ensure(work)
    admin = signed_in(app, parts, county.admin)
    form = {"kind": "officer", "unit": "大队", "id_number": "370102199001011234"}
    admin.post("/console/officers/new", name="孙立军", phone="13812345678", **form)
    again = admin.post("/console/officers/new", name="孙立军", phone="13812345679", **form)
    assert again.status == 422
    assert "没有登记" in again.text


def test_a_head_looks_and_changes_nothing(app: Flask, parts: Parts, county: County) -> None:
    head = signed_in(app, parts, county.head)
    page = head.get(f"/console/officers/{county.officers[0]}")
    assert page.status == 200
    assert "<form" not in page.source.partition("<main")[2]
    assert head.get(f"/console/officers/{county.other_officer}").status == 404
