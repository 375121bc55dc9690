"""执法必亮证: each officer, with an own PIN, shows a live credential the enterprise can check.

One officer can never act for another: the act is signed by the officer's own key, which only that
officer's PIN unlocks, and which is locked again when the screen is left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from fieldapp.language import _
from fieldapp.viewmodels import moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Fact, Said, Why
from fieldapp.viewmodels.pin import PinDraft
from fieldapp.viewmodels.saying import problem
from fieldapp.viewmodels.step import Step
from shared.errors import DomainError
from shared.events.kinds import EventKind
from shared.localtime import local_day
from shared.reference import Officer

RENEW_S = 240
"""The code lives five minutes; a new one is drawn a minute before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerLine:
    key: str
    name: str
    number: str
    standing: str
    tone: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialsState:
    officers: tuple[OfficerLine, ...] = ()
    name: str = ""
    number: str = ""
    initial: str = ""
    portrait: bytes | None = None
    """A JPEG; without one the initial stands in its place."""
    facts: tuple[Fact, ...] = ()
    valid: str = ""
    valid_tone: str = "fine"
    code: str = ""
    code_hint: str = ""
    pin_count: int = 0
    pin_asked: bool = False
    primary: Action = NO_ACTION
    said: Said = SILENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What an officer's own act is called here: done, still to come, and on the button."""

    done: str
    waiting: str
    confirm: str


