"""How often: the published yearly caps of an agency, its field, and everybody (R26, R29)."""

from collections.abc import Callable, Mapping

from shared.plans.facts import Count, Facts, WiderCount
from shared.plans.limits import TriggerRule
from shared.plans.model import Place, Plan, Trigger, VisitType
from shared.plans.rule import Case, Effect, Problem, plan_problem, rule
from shared.plans.rules.sources import NINGXIA, WARNINGS, local, state_council
from shared.plans.spoiling import with_facts, with_firm, with_limits, with_plan
from shared.text import Text

CAP = state_council("公布并遵守年度检查频次上限", "a yearly cap is published and kept")
LEVELS = state_council(
    "合理确定各层级行政检查频次", "the levels together keep to a reasonable frequency"
)
EVERYBODY = local(
    NINGXIA, "一般事项同一企业每年不超过4次", "four a year at one enterprise, ordinary items"
)
GRADED = state_council(
    "根据信用风险等级实行差异化检查", "frequency follows the enterprise's credit and risk"
)
OVER = local(WARNINGS, "超频次检查", "more often than the cap")
NONE, NOBODY = Count(), WiderCount()


def counts_toward_cap(plan: Plan, facts: Facts) -> bool:
    """Whether visits of this plan use up the cap; each province says for which trigger_rules (R27).

    A special inspection deployed from above does not, unless a province says so.
    """
    if plan.special is not None and plan.special.deployed_by.strip():
        return plan.is_inspection and facts.limits.deployed_special_counts
    return plan.is_inspection and facts.limits.for_trigger(plan.trigger).counts


def _is_stopped(plan: Plan, facts: Facts) -> bool:
    return counts_toward_cap(plan, facts) and facts.limits.for_trigger(plan.trigger).blocks


def _over(
    plan: Plan, facts: Facts, text: Text, cap: int, used: Callable[[WiderCount], int]
) -> tuple[Problem, ...]:
    return tuple(
        _problem(facts, place, text, {"count": had, "more": place.nth, "cap": cap})
        for place in plan.places
        if (had := used(_all(facts, place))) + place.nth > cap
    )


def _problem(
    facts: Facts, place: Place, text: Text, known: Mapping[str, int], **more: str
) -> Problem:
    name = facts.name_of(place.target.uscc)
    filled = text.filled(name=name, year=str(place.year), **known, **more)
    return Problem(text=filled, target=place.target, facts=known)


def _used_up(case: Case, used: int) -> Case:
    case = with_limits(case, yearly_cap=2, trigger_rules={})
    case = with_plan(case, trigger=Trigger.ANNUAL_PLAN, visit_type=VisitType.INSPECTION)
    key = (case.plan.targets[0].uscc, case.plan.targets[0].window_from.year)
    return with_facts(
        with_plan(case, special=None), counts={**case.facts.counts, key: Count(done=used)}
    )


