"""The compliance report counts what it lists and what it does not, as of its day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.content import compliance, problems
from shared.content.compliance import Inspected, Period, Standing
from shared.content.hashing import content_hash

AS_OF = datetime(2026, 11, 23, 4, tzinfo=UTC)


def problem(no: str, severity: str = "rectify", *, fixed: bool = False) -> dict[str, Any]:
    return {
        "point_no": no,
        "title": f"第{no}项",
        "note": "",
        "severity": severity,
        "fixed_on_spot": fixed,
    }


def told(*found: Mapping[str, Any], **changes: Any) -> Inspected:
    ending = ("rectify", "发现问题，责令改正") if found else ("no_problem", "未发现问题")
    known = {
        "began": AS_OF - timedelta(days=9),
        "agencies": ["市场监督管理局"],
        "items": ["食品检查"],
        "standing": Standing.TOLD,
        "number": "检告〔2026〕0001号",
        "content_hash": "ab" * 32,
        "result": {
            "problems": found,
            "conclusion": ending[0],
            "conclusion_text": ending[1],
            "unable": "",
        },
    }
    return Inspected(**{**known, **changes})


def report(*listed: Inspected, left_out: int = 0) -> dict[str, Any]:
    return compliance.build(
        agency={"id": "a", "name": "司法局", "phone": "", "supervision_phone": ""},
        enterprise={"uscc": "u", "name": "泉城食品", "legal_rep": "", "address": ""},
        period=Period(since=date(2026, 1, 1), until=date(2026, 11, 23)),
        as_of=AS_OF,
        listed=listed,
        left_out=left_out,
    )


def test_what_is_left_out_is_counted_and_nothing_else_is_said_of_it() -> None:
    made = report(told(), left_out=2)

    assert (made["counts"]["all"], made["counts"]["listed"], made["counts"]["left_out"]) == (
        3,
        1,
        2,
    )
    assert len(made["inspections"]) == 1
    assert content_hash(made) != content_hash(report(told()))


def test_a_finding_is_closed_when_nothing_of_it_is_left_to_do() -> None:
    found = [
        problem("1"),
        problem("2"),
        problem("3"),
        problem("4", fixed=True),
        problem("5", "guidance"),
        problem("6", "transfer"),
    ]
    rectified = {problems.key_of(found[0]): "fixed", problems.key_of(found[1]): "reported"}
    made = report(told(*found, rectified=rectified, due=date(2026, 12, 1)))
    (one,) = made["inspections"]

    states = [finding["state"] for finding in one["findings"]]
    assert states == ["fixed", "reported", "open", "on_spot", "guided", "transferred"]
    assert (made["counts"]["closed"], made["counts"]["open"]) == (3, 3)
    assert (one["rectification_text"], one["due"]) == ("整改中", "2026-12-01")


@pytest.mark.parametrize(
    ("due", "outcome", "said"),
    [
        (date(2026, 11, 23), "not_fixed", "under_way"),
        (date(2026, 11, 22), "not_fixed", "overdue"),
        (date(2026, 11, 22), "fixed", "done"),
        (None, "open", "under_way"),
    ],
)
def test_what_was_ordered_is_overdue_the_day_after_its_deadline(
    due: date | None, outcome: str, said: str
) -> None:
    one = problem("1")
    made = report(told(one, rectified={problems.key_of(one): outcome}, due=due))

    assert made["inspections"][0]["rectification"] == said


def test_guidance_and_what_was_put_right_on_the_spot_order_nothing() -> None:
    made = report(told(problem("1", fixed=True), problem("2", "guidance"), due=date(2026, 12, 1)))

    assert made["inspections"][0]["rectification"] == "none"
    assert made["inspections"][0]["due"] == ""


def test_inspections_without_a_result_stand_there_without_a_conclusion() -> None:
    pending = told(standing=Standing.PENDING, result=None, number="", content_hash="")
    void = told(standing=Standing.VOID, result=None, number="", content_hash="")
    unable = told(
        result={
            "problems": [],
            "conclusion": "unable",
            "conclusion_text": "无法检查",
            "unable": "企业已停业",
        }
    )
    made = report(told(), pending, void, unable)

    assert [one["conclusion_text"] for one in made["inspections"]] == [
        "未发现问题",
        "尚未形成结论",
        "经执法监督裁定，不作为依据",
        "无法检查（企业已停业）",
    ]
    assert made["counts"]["without_conclusion"] == 3


def test_the_newest_stands_first() -> None:
    days = (40, 3, 12)
    made = report(*(told(began=AS_OF - timedelta(days=n)) for n in days))

    assert [one["inspected_on"][:10] for one in made["inspections"]] == [
        "2026-11-20",
        "2026-11-11",
        "2026-10-14",
    ]


def test_an_objection_nobody_has_decided_is_marked_beside_its_inspection_alone() -> None:
    made = report(told(problem("1"), objected=True), told(began=AS_OF - timedelta(days=20)))

    assert [one.get("objection_text") for one in made["inspections"]] == [
        "企业对该结果提出异议，正在复核",
        None,
    ]
    assert made["counts"] == report(told(problem("1")), told())["counts"]
