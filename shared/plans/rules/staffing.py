"""How many go, and that nobody goes who should not (R05–R07, R09)."""

from collections import Counter

from shared.plans.facts import Facts, Past
from shared.plans.model import Plan
from shared.plans.rule import Case, Effect, Problem, Runs, rule, target_problem, targets_where
from shared.plans.rules.sources import documents, state_council
from shared.plans.spoiling import (
    with_facts,
    with_limits,
    with_officer,
    with_past,
    with_target,
)
from shared.text import Text

TWO = state_council(
    "检查人员不得少于两人；行政处罚法第四十二条",
    "two officers at least; Penalties Act, art. 42",
)
LED = state_council("执法辅助人员须由执法人员带领", "auxiliary staff enter only led by officers")
CALM = state_council("不得干扰企业正常生产经营", "an inspection does not disturb business")
ASSISTANTS = documents("协助人员人数事先确定", "the number of assistants is fixed beforehand")
RECUSAL = Text("行政处罚法第四十三条：回避", "Penalties Act, art. 43: recusal")


@rule(
    "R05-01",
    title=Text("协助人员有执法人员带领", "Assistants are led by officers"),
    basis=LED,
    effect=Effect.EXPLAIN,
    parameters=("assistants_per_officer",),
    good=Text("两名执法人员带一名协助人员。", "Two officers lead one assistant."),
    bad=Text("两名执法人员带五名协助人员。", "Two officers and five assistants."),
    spoil=lambda case: with_target(case, assistant_count=20),
)
def assistants_are_led(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "协助人员{count}名，执法人员按规定最多带领{most}名。",
        "{count} assistants; these officers may lead {most}.",
    )
    each = facts.limits.assistants_per_officer
    return tuple(
        target_problem(target, text, count=target.assistant_count, most=most)
        for target in plan.targets
        if target.assistant_count is not None
        and target.assistant_count > (most := each * len(set(target.officer_ids)))
    )


