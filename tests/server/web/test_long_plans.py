"""A plan of more enterprises than a page can hold: looked through, and amended by a table."""

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from server.clock import SetClock
from server.job_names import JobName
from server.jobs import registry
from server.models import Enterprise, Plan, PlanFinding, PlanTarget, Premise, VisitCounter
from server.principal import SYSTEM
from server.services import views_plan
from server.services.views_plan import Shown
from server.web.console import plan_life, plans
from server.work import Parts, open_work
from shared.roles import Role
from tests.server.conftest import NOW
from tests.server.counting import counted
from tests.server.factories import LONG_AGO, County, add, principal
from tests.server.planning import Desk
from tests.server.services.imports.files import usccs
from tests.server.web.browsing import Browser, Page, signed_in

MANY = 2 * views_plan.TARGETS_AT_ONCE + 20
Rows = list[list[str]]


@pytest.fixture
def desk(client: FlaskClient, parts: Parts, clock: SetClock, county: County) -> Desk:
    return Desk(client, parts, clock, county)


@pytest.fixture
def planner(app: Flask, parts: Parts, county: County) -> Browser:
    return signed_in(app, parts, county.planner)


def sent_back(planner: Browser, parts: Parts, plan_id: str, change: Callable[[Rows], Rows]) -> Page:
    """The plan's table as it is downloaded, changed and uploaded; what became of it."""
    told = planner.get(f"/console/plans/{plan_id}/targets.csv").reply.data.decode("utf-8-sig")
    heading, *rows = list(csv.reader(io.StringIO(told)))
    out = io.StringIO()
    csv.writer(out).writerows([heading, *change(rows)])
    file = (io.BytesIO(out.getvalue().encode()), "变更.csv")
    page = planner.post("/console/imports/", kind="plans", file=file)
    run = page.reply.request.path.rpartition("/")[2]
    registry.run(parts, JobName.RUN_IMPORT, {"run": run})
    return planner.get(f"/console/imports/{run}")


def test_an_amendment_too_long_for_the_page_goes_out_and_in_as_a_table(
    planner: Browser,
    desk: Desk,
    parts: Parts,
    county: County,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plan_life, "MOST_TARGETS", 1)
    monkeypatch.setattr(plans, "MOST_TARGETS", 1)
    filed = desk.filed(firms=2)
    begun = planner.post(f"/console/plans/{filed['id']}/amend", reason="换一家企业")
    assert "超过 1 家的计划用表格修改" in begun.text
    with open_work(parts, SYSTEM) as work:
        amendment = work.session.scalars(select(Plan).where(Plan.amends_id == filed["id"])).one()
        kept = work.session.scalars(
            select(PlanTarget.window_from).where(PlanTarget.plan_id == amendment.id)
        ).all()

    def swapped(rows: Rows) -> Rows:
        first, second = rows
        named = [cell if n != 5 else county.usccs[2] for n, cell in enumerate(second)]
        return [first, [cell if n != 6 else "" for n, cell in enumerate(named)]]

    assert "有 0 行" not in sent_back(planner, parts, amendment.id, swapped).text
    page = planner.get(f"/console/plans/{amendment.id}")
    assert "新增 1 家，移出 1 家，变更 0 家，不变 1 家" in page.text
    with open_work(parts, SYSTEM) as work:
        rows = work.session.scalars(
            select(PlanTarget)
            .where(PlanTarget.plan_id == amendment.id)
            .order_by(PlanTarget.position)
        ).all()
        assert [row.uscc for row in rows] == [county.usccs[0], county.usccs[2]]
        assert rows[0].window_from == kept[0]  # the table has no column for it
        stays = work.session.scalars(
            select(PlanTarget.uscc).where(PlanTarget.plan_id == filed["id"])
        )
        assert sorted(stays) == sorted(county.usccs[:2])
        added = {"plan_id": amendment.id, "officer_ids": list(county.officers)}
    another = usccs(9)[8]
    add(
        parts,
        [
            Enterprise(uscc=another, name="又一家", region="370104", as_of=LONG_AGO, source="名录"),
            Premise(id="another", uscc=another, name="门店", address="", region="370104"),
            PlanTarget(id="more", position=9, uscc=another, premise_id="another", **added),
        ],
    )
    monkeypatch.setattr(views_plan, "CHANGES_AT_ONCE", 1)
    first = planner.get(f"/console/plans/{amendment.id}")
    assert (
        "又一家" not in first.text.partition("变更内容")[2].partition("变更的任务在备案时撤回")[0]
    )
    rest = planner.get(f"/console/plans/{amendment.id}?changes=1")
    assert "又一家" in rest.text.partition("变更内容")[2].partition("变更的任务在备案时撤回")[0]
    assert "各列出第 2 至 2 家" in rest.text
    assert ("后面的变更" in first.text, "前面的变更" in first.text) == (True, False)
    assert ("后面的变更" in rest.text, "前面的变更" in rest.text) == (False, True)


