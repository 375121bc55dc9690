"""本周任务: what is due within seven days, where it lies, and how far that is from here."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from fieldapp.language import _
from fieldapp.store.task_list import TaskBrief
from fieldapp.viewmodels import charting, moments
from fieldapp.viewmodels.charting import Chart
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, Action
from fieldapp.viewmodels.places import Place
from shared import geo
from shared.events.kinds import EventKind
from shared.geo import Crs, Point
from shared.localtime import local_day
from shared.search.windows import runs

AHEAD = timedelta(days=6)
MOST = 100
"""So many are drawn, the first due; the search finds the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRow:
    key: str = ""
    number: str = ""
    """In the list, and on the dot."""
    name: str = ""
    address: str = ""
    due: str = ""
    away: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekState:
    title: str = ""
    summary: str = ""
    query: str = ""
    rows: tuple[WeekRow, ...] = ()
    chart: Chart = Chart()  # noqa: RUF009 - frozen
    origin: str = ""
    back: Action = NO_ACTION


class WeekViewModel:
    def __init__(self, duty: Duty, show: Callable[[WeekState], None]) -> None:
        self.duty = duty
        self._show = show
        self._query = ""
        self._due: tuple[TaskBrief, ...] = ()

    def enter(self) -> None:
        self._query = ""
        self.refresh()

    def leave(self) -> None:
        """Nothing runs behind this screen."""

    def tick(self) -> None:
        """Nothing here changes by the second."""

    def open(self, task_id: str) -> None:
        """Take a task in hand."""
        self.duty.take_up(self.duty.session.task(task_id))

    def search(self, text: str) -> None:
        """Show only what the words find."""
        if text != self._query:
            self._query = text
            self._draw()

    def back(self) -> None:
        self.duty.go(Place.TODAY)

    def refresh(self) -> None:
        """Read the tasks anew."""
        if not self.duty.unlocked:
            return
        session = self.duty.session
        day = local_day(session.desk.held.timekeeper.now())
        done = {
            task
            for visit in session.visits()
            if visit.last_kind == EventKind.SEALED
            for task in visit.task_ids
        }
        self._due = tuple(
            brief
            for brief in session.task_briefs()
            if brief.window_from <= day + AHEAD and brief.window_to >= day and brief.id not in done
        )
        self._draw()

    def _draw(self) -> None:
        """What fits the words, the first due first and then the nearest."""
        due = self._fitting()
        places = dict(self._places(due[:MOST]))
        fix = self.duty.ports.location.fix()
        here = Point(fix.lat, fix.lon) if fix else charting.middle(places.values())
        day = local_day(self.duty.session.desk.held.timekeeper.now())
        away = {id_: geo.haversine_m(here, place) for id_, place in places.items() if here}
        shown = sorted(due[:MOST], key=lambda one: (one.window_to, away.get(one.id, math.inf)))
        numbered = [(str(number), brief) for number, brief in enumerate(shown, 1)]
        drawn = {number: places[one.id] for number, one in numbered if one.id in places}
        self._show(
            WeekState(
                title=_("本周任务 · {span}").format(span=moments.span(day, day + AHEAD)),
                summary=_("共 {count} 项").format(count=len(due)),
                query=self._query,
                rows=tuple(_row(number, one, here, places.get(one.id)) for number, one in numbered),
                chart=charting.draw(here, drawn) if here else Chart(),
                origin=_("中心是本机位置，上方为北") if fix else _("没有定位：中心是各点的中间"),
                back=Action(key="week.back", label=_("返回今日任务"), icon="back"),
            )
        )

    def _fitting(self) -> tuple[TaskBrief, ...]:
        if not runs(self._query):
            return self._due
        found = set(self.duty.session.desk.held.task_list.find(self._query))
        return tuple(brief for brief in self._due if brief.id in found)

    def _places(self, briefs: Iterable[TaskBrief]) -> Iterator[tuple[str, Point]]:
        """Where each lies in WGS-84; what has no coordinates is in the list alone."""
        refs = self.duty.session.references()
        for brief in briefs:
            premise = refs.premises.get(refs.tasks[brief.id].premise_id)
            if premise is not None and premise.lat is not None and premise.lon is not None:
                yield brief.id, geo.to_wgs84(Point(premise.lat, premise.lon), Crs(premise.crs))


def _row(number: str, brief: TaskBrief, here: Point | None, place: Point | None) -> WeekRow:
    said = ""
    if here and place:
        away = moments.distance(geo.haversine_m(here, place))
        said = f"{charting.direction(here, place)} {away}"
    return WeekRow(
        key=brief.id,
        number=number,
        name=brief.name or brief.uscc,
        address=brief.address,
        due=_("{day} 到期").format(day=moments.day(brief.window_to)),
        away=said or _("无坐标"),
    )
