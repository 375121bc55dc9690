from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.clock import SetClock
from server.models import (
    Certificate,
    ChangeLog,
    ItemPublication,
    Plan,
    PlanVersion,
    SyncObject,
    SyncScope,
    Task,
    VisitCounter,
)
from server.work import Parts
from shared import uscc
from shared.reference import ReferenceObject, References
from tests.server.counting import counted
from tests.server.factories import County, add, bearer, enterprise, parameter, sign_in
from tests.server.planning import Desk, body, totp_of


@pytest.fixture
def desk(client: FlaskClient, parts: Parts, clock: SetClock, county: County) -> Desk:
    return Desk(client, parts, clock, county)


def test_a_plan_goes_from_draft_to_filed_tasks(desk: Desk, parts: Parts) -> None:
    plan = desk.submitted(firms=2)
    assert plan["status"] == "submitted"
    assert plan["findings"] == []
    approved = desk.approve(plan)
    assert approved.status_code == 200, approved.json
    filed = desk.file(plan).json
    assert filed["status"] == "filed"
    assert filed["no"] == "槐荫市监检备〔2026〕0001号"
    assert filed["filed_at"] == "2026-07-01T01:00:30+00:00"

    tasks = desk.client.get("/api/v1/tasks", headers=desk.head).json["tasks"]
    assert {task["no"] for task in tasks} == {
        "槐荫市监检备〔2026〕0001号-01",
        "槐荫市监检备〔2026〕0001号-02",
    }
    assert len({task["code"] for task in tasks}) == 2
    assert all(task["forms"] == [{"id": "form", "version": 1}] for task in tasks)
    assert tasks[0]["frequency"] == {
        "year": 2026,
        "agency_count": 0,
        "cap": 2,
        "enterprise_count": 0,
        "exempt": 0,
        "visits": [],
    }


def test_numbers_have_no_gap_though_a_filing_failed(desk: Desk, clock: SetClock) -> None:
    assert desk.filed()["no"].endswith("0001号")
    late = desk.submitted(firms=2)  # the first firm is visited that week anyway
    desk.approve(late)
    now = clock.now()
    clock.move(timedelta(days=8))
    desk.planner = bearer(sign_in(desk.parts, desk.county.planner))
    assert desk.file(late).json["code"] == "plan_blocked"
    clock.moment = now
    assert desk.file(late).json["no"].endswith("0002号")


def test_tablets_are_told_all_a_task_needs(desk: Desk, parts: Parts, county: County) -> None:
    desk.filed()
    with Session(parts.engine) as session:
        scopes = {}
        for row in session.scalars(select(SyncScope)):
            scopes.setdefault(row.kind, set()).add(row.scope_key)
        objects = session.scalars(select(SyncObject)).all()
    officers = {f"officer:{id_}" for id_ in county.officers}
    assert scopes["task"] == scopes["enterprise"] == scopes["premise"] == officers
    for kind in ("agency", "officer", "item", "form", "legal_basis", "rule_parameters"):
        assert scopes[kind] == {f"agency:{county.agency}"}, kind
    assert scopes["key_set"] == scopes["holidays"] == {"*"}
    known = References.from_objects(
        [ReferenceObject(row.kind, row.id, row.version, row.data) for row in objects]
    )
    (task,) = known.tasks.values()
    assert [form.name for form in known.forms_of(task)] == ["餐饮服务检查表"]
    assert known.officers["officer-a"].certificate_no


def test_what_was_submitted_is_kept_with_its_hash(desk: Desk, parts: Parts) -> None:
    plan = desk.submitted()
    with Session(parts.engine) as session:
        kept = session.get_one(PlanVersion, (plan["id"], 1))
    assert kept.content["targets"][0]["officer_ids"] == list(desk.county.officers)
    assert len(kept.content_hash) == 64


def lone(desk: Desk, *places: int, firms: int = 3) -> list[dict[str, object]]:
    """Targets of which those at `places` have one officer, and are blocked."""
    targets = body(desk.county, firms=firms)["targets"]
    for place in places:
        targets[place]["officer_ids"] = [desk.county.officers[0]]
    return targets


