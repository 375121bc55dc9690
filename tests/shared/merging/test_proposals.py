"""What is proposed of a schedule, and what one checklist asks that were several."""

import random
from dataclasses import replace
from datetime import date

from shared.merging.building import first_come
from shared.merging.model import Inspector, Need
from shared.merging.points import composite
from shared.merging.proposal import lead_of, proposals, savings
from shared.reference import Form, Point
from tests.shared.merging import county

DAYS = county.calendar(10, slots=2)


def need(task: str, agency: str, since: int, until: int) -> Need:
    return Need(
        task_id=task,
        agency_id=agency,
        uscc="uscc-000",
        premise_id="premise-000",
        window_from=DAYS.days[since],
        window_to=DAYS.days[until],
    )


def staff() -> list[Inspector]:
    made = county.inspectors(random.Random(3), count=12, agencies=3)
    return [replace(each, recused=frozenset()) for each in made]


def test_two_agencies_in_one_window_are_one_visit() -> None:
    needs = [need("a", "agency-0", 0, 4), need("b", "agency-1", 0, 6), need("c", "agency-1", 0, 3)]
    (only,) = proposals(first_come(needs, staff(), DAYS), needs)
    assert (only.lead, only.members) == ("agency-1", ("agency-0",))
    assert (only.window_from, only.window_to) == (DAYS.days[0], DAYS.days[3])
    assert only.visits_avoided == 2
    saved = savings([only], tasks=4, visit_minutes=90)
    assert (saved.merged, saved.share, saved.hours_avoided) == (3, 0.75, 3.0)


def test_one_agency_alone_or_windows_that_do_not_meet_are_no_joint_visit() -> None:
    alone = [need("a", "agency-0", 0, 4), need("b", "agency-0", 0, 4)]
    apart = [need("a", "agency-0", 0, 2), need("b", "agency-1", 3, 6)]
    for needs in (alone, apart):
        assert proposals(first_come(needs, staff(), DAYS), needs) == ()


def test_among_equals_the_one_whose_time_runs_out_leads() -> None:
    assert lead_of([need("a", "agency-0", 0, 4), need("b", "agency-1", 0, 3)]) == "agency-1"
    assert lead_of([need("a", "agency-0", 0, 4), need("b", "agency-1", 0, 4)]) == "agency-0"


def test_nothing_is_saved_of_nothing() -> None:
    assert savings([], tasks=0, visit_minutes=120).share == 0.0


def form(id_: str, *points: tuple[str, str]) -> Form:
    return Form(
        id=id_,
        version=1,
        name=id_,
        item_id=f"item-{id_}",
        valid_from=date(2026, 1, 1),
        valid_to=None,
        points=tuple(
            Point(
                id=f"{id_}-{n}",
                no=str(n),
                title=title,
                content=content,
                method="",
                basis_id=None,
                key=False,
            )
            for n, (title, content) in enumerate(points)
        ),
    )


def test_a_point_that_stands_in_two_forms_is_asked_once_and_answers_both() -> None:
    market = form("market", ("消防通道", "是否畅通"), ("营业执照", "是否悬挂"))
    fire = form("fire", ("消防 通道", "是否畅通 "), ("灭火器", "是否有效"))
    one = composite([market, fire, market])
    assert [each.point.title for each in one.asked] == ["消防通道", "营业执照", "灭火器"]
    assert one.asked[0].answers == (("market", 1, "market-0"), ("fire", 1, "fire-0"))
    assert (one.before, one.merged) == (4, 1)


def test_the_same_title_with_another_question_stays_two_points() -> None:
    one = composite([form("a", ("通道", "宽度")), form("b", ("通道", "标志"))])
    assert (one.before, one.merged) == (2, 0)
