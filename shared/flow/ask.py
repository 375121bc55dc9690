"""What is asked of the flow, and how it says no. Values and the two questions every gate shares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.events.kinds import EventKind as Kind
from shared.flow import duties
from shared.flow.skipping import skipped
from shared.flow.state import PointKey, VisitState
from shared.reference import References, Task
from shared.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An act somebody wants to make, or has made.

    `prev` is the hash it links to, `accuracy_m` that of its fix (0 where there is none).
    """

    kind: Kind
    at: datetime
    device_id: str
    officer_id: str
    task_ids: tuple[str, ...]
    payload: Mapping[str, Any] = field(default_factory=dict)
    prev: str = ""
    seq: int = 1
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an act may not be made now; `lifted_by` is the act that would lift it."""

    code: str
    rule: str
    reason: Text
    lifted_by: Kind | None = None


Gate = Callable[[VisitState, Ask, References], Refusal | None]
"""Looks at the state before the act, what is asked and the references. Never raises or stores."""


def tasks_of(state: VisitState, ask: Ask, refs: References) -> tuple[Task, ...]:
    """The tasks this tablet works on, those it knows."""
    return duties.known(state.tasks_of.get(ask.device_id) or ask.task_ids, refs)


def open_points(state: VisitState, ask: Ask, refs: References) -> tuple[PointKey, ...]:
    """Points of this tablet's forms that wait for an answer, in the forms' order."""
    given = state.counting
    waiting = [
        key
        for task in duties.all_of(state, refs, ask.device_id)
        for form in refs.forms_of(task)
        for point in form.points
        if (key := (form.id, form.version, point.id)) not in given
        and skipped(state, form, point) is None
    ]
    return tuple(dict.fromkeys(waiting))