def blocked(plan: dict[str, Any]) -> list[tuple[str, int]]:
    return [(f["rule"], f["position"]) for f in plan["findings"] if f["effect"] == "block"]


def test_a_blocked_plan_is_not_submitted(desk: Desk) -> None:
    plan = desk.draft(targets=lone(desk, 0, firms=1))
    assert blocked(plan) == [("R07-01", 1)]
    reply = desk.submit(plan)
    assert reply.status_code == 409
    assert reply.json["code"] == "plan_blocked"


def test_what_is_blocked_by_now_is_not_approved(desk: Desk, parts: Parts) -> None:
    plan = desk.submitted()
    with Session(parts.engine) as session, session.begin():
        session.get_one(Certificate, "cert-officer-a").revoked_at = parts.clock.now()
    assert desk.approve(plan).json["code"] == "plan_blocked"


def test_a_blocked_target_is_dropped_at_once(desk: Desk) -> None:
    plan = desk.draft(targets=lone(desk, 0, 2))
    first, second, third = plan["targets"]
    path = f"/api/v1/plans/{plan['id']}/targets"
    one = desk.client.delete(f"{path}/{first['id']}", headers=desk.planner)
    assert [target["id"] for target in one.json["targets"]] == [second["id"], third["id"]]
    assert blocked(one.json) == [("R07-01", 3)]
    assert desk.client.delete(f"{path}/{first['id']}", headers=desk.planner).status_code == 404


def test_all_that_is_blocked_is_dropped_in_one_go(desk: Desk) -> None:
    plan = desk.draft(targets=lone(desk, 0, 2))
    path = f"/api/v1/plans/{plan['id']}/drop-blocked"
    left = desk.client.post(path, headers=desk.planner).json
    assert [target["position"] for target in left["targets"]] == [2]
    assert blocked(left) == []
    assert desk.submit(desk.explained(left)).status_code == 200


def test_a_plan_of_which_all_was_dropped_is_not_submitted(desk: Desk) -> None:
    plan = desk.draft(targets=lone(desk, 0, firms=1))
    desk.client.post(f"/api/v1/plans/{plan['id']}/drop-blocked", headers=desk.planner)
    reply = desk.submit(plan)
    assert (reply.status_code, list(reply.json["errors"])) == (422, ["/targets"])


def silent(desk: Desk) -> dict[str, Any]:
    """A draft that does not say why anybody must be there."""
    targets = body(desk.county)["targets"]
    targets[0]["reason_onsite"] = ""
    return desk.draft(targets=targets)


def test_a_finding_that_wants_a_reason_gets_one_before_the_plan_is_submitted(desk: Desk) -> None:
    plan = silent(desk)
    (finding,) = plan["findings"]
    assert (finding["rule"], finding["effect"]) == ("R30-01", "explain")
    assert desk.submit(plan).json["code"] == "explanation_missing"
    reasons = {"reasons": [{"finding_id": finding["id"], "reason": "投诉涉及后厨"}]}
    path = f"/api/v1/plans/{plan['id']}/explanations"
    reply = desk.client.post(path, json=reasons, headers=desk.planner)
    assert reply.json["findings"][0]["explanation"] == "投诉涉及后厨"
    sent = desk.submit(plan).json
    assert sent["findings"][0]["explanation"] == "投诉涉及后厨"
    assert desk.approve(sent).status_code == 200


def test_a_reason_stays_when_the_plan_is_written_anew(desk: Desk) -> None:
    plan = desk.explained(silent(desk))
    path = f"/api/v1/plans/{plan['id']}"
    targets = body(desk.county, firms=2)["targets"]
    for target in targets:
        target["reason_onsite"] = ""
    again = desk.client.put(path, json=body(desk.county, targets=targets), headers=desk.planner)
    said = [f["explanation"] for f in again.json["findings"] if f["rule"] == "R30-01"]
    assert said == ["已核实，确有必要", ""]
    assert desk.submit(plan).json["code"] == "explanation_missing"


