"""Plans before the head, as a planner hands them in through the interface."""

from datetime import date, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from server.models import Plan, PlanStatus
from server.principal import SYSTEM
from server.services import amendments
from server.work import Parts, open_work
from shared.localtime import local_day
from shared.roles import Role
from tests.server.factories import add, bearer, enterprise, person, principal, sign_in
from tests.server.sync_world import HOME, REGION
from tests.world import LI, WANG

NEIGHBOUR = "92371500MA3U7T9G58"  # an enterprise nobody has a task for yet
ONSITE = "线上监测显示冷柜温度多次超标，须现场核查"
WHY = "学校投诉集中，须现场核对留样"
PLANS = (
    ("泉城路片区餐饮服务日常检查", ONSITE),
    ("学校周边食品经营检查", ""),
    ("第四季度食品经营日常检查", ONSITE),
)


def before_the_head(parts: Parts, app: Flask) -> None:
    """A head and a planner in the planted county, three plans before the head: one explained."""
    add(
        parts,
        [
            person("planner", Role.PLANNER, agency=HOME, name="周敏"),
            person("head", Role.HEAD, agency=HOME, name="陈立"),
            *enterprise(NEIGHBOUR, region=REGION, premise="premise-2"),
        ],
    )
    client, headers = app.test_client(), bearer(sign_in(parts, "planner"))
    today = local_day(parts.clock.now())
    for title, reason_onsite in PLANS:
        submit(client, headers, drafted(title, reason_onsite, today))


def being_amended(parts: Parts, app: Flask) -> str:
    """The id of an amendment that the planner writes of a plan that counts as filed."""
    client, headers = app.test_client(), bearer(sign_in(parts, "planner"))
    draft = drafted("餐饮服务日常检查方案", ONSITE, local_day(parts.clock.now()))
    made: Any = client.post("/api/v1/plans", json=draft, headers=headers)
    assert made.status_code == 201, made.json
    with open_work(parts, SYSTEM) as work:
        work.session.get_one(Plan, made.json["id"]).status = PlanStatus.FILED
    planner = principal("planner", Role.PLANNER, agency=HOME, region=REGION)
    with open_work(parts, planner) as work:
        amendment = amendments.begin(work, made.json["id"], "企业搬迁，改期检查").id
    changed = draft | {"reason": "企业搬迁，改期检查"}
    changed["targets"] = [target | {"reason_onsite": WHY} for target in draft["targets"]]
    reply = client.put(f"/api/v1/plans/{amendment}", json=changed, headers=headers)
    assert reply.status_code == 200, reply.json
    return amendment


def drafted(title: str, reason_onsite: str, today: date) -> dict[str, Any]:
    target = {
        "uscc": NEIGHBOUR,
        "premise_id": "premise-2",
        "officer_ids": [WANG, LI],
        "assistant_count": 0,
        "reason_onsite": reason_onsite,
    }
    return {
        "title": title,
        "kind": "daily",
        "trigger": "annual_plan",
        "visit_type": "inspection",
        "year": today.year,
        "window_from": (today + timedelta(days=1)).isoformat(),
        "window_to": (today + timedelta(days=14)).isoformat(),
        "item_ids": ["item-1"],
        "targets": [target],
        "reason": "落实年度食品安全监督检查计划",
    }


def submit(client: FlaskClient, headers: dict[str, str], planned: dict[str, Any]) -> None:
    """Hand a plan to the head through the interface, with reasons where asked."""
    made: Any = client.post("/api/v1/plans", json=planned, headers=headers)
    assert made.status_code == 201, made.json
    asked = [each["id"] for each in made.json["findings"] if each["effect"] == "explain"]
    if asked:
        said = {"reasons": [{"finding_id": id_, "reason": WHY} for id_ in asked]}
        path = f"/api/v1/plans/{made.json['id']}/explanations"
        assert client.post(path, json=said, headers=headers).status_code == 200
    sent = client.post(f"/api/v1/plans/{made.json['id']}/submit", headers=headers)
    assert sent.status_code == 200, sent.json
