"""The plan editor as a browser without a script meets it; with one: tests/system/web."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.clock import SetClock
from server.models import Plan, PlanTarget, Task, TaskStatus
from server.principal import SYSTEM
from server.services import plan_editing
from server.web.console import plan_editor, plan_form
from server.work import Parts, open_work
from tests.server.factories import County
from tests.server.planning import Desk
from tests.server.web.browsing import Browser, signed_in

NEW = "/console/plans/new"


@pytest.fixture
def desk(client: FlaskClient, parts: Parts, clock: SetClock, county: County) -> Desk:
    return Desk(client, parts, clock, county)


@pytest.fixture
def planner(app: Flask, parts: Parts, county: County) -> Browser:
    return signed_in(app, parts, county.planner)


def written(county: County, *firms: int, **changes: Any) -> dict[str, Any]:
    """The form of a plan nobody has anything against."""
    keys = [f"k{n}" for n in firms or (0,)]
    form: dict[str, Any] = {
        "title": "七月餐饮服务日常检查",
        "trigger": "annual_plan",
        "visit_type": "inspection",
        "window_from": "2026-07-01",
        "window_to": "2026-07-31",
        "item": county.item,
        "reason": "年度计划",
        "target": keys,
    }
    for key in keys:
        n = int(key[1:])
        form |= {
            f"premise.{key}": county.premises[n],
            f"uscc.{key}": county.usccs[n],
            f"officer.{key}": list(county.officers),
            f"why.{key}": "后厨须现场查看",
        }
    return {**form, **changes}


def plans_in(parts: Parts) -> list[Plan]:
    with open_work(parts, SYSTEM) as work:
        return work.session.query(Plan).all()


def targets_in(parts: Parts) -> list[str]:
    with open_work(parts, SYSTEM) as work:
        return [row.uscc for row in work.session.query(PlanTarget).order_by(PlanTarget.position)]


def test_the_rules_look_on_and_nothing_is_kept(
    planner: Browser, parts: Parts, county: County
) -> None:
    bad = written(county, **{"officer.k0": [county.officers[0]], "title": ""})
    said = planner.post("/console/plans/check", **bad)
    assert "阻断" in said.text
    assert "R07-01" in said.text
    assert "移出这家" in said.text
    assert "<html" not in said.source
    early = planner.post("/console/plans/check", title="只有名字")
    assert "检查开始日期" in early.text
    assert plans_in(parts) == []


def test_a_plan_is_written_saved_and_submitted(
    planner: Browser, parts: Parts, county: County
) -> None:
    saved = planner.post(NEW, **written(county, 0, 1), do="save")
    assert "已保存为草稿" in saved.text
    (plan,) = plans_in(parts)
    assert (plan.status, plan.kind, plan.year) == ("draft", "daily", 2026)
    assert targets_in(parts) == [county.usccs[0], county.usccs[1]]
    sent = planner.post(f"/console/plans/{plan.id}/edit", **written(county, 1), do="submit")
    assert "已提交审批" in sent.text
    assert plans_in(parts)[0].status == "submitted"
    assert targets_in(parts) == [county.usccs[1]]


def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    planner: Browser, parts: Parts, county: County
) -> None:
    bad = written(county, title=" ", window_to="2026-13-01", reason="查冷链")
    page = planner.post(NEW, **bad, do="save")
    assert page.status == 422
    assert 'id="title-problem"' in page.source
    assert 'id="window_to-problem"' in page.source
    assert "查冷链" in page.text
    assert county.usccs[0] in page.text
    assert page.source.count("checked") == 3
    assert plans_in(parts) == []
    nobody = planner.post(NEW, **written(county, target=[]), do="save")
    assert "还没有检查对象" in nobody.text


def test_enterprises_are_found_added_and_dropped_without_a_script(
    planner: Browser, parts: Parts, county: County
) -> None:
    form = written(county)
    page = planner.post(NEW, **form, do="find", find=county.usccs[1][:8])
    assert f'name="add" value="{county.premises[1]}"' in page.source
    added = planner.post(NEW, **form, add=county.premises[1])
    assert added.source.count('name="target"') == 2
    # The new one goes with the officers of the one before it.
    assert added.source.count("checked") == 5
    dropped = planner.post(NEW, **form, drop="k0")
    assert 'name="target"' not in dropped.source
    assert plans_in(parts) == []


def test_the_pieces_a_script_fetches(planner: Browser, county: County) -> None:
    found = planner.get(f"/console/plans/find?find={county.usccs[0]}")
    assert f'data-add="/console/plans/target?premise={county.premises[0]}"' in found.source
    card = planner.get(f"/console/plans/target?premise={county.premises[0]}")
    assert f'value="{county.premises[0]}"' in card.source
    assert "<html" not in card.source


def test_a_form_gives_back_the_draft_it_was_made_of(desk: Desk, parts: Parts) -> None:
    plan = desk.draft(
        firms=2,
        trigger="special",
        kind="special",
        sample_percent=10,
        special={
            "document": "政发〔2026〕1号",
            "approver": "county_government",
            "approved_on": "2026-05-01",
            "target_limit": 30,
        },
    )
    with open_work(parts, SYSTEM) as work:
        draft = plan_editing.draft_of(work, work.session.get_one(Plan, plan["id"]))
    assert plan_form.of(draft).draft() == draft


def test_a_blocked_target_is_dropped_in_one_step(
    planner: Browser, desk: Desk, parts: Parts, county: County
) -> None:
    plan = desk.submitted(firms=2)
    target = plan["targets"][0]["id"]
    page = planner.post(f"/console/plans/{plan['id']}/targets/{target}/drop")
    assert "草稿" in page.text
    assert targets_in(parts) == [county.usccs[1]]


def test_a_copy_is_a_new_draft_and_the_old_one_stays(
    planner: Browser, desk: Desk, parts: Parts
) -> None:
    plan = desk.filed()
    page = planner.post(f"/console/plans/{plan['id']}/copy")
    assert "修改计划" in page.text
    assert sorted(row.status for row in plans_in(parts)) == ["draft", "filed"]
    assert {row.title for row in plans_in(parts)} == {plan["title"], plan["title"] + "（副本）"}


def test_what_is_filed_only_the_head_cancels_and_its_tasks_go_with_it(
    planner: Browser, app: Flask, desk: Desk, parts: Parts, county: County
) -> None:
    plan = desk.filed()
    address = f"/console/plans/{plan['id']}/cancel"
    assert planner.post(address, reason="任务调整").status == 403
    head = signed_in(app, parts, county.head)
    assert head.post(address, reason=" ").status == 422
    assert "已取消" in head.post(address, reason="任务调整").text
    with open_work(parts, SYSTEM) as work:
        assert {task.status for task in work.session.query(Task)} == {TaskStatus.CANCELLED}


def test_a_plan_of_which_a_visit_began_is_not_cancelled(
    app: Flask, desk: Desk, parts: Parts, county: County
) -> None:
    plan = desk.filed(firms=2)
    with open_work(parts, SYSTEM) as work:
        work.session.query(Task).first().status = TaskStatus.IN_VISIT
    head = signed_in(app, parts, county.head)
    assert head.post(f"/console/plans/{plan['id']}/cancel", reason="任务调整").status == 409
    with open_work(parts, SYSTEM) as work:
        assert {task.status for task in work.session.query(Task)} == {
            TaskStatus.IN_VISIT,
            TaskStatus.CODED,
        }


def test_a_draft_is_given_up_by_its_planner(planner: Browser, desk: Desk, parts: Parts) -> None:
    plan = desk.draft()
    assert "已取消" in planner.post(f"/console/plans/{plan['id']}/cancel", reason="不查了").text
    assert planner.get(f"/console/plans/{plan['id']}/edit").status == 409


def test_an_approved_plan_is_not_written_anew(planner: Browser, desk: Desk) -> None:
    plan = desk.filed()
    assert planner.get(f"/console/plans/{plan['id']}/edit").status == 409
    assert planner.get(f"/console/plans/{plan['id']}").source.count('data-key="e"') == 0


def test_what_is_blocked_is_kept_as_a_draft_that_says_so(
    planner: Browser, parts: Parts, county: County
) -> None:
    form = written(county, **{"officer.k0": [county.officers[0]]})
    page = planner.post(NEW, **form, do="submit")
    assert "还不能提交" in page.text
    assert "R07-01" in page.text
    assert plans_in(parts)[0].status == "draft"


def test_a_plan_too_long_for_the_page_is_not_cut_to_its_length(
    planner: Browser, parts: Parts, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner.post(NEW, **written(county, 0, 1), do="save")
    (plan,) = plans_in(parts)
    before = targets_in(parts)
    monkeypatch.setattr(plan_editor, "MOST_TARGETS", 1)
    monkeypatch.setattr(plan_form, "MOST_TARGETS", 1)
    assert planner.get(f"/console/plans/{plan.id}/edit").reply.status_code == 303
    assert "页面上最多编辑 1 个" in planner.get(f"/console/plans/{plan.id}").text
    saved = planner.post(f"/console/plans/{plan.id}/edit", **written(county, 0, 1), do="save")
    assert "页面上最多编辑 1 个" in saved.text
    assert targets_in(parts) == before
    assert len(before) == 2
