"""Certificates of those who go (R04)."""

import re
from collections.abc import Iterator
from datetime import timedelta

from shared.plans.facts import CertificateFacts, Facts, OfficerFacts
from shared.plans.model import Plan, Team
from shared.plans.rule import Case, Effect, Problem, Runs, numbers_of, rule
from shared.plans.rules.sources import state_council
from shared.plans.spoiling import with_certificate, with_officer
from shared.text import Text

BASIS = state_council(
    "严禁无证人员实施检查；行政处罚法第四十二条",
    "nobody inspects without a certificate; Penalties Act, art. 42",
)
NUMBER = re.compile(r"[0-9A-Z\u4e00-\u9fa5-]{6,20}")


def _people(plan: Plan, facts: Facts) -> Iterator[tuple[Team, str, OfficerFacts | None]]:
    for team in plan.teams:
        for id_ in dict.fromkeys(team.officer_ids):
            yield team, id_, facts.officers.get(id_)


def _held(plan: Plan, facts: Facts) -> Iterator[tuple[Team, str, OfficerFacts, CertificateFacts]]:
    """Every officer of every team who has a certificate for its days, with that certificate."""
    for team, id_, person in _people(plan, facts):
        if person is None:
            continue
        certificate = person.certificate_for(team.window_from, team.window_to)
        if certificate is not None:
            yield team, id_, person, certificate


def _problems(text: Text, team: Team, id_: str, name: str, **more: str | int) -> Iterator[Problem]:
    """The same problem of one officer for every target of the team."""
    filled = text.filled(name=name, **more)
    known = {"officer_id": id_, **numbers_of(more)}
    return (Problem(text=filled, target=target, facts=known) for target in team.targets)


def _ends_at_once(case: Case) -> Case:
    return with_certificate(case, until=case.plan.targets[0].window_from)


@rule(
    "R04-01",
    title=Text("执法证件在检查时限内有效", "Certificates are valid through the window"),
    basis=BASIS,
    effect=Effect.BLOCK,
    runs=Runs.BOTH,
    good=Text("证件有效期至明年。", "The certificate is valid into next year."),
    bad=Text("证件在时限开始当天到期。", "It ends on the first day of the window."),
    spoil=_ends_at_once,
)
def certified(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "{name}在检查时限内没有有效的执法证件。",
        "{name} has no certificate that is valid through the whole window.",
    )
    return tuple(
        problem
        for team, id_, person in _people(plan, facts)
        if person is None or not person.certified_through(team.window_from, team.window_to)
        for problem in _problems(text, team, id_, person.name if person else id_)
    )


