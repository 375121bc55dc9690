"""联合检查: several tablets at one entry, bound to each other by two scans (R31, protocol §2).

The member scans the lead's code and shows its answer; the lead scans the answer, and before the
seal each member's closing code, or records why a member stays open.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.ports.camera import Frame
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.looking import Looking
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Choice, Fact, Said
from fieldapp.viewmodels.saying import problem
from fieldapp.viewmodels.step import Step
from shared import scan
from shared.errors import DomainError
from shared.events.kinds import EventKind
from shared.scan import TabletCode
from shared.tokens import TokenType

RENEW_S = 300
"""A code lives ten minutes; a new one is drawn after five."""

# What goes into the event is Chinese; the chips show it in the officer's language.
OPEN_REASONS = ("成员单位先行离开", "成员平板故障", "成员单位检查尚未结束")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """Another tablet of the visit; `key` is its id."""

    key: str
    name: str
    standing: str
    tone: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningState:
    title: str = ""
    code: str = ""
    code_hint: str = ""
    looking: bool = False
    look_hint: str = ""
    lead: bool = False
    members: tuple[MemberLine, ...] = ()
    reasons: tuple[Choice, ...] = ()
    reason: str = ""
    facts: tuple[Fact, ...] = ()
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class JoiningViewModel(Step):
    """Three parts in one: the lead's, the one who wants to join, and the member's."""

    def __init__(self, duty: Duty, show: Callable[[JoiningState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self._looking = Looking(duty.ports, self._read)
        self._clear()

    def _clear(self) -> None:
        self._code = ""
        self._code_age = 0
        self._chosen = self._reason = ""

    def enter(self) -> None:
        self._clear()
        self.said = SILENT
        self._draw_code()
        if self._looks:
            try:
                self._looking.start()
            except DomainError as error:
                self.said = problem(error)
        self.refresh()

    def leave(self) -> None:
        self._looking.stop()

    def tick(self) -> None:
        self._code_age += 1
        if self._code and self._code_age >= RENEW_S:
            self._draw_code()
            self.refresh()

    def frame(self) -> Frame | None:
        """The picture to show, while one is shown."""
        return self._looking.frame()

    def saw(self, frame: Frame) -> None:
        """Look for another tablet's code in a picture."""
        if self._looks:
            self._looking.saw(frame)

    def choose(self, device_id: str) -> None:
        """A member was touched: only one that is not done needs a reason."""
        waiting = self.visit.state.members.get(device_id) is EventKind.MEMBER_JOINED
        self._chosen = device_id if waiting and device_id != self._chosen else ""
        self._reason = ""
        self.refresh()

    def explain(self, reason: str) -> None:
        """Why the member chosen is not done, picked or typed."""
        if reason != self._reason:
            self._reason = reason
            self.refresh()

    def other(self, key: str) -> None:
        """Back to the task, without joining."""
        if key == "joint.back":
            self.onward()

    def act(self) -> None:
        """Record a member as open, or go on."""
        action = self._primary()
        if not action.open:
            return
        if action.key == "joint.record_open":
            payload = {"device_id": self._chosen, "reason": self._reason.strip()}
            if self.take(EventKind.MEMBER_OPEN, payload) is not None:
                self._chosen = self._reason = ""
            self.refresh()
        elif action.key == "joint.done":
            self.duty.lay_down()
        else:
            self.onward()

    def refresh(self) -> None:
        visit = self.visit
        self._show(
            JoiningState(
                title=self._title(),
                code=self._code,
                code_hint=self._code_hint(),
                looking=self._looks,
                look_hint=self._look_hint(),
                lead=self._leads,
                members=tuple(self._members()),
                reasons=self._reasons(),
                reason=self._reason,
                facts=(
                    Fact(name=_("企业"), value=visit.enterprise.name if visit.enterprise else ""),
                    Fact(name=_("任务"), value=visit.task.no),
                ),
                primary=self._primary(),
                others=self._others(),
                said=self.said,
            )
        )

    @property
    def _leads(self) -> bool:
        return self.visit.flow is not None and not self.visit.member

    @property
    def _looks(self) -> bool:
        """A member has scanned what it has to; a sealed lead as well."""
        return not self.visit.member and not self.visit.sealed

    def _draw_code(self) -> None:
        """The code for the other tablet: to join, to answer, or to close."""
        self._code, self._code_age = "", 0
        flow = self.visit.flow
        if flow is None or (self._leads and self.visit.sealed):
            return
        self._code = flow.tablet_code(self._typ())

    def _typ(self) -> TokenType:
        if self._leads:
            return TokenType.JOIN
        return TokenType.CLOSING if self.visit.sealed else TokenType.ANSWER

    def _read(self, text: str) -> None:
        try:
            self._join(text) if self.visit.flow is None else self._count(text)
        except DomainError as error:
            self.said = problem(error)
        else:
            self.duty.changed()
        self.duty.signal(fine=True)
        self.refresh()

    def _join(self, text: str) -> None:
        """Take the lead's code, and show the answer."""
        self.visit.join(self.visit.session.read_join(text))
        self._looking.stop()
        self._draw_code()
        self.said = Said(text=_("已加入联合检查，请牵头平板扫此应答码。"), tone="fine")

    def _count(self, text: str) -> None:
        """Count a member in by its answer, or out by its closing code."""
        flow = self.visit.flow
        found = scan.decode(text)
        closing = isinstance(found, TabletCode) and found.typ is TokenType.CLOSING
        typ = TokenType.CLOSING if closing else TokenType.ANSWER
        if flow is None:
            return
        other = flow.read_tablet_code(text, typ)
        known = self.visit.state.members.get(other.device_id)
        if closing and known is None:
            self.said = Said(text=_("该平板还没有加入：请先扫它的应答码。"), tone="caution")
        elif closing:
            self.take(EventKind.MEMBER_DONE, {"member": other.quote})
            self.said = Said(text=_("成员单位已完成。"), tone="fine")
        elif known is None:
            payload = {"member": other.quote, "agency_id": other.agency_id}
            self.take(EventKind.MEMBER_JOINED, payload)
            self.said = Said(text=_("成员单位已加入。"), tone="fine")
        else:
            self.said = Said(text=_("该平板已经加入。"), tone="information")
        self._draw_code()

    def _members(self) -> Iterator[MemberLine]:
        agencies = self._agencies()
        for device_id, last in self.visit.state.members.items():
            standing, tone = {
                EventKind.MEMBER_JOINED: (_("检查中"), "information"),
                EventKind.MEMBER_DONE: (_("已完成"), "fine"),
            }.get(last, (_("未完成，已说明"), "caution"))
            yield MemberLine(
                key=device_id,
                name=self._agency_name(agencies.get(device_id, "")),
                standing=standing,
                tone=tone,
                chosen=device_id == self._chosen,
            )

    def _agencies(self) -> dict[str, str]:
        flow = self.visit.flow
        return {
            event.payload["member"]["device_id"]: event.payload["agency_id"]
            for event in (flow.events() if flow else ())
            if event.kind is EventKind.MEMBER_JOINED
        }

    def _agency_name(self, agency_id: str) -> str:
        known = self.visit.refs.agencies.get(agency_id)
        known = known or self.visit.session.references().agencies.get(agency_id)
        return known.name if known else agency_id

    def _reasons(self) -> tuple[Choice, ...]:
        if not self._chosen:
            return ()
        known = {
            "成员单位先行离开": _("成员单位先行离开"),
            "成员平板故障": _("成员平板故障"),
            "成员单位检查尚未结束": _("成员单位检查尚未结束"),
        }
        return tuple(
            Choice(key=reason, label=known[reason], chosen=reason == self._reason)
            for reason in OPEN_REASONS
        )

    def _title(self) -> str:
        if self._leads:
            return _("联合检查 · 本机牵头")
        if self.visit.member:
            return _("联合检查 · 本机参加")
        return _("加入联合检查")

    def _code_hint(self) -> str:
        if not self._code:
            return ""
        return {
            TokenType.JOIN: _("请参加单位的平板扫此码加入"),
            TokenType.ANSWER: _("请牵头平板扫此应答码"),
            TokenType.CLOSING: _("请牵头平板扫此完成码"),
        }[self._typ()]

    def _look_hint(self) -> str:
        if not self._looks:
            return ""
        if self._leads:
            return _("扫参加平板的应答码或完成码")
        return _("扫牵头平板的加入码")

    def _primary(self) -> Action:
        visit = self.visit
        if self._chosen:
            reason = "" if self._reason.strip() else _("请选择或填写成员未完成的原因。")
            label = _("登记成员未完成")
            return Action(key="joint.record_open", label=label, icon="check", reason=reason)
        if visit.flow is None:
            reason = visit.why_not_join() or _("请先扫牵头平板的加入码。")
            return Action(key="joint.next", label=_("加入后继续检查"), icon="next", reason=reason)
        if visit.member and visit.sealed:
            return Action(key="joint.done", label=_("返回今日任务"), icon="home")
        return Action(key="joint.next", label=_("继续检查"), icon="next")

    def _others(self) -> tuple[Action, ...]:
        if self.visit.flow is None:
            return (Action(key="joint.back", label=_("返回任务"), icon="back"),)
        return ()
