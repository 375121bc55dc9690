from flask import Flask

from server.models import Enterprise, Premise
from server.principal import SYSTEM
from server.work import Parts, open_work
from tests.server.factories import County
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
