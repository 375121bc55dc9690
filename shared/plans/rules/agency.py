"""Who may inspect at all (R01–R03)."""

from dataclasses import replace

from shared.plans.model import Case, Effect, Example, Facts, Plan, Problem, Rule
from shared.text import Text

BASIS = Text(
    "国办发〔2024〕54号：检查主体须依法具备资格并公告",
    "State Council Office 2024/54: an inspecting agency is qualified by law and published",
)


def _confirmed(_plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    agency = facts.agency
    published = agency.published_on is not None and agency.published_on <= facts.today
    revoked = agency.revoked_on is not None and agency.revoked_on <= facts.today
    if agency.is_confirmed and published and not revoked:
        return ()
    text = Text(
        "{name}不是已确认并公告的检查主体。", "{name} is not a confirmed, published agency."
    )
    return (Problem(text=text.filled(name=agency.name)),)


def _may_inspect(_plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if facts.agency.may_inspect:
        return ()
    text = Text(
        "{name}只能协助检查，不得实施检查。", "{name} may assist an inspection, not make one."
    )
    return (Problem(text=text.filled(name=facts.agency.name)),)


def _unpublished(case: Case) -> Case:
    agency = replace(case.facts.agency, published_on=None)
    return replace(case, facts=replace(case.facts, agency=agency))


def _assisting(case: Case) -> Case:
    agency = replace(case.facts.agency, may_inspect=False)
    return replace(case, facts=replace(case.facts, agency=agency))


CONFIRMED = Rule(
    id="R01-01",
    version=1,
    title=Text("检查主体已确认并公告", "The agency is confirmed and published"),
    basis=BASIS,
    effect=Effect.BLOCK,
    check=_confirmed,
    example=Example(
        good=Text("1月1日公告，3月制定计划。", "Published on 1 January, planning in March."),
        bad=Text("尚未公告就报送计划。", "A plan is submitted before the agency is published."),
        spoil=_unpublished,
    ),
)
MAY_INSPECT = Rule(
    id="R03-01",
    version=1,
    title=Text("协助单位不得实施检查", "Who only assists does not inspect"),
    basis=BASIS,
    effect=Effect.BLOCK,
    check=_may_inspect,
    example=Example(
        good=Text("行政机关自行检查。", "An administrative agency inspects."),
        bad=Text("检验检测机构自行制定检查计划。", "A testing institute files a plan of its own."),
        spoil=_assisting,
    ),
)
