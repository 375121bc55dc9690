"""Who may inspect at all, and who only helps (R01, R03)."""

from shared.plans.facts import Facts
from shared.plans.model import Plan
from shared.plans.rule import Effect, Problem, plan_problem, rule, target_problem
from shared.plans.rules.sources import state_council
from shared.plans.spoiling import with_agency, with_home, with_other_agency, with_plan, with_target
from shared.text import Text

QUALIFIED = state_council(
    "检查主体须依法具备资格并公告", "an inspecting agency is qualified by law and published"
)
ONLY_AGENCIES = state_council(
    "严禁议事协调机构、检验检测机构、科研院所、中介等实施检查",
    "coordinating bodies, testing institutes and agents do not inspect",
)
TOLD = state_council("公布监督电话，接受企业监督", "enterprises are told whom to complain to")


@rule(
    "R01-01",
    title=Text("检查主体已确认并公告", "The agency is confirmed and published"),
    basis=QUALIFIED,
    effect=Effect.BLOCK,
    good=Text("1月1日公告，3月制定计划。", "Published on 1 January, planning in March."),
    bad=Text("尚未公告就报送计划。", "A plan is submitted before the agency is published."),
    spoil=lambda case: with_agency(case, published_on=None),
)
def confirmed(_plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if facts.agency.holds_on(facts.today):
        return ()
    text = Text(
        "{name}不是已确认并公告的检查主体。", "{name} is not a confirmed, published agency."
    )
    return plan_problem(text, name=facts.agency.name)


@rule(
    "R01-02",
    title=Text("检查期间主体资格有效", "The agency stays qualified through the window"),
    basis=QUALIFIED,
    effect=Effect.BLOCK,
    good=Text("机关没有被撤销。", "The agency is not to be dissolved."),
    bad=Text("机构改革7月31日撤销，检查排在8月。", "Dissolved on 31 July, inspecting in August."),
    spoil=lambda case: with_agency(case, revoked_on=case.plan.until),
)
def stays_qualified(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    revoked = facts.agency.revoked_on
    if revoked is None or not facts.today < revoked <= plan.until:
        return ()
    text = Text(
        "{name}的检查主体资格于{day}终止，早于检查结束。",
        "{name} stops being an inspecting agency on {day}, before the plan ends.",
    )
    return plan_problem(text, name=facts.agency.name, day=revoked.isoformat())


@rule(
    "R01-03",
    title=Text("公布了联系和监督电话", "Telephone numbers are published"),
    basis=TOLD,
    effect=Effect.WARN,
    good=Text("公布了本机关电话和监督电话。", "Both its own and the supervisor's are published."),
    bad=Text("没有登记监督电话。", "No number of the supervision body is known."),
    spoil=lambda case: with_agency(case, supervision_phone=""),
)
def can_be_reached(_plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if facts.agency.phone.strip() and facts.agency.supervision_phone.strip():
        return ()
    text = Text(
        "{name}没有登记联系电话或监督电话，检查通知书上将是空白。",
        "{name} has no telephone number, or none of its supervision; the notice will lack it.",
    )
    return plan_problem(text, name=facts.agency.name)


@rule(
    "R03-01",
    title=Text("协助单位不得实施检查", "Who only assists does not inspect"),
    basis=ONLY_AGENCIES,
    effect=Effect.BLOCK,
    good=Text("行政机关自行检查。", "An administrative agency inspects."),
    bad=Text("检验检测机构自行制定检查计划。", "A testing institute files a plan of its own."),
    spoil=lambda case: with_agency(case, may_inspect=False),
)
def may_inspect(_plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if facts.agency.may_inspect:
        return ()
    text = Text(
        "{name}只能协助检查，不得实施检查。", "{name} may assist an inspection, not make one."
    )
    return plan_problem(text, name=facts.agency.name)


@rule(
    "R03-02",
    title=Text("协助单位已登记", "Assisting organisations are on record"),
    basis=ONLY_AGENCIES,
    effect=Effect.BLOCK,
    good=Text("协助的检测机构已登记为协助单位。", "The testing institute is on record as one."),
    bad=Text("协助单位没有登记。", "Nobody knows the organisation that is to assist."),
    spoil=lambda case: with_plan(case, assist_agency_ids=("unknown",)),
)
def assisting_is_recorded(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "“{name}”没有登记为有效的协助单位。",
        "“{name}” is not on record as an assisting organisation.",
    )
    known = {id_: facts.agencies.get(id_) for id_ in plan.assist_agency_ids}
    return tuple(
        Problem(text=text.filled(name=agency.name if agency else id_))
        for id_, agency in known.items()
        if agency is None or not agency.is_assisting or not agency.holds_on(facts.today)
    )


@rule(
    "R03-03",
    title=Text("协助人员来源清楚", "It is clear whose the assistants are"),
    basis=ONLY_AGENCIES,
    effect=Effect.EXPLAIN,
    good=Text("协助人员来自登记的检测机构。", "They come from a testing institute on record."),
    bad=Text("本机关没有协助人员，也没有协助单位。", "The agency has none and names nobody."),
    spoil=lambda case: with_home(
        with_target(with_plan(case, assist_agency_ids=()), assistant_count=1), assistants=0
    ),
)
def assistants_are_somebodys(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    if plan.assist_agency_ids:
        return ()
    text = Text(
        "安排协助人员{count}名，本机关登记的协助人员只有{most}名，又没有协助单位。",
        "{count} assistants are planned, {most} are on record and no organisation is named.",
    )
    most = facts.home.assistants
    return tuple(
        target_problem(target, text, count=target.assistant_count, most=most)
        for target in plan.targets
        if target.assistant_count is not None and target.assistant_count > most
    )


@rule(
    "R03-04",
    title=Text("联合检查机关具备资格", "Joint agencies may inspect"),
    basis=QUALIFIED,
    effect=Effect.BLOCK,
    good=Text("联合的消防机构已确认并公告。", "The fire authority is confirmed and published."),
    bad=Text("联合的是一家中介机构。", "The other one is a private agent."),
    spoil=lambda case: with_other_agency(
        with_plan(case, joint_agency_ids=("other",)), "other", may_inspect=False
    ),
)
def joint_agencies_may_inspect(plan: Plan, facts: Facts) -> tuple[Problem, ...]:
    text = Text(
        "联合检查的“{name}”不是有效的检查主体。",
        "“{name}”, named for a joint visit, is not an inspecting agency.",
    )
    known = {id_: facts.agencies.get(id_) for id_ in plan.joint_agency_ids}
    return tuple(
        Problem(text=text.filled(name=agency.name if agency else id_))
        for id_, agency in known.items()
        if agency is None or not agency.may_inspect or not agency.holds_on(facts.today)
    )
