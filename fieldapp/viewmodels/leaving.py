"""The officers leave, with a fix, and the visit is sealed: nothing in it can change any more."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.viewmodels import moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Fact, Said
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.scanning import doubted
from fieldapp.viewmodels.step import Step
from shared.events.kinds import EventKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingState:
    title: str = ""
    explanation: str = ""
    sealed: bool = False
    facts: tuple[Fact, ...] = ()
    primary: Action = NO_ACTION
    said: Said = SILENT


class LeavingViewModel(Step):
    def __init__(self, duty: Duty, show: Callable[[LeavingState], None]) -> None:
        super().__init__(duty)
        self._show = show

    def act(self) -> None:
        """Leave, seal, or go back to the list."""
        action = self._primary()
        if not action.open:
            return
        if action.key == "leaving.leave":
            away = self.visit.away()
            distance = None if away is None else round(away.distance_m, 1)
            self.take(EventKind.LEFT, {"distance_m": distance})
        elif action.key == "leaving.seal":
            if self.take(EventKind.SEALED) is not None:
                self.duty.sync()
        elif action.key == "leaving.to_joint":
            self.duty.go(Place.JOINT)
            return
        else:
            self.duty.lay_down()
            return
        self.refresh()

    def refresh(self) -> None:
        sealed = self.visit.sealed
        left = self.visit.left
        self._show(
            LeavingState(
                title=_("本次检查已封存") if sealed else _("离企与封存"),
                explanation=self._explanation(sealed=sealed, left=left),
                sealed=sealed,
                facts=tuple(self._facts()),
                primary=self._primary(),
                said=self.said,
            )
        )

    def _explanation(self, *, sealed: bool, left: bool) -> str:
        if sealed:
            return _("记录已锁定并签名，联网后自动上传；上传前后都可以在本机查看。")
        if left:
            return _("封存后任何内容都不能再改。请确认检查已全部完成。")
        return _("离开企业时记录时间和位置，然后封存本次检查。")

    def _facts(self) -> list[Fact]:
        visit, state = self.visit, self.visit.state
        facts = []
        if state.provisional_no:
            facts.append(Fact(name=_("临时编号"), value=state.provisional_no))
        if state.opened_at:
            facts.append(Fact(name=_("开始"), value=moments.minute(state.opened_at)))
        if state.left_at:
            facts.append(Fact(name=_("离企"), value=moments.minute(state.left_at)))
        away = visit.away()
        if not state.left_at:
            place = _("无定位") if away is None else moments.distance(away.distance_m)
            facts.append(Fact(name=_("与登记地址"), value=place))
            facts += doubted(visit)
        count = len(visit.flow.events()) if visit.flow else 0
        facts.append(Fact(name=_("过程记录"), value=_("{count} 条").format(count=count)))
        facts.append(Fact(name=_("证据"), value=_("{count} 份").format(count=len(state.evidence))))
        if visit.sealed:
            facts.append(Fact(name=_("封存校验值"), value=state.heads[visit.device_id].hash))
        return facts

    def _primary(self) -> Action:
        if self.visit.sealed and self.visit.member:
            return Action(key="leaving.to_joint", label=_("出示完成码"), icon="people")
        if self.visit.sealed:
            return Action(key="leaving.done", label=_("返回今日任务"), icon="home")
        if self.visit.left:
            why = self.visit.why(EventKind.SEALED)
            return Action(key="leaving.seal", label=_("封存本次检查"), icon="seal", reason=why)
        why = self.visit.why(EventKind.LEFT)
        return Action(key="leaving.leave", label=_("记录离企"), icon="door", reason=why)
