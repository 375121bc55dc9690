"""The locked tablet: who are you, and your own PIN. It shows no full name and no case."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.language import _
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Said
from fieldapp.viewmodels.pin import PinDraft
from fieldapp.viewmodels.saying import problem
from shared.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockRow:
    key: str
    label: str
    standing: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockingState:
    officers: tuple[UnlockRow, ...] = ()
    pin_count: int = 0
    primary: Action = NO_ACTION
    said: Said = SILENT


class UnlockingViewModel:
    def __init__(self, duty: Duty, show: Callable[[UnlockingState], None]) -> None:
        self.duty = duty
        self._show = show
        self._pin = PinDraft()
        self._chosen = ""
        self._busy = False
        self._said = SILENT

    def enter(self) -> None:
        self._pin.clear()
        self._said, self._busy = SILENT, False
        officers = self.duty.tablet.officers_to_unlock()
        self._chosen = officers[0].officer_id if len(officers) == 1 else ""
        self.refresh()

    def leave(self) -> None:
        self._pin.clear()

    def tick(self) -> None:
        """Count a waiting time down."""
        if not self._busy and self._wait_s():
            self.refresh()

    def choose(self, officer_id: str) -> None:
        if self._busy:
            return
        self._chosen, self._said = officer_id, SILENT
        self._pin.clear()
        self.refresh()

    def key(self, key: str) -> None:
        """A key of the keypad."""
        if self._chosen and not self._busy:
            self._pin.press(key)
            self.refresh()

    def act(self) -> None:
        """Try the PIN, away from the thread that draws: it takes some tenths of a second."""
        if not self._primary().open:
            return
        officer_id, pin = self._chosen, self._pin.digits
        self._pin.clear()
        self._busy, self._said = True, SILENT
        self.refresh()
        self.duty.background.run(
            lambda: self.duty.tablet.unlock(officer_id, pin),
            lambda _session: self._opened(officer_id),
            self._refused,
        )

    def refresh(self) -> None:
        self._show(
            UnlockingState(
                officers=tuple(
                    UnlockRow(
                        key=officer.officer_id,
                        label=officer.label,
                        standing=_standing(officer.wait_s, dropped=officer.dropped),
                        chosen=officer.officer_id == self._chosen,
                    )
                    for officer in self.duty.tablet.officers_to_unlock()
                ),
                pin_count=self._pin.count,
                primary=self._primary(),
                said=self._said,
            )
        )

    def _opened(self, officer_id: str) -> None:
        self._busy = False
        self.duty.begin_work(officer_id)
        self.duty.sync()

    def _refused(self, error: DomainError) -> None:
        self._busy = False
        self._said = problem(error)
        self.refresh()

    def _wait_s(self) -> int:
        officers = self.duty.tablet.officers_to_unlock()
        return next((o.wait_s for o in officers if o.officer_id == self._chosen), 0)

    def _primary(self) -> Action:
        if self._busy:
            return Action(key="unlock.open", label="", busy=_("正在解锁…"))
        reason = self._reason()
        return Action(key="unlock.open", label=_("解锁，开始工作"), icon="next", reason=reason)

    def _reason(self) -> str:
        if not self._chosen:
            return _("请先选择本人。")
        officers = {o.officer_id: o for o in self.duty.tablet.officers_to_unlock()}
        if officers[self._chosen].dropped:
            return _("此 PIN 已失效，请管理员重新登记您。")
        wait = officers[self._chosen].wait_s
        if wait:
            return _("输错次数过多，请等待 {seconds} 秒。").format(seconds=wait)
        return self._pin.missing()


def _standing(wait_s: int, *, dropped: bool) -> str:
    if dropped:
        return _("PIN 已失效")
    return _("需等待") if wait_s else ""
