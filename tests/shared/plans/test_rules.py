"""The edges of single rules; that each finds its own counter-example is in test_catalogue."""

from dataclasses import replace
from datetime import date

import pytest

from shared.plans.catalogue import check_plan
from shared.plans.facts import CertificateFacts, Count, Past, Span
from shared.plans.limits import Limits, TriggerRule
from shared.plans.model import (
    Approver,
    AssistLetter,
    PlanKind,
    SpecialApproval,
    Trigger,
    VisitType,
)
from shared.plans.rule import Case, Finding
from shared.plans.spoiling import (
    with_facts,
    with_item,
    with_limits,
    with_past,
    with_place,
    with_plan,
    with_target,
)
from tests.shared.plans.cases import TODAY, USCC, good_case, officer, target


def certificate(**changes: object) -> CertificateFacts:
    return replace(officer("王一").certificates[0], **changes)


def findings(case: Case) -> tuple[Finding, ...]:
    return check_plan(case.plan, case.facts)


def found(case: Case) -> list[str]:
    return [finding.rule for finding in check_plan(case.plan, case.facts)]


def test_the_same_officer_twice_is_one() -> None:
    assert "R07-01" in found(with_target(good_case(), officer_ids=("a", "a")))


def test_an_assistant_is_never_one_of_the_two() -> None:
    case = good_case()
    people = {**case.facts.officers, "b": officer("协管", is_assistant=True)}
    assert {"R04-01", "R07-01"} <= set(found(with_facts(case, officers=people)))


def test_a_third_officer_without_papers_is_found_though_two_are_enough() -> None:
    case = good_case()
    people = {**case.facts.officers, "c": officer("赵三", certificates=())}
    case = with_target(with_facts(case, officers=people), officer_ids=("a", "b", "c"))
    assert found(case) == ["R04-01"]


def test_an_unknown_officer_is_not_certified() -> None:
    assert {"R04-01", "R07-01"} <= set(found(with_target(good_case(), officer_ids=("a", "x"))))


@pytest.mark.parametrize(("until", "holds"), [(10, True), (9, False)])
def test_a_certificate_must_last_to_the_last_day(until: int, holds: bool) -> None:
    span = certificate(until=date(2026, 7, until))
    case = good_case()
    people = {**case.facts.officers, "a": officer("王一", certificates=(span,))}
    assert ("R04-01" not in found(with_facts(case, officers=people))) is holds


def test_two_certificates_that_only_together_cover_the_window_do_not() -> None:
    halves = (
        certificate(until=date(2026, 7, 7)),
        certificate(since=date(2026, 7, 8), until=date(2030, 1, 1)),
    )
    case = good_case()
    people = {**case.facts.officers, "a": officer("王一", certificates=halves)}
    assert "R04-01" in found(with_facts(case, officers=people))


@pytest.mark.parametrize(
    ("done", "scheduled", "kept"), [(0, 1, True), (1, 1, False), (2, 0, False)]
)
def test_the_cap_counts_what_was_done_and_what_is_scheduled(
    done: int, scheduled: int, kept: bool
) -> None:
    counts = {(USCC, 2026): Count(done=done, scheduled=scheduled)}
    assert ("R26-01" not in found(with_facts(good_case(), counts=counts))) is kept


def test_two_visits_of_one_enterprise_in_one_plan_count_together() -> None:
    later = {"window_from": date(2026, 7, 20), "window_to": date(2026, 7, 20)}
    twice = (target(), target(id="t2", position=2, **later))
    case = with_plan(good_case(), targets=twice, frequency=2)
    assert found(case) == ["W-CAP-01"], "the second takes the last place"
    case = with_facts(case, counts={(USCC, 2026): Count(done=1)})
    problems = check_plan(case.plan, case.facts)
    assert [(p.rule, p.position) for p in problems] == [("W-CAP-01", 1), ("R26-01", 2)]


def test_a_window_over_new_year_takes_a_place_in_both_years() -> None:
    case = with_plan(good_case(), window_to=date(2027, 1, 5))
    case = with_target(case, window_from=date(2026, 12, 28), window_to=date(2027, 1, 5))
    assert found(case) == []
    full = {(USCC, 2027): Count(scheduled=2)}
    assert found(with_facts(case, counts=full)) == ["R26-01"]


