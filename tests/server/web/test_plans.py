import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.clock import SetClock
from server.models import Agency, EnterpriseCounter, ImportRun, Plan, RowOrigin, Task
from server.principal import SYSTEM
from server.services import origins
from server.work import Parts, open_work
from tests.server.conftest import NOW
from tests.server.factories import County, add
from tests.server.planning import Desk, body
from tests.server.web.browsing import Browser, signed_in

UNEXPLAINED = {"reason_onsite": ""}


@pytest.fixture
def desk(client: FlaskClient, parts: Parts, clock: SetClock, county: County) -> Desk:
    return Desk(client, parts, clock, county)


@pytest.fixture
def head(app: Flask, parts: Parts, desk: Desk, county: County) -> Browser:
    return signed_in(app, parts, county.head)


@pytest.fixture
def planner(app: Flask, parts: Parts, county: County) -> Browser:
    return signed_in(app, parts, county.planner)


def status_of(parts: Parts, plan_id: str) -> str:
    with open_work(parts, SYSTEM) as work:
        return work.session.get_one(Plan, plan_id).status


def changed_targets(desk: Desk, **changes: object) -> list[dict[str, object]]:
    (target,) = desk.draft()["targets"]
    kept = ("uscc", "premise_id", "officer_ids", "assistant_count", "window_from", "window_to")
    return [{**{name: target[name] for name in kept}, "reason_onsite": "现场查看", **changes}]


def test_the_list_is_narrowed_by_status_and_by_words(head: Browser, desk: Desk) -> None:
    desk.draft(title="八月粮食仓储检查")
    desk.submitted(title="七月餐饮检查")
    submitted = head.get("/console/plans/?status=submitted").text
    assert "七月餐饮检查" in submitted
    assert "八月粮食仓储检查" not in submitted
    assert "八月粮食仓储检查" in head.get("/console/plans/?text=粮食").text
    assert "没有符合条件的计划" in head.get("/console/plans/?text=没有这样的").text


def test_a_percent_sign_in_the_search_is_only_a_letter(head: Browser, desk: Desk) -> None:
    desk.submitted(title="七月餐饮检查")
    assert "没有符合条件的计划" in head.get("/console/plans/?text=%25").text


def test_a_plan_shows_its_enterprise_officers_basis_and_that_it_passed(
    head: Browser, desk: Desk, county: County
) -> None:
    plan = desk.submitted()
    text = head.get(f"/console/plans/{plan['id']}").text
    assert county.usccs[0] in text
    assert "执法员officer-a" in text
    assert "《中华人民共和国食品安全法》第一百一十条" in text
    assert "规则检查全部通过" in text
    assert "批准计划" in text


def test_a_plan_shows_every_column_it_must_have_and_who_told_of_a_visit(
    head: Browser, desk: Desk, parts: Parts, county: County
) -> None:
    """R21; the counters of the agency and of anybody (R26, R29, R31)."""
    plan = desk.draft(
        frequency=2,
        pool_size=500,
        sample_percent=10,
        joint_agency_ids=[county.other_agency],
        targets=changed_targets(desk, source_no="12345-0099", source_on="2026-06-30"),
    )
    with open_work(parts, SYSTEM) as work:
        other = work.session.get_one(Agency, county.other_agency).name
    uscc, at = county.usccs[0], NOW
    run = {"kind": "plans", "by_id": "x", "filename": "f", "file_sha256": "0" * 64}
    told = {"source": "安监科", "as_of": at}
    add(
        parts,
        [
            EnterpriseCounter(uscc=uscc, year=2026, done=3, exempt=1),
            ImportRun(id="run", created_at=at, alive_at=at, **run, **told),
            RowOrigin(
                kind=origins.TARGET, object_id=f"{plan['id']}/{uscc}/1", run_id="run", row=4, **told
            ),
        ],
    )
    text = head.get(f"/console/plans/{plan['id']}").text
    for shown in (
        "具体方案",
        "名录 500 户，抽查 10%",
        "同一企业检查次数 2 次",
        f"联合检查机关 {other}",
        "12345-0099",
        "本机关已检查 0 次",
        "各机关合计入企 4 次，联合检查算一次",
        "安监科，截至",
        "第 4 行",
    ):
        assert shown in text, shown