class CredentialsViewModel(Step):
    """An officer's own act under an own PIN; `kind`, `payload` and `words` say which."""

    kind = EventKind.CREDENTIALS_SHOWN

    def payload(self, officer: Officer) -> dict[str, object]:
        """What the act says."""
        return {
            "officer_id": officer.id,
            "certificate_no": officer.certificate_no,
            "valid_to": officer.valid_to,
            "status_checked_at": officer.checked_at,
        }

    def words(self) -> Wording:
        """What it is called: off site nobody is there to be shown anything."""
        if self.visit.offsite:
            return Wording(done=_("已确认"), waiting=_("待确认"), confirm=_("本人确认参加检查"))
        return Wording(done=_("已亮证"), waiting=_("待亮证"), confirm=_("本人确认亮证"))

    def __init__(self, duty: Duty, show: Callable[[CredentialsState], None]) -> None:
        super().__init__(duty)
        self._show = show
        self._pin = PinDraft()
        self._chosen = ""
        self._busy = False
        self._code = ""
        self._code_age = 0

    def enter(self) -> None:
        self._pin.clear()
        self._busy = False
        self._choose(self._next_officer())
        super().enter()

    def leave(self) -> None:
        """Lock again every key but that of the officer at work; the visit may be gone by now."""
        self._pin.clear()
        self._code = ""
        session = self.duty.session if self.duty.unlocked else None
        for officer in session.officers() if session else ():
            if session and officer.officer_id != self.duty.officer_id:
                session.forget_officer(officer.officer_id)

    def tick(self) -> None:
        if not self._code:
            return
        self._code_age += 1
        if self._code_age >= RENEW_S:
            self._draw_code()
            self.refresh()

    def choose(self, officer_id: str) -> None:
        """Show one officer's credential, or ask for that officer's PIN."""
        if self._busy:
            return
        self.said = SILENT
        self._choose(officer_id)
        self.refresh()

    def key(self, key: str) -> None:
        """A key of the keypad."""
        if self._asks() and not self._busy:
            self._pin.press(key)
            self.refresh()

    def act(self) -> None:
        """Confirm with the PIN, or go on."""
        action = self._primary()
        if not action.open:
            return
        if action.key == "credentials.next":
            self.onward()
            return
        officer_id, pin = self._chosen, self._pin.digits
        session = self.duty.session
        self._busy = True
        self._pin.clear()
        self.refresh()
        self.duty.background.run(
            lambda: session.unlock_officer(officer_id, pin),
            lambda _done: self._unlocked(officer_id),
            self._refused,
        )

    def refresh(self) -> None:
        officer = self.visit.refs.officers.get(self._chosen)
        valid, tone = self._standing_of(officer)
        self._show(
            CredentialsState(
                officers=tuple(self._lines()),
                name=officer.name if officer else "",
                number=(officer.certificate_no or "") if officer else "",
                initial=officer.name[:1] if officer else "",
                portrait=self._portrait_of(officer),
                facts=tuple(_facts(officer)) if officer else (),
                valid=valid,
                valid_tone=tone,
                code=self._code,
                code_hint=_("请企业用手机扫码核验；点一下放大") if self._code else "",
                pin_count=self._pin.count,
                pin_asked=self._asks(),
                primary=self._primary(),
                said=self.said,
            )
        )

    def _unlocked(self, officer_id: str) -> None:
        self._busy = False
        if not self.duty.unlocked or self.duty.visit is None:
            return
        if officer_id not in self._shown() and not self._locked_reason():
            officer = self.visit.refs.officers[officer_id]
            self.take(self.kind, self.payload(officer), officer_id=officer_id)
        if self.visit.offsite:
            self._choose(self._next_officer())
        self._draw_code()
        self.refresh()

    def _refused(self, error: DomainError) -> None:
        self._busy = False
        self.said = problem(error)
        self.refresh()

    def _choose(self, officer_id: str) -> None:
        self._chosen = officer_id
        self._pin.clear()
        self._code = ""
        self._draw_code()

    def _draw_code(self) -> None:
        """Draw the live code, where this officer's own key is unlocked and was shown."""
        self._code_age = 0
        self._code = ""
        if self.visit.flow is None or self._chosen not in self._shown() or self.visit.offsite:
            return  # where nobody enters there is nobody to show a code to
        if not self.duty.session.is_unlocked(self._chosen):
            return
        try:
            self._code = self.visit.flow.officer_code(self._chosen)
        except DomainError as error:
            self.said = problem(error)

    def _asks(self) -> bool:
        """Whether the keypad is shown: no live code, and the officer is on this tablet."""
        if self.visit.offsite and self._chosen in self._shown():
            return False
        return bool(self._chosen) and not self._code and self._chosen in self._here()

    def _here(self) -> tuple[str, ...]:
        return tuple(officer.officer_id for officer in self.duty.session.officers())

    def _team(self) -> tuple[str, ...]:
        """The task's officers, those of this tablet first."""
        here = self._here()
        named = [o for o in self.visit.task.officer_ids if self._is_officer(o)]
        return tuple(sorted(named, key=lambda officer: officer not in here))

    def _is_officer(self, officer_id: str) -> bool:
        officer = self.visit.refs.officers.get(officer_id)
        return officer is not None and officer.kind == "officer"

    def _shown(self) -> tuple[str, ...]:
        """Who has done what this step is for."""
        return tuple(shown.officer_id for shown in self.visit.state.shown)

    def _next_officer(self) -> str:
        """Who should show next: the officer at work, then the others of this tablet."""
        shown = self._shown()
        team = sorted(self._team(), key=lambda officer: officer != self.visit.officer_id)
        waiting = [o for o in team if o not in shown and o in self._here()]
        return next(iter([*waiting, *team]), "")

    def _lines(self) -> Iterator[OfficerLine]:
        shown, here = self._shown(), self._here()
        for officer_id in self._team():
            officer = self.visit.refs.officers[officer_id]
            if officer_id in shown:
                standing, tone = self.words().done, "fine"
            elif officer_id in here:
                standing, tone = self.words().waiting, "quiet"
            else:
                standing, tone = _("未在本机登记"), "caution"
            yield OfficerLine(
                key=officer_id,
                name=officer.name,
                number=officer.certificate_no or "",
                standing=standing,
                tone=tone,
                chosen=officer_id == self._chosen,
            )

    def _standing_of(self, officer: Officer | None) -> tuple[str, str]:
        if officer is None:
            return "", "quiet"
        now = self.visit.now()
        if not officer.certified_at(now, local_day(now)):
            return _("无效"), "problem"
        if officer.checked_at is None or now - officer.checked_at > timedelta(hours=72):
            return _("有效（状态超过 72 小时未核对）"), "caution"
        return _("有效"), "fine"

    def _portrait_of(self, officer: Officer | None) -> bytes | None:
        if officer is None or not self.duty.unlocked:
            return None
        return self.duty.session.portrait(officer)

    def _locked_reason(self) -> str:
        officer = self.visit.refs.officers.get(self._chosen)
        if officer is None:
            return self.visit.why(self.kind)
        return self.visit.against(self.kind, self.payload(officer), officer_id=self._chosen)

    def _primary(self) -> Action:
        if self._busy:
            return Action(key="credentials.confirm", label="", busy=_("正在核对 PIN…"))
        if self._asks():
            again = self._chosen in self._shown()
            label = _("输入 PIN，再次亮码") if again else self.words().confirm
            reason = "" if again else self._locked_reason()
            if not reason:
                reason = self._pin.missing(self._name_of(self._chosen))
            return Action(key="credentials.confirm", label=label, icon="person", reason=reason)
        return self.next()

    def next(self) -> Action:
        """The way on, once this step is done."""
        if self.visit.member or self.visit.offsite:
            done = self.visit.offsite and self.visit.read
            why = Why() if done else self.visit.why(EventKind.POINT_ANSWERED)
            return Action(key="credentials.next", label=_("去检查表"), icon="next", reason=why)
        reason: str = self.visit.why(EventKind.NOTICE_SERVED)
        if self.visit.state.notice is not None:
            reason = ""
        return Action(key="credentials.next", label=_("去送达检查通知"), icon="next", reason=reason)

    def _name_of(self, officer_id: str) -> str:
        officer = self.visit.refs.officers.get(officer_id)
        return officer.name if officer else ""


def _facts(officer: Officer) -> Iterator[Fact]:
    yield Fact(name=_("执法证号"), value=officer.certificate_no or "")
    yield Fact(name=_("所属单位"), value=officer.unit)
    if officer.valid_to:
        yield Fact(name=_("有效期至"), value=moments.full_day(officer.valid_to))
    if officer.checked_at:
        yield Fact(name=_("状态核对"), value=moments.minute(officer.checked_at))
