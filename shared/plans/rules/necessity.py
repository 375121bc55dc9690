"""Whether one must go there at all: what paper or data can answer needs no visit (R30)."""

from shared.plans.model import Case, Effect, Example, Facts, Plan, Problem, Rule
from shared.plans.spoiling import with_target
from shared.text import Text

BASIS = Text(
    "国办发〔2024〕54号：能通过书面核查、信息共享、智慧监管等方式监管的，不得入企",
    "State Council Office 2024/54: no visit where paper, shared data or remote means will do",
)


def _reason_onsite(plan: Plan, _facts: Facts) -> tuple[Problem, ...]:
    text = Text("没有说明为什么必须入企检查。", "It does not say why it must be on site.")
    return tuple(
        Problem(text=text, target=target)
        for target in plan.targets
        if not target.reason_onsite.strip()
    )


def _unsaid(case: Case) -> Case:
    return with_target(case, reason_onsite=" ")


REASON_ONSITE = Rule(
    id="R30-01",
    version=1,
    title=Text("说明入企的必要性", "The visit is necessary"),
    basis=BASIS,
    effect=Effect.EXPLAIN,
    check=_reason_onsite,
    example=Example(
        good=Text("后厨卫生须现场查看。", "The kitchen must be seen."),
        bad=Text("没有填写理由。", "No reason is given."),
        spoil=_unsaid,
    ),
)