def test_a_plan_that_is_filed_is_not_overwritten_by_a_table(
    planner: Browser, desk: Desk, parts: Parts
) -> None:
    filed = desk.filed()
    page = sent_back(planner, parts, filed["id"], lambda rows: rows)
    assert "已备案的先起草变更" in page.text


def filled(parts: Parts, county: County, plan_id: str) -> list[str]:
    """Enterprises enough for three pages, written straight into a draft."""
    codes = usccs(MANY)
    firms = [
        Enterprise(uscc=code, name=f"泉城面馆{n:03d}", region="370104", as_of=LONG_AGO)
        for n, code in enumerate(codes)
    ]
    places = [
        Premise(id=f"at-{n}", uscc=code, name="店", address="路", region="370104")
        for n, code in enumerate(codes)
    ]
    add(parts, [*firms, *places])
    with open_work(parts, SYSTEM) as work:
        work.session.execute(delete(PlanTarget).where(PlanTarget.plan_id == plan_id))
        work.session.execute(delete(PlanFinding).where(PlanFinding.plan_id == plan_id))
        version = work.session.get_one(Plan, plan_id).version
        for n, code in enumerate(codes):
            work.session.add(
                PlanTarget(
                    id=f"t{n}",
                    plan_id=plan_id,
                    position=n + 1,
                    uscc=code,
                    premise_id=f"at-{n}",
                    officer_ids=list(county.officers),
                )
            )
            work.session.add(
                PlanFinding(
                    id=f"f{n}",
                    plan_id=plan_id,
                    plan_version=version,
                    target_id=f"t{n}",
                    position=n + 1,
                    uscc=code,
                    rule="R30-01",
                    rule_version=1,
                    effect="block" if n == MANY - 1 else "explain",
                    text_zh=f"第{n}个问题",
                    text_en="",
                    basis="",
                    facts={},
                    judged_at=NOW,
                )
            )
    return codes


def test_a_long_plan_is_shown_page_by_page_and_searched(
    planner: Browser, desk: Desk, parts: Parts, county: County
) -> None:
    plan_id = desk.draft()["id"]
    codes = filled(parts, county, plan_id)
    who = principal("planner", Role.PLANNER, agency=county.agency)

    def shown(**asked: object) -> views_plan.PlanView:
        with open_work(parts, who) as work:
            return views_plan.one(work, plan_id, Shown(**asked))  # type: ignore[arg-type]

    first = shown()
    seen = [line.target.uscc for line in first.targets]
    after = first.next_after
    while after is not None:
        further = shown(after=after)
        seen += [line.target.uscc for line in further.targets]
        after = further.next_after
    assert seen == codes
    assert first.count == MANY
    assert first.effects == {"block": 1, "explain": MANY - 1, "warn": 0}
    assert (first.blocked_targets, len(first.findings), first.unseen_findings) == (1, 50, 70)
    assert first.findings[0].effect == "block"
    assert [line.target.uscc for line in shown(text="qcmg007").targets] == [codes[7]]
    assert [line.target.uscc for line in shown(text=codes[9]).targets] == [codes[9]]
    assert [line.target.uscc for line in shown(effect="block").targets] == [codes[-1]]
    page = planner.get(f"/console/plans/{plan_id}?after=100")
    assert "泉城面馆119" in page.text
    assert "第105个问题" in page.text
    assert "泉城面馆118" not in planner.get(f"/console/plans/{plan_id}?target=面馆119").text


def test_an_enterprise_stands_there_with_its_counter(
    planner: Browser, desk: Desk, parts: Parts, county: County
) -> None:
    add(
        parts,
        [
            VisitCounter(
                agency_id=county.agency,
                uscc=county.usccs[0],
                year=2026,
                done=2,
                exempt=1,
                service=3,
                offsite=4,
            )
        ],
    )
    page = planner.get(f"/console/plans/{desk.draft()['id']}").text
    assert "本机关已检查 2 次，已安排 0 次" in page
    assert "另有不占频次的 1 次，服务、观摩 3 次" in page
    assert "非现场检查 4 次，不占频次" in page
    firm = planner.get(f"/console/enterprises/{county.usccs[0]}").text
    assert "服务、观摩 非现场检查 本年上限" in firm
    assert "2 0 1 3 4" in firm


def test_a_long_plan_asks_no_more_often_than_a_short_one(
    desk: Desk, parts: Parts, county: County
) -> None:
    plan_id = desk.draft()["id"]
    who = principal("planner", Role.PLANNER, agency=county.agency)
    asked = []
    for long in (False, True):
        if long:
            filled(parts, county, plan_id)
        with open_work(parts, who) as work, counted(parts.engine) as statements:
            views_plan.one(work, plan_id)
        asked.append(sum(said.startswith("SELECT") for said in statements))
    assert asked[0] == asked[1]
