from flask import Flask

from server.work import Parts
from tests.server.factories import County
from tests.server.web.browsing import browser, signed_in


def test_chinese_is_spoken_when_nothing_is_said(app: Flask) -> None:
    page = browser(app).get("/console/login")
    assert '<html lang="zh-CN">' in page.source
    assert "登录控制台" in page.text


def test_the_switch_stays_switched_and_leads_back_to_the_same_page(
    app: Flask, parts: Parts, county: County
) -> None:
    person = signed_in(app, parts, county.head)
    switched = person.get("/console/plans/?status=submitted&lang=en")
    assert switched.location == "/console/plans/?status=submitted"
    page = person.get(switched.location)
    assert '<html lang="en">' in page.source
    assert "No filed plan, no code" in page.text
    assert 'href="/console/plans/?status=submitted&amp;lang=zh"' in page.source


def test_a_language_nobody_speaks_is_not_taken(app: Flask) -> None:
    assert browser(app).get("/console/login?lang=xx").status == 200


def test_a_refusal_speaks_the_language_too(app: Flask) -> None:
    person = browser(app)
    person.get("/console/login?lang=en")
    assert "There is no such thing." in person.get("/nowhere").text
