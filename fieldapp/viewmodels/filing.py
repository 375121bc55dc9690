"""计划必报备: the filed task and what it rests on, a look at the tablet, and the start."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fieldapp.flow import preflight
from fieldapp.flow.preflight import Preflight
from fieldapp.language import _
from fieldapp.text import explain
from fieldapp.viewmodels import moments, names, ways
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Fact, Said, Why
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.saying import problem
from fieldapp.viewmodels.step import Step
from fieldapp.viewmodels.visit import Visit
from shared.errors import DomainError
from shared.reference import LegalBasis

LEAST_BATTERY = 30
LEAST_FREE_BYTES = 2 * 1024**3
"""Below these the officer is warned (R46); they lock nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the look at the tablet; `tone` fine or caution."""

    key: str
    name: str
    value: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """A matter to be inspected, with what the law says of it."""

    key: str
    name: str
    bases: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingState:
    title: str = ""
    kind: str = ""
    facts: tuple[Fact, ...] = ()
    items: tuple[ItemLine, ...] = ()
    checks: tuple[Check, ...] = ()
    past: tuple[Fact, ...] = ()
    frequency: str = ""
    past_open: bool = False
    past_action: Action = NO_ACTION
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class FilingViewModel(Step):
    def __init__(self, duty: Duty, show: Callable[[FilingState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self._past_open = False

    def enter(self) -> None:
        self._past_open = False
        super().enter()

    def refresh(self) -> None:
        visit = self.visit
        task = visit.task
        self._show(
            FilingState(
                title=visit.enterprise.name if visit.enterprise else task.uscc,
                kind=f"{names.kind(task.kind)} · {names.trigger(task.trigger)}",
                facts=tuple(_facts(visit)),
                items=tuple(_items(visit)),
                checks=tuple(_checks(visit, _look(visit))),
                frequency=frequency(visit),
                past=_past(visit),
                past_open=self._past_open,
                past_action=self._past_action(),
                primary=self._primary(),
                others=self._others(),
                said=self.said,
            )
        )

    def toggle_past(self) -> None:
        """Show or hide the visits that the frequency counts."""
        self._past_open = not self._past_open
        self.refresh()

    def act(self) -> None:
        """Begin the visit, or go on where it stands."""
        if self.visit.flow is None:
            if why_not_begin(self.visit):
                return
            try:
                self.visit.begin()
            except DomainError as error:
                self.said = problem(error)
                self.refresh()
                return
        self.onward()

    def other(self, key: str) -> None:
        """Join the visit of another tablet instead of opening one."""
        if key == "task.join":
            self.duty.go(Place.JOINT)

    def _others(self) -> tuple[Action, ...]:
        if self.visit.flow is not None or self.visit.offsite:
            return ()
        reason = self.visit.why_not_join()
        return (Action(key="task.join", label=_("加入联合检查"), icon="people", reason=reason),)

    def _primary(self) -> Action:
        if self.visit.flow is not None:
            label = _("查看封存") if self.visit.sealed else _("继续检查")
            return Action(key="task.go_on", label=label, icon="next")
        return Action(
            key="task.begin",
            label=_("开始非现场检查") if self.visit.offsite else _("开始检查"),
            icon="next",
            reason=why_not_begin(self.visit),
        )

    def _past_action(self) -> Action:
        if not self.visit.task.frequency.visits:
            return NO_ACTION
        label = _("收起") if self._past_open else _("看是哪几次")
        return Action(key="task.past", label=label)


def why_not_begin(visit: Visit) -> Why:
    """Why no visit may be opened for the task now, asked of the tablet's lease and the flow."""
    try:
        visit.session.refuse_new_visit()
    except DomainError as error:
        return Why(explain(error), ways.way_out(error.code, None, here=visit.here))
    looked = _look(visit).as_payload()
    return visit.against(visit.opening, {"preflight": looked})


def _look(visit: Visit) -> Preflight:
    here = [officer.officer_id for officer in visit.session.officers()]
    team = [officer for officer in here if officer in visit.task.officer_ids]
    return preflight.look(visit.session.desk, visit.refs, team or here)


