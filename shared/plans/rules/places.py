"""Where: in the agency's own region, or with the help of whoever's it is (R50)."""

from datetime import timedelta

from shared.plans.facts import Facts
from shared.plans.model import AssistLetter, Plan, Target
from shared.plans.rule import Case, Effect, Problem, rule, target_problem
from shared.plans.rules.sources import state_council
from shared.plans.rules.territory import lies_in
from shared.plans.spoiling import with_other_agency, with_place, with_target
from shared.text import Text

BASIS = state_council("属地管辖，严禁违规异地检查", "an agency inspects in its own region")
ELSEWHERE = "370202"
HOST = "host"


def _is_outside(target: Target, facts: Facts) -> bool:
    place = facts.places.get(target.premise_id)
    return place is None or not lies_in(facts.agency.region, place.region)


def _with_letter(case: Case, *, host_region: str, days: int = 0) -> Case:
    """A place elsewhere, with a letter to a host of a region, issued so many days from today."""
    letter = AssistLetter(
        no="协〔2026〕1号",
        host_agency_id=HOST,
        issued_on=case.facts.today + timedelta(days=days),
    )
    case = with_target(with_place(case, region=ELSEWHERE), letter=letter)
    return with_other_agency(case, HOST, region=host_region)


@rule(
    "R50-01",
    version=2,
    title=Text("属地管辖，异地检查有协助函", "In its own region, or with a letter"),
    basis=BASIS,
    effect=Effect.BLOCK,
    good=Text("槐荫区机关检查槐荫区企业。", "A county's agency inspects in the county."),
    bad=Text("济南的机关到青岛检查，没有协助函。", "Jinan inspects in Qingdao without a letter."),
    spoil=lambda case: with_target(with_place(case, region=ELSEWHERE), letter=None),
)
def own_region(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "{name}不在本机关管辖区域内，须有协助函。",
        "{name} lies outside this agency's region; that needs a letter of assistance.",
    )
    return tuple(
        target_problem(target, text, name=place.name if place else target.premise_id)
        for target in plan.targets
        if (target.letter is None or not target.letter.no.strip()) and _is_outside(target, facts)
        for place in [facts.places.get(target.premise_id)]
    )


@rule(
    "R50-02",
    title=Text("协助机关有管辖权", "The host agency is the region's own"),
    basis=BASIS,
    effect=Effect.BLOCK,
    good=Text("协助函发给企业所在区的机关。", "The letter is to an agency of that county."),
    bad=Text("协助机关也不管辖该地。", "The host has no say there either."),
    spoil=lambda case: _with_letter(case, host_region="370300"),
)
def host_is_of_the_place(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "协助机关“{name}”不管辖检查地点，或者没有主体资格。",
        "The host “{name}” has no say where the visit is, or is no inspecting agency.",
    )
    problems = []
    for target in plan.targets:
        if target.letter is None or not _is_outside(target, facts):
            continue
        host = facts.agencies.get(target.letter.host_agency_id)
        place = facts.places.get(target.premise_id)
        if (
            host is None
            or place is None
            or not host.may_inspect
            or not host.holds_on(facts.today)
            or not lies_in(host.region, place.region)
        ):
            name = host.name if host else target.letter.host_agency_id
            problems.append(target_problem(target, text, name=name))
    return tuple(problems)


@rule(
    "R50-03",
    title=Text("协助函已经发出", "The letter was sent before"),
    basis=BASIS,
    effect=Effect.BLOCK,
    good=Text("上周已发协助函。", "It was sent last week."),
    bad=Text("协助函落款日期在今天之后。", "It is dated later than today."),
    spoil=lambda case: _with_letter(case, host_region=ELSEWHERE, days=1),
)
def letter_was_sent(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text("协助函{no}的日期{day}在今天之后。", "The letter {no} is dated {day}, after today.")
    return tuple(
        target_problem(target, text, no=letter.no, day=letter.issued_on.isoformat())
        for target in plan.targets
        if (letter := target.letter) is not None and letter.issued_on > facts.today
    )
