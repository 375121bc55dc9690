"""今日任务: the tasks of this tablet, those in hand first, and what to do when there is none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from fieldapp.language import _
from fieldapp.session import TaskLine
from fieldapp.store.journal import VisitLine
from fieldapp.viewmodels import moments, names
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, Action
from fieldapp.viewmodels.places import Place
from shared.events.kinds import EventKind
from shared.flow.stage import Stage
from shared.flow.table import LANDING
from shared.localtime import local_day
from shared.search.windows import runs


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    key: str = ""
    name: str = ""
    address: str = ""
    kind: str = ""
    items: str = ""
    window: str = ""
    window_tone: str = "quiet"
    standing: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayState:
    title: str = ""
    summary: str = ""
    query: str = ""
    found: str = ""
    tasks: Sequence[TaskRow] = ()
    empty: bool = False
    week: Action = NO_ACTION
    library: Action = NO_ACTION
    sync: Action = NO_ACTION
    emergency: Action = NO_ACTION


class TodayViewModel:
    def __init__(self, duty: Duty, show: Callable[[TodayState], None]) -> None:
        self.duty = duty
        self._show = show
        self._rows = TaskRows((), lambda _key: TaskRow())
        self._urgent: dict[str, TaskRow] = {}
        self._done = 0
        self._query = ""

    def enter(self) -> None:
        self._query = ""
        self.refresh()

    def leave(self) -> None:
        """Nothing runs behind this screen."""

    def tick(self) -> None:
        """Nothing here changes by the second."""

    def open(self, task_id: str) -> None:
        """Take a task in hand."""
        session = self.duty.session
        urgent = task_id in self._urgent
        self.duty.take_up(session.emergency_line(task_id) if urgent else session.task(task_id))

    def begin_emergency(self) -> None:
        """Begin before there is a task."""
        self.duty.go(Place.EMERGENCY)

    def sync(self) -> None:
        self.duty.sync()
        self.refresh()

    def search(self, text: str) -> None:
        """Show only what the words find."""
        if text != self._query:
            self._query = text
            self._draw()

    def week(self) -> None:
        """To the week and where it lies."""
        self.duty.go(Place.WEEK)

    def library(self) -> None:
        """To the laws and items."""
        self.duty.go(Place.LIBRARY)

    def refresh(self) -> None:
        """Read the tasks anew."""
        if not self.duty.unlocked:
            return
        session = self.duty.session
        stages = {
            task: _stage(visit) for visit in reversed(session.visits()) for task in visit.task_ids
        }
        tasks = sorted(session.task_order(), key=lambda id_: _rank(stages.get(id_, Stage.UNOPENED)))
        listed = _Listed(self.duty, stages)
        self._urgent = {
            line.visit.visit_id: _urgent_row(line, line.visit)
            for line in session.emergencies()
            if line.visit
        }
        self._rows = TaskRows(
            (*self._urgent, *tasks), lambda key: self._urgent.get(key) or listed.row(key)
        )
        self._done = sum(stages.get(id_) is Stage.SEALED for id_ in tasks)
        self._draw()

    def _draw(self) -> None:
        rows = self._rows
        count = len(rows)
        now = self.duty.session.desk.held.timekeeper.now()
        summary = _("共 {count} 项，已完成 {done} 项").format(count=count, done=self._done)
        found = ""
        if runs(self._query):
            rows = self._found()
            found = (
                _("找到 {count} 项").format(count=len(rows)) if rows else _("没有找到这样的任务")
            )
        self._show(
            TodayState(
                title=_("今日任务 · {day}").format(day=moments.day(local_day(now))),
                summary=summary if count else "",
                query=self._query,
                found=found,
                tasks=rows,
                empty=not count,
                week=Action(key="today.week", label=_("本周"), icon="list"),
                library=Action(key="today.library", label=_("法规和事项"), icon="list"),
                sync=Action(
                    key="today.sync",
                    label=_("立即同步"),
                    icon="sync",
                    busy=_("正在同步…") if self.duty.syncing else "",
                ),
                emergency=Action(key="today.emergency", label=_("紧急检查"), icon="warn"),
            )
        )

    def _found(self) -> "TaskRows":
        return self._rows.only(self.duty.session.desk.held.task_list.find(self._query))


class TaskRows(Sequence[TaskRow]):
    """Rows that are made when they are looked at: of ten thousand tasks the screen shows a few."""

    def __init__(self, keys: Sequence[str], make: Callable[[str], TaskRow]) -> None:
        self._keys = keys
        self._make = cache(make)

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return tuple(self._make(key) for key in self._keys[at])
        return self._make(self._keys[at])

    def only(self, keys: Sequence[str]) -> "TaskRows":
        """Those of these keys that are among the rows, in the order of the keys."""
        known = set(self._keys)
        return TaskRows([key for key in keys if key in known], self._make)


class _Listed:
    """Makes the row of a task from what the store holds when it is looked at."""

    def __init__(self, duty: Duty, stages: Mapping[str, Stage]) -> None:
        self._duty = duty
        self._stages = stages
        self._day = local_day(duty.session.desk.held.timekeeper.now())

    def row(self, task_id: str) -> TaskRow:
        """Empty but for its key where the task has left the tablet, or the tablet is locked."""
        brief = self._duty.session.task_brief(task_id) if self._duty.unlocked else None
        if brief is None:
            return TaskRow(key=task_id)
        standing, tone = names.stage(self._stages.get(task_id, Stage.UNOPENED))
        return TaskRow(
            key=brief.id,
            name=brief.name or brief.uscc,
            address=brief.address,
            kind=names.way(brief.kind, brief.visit_type),
            items=moments.several(self._items[id_] for id_ in brief.item_ids if id_ in self._items),
            window=(
                moments.slot(brief.slot)
                if brief.slot
                else moments.span(brief.window_from, brief.window_to)
            ),
            window_tone=(
                "quiet" if brief.window_from <= self._day <= brief.window_to else "caution"
            ),
            standing=standing,
            tone=tone,
        )

    @cached_property
    def _items(self) -> Mapping[str, str]:
        return self._duty.session.desk.held.task_list.item_names()


def _urgent_row(line: TaskLine, visit: VisitLine) -> TaskRow:
    """An emergency without a task: it goes by its visit, and by what was scanned."""
    standing, tone = names.stage(_stage(visit))
    return TaskRow(
        key=visit.visit_id,
        name=line.enterprise.name if line.enterprise else line.task.uscc or _("尚未扫码"),
        address=line.premise.address if line.premise else "",
        kind=_("紧急检查"),
        items=line.task.reason_onsite,
        window=moments.span(line.task.window_from, line.task.window_to),
        standing=standing,
        tone=tone,
    )


def _stage(visit: VisitLine) -> Stage:
    """Roughly where the visit stands, from its last act; the visit itself knows exactly."""
    return LANDING.get(EventKind(visit.last_kind), Stage.NOTIFIED)


def _rank(stage: Stage) -> int:
    """In hand, then not begun, then done."""
    return {Stage.UNOPENED: 1, Stage.SEALED: 2}.get(stage, 0)