def test_without_a_published_cap_there_is_none() -> None:
    case = with_facts(good_case(), limits=Limits(), counts={(USCC, 2026): Count(done=99)})
    assert found(case) == ["R26-02"]


def complaint() -> Case:
    case = with_plan(good_case(), kind=PlanKind.CASE, trigger=Trigger.COMPLAINT_12345)
    return with_target(case, source_no="12345-1", source_on=TODAY)


@pytest.mark.parametrize(
    "rule", [TriggerRule(counts=False, blocks=False), TriggerRule(counts=True, blocks=False)]
)
def test_a_province_may_exempt_a_trigger(rule: TriggerRule) -> None:
    case = with_facts(complaint(), counts={(USCC, 2026): Count(done=9)})
    assert found(case) == ["R26-01"]
    exempt = Limits(yearly_cap=2, trigger_rules={Trigger.COMPLAINT_12345: rule})
    assert found(with_facts(case, limits=exempt)) == ["W-CAP-02"], "said, but not stopped"


def test_a_special_inspection_from_above_uses_up_no_cap() -> None:
    case = with_facts(good_case(), counts={(USCC, 2026): Count(done=2)})
    approval = SpecialApproval(
        document="鲁政办〔2026〕1号", approver=Approver.PROVINCE_GOVERNMENT, approved_on=TODAY
    )
    case = with_plan(case, kind=PlanKind.SPECIAL, trigger=Trigger.SPECIAL, special=approval)
    assert "R26-01" in found(case)
    deployed = with_plan(case, special=replace(approval, deployed_by="省市场监管局"))
    assert "R26-01" not in found(deployed)
    assert "R26-01" in found(with_limits(deployed, deployed_special_counts=True))


def test_a_service_visit_uses_up_no_cap_and_carries_no_item() -> None:
    case = with_plan(good_case(), visit_type=VisitType.SERVICE_VISIT, item_ids=())
    assert found(with_facts(case, counts={(USCC, 2026): Count(done=9)})) == []


def offsite_case() -> Case:
    """The good plan without anybody coming, and without a reason to come."""
    case = with_target(with_item(good_case(), is_offsite=True), reason_onsite="")
    return with_plan(case, visit_type=VisitType.OFFSITE)


def test_what_is_about_entering_does_not_hold_off_site() -> None:
    weekend = with_target(
        offsite_case(), window_from=date(2026, 7, 11), window_to=date(2026, 7, 12)
    )
    case = with_place(weekend, has_point=False)
    full = with_facts(case, counts={(USCC, 2026): Count(done=9)})
    often = with_past(full, *[past(date(2026, 7, 11), task_id=str(n)) for n in range(9)])
    assert found(often) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"item_ids": ()}, "R10-01"),
        ({"joint_agency_ids": ("other",)}, "R30-12"),
        ({"window_from": date(2026, 6, 30)}, "R20-01"),
    ],
)
def test_what_is_about_inspecting_holds_off_site(changes: dict[str, object], rule: str) -> None:
    assert rule in found(with_plan(offsite_case(), **changes))


def test_only_what_is_listed_so_is_checked_off_site_and_two_officers_do_it() -> None:
    assert found(with_item(offsite_case(), is_offsite=False)) == ["R30-11"]
    assert "R07-01" in found(with_target(offsite_case(), officer_ids=("a",)))


def past(day: date, **changes: object) -> Past:
    values: dict[str, object] = {
        "task_id": f"task {day}",
        "agency_id": "other",
        "trigger": "annual_plan",
        "since": day,
        "until": day,
    }
    return Past(**{**values, **changes})


def test_two_visits_a_day_are_said_and_a_joint_one_is_one() -> None:
    case = with_target(good_case(), window_to=date(2026, 7, 6))
    same = [past(date(2026, 7, 6), task_id=n, visit_id="v", outcome="rectify") for n in "ab"]
    count = next(f for f in findings(with_past(case, *same)) if f.rule == "W-REPEAT-01")
    assert (count.facts["days"], count.facts["count"]) == (1, 2)