def test_the_address_of_an_opened_plan_can_be_sent_with_its_filter(
    head: Browser, desk: Desk
) -> None:
    plan = desk.submitted()
    page = head.get(f"/console/plans/{plan['id']}?status=submitted")
    assert page.text.count(plan["title"]) == 2
    assert 'aria-current="true"' in page.source


def test_htmx_gets_only_the_plan(head: Browser, desk: Desk) -> None:
    plan = desk.submitted()
    page = head.get(f"/console/plans/{plan['id']}", htmx="yes")
    assert "<html" not in page.source
    assert f'data-item="{plan["id"]}"' in page.source


def test_a_finding_opens_its_rule_its_basis_and_the_data(head: Browser, desk: Desk) -> None:
    plan = desk.draft(targets=changed_targets(desk, officer_ids=["officer-a"]))
    text = head.get(f"/console/plans/{plan['id']}").text
    assert "阻断 R07-01" in text
    assert "执法人员不少于两名" in text
    assert "现有 1" in text
    assert "至少需要 2" in text
    assert "第 1 版" in text


def test_a_blocked_plan_cannot_be_submitted_and_says_why(planner: Browser, desk: Desk) -> None:
    plan = desk.draft(targets=changed_targets(desk, officer_ids=["officer-a"]))
    page = planner.get(f"/console/plans/{plan['id']}")
    assert "改正或移出后才能提交" in page.text
    assert 'disabled aria-describedby="not-yet"' in page.source


def test_blocked_enterprises_are_dropped_from_the_plans_page(
    planner: Browser, desk: Desk, county: County
) -> None:
    targets = body(county, firms=2)["targets"]
    targets[0]["officer_ids"] = ["officer-a"]
    plan = desk.draft(targets=targets)
    assert "移出被阻断的 1 家企业" in planner.get(f"/console/plans/{plan['id']}").text
    left = planner.post(f"/console/plans/{plan['id']}/drop-blocked", htmx="yes")
    assert county.usccs[1] in left.text
    assert county.usccs[0] not in left.text
    assert "移出被阻断的" not in left.text


def test_approving_needs_a_fresh_time_code(head: Browser, desk: Desk, parts: Parts) -> None:
    plan = desk.submitted()
    address = f"/console/plans/{plan['id']}/approve"
    head.get(f"/console/plans/{plan['id']}")
    wrong = head.post(address, htmx="yes", version=plan["version"], totp="000000")
    assert wrong.status == 403
    assert "<html" not in wrong.source
    assert "请等验证器显示下一个" in wrong.text
    assert status_of(parts, plan["id"]) == "submitted"
    right = head.post(address, htmx="yes", version=plan["version"], totp=desk.totp())
    assert right.status == 200
    assert "已批准" in right.text
    assert "已验证动态码" in right.text
    assert status_of(parts, plan["id"]) == "approved"


def test_a_code_already_used_does_not_approve_a_second_plan(
    head: Browser, desk: Desk, parts: Parts
) -> None:
    first, second = desk.submitted(), desk.submitted(title="第二个计划")
    code = desk.totp()
    head.post(f"/console/plans/{first['id']}/approve", version=first["version"], totp=code)
    again = head.post(
        f"/console/plans/{second['id']}/approve", version=second["version"], totp=code
    )
    assert again.status == 403
    assert status_of(parts, second["id"]) == "submitted"


def test_nobody_approves_a_plan_of_their_own(
    app: Flask, parts: Parts, desk: Desk, county: County
) -> None:
    both = signed_in(app, parts, county.second_planner)
    with open_work(parts, SYSTEM) as work:
        work.session.get_one(Plan, desk.submitted()["id"]).planner_id = county.second_planner
    plan_id = _only_plan(parts)
    page = both.get(f"/console/plans/{plan_id}")
    assert "要由另一位负责人审批" in page.text
    assert 'data-act="approve"' not in page.source


def _only_plan(parts: Parts) -> str:
    with open_work(parts, SYSTEM) as work:
        return work.session.query(Plan).one().id


