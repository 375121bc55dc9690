"""Every kind of list: brought in whole, again without change, or not at all with every bad row."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import func, select, text

from server import assembly, founding
from server.clock import SetClock
from server.config import Settings
from server.models import (
    Agency,
    AuditEntry,
    Certificate,
    Enterprise,
    EnterpriseCounter,
    Form,
    HolidayYear,
    InspectionItem,
    Officer,
    Plan,
    PlanTarget,
    Premise,
    RowOrigin,
    SyncObject,
    Task,
    VisitCounter,
)
from server.principal import SYSTEM
from server.services import import_runs, origins, plan_checks, publishing
from server.services.import_runs import Order
from server.services.imports import staging
from server.work import Parts, open_work
from shared.errors import NotAllowed
from shared.roles import Role
from tests.server.conftest import NOW
from tests.server.factories import County, principal
from tests.server.services.imports.files import brought, csv_file, rewritten, usccs, xlsx_file

CODES = usccs(8)
SHEET = "xl/worksheets/sheet1.xml"
HURTFUL = (
    (b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A2:B2"/></mergeCells>', "A2:B2"),
    (b"</row>", b'<c r="K1"><f>1+1</f><v>2</v></c></row>', "K1"),
    (b'<row r="3"', b'<row r="1000000000"', "行号"),
    (b"</sheetData>", b" " * 50_000_000 + b"</sheetData>", "过大"),
    (b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', "实体"),
)


def firm(n: int, **changes: str) -> list[str]:
    values = {
        "uscc": CODES[n],
        "name": f"第{n}号店",
        "region": "370104",
        "address": "经十路1号",
        "legal_rep": "张三",
        "industry": "餐饮",
        "grade": "B",
        "status": "",
        "source": "",
        "as_of": "",
    }
    return list({**values, **changes}.values())


def count(parts: Parts, model: type) -> int:
    with open_work(parts, SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture(params=["csv", "xlsx"])
def made(request: pytest.FixtureRequest, tmp_path: Path):
    make = csv_file if request.param == "csv" else xlsx_file
    return lambda kind, rows: make(tmp_path / f"{kind}.{request.param}", kind, rows)


@pytest.fixture
def table(tmp_path: Path):
    """The same as CSV alone, for what does not hang on the kind of file."""
    return lambda kind, rows: csv_file(tmp_path / f"{kind}.csv", kind, rows)


def test_enterprises_come_with_source_and_day_and_again_without_change(
    parts: Parts, county: County, made
) -> None:
    path = made("enterprises", [firm(0, source="年报", as_of="2026-03-31"), firm(1)])
    row, faults = brought(parts, path, "enterprises")
    assert (row.state, row.rows, row.bad, row.published, faults) == ("done", 2, 0, 2, [])
    with open_work(parts, SYSTEM) as work:
        first, second = (work.session.get_one(Enterprise, CODES[n]) for n in (0, 1))
        actions = work.session.scalars(select(AuditEntry.action)).all()
    assert (first.source, first.as_of.isoformat()) == ("年报", "2026-03-30T16:00:00+00:00")
    assert (second.source, second.status, second.name) == ("市场监管局名录", "operating", "第1号店")
    assert {"import.begun", "import.done"} <= set(actions)
    row, _ = brought(parts, path, "enterprises")
    assert (row.published, row.unchanged) == (0, 2)


def test_an_older_telling_replaces_nothing_and_tablets_hear_of_a_newer(
    parts: Parts, county: County, made
) -> None:
    brought(parts, made("enterprises", [firm(0)]), "enterprises")
    with open_work(parts, SYSTEM) as work:
        publishing.publish(work, "enterprise", CODES[0], {"id": CODES[0], "name": "旧名"}, {"*"})
    old = made("enterprises", [firm(0, name="很久以前", as_of="2020-01-01")])
    assert brought(parts, old, "enterprises")[0].unchanged == 1
    cast(SetClock, parts.clock).move(timedelta(days=1))
    brought(parts, made("enterprises", [firm(0, name="新名")]), "enterprises")
    with open_work(parts, SYSTEM) as work:
        assert work.session.get_one(Enterprise, CODES[0]).name == "新名"
        sent = work.session.get_one(SyncObject, ("enterprise", CODES[0])).data
    assert sent["name"] == "新名"


def test_shared_facts_reach_the_tablets_and_an_older_telling_replaces_nothing(
    parts: Parts, county: County, table
) -> None:
    brought(parts, table("enterprises", [firm(0)]), "enterprises")
    with open_work(parts, SYSTEM) as work:
        publishing.publish(work, "enterprise", CODES[0], {"id": CODES[0], "name": "旧名"}, {"*"})
    told = [CODES[0], "extinguishers", "灭火器", "12 具", "消防登记", "2026-03-01"]
    row, faults = brought(parts, table("facts", [told]), "facts")
    assert (row.published, faults) == (1, [])
    with open_work(parts, SYSTEM) as work:
        sent = work.session.get_one(SyncObject, ("enterprise", CODES[0])).data
    assert sent["facts"] == [
        {
            "key": "extinguishers",
            "name": "灭火器",
            "value": "12 具",
            "source": "消防登记",
            "as_of": "2026-03-01",
            "answer": "",
        }
    ]
    older = [*told[:3], "2 具", "消防登记", "2025-03-01"]
    assert brought(parts, table("facts", [older]), "facts")[0].unchanged == 1
    stranger = [CODES[7], *told[1:]]
    assert brought(parts, table("facts", [stranger]), "facts")[1][0][1] == "统一社会信用代码"
    brought(parts, table("enterprises", [firm(0, name="新名")]), "enterprises")
    with open_work(parts, SYSTEM) as work:
        (kept,) = work.session.get_one(Enterprise, CODES[0]).facts or ()
    assert kept["value"] == "12 具", "a list of enterprises leaves what is known of them"


def test_every_bad_row_is_named_and_nothing_is_stored(parts: Parts, county: County, made) -> None:
    before = count(parts, Enterprise)
    rows = [
        firm(0),
        firm(1, uscc="91370100MA37XJ385X"),
        firm(2, name="", region="999"),
        firm(0),
        firm(3, status="不知道"),
        firm(4, as_of="昨天"),
        firm(5, name="长" * 201),
    ]
    path = made("enterprises", rows)
    row, faults = brought(parts, path, "enterprises")
    assert (row.state, row.rows, row.bad, row.published) == ("refused", 7, 6, 0)
    assert [(n, column) for n, column, _ in faults] == [
        (3, "统一社会信用代码"),
        (4, "区划代码"),
        (4, "名称"),
        (5, ""),
        (6, "状态"),
        (7, "数据日期"),
        (8, "名称"),
    ]
    assert faults[3][2] == "与第 2 行重复"
    assert count(parts, Enterprise) == before
    row, faults = brought(parts, path, "enterprises", skip_bad=True)
    assert (row.state, row.published, len(faults)) == ("done", 1, 7)
    assert count(parts, Enterprise) == before + 1


def test_a_dry_run_stores_nothing(parts: Parts, county: County, made) -> None:
    before = count(parts, Enterprise)
    row, _ = brought(parts, made("enterprises", [firm(0)]), "enterprises", dry_run=True)
    assert (row.state, row.published, count(parts, Enterprise)) == ("checked", 0, before)


def test_headings_are_checked(parts: Parts, county: County, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("名称,颜色\n甲,红\n", encoding="utf-8")
    row, _ = brought(parts, path, "enterprises")
    assert row.state == "failed"
    assert row.why.startswith("缺少列：统一社会信用代码、区划代码")


def test_premises(parts: Parts, county: County, table) -> None:
    place = [county.usccs[0], "二店", "经十路2号", "370104", "36.65", "117.0", "", "", "", ""]
    unknown = [CODES[7], "店", "路", "370104", "", "117.0", "", "", "", ""]
    row, faults = brought(parts, table("premises", [place, unknown]), "premises", skip_bad=True)
    assert (row.published, [n for n, _, _ in faults]) == (1, [3, 3])
    row, _ = brought(parts, table("premises", [place]), "premises")
    assert row.unchanged == 1
    moved = [*place[:2], "经十路3号", *place[3:]]
    assert brought(parts, table("premises", [moved]), "premises")[0].published == 1
    with open_work(parts, SYSTEM) as work:
        found = work.session.scalars(select(Premise).where(Premise.name == "二店")).one()
        origin = work.session.get_one(RowOrigin, ("premise", found.id))
    assert (found.address, found.lat, origin.source) == ("经十路3号", 36.65, "市场监管局名录")


OFFICER = [
    "王五",
    "执法人员",
    "大队",
    "370102199001011231",
    "13812345678",
    "370104",
    "15010000001",
    "2026-01-01",
    "2030-01-01",
    "",
    "",
]


def test_officers_are_sealed_and_their_certificates_told(
    parts: Parts, county: County, table, tmp_path: Path
) -> None:
    path = table("officers", [OFFICER])
    row, faults = brought(parts, path, "officers", agency=county.agency)
    assert (row.published, faults) == (1, [])
    with open_work(parts, SYSTEM) as work:
        certificate = work.session.scalars(
            select(Certificate).where(Certificate.number == "15010000001")
        ).one()
        person = work.session.get_one(Officer, certificate.officer_id)
    assert (person.region, person.agency_id) == ("370104", county.agency)
    assert "3701021990" not in str(person.id_number_sealed)
    assert brought(parts, path, "officers", agency=county.agency)[0].unchanged == 1
    row, faults = brought(parts, path, "officers", agency=county.other_agency)
    assert ("身份证号", "已登记在其他机关") in [(c, why) for _, c, why in faults]
    wrong = [*OFFICER[:3], "370102199001011230", *OFFICER[4:]]
    assert brought(parts, table("officers", [wrong]), "officers", agency=county.agency)[1][0][
        2
    ] == ("身份证号校验码不符")


ITEM = [
    "SJ-9",
    "冷链检查",
    "标准",
    "中华人民共和国食品安全法",
    "第一百一十条",
    "2027",
    "2026-07-01",
    "",
    "",
    "",
    "",
]


def test_an_item_says_that_it_can_be_checked_off_site(parts: Parts, county: County, table) -> None:
    def listed(remote: str) -> bool:
        row = [*ITEM[:-3], remote, *ITEM[-2:]]
        brought(parts, table("items", [row]), "items", agency=county.agency)
        with open_work(parts, SYSTEM) as work:
            return work.session.query(InspectionItem).filter_by(code="SJ-9").one().is_offsite

    assert [listed(said) for said in ("", "是", "", "否")] == [False, True, True, False]


def test_items_and_checklists(parts: Parts, county: County, table) -> None:
    assert brought(parts, table("items", [ITEM]), "items", agency=county.agency)[0].published == 1
    assert brought(parts, table("items", [ITEM]), "items", agency=county.agency)[0].unchanged == 1
    late = [*ITEM[:5], "2028", "2026-06-30", *ITEM[7:]]
    assert (
        brought(parts, table("items", [late]), "items", agency=county.agency)[1][0][1] == "公布日期"
    )
    asked = {2: ["1", "符合、不符合"]}  # the second point, where the first one applies
    about = {
        1: ["fridges", "2", "", ""],
        2: ["", "", "部颁标准", ""],
        3: [""] * 4,
    }  # and source, and day
    named = ["SJ-9", "冷链检查表", "2026-07-01"]
    points = [
        [*named, str(n), f"要点{n}", "看温度", "", "", "", "是", *asked.get(n, ["", ""]), *about[n]]
        for n in range(1, 4)
    ]
    row, faults = brought(parts, table("checklists", points), "checklists", agency=county.agency)
    assert (row.rows, row.published, faults) == (3, 1, [])
    row, _ = brought(parts, table("checklists", points), "checklists", agency=county.agency)
    assert (row.published, row.unchanged) == (0, 1)
    bad = [*points[:2], [*points[2][:7], "没有的法", "第一条", *points[2][9:]]]
    row, faults = brought(
        parts, table("checklists", bad), "checklists", agency=county.agency, skip_bad=True
    )
    assert (row.published, [n for n, _, _ in faults]) == (0, [2, 3, 4])
    with open_work(parts, SYSTEM) as work:
        form = work.session.scalars(select(Form).where(Form.name == "冷链检查表")).one()
        item = work.session.get_one(InspectionItem, form.item_id)
        names = {origins.point_name(form.id, 1, f"p{n}") for n in range(1, 4)}
        told = origins.of(work, origins.POINT, names)
    assert (len(form.points), form.version, item.code) == (3, 1, "SJ-9")
    assert [point.get("applies_when") for point in form.points] == [
        None,
        {"point": "p1", "answers": ["conform", "nonconform"]},
        None,
    ]
    assert form.points[0]["fact"] == {"key": "fridges", "at_least": 2.0}
    assert [told[origins.point_name(form.id, 1, f"p{n}")].source for n in range(1, 4)] == [
        "市场监管局名录",
        "部颁标准",
        "市场监管局名录",
    ]
    for when in (["3", "符合"], ["2", ""], ["1", "符合、不符合、不适用"]):
        bad = [points[0], [*points[1][:10], *when, *about[2]], points[2]]
        _, faults = brought(parts, table("checklists", bad), "checklists", agency=county.agency)
        assert [heading for _, heading, _ in faults] == ["前提序号"], when


def test_a_file_made_to_hurt_is_refused_with_its_reason_and_nothing_is_stored(
    parts: Parts, county: County, tmp_path: Path
) -> None:
    book = xlsx_file(tmp_path / "a.xlsx", "enterprises", [firm(0), firm(1)])
    before = count(parts, Enterprise)
    for n, (old, new, why) in enumerate(HURTFUL):
        row, _ = brought(parts, rewritten(book, SHEET, old, new), "enterprises")
        assert (row.state, row.published, why in (row.why or "")) == ("failed", 0, True), n
    assert count(parts, Enterprise) == before


def test_holidays(parts: Parts, county: County, table) -> None:
    off = [f"2028-05-{n:02}" for n in range(1, 8)]
    days = [[day, "休息", "国办通知", ""] for day in off] + [["2028-05-13", "上班", "", ""]]
    assert brought(parts, table("holidays", days), "holidays")[0].published == 1
    assert brought(parts, table("holidays", days), "holidays")[0].unchanged == 1
    row, faults = brought(parts, table("holidays", days[3:]), "holidays")
    assert (row.published, faults[0][0]) == (0, 2)
    assert "一年的安排要写全" in faults[0][2]
    assert brought(parts, table("holidays", days[:-1]), "holidays")[0].published == 1
    with open_work(parts, SYSTEM) as work:
        years = [work.session.get_one(HolidayYear, (2028, version)) for version in (1, 2)]
        told = origins.of(work, "holiday", {"2028-05-07", "2028-05-13"})
    assert [(year.off, year.work) for year in years] == [(off, ["2028-05-13"]), (off, [])]
    assert {day: origin.source for day, origin in told.items()} == {
        "2028-05-07": "国办通知",
        "2028-05-13": "市场监管局名录",
    }, "each row with its own source"
    assert (years[0].source, years[0].recorded_by) == ("国办通知", SYSTEM.id)


def test_past_visits_are_counted_once(parts: Parts, county: County, table) -> None:
    def visit(no: str, **changes: str) -> list[str]:
        values = {
            "no": no,
            "uscc": county.usccs[0],
            "day": "2026-02-03",
            "trigger": "年度计划",
            "counts": "",
            "items": "SJ-001",
            "officers": "",
            "type": "",
            "source": "",
            "as_of": "",
        }
        return list({**values, **changes}.values())

    def counted(agency: str) -> list[tuple[int, ...]]:
        with open_work(parts, SYSTEM) as work:
            rows = [
                work.session.get_one(VisitCounter, (agency, county.usccs[0], year))
                for year in (2025, 2026)
            ]
            return [(c.done, c.exempt, c.service, c.offsite, c.scheduled) for c in rows]

    def came() -> list[tuple[int, ...]]:
        with open_work(parts, SYSTEM) as work:
            rows = work.session.scalars(select(EnterpriseCounter).order_by(EnterpriseCounter.year))
            return [(c.done, c.exempt, c.service, c.offsite) for c in rows]

    path = table(
        "visits",
        [
            visit("旧1"),
            visit("旧2", counts="否"),
            visit("旧3", day="2025-05-05", source="纸质台账", as_of="2025-12-31"),
            visit("旧4", day="2026-02-04", type="入企服务"),
            visit("旧5", type="非现场检查", trigger="监测线索"),
        ],
    )
    for stored in (5, 0):
        assert brought(parts, path, "visits", agency=county.agency)[0].published == stored
        assert counted(county.agency) == [(1, 0, 0, 0, 0), (1, 1, 1, 1, 0)]
        assert came() == [(1, 0, 0, 0), (1, 0, 1, 1)], "two of one day came together (R31)"
    with open_work(parts, SYSTEM) as work:
        tasks = {task.no.split()[0]: task for task in work.session.scalars(select(Task))}
        told = origins.of(work, "task", {tasks["旧3"].id})[tasks["旧3"].id]
    assert {task.status for task in tasks.values()} == {"closed"}
    assert (tasks["旧5"].visit_type, tasks["旧5"].code) == ("offsite", None)
    assert (told.source, told.row, told.as_of.isoformat()) == (
        ("纸质台账", 4, "2025-12-30T16:00:00+00:00")
    )
    other = [visit("另1", day="2026-02-04", items=""), visit("另2", day="2026-02-05", items="")]
    brought(parts, table("visits", other), "visits", agency=county.other_agency)
    assert came()[1] == (3, 0, 0, 1), "an inspection weighs more than a service visit that day"
    wrong = table(
        "visits",
        [
            visit("旧6", uscc=CODES[5]),
            visit("旧7", day="2026-12-31", items="无"),
            visit("旧8", type="非现场检查", counts="是"),
        ],
    )
    _, faults = brought(parts, wrong, "visits", agency=county.agency)
    assert [(n, c) for n, c, _ in faults] == [
        (2, "统一社会信用代码"),
        (3, "事项编码"),
        (3, "检查日期"),
        (4, "计入频次"),
    ]


@pytest.fixture
def target(parts: Parts, county: County) -> Callable[..., list[str]]:
    """A row of a list of plans: a visit to the n-th enterprise of the county."""
    with open_work(parts, SYSTEM) as work:
        numbers = work.session.scalars(
            select(Certificate.number).where(Certificate.officer_id.in_(county.officers))
        ).all()

    def row(n: int, title: str = "七月检查", **changes: str) -> list[str]:
        values = {
            "title": title,
            "trigger": "年度计划",
            "since": "2026-07-10",
            "until": "2026-07-20",
            "items": "SJ-001",
            "uscc": county.usccs[n],
            "place": "",
            "officers": "、".join(numbers),
            "assistants": "0",
            "reason": "须现场查看",
            "pool": "",
            "percent": "",
            "type": "",
            "visit_since": "",
            "visit_until": "",
            "term": "",
            "frequency": "",
            "joint": "",
            "why": "",
            "source": "",
            "as_of": "",
        }
        return list({**values, **changes}.values())

    return row


def test_plans_become_drafts_of_whoever_brings_them(
    parts: Parts, county: County, table, target
) -> None:
    who = principal(county.planner, Role.PLANNER, agency=county.agency)
    path = table("plans", [target(0), target(1), target(2, "八月检查", type="非现场检查")])
    row, faults = brought(parts, path, "plans", agency=county.agency, who=who)
    assert (row.published, faults) == (2, [])
    with open_work(parts, SYSTEM) as work:
        found = {plan.title: plan for plan in work.session.scalars(select(Plan))}
        targets = work.session.scalars(select(PlanTarget)).all()
    assert {(p.status, p.planner_id) for p in found.values()} == {("draft", county.planner)}
    assert len(targets) == 3
    assert {p.title: p.visit_type for p in found.values()} == {
        "七月检查": "inspection",
        "八月检查": "offsite",
    }
    silent = table("plans", [target(2, "八月检查", reason="另有理由")])
    assert brought(parts, silent, "plans", agency=county.agency, who=who)[0].published == 1
    with open_work(parts, SYSTEM) as work:
        plan = work.session.get_one(Plan, found["八月检查"].id)
        assert plan.visit_type == "offsite", "what a list does not tell stays"
    path = table("plans", [target(0), target(1), target(2, "八月检查", type="非现场检查")])
    brought(parts, path, "plans", agency=county.agency, who=who)
    row, _ = brought(parts, path, "plans", agency=county.agency, who=who)
    assert (row.published, row.unchanged) == (0, 2)
    mixed = table("plans", [target(0), target(1, since="2026-07-11"), target(2, officers="不存在")])
    row, faults = brought(parts, mixed, "plans", agency=county.agency, who=who)
    assert row.state == "refused"
    assert [(n, c) for n, c, _ in faults] == [(3, "检查开始"), (4, "执法证号")]


def test_one_place_is_visited_twice_in_one_plan_on_other_days(
    parts: Parts, county: County, table, target
) -> None:
    def bring(*rows: list[str]):
        who = principal(county.planner, Role.PLANNER, agency=county.agency)
        return brought(parts, table("plans", list(rows)), "plans", agency=county.agency, who=who)

    def visits() -> list[tuple[str, str, str, str]]:
        with open_work(parts, SYSTEM) as work:
            plan = work.session.scalars(select(Plan)).one()
            rows = plan_checks.targets_of(work, plan.id)
            told = origins.of_targets(work, plan, rows)
            return [(t.uscc, str(t.window_from), t.reason_onsite, told[t.id].source) for t in rows]

    with open_work(parts, SYSTEM) as work:
        other = work.session.get_one(Agency, county.other_agency).name
    said = {"frequency": "2", "joint": other, "why": "年度计划\n第二行", "term": "具体方案"}
    first = target(0, visit_until="2026-07-12", source="甲科", **said)
    again = target(0, visit_since="2026-07-18", source="乙科", reason="复看", **said)
    row, faults = bring(first, again)
    assert (row.published, faults) == (1, [])
    one, two = (county.usccs[0], "None", "须现场查看"), (county.usccs[0], "2026-07-18", "复看")
    assert visits() == [(*one, "甲科"), (*two, "乙科")]
    assert bring(first, again)[0].unchanged == 1
    with open_work(parts, SYSTEM) as work:
        plan = work.session.scalars(select(Plan)).one()
        assert (plan.frequency, plan.joint_agency_ids) == (2, [county.other_agency])
        assert (plan.reason, plan.term) == ("年度计划\n第二行", "scheme")
        blocked = [f for f in plan_checks.findings_of(work, plan) if f.effect == "block"]
        assert blocked == [], "two visits of one place, as often as is stated (R21-03)"
    moved = target(0, visit_since="2026-07-17", source="丙科", reason="复看", **said)
    assert bring(first, moved)[0].published == 1, "told otherwise, it is the same visit"
    assert visits()[1] == (county.usccs[0], "2026-07-17", "复看", "丙科")
    silent = [target(0, reason="甲"), target(0, visit_since="2026-07-17", reason="乙")]
    bring(*silent)
    assert [visit[1:3] for visit in visits()] == [("None", "甲"), ("2026-07-17", "乙")]
    row, faults = bring(target(0), target(1), target(0, visit_since="2026-07-10"))
    assert (row.state, [n for n, _, _ in faults]) == ("refused", [4])
    assert "与第 2 行重复" in faults[0][2]
    assert "填写本次开始和本次结束" in faults[0][2]
    with open_work(parts, SYSTEM) as work:
        assert work.session.scalars(select(Plan)).one().frequency == 2, "what is not told stays"
    wrong = target(0, visit_since="2026-07-12", visit_until="2026-07-11", joint="没有的局")
    _, faults = bring(wrong)
    assert [(n, c) for n, c, _ in faults] == [(2, "本次结束"), (2, "联合机关")]


def test_an_upload_is_kept_sealed_and_read_by_the_job(
    parts: Parts, county: County, tmp_path: Path
) -> None:
    path = csv_file(tmp_path / "o.csv", "officers", [OFFICER])
    admin = principal(county.admin, Role.AGENCY_ADMIN, agency=county.agency)
    order = Order(kind="officers", filename="o.csv", source="名册", as_of=parts.clock.now())
    with open_work(parts, admin) as work:
        run_id = import_runs.upload(work, order, path.read_bytes()).id
    kept = [each.read_bytes() for each in parts.settings.data_dir.rglob("*") if each.is_file()]
    assert not [data for data in kept if b"370102199001011231" in data]
    with open_work(parts, SYSTEM) as work:
        assert list(import_runs.due(work, 5)) == [run_id]
    import_runs.bring_in(parts, run_id)
    import_runs.bring_in(parts, run_id)
    with open_work(parts, admin) as work:
        assert import_runs.get(work, run_id).state == "done"
        assert list(import_runs.due(work, 5)) == []


def test_only_whose_kind_it_is_may_import(parts: Parts, county: County) -> None:
    planner = principal(county.planner, Role.PLANNER, agency=county.agency)
    order = Order(kind="officers", filename="o.csv", source="名册", as_of=parts.clock.now())
    with open_work(parts, planner) as work, pytest.raises(NotAllowed):
        import_runs.upload(work, order, b"x")


@pytest.mark.postgres
def test_batches_stored_beside_each_other_are_told_whole(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "AT_ONCE", 3)
    told = {"MINGCHA_DATA_DIR": str(tmp_path / "data"), "MINGCHA_DATABASE_URL": postgres_url}
    parts = assembly.set_up(Settings.from_env(told), clock=SetClock(NOW))
    founding.found(parts)
    path = csv_file(tmp_path / "firms.csv", "enterprises", [firm(n) for n in range(8)])
    row, faults = brought(parts, path, "enterprises")
    assert (row.state, row.published, faults, count(parts, Enterprise)) == ("done", 8, [], 8)
    with open_work(parts, SYSTEM) as work:
        publishing.publish(work, "enterprise", CODES[7], {"id": CODES[7], "name": "旧名"}, {"*"})
    more = [firm(n, **({"name": "新名"} if n == 7 else {})) for n in range(8)]
    cast(SetClock, parts.clock).move(timedelta(days=1))
    row, _ = brought(parts, csv_file(path, "enterprises", more), "enterprises")
    assert (row.state, row.published, row.unchanged) == ("done", 8, 0)
    with open_work(parts, SYSTEM) as work:
        assert work.session.get_one(SyncObject, ("enterprise", CODES[7])).data["name"] == "新名"
        left = text(
            "SELECT sum(gin_clean_pending_list(i::regclass)) FROM unnest(ARRAY["
            "'ix_enterprise_windows_name', 'ix_enterprise_windows_initials']) i"
        )
        assert work.session.scalar(left) == 0
    parts.engine.dispose()
