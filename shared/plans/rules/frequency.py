"""How often: the published yearly cap of one agency for one enterprise (R26, R27)."""

from collections import Counter

from shared.plans.model import Case, Count, Effect, Example, Facts, Plan, Problem, Rule, VisitType
from shared.plans.spoiling import with_facts
from shared.text import Text

BASIS = Text(
    "国办发〔2024〕54号：公布并遵守年度检查频次上限",
    "State Council Office 2024/54: a yearly cap is published and kept",
)


def counts_toward_cap(plan: Plan, facts: Facts) -> bool:
    """Whether visits of this plan use up the cap; each province says for which triggers (R27)."""
    is_inspection = plan.visit_type is VisitType.INSPECTION
    return is_inspection and facts.limits.for_trigger(plan.trigger).counts


def _cap(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    cap = facts.limits.yearly_cap
    blocks = facts.limits.for_trigger(plan.trigger).blocks
    if cap is None or not blocks or not counts_toward_cap(plan, facts):
        return ()
    text = Text(
        "{name}本年度已检查{done}次、已安排{scheduled}次，再安排本计划的{more}次将超过上限{cap}次。",
        "{name}: {done} done and {scheduled} scheduled this year; {more} more would exceed {cap}.",
    )
    planned: Counter[str] = Counter()
    problems = []
    for target in plan.targets:
        planned[target.uscc] += 1
        count = facts.counts.get((target.uscc, plan.year), Count())
        if count.done + count.scheduled + planned[target.uscc] > cap:
            known = {
                "done": count.done,
                "scheduled": count.scheduled,
                "more": planned[target.uscc],
                "cap": cap,
            }
            name = facts.names.get(target.uscc, target.uscc)
            problems.append(
                Problem(text=text.filled(name=name, **known), target=target, facts=known)
            )
    return tuple(problems)


def _used_up(case: Case) -> Case:
    cap = case.facts.limits.yearly_cap or 0
    key = (case.plan.targets[0].uscc, case.plan.year)
    return with_facts(case, counts={**case.facts.counts, key: Count(done=cap)})


CAP = Rule(
    id="R26-01",
    version=1,
    title=Text("不超过年度频次上限", "The yearly cap is kept"),
    basis=BASIS,
    effect=Effect.BLOCK,
    check=_cap,
    example=Example(
        good=Text("上限2次，本年度已检查1次。", "The cap is 2, one was made."),
        bad=Text(
            "上限2次，已检查2次，又安排1次。", "The cap is 2, two were made, one more is planned."
        ),
        spoil=_used_up,
    ),
)
