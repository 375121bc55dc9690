"""What a tablet inspects: its filed tasks, or what an emergency names in their place (R41).

An emergency may begin where there is no task; it then says itself which items and forms are used,
so that its checklist, record and result are built like any other's. The server writes the task
down afterwards (R24).
"""

from collections.abc import Iterable
from datetime import date

from shared.events.kinds import EventKind as Kind
from shared.flow.state import VisitState
from shared.localtime import local_day
from shared.reference import FormVersion, Frequency, References, Task

OFFSITE = "offsite"  # of the visit types in shared/plans/model.py


def known(task_ids: Iterable[str], refs: References) -> tuple[Task, ...]:
    """The filed tasks of these ids, as far as they are known."""
    return tuple([refs.tasks[id_] for id_ in task_ids if id_ in refs.tasks])


def opened_by(tasks: Iterable[Task]) -> Kind:
    """The act that begins these tasks: those filed as off-site have one of their own (R30)."""
    types = {task.visit_type for task in tasks}
    return Kind.OFFSITE_OPENED if types == {OFFSITE} else Kind.VISIT_OPENED


def all_of(state: VisitState, refs: References, device_id: str) -> tuple[Task, ...]:
    """The filed tasks, or the one an emergency without any stands for."""
    ids = state.tasks_of.get(device_id, ())
    if ids or device_id != state.lead or state.emergency is None:
        return known(ids, refs)
    return (_emergency(state),)


def _emergency(state: VisitState) -> Task:
    told = state.emergency or {}
    day = local_day(state.opened_at) if state.opened_at else date.min
    return Task(
        id="",
        no="",
        plan_no="",
        plan_version=0,
        agency_id=told["agency_id"] or "",
        kind="immediate",
        trigger="emergency",
        visit_type="inspection",
        uscc=state.scan.uscc if state.scan else "",
        premise_id=(state.scan.premise_id or "") if state.scan else "",
        item_ids=tuple(told["item_ids"]),
        forms=tuple(FormVersion(id=f["id"], version=f["version"]) for f in told["forms"]),
        officer_ids=(),
        assistant_count=0,
        window_from=day,
        window_to=day,
        status="in_visit",
        frequency=Frequency(year=day.year, agency_count=0, cap=None, enterprise_count=0),
        reason_onsite=told["explanation"],
    )
