"""The top of every screen: where one is, what time it is and how far to trust it, what waits."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.language import _, current
from fieldapp.ports.keystore import Protection
from fieldapp.store.outbox import OutboxState
from fieldapp.sync.standing import SyncState
from fieldapp.viewmodels import moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.parts import SILENT, Said
from fieldapp.viewmodels.places import OF_A_VISIT, Place
from shared.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class TopBarState:
    title: str = ""
    home: bool = False
    clock: str = ""
    trust: str = ""
    trust_tone: str = "quiet"
    sync: Said = SILENT
    warning: str = ""
    officer: str = ""
    open: bool = False
    may_lock: bool = False
    may_look: bool = False
    may_set: bool = False
    other_language: str = "EN"


class TopBarViewModel:
    def __init__(self, duty: Duty, show: Callable[[TopBarState], None]) -> None:
        self.duty = duty
        self._show = show

    def home(self) -> None:
        """To the list of tasks."""
        if self.duty.unlocked:
            self.duty.lay_down()

    def to_sync(self) -> None:
        if self.duty.unlocked and self.duty.place is not Place.ENROL:
            self.duty.go(Place.SYNC)

    def to_guide(self) -> None:
        if self.duty.unlocked and self.duty.place is not Place.ENROL:
            self.duty.go(Place.GUIDE)

    def to_settings(self) -> None:
        if self.duty.unlocked and self.duty.place is Place.TODAY:
            self.duty.go(Place.SETTINGS)

    def lock(self) -> None:
        if self._may_lock():
            self.duty.lock()

    def refresh(self) -> None:
        duty = self.duty
        trust, tone = self._trust()
        self._show(
            TopBarState(
                title=self._title(),
                home=duty.unlocked and duty.place not in (Place.TODAY, Place.ENROL),
                clock=moments.clock(duty.ports.clock.read().wall),
                trust=trust,
                trust_tone=tone,
                sync=self._sync(),
                warning=self._warning(),
                officer=duty.officer_name(),
                open=duty.unlocked and duty.place is not Place.ENROL,
                may_lock=self._may_lock(),
                may_look=duty.place in (Place.TODAY, Place.WEEK, Place.UNLOCK, Place.SYNC),
                may_set=duty.place is Place.TODAY,
                other_language="EN" if current() is Language.ZH else "中",
            )
        )

    def _may_lock(self) -> bool:
        """Not while a round with the server is still writing into the store."""
        duty = self.duty
        return duty.unlocked and duty.place is not Place.ENROL and not duty.syncing

    def _title(self) -> str:
        visit = self.duty.visit
        if visit is not None and self.duty.place in OF_A_VISIT:
            return visit.enterprise.name if visit.enterprise else visit.task.uscc
        return {
            Place.ENROL: _("登记"),
            Place.UNLOCK: _("已锁定"),
            Place.WEEK: _("本周"),
            Place.SYNC: _("同步"),
            Place.LIBRARY: _("法规和事项"),
            Place.GUIDE: _("帮助"),
            Place.SETTINGS: _("设置"),
            Place.EMERGENCY: _("紧急检查"),
        }.get(self.duty.place, _("今日任务"))

    def _trust(self) -> tuple[str, str]:
        if not self.duty.unlocked:
            return "", "quiet"
        moment = self.duty.session.desk.held.timekeeper.moment()
        if moment.suspect:
            return _("时间可疑"), "problem"
        if moment.server_offset_ms is None:
            return _("时间未核对"), "caution"
        return _("时间已核对"), "fine"

    def _sync(self) -> Said:
        if not self.duty.unlocked:
            return SILENT
        if self.duty.syncing:
            return Said(text=_("正在同步…"), tone="information")
        known = self.duty.session.sync_state()
        apart = known.counts[OutboxState.QUARANTINED] + known.counts[OutboxState.CONFLICT]
        if apart:
            return Said(text=_("{count} 条需要关注").format(count=apart), tone="problem")
        waiting = _waiting(known)
        if known.problem:
            text = _("离线") if known.problem in OFFLINE else _("同步受阻")
            return Said(text=f"{text} · {waiting}" if waiting else text, tone="caution")
        if waiting:
            return Said(text=waiting, tone="information")
        return Said(text=_("已全部上传"), tone="fine")

    def _warning(self) -> str:
        if self.duty.ports.keystore.protection is Protection.NONE:
            return _("开发运行，无硬件密钥")
        return ""


OFFLINE = frozenset({"offline", "timed_out", "captive_portal", "half_reply"})


def _waiting(known: SyncState) -> str:
    events = known.counts[OutboxState.WAITING] + known.counts[OutboxState.SENT]
    if not events and not known.files_left:
        return ""
    text = _("待传 {count} 条").format(count=events)
    return f"{text} / {moments.size(known.bytes_left)}" if known.files_left else text
