"""Gates of 计划必报备: a filed task in force, its window, its officers, its published items."""

from shared.flow.ask import Ask, Refusal, tasks_of
from shared.flow.duties import OFFSITE
from shared.flow.state import VisitState
from shared.localtime import local_day
from shared.reference import References
from shared.text import Text

LIVE_TASK = frozenset({"coded", "issued", "in_visit"})


def tasks_known(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    if ask.task_ids and all(id_ in refs.tasks for id_ in ask.task_ids):
        return None
    return Refusal(
        code="no_task",
        rule="R32",
        reason=Text(
            zh="没有已备案的任务，不得入企检查。", en="No filed task: there may be no inspection."
        ),
    )


def tasks_in_force(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    for task in tasks_of(state, ask, refs):
        if task.status not in LIVE_TASK or (task.withdrawn_at and task.withdrawn_at <= ask.at):
            return Refusal(
                code="task_withdrawn",
                rule="R24",
                reason=Text(
                    zh=f"任务 {task.no} 已撤销或已办结。",
                    en=f"Task {task.no} was withdrawn or is done.",
                ),
            )
    return None


def to_be_entered(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """A task filed as off-site gives nobody a reason to come (R30)."""
    task = next((t for t in tasks_of(state, ask, refs) if t.visit_type == OFFSITE), None)
    if task is None:
        return None
    return Refusal(
        code="task_is_offsite",
        rule="R30",
        reason=Text(
            zh=f"任务 {task.no} 是非现场检查，不得入企。",
            en=f"Task {task.no} is off site: nobody may enter for it.",
        ),
    )


def to_be_done_offsite(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """What was filed as a visit is made on site, with code, card and notice, or not at all."""
    task = next((t for t in tasks_of(state, ask, refs) if t.visit_type != OFFSITE), None)
    if task is None:
        return None
    return Refusal(
        code="task_is_onsite",
        rule="R40",
        reason=Text(
            zh=f"任务 {task.no} 须入企检查，不能以非现场检查代替。",
            en=f"Task {task.no} is to be made on site; an off-site check does not replace it.",
        ),
    )


def in_window(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    day = local_day(ask.at)
    for task in tasks_of(state, ask, refs):
        if not task.window_from <= day <= task.window_to:
            return Refusal(
                code="outside_window",
                rule="R21",
                reason=Text(
                    zh=f"今天不在备案的检查时间内（{task.window_from} 至 {task.window_to}）。",
                    en=f"Today is outside the filed window ({task.window_from} to "
                    f"{task.window_to}).",
                ),
            )
    return None


def officer_assigned(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    if all(ask.officer_id in task.officer_ids for task in tasks_of(state, ask, refs)):
        return None
    return Refusal(
        code="officer_not_assigned",
        rule="R24",
        reason=Text(zh="您不是本任务的执法人员。", en="You are not assigned to this task."),
    )


def items_published(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    day = local_day(ask.at)
    for task in tasks_of(state, ask, refs):
        for id_ in task.item_ids:
            item = refs.items.get(id_)
            if item is None or not item.published_on(day):
                return Refusal(
                    code="item_not_published",
                    rule="R10",
                    reason=Text(
                        zh="检查事项不在已公布的清单内。",
                        en="The item is not on the published list.",
                    ),
                )
    return None


def status_fresh(state: VisitState, ask: Ask, refs: References) -> Refusal | None:
    """A certificate status older than seven days starts no visit (domain case 9)."""
    hours = ask.payload["preflight"]["certificate_checked_hours"]
    if hours is not None and hours <= 7 * 24:
        return None
    return Refusal(
        code="certificate_status_old",
        rule="R04",
        reason=Text(
            zh="执法证状态超过 7 天未核对，请先联网同步。",
            en="The certificates' status is older than 7 days: sync first.",
        ),
    )
