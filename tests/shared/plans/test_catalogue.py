import random
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import BadInput
from shared.plans import catalogue
from shared.plans.catalogue import RETIRED, RULES, check_plan
from shared.plans.facts import Past
from shared.plans.limits import PARAMETERS, Limits, read_limits, read_value
from shared.plans.model import Trigger
from shared.plans.rule import Case, Effect, Finding, Rule
from shared.text import Text
from tests.shared.plans.cases import good_case
from tests.shared.plans.generated import spoilt_case, wide_case

EVERY = pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
SEEDS = range(40)


def of(rule: Rule, case: Case) -> list[Finding]:
    return [each for each in check_plan(case.plan, case.facts) if each.rule == rule.id]


def test_there_are_at_least_a_hundred() -> None:
    assert len(RULES) >= 100


def test_nothing_is_found_against_a_good_plan() -> None:
    case = good_case()
    assert check_plan(case.plan, case.facts) == ()


def test_nothing_is_found_against_a_wide_one() -> None:
    for seed in SEEDS:
        case = wide_case(random.Random(seed))
        assert check_plan(case.plan, case.facts) == ()


@EVERY
def test_every_rule_finds_its_own_counter_example(rule: Rule) -> None:
    found = of(rule, rule.example.spoil(good_case()))
    assert found
    assert all(finding.effect is rule.effect for finding in found)
    assert all(finding.version == rule.version for finding in found)
    assert all("{" not in text for finding in found for text in (finding.text.zh, finding.text.en))


@EVERY
def test_a_rule_that_always_passes_is_missed(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    generated = [spoilt_case(random.Random(f"{rule.id}/{seed}"), rule.id) for seed in SEEDS]
    cases = [rule.example.spoil(good_case()), *generated]
    before = [check_plan(case.plan, case.facts) for case in cases]
    mutant = replace(rule, check=lambda _plan, _facts: ())
    monkeypatch.setattr(catalogue, "RULES", {**RULES, rule.id: mutant})
    after = [check_plan(case.plan, case.facts) for case in cases]
    missed = [one != other for one, other in zip(before, after, strict=True)]
    assert missed[0], "its own example"
    assert any(missed[1:]), "a generated plan"


@EVERY
def test_every_rule_says_what_it_is_and_where_it_comes_from(rule: Rule) -> None:
    assert re.fullmatch(r"(R\d\d|W-[A-Z]+(60)?)-\d\d", rule.id)
    assert rule.version >= 1
    for text in (rule.title, rule.basis, rule.example.good, rule.example.bad):
        assert_bilingual(text)


def assert_bilingual(text: Text) -> None:
    assert re.search(r"[\u4e00-\u9fff]", text.zh)
    assert re.fullmatch(r"[ -~–“”]+", text.en)


@EVERY
def test_every_rule_names_the_parameters_it_looks_at(rule: Rule) -> None:
    assert set(rule.parameters) <= set(PARAMETERS)
    read = set(re.findall(r"\w+", " ".join(rule.check.__code__.co_names)))
    named = set(rule.parameters)
    assert read & set(PARAMETERS) <= named, "used and not named"


def test_every_parameter_is_used_and_has_a_title() -> None:
    assert set(PARAMETERS) == {name for rule in RULES.values() for name in rule.parameters}
    for parameter in PARAMETERS.values():
        assert_bilingual(parameter.title)


def test_titles_are_not_said_twice() -> None:
    assert len({rule.title.zh for rule in RULES.values()}) == len(RULES)
    assert len({rule.check for rule in RULES.values()}) == len(RULES)


def test_a_retired_number_is_not_used_again() -> None:
    assert RETIRED.isdisjoint(RULES)
    assert all(number == rule.id for number, rule in RULES.items())


@given(st.lists(st.sampled_from(sorted(RULES)), min_size=1, max_size=8))
def test_one_failure_never_hides_another(spoiled: list[str]) -> None:
    case = good_case()
    for number in spoiled:
        case = RULES[number].example.spoil(case)
    found = check_plan(case.plan, case.facts)
    alone = [
        (rule.id, problem.text)
        for rule in RULES.values()
        for problem in rule.check(case.plan, case.facts)
    ]
    assert sorted((each.rule, each.text.zh) for each in found) == sorted(
        (id_, text.zh) for id_, text in alone
    )
    assert spoiled[-1] in {each.rule for each in found} or len(spoiled) > 1


def test_what_concerns_the_whole_plan_comes_first_then_the_gravest() -> None:
    case = good_case()
    for number in ("R30-01", "R07-01", "R01-01"):
        case = RULES[number].example.spoil(case)
    found = check_plan(case.plan, case.facts)
    assert [finding.rule for finding in found] == ["R01-01", "R07-01", "R30-01"]
    assert found[-1].effect is Effect.EXPLAIN


def test_recorded_values_are_read_as_what_they_are() -> None:
    limits = read_limits(
        {
            "repeat_limits": {"7": 2},
            "trigger_rules": {"media": {"counts": False}},
            "annual_due": "2-5",
            "of another subject": 1,
        }
    )
    assert limits.repeat_limits == {7: 2}
    assert not limits.trigger_rules["media"].counts
    assert limits.trigger_rules["media"].blocks
    assert limits.annual_due == "02-05"
    assert read_limits({}) == Limits()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("yearly_cap", -1),
        ("yearly_cap", "2"),
        ("min_officers", True),
        ("require_annual_plan", 1),
        ("annual_due", "13-01"),
        ("annual_due", "soon"),
        ("special_approver", "nobody"),
        ("trigger_rules", {"nonsense": {}}),
        ("trigger_rules", {"media": {"counts": "no"}}),
        ("repeat_limits", {"a week": 1}),
        ("quota_words", "one"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(name: str, value: object) -> None:
    with pytest.raises(BadInput):
        read_value(name, value)


def test_what_other_agencies_did_long_before_changes_no_finding() -> None:
    """The server leaves those visits out (`Facts.history`): most of what happened at a place."""
    for rule in RULES.values():
        case = spoilt_case(random.Random(rule.id), rule.id)
        far = timedelta(days=case.facts.limits.near_days)
        history = dict(case.facts.history)
        for target in case.plan.targets:
            day = case.plan.since - far
            others = tuple(
                Past(
                    task_id=f"{target.id}-{n}",
                    agency_id="another",
                    trigger=Trigger.ANNUAL_PLAN,
                    since=day - timedelta(days=n),
                    until=day - timedelta(days=n),
                    item_ids=frozenset(case.plan.item_ids),
                    officer_ids=frozenset({"theirs"}),
                    visit_id=f"visit-{target.id}-{n}",
                    outcome="no_problem",
                )
                for n in range(8)
            )
            history[target.uscc] = (*others, *history.get(target.uscc, ()))
        whole = replace(case.facts, history=history)
        assert check_plan(case.plan, whole) == check_plan(case.plan, case.facts), rule.id


def test_what_a_plan_works_out_once_is_of_its_own_targets() -> None:
    case = wide_case(random.Random(3))
    plan = case.plan
    assert [place.target.id for place in plan.places] == [target.id for target in plan.targets]
    assert sum(len(team.targets) for team in plan.teams) == len(plan.targets)
    later = replace(plan, targets=plan.targets[:1], window_to=plan.window_to + timedelta(days=400))
    assert len(later.places) == 1
    assert later.until == later.window_to != plan.until
