"""计划必报备: a plan is drafted, found wanting, put right, approved by the head and filed."""

from datetime import timedelta
from typing import Any

from server.clock import SystemClock
from shared.localtime import local_day
from tests.system.demo.play import Play
from tests.system.demo.timeline import Line, check

PLANNER = "planner.market"
HEAD = "head.market"
REASON = "后厨和库房卫生、食品贮存温度须现场查看，不能书面核查。"
WINDOW_DAYS = 7


def draft(play: Play, line: Line) -> None:
    play.plan = play.api(PLANNER).post("/plans", _body(play, officers=1))
    check(play.plan["status"] == "draft", f"不是草稿 not a draft: {play.plan['status']}")
    line.show(play.plan["title"], play.known.place.name)
    line.note(plan_id=play.plan["id"])


def refuse(play: Play, line: Line) -> None:
    """One officer and no reason: the rules say so, and it does not reach the head."""
    plan = play.api(PLANNER).post(f"/plans/{play.plan['id']}/check")
    found = {finding["rule"]: finding for finding in plan["findings"]}
    blocked = [f["rule"] for f in plan["findings"] if f["effect"] == "block"]
    check(blocked, "一名执法人员的计划没有被阻断 a plan with one officer was not stopped")
    code = play.api(PLANNER).refused(f"/plans/{play.plan['id']}/submit")
    check(code == "plan_blocked", f"没有拒绝提交 it was not refused: {code}")
    line.show("阻断 blocked by " + "、".join(blocked))
    line.note(findings=sorted(found), blocked=blocked)
    play.findings = plan["findings"]


def submit(play: Play, line: Line) -> None:
    api, id_ = play.api(PLANNER), play.plan["id"]
    api.put(f"/plans/{id_}", _body(play, officers=2))
    play.plan = api.post(f"/plans/{id_}/submit")
    left = [finding["rule"] for finding in play.plan["findings"]]
    check(play.plan["status"] == "submitted", f"没有提交 not submitted: {play.plan['status']}")
    check(not left, f"改正后仍有问题 findings are left: {left}")
    line.show(f"第 {play.plan['version']} 版", "规则核查无问题 no findings")
    line.note(version=play.plan["version"])


def approve(play: Play, line: Line) -> None:
    said = {"version": play.plan["version"], "reason": "同意"}
    api = play.api(HEAD)
    said["totp"] = play.time_code(HEAD)
    play.plan = api.post(f"/plans/{play.plan['id']}/approve", said)
    check(play.plan["status"] == "approved", f"没有批准 not approved: {play.plan['status']}")
    line.show(play.account(HEAD).name, "动态验证码 with a time code")


def file(play: Play, line: Line) -> None:
    play.plan = play.api(PLANNER).post(f"/plans/{play.plan['id']}/file")
    check(play.plan["no"], "没有备案号 there is no filing number")
    found = play.api(PLANNER).get("/tasks", plan_id=play.plan["id"])["tasks"]
    check(len(found) == 1, f"应有一个任务 there should be one task: {len(found)}")
    play.task = found[0]
    line.show(play.plan["no"], f"任务 {play.task['no']}", f"检查码 {play.task['code']}")
    line.note(plan_no=play.plan["no"], task_no=play.task["no"], code=play.task["code"])


def _body(play: Play, *, officers: int) -> dict[str, Any]:
    today = local_day(SystemClock().now())
    until = min(today + timedelta(days=WINDOW_DAYS), today.replace(month=12, day=31))
    place = play.known.place
    return {
        "title": "食品经营者食品安全日常检查",
        "kind": "daily",
        "trigger": "annual_plan",
        "year": today.year,
        "window_from": today.isoformat(),
        "window_to": until.isoformat(),
        "item_ids": [play.known.item_id],
        "reason": "年度检查计划",
        "targets": [
            {
                "uscc": place.uscc,
                "premise_id": place.premise_id,
                "officer_ids": [person.id for person in play.known.officers[:officers]],
                "assistant_count": 0,
                "reason_onsite": REASON if officers > 1 else "",
            }
        ],
    }