def test_returning_needs_a_reason_and_the_planner_reads_it(
    head: Browser, planner: Browser, desk: Desk, parts: Parts
) -> None:
    plan = desk.submitted()
    address = f"/console/plans/{plan['id']}/return"
    assert head.post(address, version=plan["version"], reason=" ").status == 422
    assert status_of(parts, plan["id"]) == "submitted"
    head.post(address, version=plan["version"], reason="请补充第二名执法人员")
    text = planner.get(f"/console/plans/{plan['id']}").text
    assert "已退回" in text
    assert "请补充第二名执法人员" in text
    assert "提交审批" in text


def test_a_version_that_is_no_longer_the_one_before_the_head_is_not_approved(
    head: Browser, desk: Desk, parts: Parts
) -> None:
    plan = desk.submitted()
    page = head.post(f"/console/plans/{plan['id']}/approve", version=9, totp=desk.totp())
    assert page.status == 409
    assert status_of(parts, plan["id"]) == "submitted"


def test_the_planner_explains_and_may_then_submit(planner: Browser, desk: Desk) -> None:
    plan = desk.draft(targets=changed_targets(desk, reason_onsite=""))
    (finding,) = (f for f in plan["findings"] if f["effect"] == "explain")
    assert "写明理由后才能提交" in planner.get(f"/console/plans/{plan['id']}").text
    address = f"/console/plans/{plan['id']}/findings/{finding['id']}"
    told = planner.post(address, htmx="yes", explanation="线上数据显示冷藏温度超标")
    assert "线上数据显示冷藏温度超标" in told.text
    assert "待审批" in planner.post(f"/console/plans/{plan['id']}/submit").text


def test_filing_makes_a_task_with_a_code_for_each_enterprise(
    planner: Browser, desk: Desk, parts: Parts
) -> None:
    plan = desk.submitted(firms=2)
    desk.approve(plan)
    page = planner.post(f"/console/plans/{plan['id']}/file")
    assert "已备案" in page.text
    with open_work(parts, SYSTEM) as work:
        tasks = work.session.query(Task).all()
    assert len(tasks) == 2
    assert all(task.no in page.text for task in tasks)
    shown = planner.get(f"/console/tasks/{tasks[0].id}").text
    assert tasks[0].code in shown
    assert "上限 2 次" in shown


def test_a_drafted_plan_is_submitted_from_its_page(
    planner: Browser, desk: Desk, parts: Parts
) -> None:
    plan = desk.draft()
    assert "待审批" in planner.post(f"/console/plans/{plan['id']}/submit").text
    assert status_of(parts, plan["id"]) == "submitted"


@pytest.mark.parametrize("who", ["other_head", "other_planner", "other_supervisor"])
def test_a_foreign_agencys_plan_does_not_exist(
    app: Flask, parts: Parts, desk: Desk, county: County, who: str
) -> None:
    plan = desk.submitted()
    person = signed_in(app, parts, getattr(county, who))
    assert person.get(f"/console/plans/{plan['id']}").status == 404
    assert plan["title"] not in person.get("/console/plans/").text


def test_supervision_reads_and_does_nothing_else(
    app: Flask, parts: Parts, desk: Desk, county: County
) -> None:
    plan = desk.submitted()
    page = signed_in(app, parts, county.supervisor).get(f"/console/plans/{plan['id']}")
    assert plan["title"] in page.text
    assert "<form" not in page.source.partition('id="detail"')[2]


def test_the_calendar_shows_the_year_s_plans_by_month(
    head: Browser, desk: Desk, parts: Parts
) -> None:
    shown = desk.draft(title="七月餐饮检查", firms=2)
    gone = desk.draft(title="不查的计划")
    with open_work(parts, SYSTEM) as work:
        work.session.get_one(Plan, gone["id"]).status = "cancelled"
    page = head.get("/console/plans/calendar?year=2026")
    assert f'href="/console/plans/{shown["id"]}"' in page.source
    assert page.source.count('class="run ') == 1
    assert "不查的计划" not in page.text
    assert "这一年还没有计划" in head.get("/console/plans/calendar?year=2027").text
    assert "2026 年计划日历" in head.get("/console/plans/calendar?year=99999").text