@rule(
    "R26-01",
    version=2,
    title=Text("不超过年度频次上限", "The yearly cap is kept"),
    basis=CAP,
    effect=Effect.BLOCK,
    parameters=("yearly_cap", "trigger_rules", "deployed_special_counts"),
    good=Text("上限2次，本年度已检查1次。", "The cap is 2, one was made."),
    bad=Text("上限2次，已检查2次，又安排1次。", "The cap is 2, two were made, one is planned."),
    spoil=lambda case: _used_up(case, 2),
)
def cap_is_kept(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    cap = facts.limits.yearly_cap
    if cap is None or not _is_stopped(plan, facts):
        return ()
    text = Text(
        "{name}{year}年度已检查{done}次、已安排{scheduled}次，再安排本计划的{more}次将超过上限{cap}次。",
        "{name}: {done} done and {scheduled} scheduled in {year}; {more} more would exceed {cap}.",
    )
    problems = []
    for place in plan.places:
        count = facts.counts.get((place.target.uscc, place.year), NONE)
        if count.used + place.nth > cap:
            known = {"done": count.done, "scheduled": count.scheduled, "more": place.nth}
            problems.append(_problem(facts, place, text, known | {"cap": cap}))
    return tuple(problems)


@rule(
    "R26-02",
    title=Text("年度频次上限已经公布", "A yearly cap is published"),
    basis=CAP,
    effect=Effect.WARN,
    parameters=("yearly_cap",),
    good=Text("本机关公布了上限2次。", "This agency's cap of 2 is published."),
    bad=Text("没有公布上限。", "None is published."),
    spoil=lambda case: with_limits(case, yearly_cap=None),
)
def cap_is_published(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if facts.limits.yearly_cap is not None or not plan.is_inspection:
        return ()
    text = Text("{name}没有公布年度检查频次上限。", "{name} has not published a yearly cap.")
    return plan_problem(text, name=facts.agency.name)


def _wider(case: Case, **counts: int) -> Case:
    case = _used_up(case, 0)
    key = (case.plan.targets[0].uscc, case.plan.targets[0].window_from.year)
    return with_facts(case, wider={**case.facts.wider, key: WiderCount(**counts)})


def _all(facts: Facts, place: Place) -> WiderCount:
    return facts.wider.get((place.target.uscc, place.year), NOBODY)


@rule(
    "R29-01",
    title=Text("各层级合计不超过上限", "The levels together keep to their cap"),
    basis=LEVELS,
    effect=Effect.BLOCK,
    parameters=("field_cap", "trigger_rules", "deployed_special_counts"),
    good=Text("市、区两级卫健合计3次，上限4次。", "City and county together: 3 of 4."),
    bad=Text("市级已查2次、区级已查2次，区级又安排1次。", "2 and 2 were made; one is planned."),
    spoil=lambda case: with_limits(_wider(case, field=4), field_cap=4),
)
def field_cap_is_kept(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    cap = facts.limits.field_cap
    if cap is None or not _is_stopped(plan, facts):
        return ()
    text = Text(
        "{name}{year}年度被同一系统各层级检查{count}次，再安排{more}次将超过合计上限{cap}次。",
        "{name}: {count} in {year} by this field on all levels; {more} more would exceed {cap}.",
    )
    return _over(plan, facts, text, cap, lambda count: count.field)


@rule(
    "R29-02",
    title=Text("各机关合计不超过上限", "All agencies together keep to their cap"),
    basis=EVERYBODY,
    effect=Effect.BLOCK,
    parameters=("whole_cap", "trigger_rules", "deployed_special_counts"),
    good=Text("各机关合计3次，上限4次。", "3 of 4 by everybody."),
    bad=Text("各机关已检查4次，又安排1次。", "Four were made by everybody, one is planned."),
    spoil=lambda case: with_limits(_wider(case, everybody=4), whole_cap=4),
)
def whole_cap_is_kept(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    cap = facts.limits.whole_cap
    if cap is None or not _is_stopped(plan, facts):
        return ()
    text = Text(
        "{name}{year}年度被各机关检查{count}次，再安排{more}次将超过合计上限{cap}次。",
        "{name}: {count} in {year} by all agencies; {more} more would exceed {cap}.",
    )
    return _over(plan, facts, text, cap, lambda count: count.everybody)


@rule(
    "R29-03",
    title=Text("信用好的企业少查", "Good credit is inspected less"),
    basis=GRADED,
    effect=Effect.BLOCK,
    parameters=("grade_caps", "trigger_rules", "deployed_special_counts"),
    good=Text("A级企业每年1次，今年没有查过。", "Grade A: once a year, and none was made."),
    bad=Text("A级企业每年1次，今年已被查过1次。", "Grade A: once a year, and once it was."),
    spoil=lambda case: with_limits(
        with_firm(_wider(case, everybody=1), grade="A"), grade_caps={"A": 1}
    ),
)
def grade_cap_is_kept(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    caps = facts.limits.grade_caps
    if not caps or not _is_stopped(plan, facts):
        return ()
    text = Text(
        "{name}信用等级为{grade}，{year}年度已被检查{count}次，再安排{more}次将超过上限{cap}次。",
        "{name} is of grade {grade}: {count} in {year}, {more} more would exceed {cap}.",
    )
    problems = []
    for place in plan.places:
        firm = facts.firms.get(place.target.uscc)
        cap = caps.get(firm.grade) if firm else None
        count = _all(facts, place).everybody
        if firm is not None and cap is not None and count + place.nth > cap:
            known = {"count": count, "more": place.nth, "cap": cap}
            problems.append(_problem(facts, place, text, known, grade=firm.grade))
    return tuple(problems)


@rule(
    "W-CAP-01",
    title=Text("年度频次用完", "The last place of the year is taken"),
    basis=OVER,
    effect=Effect.WARN,
    parameters=("yearly_cap", "trigger_rules", "deployed_special_counts"),
    good=Text("上限2次，这是第1次。", "The first of 2."),
    bad=Text("上限2次，这是第2次，今年不能再安排。", "The second of 2: none is left."),
    spoil=lambda case: _used_up(case, 1),
)
def last_place(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    cap = facts.limits.yearly_cap
    if not cap or not _is_stopped(plan, facts):
        return ()
    text = Text(
        "本次检查后，{name}{year}年度的{cap}次频次全部用完。",
        "After this visit all {cap} of {name}'s places of {year} are taken.",
    )
    return tuple(
        _problem(facts, place, text, {"cap": cap})
        for place in plan.places
        if facts.counts.get((place.target.uscc, place.year), NONE).used + place.nth == cap
    )


def _exempt_beyond(case: Case) -> Case:
    case = _used_up(case, 2)
    exempt = TriggerRule(counts=False, blocks=False)
    return with_limits(case, trigger_rules={case.plan.trigger: exempt})


@rule(
    "W-CAP-02",
    title=Text("频次用完后的豁免检查", "An exempt visit beyond the cap"),
    basis=OVER,
    effect=Effect.WARN,
    parameters=("yearly_cap", "trigger_rules"),
    good=Text("频次还没有用完。", "Places are left."),
    bad=Text(
        "上限2次已用完，以投诉核查再去一次。", "Both places are taken; a complaint leads there."
    ),
    spoil=_exempt_beyond,
)
def exempt_beyond_cap(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    cap = facts.limits.yearly_cap
    if cap is None or not plan.is_inspection or _is_stopped(plan, facts):
        return ()
    text = Text(
        "{name}{year}年度频次已用完（{count}/{cap}），本次检查不受上限限制，监督机关会关注。",
        "{name} has used up {year} ({count} of {cap}); the cap does not stop this visit, "
        "but supervision will look at it.",
    )
    return tuple(
        _problem(facts, place, text, {"count": count, "cap": cap})
        for place in plan.places
        if (count := facts.counts.get((place.target.uscc, place.year), NONE).used) >= cap
    )