def test_a_check_sees_what_has_changed_since(desk: Desk, parts: Parts) -> None:
    plan = desk.draft()
    assert blocked(plan) == []
    with Session(parts.engine) as session, session.begin():
        session.get_one(Certificate, "cert-officer-a").revoked_at = parts.clock.now()
    path = f"/api/v1/plans/{plan['id']}/check"
    assert ("R04-01", 1) in blocked(desk.client.post(path, headers=desk.planner).json)


def test_a_reason_for_no_such_finding_is_refused(desk: Desk) -> None:
    plan = desk.draft()
    reply = desk.client.post(
        f"/api/v1/plans/{plan['id']}/explanations",
        json={"reasons": [{"finding_id": "x", "reason": "y"}]},
        headers=desk.planner,
    )
    assert reply.status_code == 422
    assert list(reply.json["errors"]) == ["/reasons/0/finding_id"]


def test_nobody_approves_a_plan_of_their_own(
    desk: Desk, client: FlaskClient, parts: Parts, clock: SetClock, county: County
) -> None:
    both = bearer(sign_in(parts, county.second_planner))
    totp = totp_of(parts, county.second_planner)
    plan = client.post("/api/v1/plans", json=body(county), headers=both).json
    client.post(f"/api/v1/plans/{plan['id']}/submit", headers=both)
    sent = {"version": 1, "totp": totp.at(clock.now())}
    reply = client.post(f"/api/v1/plans/{plan['id']}/approve", json=sent, headers=both)
    assert reply.status_code == 403
    assert reply.json["code"] == "own_plan"


def test_who_submitted_another_planners_plan_does_not_approve_it_either(
    desk: Desk, client: FlaskClient, parts: Parts, clock: SetClock, county: County
) -> None:
    plan = desk.draft()
    both = bearer(sign_in(parts, county.second_planner))
    totp = totp_of(parts, county.second_planner)
    client.post(f"/api/v1/plans/{plan['id']}/submit", headers=both)
    sent = {"version": 1, "totp": totp.at(clock.now())}
    reply = client.post(f"/api/v1/plans/{plan['id']}/approve", json=sent, headers=both)
    assert reply.json["code"] == "own_plan"


def test_an_approval_needs_a_fresh_time_code(desk: Desk) -> None:
    plan, other = desk.submitted(), desk.submitted()
    code = desk.totp()
    assert desk.approve(plan, totp="000000").json["code"] == "second_factor_needed"
    assert desk.approve(plan, totp=code).status_code == 200
    assert desk.approve(other, totp=code).json["code"] == "second_factor_needed"


def test_an_approval_is_about_the_version_that_was_seen(desk: Desk) -> None:
    plan = desk.submitted()
    path = f"/api/v1/plans/{plan['id']}"
    desk.client.put(path, json=body(desk.county, title="改过"), headers=desk.planner)
    desk.client.post(f"{path}/submit", headers=desk.planner)
    assert desk.approve(plan).json["code"] == "conflict"
    assert desk.approve(plan, version=2).status_code == 200


def test_a_returned_plan_goes_back_with_the_reason(desk: Desk) -> None:
    plan = desk.submitted()
    path = f"/api/v1/plans/{plan['id']}"
    sent = {"version": 1, "reason": "时间太紧"}
    assert desk.client.post(f"{path}/return", json=sent, headers=desk.head).json["status"] == (
        "returned"
    )
    again = desk.client.post(f"{path}/submit", headers=desk.planner).json
    assert (again["status"], again["version"]) == ("submitted", 2)


def test_a_filed_plan_is_not_changed(desk: Desk) -> None:
    plan = desk.filed()
    path = f"/api/v1/plans/{plan['id']}"
    for reply in (
        desk.client.put(path, json=body(desk.county), headers=desk.planner),
        desk.client.post(f"{path}/submit", headers=desk.planner),
        desk.file(plan),
        desk.approve(plan),
    ):
        assert reply.status_code == 409
        assert reply.json["code"] == "out_of_order"


