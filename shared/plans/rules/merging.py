"""What can be one visit is one visit (R30), and joint visits are joint (R31)."""

from collections.abc import Callable
from datetime import timedelta

from shared.plans.facts import Facts, Past
from shared.plans.model import Plan, PlanKind, Target, Trigger
from shared.plans.rule import Case, Effect, Problem, rule, target_problem
from shared.plans.rules.sources import SUQIAN, local, state_council
from shared.plans.rules.territory import lies_in
from shared.plans.spoiling import with_agency, with_other_agency, with_past, with_plan, with_twin
from shared.text import Text

MERGED = local(
    SUQIAN,
    "同一机关对同一企业的多次入企检查应当合并",
    "several visits of one agency to one enterprise are merged",
)
JOINT = state_council("能联合的不得多头检查", "what can be joint is not done one by one")
ONE_LEVEL = state_council(
    "能合并实施的不得重复检查，避免多层级重复检查", "no level repeats what another does"
)
OTHER = "other"


def _planned(case: Case) -> Case:
    return with_plan(case, kind=PlanKind.DAILY, trigger=Trigger.ANNUAL_PLAN, joint_agency_ids=())


def scheduled(case: Case, agency_id: str, *, days_after: int = 0) -> Past:
    """A visit to come at the first target's enterprise, in its window or some days after it."""
    target = case.plan.targets[0]
    later = timedelta(days=days_after)
    return Past(
        task_id="scheduled",
        agency_id=agency_id,
        trigger=Trigger.ANNUAL_PLAN,
        since=target.window_to + later,
        until=target.window_to + later,
        item_ids=frozenset(case.plan.item_ids),
    )


def _met(
    plan: Plan, facts: Facts, text: Text, is_met: Callable[[Target, Past], bool]
) -> tuple[Problem, ...]:
    """A problem for every target with the first of its enterprise's visits that `is_met`."""
    problems = []
    for target in plan.targets:
        for past in facts.history.get(target.uscc, ()):
            if is_met(target, past):
                known = {
                    "agency": facts.agency_name(past.agency_id),
                    "day": past.since.isoformat(),
                }
                problems.append(target_problem(target, text, **known))
                break
    return tuple(problems)


