"""附件: a file that is handed over, chosen, looked at and kept as evidence as it came."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.flow.evidencing import EvidenceDraft, check_size, of_file
from fieldapp.language import _, say
from fieldapp.store.evidence import MAX_BYTES
from fieldapp.viewmodels import moments
from fieldapp.viewmodels.duty import Duty
from fieldapp.viewmodels.evidence_sheet import EvidenceSheet, nobody
from fieldapp.viewmodels.parts import NO_ACTION, SILENT, Action, Fact, Said
from fieldapp.viewmodels.saying import problem
from shared.crypto import sha256_hex
from shared.errors import DomainError
from shared.events.kinds import EventKind
from shared.files import words

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachingState:
    open: bool = False
    about: str = ""
    rules: str = ""
    facts: tuple[Fact, ...] = ()
    primary: Action = NO_ACTION
    again: Action = NO_ACTION
    cancel: Action = NO_ACTION
    said: Said = SILENT


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    name: str
    draft: EvidenceDraft


class AttachingViewModel(EvidenceSheet):
    """`kept` is told of every file that became evidence."""

    def __init__(
        self,
        duty: Duty,
        show: Callable[[AttachingState], None],
        *,
        kept: Callable[[], None] = nobody,
    ) -> None:
        super().__init__(duty)
        self._show = show
        self._kept = kept
        self._chosen: _Chosen | None = None
        self._question = 0
        self._asking = False

    def begin(self, *, point_id: str | None = None, about: str = "") -> None:
        """Open the sheet for a point, or for the visit as a whole."""
        if self._opens(point_id, about):
            self._chosen = None
            self.refresh()

    def act(self) -> None:
        """The one button: choose a file, then keep it."""
        if not self._open or not self._primary().open:
            return
        if self._chosen is None:
            self.choose()
        else:
            self._keep(self._chosen)

    def choose(self) -> None:
        """Let the person choose a file, or another one."""
        if not self._open or self._asking:
            return
        self._chosen, self._asking, self.said = None, True, SILENT
        self._question += 1
        question, ports = self._question, self.duty.ports

        def ask() -> _Chosen | None:
            picked = ports.files.pick(most_bytes=MAX_BYTES)
            if picked is None:
                return None
            draft = of_file(picked.data)
            check_size(draft, free_bytes=ports.device.free_bytes())
            return _Chosen(name=_plain(picked.name), draft=draft)

        self.refresh()
        self.duty.background.run(
            ask,
            lambda chosen: self._answered(question, chosen),
            lambda error: self._not_chosen(question, error),
        )

    def cancel(self) -> None:
        """Close the sheet; a file that is chosen afterwards is not looked at."""
        if self._open:
            self._open, self._asking, self._chosen = False, False, None
            self._question += 1
            self.refresh()

    def refresh(self) -> None:
        if not self._open:
            self._show(AttachingState())
            return
        self._show(
            AttachingState(
                open=True,
                about=self._about or _("本次检查的附件"),
                rules=_(
                    "可附：PDF、照片（JPEG、PNG、WebP）、录音（WAV、M4A、OGG）、录像（MP4），"
                    "每份不超过 {size}。按内容识别，改名无效；原件一个字节都不改动。"
                ).format(size=moments.size(MAX_BYTES)),
                facts=self._facts(),
                primary=self._primary(),
                again=Action(key="file.again", label=_("换一个文件"), icon="clip")
                if self._chosen
                else NO_ACTION,
                cancel=Action(key="file.cancel", label=_("取消"), icon="cross"),
                said=self.said,
            )
        )

    def _answered(self, question: int, chosen: _Chosen | None) -> None:
        if question != self._question or not self._open:
            return
        self._asking, self._chosen = False, chosen
        self.refresh()

    def _not_chosen(self, question: int, error: DomainError) -> None:
        if question != self._question or not self._open:
            return
        self._asking, self.said = False, problem(error)
        self.refresh()

    def _keep(self, chosen: _Chosen) -> None:
        payload = {"point_id": self._point_id, "caption": chosen.name or None}
        if self.take(EventKind.EVIDENCE_ADDED, payload, evidence=chosen.draft) is None:
            self.refresh()
            return
        self.cancel()
        self._kept()

    def _primary(self) -> Action:
        reason = self.visit.why(EventKind.EVIDENCE_ADDED)
        if self._chosen is not None:
            return Action(key="file.keep", label=_("附为证据"), icon="check", reason=reason)
        busy = _("正在等待选择文件…") if self._asking else ""
        return Action(key="file.choose", label=_("选择文件"), icon="clip", reason=reason, busy=busy)

    def _facts(self) -> tuple[Fact, ...]:
        if self._chosen is None:
            return ()
        draft = self._chosen.draft
        kind = words.what(draft.media_type, duration_ms=draft.duration_ms, pages=draft.pages)
        return (
            Fact(name=_("名称"), value=self._chosen.name or "—"),
            Fact(name=_("种类"), value=f"{say(kind)} · {draft.media_type}"),
            Fact(name=_("大小"), value=moments.size(len(draft.data))),
            Fact(name=_("原件校验值"), value=sha256_hex(draft.data)),
        )


def _plain(name: str) -> str:
    """A name as it can be shown and printed: one line, not too long, nothing that turns text."""
    return "".join(letter for letter in name if letter.isprintable()).strip()[:LONGEST_NAME]
