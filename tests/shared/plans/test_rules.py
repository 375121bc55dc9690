"""The edges of single rules; that each finds its own counter-example is in test_catalogue."""

from dataclasses import replace
from datetime import date

import pytest

from shared.plans.catalogue import check_plan
from shared.plans.model import Case, Count, Limits, Span, Trigger, TriggerRule, VisitType
from shared.plans.spoiling import with_facts, with_plan, with_target
from tests.shared.plans.cases import TODAY, USCC, good_case, officer, target


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
    span = Span(since=date(2024, 1, 1), until=date(2026, 7, until))
    case = good_case()
    people = {**case.facts.officers, "a": officer("王一", certificates=(span,))}
    assert (found(with_facts(case, officers=people)) == []) is holds


def test_two_certificates_that_only_together_cover_the_window_do_not() -> None:
    halves = (
        Span(since=date(2024, 1, 1), until=date(2026, 7, 7)),
        Span(since=date(2026, 7, 8), until=date(2030, 1, 1)),
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
    assert (found(with_facts(good_case(), counts=counts)) == []) is kept


def test_two_visits_of_one_enterprise_in_one_plan_count_together() -> None:
    twice = (target(), target(id="t2", position=2))
    case = with_plan(good_case(), targets=twice)
    assert found(case) == []
    case = with_facts(case, counts={(USCC, 2026): Count(done=1)})
    problems = check_plan(case.plan, case.facts)
    assert [(p.rule, p.position) for p in problems] == [("R26-01", 2)]


def test_without_a_published_cap_there_is_none() -> None:
    case = with_facts(good_case(), limits=Limits(), counts={(USCC, 2026): Count(done=99)})
    assert found(case) == []


@pytest.mark.parametrize(
    "rule", [TriggerRule(counts=False, blocks=False), TriggerRule(counts=True, blocks=False)]
)
def test_a_province_may_exempt_a_trigger(rule: TriggerRule) -> None:
    case = with_plan(good_case(), trigger=Trigger.COMPLAINT_12345)
    case = with_facts(case, counts={(USCC, 2026): Count(done=9)})
    assert "R26-01" in found(case)
    exempt = Limits(yearly_cap=2, triggers={Trigger.COMPLAINT_12345: rule})
    assert found(with_facts(case, limits=exempt)) == []


def test_a_service_visit_uses_up_no_cap() -> None:
    case = with_plan(good_case(), visit_type=VisitType.SERVICE_VISIT)
    assert found(with_facts(case, counts={(USCC, 2026): Count(done=9)})) == []


def test_today_is_not_the_past_and_yesterday_is() -> None:
    case = with_target(good_case(), window_from=TODAY)
    assert found(case) == []
    case = with_plan(
        with_target(case, window_from=date(2026, 6, 30)), window_from=date(2026, 6, 30)
    )
    assert found(case) == ["R20-01"]


def test_an_emergency_is_approved_afterwards() -> None:
    case = with_plan(good_case(), trigger=Trigger.EMERGENCY, window_from=date(2026, 6, 30))
    assert found(with_target(case, window_from=date(2026, 6, 30))) == []


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