@rule(
    "R04-02",
    title=Text("执法人员属于本机关", "The officers are of this agency"),
    basis=BASIS,
    effect=Effect.BLOCK,
    good=Text("两名执法人员均为本机关人员。", "Both officers are of this agency."),
    bad=Text("一名执法人员属于其他机关。", "One of them is another agency's."),
    spoil=lambda case: with_officer(case, agency_id="another"),
)
def own_agency(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text("{name}不是本机关的执法人员。", "{name} is not an officer of this agency.")
    return tuple(
        problem
        for team, id_, person in _people(plan, facts)
        if person is not None and person.agency_id != plan.agency_id
        for problem in _problems(text, team, id_, person.name)
    )


@rule(
    "R04-03",
    title=Text("辅助人员不列为执法人员", "Auxiliary staff are not named as officers"),
    basis=BASIS,
    effect=Effect.BLOCK,
    runs=Runs.BOTH,
    good=Text("协管员只作为协助人员。", "The auxiliary comes as an assistant."),
    bad=Text("协管员列为执法人员。", "The auxiliary is named as an officer."),
    spoil=lambda case: with_officer(case, is_assistant=True),
)
def no_auxiliaries(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "{name}是执法辅助人员，只能作为协助人员。",
        "{name} is auxiliary staff and may come as an assistant only.",
    )
    return tuple(
        problem
        for team, id_, person in _people(plan, facts)
        if person is not None and person.is_assistant
        for problem in _problems(text, team, id_, person.name)
    )


@rule(
    "R04-04",
    title=Text("证件状态按期核验", "The state of certificates is checked in time"),
    basis=BASIS,
    effect=Effect.WARN,
    parameters=("certificate_check_days",),
    good=Text("证件今年年审时核验过。", "It was checked in this year's review."),
    bad=Text("证件两年没有核验。", "Nobody has checked it for two years."),
    spoil=lambda case: with_certificate(
        case,
        checked_on=case.facts.today - timedelta(days=case.facts.limits.certificate_check_days + 1),
    ),
)
def recently_checked(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    oldest = facts.today - timedelta(days=facts.limits.certificate_check_days)
    text = Text(
        "{name}的证件状态自{day}后没有核验。",
        "The state of {name}'s certificate was last checked on {day}.",
    )
    return tuple(
        problem
        for team, id_, person, certificate in _held(plan, facts)
        if certificate.checked_on is not None and certificate.checked_on < oldest
        for problem in _problems(
            text, team, id_, person.name, day=certificate.checked_on.isoformat()
        )
    )


@rule(
    "R04-05",
    title=Text("证件临近到期", "The certificate ends soon after"),
    basis=BASIS,
    effect=Effect.WARN,
    parameters=("certificate_soon_days",),
    good=Text("证件在检查结束半年后到期。", "It ends half a year after the inspection."),
    bad=Text("证件在检查结束后三天到期，检查一延期就失效。", "It ends three days after it."),
    spoil=lambda case: with_certificate(
        case, until=case.plan.targets[0].window_to + timedelta(days=1)
    ),
)
def ends_soon(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    spare = timedelta(days=facts.limits.certificate_soon_days)
    text = Text(
        "{name}的证件{day}到期，检查延期或复查时可能已经失效。",
        "{name}'s certificate ends on {day}: it may not last if the visit is late or repeated.",
    )
    return tuple(
        problem
        for team, id_, person, certificate in _held(plan, facts)
        if certificate.until is not None and certificate.until < team.window_to + spare
        for problem in _problems(text, team, id_, person.name, day=certificate.until.isoformat())
    )


@rule(
    "R04-06",
    title=Text("证件单位与所在单位一致", "The certificate is of the officer's own unit"),
    basis=BASIS,
    effect=Effect.WARN,
    good=Text("证件和人员登记都是执法大队。", "Both say the same brigade."),
    bad=Text("调离后仍用原单位的证件。", "Moved on, but with the old unit's certificate."),
    spoil=lambda case: with_certificate(case, unit="原单位"),
)
def of_own_unit(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "{name}的证件写的是“{unit}”，与登记的单位不一致。",
        "{name}'s certificate says “{unit}”, which is not the unit on record.",
    )
    return tuple(
        problem
        for team, id_, person, certificate in _held(plan, facts)
        if certificate.unit and person.unit and certificate.unit != person.unit
        for problem in _problems(text, team, id_, person.name, unit=certificate.unit)
    )


@rule(
    "R04-07",
    title=Text("证号写法正常", "The certificate's number looks like one"),
    basis=BASIS,
    effect=Effect.WARN,
    good=Text("证号为11位数字。", "It has eleven digits."),
    bad=Text("证号填写“无”。", "Somebody wrote “none”."),
    spoil=lambda case: with_certificate(case, number="?"),
)
def number_looks_right(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "{name}的执法证号“{number}”不像证号，请核对。",
        "“{number}” does not look like the number of {name}'s certificate.",
    )
    return tuple(
        problem
        for team, id_, person, certificate in _held(plan, facts)
        if not NUMBER.fullmatch(certificate.number)
        for problem in _problems(text, team, id_, person.name, number=certificate.number)
    )
