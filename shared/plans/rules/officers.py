"""Who goes: certified officers, at least two, and assistants fixed beforehand (R04–R07)."""

from dataclasses import replace

from shared.plans.model import (
    Case,
    Effect,
    Example,
    Facts,
    OfficerFacts,
    Plan,
    Problem,
    Rule,
    Target,
)
from shared.plans.spoiling import with_target
from shared.text import Text

CERTIFICATE = Text(
    "国办发〔2024〕54号：严禁无证人员实施检查；行政处罚法第四十二条",
    "State Council Office 2024/54: nobody inspects without a certificate; Penalties Act, art. 42",
)
ASSISTANTS = Text(
    "司法部《行政检查文书基本格式文本（试行）》：协助人员人数事先确定",
    "Ministry of Justice, model documents (trial): the number of assistants is fixed beforehand",
)


def _people(target: Target, facts: Facts) -> list[tuple[str, OfficerFacts | None]]:
    return [(id_, facts.officers.get(id_)) for id_ in dict.fromkeys(target.officer_ids)]


def _is_certified(target: Target, person: OfficerFacts | None) -> bool:
    return person is not None and person.certified_through(target.window_from, target.window_to)


def _certified(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "{name}在检查时限内没有有效的执法证件。",
        "{name} has no certificate that is valid through the whole window.",
    )
    return tuple(
        Problem(
            text=text.filled(name=person.name if person else id_),
            target=target,
            facts={"officer_id": id_},
        )
        for target in plan.targets
        for id_, person in _people(target, facts)
        if not _is_certified(target, person)
    )


def _own_agency(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text("{name}不是本机关的执法人员。", "{name} is not an officer of this agency.")
    return tuple(
        Problem(text=text.filled(name=person.name), target=target, facts={"officer_id": id_})
        for target in plan.targets
        for id_, person in _people(target, facts)
        if person is not None and person.agency_id != plan.agency_id
    )


def _enough(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    least = facts.limits.min_officers
    text = Text(
        "只有{count}名持证执法人员，不得少于{least}名。",
        "Only {count} certified officers; there are to be {least} at least.",
    )
    problems = []
    for target in plan.targets:
        count = sum(_is_certified(target, person) for _, person in _people(target, facts))
        if count < least:
            facts_of = {"count": count, "least": least}
            problems.append(Problem(text=text.filled(**facts_of), target=target, facts=facts_of))
    return tuple(problems)


def _assistants_fixed(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    text = Text("没有确定协助人员人数。", "The number of assistants is not fixed.")
    return tuple(
        Problem(text=text, target=target)
        for target in plan.targets
        if target.assistant_count is None or target.assistant_count < 0
    )


def _certificate_ends(case: Case) -> Case:
    target = case.plan.targets[0]
    officers = dict(case.facts.officers)
    first = officers[target.officer_ids[0]]
    spans = tuple(replace(span, until=target.window_from) for span in first.certificates)
    officers[target.officer_ids[0]] = replace(first, certificates=spans)
    return replace(case, facts=replace(case.facts, officers=officers))


def _from_elsewhere(case: Case) -> Case:
    officers = dict(case.facts.officers)
    id_ = case.plan.targets[0].officer_ids[0]
    officers[id_] = replace(officers[id_], agency_id="another")
    return replace(case, facts=replace(case.facts, officers=officers))


def _alone(case: Case) -> Case:
    return with_target(case, officer_ids=case.plan.targets[0].officer_ids[:1])


def _number_left_open(case: Case) -> Case:
    return with_target(case, assistant_count=None)


CERTIFIED = Rule(
    id="R04-01",
    version=1,
    title=Text("执法证件在检查时限内有效", "Certificates are valid through the window"),
    basis=CERTIFICATE,
    effect=Effect.BLOCK,
    check=_certified,
    example=Example(
        good=Text("证件有效期至明年。", "The certificate is valid into next year."),
        bad=Text("证件在时限开始当天到期。", "It ends on the first day of the window."),
        spoil=_certificate_ends,
    ),
)
OWN_AGENCY = Rule(
    id="R04-02",
    version=1,
    title=Text("执法人员属于本机关", "The officers are of this agency"),
    basis=CERTIFICATE,
    effect=Effect.BLOCK,
    check=_own_agency,
    example=Example(
        good=Text("两名执法人员均为本机关人员。", "Both officers are of this agency."),
        bad=Text("一名执法人员属于其他机关。", "One of them is another agency's."),
        spoil=_from_elsewhere,
    ),
)
ENOUGH = Rule(
    id="R07-01",
    version=1,
    title=Text("执法人员不少于两名", "Two officers at least"),
    basis=CERTIFICATE,
    effect=Effect.BLOCK,
    check=_enough,
    example=Example(
        good=Text("两名持证执法人员。", "Two certified officers."),
        bad=Text("只派一名执法人员。", "One officer alone."),
        spoil=_alone,
    ),
)
ASSISTANTS_FIXED = Rule(
    id="R06-01",
    version=1,
    title=Text("协助检查人数事先确定", "The number of assistants is fixed"),
    basis=ASSISTANTS,
    effect=Effect.BLOCK,
    check=_assistants_fixed,
    example=Example(
        good=Text("写明协助人员0名。", "It says: no assistants."),
        bad=Text("人数留空。", "The number is left open."),
        spoil=_number_left_open,
    ),
)
