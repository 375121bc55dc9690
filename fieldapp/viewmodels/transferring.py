"""移送: handing what was found to those who decide cases, the only way out to them (R49).

Nothing is seized, fined or closed here. What is recorded is to whom and why; the letter is the
server's to draw.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Choice, Fact, Said
from fieldapp.viewmodels.step import Step
from shared.events.kinds import EventKind

# What goes into the event is Chinese; the chips show it in the officer's language.
RECEIVERS = ("本机关案件办理机构", "公安机关", "其他有管辖权的行政机关")
TRANSFER = "transfer"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferringState:
    receivers: tuple[Choice, ...] = ()
    receiver: str = ""
    ground: str = ""
    past: tuple[Fact, ...] = ()
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class TransferringViewModel(Step):
    def __init__(self, duty: Duty, show: Callable[[TransferringState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self._receiver = self._ground = ""

    def enter(self) -> None:
        self._receiver, self._ground = "", self._found()
        super().enter()

    def receiver(self, text: str) -> None:
        """To whom, chosen or typed."""
        if text != self._receiver:
            self._receiver = text
            self.refresh()

    def ground(self, text: str) -> None:
        """Why; what was written of the problems to be transferred stands there first."""
        if text != self._ground:
            self._ground = text
            self.refresh()

    def other(self, key: str) -> None:
        """Back to the visit."""
        if key == "transfer.back":
            self.onward()

    def act(self) -> None:
        """Record the transfer; another may follow."""
        if not self._primary().open:
            return
        payload = {"to": self._receiver.strip(), "why": self._ground.strip()}
        if self.take(EventKind.TRANSFERRED, payload) is not None:
            self._receiver = self._ground = ""
            self.said = Said(text=_("已登记移送。"), tone="fine")
        self.refresh()

    def refresh(self) -> None:
        self._show(
            TransferringState(
                receivers=_receivers(self._receiver),
                receiver=self._receiver,
                ground=self._ground,
                past=tuple(Fact(name=to, value=why) for to, why in self.visit.state.transfers),
                primary=self._primary(),
                others=(Action(key="transfer.back", label=_("返回检查"), icon="back"),),
                said=self.said,
            )
        )

    def _found(self) -> str:
        """What the officer wrote of the problems that are to be transferred."""
        if self.visit.state.transfers:
            return ""
        answers = self.visit.state.problems()
        notes = (one.note for _key, one in answers if one.severity == TRANSFER and one.note)
        return "；".join(dict.fromkeys(notes))

    def _primary(self) -> Action:
        reason: str = self.visit.why(EventKind.TRANSFERRED)
        if not reason and not self._receiver.strip():
            reason = _("请选择或填写移送给谁。")
        if not reason and not self._ground.strip():
            reason = _("请填写移送的事由。")
        return Action(key="transfer.register", label=_("登记移送"), icon="next", reason=reason)


def _receivers(chosen: str) -> tuple[Choice, ...]:
    known = {
        "本机关案件办理机构": _("本机关案件办理机构"),
        "公安机关": _("公安机关"),
        "其他有管辖权的行政机关": _("其他有管辖权的行政机关"),
    }
    return tuple(Choice(key=to, label=known[to], chosen=to == chosen) for to in RECEIVERS)
