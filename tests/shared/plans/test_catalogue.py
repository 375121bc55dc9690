import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.plans.catalogue import RETIRED, RULES, check_plan
from shared.plans.model import Effect, Rule
from tests.shared.plans.cases import good_case


def test_nothing_is_found_against_a_good_plan() -> None:
    case = good_case()
    assert check_plan(case.plan, case.facts) == ()


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_finds_its_own_counter_example(rule: Rule) -> None:
    case = rule.example.spoil(good_case())
    found = [finding for finding in check_plan(case.plan, case.facts) if finding.rule == rule.id]
    assert found
    assert all(finding.effect is rule.effect for finding in found)
    assert all("{" not in text for finding in found for text in (finding.text.zh, finding.text.en))


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_says_what_it_is_and_where_it_comes_from(rule: Rule) -> None:
    assert re.fullmatch(r"R\d\d-\d\d", rule.id)
    assert rule.version >= 1
    for text in (rule.title, rule.basis, rule.example.good, rule.example.bad):
        assert re.search(r"[\u4e00-\u9fff]", text.zh)
        assert text.en.isascii() or "–" in text.en or "“" in text.en


def test_a_retired_number_is_not_used_again() -> None:
    assert RETIRED.isdisjoint(RULES)
    assert all(number == rule.id for number, rule in RULES.items())


@given(st.sets(st.sampled_from(sorted(RULES)), min_size=1))
def test_one_failure_never_hides_another(spoiled: set[str]) -> None:
    case = good_case()
    for number in sorted(spoiled):
        case = RULES[number].example.spoil(case)
    found = {finding.rule for finding in check_plan(case.plan, case.facts)}
    # Leaving an officer at home also takes away what was wrong with that officer's papers.
    assert spoiled - found <= {"R04-01", "R04-02"}
    assert found


def test_what_concerns_the_whole_plan_comes_first_then_the_gravest() -> None:
    case = good_case()
    for number in ("R30-01", "R07-01", "R01-01"):
        case = RULES[number].example.spoil(case)
    found = check_plan(case.plan, case.facts)
    assert [finding.rule for finding in found] == ["R01-01", "R07-01", "R30-01"]
    assert found[-1].effect is Effect.EXPLAIN