@rule(
    "R06-01",
    title=Text("协助检查人数事先确定", "The number of assistants is fixed"),
    basis=ASSISTANTS,
    effect=Effect.BLOCK,
    runs=Runs.BOTH,
    good=Text("写明协助人员0名。", "It says: no assistants."),
    bad=Text("人数留空。", "The number is left open."),
    spoil=lambda case: with_target(case, assistant_count=None),
)
def assistants_fixed(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    text = Text("没有确定协助人员人数。", "The number of assistants is not fixed.")
    return targets_where(plan, text, lambda t: t.assistant_count is None or t.assistant_count < 0)


@rule(
    "R07-01",
    title=Text("执法人员不少于两名", "Two officers at least"),
    basis=TWO,
    effect=Effect.BLOCK,
    runs=Runs.BOTH,
    parameters=("min_officers",),
    good=Text("两名持证执法人员。", "Two certified officers."),
    bad=Text("只派一名执法人员。", "One officer alone."),
    spoil=lambda case: with_target(case, officer_ids=case.plan.targets[0].officer_ids[:1]),
)
def enough(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    least = facts.limits.min_officers
    text = Text(
        "只有{count}名持证执法人员，不得少于{least}名。",
        "Only {count} certified officers; there are to be {least} at least.",
    )
    problems = []
    for team in plan.teams:
        people = [facts.officers.get(id_) for id_ in set(team.officer_ids)]
        count = sum(
            person is not None and person.certified_through(team.window_from, team.window_to)
            for person in people
        )
        if count < least:
            problems += [
                target_problem(each, text, count=count, least=least) for each in team.targets
            ]
    return tuple(problems)


@rule(
    "R07-02",
    title=Text("同一人员不重复填写", "Nobody is named twice"),
    basis=TWO,
    effect=Effect.BLOCK,
    good=Text("两名不同的执法人员。", "Two different officers."),
    bad=Text("同一人填写了两次凑足两人。", "One officer is written down twice to make two."),
    spoil=lambda case: with_target(case, officer_ids=(case.plan.targets[0].officer_ids[0],) * 2),
)
def nobody_twice(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    text = Text("同一名执法人员填写了两次。", "The same officer is written down twice.")
    return tuple(
        Problem(text=text, target=target)
        for team in plan.teams
        if len(set(team.officer_ids)) < len(team.officer_ids)
        for target in team.targets
    )


@rule(
    "R07-03",
    title=Text("人手安排得过来", "The officers can do as much"),
    basis=TWO,
    effect=Effect.EXPLAIN,
    parameters=("visits_per_officer_day",),
    good=Text("两人五天检查十户。", "Two officers visit ten in five days."),
    bad=Text("两人一天检查三十户，难免走过场。", "Two officers are to visit thirty in a day."),
    spoil=lambda case: with_officer(case, booked=10_000),
)
def not_too_much(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    workdays, _ = facts.calendar.workdays_between(plan.since, plan.until)
    workdays += facts.calendar.is_workday(plan.since)
    most = facts.limits.visits_per_officer_day * max(workdays, 1)
    planned: Counter[str] = Counter()
    for team in plan.teams:
        planned.update(dict.fromkeys(team.officer_ids, len(team.targets)))
    text = Text(
        "{name}在计划时限的{days}个工作日内安排了{count}户，最多{most}户。",
        "{name} has {count} visits in the {days} working days of the window; {most} at most.",
    )
    problems = []
    for id_, mine in planned.items():
        person = facts.officers.get(id_)
        count = mine + (person.booked if person else 0)
        if count > most:
            known = {"days": workdays, "count": count, "most": most}
            name = person.name if person else id_
            problems.append(Problem(text=text.filled(name=name, **known), facts=known))
    return tuple(problems)


@rule(
    "R07-04",
    title=Text("不兴师动众", "No more officers than are needed"),
    basis=CALM,
    effect=Effect.EXPLAIN,
    parameters=("max_officers",),
    good=Text("三名执法人员。", "Three officers."),
    bad=Text("十二名执法人员同时进入一家小餐馆。", "Twelve officers enter one small restaurant."),
    spoil=lambda case: with_limits(case, max_officers=1),
)
def not_a_crowd(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    most = facts.limits.max_officers
    text = Text(
        "安排了{count}名执法人员，一般不超过{most}名。",
        "{count} officers are planned; {most} are usually enough.",
    )
    return tuple(
        target_problem(target, text, count=count, most=most)
        for team in plan.teams
        if (count := len(set(team.officer_ids))) > most
        for target in team.targets
    )


def _related(case: Case) -> Case:
    target = case.plan.targets[0]
    return with_facts(case, recusals={(target.officer_ids[0], target.uscc): "亲属任职"})


@rule(
    "R09-01",
    title=Text("应当回避的不安排", "Who has to stand aside does not go"),
    basis=RECUSAL,
    effect=Effect.BLOCK,
    good=Text("执法人员与企业没有利害关系。", "No officer has a stake in the enterprise."),
    bad=Text("执法人员的配偶是企业负责人。", "An officer's wife runs the enterprise."),
    spoil=_related,
)
def nobody_with_a_stake(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if not facts.recusals:
        return ()
    text = Text("{name}应当回避：{ground}。", "{name} has to stand aside: {ground}.")
    return tuple(
        Problem(
            text=text.filled(name=facts.officers[id_].name, ground=ground),
            target=target,
            facts={"officer_id": id_},
        )
        for target in plan.targets
        for id_ in dict.fromkeys(target.officer_ids)
        if (ground := facts.recusals.get((id_, target.uscc))) and id_ in facts.officers
    )


def _always_the_same(case: Case) -> Case:
    target = case.plan.targets[0]
    visit = Past(
        task_id="past",
        agency_id=case.plan.agency_id,
        trigger="annual_plan",
        since=target.window_from.replace(month=1, day=1),
        until=target.window_from.replace(month=1, day=1),
        officer_ids=frozenset(target.officer_ids),
        outcome="rectify",
    )
    return with_past(case, *[visit] * case.facts.limits.same_officer_visits)


@rule(
    "R09-02",
    title=Text("执法人员轮换", "Officers take turns"),
    basis=RECUSAL,
    effect=Effect.WARN,
    parameters=("same_officer_visits",),
    good=Text("今年第一次去这家企业。", "The officer's first visit there this year."),
    bad=Text("同一人今年第四次检查同一企业。", "The same officer goes there a fourth time."),
    spoil=_always_the_same,
)
def officers_take_turns(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    most = facts.limits.same_officer_visits
    text = Text(
        "{name}本年度已检查该企业{count}次，建议轮换。",
        "{name} has inspected this enterprise {count} times this year; somebody else should go.",
    )
    problems = []
    for target in plan.targets:
        if target.uscc not in facts.history:
            continue
        made = Counter(
            id_
            for past in facts.history[target.uscc]
            if past.outcome is not None and past.until.year == target.window_from.year
            for id_ in past.officer_ids
        )
        for id_ in dict.fromkeys(target.officer_ids):
            if made[id_] >= most > 0:
                person = facts.officers.get(id_)
                problems.append(
                    Problem(
                        text=text.filled(name=person.name if person else id_, count=made[id_]),
                        target=target,
                        facts={"officer_id": id_, "count": made[id_], "most": most},
                    )
                )
    return tuple(problems)
