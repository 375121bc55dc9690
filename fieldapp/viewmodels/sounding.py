"""Recording sound for the visit or one point of its form: start, level, stop, evidence.

What was stopped is evidence at once, hashed as it came: it is listened to, and declared void with a
reason, where all evidence is looked at. A recording that a lock or a kill ended is kept as far
as it went, and says so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.flow.evidencing import LONGEST_S, room_for_sound_s
from fieldapp.flow.hearing import PIECE_BYTES, Hearing
from fieldapp.language import _
from fieldapp.ports.sound import BYTES_A_SECOND
from fieldapp.viewmodels import moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.evidence_sheet import EvidenceSheet, nobody
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Said
from fieldapp.viewmodels.saying import problem
from shared.errors import DomainError
from shared.events.kinds import EventKind

SHORTEST_S = 10
"""Where there is not even room for so much, nothing is begun."""
SOON_OVER_S = 60
LOST_S = PIECE_BYTES // BYTES_A_SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundingState:
    """`level` and `done` from 0 to 1: how loud it is, how much of the time is over."""

    open: bool = False
    about: str = ""
    rules: str = ""
    running: bool = False
    elapsed: str = ""
    left: str = ""
    level: float = 0.0
    done: float = 0.0
    primary: Action = NO_ACTION
    cancel: Action = NO_ACTION
    said: Said = SILENT


class SoundingViewModel(EvidenceSheet):
    """`kept` is told of every recording that a person stopped and that became evidence."""

    def __init__(
        self,
        duty: Duty,
        show: Callable[[SoundingState], None],
        *,
        kept: Callable[[str], None] = nobody,
    ) -> None:
        super().__init__(duty)
        self._show = show
        self._kept = kept
        self._hearing: Hearing | None = None
        self._running = False
        self._longest_s = LONGEST_S

    def begin(self, *, point_id: str | None = None, about: str = "") -> None:
        """Open the sheet for a point, or for the visit as a whole; nothing is heard yet."""
        if self._opens(point_id, about):
            self.refresh()

    def act(self) -> None:
        """The one button: start, stop, or keep what an interruption left."""
        if not self._open or not self._primary().open:
            return
        if self._running:
            self._stop()
        elif self._hearing is not None:
            self._keep()
        else:
            self._start()

    def cancel(self) -> None:
        """Close the sheet; a recording under way is stopped, never thrown away."""
        if self._open and self._hearing is None:
            self._open = False
            self.refresh()

    def put_away(self) -> None:
        """Another screen, a lock, another app in front: what was heard so far is kept."""
        if self._running:
            self._end()
            if self._hearing is not None:
                self._become_evidence()
        self._open, self._hearing, self._running = False, None, False
        self.refresh()

    def look(self) -> None:
        """A visit is in hand: what a kill left of a recording is offered to be kept."""
        visit = self.duty.visit
        if self._open or visit is None or visit.flow is None:
            return
        desk = visit.session.desk
        left = desk.held.recordings.of_visit(visit.flow.visit_id)
        if left is None or visit.why(EventKind.EVIDENCE_ADDED):
            return
        self._hearing = Hearing(desk, left)
        self._open, self._point_id, self._about = True, left.point_id, ""
        self.said = Said(text=self._interrupted(self._hearing), tone="caution")
        self.refresh()

    def tick(self) -> None:
        """Several times a second: take what was heard, and stop where the time is over."""
        if not self._running or self._hearing is None:
            return
        try:
            self._hearing.listen()
        except DomainError as error:
            self._broken(error)
            return
        if self._hearing.seconds >= self._longest_s:
            self._stop()
        else:
            self.refresh()

    def refresh(self) -> None:
        if not self._open:
            self._show(SoundingState())
            return
        seconds = self._hearing.seconds if self._hearing else 0.0
        left = max(0, round(self._longest_s - seconds))
        self._show(
            SoundingState(
                open=True,
                about=self._about or _("本次检查的录音"),
                rules=self._rules(),
                running=self._running,
                elapsed=_clock(int(seconds)),
                left=_("还可录 {time}").format(time=_clock(left)),
                level=self._hearing.level if self._hearing and self._running else 0.0,
                done=min(1.0, seconds / self._longest_s) if self._longest_s else 1.0,
                primary=self._primary(),
                cancel=Action()
                if self._hearing
                else Action(key="sound.cancel", label=_("取消"), icon="cross"),
                said=self._said(left),
            )
        )

    def _start(self) -> None:
        visit = self.visit
        if visit.flow is None:
            return
        self._longest_s = self._room_s()
        try:
            self._hearing = Hearing.begin(
                visit.session.desk,
                visit_id=visit.flow.visit_id,
                officer_id=visit.officer_id,
                point_id=self._point_id,
                at=visit.now(),
            )
        except DomainError as error:
            self.said = problem(error)
        else:
            self._running, self.said = True, SILENT
        self.refresh()

    def _stop(self) -> None:
        self._end()
        self._keep()

    def _end(self) -> None:
        """Switch the microphone off; what the store does not take any more is lost, and said."""
        self._running = False
        if self._hearing is None:
            return
        try:
            self._hearing.end()
        except DomainError as error:
            self.said = problem(error)

    def _broken(self, error: DomainError) -> None:
        """The microphone or the store failed under way: what is stored stays, and can be kept."""
        self._end()
        self.said = problem(error)
        self.refresh()

    def _keep(self) -> None:
        evidence_id = self._become_evidence()
        if evidence_id:
            self._open = False
        self.refresh()
        if evidence_id:
            self._kept(evidence_id)

    def _become_evidence(self) -> str:
        """The id of the evidence; empty where there is none, and then the screen says why."""
        hearing = self._hearing
        if hearing is None or self.visit.flow is None:
            return ""
        try:
            draft = hearing.draft()
            if draft is None:
                hearing.forget()
                self._hearing = None
                self.said = Said(text=_("没有录到任何声音，没有形成证据。"), tone="caution")
                return ""
        except DomainError as error:
            self.said = problem(error)
            return ""
        event = self.take(
            EventKind.EVIDENCE_ADDED,
            {"point_id": hearing.recording.point_id},
            officer_id=hearing.recording.officer_id,
            evidence=draft,
        )
        if event is None:
            return ""
        self._hearing = None
        return str(event.payload["evidence_id"])

    def _primary(self) -> Action:
        if self._running:
            return Action(key="sound.stop", label=_("停止并保留"), icon="stop")
        if self._hearing is not None:
            return Action(key="sound.keep", label=_("保留为证据"), icon="check")
        reason: str = self.visit.why(EventKind.EVIDENCE_ADDED)
        if not reason and self._room_s() < SHORTEST_S:
            reason = _("存储空间不足，剩余空间只留给检查记录。请先联网上传证据或者清理其他文件。")
        return Action(key="sound.start", label=_("开始录音"), icon="mic", reason=reason)

    def _room_s(self) -> int:
        return room_for_sound_s(self.duty.ports.device.free_bytes())

    def _rules(self) -> str:
        """Said before it begins: how long, how large, and to whom it has to be told."""
        longest = self._longest_s if self._hearing else self._room_s()
        most = moments.size(longest * BYTES_A_SECOND)
        said = _("最长 {time}，约 {size}。请先告知在场人员正在录音。").format(
            time=moments.duration(longest), size=most
        )
        if longest < LONGEST_S:
            said += _("存储空间紧张，可录时间已缩短。")
        return said

    def _said(self, left_s: int) -> Said:
        if self._running and left_s <= SOON_OVER_S:
            return Said(text=_("不到一分钟后自动停止并保留。"), tone="caution")
        return self.said

    def _interrupted(self, hearing: Hearing) -> str:
        return _(
            "{begun} 开始的录音在 {time} 处中断（应用被关闭或平板断电）。"
            "录到的部分完整保存在平板里，最后约 {lost} 秒可能没有录上。"
        ).format(
            begun=moments.clock(hearing.recording.begun_at),
            time=_clock(int(hearing.seconds)),
            lost=LOST_S,
        )


def _clock(seconds: int) -> str:
    """0:42, 14:05."""
    return f"{seconds // 60}:{seconds % 60:02}"
