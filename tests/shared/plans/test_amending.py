"""An amendment is judged for what it changes; what it leaves as it was is not judged again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.plans.amending import Amendment, as_object, check_amendment, compare
from shared.plans.catalogue import check_plan
from shared.plans.model import Plan, Target
from shared.plans.rule import Case
from shared.plans.spoiling import with_facts, with_limits, with_plan, with_twin
from tests.shared.plans.cases import good_case


def again(case: Case, **changes: Any) -> Case:
    """The case with a second enterprise like the first."""
    return with_twin(case, id="second", uscc="91370200MA32MTH01U", **changes)


def rules(before: Plan, after: Plan, case: Case, **settled: Any) -> set[str]:
    return {each.rule for each in check_amendment(before, after, case.facts, **settled)}


def rewritten(plan: Plan, **changes: Any) -> Plan:
    """The plan written again: every target has another id, as a draft's have."""
    targets = tuple(replace(target, id=f"new-{target.id}") for target in plan.targets)
    return replace(plan, targets=targets, **changes)


def moved(target: Target, days: int) -> Target:
    by = timedelta(days=days)
    return replace(target, window_from=target.window_from + by, window_to=target.window_to + by)


def test_a_plan_written_again_changes_nothing() -> None:
    plan = again(good_case()).plan
    assert compare(plan, rewritten(plan)).is_nothing
    turned = replace(
        plan, targets=tuple(replace(t, officer_ids=t.officer_ids[::-1]) for t in plan.targets)
    )
    assert compare(plan, turned).is_nothing


def test_added_removed_and_changed_are_told_apart() -> None:
    case = good_case()
    first, second = again(case).plan.targets
    before = replace(case.plan, targets=(first, second))
    third = replace(second, id="third", uscc="92371500MA3U7T9G58")
    after = replace(case.plan, targets=(replace(first, assistant_count=3), third), title="改名")
    found = compare(before, after)
    assert [target.id for target in found.removed] == ["second"]
    assert [target.id for target in found.added] == ["third"]
    assert [pair.changes[0].field for pair in found.changed] == ["assistant_count"]
    said = as_object(found)
    assert said["fields"] == [{"name": "title", "before": case.plan.title, "after": "改名"}]
    assert said["kept"] == 0


def test_another_premise_of_the_same_enterprise_is_a_change() -> None:
    plan = good_case().plan
    after = replace(plan, targets=(replace(plan.targets[0], premise_id="elsewhere"),))
    (pair,) = compare(plan, after).changed
    assert [change.field for change in pair.changes] == ["premise_id"]


def test_other_items_reach_every_visit_that_has_not_begun() -> None:
    plan = again(good_case()).plan
    found: Amendment = compare(plan, rewritten(plan, item_ids=("another",)))
    assert {target.id for target in found.gone({"second"})} == {plan.targets[0].id}
    assert {target.id for target in found.come({"second"})} == {f"new-{plan.targets[0].id}"}


def test_what_stays_is_not_judged_again() -> None:
    """Half of the plan's window is over: filing it today would be forbidden."""
    case = good_case()
    late = with_facts(case, today=case.plan.targets[0].window_from + timedelta(days=1))
    assert "R20-01" in {each.rule for each in check_plan(case.plan, late.facts)}
    added = replace(moved(again(case).plan.targets[1], 5), id="second")
    after = replace(
        case.plan,
        targets=(*case.plan.targets, added),
        window_to=added.window_to + timedelta(days=1),
    )
    assert "R20-01" not in rules(case.plan, after, late)


def test_a_changed_visit_is_not_filed_for_the_past() -> None:
    case = good_case()
    late = with_facts(case, today=case.plan.targets[0].window_from + timedelta(days=1))
    changed = replace(case.plan.targets[0], reason_onsite="换了一个理由，须现场查看")
    assert "R20-01" in rules(case.plan, replace(case.plan, targets=(changed,)), late)


def test_how_soon_is_asked_of_what_is_new() -> None:
    case = with_limits(good_case(), lead_workdays=7, lead_exempt=())
    today = case.plan.targets[0].window_from - timedelta(days=1)
    soon = with_facts(case, today=today)
    removed = replace(case.plan, targets=())
    assert "R23-01" in rules(removed, case.plan, soon)


def test_numbers_approved_for_the_whole_count_the_whole() -> None:
    case = good_case()
    plan = replace(case.plan, frequency=1)
    twice = replace(moved(plan.targets[0], 1), id="again", position=2)
    after = replace(plan, targets=(*plan.targets, twice))
    assert "R21-03" in rules(plan, after, case)
    assert "R21-03" not in rules(plan, after, case, given_up={plan.targets[0].id})


def test_a_fault_of_the_plan_that_is_old_is_not_told_again() -> None:
    case = with_plan(good_case(), reason="", title="罚款任务")
    old = {each.rule for each in check_plan(case.plan, case.facts) if each.target_id is None}
    assert old
    assert rules(case.plan, again(case).plan, case).isdisjoint(old)