def test_a_plan_is_not_filed_unapproved(desk: Desk) -> None:
    assert desk.file(desk.submitted()).json["code"] == "out_of_order"


def test_nothing_is_filed_for_the_past(desk: Desk) -> None:
    plan = desk.draft(
        window_from="2026-06-01",
        targets=[{**body(desk.county)["targets"][0], "window_from": "2026-06-20"}],
    )
    assert "R20-01" in [rule for rule, _ in blocked(plan)]


@pytest.mark.parametrize(
    ("table", "key", "column", "rule"),
    [
        (Certificate, "cert-officer-a", "valid_to", "R04-01"),
        (ItemPublication, "item-pub", "published_to", "R10-01"),
    ],
    ids=["expired certificate", "item off the list"],
)
def test_what_ended_before_the_visit_blocks_the_plan_and_makes_no_task(
    desk: Desk, parts: Parts, table: type[Any], key: Any, column: str, rule: str
) -> None:
    with Session(parts.engine) as session, session.begin():
        setattr(session.get_one(table, key), column, date(2026, 6, 30))
    plan = desk.draft()
    assert rule in [number for number, _ in blocked(plan)]
    assert desk.submit(plan).json["code"] == "plan_blocked"
    with Session(parts.engine) as session:
        assert session.scalars(select(Plan.status)).one() == "draft"
        assert session.scalars(select(Task)).all() == []


def test_a_certificate_revoked_after_the_approval_stops_the_filing(
    desk: Desk, parts: Parts
) -> None:
    plan = desk.submitted()
    desk.approve(plan)
    with Session(parts.engine) as session, session.begin():
        session.get_one(Certificate, "cert-officer-a").revoked_at = parts.clock.now()
    assert desk.file(plan).json["code"] == "plan_blocked"


def test_the_cap_holds_over_plans_approved_side_by_side(desk: Desk, parts: Parts) -> None:
    plans = [desk.submitted() for _ in range(3)]
    for plan in plans:
        assert desk.approve(plan).status_code == 200
    codes = [desk.file(plan).json.get("code") for plan in plans]
    assert codes == [None, None, "plan_blocked"]
    with Session(parts.engine) as session:
        (counter,) = session.scalars(select(VisitCounter)).all()
    assert (counter.scheduled, counter.done) == (2, 0)


def test_a_cancelled_task_frees_its_place_and_leaves_the_tablets(desk: Desk, parts: Parts) -> None:
    desk.filed()
    (task,) = desk.client.get("/api/v1/tasks", headers=desk.head).json["tasks"]
    path = f"/api/v1/tasks/{task['id']}/cancel"
    reply = desk.client.post(path, json={"reason": "企业停业"}, headers=desk.head)
    assert reply.json["status"] == "cancelled"
    assert desk.client.post(path, json={"reason": "x"}, headers=desk.head).status_code == 409
    with Session(parts.engine) as session:
        assert session.scalars(select(VisitCounter.scheduled)).one() == 0
        held = select(SyncScope).where(SyncScope.kind == "task")
        assert session.scalars(held).all() == []
        gone = session.get_one(SyncObject, ("task", task["id"]))
        assert gone.data["withdrawn_at"] is not None
        log = select(ChangeLog).where(ChangeLog.object_id == task["id"])
        assert len(session.scalars(log).all()) == 6  # made, cancelled, taken: for two officers


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"uscc": "91370100MA37XJ385X"}, "/targets/0/uscc"),
        ({"premise_id": "premise-2"}, "/targets/0/premise_id"),
        ({"officer_ids": ["officer-a", "officer-x"]}, "/targets/0/officer_ids/1"),
        ({"officer_ids": []}, "/targets/0/officer_ids"),
        ({"assistant_count": "2"}, "/targets/0/assistant_count"),
        ({"assistant_count": -1}, "/targets/0/assistant_count"),
        ({"quota": 5}, "/targets/0/quota"),
        ({"window_from": "gestern"}, "/targets/0/window_from"),
    ],
)
def test_a_target_that_does_not_fit_is_pointed_at(
    desk: Desk, parts: Parts, changes: dict[str, object], pointer: str
) -> None:
    sent = body(desk.county, targets=[{**body(desk.county)["targets"][0], **changes}])
    reply = desk.client.post("/api/v1/plans", json=sent, headers=desk.planner)
    assert reply.status_code == 422
    assert list(reply.json["errors"]) == [pointer]
    with Session(parts.engine) as session:
        assert session.scalars(select(Plan)).all() == []