@rule(
    "R30-02",
    version=2,
    title=Text("本机关的多次检查合并", "Visits of one agency are merged"),
    basis=MERGED,
    effect=Effect.EXPLAIN,
    entering=True,
    parameters=("merge_days",),
    good=Text("本机关近期没有安排其他检查。", "No other visit of this agency is near."),
    bad=Text("本机关下周还要去同一企业。", "This agency goes there next week as well."),
    spoil=lambda case: with_past(
        _planned(case), scheduled(case, case.plan.agency_id, days_after=1)
    ),
)
def own_visits_merge(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    days = facts.limits.merge_days
    if plan.is_caused:
        return ()
    text = Text(
        "本机关{day}起已安排检查该企业，应当合并为一次入企。",
        "This agency has a visit there from {day} on; the two should be one.",
    )
    return _met(
        plan,
        facts,
        text,
        lambda target, past: (
            past.agency_id == plan.agency_id
            and past.outcome is None
            and not past.is_caused
            and past.within(days, target.window_from, target.window_to)
        ),
    )


@rule(
    "R30-03",
    version=2,
    title=Text("与其他机关联合检查", "Visits of several agencies are joint"),
    basis=JOINT,
    effect=Effect.EXPLAIN,
    entering=True,
    good=Text("同期只有本机关检查。", "Nobody else goes there meanwhile."),
    bad=Text("消防同一周也要检查该企业。", "The fire authority goes there in the same week."),
    spoil=lambda case: with_past(with_other_agency(_planned(case), OTHER), scheduled(case, OTHER)),
)
def others_join(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if plan.is_caused:
        return ()
    text = Text(
        "{agency}在同一时限内也要检查该企业（{day}起），应当联合检查。",
        "{agency} visits the same enterprise meanwhile (from {day}); the visit should be joint.",
    )
    return _met(
        plan,
        facts,
        text,
        lambda target, past: (
            past.agency_id != plan.agency_id
            and past.agency_id not in plan.joint_agency_ids
            and past.outcome is None
            and not past.is_caused
            and past.within(1, target.window_from, target.window_to)
        ),
    )


def _level_above(case: Case) -> Case:
    case = with_agency(_planned(case), field="食品")
    case = with_other_agency(case, OTHER, region="370100", field="食品")
    return with_past(case, scheduled(case, OTHER, days_after=1))


@rule(
    "R30-09",
    version=2,
    title=Text("不同层级不重复检查", "Levels do not repeat each other"),
    basis=ONE_LEVEL,
    effect=Effect.EXPLAIN,
    entering=True,
    parameters=("merge_days",),
    good=Text("市级没有安排检查该企业。", "The city plans no visit there."),
    bad=Text("市局上周刚查过，区局又去。", "The city's office was there last week."),
    spoil=_level_above,
)
def levels_do_not_repeat(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    days, field = facts.limits.merge_days, facts.agency.field
    others = {
        id_
        for id_, agency in facts.agencies.items()
        if field and agency.field == field and agency.region != facts.agency.region
    }
    if plan.is_caused or not others:
        return ()
    text = Text(
        "同一系统其他层级的{agency}{day}也检查该企业。",
        "{agency}, of the same field on another level, visits there on {day}.",
    )
    return _met(
        plan,
        facts,
        text,
        lambda target, past: (
            past.agency_id in others
            and not past.is_caused
            and past.within(days, target.window_from, target.window_to)
        ),
    )


def _two_trips(case: Case) -> Case:
    target = case.plan.targets[0]
    day = target.window_to + timedelta(days=1)
    return with_twin(case, premise_id="elsewhere", window_from=day, window_to=day)


@rule(
    "R30-10",
    version=2,
    title=Text("一家企业的几个场所一并检查", "Several premises, one trip"),
    basis=MERGED,
    effect=Effect.WARN,
    entering=True,
    good=Text("总店和仓库同一周检查。", "Shop and store in the same week."),
    bad=Text("总店这周、仓库下周。", "The shop this week, the store the next."),
    spoil=_two_trips,
)
def one_trip(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "{name}的几个场所分开安排，时限没有重叠，应当一并检查。",
        "{name}'s premises are visited apart, in windows that do not meet.",
    )
    return tuple(
        target_problem(target, text, name=facts.name_of(uscc))
        for uscc, targets in plan.by_enterprise()
        for target in targets[1:]
        if target.premise_id != targets[0].premise_id
        and (target.window_from > targets[0].window_to or target.window_to < targets[0].window_from)
    )


@rule(
    "R31-01",
    title=Text("联合机关填写正确", "Joint agencies are others"),
    basis=JOINT,
    effect=Effect.BLOCK,
    good=Text("联合消防机构。", "Together with the fire authority."),
    bad=Text("把本机关写成联合机关。", "The agency names itself."),
    spoil=lambda case: with_plan(case, joint_agency_ids=(case.plan.agency_id,)),
)
def joint_with_others(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    ids = plan.joint_agency_ids
    if plan.agency_id not in ids and len(set(ids)) == len(ids):
        return ()
    text = Text(
        "联合机关填写了本机关，或者重复填写。",
        "A joint agency is this agency itself, or stands there twice.",
    )
    return (Problem(text=text),)


@rule(
    "R31-02",
    title=Text("联合机关对企业有管辖权", "Joint agencies have a say there"),
    basis=JOINT,
    effect=Effect.EXPLAIN,
    good=Text("同一区的两个机关。", "Two agencies of one county."),
    bad=Text("联合机关是外市的。", "The other one is of another city."),
    spoil=lambda case: with_other_agency(
        with_plan(case, joint_agency_ids=(OTHER,)), OTHER, region="370202"
    ),
)
def joint_in_their_region(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text("联合机关{agency}不管辖检查地点。", "The joint agency {agency} has no say there.")
    joint = [facts.agencies[id_] for id_ in plan.joint_agency_ids if id_ in facts.agencies]
    return tuple(
        target_problem(target, text, agency=agency.name)
        for target in plan.targets
        for agency in joint
        if (place := facts.places.get(target.premise_id)) is not None
        and not lies_in(agency.region, place.region)
    )


def _joint_and_alone(case: Case) -> Case:
    case = with_other_agency(case, OTHER)
    return with_past(with_plan(case, joint_agency_ids=(OTHER,)), scheduled(case, OTHER))


@rule(
    "R31-03",
    title=Text("联合后不再单独检查", "Who joins does not come alone as well"),
    basis=JOINT,
    effect=Effect.EXPLAIN,
    good=Text("消防只参加联合检查。", "The fire authority comes with us only."),
    bad=Text("消防参加联合检查，同期又单独安排。", "It comes with us and alone as well."),
    spoil=_joint_and_alone,
)
def joint_instead(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "联合机关{agency}同期还单独安排检查该企业（{day}起）。",
        "{agency}, which joins this visit, goes there alone too (from {day}).",
    )
    return _met(
        plan,
        facts,
        text,
        lambda target, past: (
            past.agency_id in plan.joint_agency_ids
            and past.outcome is None
            and past.within(1, target.window_from, target.window_to)
        ),
    )
