"""告 · 离企 and the seal: leaving by the enterprise's code or by the fix, and what is locked after.

A code of another enterprise is a hard stop, as on the way in: it is recorded and nothing is left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from fieldapp.flow.scanning import CodeReading, Seen
from fieldapp.language import _, say
from fieldapp.ports.camera import Frame
from fieldapp.text import sentence
from fieldapp.viewmodels import mismatch, moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.looking import Looking
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Fact, Said
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.saying import problem
from fieldapp.viewmodels.scanning import doubted
from fieldapp.viewmodels.step import Step
from shared.errors import DomainError
from shared.events.kinds import EventKind

BY_FIX = "fix"


class Phase(StrEnum):
    READY = "ready"
    LOOKING = "looking"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingState:
    phase: Phase = Phase.READY
    title: str = ""
    explanation: str = ""
    at_door: bool = True
    """Whether there is a door to leave by."""
    sealed: bool = False
    facts: tuple[Fact, ...] = ()
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class LeavingViewModel(Step):
    def __init__(self, duty: Duty, show: Callable[[LeavingState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self._looking = Looking(duty.ports, self._read)
        self._phase = Phase.READY
        self._found: CodeReading | None = None

    def enter(self) -> None:
        self._phase, self._found = Phase.READY, None
        super().enter()

    def leave(self) -> None:
        self._looking.stop()

    def frame(self) -> Frame | None:
        """The picture to show, while one is shown."""
        return self._looking.frame()

    def saw(self, frame: Frame) -> None:
        """Look for a code in a picture."""
        if self._phase is Phase.LOOKING:
            self._looking.saw(frame)

    def act(self) -> None:
        """Leave, look again, seal, or go back to the list."""
        action = self._primary()
        if not action.open:
            return
        match action.key:
            case "leaving.leave":
                away = self.visit.away()
                distance = None if away is None else round(away.distance_m, 1)
                self.take(EventKind.LEFT, {"method": BY_FIX, "distance_m": distance})
            case "leaving.retry":
                self._look()
            case "leaving.seal":
                if self.take(EventKind.SEALED) is not None:
                    self.duty.sync()
            case "leaving.to_joint":
                self.duty.go(Place.JOINT)
                return
            case _:
                self.duty.lay_down()
                return
        self.refresh()

    def other(self, key: str) -> None:
        """Look for the code at the door, or do without."""
        if key == "leaving.scan":
            self._look()
        else:
            self._ready()
        self.refresh()

    def refresh(self) -> None:
        sealed = self.visit.sealed
        self._show(
            LeavingState(
                phase=self._phase,
                title=self._title(),
                explanation=self._explanation(sealed=sealed, left=self.visit.left),
                at_door=not self.visit.offsite,
                sealed=sealed,
                facts=(
                    mismatch.both(self.visit, self._found)
                    if self._phase is Phase.WRONG
                    else tuple(self._facts())
                ),
                primary=self._primary(),
                others=self._others(),
                said=self.said,
            )
        )

    def _look(self) -> None:
        self._phase, self._found, self.said = Phase.LOOKING, None, SILENT
        try:
            self._looking.start()
        except DomainError as error:
            self._phase, self.said = Phase.READY, problem(error)

    def _ready(self) -> None:
        self._looking.stop()
        self._phase, self._found, self.said = Phase.READY, None, SILENT

    def _read(self, text: str) -> None:
        if self.visit.flow is None:
            return
        self._found = found = self.visit.flow.read_code(text)
        if found.seen is Seen.RIGHT:
            self._ready()
            said = {name: found.payload[name] for name in LEAVING_SAYS}
            if self.take(EventKind.LEFT, said) is not None:
                self.duty.signal(fine=True)
        elif found.seen is Seen.MISMATCH:
            self._looking.stop()
            self._phase = Phase.WRONG
            self.take(EventKind.SCAN_MISMATCH, found.payload)
            self.duty.signal(fine=False)
        else:
            self.said = Said(text=f"{say(sentence(found.code))} {found.text[:80]}", tone="caution")
            self.duty.signal(fine=False)
        self.refresh()

    def _title(self) -> str:
        if self._phase is Phase.WRONG:
            return _("企业不符，不能登记离企")
        if self.visit.sealed:
            return _("本次检查已封存")
        return _("封存本次检查") if self.visit.offsite else _("离企与封存")

    def _explanation(self, *, sealed: bool, left: bool) -> str:
        if self._phase is Phase.WRONG:
            return _("扫到的是另一家企业的码，已留下记录。请核对门牌后重新扫码。")
        if sealed:
            return _("记录已锁定并签名，联网后自动上传；上传前后都可以在本机查看。")
        if left:
            return _("封存后任何内容都不能再改。请确认检查已全部完成。")
        return _("离开时扫描企业码，或以定位登记；记下时间和位置，然后封存本次检查。")

    def _facts(self) -> list[Fact]:
        visit, state = self.visit, self.visit.state
        facts = []
        if state.provisional_no:
            facts.append(Fact(name=_("临时编号"), value=state.provisional_no))
        if state.opened_at:
            facts.append(Fact(name=_("开始"), value=moments.minute(state.opened_at)))
        if state.left_at:
            facts.append(Fact(name=_("离企"), value=moments.minute(state.left_at)))
        if state.left_by:
            facts.append(Fact(name=_("离企登记"), value=_method(state.left_by)))
        away = visit.away()
        if not state.left_at and not visit.offsite:
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
        if self._phase is Phase.LOOKING:
            return NO_ACTION
        if self._phase is Phase.WRONG:
            return Action(key="leaving.retry", label=_("重新扫码"), icon="scan")
        if self.visit.sealed and self.visit.member:
            return Action(key="leaving.to_joint", label=_("出示完成码"), icon="people")
        if self.visit.sealed:
            return Action(key="leaving.done", label=_("返回今日任务"), icon="home")
        if self.visit.left:
            why = self.visit.why(EventKind.SEALED)
            return Action(key="leaving.seal", label=_("封存本次检查"), icon="seal", reason=why)
        why = self.visit.why(EventKind.LEFT)
        label = _("无定位，记录离企") if self.visit.away() is None else _("以定位记录离企")
        return Action(key="leaving.leave", label=label, icon="door", reason=why)

    def _others(self) -> tuple[Action, ...]:
        if self._phase is not Phase.READY:
            return (Action(key="leaving.back", label=_("不扫码"), icon="back"),)
        if self.visit.left or self.visit.sealed:
            return ()
        why = self.visit.why(EventKind.LEFT)
        return (Action(key="leaving.scan", label=_("扫码离企"), icon="scan", reason=why),)


LEAVING_SAYS = ("method", "uscc", "premise_id", "kid", "nonce", "distance_m")
"""What a scan says that `left` keeps of it."""


def _method(code: str) -> str:
    return {
        "enterprise_code": _("企业码"),
        "licence": _("营业执照"),
        BY_FIX: _("定位"),
    }.get(code, code)
