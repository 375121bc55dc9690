"""今日任务: the tasks of this tablet, those in hand first, and what to do when there is none."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.session import TaskLine
from fieldapp.viewmodels import moments, names
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, Action
from shared.events.kinds import EventKind
from shared.flow.stage import Stage
from shared.flow.table import LANDING
from shared.localtime import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    key: str
    name: str
    address: str
    kind: str
    items: str
    window: str
    window_tone: str
    standing: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayState:
    title: str = ""
    summary: str = ""
    tasks: tuple[TaskRow, ...] = ()
    empty: bool = False
    sync: Action = NO_ACTION


class TodayViewModel:
    def __init__(self, duty: Duty, show: Callable[[TodayState], None]) -> None:
        self.duty = duty
        self._show = show
        self._lines: dict[str, TaskLine] = {}

    def enter(self) -> None:
        self.refresh()

    def leave(self) -> None:
        """Nothing runs behind this screen."""

    def tick(self) -> None:
        """Nothing here changes by the second."""

    def open(self, task_id: str) -> None:
        """Take a task in hand."""
        self.duty.take_up(self._lines[task_id])

    def sync(self) -> None:
        self.duty.sync()
        self.refresh()

    def refresh(self) -> None:
        if not self.duty.unlocked:
            return
        lines = sorted(self.duty.session.tasks(), key=_rank)
        self._lines = {line.task.id: line for line in lines}
        now = self.duty.session.desk.held.timekeeper.now()
        done = sum(_stage(line) is Stage.SEALED for line in lines)
        summary = _("共 {count} 项，已完成 {done} 项").format(count=len(lines), done=done)
        self._show(
            TodayState(
                title=_("今日任务 · {day}").format(day=moments.day(local_day(now))),
                summary=summary if lines else "",
                tasks=tuple(self._row(line) for line in lines),
                empty=not lines,
                sync=Action(
                    key="today.sync",
                    label=_("立即同步"),
                    icon="sync",
                    busy=_("正在同步…") if self.duty.syncing else "",
                ),
            )
        )

    def _row(self, line: TaskLine) -> TaskRow:
        task = line.task
        day = local_day(self.duty.session.desk.held.timekeeper.now())
        refs = self.duty.session.references()
        items = [refs.items[id_].name for id_ in task.item_ids if id_ in refs.items]
        standing, tone = names.stage(_stage(line))
        return TaskRow(
            key=task.id,
            name=line.enterprise.name if line.enterprise else task.uscc,
            address=line.premise.address if line.premise else "",
            kind=names.kind(task.kind),
            items=moments.several(items),
            window=moments.span(task.window_from, task.window_to),
            window_tone="quiet" if task.window_from <= day <= task.window_to else "caution",
            standing=standing,
            tone=tone,
        )


def _stage(line: TaskLine) -> Stage:
    """Roughly where the visit stands, from its last act; the visit itself knows exactly."""
    if line.visit is None:
        return Stage.UNOPENED
    return LANDING.get(EventKind(line.visit.last_kind), Stage.NOTIFIED)


def _rank(line: TaskLine) -> int:
    """In hand, then not begun, then done."""
    stage = _stage(line)
    return {Stage.UNOPENED: 1, Stage.SEALED: 2}.get(stage, 0)