def test_visits_that_may_lie_apart_are_not_called_repeated() -> None:
    wide = past(date(2026, 7, 1), until=date(2026, 8, 30))
    assert "W-REPEAT-01" not in found(with_past(good_case(), wide))


def test_the_frequent_visits_of_a_region_are_counted_on() -> None:
    case = with_past(good_case(), past(date(2026, 6, 1), outcome="rectify"))
    assert "W-FREQ60-01" not in found(with_facts(case, frequent=1))
    assert "W-FREQ60-01" in found(with_facts(case, frequent=2))
    caused = with_past(case, past(date(2026, 6, 1), trigger="media", outcome="rectify"))
    assert "W-FREQ60-01" not in found(with_facts(caused, frequent=2)), "something had happened"


def test_a_run_without_findings_is_broken_by_one() -> None:
    days = [date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)]
    mine = {"agency_id": "home", "officer_ids": frozenset({"a"})}
    run = [past(day, outcome="no_problem", **mine) for day in days]
    assert {"R51-01", "W-LOWYIELD-01"} <= set(found(with_past(good_case(), *run)))
    run[1] = replace(run[1], outcome="rectify")
    assert {"R51-01", "W-LOWYIELD-01"}.isdisjoint(found(with_past(good_case(), *run)))


def test_a_letter_lets_an_agency_go_elsewhere() -> None:
    case = good_case()
    case = with_facts(
        case,
        places={"p1": replace(case.facts.places["p1"], region="370202")},
        agencies={"host": replace(case.facts.agency, region="370202")},
    )
    assert found(case) == ["R50-01"]
    letter = AssistLetter(no="协1号", host_agency_id="host", issued_on=TODAY)
    assert found(with_target(case, letter=letter)) == []


def test_today_is_not_the_past_and_yesterday_is() -> None:
    case = with_target(good_case(), window_from=TODAY)
    assert found(case) == []
    case = with_plan(
        with_target(case, window_from=date(2026, 6, 30)), window_from=date(2026, 6, 30)
    )
    assert found(case) == ["R20-01"]


def test_an_emergency_is_approved_afterwards() -> None:
    day = date(2026, 6, 30)
    case = with_plan(
        good_case(),
        kind=PlanKind.CASE,
        trigger=Trigger.EMERGENCY,
        window_from=day,
        oral_approver="局长",
        oral_on=day,
    )
    assert found(with_target(case, window_from=day)) == []


def test_a_window_does_not_end_before_it_begins() -> None:
    case = with_target(good_case(), window_from=date(2026, 7, 9), window_to=date(2026, 7, 8))
    assert "R21-01" in found(case)


def test_a_plan_stays_in_its_year() -> None:
    assert found(with_plan(good_case(), year=2027)) == ["R21-01"]


def test_the_items_of_another_agency_are_not_ours() -> None:
    case = good_case()
    item = replace(case.facts.items["i1"], agency_id="another")
    assert found(with_facts(case, items={"i1": item})) == ["R10-01"]


def test_an_item_taken_off_the_list_in_mid_window_is_found() -> None:
    case = good_case()
    item = replace(
        case.facts.items["i1"],
        published=(Span(since=date(2026, 1, 1), until=date(2026, 7, 15)),),
    )
    assert found(with_facts(case, items={"i1": item})) == ["R10-01"]


def test_a_plan_without_items_is_found() -> None:
    assert found(with_plan(good_case(), item_ids=())) == ["R10-01"]


@pytest.mark.parametrize("region", ["370202", "", "nonsense"])
def test_a_place_elsewhere_or_nowhere_is_not_ours(region: str) -> None:
    case = good_case()
    place = replace(case.facts.places["p1"], region=region)
    assert found(with_facts(case, places={"p1": place})) == ["R50-01"]


def test_a_city_agency_inspects_in_its_counties() -> None:
    case = good_case()
    assert found(with_facts(case, agency=replace(case.facts.agency, region="370100"))) == []


def test_a_revoked_agency_is_found() -> None:
    case = good_case()
    gone = replace(case.facts.agency, revoked_on=TODAY)
    assert found(with_facts(case, agency=gone)) == ["R01-01"]