def _facts(visit: Visit) -> Iterator[Fact]:
    task = visit.task
    yield Fact(name=_("任务编号"), value=task.no)
    yield Fact(name=_("计划备案"), value=task.plan_no)
    yield Fact(name=_("检查时间"), value=moments.span(task.window_from, task.window_to))
    if task.slot:
        yield Fact(name=_("和企业约定"), value=moments.slot(task.slot))
    if visit.offsite:
        yield Fact(name=_("检查方式"), value=_("非现场检查，不入企"))
    elif visit.premise:
        yield Fact(name=_("检查地点"), value=visit.premise.address)
    known = [visit.refs.officers[id_] for id_ in task.officer_ids if id_ in visit.refs.officers]
    yield Fact(
        name=_("执法人员"),
        value=moments.several(o.name for o in known if o.kind == "officer"),
    )
    assistants = [officer.name for officer in known if officer.kind != "officer"]
    count = max(task.assistant_count, len(assistants))
    if count:
        said = _("{count} 人").format(count=count)
        yield Fact(name=_("辅助人员"), value=moments.several((said, *assistants)))
    forms = visit.refs.forms_of(task)
    points = sum(len(form.points) for form in forms)
    titles = moments.several(form.name for form in forms)
    yield Fact(
        name=_("检查表"), value=_("{forms}（{points} 个要点）").format(forms=titles, points=points)
    )
    if task.reason_onsite:
        yield Fact(name=_("入企理由"), value=task.reason_onsite)


def _items(visit: Visit) -> Iterator[ItemLine]:
    for id_ in visit.task.item_ids:
        item = visit.refs.items.get(id_)
        if item:
            bases = [visit.refs.bases[b] for b in item.basis_ids if b in visit.refs.bases]
            yield ItemLine(key=id_, name=item.name, bases="\n".join(map(cited, bases)))


def cited(basis: LegalBasis) -> str:
    """A legal basis as it is quoted."""
    return f"《{basis.title}》{basis.article}"


def frequency(visit: Visit) -> str:
    known = visit.task.frequency
    said = _("{year} 年本机关已检查 {count} 次")
    said = said.format(year=known.year, count=known.agency_count)
    if known.cap is not None:
        said += _("，年度上限 {cap} 次").format(cap=known.cap)
    if known.exempt:
        said += _("，另有不计入上限的 {count} 次").format(count=known.exempt)
    return said + _("；各机关合计 {count} 次。").format(count=known.enterprise_count)


def _past(visit: Visit) -> tuple[Fact, ...]:
    return tuple(
        Fact(name=moments.day(each.date), value=f"{each.agency}  {each.no}")
        for each in visit.task.frequency.visits
    )


def _checks(visit: Visit, looked: Preflight) -> Iterator[Check]:
    battery, offset = looked.battery_percent, looked.clock_offset_ms
    limit = visit.refs.parameters.clock_offset_max_s
    yield _check(
        "battery",
        _("电量"),
        _("未知") if battery is None else f"{battery}%",
        well=battery is None or battery >= LEAST_BATTERY,
    )
    yield _check(
        "storage",
        _("存储"),
        moments.size(looked.free_bytes),
        well=looked.free_bytes >= LEAST_FREE_BYTES,
    )
    yield _check(
        "clock",
        _("时钟"),
        _("未与服务器核对")
        if offset is None
        else _("相差 {seconds} 秒").format(seconds=round(abs(offset) / 1000)),
        well=offset is not None and abs(offset) <= limit * 1000 and not looked.clock_suspect,
    )
    yield _check(
        "fix",
        _("定位"),
        _("无定位")
        if looked.fix is None
        else _("精度 {metres}").format(metres=moments.distance(looked.fix.acc_m)),
        well=looked.fix is not None,
    )
    hours = looked.certificate_checked_hours
    yield _check(
        "certificates",
        _("执法证"),
        _("状态未核对") if hours is None else _("{hours} 小时前核对").format(hours=hours),
        well=hours is not None and hours <= 72,
    )


def _check(key: str, name: str, value: str, *, well: bool) -> Check:
    return Check(key=key, name=name, value=value, tone="fine" if well else "caution")
