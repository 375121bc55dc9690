"""A plan on its way through the interface, for tests that need one somewhere along it."""

from datetime import timedelta
from typing import Any

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.clock import SetClock
from server.models import Person
from server.services import second_factor
from server.work import Parts, open_work
from shared.roles import Role
from tests.server.factories import County, bearer, principal, sign_in


def body(county: County, **changes: Any) -> dict[str, Any]:
    """A plan the rules have nothing against; one target for each enterprise asked for."""
    firms = changes.pop("firms", 1)
    values: dict[str, Any] = {
        "title": "七月餐饮服务日常检查",
        "kind": "daily",
        "trigger": "annual_plan",
        "visit_type": "inspection",
        "year": 2026,
        "window_from": "2026-07-01",
        "window_to": "2026-07-31",
        "item_ids": [county.item],
        "targets": [
            {
                "uscc": county.usccs[n],
                "premise_id": county.premises[n],
                "officer_ids": list(county.officers),
                "assistant_count": 0,
                "window_from": "2026-07-06",
                "window_to": "2026-07-10",
                "reason_onsite": "后厨须现场查看",
            }
            for n in range(firms)
        ],
        "reason": "年度计划",
    }
    return {**values, **changes}


def totp_of(parts: Parts, person_id: str) -> pyotp.TOTP:
    """Give a person a new second factor; what their telephone would show."""
    with open_work(parts, principal("admin", Role.AGENCY_ADMIN, agency=None)) as work:
        address = second_factor.give(work, work.session.get_one(Person, person_id))
    return pyotp.TOTP(address.partition("secret=")[2].partition("&")[0])


class Desk:
    """One agency's planner and head at the interface."""

    def __init__(self, client: FlaskClient, parts: Parts, clock: SetClock, county: County) -> None:
        self.client, self.clock, self.county, self.parts = client, clock, county, parts
        self.planner = bearer(sign_in(parts, county.planner))
        self.head = bearer(sign_in(parts, county.head))
        self._totp = totp_of(parts, county.head)

    def totp(self) -> str:
        """A code nobody has used yet: time goes on by a step."""
        self.clock.move(timedelta(seconds=30))
        return self._totp.at(self.clock.now())

    def draft(self, **changes: Any) -> dict[str, Any]:
        sent = body(self.county, **changes)
        reply = self.client.post("/api/v1/plans", json=sent, headers=self.planner)
        assert reply.status_code == 201, reply.json
        return dict(reply.get_json())

    def submitted(self, **changes: Any) -> dict[str, Any]:
        """A plan before the head, with a reason for every finding that wants one."""
        plan = self.explained(self.draft(**changes))
        reply = self.submit(plan)
        assert reply.status_code == 200, reply.json
        return dict(reply.get_json())

    def submit(self, plan: dict[str, Any]) -> TestResponse:
        return self.client.post(f"/api/v1/plans/{plan['id']}/submit", headers=self.planner)

    def explained(self, plan: dict[str, Any]) -> dict[str, Any]:
        """The plan with a reason for every finding that wants one."""
        wanting = [each["id"] for each in plan["findings"] if each["effect"] == "explain"]
        if not wanting:
            return plan
        reasons = [{"finding_id": id_, "reason": "已核实，确有必要"} for id_ in wanting]
        path = f"/api/v1/plans/{plan['id']}/explanations"
        reply = self.client.post(path, json={"reasons": reasons}, headers=self.planner)
        assert reply.status_code == 200, reply.json
        return dict(reply.get_json())

    def approve(self, plan: dict[str, Any], **changes: Any) -> TestResponse:
        sent = {"version": plan["version"], **changes}
        if "totp" not in sent:
            sent["totp"] = self.totp()
        return self.client.post(f"/api/v1/plans/{plan['id']}/approve", json=sent, headers=self.head)

    def file(self, plan: dict[str, Any]) -> TestResponse:
        return self.client.post(f"/api/v1/plans/{plan['id']}/file", headers=self.planner)

    def filed(self, **changes: Any) -> dict[str, Any]:
        plan = self.submitted(**changes)
        assert self.approve(plan).status_code == 200
        reply = self.file(plan)
        assert reply.status_code == 200, reply.json
        return dict(reply.get_json())