def test_another_agencys_plan_does_not_exist(
    desk: Desk, client: FlaskClient, parts: Parts, county: County
) -> None:
    plan = desk.submitted()
    path = f"/api/v1/plans/{plan['id']}"
    planner, head = (
        bearer(sign_in(parts, person)) for person in (county.other_planner, county.other_head)
    )
    totp = totp_of(parts, county.other_head)
    for reply in (
        client.get(path, headers=planner),
        client.put(path, json=body(county), headers=planner),
        client.post(f"{path}/submit", headers=planner),
        client.post(f"{path}/file", headers=planner),
        client.post(
            f"{path}/approve",
            json={"version": 1, "totp": totp.at(parts.clock.now())},
            headers=head,
        ),
    ):
        # what the other agency's people name is unknown to them, be it a plan or an officer
        assert reply.status_code in (404, 422)
        assert plan["title"] not in reply.get_data(as_text=True)
    assert client.get("/api/v1/plans", headers=planner).json["plans"] == []


def test_supervision_sees_the_plans_of_its_region(
    desk: Desk, client: FlaskClient, parts: Parts, county: County
) -> None:
    plan = desk.submitted()
    for person, status in ((county.supervisor, 200), (county.other_supervisor, 404)):
        headers = bearer(sign_in(parts, person))
        assert client.get(f"/api/v1/plans/{plan['id']}", headers=headers).status_code == status
        assert client.post(f"/api/v1/plans/{plan['id']}/file", headers=headers).status_code == 403


def test_the_list_goes_on_where_it_stopped(desk: Desk) -> None:
    made = [desk.draft(title=f"计划{n}")["id"] for n in range(3)]
    first = desk.client.get("/api/v1/plans?limit=2", headers=desk.head).json
    rest = desk.client.get(f"/api/v1/plans?limit=2&after={first['next']}", headers=desk.head).json
    assert [plan["id"] for plan in first["plans"] + rest["plans"]] == made[::-1]
    assert rest["next"] is None


def test_an_unknown_question_in_the_address_is_refused(desk: Desk) -> None:
    reply = desk.client.get("/api/v1/plans?sort=title", headers=desk.head)
    assert reply.status_code == 422
    assert list(reply.json["errors"]) == ["/sort"]


def test_a_plan_for_two_hundred_enterprises_asks_no_more_than_one_for_one(
    desk: Desk, parts: Parts, county: County
) -> None:
    codes = [
        uscc.make(f"91370104MA{n:06d}{uscc.body_check_character(f'MA{n:06d}')}") for n in range(200)
    ]
    rows = [enterprise(code, region="370104", premise=f"p{n}") for n, code in enumerate(codes)]
    add(parts, [row for pair in rows for row in pair])
    add(parts, [parameter("visits_per_officer_day", 200)])
    one = body(county)["targets"][0]
    many = [{**one, "uscc": firm.uscc, "premise_id": place.id} for firm, place in rows]

    def count(targets: list[dict[str, object]]) -> list[int]:
        asked = []
        with counted(parts.engine) as statements:
            plan = desk.submitted(targets=targets)
        asked.append(len(statements))
        with counted(parts.engine) as statements:
            assert desk.approve(plan).status_code == 200
        asked.append(len(statements))
        with counted(parts.engine) as statements:
            assert desk.file(plan).status_code == 200
        asked.append(len(statements))
        return asked

    few = count([one])
    assert count(many) <= [n + 3 for n in few]  # more rows than fit in one insert
    with Session(parts.engine) as session:
        assert len(session.scalars(select(Task)).all()) == 201
