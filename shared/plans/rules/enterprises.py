"""Whom: an enterprise that exists, under its right code, at its own place (R21, R32)."""

from collections.abc import Callable
from datetime import timedelta

from shared import uscc as codes
from shared.plans.facts import Facts, FirmFacts
from shared.plans.model import Plan, Target
from shared.plans.rule import Effect, Problem, rule, target_problem, targets_where
from shared.plans.rules.sources import GB32100, local, shandong, state_council
from shared.plans.spoiling import with_firm, with_place, with_target
from shared.text import Text

TARGETS = shandong("检查计划载明检查对象", "a plan names the enterprises")
SCAN = shandong(
    "入企必扫码，核对企业和位置", "the enterprise and the place are checked at the door"
)
SCOPE = state_council(
    "适用于企业；个体工商户、农民专业合作社等参照执行",
    "for enterprises, and likewise sole traders and cooperatives",
)
CODE = local(GB32100, "校验码", "check characters")
ENTERPRISES = ("91", "92", "93", "N")  # 企业, 个体工商户, 农民专业合作社, 农村集体经济组织
_GONE = frozenset({"cancelled", "revoked", "closed", "moved_out"})


def _where(
    plan: Plan, facts: Facts, text: Text, is_bad: Callable[[Target, FirmFacts], bool]
) -> tuple[Problem, ...]:
    return tuple(
        target_problem(target, text, name=firm.name)
        for target in plan.targets
        if (firm := facts.firms.get(target.uscc)) is not None and is_bad(target, firm)
    )


@rule(
    "R21-09",
    title=Text("统一社会信用代码校验正确", "The code's check character is right"),
    basis=CODE,
    effect=Effect.BLOCK,
    good=Text("代码校验通过。", "The code holds."),
    bad=Text("代码最后一位写错。", "Its last character is wrong."),
    spoil=lambda case: with_target(case, uscc="91370100MA37XJ3850"),
)
def code_holds(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    text = Text("统一社会信用代码{code}校验不通过。", "The code {code} fails its check character.")
    return tuple(
        target_problem(target, text, code=target.uscc)
        for target in plan.targets
        if not codes.is_valid(target.uscc)
    )


@rule(
    "R21-10",
    title=Text("组织机构代码段校验正常", "The inner check character looks right"),
    basis=CODE,
    effect=Effect.WARN,
    good=Text("第17位与前八位相符。", "Position 17 agrees with the eight before."),
    bad=Text("第17位不符，可能抄错，请核对。", "It does not; perhaps it was miscopied."),
    spoil=lambda case: with_target(case, uscc="91370100MA37XJ380D"),
)
def body_holds(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "统一社会信用代码{code}的第17位与主体标识码不符，请核对是否抄错。",
        "Position 17 of the code {code} does not agree with the eight before it.",
    )
    return tuple(
        target_problem(target, text, code=target.uscc)
        for target in plan.targets
        if codes.cautions(target.uscc)
    )


@rule(
    "R21-11",
    title=Text("检查对象属于涉企检查", "It is an enterprise, or treated as one"),
    basis=SCOPE,
    effect=Effect.EXPLAIN,
    good=Text("企业、个体工商户、农民专业合作社。", "An enterprise, sole trader or cooperative."),
    bad=Text("对象是机关事业单位。", "A public institution."),
    spoil=lambda case: with_target(case, uscc="12370100MA37XJ385N"),
)
def is_an_enterprise(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "代码{code}不是企业、个体工商户或合作社的，是否属于涉企检查请说明。",
        "The code {code} is not that of an enterprise, sole trader or cooperative.",
    )
    return tuple(
        target_problem(target, text, code=target.uscc)
        for target in plan.targets
        if not target.uscc.startswith(ENTERPRISES)
    )


@rule(
    "R21-12",
    title=Text("企业在营", "The enterprise is in business"),
    basis=TARGETS,
    effect=Effect.BLOCK,
    good=Text("登记状态为在营。", "The register says it operates."),
    bad=Text("企业已经注销。", "It was struck off."),
    spoil=lambda case: with_firm(case, status="cancelled"),
)
def in_business(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "{name}已注销、吊销、关闭或迁出。",
        "{name} was struck off, revoked, closed, or moved away.",
    )
    return _where(plan, facts, text, lambda _target, firm: firm.status in _GONE)


@rule(
    "R21-13",
    title=Text("场所属于该企业", "The premise is the enterprise's own"),
    basis=TARGETS,
    effect=Effect.BLOCK,
    good=Text("场所登记在该企业名下。", "The place is on record as theirs."),
    bad=Text("填写了别家企业的场所。", "It is another enterprise's place."),
    spoil=lambda case: with_place(case, uscc="another"),
)
def own_premise(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text("检查地点不是该企业的场所。", "The place to visit is not one of this enterprise.")
    return targets_where(
        plan,
        text,
        lambda t: (place := facts.places.get(t.premise_id)) is None or place.uscc != t.uscc,
    )


@rule(
    "R21-15",
    title=Text("场所没有关闭", "The premise is in use"),
    basis=TARGETS,
    effect=Effect.BLOCK,
    good=Text("场所仍在使用。", "The place is in use."),
    bad=Text("场所已经登记为关闭。", "The register says it was closed."),
    spoil=lambda case: with_place(case, is_closed=True),
)
def premise_is_open(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text("检查地点{name}已关闭。", "The place {name} was closed.")
    return tuple(
        target_problem(target, text, name=place.name)
        for target in plan.targets
        if (place := facts.places.get(target.premise_id)) is not None and place.is_closed
    )


@rule(
    "R21-14",
    title=Text("登记信息不过时", "What the register says is recent"),
    basis=TARGETS,
    effect=Effect.WARN,
    parameters=("register_days",),
    good=Text("上月更新的登记信息。", "Renewed last month."),
    bad=Text("登记信息两年没有更新，可能已迁走。", "Two years old: they may have moved."),
    spoil=lambda case: with_firm(
        case, as_of=case.facts.today - timedelta(days=case.facts.limits.register_days + 1)
    ),
)
def register_is_recent(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    oldest = facts.today - timedelta(days=facts.limits.register_days)
    text = Text(
        "{name}的登记信息很久没有更新，请先核对是否仍在营、地址是否变动。",
        "What the register says of {name} is old: is it still there?",
    )
    return _where(
        plan, facts, text, lambda _target, firm: firm.as_of is not None and firm.as_of < oldest
    )


@rule(
    "R32-01",
    version=2,
    title=Text("场所有坐标，扫码可核对位置", "The place can be checked at the scan"),
    basis=SCAN,
    effect=Effect.WARN,
    entering=True,
    good=Text("场所登记了经纬度。", "Its position is on record."),
    bad=Text("场所没有坐标，扫码时无法核对位置。", "It has none: the scan cannot be compared."),
    spoil=lambda case: with_place(case, has_point=False),
)
def can_be_located(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "检查地点没有坐标，扫码时无法核对位置。",
        "The place has no coordinates; the scan cannot be compared with it.",
    )
    places = facts.places
    return targets_where(
        plan, text, lambda t: t.premise_id in places and not places[t.premise_id].has_point
    )
