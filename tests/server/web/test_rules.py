"""The console's page of rules: found, filtered, and told with the parameters in force."""

from datetime import date

import pytest
from flask import Flask

from server.work import Parts
from shared.plans.catalogue import RULES
from tests.server.factories import County, add, parameter
from tests.server.web.browsing import signed_in


def test_every_rule_is_listed_and_leads_to_itself(app: Flask, parts: Parts, county: County) -> None:
    page = signed_in(app, parts, county.planner).get("/console/rules/")
    assert all(f"/console/rules/{id_}" in page.source for id_ in RULES)
    assert "不超过年度频次上限" in page.text


@pytest.mark.parametrize("who", ["planner", "head", "admin", "supervisor", "assessor"])
def test_a_rule_is_told_with_basis_example_and_parameters(
    app: Flask, parts: Parts, county: County, who: str
) -> None:
    page = signed_in(app, parts, getattr(county, who)).get("/console/rules/R26-01")
    assert "国办发〔2024〕54号：公布并遵守年度检查频次上限" in page.text
    assert "上限2次，已检查2次，又安排1次。" in page.text
    assert "年度频次上限 2 自 1月1日 起" in page.text
    assert "默认值，本地区没有另行规定" in page.text


def test_the_nearest_value_is_the_one_in_force(app: Flask, parts: Parts, county: County) -> None:
    more = {"id": "own", "agency_id": county.agency, "basis": "区局公告"}
    add(parts, [parameter("merge_days", 15, valid_from=date(2026, 5, 1), **more)])
    text = signed_in(app, parts, county.head).get("/console/rules/R30-02").text
    assert "合并检查间隔天数 15 自 5月1日 起 · 区局公告" in text


def test_rules_are_found_by_effect_and_words(app: Flask, parts: Parts, county: County) -> None:
    person = signed_in(app, parts, county.head)
    warned = person.get("/console/rules/?effect=warn").source
    assert "W-MULTI-01" in warned
    assert "R26-01" not in warned
    found = person.get("/console/rules/?text=宿迁").source
    assert "R30-02" in found
    assert "R26-01" not in found
    assert "没有符合条件的规则" in person.get("/console/rules/?text=没有这样的").text


def test_beside_the_list_only_the_rule_is_sent(app: Flask, parts: Parts, county: County) -> None:
    person = signed_in(app, parts, county.head)
    part = person.get("/console/rules/R01-01", htmx="detail")
    assert "<html" not in part.source
    assert "检查主体已确认并公告" in part.text


def test_no_rule_is_not_found_and_officers_are_not_let_in(
    app: Flask, parts: Parts, county: County
) -> None:
    assert signed_in(app, parts, county.head).get("/console/rules/R99-99").status == 404
    assert signed_in(app, parts, county.officer_person).get("/console/rules/").status == 403
