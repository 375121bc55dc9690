"""Enrolment: the administrator's code before the camera, a PIN twice, and the tablet is let in.

The first officer makes the tablet one of the server's; each further one joins with a code and a
PIN of his own. A PIN never leaves this tablet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from fieldapp.language import _
from fieldapp.ports.camera import Frame
from fieldapp.tablet import Condition
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Said
from fieldapp.viewmodels.pin import PinDraft
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.saying import problem
from shared import scan
from shared.errors import DomainError

ENOUGH = 2
"""Officers an inspection needs at the least (R07)."""


class Phase(StrEnum):
    CODE = "code"
    PIN = "pin"
    REPEAT = "repeat"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollingState:
    phase: Phase = Phase.CODE
    live: bool = False
    title: str = ""
    explanation: str = ""
    code_typed: str = ""
    use_code: Action = NO_ACTION
    pin_count: int = 0
    officers: tuple[str, ...] = ()
    primary: Action = NO_ACTION
    others: tuple[Action, ...] = ()
    said: Said = SILENT


class EnrollingViewModel:
    def __init__(self, duty: Duty, show: Callable[[EnrollingState], None]) -> None:
        self.duty = duty
        self._show = show
        self._clear()

    def _clear(self) -> None:
        self._phase = Phase.CODE
        self._code = self._typed = self._first = ""
        self._pin = PinDraft()
        self._busy = False
        self._said: Said = SILENT
        self._last_text = ""

    def enter(self) -> None:
        self._clear()
        self._start()
        self.refresh()

    def leave(self) -> None:
        self._pin.clear()
        self._first = ""
        self.duty.ports.camera.stop()

    def tick(self) -> None:
        """Nothing here changes by the second."""

    def frame(self) -> Frame | None:
        return self.duty.ports.camera.frame()

    def saw(self, frame: Frame) -> None:
        """Look for an enrolment code in a picture."""
        if self._phase is not Phase.CODE:
            return
        for text in self.duty.ports.decoder.decode(frame):
            if text != self._last_text:
                self._last_text = text
                self._take_code(text)
                return

    def type_code(self, text: str) -> None:
        """The code as text, where there is no camera."""
        if text != self._typed:
            self._typed = text
            self.refresh()

    def use_code(self) -> None:
        self._take_code(self._typed.strip())

    def key(self, key: str) -> None:
        """A key of the keypad."""
        if self._phase in (Phase.PIN, Phase.REPEAT) and not self._busy:
            self._pin.press(key)
            self._said = SILENT
            self.refresh()

    def other(self, key: str) -> None:
        """Start over, or go to work without a second officer."""
        if key == "enrol.over":
            self._over()
        elif key == "enrol.later":
            self._go_to_work()

    def act(self) -> None:
        """The big button of each phase."""
        if not self._primary().open:
            return
        if self._phase is Phase.PIN:
            self._first = self._pin.digits
            self._pin.clear()
            self._phase = Phase.REPEAT
            self.refresh()
        elif self._phase is Phase.REPEAT:
            self._finish()
        elif self._primary().key == "enrol.second":
            self._over()
        else:
            self._go_to_work()

    def refresh(self) -> None:
        self._show(
            EnrollingState(
                phase=self._phase,
                live=self._phase is Phase.CODE,
                title=self._title(),
                explanation=self._explanation(),
                code_typed=self._typed,
                use_code=Action(
                    key="enrol.use_code",
                    label=_("使用此码"),
                    reason="" if self._typed.strip() else _("请先填写登记码。"),
                ),
                pin_count=self._pin.count,
                officers=self._officers(),
                primary=self._primary(),
                others=self._others(),
                said=self._said,
            )
        )

    def _start(self) -> None:
        try:
            self.duty.ports.camera.start()
        except DomainError as error:
            self._said = problem(error)

    def _over(self) -> None:
        self._clear()
        self._start()
        self.refresh()

    def _take_code(self, text: str) -> None:
        if isinstance(scan.decode(text), scan.EnrolmentCode):
            self._code, self._phase, self._said = text, Phase.PIN, SILENT
            self.duty.ports.camera.stop()
        else:
            self._said = Said(text=_("这不是平板登记码，请向管理员索取。"), tone="caution")
        self.refresh()

    def _finish(self) -> None:
        """Ask the server, away from the thread that draws."""
        pin, code = self._pin.digits, self._code
        self._pin.clear()
        if pin != self._first:
            self._first, self._phase = "", Phase.PIN
            self._said = Said(text=_("两次输入的 PIN 不一致，请重新设置。"), tone="problem")
            self.refresh()
            return
        self._busy, self._said = True, SILENT
        self.refresh()
        self.duty.background.run(lambda: self._enrol(code, pin), self._enrolled, self._refused)

    def _enrol(self, code: str, pin: str) -> str:
        """Enrol and return the officer's id."""
        if self.duty.tablet.condition() is Condition.NEW:
            session = self.duty.tablet.enrol(
                code, pin=pin, tablet_name=self.duty.ports.device.model()
            )
            return session.officers()[0].officer_id
        return self.duty.session.add_officer(code, pin=pin).officer_id

    def _enrolled(self, officer_id: str) -> None:
        self._busy, self._first = False, ""
        if not self.duty.officer_id:
            self.duty.officer_id = officer_id
        self._phase = Phase.DONE
        self.duty.changed()
        self.refresh()

    def _refused(self, error: DomainError) -> None:
        """Back to the PIN; the same code may be tried again when the network was to blame."""
        self._busy, self._first, self._phase = False, "", Phase.PIN
        self._said = problem(error)
        self.refresh()

    def _go_to_work(self) -> None:
        session = self.duty.session
        for officer in session.officers():
            if officer.officer_id != self.duty.officer_id:
                session.forget_officer(officer.officer_id)
        self.duty.go(Place.TODAY)
        self.duty.sync()

    def _officers(self) -> tuple[str, ...]:
        if not self.duty.unlocked:
            return ()
        return tuple(
            f"{officer.name}  {officer.certificate_no}" for officer in self.duty.session.officers()
        )

    def _title(self) -> str:
        return {
            Phase.CODE: _("登记本机") if not self._officers() else _("登记另一名执法人员"),
            Phase.PIN: _("设置本人 PIN"),
            Phase.REPEAT: _("再输入一次 PIN"),
            Phase.DONE: _("登记完成"),
        }[self._phase]

    def _explanation(self) -> str:
        return {
            Phase.CODE: _("请管理员为您生成登记码，放入框内扫描。15 分钟内有效，只能用一次。"),
            Phase.PIN: _("至少 6 位数字，不能连续或重复。只有您本人知道，用于解锁和亮证签名。"),
            Phase.REPEAT: _("请再输入一次，确认没有输错。"),
            Phase.DONE: _("每次检查须有两名以上执法人员。请把同组人员也登记到本机。"),
        }[self._phase]

    def _primary(self) -> Action:
        if self._busy:
            return Action(key="enrol.finish", label="", busy=_("正在向服务器登记…"))
        if self._phase is Phase.PIN:
            reason = self._pin.missing()
            return Action(key="enrol.next", label=_("下一步"), icon="next", reason=reason)
        if self._phase is Phase.REPEAT:
            reason = self._pin.missing()
            return Action(key="enrol.finish", label=_("完成登记"), icon="check", reason=reason)
        if self._phase is Phase.DONE and len(self._officers()) < ENOUGH:
            return Action(key="enrol.second", label=_("登记第二名执法人员"), icon="plus")
        if self._phase is Phase.DONE:
            return Action(key="enrol.start", label=_("开始工作"), icon="next")
        return NO_ACTION

    def _others(self) -> tuple[Action, ...]:
        if self._busy:
            return ()
        if self._phase in (Phase.PIN, Phase.REPEAT):
            return (Action(key="enrol.over", label=_("重新扫码"), icon="scan"),)
        if self._officers() and self._primary().key != "enrol.start":
            return (Action(key="enrol.later", label=_("去今日任务"), icon="home"),)
        return ()
